"""What a model refuses, as sentences with places in the file. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sheetsync.config import syntax
from sheetsync.config.model import Clockify, Google
from sheetsync.config.nodes import Listing, Mapping, Node, Place, Scalar, is_null
from sheetsync.config.notifying import Notify
from sheetsync.config.serving import Serve
from sheetsync.config.syntax import setting, shown
from sheetsync.config.target import TargetForm
from sheetsync.config.values import Absence, Mistake, nearest
from sheetsync.config.written import FiltersForm, ScheduleForm

GROUPS: dict[str, type[BaseModel]] = {
    "target": TargetForm,
    "filters": FiltersForm,
    "schedule": ScheduleForm,
    "clockify": Clockify,
    "google": Google,
    "notify": Notify,
    "serve": Serve,
}
_SELECTIONS = frozenset({"include", "exclude"})
_ADD = {
    "version": "Add version: 1.",
    "name": "Add name: with letters, digits, - and _, such as hours-november.",
    "report": "Add report: detailed, summary, weekly, expenses or attendance.",
    "target": "Add target: {spreadsheet: ADDRESS, worksheet: TITLE}.",
    "spreadsheet": "Add spreadsheet: with its address, https://docs.google.com/spreadsheets/d/…/edit.",
    "api_key": "Add api_key: ${CLOCKIFY_API_KEY} under clockify:, for the whole file or for this job.",
    "workspace": "Add workspace: with its id or name under clockify:, for the whole file or for this job.",
}
"""What to write for a setting that must be there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake at a place. `missing`: it is about a setting that is not there."""

    place: Place
    message: str
    todo: str
    missing: bool = False


def findings(error: ValidationError, root: Mapping, known: frozenset[str]) -> Iterator[Finding]:
    """The mistakes in the tree of which the values were refused. `known` are the settings that the tree may have."""
    for details in error.errors(include_url=False, include_input=False):
        found = _finding(details, root, known)
        if found is not None:
            yield found


def unknown(key: str, known: frozenset[str]) -> tuple[str, str]:
    """What to say of a setting that is not one of the known ones."""
    called = setting(key)
    if called == syntax.HIDDEN:
        return "this setting is not known.", f"Known here are {', '.join(sorted(known))}."
    homes = [name for name, model in GROUPS.items() if key in model.model_fields and name in known]
    if homes:
        return f"unknown {called}; it belongs under {homes[0]}.", f"Indent it below {homes[0]}:"
    if guess := nearest(key, known):
        return f"unknown {called}; did you mean '{guess}'?", ""
    return f"unknown {called}.", f"Known here are {', '.join(sorted(known))}."


def _finding(details: ErrorDetails, root: Mapping, known: frozenset[str]) -> Finding | None:
    loc, kind = details["loc"], details["type"]
    mistake = details.get("ctx", {}).get("error")
    if isinstance(mistake, Mistake):
        loc = (*loc, *mistake.at)
    if kind == "extra_forbidden":
        node, path = _walk(root, loc[:-1])
        key = str(loc[-1])
        assert isinstance(node, Mapping)  # noqa: S101 - only mappings have unknown keys
        return Finding(node.entries[key].key, *unknown(key, _known(path, known)))
    node, path = _walk(root, loc)
    if isinstance(node, Scalar) and node.broken:
        return None
    prefix = f"{'.'.join(path)}: " if path else ""
    if kind == "missing":
        name = str(loc[-1])
        called = f"'clockify.{name}'" if path == ["clockify"] else f"{prefix}'{name}'"
        return Finding(node.place, f"{called} is missing.", _ADD.get(name, f"Add {name}:"), missing=True)
    message, todo = _said(mistake, node)
    message = _as_written(f"{prefix}{message}", node)
    return Finding(node.place, message, _as_written(todo, node), missing=isinstance(mistake, Absence))


def _said(mistake: Any, node: Node) -> tuple[str, str]:
    if isinstance(mistake, Mistake):
        return mistake.message, mistake.todo
    if isinstance(mistake, ValueError):
        return str(mistake), ""
    if isinstance(node, Mapping):
        return "a group of settings cannot be used here.", "Write one value."
    if isinstance(node, Listing):
        return "a list cannot be used here.", "Write one value."
    return "settings are expected here.", "Indent them by two blanks on the lines below, each as name: value."


def _as_written(message: str, node: Node) -> str:
    """The message with variables in place of what they hold, which may be secret."""
    if not isinstance(node, Scalar) or node.written is None or not node.text:
        return message
    return message.replace(shown(node.text), shown(node.written)).replace(node.text, node.written)


def _walk(root: Mapping, loc: tuple[int | str, ...]) -> tuple[Node, list[str]]:
    """The node at a place of the model, and the settings on the way to it.

    Parts that only the model has, such as the `include` of a filter written as a plain list, are passed over.
    """
    node: Node = root
    path: list[str] = []
    for part in loc:
        if isinstance(node, Mapping) and isinstance(part, str) and part in node.entries:
            if not is_null(node.entries[part].node):
                node = node.entries[part].node
                path.append(part)
        elif isinstance(node, Listing) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
    return node, path


def _known(path: list[str], known: frozenset[str]) -> frozenset[str]:
    if not path:
        return known
    model = GROUPS.get(path[-1])
    return frozenset(model.model_fields) if model is not None else _SELECTIONS
