"""Which rows a basic filter hides."""

from __future__ import annotations

from collections.abc import Callable

from sheetsync.sandbox.google.document import Document, Sheet, box_of
from sheetsync.sandbox.google.formats import entered, shown
from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.grid import Content
from sheetsync.sandbox.google.schema import Json

Value = Content | CellError


def hidden_by_filter(document: Document, sheet: Sheet) -> frozenset[int]:
    """The rows that the sheet's basic filter hides. Its first row is the header and always visible."""
    basic = sheet.basic_filter
    criteria = {} if basic is None else filter_criteria(basic)
    if basic is None or not criteria:
        return frozenset()
    area = sheet.inside(box_of(basic["range"]))
    used = min(area.bottom, sheet.grid.used_rows())
    return frozenset(
        index
        for index in range(area.top + 1, used)
        if not all(_passes(document, sheet, index, column, entry) for column, entry in criteria.items())
    )


def filter_criteria(basic: Json) -> dict[int, Json]:
    """A filter's criteria by column, from both the older and the newer field."""
    found = {int(column): entry for column, entry in basic.get("criteria", {}).items() if column.isdigit()}
    for spec in basic.get("filterSpecs", ()):
        found[spec.get("columnIndex", 0)] = spec.get("filterCriteria", {})
    return found


def _passes(document: Document, sheet: Sheet, row: int, column: int, criteria: Json) -> bool:
    value = document.value(sheet, row, column)
    style = sheet.grid.row(row).style(column)
    text = shown(value, None if style is None else style.number_format, document.locale)
    if text in criteria.get("hiddenValues", ()):
        return False
    condition = criteria.get("condition")
    if condition is None:
        return True
    test = CONDITIONS.get(condition.get("type", ""))
    given = [entry.get("userEnteredValue", "") for entry in condition.get("values", ())]
    bounds = [entered(entry, document.locale).value for entry in given]
    return test is None or test(value, text, [*bounds, "", ""])


def _numbers(compare: Callable[[float, float], bool]) -> Callable[[Value, str, list[Value]], bool]:
    def test(value: Value, _: str, given: list[Value]) -> bool:
        bound = given[0]
        if isinstance(value, bool) or isinstance(bound, bool):
            return False
        return isinstance(value, int | float) and isinstance(bound, int | float) and compare(value, bound)

    return test


def _texts(compare: Callable[[str, str], bool]) -> Callable[[Value, str, list[Value]], bool]:
    return lambda _, text, given: compare(text.casefold(), str(given[0]).casefold())


CONDITIONS: dict[str, Callable[[Value, str, list[Value]], bool]] = {
    "BLANK": lambda _, text, __: not text,
    "NOT_BLANK": lambda _, text, __: bool(text),
    "NUMBER_GREATER": _numbers(lambda value, bound: value > bound),
    "NUMBER_GREATER_THAN_EQ": _numbers(lambda value, bound: value >= bound),
    "NUMBER_LESS": _numbers(lambda value, bound: value < bound),
    "NUMBER_LESS_THAN_EQ": _numbers(lambda value, bound: value <= bound),
    "NUMBER_EQ": _numbers(lambda value, bound: value == bound),
    "NUMBER_NOT_EQ": _numbers(lambda value, bound: value != bound),
    "TEXT_EQ": _texts(lambda text, part: text == part),
    "TEXT_CONTAINS": _texts(lambda text, part: part in text),
    "TEXT_NOT_CONTAINS": _texts(lambda text, part: part not in text),
    "TEXT_STARTS_WITH": _texts(lambda text, part: text.startswith(part)),
    "TEXT_ENDS_WITH": _texts(lambda text, part: text.endswith(part)),
}
"""The conditions that are evaluated; a filter with another one hides nothing."""
