"""What a value or a reference is."""

from __future__ import annotations

from collections.abc import Callable

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formulas.calls import Call, function
from sheetsync.sandbox.google.formulas.values import Array, Operand, Range, Scalar


def _is(name: str, test: Callable[[Scalar], bool]) -> None:
    @function(name, elementwise=True)
    def body(call: Call) -> bool:
        return test(call.scalar(0))


def _is_not_available(value: Scalar) -> bool:
    return isinstance(value, CellError) and value.type == "N_A"


_is("ISBLANK", lambda value: value is None)
_is("ISNUMBER", lambda value: isinstance(value, float))
_is("ISTEXT", lambda value: isinstance(value, str))
_is("ISNONTEXT", lambda value: not isinstance(value, str))
_is("ISLOGICAL", lambda value: isinstance(value, bool))
_is("ISERROR", lambda value: isinstance(value, CellError))
_is("ISERR", lambda value: isinstance(value, CellError) and not _is_not_available(value))
_is("ISNA", _is_not_available)


@function("N", elementwise=True)
def number_of(call: Call) -> float:
    value = call.value(0)
    return float(value) if isinstance(value, bool | float) else 0.0


@function("T", elementwise=True)
def text_of(call: Call) -> str:
    value = call.value(0)
    return value if isinstance(value, str) else ""


@function("ROW", least=0, most=1)
def row(call: Call) -> Operand:
    if not call.given(0):
        return float(call.evaluator.row + 1)
    found = call.range(0)
    first = found.rectangle.area.start_row + 1
    if call.evaluator.arrays:
        return Array(tuple((float(number),) for number in range(first, first + found.height)))
    return float(first)


@function("COLUMN", least=0, most=1)
def column(call: Call) -> Operand:
    if not call.given(0):
        return float(call.evaluator.column + 1)
    found = call.range(0)
    first = found.rectangle.area.start_column + 1
    if call.evaluator.arrays:
        return Array((tuple(float(number) for number in range(first, first + found.width)),))
    return float(first)


@function("ROWS")
def rows(call: Call) -> float:
    operand = call.operand(0)
    return float(operand.height if isinstance(operand, Range) else call.array(0).height)


@function("COLUMNS")
def columns(call: Call) -> float:
    operand = call.operand(0)
    return float(operand.width if isinstance(operand, Range) else call.array(0).width)
