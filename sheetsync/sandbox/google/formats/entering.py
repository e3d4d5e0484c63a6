"""What a text becomes when it is typed into a cell: the values API's USER_ENTERED. Pure.

Seen in real responses: `007` is 7, `4.50` is 4.5, `1e3` is 1000 in scientific notation, `+5` is a formula.
"""

from __future__ import annotations

import math
import re
from functools import cache

from sheetsync.sandbox.google.formats.cells import Entered, FormulaText, NumberFormat
from sheetsync.sandbox.google.formats.locales import Locale, known_locale
from sheetsync.sandbox.google.formats.typed_times import date_time_in

FOREIGN_SYMBOLS = ("$", "€", "£", "¥", "₹")
SPACES = "\u0020\u00a0\u202f"
APOSTROPHES = "'\u2019"
LONGEST_VALUE = 400
"""Characters beyond which a text is not looked at as a number or a date: no double has as many digits."""


def entered(text: str, locale: str, year: int | None = None) -> Entered:
    """Read a text as if it were typed into a cell. Never raises.

    Args:
        text: what is typed.
        locale: the spreadsheet's locale, such as `de_DE`.
        year: the year of a date that says none (`1/31`); without it such a text stays a text.
    """
    stripped = text.strip()
    if text.startswith("'"):
        return Entered(text[1:])
    if len(stripped) > 1 and stripped[0] in "=+":
        return Entered(FormulaText(stripped if stripped[0] == "=" else f"={stripped}"))
    if stripped.upper() in ("TRUE", "FALSE"):
        return Entered(stripped.upper() == "TRUE")
    habits = known_locale(locale)
    if not stripped or len(stripped) > LONGEST_VALUE:
        return Entered(text)
    return _number_in(stripped, habits) or date_time_in(stripped, habits, year) or Entered(text)


@cache
def _number_syntax(locale: Locale) -> re.Pattern[str]:
    group = re.escape(locale.group)
    if locale.group in SPACES:
        group = f"[{SPACES}]"
    elif locale.group in APOSTROPHES:
        group = f"[{APOSTROPHES}]"
    symbols = "|".join(re.escape(symbol) for symbol in {locale.symbol, *FOREIGN_SYMBOLS})
    return re.compile(
        rf"""(?P<open>\()? \s* (?P<sign>-)? \s* (?P<before>{symbols})? \s* (?P<late_sign>-)?
        (?P<whole>[0-9]{{1,3}}(?P<grouped>(?:{group}[0-9]{{3}})+)|[0-9]+)?
        (?:{re.escape(locale.decimal)}(?P<fraction>[0-9]*))?
        (?:[eE](?P<exponent>[+-]?[0-9]+))?
        \s* (?P<percent>%)? \s* (?P<after>{symbols})? \s* (?P<close>\))?""",
        re.VERBOSE,
    )


def _number_in(text: str, locale: Locale) -> Entered | None:
    found = _number_syntax(locale).fullmatch(text)
    if found is None or not (found["whole"] or found["fraction"]):
        return None
    if bool(found["open"]) != bool(found["close"]) or (found["before"] and found["after"]):
        return None
    digits = re.sub(r"[^0-9]", "", found["whole"] or "")
    value = float(f"{digits or '0'}.{found['fraction'] or '0'}e{found['exponent'] or '0'}")
    if not math.isfinite(value):
        return None
    if found["percent"]:
        value /= 100
    if (found["sign"] or found["late_sign"] or found["open"]) and value:
        value = -value
    return Entered(value, _suggested(found, locale))


def _suggested(found: re.Match[str], locale: Locale) -> NumberFormat | None:
    cents = bool(found["fraction"])
    symbol = found["before"] or found["after"]
    if found["percent"]:
        return NumberFormat("PERCENT", "0.00%" if cents else "0%")
    if symbol == locale.symbol:
        return NumberFormat("CURRENCY", locale.currency if cents else locale.money)
    if symbol:
        return NumberFormat("CURRENCY", f"[${symbol}]#,##0.00" if cents else f"[${symbol}]#,##0")
    if found["exponent"]:
        return NumberFormat("SCIENTIFIC", "0.00E+00")
    if found["grouped"]:
        return NumberFormat("NUMBER", "#,##0.00" if cents else "#,##0")
    return None
