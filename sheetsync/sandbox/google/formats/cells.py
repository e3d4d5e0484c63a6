"""What a cell holds besides plain text, numbers and booleans: formulas, errors and number formats."""

from __future__ import annotations

from dataclasses import dataclass

ERROR_CODES = {
    "ERROR": "#ERROR!",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "Loading...",
}
"""How a cell shows each type of error; the types are those of the API's ErrorValue
(https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/other#ErrorType)."""


@dataclass(frozen=True)
class CellError:
    """An error as the value of a cell: a type of the API's ErrorType and a sentence for the reader."""

    type: str
    message: str = ""

    @property
    def code(self) -> str:
        """What the cell shows, such as `#DIV/0!`."""
        return ERROR_CODES.get(self.type, "#ERROR!")


class FormulaText(str):
    """A formula as it stands in the cell, beginning with `=`."""

    __slots__ = ()


def holds_formula(contents: tuple[object, ...]) -> bool:
    """Whether one of the contents is a formula."""
    return FormulaText in map(type, contents)


CellValue = float | str | bool | CellError | None
"""What a cell comes to; None is an empty cell. Dates are days since 1899-12-30."""


@dataclass(frozen=True)
class NumberFormat:
    """The API's NumberFormat: a pattern and a type.

    The types are TEXT, NUMBER, PERCENT, CURRENCY, DATE, TIME, DATE_TIME and SCIENTIFIC. An empty pattern stands for
    the type's default in the spreadsheet's locale.
    """

    type: str
    pattern: str = ""


@dataclass(frozen=True)
class Entered:
    """What typing a text into a cell leaves there, and the number format it suggests, if any.

    Dates and date-times are days since 1899-12-30, times and durations are fractions of a day.
    """

    value: str | float | bool | FormulaText
    number_format: NumberFormat | None = None
