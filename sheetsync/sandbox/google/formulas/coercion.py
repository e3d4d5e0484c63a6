"""One kind of value taken for another, as Google Sheets takes them. Pure."""

from __future__ import annotations

import math
from decimal import Decimal

from sheetsync.sandbox.google.formats.cells import CellError
from sheetsync.sandbox.google.formats.entering import entered
from sheetsync.sandbox.google.formats.locales import known_locale
from sheetsync.sandbox.google.formats.numbers import WHOLE_DIGITS, general
from sheetsync.sandbox.google.formulas.values import Failure, Scalar, failure


def as_number(value: Scalar, locale: str) -> float:
    """The number a value stands for: blank is 0, TRUE is 1, a text is read as if typed.

    Raises:
        Failure: the value is an error, or a text that is no number (#VALUE!).
    """
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    if value is None:
        return 0.0
    if isinstance(value, CellError):
        raise Failure(value)
    number = number_in(value, locale)
    if number is None:
        raise failure("VALUE", f"The text '{value}' cannot be read as a number.")
    return number


def number_in(text: str, locale: str) -> float | None:
    """The number, date or time that a text stands for; None when it is none of them."""
    value = entered(text, locale).value
    if isinstance(value, bool) or not isinstance(value, float) or text.startswith("'"):
        return None
    return value


def as_text(value: Scalar, locale: str) -> str:
    """A value as a text: numbers with up to 15 digits, whatever the cell's format.

    Raises:
        Failure: the value is an error.
    """
    if isinstance(value, CellError):
        raise Failure(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    sign = "-" if value < 0 else ""
    return sign + general(Decimal(repr(abs(value))), known_locale(locale), WHOLE_DIGITS)


def as_boolean(value: Scalar) -> bool:
    """The truth of a value: numbers other than 0 are true, blank is false.

    Raises:
        Failure: the value is an error, or a text other than TRUE and FALSE (#VALUE!).
    """
    if isinstance(value, CellError):
        raise Failure(value)
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        raise failure("VALUE", f"The text '{value}' is neither TRUE nor FALSE.")
    return bool(value)


def finite(value: float) -> float:
    """A number that a cell can hold.

    Raises:
        Failure: it is too large (#NUM!).
    """
    if not math.isfinite(value):
        raise failure("NUM", "The result is too large.")
    return value + 0.0
