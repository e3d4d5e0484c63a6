"""Sums, counts, averages and extremes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from statistics import median, stdev

from sheetsync.sandbox.google.formats.cells import CellError, FormulaText
from sheetsync.sandbox.google.formulas.calls import ENDLESS, Call, function, numbers_of
from sheetsync.sandbox.google.formulas.coercion import number_in
from sheetsync.sandbox.google.formulas.values import Array, Failure, Range, Scalar, failure

HIDDEN_TOO = 100
"""SUBTOTAL's codes from here on leave out rows hidden by hand; the formula does not know them, they count."""


def total(numbers: Iterable[float]) -> float:
    return math.fsum(numbers)


def product(numbers: Iterable[float]) -> float:
    found = list(numbers)
    return math.prod(found) if found else 0.0


def average(numbers: Iterable[float]) -> float:
    """The mean.

    Raises:
        Failure: there are no numbers (#DIV/0!).
    """
    found = list(numbers)
    if not found:
        raise failure("DIVIDE_BY_ZERO", "There are no numbers to take the average of.")
    return total(found) / len(found)


def deviation(numbers: Iterable[float]) -> float:
    found = list(numbers)
    if len(found) < 2:
        raise failure("DIVIDE_BY_ZERO", "The deviation takes at least two numbers.")
    return stdev(found)


def least(numbers: Iterable[float]) -> float:
    return min(numbers, default=0.0)


def greatest(numbers: Iterable[float]) -> float:
    return max(numbers, default=0.0)


def middle(numbers: Iterable[float]) -> float:
    found = list(numbers)
    if not found:
        raise failure("NUM", "There are no numbers to take the median of.")
    return median(found)


Aggregate = Callable[[Iterable[float]], float]


def _register(name: str, aggregate: Aggregate) -> None:
    @function(name, least=1, most=ENDLESS)
    def body(call: Call) -> float:
        return aggregate(call.numbers())


for _name, _aggregate in (
    ("SUM", total),
    ("PRODUCT", product),
    ("AVERAGE", average),
    ("MIN", least),
    ("MAX", greatest),
    ("MEDIAN", middle),
    ("STDEV", deviation),
):
    _register(_name, _aggregate)


def countable(value: Scalar, locale: str) -> bool:
    """Whether COUNT counts a value that was given as an argument: numbers, and texts that read as one."""
    return isinstance(value, float | bool) or (isinstance(value, str) and number_in(value, locale) is not None)


@function("COUNT", least=1, most=ENDLESS)
def count(call: Call) -> float:
    found = 0
    for at in range(call.count):
        if call.in_cells(at):
            found += sum(isinstance(value, float) for value in call.array(at).values())
        else:
            found += countable(call.scalar(at), call.locale)
    return float(found)


@function("COUNTA", least=1, most=ENDLESS)
def count_filled(call: Call) -> float:
    return float(sum(value is not None for value in call.values()))


@function("COUNTBLANK", least=1, most=ENDLESS)
def count_blank(call: Call) -> float:
    return float(sum(value is None or value == "" for value in call.values()))


@function("COUNTUNIQUE", least=1, most=ENDLESS)
def count_unique(call: Call) -> float:
    values = (value.casefold() if isinstance(value, str) else value for value in call.values())
    return float(len({(type(value), value) for value in values if value is not None}))


@function("LARGE", least=2)
def large(call: Call) -> float:
    return _ranked(sorted(numbers_of(call.array(0)), reverse=True), call.whole(1))


@function("SMALL", least=2)
def small(call: Call) -> float:
    return _ranked(sorted(numbers_of(call.array(0))), call.whole(1))


def _ranked(numbers: list[float], rank: int) -> float:
    if not 1 <= rank <= len(numbers):
        raise failure("NUM", "There is no number of that rank.")
    return numbers[rank - 1]


@function("SUMPRODUCT", least=1, most=ENDLESS, arrays=True)
def sum_of_products(call: Call) -> float:
    arrays = [call.array(at) for at in range(call.count)]
    if len({(array.height, array.width) for array in arrays}) > 1:
        raise failure("VALUE", "The arrays of SUMPRODUCT must be of one size.")
    return total(math.prod(map(_factor, values)) for values in zip(*(array.values() for array in arrays), strict=True))


def _factor(value: Scalar) -> float:
    if isinstance(value, CellError):
        raise Failure(value)
    return value if isinstance(value, float) else 0.0


SUBTOTALS: dict[int, Aggregate] = {1: average, 4: greatest, 5: least, 6: product, 7: deviation, 9: total}
SUBTOTAL_COUNT, SUBTOTAL_COUNT_FILLED = 2, 3


@function("SUBTOTAL", least=2, most=ENDLESS)
def subtotal(call: Call) -> float:
    """An aggregate by its code; cells that hold subtotals themselves are left out."""
    code = call.whole(0) % HIDDEN_TOO
    values = [value for at in range(1, call.count) for value in _without_subtotals(call, at)]
    if code == SUBTOTAL_COUNT:
        return float(sum(isinstance(value, float) for value in values))
    if code == SUBTOTAL_COUNT_FILLED:
        return float(sum(value is not None for value in values))
    aggregate = SUBTOTALS.get(code)
    if aggregate is None:
        raise failure("VALUE", "SUBTOTAL knows no such function code.")
    return aggregate(numbers_of(Array((tuple(values),))))


def _without_subtotals(call: Call, at: int) -> list[Scalar]:
    array, operand = call.array(at), call.operand(at)
    if not isinstance(operand, Range):
        return list(array.values())
    area, sheet_id = operand.rectangle.area, operand.rectangle.sheet_id
    content = call.evaluator.workbook.content
    kept = []
    for row, values in enumerate(array.rows, area.start_row):
        for column, value in enumerate(values, area.start_column):
            found = content(sheet_id, row, column)
            if not (isinstance(found, FormulaText) and found.upper().startswith("=SUBTOTAL(")):
                kept.append(value)
    return kept
