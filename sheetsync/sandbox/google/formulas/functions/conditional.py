"""Sums, counts, averages and extremes of the cells that meet criteria."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formulas.calls import ENDLESS, Call, function
from sheetsync.sandbox.google.formulas.criteria import criterion
from sheetsync.sandbox.google.formulas.functions.aggregates import average, greatest, least, total
from sheetsync.sandbox.google.formulas.values import Array, Failure, Range, Scalar, failure
from sheetsync.sandbox.google.formulas.workbook import Area, Rectangle

Place = tuple[int, int]


def _met(call: Call, start: int) -> Iterator[Place]:
    """The places where every range from argument `start` on meets the criterion behind it.

    Raises:
        Failure: a criterion is missing (#N/A), or the ranges are of different sizes (#VALUE!).
    """
    if (call.count - start) % 2:
        raise failure("N_A", "Every range takes a criterion.")
    pairs = [(call.array(at), criterion(call.scalar(at + 1), call.locale)) for at in range(start, call.count, 2)]
    first = pairs[0][0]
    if any((array.height, array.width) != (first.height, first.width) for array, _ in pairs):
        raise failure("VALUE", "Array arguments are of different size.")
    for row in range(first.height):
        for column in range(first.width):
            if all(test(array.rows[row][column]) for array, test in pairs):
                yield row, column


def _numbers_at(array: Array, places: Iterable[Place]) -> Iterator[float]:
    """The numbers at some places of a table; places beyond it are blank.

    Raises:
        Failure: there is an error at one of them.
    """
    for row, column in places:
        value: Scalar = array.rows[row][column] if row < array.height and column < array.width else None
        if isinstance(value, CellError):
            raise Failure(value)
        if isinstance(value, float):
            yield value


def _beside(call: Call, tested: Array) -> Array:
    """The cells to add up: from the first of those given on, as many as are tested, as far as the sheet goes."""
    operand = call.operand(2)
    if not isinstance(operand, Range):
        return call.array(2)
    area, sheet_id = operand.rectangle.area, operand.rectangle.sheet_id
    rows, columns = call.evaluator.workbook.extent(sheet_id)
    end_row = min(area.start_row + tested.height, rows)
    end_column = min(area.start_column + tested.width, columns)
    same_size = Area(area.start_row, end_row, area.start_column, end_column)
    return call.evaluator.array(Range(Rectangle(sheet_id, same_size)))


def _one_criterion(name: str, aggregate: Callable[[Iterable[float]], float]) -> None:
    """A function of a range, a criterion and, if they are not the same, the cells to add up."""

    @function(name, least=2, most=3)
    def body(call: Call) -> float:
        tested, test = call.array(0), criterion(call.scalar(1), call.locale)
        places = (
            (row, column)
            for row, values in enumerate(tested.rows)
            for column, value in enumerate(values)
            if test(value)
        )
        return aggregate(_numbers_at(_beside(call, tested) if call.given(2) else tested, places))


def _many_criteria(name: str, aggregate: Callable[[Iterable[float]], float]) -> None:
    """A function of the cells to add up, and of ranges with their criteria."""

    @function(name, least=3, most=ENDLESS)
    def body(call: Call) -> float:
        return aggregate(_numbers_at(call.array(0), _met(call, 1)))


_one_criterion("SUMIF", total)
_one_criterion("AVERAGEIF", average)
_many_criteria("SUMIFS", total)
_many_criteria("AVERAGEIFS", average)
_many_criteria("MINIFS", least)
_many_criteria("MAXIFS", greatest)


@function("COUNTIF", least=2)
@function("COUNTIFS", least=2, most=ENDLESS)
def count_if(call: Call) -> float:
    return float(sum(1 for _ in _met(call, 0)))
