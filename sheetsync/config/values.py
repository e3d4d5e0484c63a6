"""What single values can be written as, and what they mean. Pure.

A reader takes what stands in the file, a text, or the value itself when a model is made by a program, and raises
`Mistake`. `Form` says beside it how people write the value, for the JSON Schema and the reference.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator

from sheetsync.config.secrets import Secret
from sheetsync.config.syntax import shown
from sheetsync.schedule.forms import parse_duration
from sheetsync.windows import window

E = TypeVar("E", bound=StrEnum)
Schema = dict[str, Any]
Reader = Callable[[Any], Any]

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_SIMILAR = 0.7
_DURATION = r"^\s*(\d+\s*w)?\s*(\d+\s*d)?\s*(\d+\s*h)?\s*(\d+\s*m)?\s*(\d+\s*s)?\s*$"
_LONGEST_NAME = 100
_LONGEST_RUN = 86_400
_HIGHEST_RATE = 1_000_000
_MOST_CELLS = 1_000_000_000
_MOST = 64
_OF_THIS_MACHINE = {"localtime", "Factory"}
"""Zones of the database that are not the same everywhere."""
_OTHER_KINDS = ("posix/", "right/")
"""Where some systems keep the same zones once more, with leap seconds or without."""


class Mistake(ValueError):  # noqa: N818 - a finding, told as a Problem
    """A value that cannot be used: what is wrong, what to do, and where below the value, if not the value itself."""

    def __init__(self, message: str, todo: str = "", at: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo
        self.at = at


class Absence(Mistake):
    """A setting that must be there and is not, found out by more than its model's list of settings."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """How a value is written: in words for the reference, and as a JSON Schema of what stands in the file."""

    words: str
    schema: Schema


def nearest(given: str, known: Iterable[str]) -> str:
    """The known word that is most like the given one, whatever its case; empty when none is."""
    folded = {word.casefold(): word for word in known}
    found = difflib.get_close_matches(given.casefold(), folded, n=1, cutoff=_SIMILAR)
    return folded[found[0]] if found else ""


def did_you_mean(given: str, known: Iterable[str]) -> str:
    found = nearest(given, known)
    return f"Did you mean '{found}'? " if found else ""


def text(value: Any) -> Any:
    """A text of at least one character that is no blank."""
    if isinstance(value, list | dict):
        raise Mistake(f"this is {'a list' if isinstance(value, list) else 'a group of settings'}, not a text.", _QUOTED)
    if isinstance(value, str):
        if not value.strip():
            raise Mistake("this text is empty.", "Write a value, or remove the line.")
        return value.strip()
    return value


_QUOTED = "Write one text; put it in quotes if it holds brackets, braces or a colon."


def flag(value: Any) -> Any:
    if isinstance(value, str):
        if value.lower() in {"true", "false"}:
            return value.lower() == "true"
        raise Mistake(f"{shown(value)} is neither true nor false.", "Write true or false.")
    return text(value)


def version(value: Any) -> Any:
    if str(value) == "1":
        return 1
    message = (
        f"{shown(value)} is no version that this sheetsync knows." if isinstance(value, str) else "this is no version."
    )
    raise Mistake(message, "Write version: 1.")


def job_name(value: Any) -> Any:
    name = text(value)
    if isinstance(name, str) and not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]*", name):
        raise Mistake(f"{shown(name)} is no name for a job.", "Use letters, digits, - and _, such as hours-november.")
    if isinstance(name, str) and len(name) > _LONGEST_NAME:
        raise Mistake("this name is too long.", f"Use at most {_LONGEST_NAME} characters.")
    return name


def duration(value: Any) -> Any:
    """Whole seconds, more than none."""
    seconds = parse_duration(value) if isinstance(text(value), str) else value
    if seconds == 0:
        raise Mistake("this duration is zero.", "Write, for example, 15m.")
    return seconds


def deadline(value: Any) -> Any:
    seconds = duration(value)
    if isinstance(seconds, int) and seconds > _LONGEST_RUN:
        raise Mistake("a run cannot take longer than a day.", "Write at most 1d.")
    return seconds


def count(value: Any) -> Any:
    """A whole number of at least 1 and at most 64."""
    given = text(value)
    found = int(given) if isinstance(given, str) and re.fullmatch(r"\d{1,3}", given, re.ASCII) else given
    if not isinstance(found, int) or not 1 <= found <= _MOST:
        raise Mistake(f"{shown(str(value))} cannot be used here.", f"Write a whole number from 1 to {_MOST}.")
    return found


def rate(value: Any) -> Any:
    """A whole number of requests, at least 1 and at most a million."""
    return _whole(value, "requests", _HIGHEST_RATE)


def cells(value: Any) -> Any:
    """A whole number of cells, at least 1 and at most a thousand million."""
    return _whole(value, "cells", _MOST_CELLS)


def _whole(value: Any, things: str, most: int) -> int:
    given = text(value)
    found = int(given) if isinstance(given, str) and re.fullmatch(r"\d{1,10}", given, re.ASCII) else given
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= most:
        raise Mistake(f"{shown(str(value))} is no number of {things}.", f"Write a whole number from 1 to {most}.")
    return found


def share(value: Any) -> Any:
    """`50%` and `0.5` are 0.5."""
    if not isinstance(text(value), str):
        return value
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?) ?%|(0(?:\.\d+)?)", value.strip(), re.ASCII)
    if match is None:
        raise Mistake(f"{shown(value)} is no share.", "Write it in percent, such as 50%.")
    found = float(match[1]) / 100 if match[1] else float(match[2])
    if found > 1:
        raise Mistake(f"{shown(value)} is more than the whole.", "Write at most 100%.")
    return found


