"""Looking values up in tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formulas.calls import Call, function
from sheetsync.sandbox.google.formulas.criteria import wildcards
from sheetsync.sandbox.google.formulas.operators import order
from sheetsync.sandbox.google.formulas.values import Array, Operand, Range, Scalar, failure
from sheetsync.sandbox.google.formulas.workbook import Area, Rectangle


def _not_found(key: Scalar) -> CellError:
    return CellError("N_A", f"Did not find value '{key}' in the lookup range.")


def _equals(key: Scalar, *, wild: bool) -> Callable[[Scalar], bool]:
    if isinstance(key, str):
        if wild and any(sign in key for sign in "*?"):
            pattern = wildcards(key)
            return lambda found: isinstance(found, str) and pattern.fullmatch(found) is not None
        folded = key.casefold()
        return lambda found: isinstance(found, str) and found.casefold() == folded
    return lambda found: type(found) is type(key) and found == key


def _exact(values: Sequence[Scalar], key: Scalar, *, wild: bool = True) -> int | None:
    """The first place of a value like the key."""
    test = _equals(key, wild=wild)
    return next((at for at, value in enumerate(values) if test(value)), None)


def _nearest(values: Sequence[Scalar], key: Scalar, *, above: bool) -> int | None:
    """The place of the greatest value up to the key, or (`above`) of the least one from it on; the last of equals."""
    wanted, best, best_order = order(key), None, None
    for at, value in enumerate(values):
        if type(value) is not type(key):
            continue
        found = order(value)
        fits = found >= wanted if above else found <= wanted
        if fits and (best_order is None or (found <= best_order if above else found >= best_order)):
            best, best_order = at, found
    return best


def _columns(array: Array) -> tuple[tuple[Scalar, ...], ...]:
    return tuple(zip(*array.rows, strict=True))


def _looked_up(call: Call, lines: Sequence[Sequence[Scalar]]) -> Scalar:
    """VLOOKUP on columns, HLOOKUP on rows: the key is looked for in the first of them."""
    key, number = call.value(0), call.whole(2)
    if number < 1:
        raise failure("VALUE", "The index counts from 1.")
    if number > len(lines):
        raise failure("REF", "The index lies outside of the range.")
    near = call.boolean(3, default=True)
    found = _nearest(lines[0], key, above=False) if near else _exact(lines[0], key)
    return _not_found(key) if found is None else lines[number - 1][found]


@function("VLOOKUP", least=3, most=4)
def vertical(call: Call) -> Scalar:
    return _looked_up(call, _columns(call.array(1)))


@function("HLOOKUP", least=3, most=4)
def horizontal(call: Call) -> Scalar:
    return _looked_up(call, call.array(1).rows)


def _line(array: Array) -> tuple[Scalar, ...]:
    """A table of one row or one column as a list.

    Raises:
        Failure: it is wider and higher (#N/A).
    """
    if min(array.height, array.width) > 1:
        raise failure("N_A", "The lookup range must be one row or one column.")
    return tuple(array.values())


@function("MATCH", least=2, most=3)
def match(call: Call) -> Scalar:
    """The place, from 1: of a like value (0), of the greatest up to the key (1), of the least from it on (-1)."""
    key, values, kind = call.value(0), _line(call.array(1)), call.number(2, 1)
    found = _exact(values, key) if kind == 0 else _nearest(values, key, above=kind < 0)
    return _not_found(key) if found is None else float(found + 1)


@function("XLOOKUP", least=3, most=6)
def extended(call: Call) -> Operand:
    """The value beside a key; modes -1 and 1 take the next smaller or greater key, 2 takes wildcards."""
    key, values, mode = call.value(0), _line(call.array(1)), call.whole(4)
    backwards = call.whole(5, 1) < 0
    searched = values[::-1] if backwards else values
    found = _exact(searched, key, wild=mode == 2)
    if found is None and mode in (-1, 1):
        found = _nearest(searched, key, above=mode == 1)
    if found is None:
        return call.operand(3) if call.given(3) else _not_found(key)
    at = len(values) - 1 - found if backwards else found
    results, searched_in = call.array(2), call.array(1)
    if searched_in.width == 1:
        return Array((results.rows[at],)) if at < results.height else CellError("REF")
    return Array(tuple((row[at],) for row in results.rows)) if at < results.width else CellError("REF")


@function("INDEX", least=1, most=3)
def index(call: Call) -> Operand:
    """A cell of a range or an array, a whole row or column of it where the other number is 0 or left out."""
    operand = call.operand(0)
    if isinstance(operand, CellError):
        return operand
    source = operand if isinstance(operand, Range) else call.array(0)
    row, column = call.whole(1), call.whole(2)
    if source.height == 1 and call.count == 2:
        row, column = 0, row
    if not (0 <= row <= source.height and 0 <= column <= source.width):
        raise failure("NUM", "The row or the column lies outside of the range.")
    rows = (row - 1, row) if row else (0, source.height)
    columns = (column - 1, column) if column else (0, source.width)
    if isinstance(source, Array):
        return Array(tuple(line[slice(*columns)] for line in source.rows[slice(*rows)]))
    area = source.rectangle.area
    top, left = area.start_row, area.start_column
    return Range(
        Rectangle(source.rectangle.sheet_id, Area(top + rows[0], top + rows[1], left + columns[0], left + columns[1]))
    )
