"""Binds JSON payloads to the API's schemas as Google's front end does, and gathers what does not fit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from sheetsync.sandbox.google.errors import Violation

Json = dict[str, Any]
Place = tuple["Place | None", str]
"""Where in the payload a value stands: the place around it and the last step. Spelled out only for a violation."""

Binder = Callable[[Any, "Place | None", list[Violation]], Any]

PACKAGE = "type.googleapis.com/google.apps.sheets.v4."
INT32: Final = (-(2**31), 2**31 - 1)

ONE_OF = {
    "Request": "kind",
    "DataFilter": "filter",
    "ExtendedValue": "value",
    "ColorStyle": "kind",
}
"""Schemas of which only one field may be set, and the name of that choice."""

PRESENT: Mapping[str, frozenset[str]] = {
    "SheetProperties": frozenset({"sheetId", "index", "title"}),
    "GridRange": frozenset({"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}),
    "DimensionRange": frozenset({"startIndex", "endIndex"}),
    "ExtendedValue": frozenset({"numberValue", "stringValue", "boolValue", "formulaValue"}),
    "TextFormat": frozenset({"bold", "italic", "strikethrough", "underline", "fontSize"}),
    "DeveloperMetadataLocation": frozenset({"sheetId"}),
    "DeveloperMetadata": frozenset({"metadataId"}),
}
"""Fields that are answered even when zero, false or empty (seen in real responses); all others are left out then."""


@cache
def schemas() -> Mapping[str, Mapping[str, str]]:
    loaded: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("schema.json").read_text("utf-8"))
    return loaded


def snake(name: str) -> str:
    """The proto name of a JSON name: `rowCount` → `row_count`."""
    return re.sub(r"[A-Z]", lambda found: "_" + found.group().lower(), name)


def camel(name: str) -> str:
    """The JSON name of a proto name: `row_count` → `rowCount`."""
    return re.sub(r"_([a-z0-9])", lambda found: found.group(1).upper(), name)


def bind(name: str, payload: Any, violations: list[Violation], root: str = "") -> Json:
    """The payload as an instance of schema `name`, with JSON names throughout.

    Args:
        name: the schema.
        payload: parsed JSON.
        violations: what does not fit is added here.
        root: the name of the request's body parameter; Google's paths begin with it where there is one (`data`).
    """
    place: Place | None = (None, root) if root else None
    if not isinstance(payload, dict):
        violations.append(
            Violation("", 'Invalid JSON payload received. Unknown name "": Root element must be a message.')
        )
        return {}
    bound: Json = _binder(f"@{name}")(payload, place, violations)
    return bound


def stored(name: str, value: Json) -> Json:
    """A bound message as the server keeps and answers it: without zero, false and empty fields, but for PRESENT."""
    fields, present = schemas()[name], PRESENT.get(name, frozenset())
    kept: Json = {}
    for field, entry in value.items():
        kind = fields.get(field)
        shown = entry if kind is None else _stored(kind, entry)
        if field in present or not _is_default(kind, shown):
            kept[field] = shown
    return kept


def _stored(kind: str, value: Any) -> Any:
    if kind.startswith("@") and isinstance(value, dict):
        return stored(kind[1:], value)
    if kind.startswith("[]") and isinstance(value, list):
        return [_stored(kind[2:], entry) for entry in value]
    if kind.startswith("{}") and isinstance(value, dict):
        return {key: _stored(kind[2:], entry) for key, entry in value.items()}
    return value


def _is_default(kind: str | None, value: Any) -> bool:
    if kind is None or kind.startswith("@"):
        return False
    if kind.startswith("="):
        return bool(value.endswith("_UNSPECIFIED"))
    return not value


def _spelled(place: Place | None) -> str:
    steps: list[str] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return "".join(step if step.startswith("[") else f".{step}" for step in reversed(steps)).removeprefix(".")


@cache
def _binder(kind: str) -> Binder:
    if kind.startswith("@"):
        return _message(kind[1:])
    if kind.startswith("[]"):
        return _list(kind[2:])
    if kind.startswith("{}"):
        return _map(kind[2:])
    if kind.startswith("="):
        return _enumeration(kind[1:].split("|"))
    return {"s": _string, "b": _boolean, "i": _integer, "d": _number, "m": _string, "*": _anything}[kind]


def _message(name: str) -> Binder:
    known = {field: (field, kind) for field, kind in schemas()[name].items()}
    known |= {snake(field): (field, kind) for field, kind in schemas()[name].items()}
    choice = ONE_OF.get(name)
    binders: dict[str, tuple[str, Binder, str]] = {}

    def binder(key: str) -> tuple[str, Binder, str] | None:
        if key not in known:
            return None
        field, kind = known[key]
        binders[key] = field, _binder(kind), snake(key)
        return binders[key]

    def bound(value: Any, place: Place | None, violations: list[Violation]) -> Any:
        if type(value) is not dict:
            violations.append(_wrong(place, PACKAGE + name, value))
            return {}
        result: Json = {}
        for key, entry in value.items():
            target = binders.get(key) or binder(key)
            if target is None:
                violations.append(_unknown(place, key))
            elif entry is not None:
                if choice is not None and result:
                    violations.append(_already(place, choice, target[0]))
                result[target[0]] = target[1](entry, (place, target[2]), violations)
        return result

    return bound


def _list(kind: str) -> Binder:
    element = _binder(kind)
    is_list, is_message = kind.startswith("[]"), kind.startswith("@")

    def bound(value: Any, place: Place | None, violations: list[Violation]) -> Any:
        # A lone value where a list is due is taken as its only element, as the real front end does.
        entries = value if isinstance(value, list) else [value]
        result = []
        for number, entry in enumerate(entries):
            if is_list and not isinstance(entry, list):
                violations.append(_wrong(place, "type.googleapis.com/google.protobuf.ListValue", entry))
            elif is_message and not isinstance(entry, dict):
                violations.append(_wrong(place, PACKAGE + kind[1:], entry))
            else:
                result.append(element(entry, (place, f"[{number}]"), violations))
        return result

    return bound


def _map(kind: str) -> Binder:
    element = _binder(kind)

    def bound(value: Any, place: Place | None, violations: list[Violation]) -> Any:
        if not isinstance(value, dict):
            violations.append(_wrong(place, "Map", value))
            return {}
        return {key: element(entry, (place, f"[{key}]"), violations) for key, entry in value.items()}

    return bound


def _enumeration(names: list[str]) -> Binder:
    allowed = frozenset(names)

    def bound(value: Any, place: Place | None, violations: list[Violation]) -> Any:
        if isinstance(value, str) and value in allowed:
            return value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
            return names[value]
        step = "" if place is None else place[1]
        violations.append(_wrong(place, PACKAGE + "".join(word.title() for word in step.split("_")), value))
        return names[0]

    return bound


def _string(value: Any, place: Place | None, violations: list[Violation]) -> Any:
    if type(value) is str:
        return value
    violations.append(_wrong(place, "TYPE_STRING", value))
    return ""


def _boolean(value: Any, place: Place | None, violations: list[Violation]) -> Any:
    if type(value) is bool:
        return value
    if value in ("true", "false"):
        return value == "true"
    violations.append(_wrong(place, "TYPE_BOOL", value))
    return False


def _integer(value: Any, place: Place | None, violations: list[Violation]) -> Any:
    number = value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,10}", value):
        number = int(value)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if type(number) is int and INT32[0] <= number <= INT32[1]:
        return number
    violations.append(_wrong(place, "TYPE_INT32", value))
    return 0


def _number(value: Any, place: Place | None, violations: list[Violation]) -> Any:
    if type(value) is float or type(value) is int:
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
        return float(value)
    violations.append(_wrong(place, "TYPE_DOUBLE", value))
    return 0


def _anything(value: Any, _: Place | None, __: list[Violation]) -> Any:
    return value


def _wrong(place: Place | None, kind: str, value: Any) -> Violation:
    spelled = _spelled(place)
    shown = json.dumps(value, ensure_ascii=False)
    return Violation(spelled, f"Invalid value at '{spelled}' ({kind}), {shown}")


def _unknown(place: Place | None, key: str) -> Violation:
    spelled = _spelled(place)
    where = f" at '{spelled}'" if spelled else ""
    return Violation(spelled, f'Invalid JSON payload received. Unknown name "{key}"{where}: Cannot find field.')


def _already(place: Place | None, choice: str, field: str) -> Violation:
    spelled = _spelled(place)
    description = f"Invalid value at '{spelled}' (oneof), oneof field '{choice}' is already set. Cannot set '{field}'"
    return Violation(spelled, description)
