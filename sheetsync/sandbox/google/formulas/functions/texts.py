"""Functions of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sheetsync.sandbox.google.formats.cells import NumberFormat
from sheetsync.sandbox.google.formats.showing import shown
from sheetsync.sandbox.google.formulas.calls import ENDLESS, Call, function
from sheetsync.sandbox.google.formulas.coercion import as_number, as_text, number_in
from sheetsync.sandbox.google.formulas.values import failure

LONGEST_TEXT = 50_000
"""Characters that a cell can hold."""


def _of_one(name: str, change: Callable[[str], str | float]) -> None:
    @function(name, elementwise=True)
    def body(call: Call) -> str | float:
        return change(call.text(0))


_of_one("LEN", lambda text: float(len(text)))
_of_one("UPPER", str.upper)
_of_one("LOWER", str.lower)
_of_one("PROPER", str.title)
_of_one("TRIM", lambda text: " ".join(word for word in text.split(" ") if word))


@function("TEXT", least=2, elementwise=True)
def formatted(call: Call) -> str:
    value, pattern = call.value(0), call.text(1)
    if isinstance(value, str):
        number = number_in(value, call.locale)
        value = value if number is None else number
    return shown(0.0 if value is None else value, NumberFormat("NUMBER", pattern), call.locale) if pattern else ""


@function("VALUE", elementwise=True)
def number_value(call: Call) -> float:
    return as_number(call.value(0), call.locale)


def _length(call: Call, at: int) -> int:
    length = call.whole(at, 1)
    if length < 0:
        raise failure("VALUE", "A number of characters must not be negative.")
    return length


@function("LEFT", least=1, most=2, elementwise=True)
def left(call: Call) -> str:
    return call.text(0)[: _length(call, 1)]


@function("RIGHT", least=1, most=2, elementwise=True)
def right(call: Call) -> str:
    text = call.text(0)
    return text[max(0, len(text) - _length(call, 1)) :]


@function("MID", least=3, elementwise=True)
def middle(call: Call) -> str:
    start = call.whole(1) - 1
    if start < 0:
        raise failure("VALUE", "Characters are counted from 1.")
    return call.text(0)[start : start + _length(call, 2)]


def _texts(call: Call, start: int = 0) -> Iterator[str]:
    return (as_text(value, call.locale) for value in call.values(start))


@function("CONCAT", least=2, elementwise=True)
def joined_two(call: Call) -> str:
    return call.text(0) + call.text(1)


@function("CONCATENATE", least=1, most=ENDLESS)
def concatenated(call: Call) -> str:
    return "".join(_texts(call))


@function("JOIN", least=2, most=ENDLESS)
def joined(call: Call) -> str:
    return call.text(0).join(_texts(call, 1))


@function("TEXTJOIN", least=3, most=ENDLESS)
def joined_texts(call: Call) -> str:
    without_empty = call.boolean(1)
    return call.text(0).join(text for text in _texts(call, 2) if text or not without_empty)


@function("SUBSTITUTE", least=3, most=4, elementwise=True)
def substituted(call: Call) -> str:
    text, old, new = call.text(0), call.text(1), call.text(2)
    if not old:
        return text
    if not call.given(3):
        return text.replace(old, new)
    pieces = text.split(old)
    number = call.whole(3)
    if not 1 <= number < len(pieces):
        return text
    return old.join(pieces[:number]) + new + old.join(pieces[number:])


@function("REPLACE", least=4, elementwise=True)
def replaced(call: Call) -> str:
    text, start = call.text(0), call.whole(1) - 1
    if start < 0:
        raise failure("VALUE", "Characters are counted from 1.")
    return text[:start] + call.text(3) + text[start + _length(call, 2) :]


def _found(part: str, text: str, start: int) -> float:
    at = text.find(part, start - 1) if start >= 1 else -1
    if at < 0:
        raise failure("VALUE", f"Did not find '{part}' within '{text}'.")
    return float(at + 1)


@function("FIND", least=2, most=3, elementwise=True)
def find(call: Call) -> float:
    return _found(call.text(0), call.text(1), call.whole(2, 1))


@function("SEARCH", least=2, most=3, elementwise=True)
def search(call: Call) -> float:
    return _found(call.text(0).lower(), call.text(1).lower(), call.whole(2, 1))


@function("EXACT", least=2, elementwise=True)
def exact(call: Call) -> bool:
    return call.text(0) == call.text(1)


@function("REPT", least=2, elementwise=True)
def repeated(call: Call) -> str:
    text, times = call.text(0), _length(call, 1)
    if len(text) * times > LONGEST_TEXT:
        raise failure("VALUE", f"The text is longer than {LONGEST_TEXT} characters.")
    return text * times


@function("HYPERLINK", least=1, most=2)
def hyperlink(call: Call) -> str | float:
    """The label, or the address without one."""
    label = call.value(1) if call.given(1) else None
    return label if isinstance(label, float) else call.text(1 if call.given(1) else 0)
