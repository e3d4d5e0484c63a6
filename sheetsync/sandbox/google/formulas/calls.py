"""How a function gets at its arguments, and how functions are made known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formulas.coercion import as_boolean, as_number, as_text
from sheetsync.sandbox.google.formulas.parsing import Constant, Node
from sheetsync.sandbox.google.formulas.values import Array, Failure, Operand, Range, Scalar, failure
from sheetsync.sandbox.google.formulas.workbook import Workbook


class Evaluator(Protocol):
    """What evaluates the arguments of a function, in the place of one cell (rows and columns from 0)."""

    @property
    def workbook(self) -> Workbook: ...
    @property
    def row(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def arrays(self) -> bool: ...
    def operand(self, node: Node) -> Operand: ...
    def scalar(self, operand: Operand) -> Scalar: ...
    def array(self, operand: Operand) -> Array: ...


class Call:
    """One call of a function. Arguments are counted from 0 and evaluated when they are asked for, once."""

    def __init__(self, evaluator: Evaluator, arguments: Sequence[Node | None]) -> None:
        self.evaluator = evaluator
        self._arguments = arguments
        self._operands: dict[int, Operand] = {}

    @property
    def count(self) -> int:
        return len(self._arguments)

    @property
    def locale(self) -> str:
        return self.evaluator.workbook.locale

    def given(self, at: int) -> bool:
        return at < self.count and self._arguments[at] is not None

    def operand(self, at: int) -> Operand:
        """The argument as it is; a blank when it is left out."""
        if at not in self._operands:
            node = self._arguments[at] if at < self.count else None
            self._operands[at] = self.evaluator.operand(node or Constant(None))
        return self._operands[at]

    def scalar(self, at: int) -> Scalar:
        """The argument as one value, which may be an error."""
        return self.evaluator.scalar(self.operand(at))

    def value(self, at: int) -> Scalar:
        """The argument as one value.

        Raises:
            Failure: it is an error.
        """
        value = self.scalar(at)
        if isinstance(value, CellError):
            raise Failure(value)
        return value

    def number(self, at: int, default: float = 0.0) -> float:
        return as_number(self.scalar(at), self.locale) if self.given(at) else default

    def whole(self, at: int, default: int = 0) -> int:
        """The argument as a number without its fraction."""
        return math.trunc(self.number(at, default))

    def text(self, at: int, default: str = "") -> str:
        return as_text(self.scalar(at), self.locale) if self.given(at) else default

    def boolean(self, at: int, *, default: bool = False) -> bool:
        return as_boolean(self.scalar(at)) if self.given(at) else default

    def array(self, at: int) -> Array:
        """The argument as a table; one value is a table of one cell."""
        return self.evaluator.array(self.operand(at))

    def range(self, at: int) -> Range:
        """The argument as a reference.

        Raises:
            Failure: it is none (#N/A).
        """
        operand = self.operand(at)
        if isinstance(operand, CellError):
            raise Failure(operand)
        if not isinstance(operand, Range):
            raise failure("N_A", "Argument must be a range.")
        return operand

    def in_cells(self, at: int) -> bool:
        """Whether the argument's values lie in cells or in an array, where texts and booleans do not count."""
        return isinstance(self.operand(at), (Array, Range))

    def numbers(self, start: int = 0) -> Iterator[float]:
        """All numbers of the arguments from `start` on; texts, booleans and blanks in cells are passed over.

        Raises:
            Failure: there is an error among them, or an argument itself is a text that is no number.
        """
        for at in range(start, self.count):
            if self.in_cells(at):
                yield from numbers_of(self.array(at))
            elif self.given(at):
                yield self.number(at)

    def values(self, start: int = 0) -> Iterator[Scalar]:
        """All values of the arguments from `start` on, errors and blanks too."""
        for at in range(start, self.count):
            yield from self.array(at).values()


def numbers_of(array: Array) -> Iterator[float]:
    """The numbers of a table.

    Raises:
        Failure: there is an error among its values.
    """
    for value in array.values():
        if isinstance(value, float):
            yield value
        elif isinstance(value, CellError):
            raise Failure(value)


Body = Callable[[Call], Operand]


@dataclass(frozen=True)
class Function:
    """A function and how many arguments it takes (`most` is None for any number).

    An `elementwise` function, given tables where arrays are wanted, is called for every place of them; a function with
    `arrays` wants them in its own arguments.
    """

    body: Body
    least: int
    most: int | None
    elementwise: bool
    arrays: bool


FUNCTIONS: dict[str, Function] = {}


def function(
    *names: str, least: int = 1, most: int | None = None, elementwise: bool = False, arrays: bool = False
) -> Callable[[Body], Body]:
    """Make a function known under its names. Without `most` it takes `least` arguments exactly, -1 is without end."""
    limit = least if most is None else None if most < 0 else most

    def register(body: Body) -> Body:
        for name in names:
            FUNCTIONS[name] = Function(body, least, limit, elementwise, arrays)
        return body

    return register


ENDLESS = -1
