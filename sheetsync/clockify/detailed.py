"""The detailed report: one row per time entry. Pure.

Keys are those of real responses of 2022, 2023 and 2026: `_id`, `timeentries`, `isLocked`; `taskName` and `tags` are
absent where there are none; `amount` and `rate` follow the request's `amountShown`, `earned…` and `cost…` are newer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sheetsync import serials
from sheetsync.clockify import fields
from sheetsync.clockify.columns import Field, Layout, Tabulation, tabulated
from sheetsync.clockify.fields import CENTS, Row, Shown
from sheetsync.clockify.query import Amount, Query
from sheetsync.table import Cell, Choice, Kind, Table

RATE_KEYS = {amount: f"{amount}Rate" for amount in Amount}


@dataclass(frozen=True, slots=True)
class Entries:
    """Time entries by column: a long report has many, and an object for each would cost more than reading them.

    Attributes:
        rows: as they came.
        starts: by the clock on the wall, as the time since 1899-12-30; None where there is none.
        ends: the same; None while the timer runs.
        seconds: how long each of them took.
    """

    rows: Sequence[Row]
    starts: Sequence[timedelta | None]
    ends: Sequence[timedelta | None]
    seconds: Sequence[float]
    shown: Shown


Read = Callable[[Entries], list[Cell]]


def _texts(key: str) -> Read:
    return lambda entries: fields.texts([row.get(key) for row in entries.rows])


def _flags(key: str) -> Read:
    return lambda entries: [bool(row.get(key)) for row in entries.rows]


def _dates(clocks: Sequence[timedelta | None]) -> list[Cell]:
    return [None if clock is None else clock.days for clock in clocks]


def _times(clocks: Sequence[timedelta | None]) -> list[Cell]:
    return [None if clock is None else serials.of_day_part(clock) for clock in clocks]


def _moments(clocks: Sequence[timedelta | None]) -> list[Cell]:
    return [None if clock is None else clock.days + serials.of_day_part(clock) for clock in clocks]


def _tags(key: str) -> Read:
    """The names or ids of an entry's tags as one text."""
    return lambda entries: [_joined(tags, key) if (tags := row.get("tags")) else None for row in entries.rows]


def _joined(tags: Sequence[Any], key: str) -> Cell:
    return fields.joined([str(tag[key]) for tag in tags if isinstance(tag, dict) and tag.get(key) is not None])


def _rates(amount: Amount) -> Read:
    """Hourly rates in units of the currency."""
    key = RATE_KEYS[amount]

    def rate(row: Row, shown: Shown) -> Cell:
        cents = row.get(key)
        if cents is None and shown.amounts and amount is shown.amounts[0]:
            cents = row.get("rate")
        return fields.units(cents)

    return _money(key, rate)


def _amounts(amount: Amount) -> Read:
    return _money(fields.AMOUNT_KEYS[amount], lambda row, shown: fields.units(shown.cents(row, amount)))


def _money(key: str, otherwise: Callable[[Row, Shown], Cell]) -> Read:
    """Money from the cents under a key; read otherwise where that is not the plain number that it nearly always is."""
    return lambda entries: [
        cents / CENTS if type(cents := row.get(key)) is float else otherwise(row, entries.shown) for row in entries.rows
    ]