def _is_zone(name: str) -> bool:
    if name in _OF_THIS_MACHINE or name.startswith(_OTHER_KINDS):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def time_zone(value: Any) -> Any:
    """The name of a zone in the IANA time zone database."""
    name = text(value)
    if not isinstance(name, str) or _is_zone(name):
        return name
    zones = available_timezones() - _OF_THIS_MACHINE
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(zones, reverse=True)}
    city = nearest(name.replace(" ", "_").rpartition("/")[2], cities)
    guess = nearest(name, zones) if "/" in name else cities.get(city, "")
    question = f"Did you mean '{guess}'? " if guess else ""
    raise Mistake(f"{shown(name)} is no time zone.", f"{question}Write an IANA name, such as Europe/Berlin or UTC.")


def bound(value: Any) -> Any:
    """A window's start or end: a local date or date-time, or macros that give one."""
    found = text(value)
    problems = window.validate(found) if isinstance(found, str) else []
    if problems:
        message = " ".join(problem.message for problem in problems)
        raise Mistake(message, " ".join(dict.fromkeys(problem.todo for problem in problems)))
    return found


def web_address(value: Any) -> Any:
    """An http or https address without a trailing slash."""
    given = text(value)
    if not isinstance(given, str):
        return given
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Mistake("this is no web address.", "Write, for example, http://127.0.0.1:8801/api/v1.") from None
    if parts.username is not None or parts.password is not None:
        raise Mistake("an address with a user and a password cannot be used.", "Write it without them.")
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or re.search(r"\s", given):
        raise Mistake("this is no web address.", "Write, for example, http://127.0.0.1:8801/api/v1.")
    return given.rstrip("/")


def secret(value: Any) -> Any:
    if isinstance(value, dict | list):
        raise Mistake("a secret is one text.", "Write ${VARIABLE}, file:/path/of/the/secret or credential:NAME.")
    return Secret(value) if isinstance(value, str) else value


def sends_in_the_clear(url: str) -> bool:
    """Whether requests to an address leave the machine without encryption."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in LOOPBACK


def choice(kind: type[E]) -> Reader:
    """Reads one of an enumeration's words."""

    def read(value: Any) -> Any:
        word = text(value)
        if not isinstance(word, str) or isinstance(word, kind):
            return word
        for member in kind:
            if word.casefold() == member.value:
                return member
        guess = did_you_mean(word, [member.value for member in kind])
        raise Mistake(f"{shown(word)} cannot be used here.", f"{guess}Write {one_of(list(kind))}.")

    return read


def one_of(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def listed(value: Any) -> Any:
    """A list of at least one entry; a bare word is a list of one."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        raise Mistake("this is a group of settings, not a list.", "Write [first, second], or one - per line.")
    if isinstance(value, list) and not value:
        raise Mistake("this list is empty.", "Write at least one entry, or remove the line.")
    return value


def group(value: Any) -> Any:
    """The settings of a group, where a group is wanted."""
    if isinstance(value, str | list):
        raise Mistake("settings are expected here, indented by two blanks, each as name: value.")
    return value


SECRET = Form("secret", {"type": "string"})
VARIABLE: Schema = {"type": "string", "pattern": r"\$\{"}
TEXT: Schema = {"type": ["string", "number", "boolean"]}


def or_variable(schema: Schema) -> Schema:
    return {"anyOf": [schema, VARIABLE]}


def words(kind: type[StrEnum]) -> Schema:
    return or_variable({"enum": [member.value for member in kind]})


def word_form(kind: type[StrEnum]) -> Form:
    return Form(one_of([f"`{member}`" for member in kind]), words(kind))


Text = Annotated[str, BeforeValidator(text), Form("text", TEXT)]
Flag = Annotated[
    bool, BeforeValidator(flag), Form("`true` or `false`", or_variable({"enum": [True, False, "true", "false"]}))
]
Version = Annotated[int, BeforeValidator(version), Form("`1`", {"enum": [1, "1"]})]
JobName = Annotated[
    str,
    BeforeValidator(job_name),
    Form("letters, digits, `-` and `_`", {**TEXT, "pattern": r"^[A-Za-z0-9_][A-Za-z0-9_-]*$|\$\{"}),
]
DURATION = Form("duration: `90s`, `15m`, `2h30m`, `1d`", or_variable({"type": "string", "pattern": _DURATION}))
COUNT = Form("whole number", or_variable({"type": "integer", "minimum": 1, "maximum": _MOST}))
Rate = Annotated[
    int,
    BeforeValidator(rate),
    Form("whole number", or_variable({"type": "integer", "minimum": 1, "maximum": _HIGHEST_RATE})),
]
Cells = Annotated[
    int,
    BeforeValidator(cells),
    Form("whole number", or_variable({"type": "integer", "minimum": 1, "maximum": _MOST_CELLS})),
]
Seconds = Annotated[int, BeforeValidator(duration), DURATION]
Deadline = Annotated[int, BeforeValidator(deadline), DURATION]
Share = Annotated[
    float,
    BeforeValidator(share),
    Form(
        "percentage: `50%`",
        {"anyOf": [{"type": "string", "pattern": r"%\s*$|\$\{"}, {"type": "number", "minimum": 0, "maximum": 1}]},
    ),
]
TimeZone = Annotated[str, BeforeValidator(time_zone), Form("IANA name", {"type": "string"})]
Bound = Annotated[str, BeforeValidator(bound), Form("date, date-time or macros", {"type": "string"})]
WebAddress = Annotated[
    str, BeforeValidator(web_address), Form("address", {"type": "string", "pattern": r"^https?://|\$\{"})
]
