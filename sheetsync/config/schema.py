"""The JSON Schema (draft 2020-12) of what people write, made from the models, for editors."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sheetsync.clockify.query import Report
from sheetsync.config.merging import FITS, GENERAL
from sheetsync.config.model import Clockify, General, Google, Job
from sheetsync.config.notifying import Notify
from sheetsync.config.sentences import GROUPS
from sheetsync.config.values import DURATION, Form
from sheetsync.schedule.forms import ALL_DAYS

FILE = Path(__file__).with_name("sheetsync.schema.json")
"""The schema as it is shipped."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_INHERITED = "as for the whole file"
_DEFAULTS = {
    "start": "one month before today",
    "end": "one month after `start`; without it, the coming midnight",
    "deadline": "`15m`",
    "keep_history": "`400d`",
    "columns": "all",
    "credentials": "Application Default Credentials",
    "listen": "`127.0.0.1:8787`",
    "state": "`$STATE_DIRECTORY/state.db`, else `~/.local/state/sheetsync/state.db`",
    "filters": "all entries",
    "schedule": "`{every: 1h}`",
    "group_by": "`[project]` for summary, `[user]` for weekly reports",
}
"""Defaults that a value cannot say, in words."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as people see it. `group` names the group of settings that is its value, where it is one."""

    name: str
    form: Form | None
    group: str
    required: bool
    default: str
    description: str


def settings(model: type[BaseModel], path: str = "") -> Iterator[Setting]:
    """The settings of a model, whose group stands at `path` in a job."""
    for name, field in model.model_fields.items():
        form = _form(field)
        group = name if form is None and name in GROUPS else ""
        full = f"{path}.{name}" if path else name
        required = (field.is_required() and not group) or full == "target"
        default = _INHERITED if model is Job and name in GENERAL else _default(name, field)
        yield Setting(name, form, group, required, default, _description(full, explained(model).get(name, "")))


def top_settings() -> Iterator[Setting]:
    """The settings of a whole file."""
    general = {setting.name: setting for setting in settings(General)}
    yield from (general[name] for name in ("version", "time_zone", "week_start"))
    yield Setting("clockify", None, "clockify", False, "", _summary(Clockify))
    yield Setting("google", None, "google", False, "", _summary(Google))
    yield Setting("notify", None, "notify", False, "", _summary(Notify))
    yield Setting("defaults", None, "defaults", False, "", "Settings for all jobs that do not say otherwise.")
    yield Setting("jobs", None, "jobs", True, "", "The jobs, at least one.")
    yield general["state"]
    yield from (general[name] for name in ("keep_history", "parallel", "serve"))


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a configuration file."""
    groups = {name: _object(settings(model, name), ()) for name, model in GROUPS.items()}
    groups["schedule"] = {"anyOf": [{"enum": ["manual"]}, groups["schedule"]]}
    job = list(settings(Job))
    groups["job"] = _object(job, ("name",))
    groups["defaults"] = _object([setting for setting in job if setting.name != "name"], ())
    root = _object(top_settings(), ("version", "jobs"))
    return {
        "$schema": _DIALECT,
        "title": "sheetsync configuration",
        "description": "Which Clockify reports sheetsync keeps in which Google Sheets.",
        **root,
        "$defs": groups,
    }


def _object(found: Iterator[Setting] | list[Setting], required: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {setting.name: _property(setting, setting.name in required) for setting in found},
        "additionalProperties": False,
    }
    return {**made, "required": list(required)} if required else made


def _property(setting: Setting, required: bool) -> dict[str, Any]:  # noqa: FBT001 - private, one caller
    if setting.group == "jobs":
        value: dict[str, Any] = {"type": "array", "items": {"$ref": "#/$defs/job"}, "minItems": 1}
    elif setting.group:
        value = {"$ref": f"#/$defs/{setting.group}"}
    else:
        assert setting.form is not None  # noqa: S101 - what is no group has a form
        value = setting.form.schema
    if not required and setting.name not in {"version", "jobs"}:
        value = {"anyOf": [*(value["anyOf"] if set(value) == {"anyOf"} else [value]), {"type": "null"}]}
    default = f" Default: {setting.default.replace('`', '')}." if setting.default else ""
    return {"description": setting.description + default, **value}


def _form(field: FieldInfo) -> Form | None:
    """How a field is written; for an optional one that is said inside of the union with None."""
    inner = [data for part in get_args(field.annotation) for data in getattr(part, "__metadata__", ())]
    return next((data for data in [*field.metadata, *inner] if isinstance(data, Form)), None)


def _default(name: str, field: FieldInfo) -> str:
    if name in _DEFAULTS:
        return _DEFAULTS[name]
    value = field.default
    if field.is_required() or value is None or isinstance(value, BaseModel) or value in ((), ALL_DAYS):
        return ""
    if _form(field) is DURATION:
        return f"`{value}s`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(value)}]`"
    return f"`{value.value if isinstance(value, StrEnum) else value}`"


@cache
def explained(model: type[BaseModel]) -> dict[str, str]:
    """What stands below each field of a model, by name, on one line.

    pydantic could read these docstrings itself, but would do so at the start of every command.
    """
    found: dict[str, str] = {}
    for base in reversed([each for each in model.__mro__ if issubclass(each, BaseModel) and each is not BaseModel]):
        (made,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        body = made.body if isinstance(made, ast.ClassDef) else []
        for field, text in pairwise(body):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                    found[name] = " ".join(said.split())
    return found


def _description(name: str, text: str) -> str:
    if name not in FITS:
        return text
    kinds = " and ".join(", ".join(kind for kind in Report if kind in FITS[name]).rsplit(", ", 1))
    return f"{text} For {kinds} reports."


def _summary(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())
