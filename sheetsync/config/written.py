"""The settings of a job that people write in more than one way, and the one value that each way means. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from sheetsync.clockify.query import Amount, Filters, Group, Report, Selection
from sheetsync.config.syntax import shown
from sheetsync.config.values import (
    TEXT,
    Flag,
    Form,
    Mistake,
    Text,
    did_you_mean,
    duration,
    group,
    listed,
    one_of,
    or_variable,
    text,
)
from sheetsync.errors import WindowError
from sheetsync.schedule.forms import ALL_DAYS, Cron, Every, Manual, parse_between, parse_cron, parse_days
from sheetsync.table import Choice
from sheetsync.windows import window
from sheetsync.windows.macros import holds_macros

MOST_GROUPS = 3
"""The Reports API's limit (docs.clockify.me)."""
WEEKLY_GROUPS = (Group.USER, Group.PROJECT)
_SAMPLES = tuple(datetime(*day, 12, tzinfo=UTC) for day in ((2027, 1, 4), (2028, 2, 29), (2027, 8, 31)))
"""Moments at which the window of two macros is tried out: a Monday, a leap day, the end of a long month."""


class _Written(BaseModel):
    """Built when a job is first written so."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def list_form(words: str, entry: dict[str, Any]) -> Form:
    return Form(words, {"anyOf": [entry, {"type": "array", "items": entry, "minItems": 1}]})


group_form = list_form(
    f"list of {', '.join(f'`{word}`' for word in Group)}", or_variable({"enum": [word.value for word in Group]})
)
amount_form = list_form(
    "list of `earned`, `cost`, `profit`, or `none`", or_variable({"enum": [*(word.value for word in Amount), "none"]})
)
column_form = list_form(
    "list of names or `{Name: Title}`",
    {"anyOf": [TEXT, {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": TEXT}]},
)
_names = list_form("list of names or ids", TEXT)


class _Members(_Written):
    include: Annotated[tuple[Text, ...], BeforeValidator(listed), _names] = ()
    """Entries that have one of these."""
    exclude: Annotated[tuple[Text, ...], BeforeValidator(listed), _names] = ()
    """Entries that have none of these."""

    @model_validator(mode="after")
    def _is_one_of_two(self) -> _Members:
        if bool(self.include) == bool(self.exclude):
            raise Mistake("a filter has either include or exclude.", "Write names: [A, B], or {exclude: [A, B]}.")
        return self


def _selection(value: Any) -> Any:
    if value is None or isinstance(value, Selection):
        return value
    members = _Members.model_validate(value if isinstance(value, dict) else {"include": value})
    return Selection(members.include or members.exclude, exclude=bool(members.exclude))


def _state_of(*words: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        if not isinstance(text(value), str) or value in words:
            return value
        raise Mistake(f"{shown(value)} cannot be used here.", f"{did_you_mean(value, words)}Write {one_of(words)}.")

    return BeforeValidator(read)


def _state_form(*words: str) -> Form:
    return Form(one_of([f"`{word}`" for word in words]), or_variable({"enum": list(words)}))


_members_form = Form(
    "list of names or ids, or `{exclude: […]}`",
    {
        "anyOf": [
            *_names.schema["anyOf"],
            {
                "type": "object",
                "properties": {"include": _names.schema, "exclude": _names.schema},
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
            },
        ]
    },
)
_Selected = Annotated[Selection | None, BeforeValidator(_selection), _members_form]


class FiltersForm(_Written):
    """Which entries a report takes."""

    users: _Selected = None
    """Entries of these users."""
    user_groups: _Selected = None
    """Entries of the users in these groups."""
    clients: _Selected = None
    """Entries on projects of these clients."""
    projects: _Selected = None
    """Entries on these projects."""
    tasks: _Selected = None
    """Entries on these tasks."""
    tags: _Selected = None
    """Entries with one of these tags."""
    description: Text | None = None
    """Entries whose description holds this text; of expenses, whose note does."""
    billable: Flag | None = None
    """Only billable entries, or only the others."""
    approval: Annotated[
        Literal["approved", "unapproved", "all"] | None,
        _state_of("approved", "unapproved", "all"),
        _state_form("approved", "unapproved", "all"),
    ] = None
    """Entries by whether they are approved."""
    invoicing: Annotated[
        Literal["invoiced", "uninvoiced", "all"] | None,
        _state_of("invoiced", "uninvoiced", "all"),
        _state_form("invoiced", "uninvoiced", "all"),
    ] = None
    """Entries by whether they are on an invoice."""


def filters(value: Any) -> Any:
    if isinstance(value, Filters):
        return value
    form = FiltersForm.model_validate(group(value))
    return Filters(**{name: getattr(form, name) for name in type(form).model_fields})


def _interval(value: Any) -> Any:
    seconds = duration(value)
    return Every(seconds).seconds if isinstance(seconds, int) else seconds


def _span(value: Any) -> Any:
    return parse_between(value) if isinstance(text(value), str) else value


def _days(value: Any) -> Any:
    return parse_days([text(day) for day in listed(value)]) if isinstance(value, str | list) else value


def _cron(value: Any) -> Any:
    return parse_cron(value).expression if isinstance(text(value), str) else value


class ScheduleForm(_Written):
    """When a job runs: every so often, or as a cron expression says."""

    every: Annotated[
        int | None, BeforeValidator(_interval), Form("duration: `15m`, `1h`, `1d`", {"type": "string"})
    ] = None
    """How often, counted from midnight; at least one minute."""
    between: Annotated[tuple[time, time] | None, BeforeValidator(_span), Form("`08:00-18:00`", {"type": "string"})] = (
        None
    )
    """Only at these times of the day. With every."""
    days: Annotated[
        frozenset[int], BeforeValidator(_days), list_form("`mon-fri`, or a list of days", {"type": "string"})
    ] = ALL_DAYS
    """Only on these days. With every."""
    cron: Annotated[str | None, BeforeValidator(_cron), Form("five fields, or `@daily`", {"type": "string"})] = None
    """Instead of every: minute, hour, day of the month, month, day of the week, as in Debian's cron."""

    @model_validator(mode="after")
    def _is_one_of_two(self) -> ScheduleForm:
        if (self.every is None) == (self.cron is None):
            raise Mistake("a schedule has either every or cron.", 'Write {every: 1h} or {cron: "0 7 * * mon-fri"}.')
        for name in ("between", "days"):
            if self.cron is not None and name in self.model_fields_set:
                todo = "Put the times and days into the cron expression."
                raise Mistake(f"setting '{name}' goes with every, not with cron.", todo, (name,))
        return self


