"""Formulas as trees. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from sheetsync.sandbox.google.formats.cells import ERROR_CODES, CellError
from sheetsync.sandbox.google.formulas.lexing import Lexeme, Word, lexemes
from sheetsync.sandbox.google.formulas.references import Reference, read_reference
from sheetsync.sandbox.google.formulas.values import Scalar

LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
"""Binary operators, loosest first; those of one level are taken from left to right."""
MOST_NESTED = 40
"""Parentheses and functions inside each other; a formula that is nested deeper counts as malformed."""
SEPARATORS = (",", ";")
"""Between arguments: `;` is written where a comma is the decimal point, and taken everywhere."""


class Malformed(Exception):  # noqa: N818 -- it is turned into the cell's #ERROR!
    """The text is no formula."""


@dataclass(frozen=True)
class Constant:
    value: Scalar


@dataclass(frozen=True)
class Name:
    """A named range."""

    text: str


@dataclass(frozen=True)
class Reading:
    """Cells that the formula refers to."""

    reference: Reference


@dataclass(frozen=True)
class Negative:
    operand: Node


@dataclass(frozen=True)
class Percent:
    operand: Node


@dataclass(frozen=True)
class Chain:
    """Operands joined by operators of one level: flat, however long it is."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Invocation:
    """A function with its arguments; one that is left out is a None."""

    function: str
    arguments: tuple[Node | None, ...]


@dataclass(frozen=True)
class Table:
    """An array in braces."""

    rows: tuple[tuple[Node, ...], ...]


Node = Constant | Name | Reading | Negative | Percent | Chain | Invocation | Table


@lru_cache(maxsize=8192)
def parsed(text: str, *, decimal_comma: bool) -> Node:
    """The tree of a formula that begins with `=`.

    Raises:
        Malformed: the text is no formula.
    """
    words = tuple(word for word in lexemes(text, decimal_comma=decimal_comma) if word.word is not Word.SPACE)
    parser = _Parser(words)
    parser.expect("=")
    node = parser.level(0)
    if parser.text is not None:
        raise Malformed
    return node


class _Parser:
    def __init__(self, words: tuple[Lexeme, ...]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0

    @property
    def text(self) -> str | None:
        """The next word, if it is an operator or a mark; `""` for any other word, None at the end."""
        if self._at >= len(self._words):
            return None
        lexeme = self._words[self._at]
        return lexeme.text if lexeme.word in (Word.OPERATOR, Word.MARK) else ""

    def take(self) -> Lexeme:
        if self._at >= len(self._words):
            raise Malformed
        self._at += 1
        return self._words[self._at - 1]

    def expect(self, text: str) -> None:
        if self.take().text != text:
            raise Malformed

    def level(self, number: int) -> Node:
        if number == len(LEVELS):
            return self._signed()
        first = self.level(number + 1)
        rest = []
        while (operator := self.text) in LEVELS[number] and operator is not None:
            self.take()
            rest.append((operator, self.level(number + 1)))
        return Chain(first, tuple(rest)) if rest else first

    def _signed(self) -> Node:
        signs = []
        while self.text in ("+", "-"):
            signs.append(self.take().text)
        node = self._operand()
        while self.text == "%":
            self.take()
            node = Percent(node)
        if signs.count("-") % 2:
            return Negative(node)
        # Two minus signs make no difference but to a text or a boolean, which they turn into a number.
        return Negative(Negative(node)) if "-" in signs else node

    def _operand(self) -> Node:
        lexeme = self.take()
        match lexeme.word:
            case Word.NUMBER | Word.STRING:
                return Constant(_literal(lexeme))
            case Word.REFERENCE:
                return Reading(read_reference(lexeme.text))
            case Word.LOST | Word.ERROR:
                return Constant(_error(lexeme.text))
            case Word.NAME:
                return self._named(lexeme.text)
            case Word.MARK if lexeme.text in ("(", "{"):
                return self._enclosed(lexeme.text)
        raise Malformed

    def _named(self, text: str) -> Node:
        if self.text == "(":
            self.take()
            return self._invocation(text.upper())
        if text.upper() in ("TRUE", "FALSE"):
            return Constant(text.upper() == "TRUE")
        return Name(text)

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise Malformed

    def _enclosed(self, opening: str) -> Node:
        self._enter()
        if opening == "(":
            node = self.level(0)
            self.expect(")")
        else:
            node = self._table()
        self._depth -= 1
        return node

    def _invocation(self, function: str) -> Node:
        self._enter()
        arguments: list[Node | None] = []
        while self.text != ")":
            arguments.append(None if self.text in SEPARATORS else self.level(0))
            if self.text not in SEPARATORS:
                break
            self.take()
            if self.text == ")":
                arguments.append(None)
        self.expect(")")
        self._depth -= 1
        return Invocation(function, tuple(arguments))

    def _table(self) -> Node:
        rows: list[list[Node]] = [[]]
        while True:
            rows[-1].append(self.level(0))
            mark = self.take().text
            if mark == "}":
                break
            if mark == ";":
                rows.append([])
            elif mark not in (",", "\\"):
                raise Malformed
        if len({len(row) for row in rows}) > 1:
            raise Malformed
        return Table(tuple(tuple(row) for row in rows))


def _literal(lexeme: Lexeme) -> Scalar:
    if lexeme.word is Word.STRING:
        return lexeme.text[1:-1].replace('""', '"')
    number = float(lexeme.text.replace(",", "."))
    if math.isinf(number):
        raise Malformed
    return number


def _error(text: str) -> CellError:
    """An error as formulas write it, `#REF!` perhaps behind a sheet's title."""
    code = text[text.rindex("#") :]
    kind = next((kind for kind, shown in ERROR_CODES.items() if shown == code), "ERROR")
    return CellError(kind, "Reference does not exist." if kind == "REF" else "")
