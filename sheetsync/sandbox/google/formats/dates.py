"""Dates, times and durations as a cell shows them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from sheetsync.sandbox.google.formats import calendar
from sheetsync.sandbox.google.formats.locales import Locale
from sheetsync.sandbox.google.formats.patterns import Part, Section, Token

SECONDS_A_DAY = 86_400
EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
CLOCK = (Part.DATE, Part.ELAPSED)


@dataclass(frozen=True)
class _Moment:
    """A serial taken apart after rounding to the smallest unit that the pattern shows."""

    days: int
    seconds: int
    ticks: int
    twelve_hours: bool

    @property
    def hour(self) -> int:
        return self.seconds // 3600

    @property
    def total_seconds(self) -> int:
        return self.days * SECONDS_A_DAY + self.seconds


def dated(value: Decimal, section: Section, locale: Locale) -> str:
    """A serial (days since 1899-12-30) in a date section.

    It is rounded to the second first, or to the fraction of one that the pattern shows: 23:59:59.999 shows as the
    next midnight (seen in real responses). A negative duration has a minus sign, a negative date is one before 1900.
    """
    tokens = section.tokens
    elapsed = section.has(Part.ELAPSED)
    decimals = _second_decimals(tokens)
    scale = 10**decimals
    ticks = int(EXACT.multiply(value, Decimal(SECONDS_A_DAY * scale)).to_integral_value(ROUND_HALF_UP))
    sign = "-" if elapsed and ticks < 0 else ""
    seconds, fraction = divmod(abs(ticks) if elapsed else ticks, scale)
    days, of_day = divmod(seconds, SECONDS_A_DAY)
    moment = _Moment(days, of_day, fraction, section.has(Part.HALF_DAY))
    pieces: list[str] = []
    skipped = 0
    for at, token in enumerate(tokens):
        if skipped:
            skipped -= 1
        elif token.part is Part.POINT and (digits := _fraction_width(tokens, at)):
            pieces.append(locale.decimal + str(moment.ticks).rjust(decimals, "0")[:digits])
            skipped = digits
        else:
            pieces.append(_piece(tokens, at, moment, locale))
    return sign + "".join(pieces)


def _second_decimals(tokens: Sequence[Token]) -> int:
    return max((_fraction_width(tokens, at) for at in range(len(tokens))), default=0)


def _fraction_width(tokens: Sequence[Token], at: int) -> int:
    """How many zeros follow a point that stands right behind seconds; 0 where there is none."""
    if tokens[at].part is not Part.POINT or at == 0 or tokens[at - 1].part not in CLOCK:
        return 0
    if not tokens[at - 1].text.lower().startswith("s"):
        return 0
    width = 0
    for token in tokens[at + 1 :]:
        if token.part is not Part.DIGIT or token.text != "0":
            break
        width += 1
    return width


def _piece(tokens: Sequence[Token], at: int, moment: _Moment, locale: Locale) -> str:
    token = tokens[at]
    if token.part is Part.HALF_DAY:
        return _half_day(token.text, moment)
    if token.part is Part.ELAPSED:
        divisor = {"h": 3600, "m": 60, "s": 1}[token.text[0]]
        return str(moment.total_seconds // divisor).rjust(len(token.text), "0")
    if token.part is not Part.DATE:
        return token.text
    return _clock_piece(tokens, at, moment) or _day_piece(token.text[0].lower(), len(token.text), moment.days, locale)


def _clock_piece(tokens: Sequence[Token], at: int, moment: _Moment) -> str | None:
    """Hours, minutes or seconds; None when the token is a part of the date."""
    unit, width = tokens[at].text[0].lower(), len(tokens[at].text)
    if unit == "m" and width <= 2 and _means_minutes(tokens, at):
        return str(moment.seconds // 60 % 60).rjust(width, "0")
    if unit == "h":
        hour = (moment.hour + 11) % 12 + 1 if moment.twelve_hours else moment.hour
        return str(hour).rjust(min(width, 2), "0")
    if unit == "s":
        return str(moment.seconds % 60).rjust(min(width, 2), "0")
    return None


def _means_minutes(tokens: Sequence[Token], at: int) -> bool:
    """`m` is minutes behind hours and before seconds, months elsewhere."""
    before = [token.text[0].lower() for token in tokens[:at] if token.part in CLOCK]
    after = [token.text[0].lower() for token in tokens[at + 1 :] if token.part in CLOCK]
    return before[-1:] == ["h"] or after[:1] == ["s"]


def _half_day(text: str, moment: _Moment) -> str:
    half = "PM" if moment.hour >= 12 else "AM"
    if len(text) == len("a/p"):
        return half[0].lower() if text.islower() else half[0]
    return half


def _day_piece(unit: str, width: int, serial: int, locale: Locale) -> str:
    day = calendar.day_of(serial)
    if unit == "y":
        return f"{day.year % 100:02d}" if width <= 2 else str(day.year).rjust(4, "0")
    if unit == "m":
        name = locale.months[day.month - 1]
        names = {3: name[:3], 4: name, 5: name[0]}
        return names.get(width, name) if width > 2 else str(day.month).rjust(width, "0")
    name = locale.days[calendar.weekday(serial)]
    if width > 2:
        return name[: locale.short_day] if width == 3 else name
    return str(day.day).rjust(width, "0")
