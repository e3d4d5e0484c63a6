"""One formula evaluated in the place of its cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formulas.calls import Call, Function
from sheetsync.sandbox.google.formulas.coercion import as_number
from sheetsync.sandbox.google.formulas.functions import FUNCTIONS
from sheetsync.sandbox.google.formulas.operators import applied
from sheetsync.sandbox.google.formulas.parsing import (
    Chain,
    Constant,
    Invocation,
    Name,
    Negative,
    Node,
    Percent,
    Reading,
    Table,
)
from sheetsync.sandbox.google.formulas.values import Array, Failure, Operand, Range, Scalar, failure
from sheetsync.sandbox.google.formulas.workbook import Area, Rectangle, Workbook


class Cells(Protocol):
    """Where evaluations read the cells that they refer to."""

    @property
    def workbook(self) -> Workbook: ...
    def cell(self, sheet_id: int, row: int, column: int) -> Scalar: ...
    def table(self, rectangle: Rectangle) -> Array: ...


@dataclass(frozen=True)
class Evaluation:
    """The place of a formula, and whether arrays are wanted where it stands (inside ARRAYFORMULA or SUMPRODUCT)."""

    cells: Cells
    sheet_id: int
    row: int
    column: int
    arrays: bool = False

    @property
    def workbook(self) -> Workbook:
        return self.cells.workbook

    def operand(self, node: Node) -> Operand:
        """What a part of the formula comes to; errors are values."""
        try:
            return self._operand(node)
        except Failure as found:
            return found.error

    def scalar(self, operand: Operand) -> Scalar:
        """One value: of several cells the one in the formula's row or column, of an array the first."""
        if isinstance(operand, Array):
            return operand.rows[0][0] if operand.width else None
        if not isinstance(operand, Range):
            return operand
        area = operand.rectangle.area
        row = area.start_row if operand.height == 1 else self.row
        column = area.start_column if operand.width == 1 else self.column
        lies_in_rows = area.start_row <= row < area.start_row + operand.height
        lies_in_columns = area.start_column <= column < area.start_column + operand.width
        if not (lies_in_rows and lies_in_columns) or (operand.height > 1 and operand.width > 1):
            return CellError("VALUE", "An array value could not be found.")
        return self.cells.cell(operand.rectangle.sheet_id, row, column)

    def array(self, operand: Operand) -> Array:
        if isinstance(operand, Array):
            return operand
        if isinstance(operand, Range):
            return self.cells.table(operand.rectangle)
        return Array(((operand,),))

    def _operand(self, node: Node) -> Operand:
        match node:
            case Constant():
                return node.value
            case Reading() | Name():
                return self._range(node)
            case Chain():
                return self._chain(node)
            case Negative() | Percent():
                return self._scaled(node)
            case Invocation():
                return self._call(node)
            case Table():
                return Array(tuple(tuple(self.scalar(self.operand(cell)) for cell in row) for row in node.rows))

    def _range(self, node: Reading | Name) -> Range:
        if isinstance(node, Name):
            rectangle = self.workbook.named_range(node.text)
            if rectangle is None:
                raise failure("NAME", f"Unknown range name: '{node.text}'.")
            return self._closed(rectangle)
        title = node.reference.title
        sheet_id = self.sheet_id if title is None else self.workbook.sheet_id(title)
        if sheet_id is None:
            raise failure("REF", f"Unresolved sheet name '{title}'.")
        return self._closed(Rectangle(sheet_id, node.reference.area))

    def _closed(self, rectangle: Rectangle) -> Range:
        """The cells of a rectangle that the sheet has."""
        rows, columns = self.workbook.extent(rectangle.sheet_id)
        area = rectangle.area
        if area.start_row >= rows or area.start_column >= columns:
            raise failure("REF", "Reference does not exist.")
        end_row = rows if area.end_row is None else min(area.end_row, rows)
        end_column = columns if area.end_column is None else min(area.end_column, columns)
        return Range(Rectangle(rectangle.sheet_id, Area(area.start_row, end_row, area.start_column, end_column)))

    def _chain(self, chain: Chain) -> Operand:
        left = self.operand(chain.first)
        for operator, node in chain.rest:
            left = self._each(
                lambda one, other, operator=operator: applied(operator, one, other, self.workbook.locale),
                left,
                self.operand(node),
            )
        return left

    def _scaled(self, node: Negative | Percent) -> Operand:
        def scaled(value: Scalar) -> Scalar:
            try:
                number = as_number(value, self.workbook.locale)
            except Failure as found:
                return found.error
            return number / 100 if isinstance(node, Percent) else 0.0 - number

        return self._each(scaled, self.operand(node.operand))

    def _is_table(self, operand: Operand) -> bool:
        return self.arrays and isinstance(operand, (Array, Range))

    def _each(self, apply: Callable[..., Scalar], *operands: Operand) -> Operand:
        """A function of single values, applied to every place of tables where arrays are wanted."""
        if not any(self._is_table(operand) for operand in operands):
            return apply(*(self.scalar(operand) for operand in operands))
        arrays = [self.array(operand) for operand in operands]
        height = max(array.height for array in arrays)
        width = max(array.width for array in arrays)
        return Array(
            tuple(
                tuple(apply(*(_at(array, row, column) for array in arrays)) for column in range(width))
                for row in range(height)
            )
        )

    def _call(self, node: Invocation) -> Operand:
        found = FUNCTIONS.get(node.function)
        if found is None:
            raise failure("NAME", f"Unknown function: '{node.function}'.")
        given = len(node.arguments)
        if given < found.least or (found.most is not None and given > found.most):
            raise failure("N_A", f"Wrong number of arguments to {node.function}.")
        place = replace(self, arrays=True) if found.arrays else self
        return place.called(found, node)

    def called(self, found: Function, node: Invocation) -> Operand:
        """A function in this place: for every place of its tables where it wants single values and gets tables.

        Raises:
            Failure: the function comes to an error.
        """
        if self.arrays and found.elementwise:
            operands = [self.operand(argument or Constant(None)) for argument in node.arguments]
            if any(self._is_table(operand) for operand in operands):
                return self._each(lambda *values: self._single(found, node, values), *operands)
        return self._invoked(found, node.arguments)

    def _single(self, found: Function, node: Invocation, values: Sequence[Scalar]) -> Scalar:
        """An elementwise function at one place of its tables; arguments that were left out stay so."""
        given = [None if node.arguments[at] is None else Constant(value) for at, value in enumerate(values)]
        try:
            return self.scalar(self._invoked(found, given))
        except Failure as found_failure:
            return found_failure.error

    def _invoked(self, found: Function, arguments: Sequence[Node | None]) -> Operand:
        try:
            result = found.body(Call(self, arguments))
        except OverflowError:
            raise failure("NUM", "The result is too large.") from None
        if isinstance(result, float) and not abs(result) < float("inf"):
            raise failure("NUM", "The result is too large.")
        return result


def _at(array: Array, row: int, column: int) -> Scalar:
    """A place of a table that is repeated along the sides where it is one cell wide."""
    row = 0 if array.height == 1 else row
    column = 0 if array.width == 1 else column
    if row >= array.height or column >= array.width:
        return CellError("N_A", "Arrays of different sizes.")
    return array.rows[row][column]
