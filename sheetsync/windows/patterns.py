"""The patterns of a macro's `.format(...)`: moment.js's tokens, except that DDDD is the weekday's name. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_PIECE = re.compile(r"\[(?P<literal>[^\]]*)\]|(?P<token>([YQMDdHhmsSAaXZ])\3*)")


def _offset(at: datetime) -> str:
    offset = at.utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


# A date's text must not change with the locale of the server, so strftime's names are of no use here.
_TOKENS: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda at: f"{at.year:04}",
    "YY": lambda at: f"{at.year % 100:02}",
    "Q": lambda at: str((at.month + 2) // 3),
    "MMMM": lambda at: _MONTHS[at.month - 1],
    "MMM": lambda at: _MONTHS[at.month - 1][:3],
    "MM": lambda at: f"{at.month:02}",
    "M": lambda at: str(at.month),
    "DDDD": lambda at: _WEEKDAYS[at.weekday()],
    "dddd": lambda at: _WEEKDAYS[at.weekday()],
    "ddd": lambda at: _WEEKDAYS[at.weekday()][:3],
    "DD": lambda at: f"{at.day:02}",
    "D": lambda at: str(at.day),
    "HH": lambda at: f"{at.hour:02}",
    "H": lambda at: str(at.hour),
    "mm": lambda at: f"{at.minute:02}",
    "m": lambda at: str(at.minute),
    "ss": lambda at: f"{at.second:02}",
    "s": lambda at: str(at.second),
    "SSS": lambda at: f"{at.microsecond // 1000:03}",
    "A": lambda at: "AM" if at.hour < 12 else "PM",
    "a": lambda at: "am" if at.hour < 12 else "pm",
    "X": lambda at: str(int(at.timestamp())),
    "Z": _offset,
}
_TWELVE_HOURS: dict[str, Callable[[datetime], str]] = {
    "HH": lambda at: f"{(at.hour - 1) % 12 + 1:02}",
    "H": lambda at: str((at.hour - 1) % 12 + 1),
}


def render(pattern: str, local: datetime, zone: ZoneInfo) -> str:
    """`local`, a wall-clock time in `zone`, written as `pattern` says.

    Hours (`HH`, `hh`, `H`, `h`) are of the 24-hour clock unless `A` or `a` is in the pattern. Text in square brackets
    loses the brackets; what is no token stays as it is. Only X and Z look at the zone.
    """
    pieces = [(match["literal"], match["token"]) for match in _PIECE.finditer(pattern)]
    tokens = _TOKENS | _TWELVE_HOURS if {"A", "a"} & {token for _, token in pieces} else _TOKENS
    at = local.replace(tzinfo=zone)

    def text(match: re.Match[str]) -> str:
        if match["literal"] is not None:
            return match["literal"]
        token = match["token"]
        write = tokens.get(token.replace("h", "H"))
        return token if write is None else write(at)

    return _PIECE.sub(text, pattern)


def unknown_tokens(pattern: str) -> list[str]:
    """The runs of token letters that are no token, such as YYY or dd, in order."""
    runs = (match["token"] for match in _PIECE.finditer(pattern))
    return [run for run in runs if run is not None and run.replace("h", "H") not in _TOKENS]
