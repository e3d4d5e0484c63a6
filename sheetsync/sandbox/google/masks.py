"""Field masks: `a,b.c`, `a/b`, `a(b,c.d)` and `*`, in requests and for answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sheetsync.sandbox.google.errors import BAD_REQUEST, ApiError
from sheetsync.sandbox.google.schema import Json, camel, schemas, snake

STEPS = re.compile(r"[^,./()\s]+|[,./()]")


@dataclass(slots=True, eq=False)
class Mask:
    """A tree of selected fields. `whole` selects everything below."""

    whole: bool = False
    fields: dict[str, Mask] = field(default_factory=dict)

    def below(self, name: str) -> Mask | None:
        """What is selected of a field; None when nothing is."""
        if self.whole:
            return self
        return self.fields.get(name)

    def picks(self, name: str) -> bool:
        return self.whole or name in self.fields

    def add(self, path: list[str]) -> Mask:
        """Select one path; returns the mask at its end."""
        node = self
        for step in path:
            node = node.fields.setdefault(step, Mask())
        return node

    def paths(self, around: str = "") -> list[str]:
        """The selected paths, dotted."""
        if self.whole or not self.fields:
            return [around]
        return [path for name, mask in self.fields.items() for path in mask.paths(f"{around}.{name}".removeprefix("."))]


EVERYTHING = Mask(whole=True)


class MaskError(Exception):
    """A mask that cannot be read; `path` is the longest path that went wrong."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def parsed(text: str) -> Mask:
    """The tree of a mask's text.

    Raises:
        MaskError: brackets do not match, or a path is empty.
    """
    root = Mask()
    stack: list[Mask] = []
    base, node, ready = root, root, False
    for sign in [*STEPS.findall(text), ","]:
        if sign in ",)":
            if not ready:
                raise MaskError(text)
            if not node.fields:
                node.whole = True
            if sign == ")":
                if not stack:
                    raise MaskError(text)
                node, base = base, stack.pop()
                continue
            node, ready = base, False
        elif sign == "(":
            stack.append(base)
            base, ready = node, False
        elif sign in "./":
            ready = False
        else:
            node, ready = _stepped(node, sign), True
    if stack:
        raise MaskError(text)
    return root


def _stepped(node: Mask, sign: str) -> Mask:
    if sign == "*":
        node.whole = True
        return node
    return node.fields.setdefault(camel(sign), Mask())


def requested(text: str | None, schema: str) -> Mask:
    """The mask of an update request.

    Raises:
        ApiError: the mask is missing, or names a field that the schema does not have (texts seen in real responses).
    """
    if not text:
        raise ApiError("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    try:
        mask = parsed(text)
    except MaskError as error:
        raise ApiError(f"Invalid field: {error.path}") from error
    wrong = unknown(mask, f"@{schema}")
    if wrong is not None:
        *around, last = wrong.split(".")
        raise ApiError(f"Invalid field: {'.'.join([*around, snake(last)])}")
    return mask


def answered(text: str, schema: str) -> Mask:
    """The mask of an answer (`fields=` in the query).

    Raises:
        ApiError: a path does not exist in the answer's schema.
    """
    try:
        mask = parsed(text)
        wrong = unknown(mask, f"@{schema}")
    except MaskError as error:
        wrong = error.path
    if wrong is None:
        return mask
    description = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{wrong}'."
    violation = {"field": wrong, "description": description}
    raise ApiError(
        "Request contains an invalid argument.", 400, ({"@type": BAD_REQUEST, "fieldViolations": [violation]},)
    )


def unknown(mask: Mask, kind: str, around: str = "") -> str | None:
    """The first path of the mask that the type does not have, up to its first wrong step."""
    kind = kind.removeprefix("[]").removeprefix("[]")
    if kind.startswith("{}") or kind == "*":
        return None
    fields = schemas()[kind[1:]] if kind.startswith("@") else {}
    for name, deeper in mask.fields.items():
        path = f"{around}.{name}".removeprefix(".")
        wrong = path if name not in fields else unknown(deeper, fields[name], path)
        if wrong is not None:
            return wrong
    return None


def selected(mask: Mask, value: Any) -> Any:
    """The part of an answer that the mask selects."""
    if mask.whole:
        return value
    if isinstance(value, list):
        return [selected(mask, entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: selected(deeper, value[name]) for name, deeper in mask.fields.items() if name in value}


def merged(mask: Mask, old: Json, new: Json) -> Json:
    """`old` with the masked fields taken from `new`; a masked field that `new` lacks is cleared. Neither is changed."""
    if mask.whole:
        return dict(new)
    result = dict(old)
    for name, deeper in mask.fields.items():
        before, after = result.get(name), new.get(name)
        if deeper.whole or not isinstance(before, dict | None) or not isinstance(after, dict | None):
            replaced = after
        else:
            replaced = merged(deeper, before or {}, after or {}) or (None if after is None else {})
        if replaced is None:
            result.pop(name, None)
        else:
            result[name] = replaced
    return result
