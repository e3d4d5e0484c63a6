"""What a cell shows: the values API's FORMATTED_VALUE. Pure."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from sheetsync.sandbox.google.formats.cells import CellError, CellValue, NumberFormat
from sheetsync.sandbox.google.formats.dates import dated
from sheetsync.sandbox.google.formats.locales import Locale, known_locale
from sheetsync.sandbox.google.formats.numbers import general, numeric
from sheetsync.sandbox.google.formats.patterns import Part, Section, sections


def shown(value: CellValue, number_format: NumberFormat | None, locale: str) -> str:
    """The text that a cell shows. Never raises.

    Args:
        value: what the cell holds; dates are days since 1899-12-30, None is an empty cell.
        number_format: the cell's own format; None is the automatic one.
        locale: the spreadsheet's locale, such as `de_DE`.
    """
    habits = known_locale(locale)
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    pattern = _pattern(number_format, habits)
    if isinstance(value, str):
        return _text(value, sections(pattern))
    return _number(value, pattern, habits)


def _pattern(number_format: NumberFormat | None, locale: Locale) -> str:
    """The pattern of a format, or its type's default in the locale."""
    if number_format is None:
        return "General"
    return number_format.pattern or {
        "TEXT": "@",
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": locale.currency,
        "DATE": locale.date,
        "TIME": locale.time,
        "DATE_TIME": locale.date_time,
        "SCIENTIFIC": "0.00E+00",
    }.get(number_format.type, "General")


def _text(value: str, parts: tuple[Section, ...]) -> str:
    """A text shows as it is, unless a section is made for texts."""
    section = parts[3] if len(parts) == 4 else parts[-1] if parts[-1].has(Part.TEXT) else None
    if section is None:
        return value
    return "".join(value if token.part is Part.TEXT else token.text for token in section.tokens)


@lru_cache(maxsize=65_536)
def _number(number: float, pattern: str, locale: Locale) -> str:
    value = Decimal(number) if isinstance(number, int) else Decimal(repr(number))
    if not value.is_finite():
        return "#NUM!"
    section, signed = _chosen(value, sections(pattern))
    if section.is_date:
        return dated(value, section, locale)
    minus = "-" if signed and value < 0 else ""
    if not section.has(Part.GENERAL, Part.TEXT):
        return minus + numeric(abs(value), section, locale)
    plain = general(abs(value), locale)
    return minus + "".join(plain if token.part in (Part.GENERAL, Part.TEXT) else token.text for token in section.tokens)


def _chosen(value: Decimal, parts: tuple[Section, ...]) -> tuple[Section, bool]:
    """The section for a number, and whether a minus sign is still wanted: a section of its own has said so itself."""
    numbers = parts[:3]
    if len(numbers) > 1 and numbers[-1].has(Part.TEXT) and len(parts) == len(numbers):
        numbers = numbers[:-1]
    for section in numbers:
        if section.condition is not None and section.condition.holds(value):
            return section, True
    if any(section.condition for section in numbers):
        plain = [section for section in numbers if section.condition is None]
        return (plain[0] if plain else numbers[-1]), True
    if value < 0 and len(numbers) > 1:
        return numbers[1], False
    if value == 0 and len(numbers) > 2:
        return numbers[2], False
    return numbers[0], True