FIELDS: tuple[Field[Entries], ...] = (
    Field("Project", Kind.TEXT, "The project's name; empty without a project.", _texts("projectName")),
    Field("Client", Kind.TEXT, "The client of the project.", _texts("clientName")),
    Field("Description", Kind.TEXT, "What the entry says, as it was typed.", _texts("description")),
    Field("Task", Kind.TEXT, "The task's name.", _texts("taskName")),
    Field("User", Kind.TEXT, "Who tracked the time.", _texts("userName")),
    Field("Email", Kind.TEXT, "That user's e-mail address.", _texts("userEmail")),
    Field(
        "Tags",
        Kind.TEXT,
        "The tags' names, separated by commas; a name that holds a comma is quoted.",
        _tags("name"),
    ),
    Field("Billable", Kind.BOOLEAN, "Whether the entry is billable.", _flags("billable")),
    Field(
        "Start Date",
        Kind.DATE,
        "The day on which the entry starts, in the job's zone.",
        lambda entries: _dates(entries.starts),
    ),
    Field(
        "Start Time",
        Kind.TIME,
        "The time at which it starts, in the job's zone.",
        lambda entries: _times(entries.starts),
    ),
    Field(
        "End Date",
        Kind.DATE,
        "The day on which it ends; empty while the timer runs.",
        lambda entries: _dates(entries.ends),
    ),
    Field(
        "End Time",
        Kind.TIME,
        "The time at which it ends; empty while the timer runs.",
        lambda entries: _times(entries.ends),
    ),
    Field(
        "Duration (h)",
        Kind.DURATION,
        "How long it took.",
        lambda entries: [serials.of_seconds(seconds) for seconds in entries.seconds],
    ),
    Field(
        "Duration (decimal)",
        Kind.DECIMAL,
        "How long it took, in hours.",
        lambda entries: [seconds / 3600 for seconds in entries.seconds],
    ),
    Field("Billable Rate", Kind.MONEY, "The hourly rate billed.", _rates(Amount.EARNED), amount=Amount.EARNED),
    Field("Billable Amount", Kind.MONEY, "What it earns.", _amounts(Amount.EARNED), amount=Amount.EARNED),
    Field("Cost Rate", Kind.MONEY, "The hourly rate that it costs.", _rates(Amount.COST), amount=Amount.COST),
    Field("Cost Amount", Kind.MONEY, "What it costs.", _amounts(Amount.COST), amount=Amount.COST),
    Field("Profit", Kind.MONEY, "Earned less cost.", _amounts(Amount.PROFIT), amount=Amount.PROFIT),
    Field("Currency", Kind.TEXT, "The currency of the amounts, where Clockify says it.", _texts("currency")),
    Field(
        "Start",
        Kind.DATE_TIME,
        "Day and time of the start, in the job's zone.",
        lambda entries: _moments(entries.starts),
        default=False,
    ),
    Field(
        "End",
        Kind.DATE_TIME,
        "Day and time of the end, in the job's zone.",
        lambda entries: _moments(entries.ends),
        default=False,
    ),
    Field(
        "Duration (seconds)",
        Kind.NUMBER,
        "How long it took, in seconds.",
        lambda entries: list(entries.seconds),
        default=False,
    ),
    Field("Type", Kind.TEXT, "REGULAR, BREAK, HOLIDAY or TIME_OFF.", _texts("type"), default=False),
    Field("Locked", Kind.BOOLEAN, "Whether the entry is locked.", _flags("isLocked"), default=False),
    Field("Entry ID", Kind.TEXT, "Clockify's id of the entry.", _texts("_id"), default=False),
    Field("Project ID", Kind.TEXT, "Clockify's id of the project.", _texts("projectId"), default=False),
    Field("Client ID", Kind.TEXT, "Clockify's id of the client.", _texts("clientId"), default=False),
    Field("Task ID", Kind.TEXT, "Clockify's id of the task.", _texts("taskId"), default=False),
    Field("User ID", Kind.TEXT, "Clockify's id of the user.", _texts("userId"), default=False),
    Field("Tag IDs", Kind.TEXT, "Clockify's ids of the tags.", _tags("_id"), default=False),
    Field(
        "Approval Request ID", Kind.TEXT, "Clockify's id of the approval.", _texts("approvalRequestId"), default=False
    ),
)
"""What a detailed report can show, in the order and under the names of Clockify's own exports."""


LAYOUT: Layout[Entries] = Layout(
    FIELDS,
    lambda entries, path: [fields.field(row, path) for row in entries.rows],
    lambda entries: [str(row.get("currency") or "") for row in entries.rows],
)


def entries(rows: Sequence[Row], query: Query) -> Entries:
    """The time entries in `timeentries` of an answer; the zone of the query's window is that of dates and times."""
    # A time in UTC, the default zone, need not be brought there by the tables of zones.
    zone = UTC if query.window.zone == "UTC" else ZoneInfo(query.window.zone)
    intervals = [row.get("timeInterval") or {} for row in rows]
    return Entries(
        rows,
        fields.clocks([interval.get("start") for interval in intervals], zone),
        fields.clocks([interval.get("end") for interval in intervals], zone),
        [fields.seconds(interval.get("duration")) for interval in intervals],
        Shown(query.amounts),
    )


def tabulate(rows: Sequence[Row], query: Query, choices: Sequence[Choice] = ()) -> Table:
    """The table of time entries, in the order given.

    Raises:
        TableError: a chosen column does not exist, or names a currency that no entry has.
    """
    return tabulated(Tabulation(LAYOUT, query.amounts, choices), entries(rows, query))