def schedule(value: Any) -> Any:
    if isinstance(value, Manual | Every | Cron):
        return value
    if isinstance(value, str):
        if value.strip().lower() == "manual":
            return Manual()
        todo = 'Write manual, {every: 1h} or {cron: "0 7 * * mon-fri"}.'
        raise Mistake(f"{shown(value)} is no schedule.", todo)
    form = ScheduleForm.model_validate(group(value))
    if form.cron is not None:
        return Cron(form.cron)
    assert form.every is not None  # noqa: S101 - the form has one of the two
    return Every(form.every, form.between, form.days)


def amounts(value: Any) -> Any:
    words = listed(value)
    if not isinstance(words, list):
        return words
    if [text(word) for word in words] == ["none"]:
        return ()
    if "none" in words:
        raise Mistake("'none' stands alone.", "Write amounts: none, or name the amounts.", (words.index("none"),))
    return _distinct(words)


def groups(value: tuple[Group, ...], report: Report | None) -> tuple[Group, ...]:
    """What a report of this kind is grouped by, with its default; the report is None where it is not known yet."""
    _distinct(list(value))
    if report is Report.WEEKLY:
        if not value:
            return (Group.USER,)
        if len(value) != 1 or value[0] not in WEEKLY_GROUPS:
            raise Mistake("a weekly report is grouped by one of user, project.", "Write group_by: user, or project.")
    if report is Report.SUMMARY and not value:
        return (Group.PROJECT,)
    if len(value) > MOST_GROUPS:
        raise Mistake(f"Clockify groups by at most {MOST_GROUPS}, not by {len(value)}.", "Remove some.")
    return value


def _distinct(words: list[Any]) -> list[Any]:
    for index, word in enumerate(words):
        if word in words[:index]:
            raise Mistake(f"{shown(str(word))} stands twice.", "Remove one of the two.", (index,))
    return words


def columns(value: Any) -> Any:
    entries = listed(value)
    if not isinstance(entries, list):
        return entries
    found: list[Choice] = []
    for index, entry in enumerate(entries):
        made = _column(entry, index)
        if (made.title or made.name) in {other.title or other.name for other in found}:
            todo = "Give one of them another title: {Name: Title}."
            raise Mistake(f"two columns have the title {shown(made.title or made.name)}.", todo, (index,))
        found.append(made)
    return tuple(found)


def _column(entry: Any, index: int) -> Choice:
    if isinstance(entry, Choice):
        return entry
    if isinstance(entry, dict) and len(entry) == 1:
        ((name, title),) = entry.items()
        if isinstance(title, str) and title.strip():
            return Choice(name, title.strip())
        raise Mistake("a column's title is a text.", "Write {Name: Title}.", (index, name))
    if isinstance(entry, str) and entry.strip():
        return Choice(entry.strip())
    raise Mistake("a column is a name or {Name: Title}.", "Write one entry for each column.", (index,))


def check_window(start: str, end: str) -> None:
    """Refuses a window that is empty whenever one looks. Where one bound moves and the other does not, time decides."""
    if holds_macros(start) != holds_macros(end):
        return
    for now in _SAMPLES:
        try:
            window.resolve(start, end, now, ZoneInfo("UTC"))
        except WindowError as error:
            found = error
        else:
            return
    message = found.message if not holds_macros(start) else f"start {shown(start)} is not before end {shown(end)}."
    raise Mistake(message, found.todo)
