"""The detailed report: one row per time entry. Pure.

Keys are those of real responses of 2022, 2023 and 2026: `_id`, `timeentries`, `isLocked`; `taskName` and `tags` are
absent where there are none; `amount` and `rate` follow the request's `amountShown`, `earned…` and `cost…` are newer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sheetsync import serials
from sheetsync.clockify import fields
from sheetsync.clockify.columns import Field, Layout, Tabulation, tabulated
from sheetsync.clockify.fields import Row, Shown
from sheetsync.clockify.query import Amount, Query
from sheetsync.table import Cell, Choice, Kind, Table

RATE_KEYS = {amount: f"{amount}Rate" for amount in Amount}


class Entry(NamedTuple):
    """A time entry with its wall-clock start and end (None while the timer runs) and its length in seconds.

    A report makes one of these per row, and a named tuple is made three times as fast as a frozen dataclass.
    """

    row: Row
    start: datetime | None
    end: datetime | None
    seconds: float
    shown: Shown

    def rate(self, amount: Amount) -> float | None:
        """The hourly rate in units of the currency."""
        cents = self.row.get(RATE_KEYS[amount])
        if cents is None and self.shown.amounts and amount is self.shown.amounts[0]:
            cents = self.row.get("rate")
        return fields.units(cents)

    def money(self, amount: Amount) -> float | None:
        return fields.units(self.shown.cents(self.row, amount))


def _date(moment: datetime | None) -> Cell:
    return None if moment is None else serials.of_date(moment)


def _time(moment: datetime | None) -> Cell:
    return None if moment is None else serials.of_time(moment)


def _moment(moment: datetime | None) -> Cell:
    return None if moment is None else serials.of_datetime(moment)


def _tags(row: Row, key: str) -> Cell:
    """The names or ids of an entry's tags as one text."""
    tags = row.get("tags")
    if not tags:
        return None
    return fields.joined(str(tag[key]) for tag in tags if isinstance(tag, dict) and tag.get(key) is not None)


@dataclass(frozen=True, slots=True)
class _Text:
    """Reads the text under a key of the API."""

    key: str

    def __call__(self, entry: Entry) -> Cell:
        return fields.text(entry.row.get(self.key))

    def column(self, entries: Sequence[Entry]) -> list[Cell]:
        """The same of many entries: most texts repeat, and each is looked at once."""
        key = self.key
        values = [entry.row.get(key) for entry in entries]
        try:
            known = {value: fields.text(value) for value in set(values)}
        except TypeError:
            return [fields.text(value) for value in values]
        return [known[value] for value in values]


FIELDS: tuple[Field[Entry], ...] = (
    Field("Project", Kind.TEXT, "The project's name; empty without a project.", _Text("projectName")),
    Field("Client", Kind.TEXT, "The client of the project.", _Text("clientName")),
    Field("Description", Kind.TEXT, "What the entry says, as it was typed.", _Text("description")),
    Field("Task", Kind.TEXT, "The task's name.", _Text("taskName")),
    Field("User", Kind.TEXT, "Who tracked the time.", _Text("userName")),
    Field("Email", Kind.TEXT, "That user's e-mail address.", _Text("userEmail")),
    Field(
        "Tags",
        Kind.TEXT,
        "The tags' names, separated by commas; a name that holds a comma is quoted.",
        lambda entry: _tags(entry.row, "name"),
    ),
    Field("Billable", Kind.BOOLEAN, "Whether the entry is billable.", lambda entry: bool(entry.row.get("billable"))),
    Field("Start Date", Kind.DATE, "The day on which the entry starts, in the job's zone.", lambda e: _date(e.start)),
    Field("Start Time", Kind.TIME, "The time at which it starts, in the job's zone.", lambda e: _time(e.start)),
    Field("End Date", Kind.DATE, "The day on which it ends; empty while the timer runs.", lambda e: _date(e.end)),
    Field("End Time", Kind.TIME, "The time at which it ends; empty while the timer runs.", lambda e: _time(e.end)),
    Field("Duration (h)", Kind.DURATION, "How long it took.", lambda entry: serials.of_seconds(entry.seconds)),
    Field("Duration (decimal)", Kind.DECIMAL, "How long it took, in hours.", lambda entry: entry.seconds / 3600),
    Field(
        "Billable Rate", Kind.MONEY, "The hourly rate billed.", lambda e: e.rate(Amount.EARNED), amount=Amount.EARNED
    ),
    Field("Billable Amount", Kind.MONEY, "What it earns.", lambda e: e.money(Amount.EARNED), amount=Amount.EARNED),
    Field("Cost Rate", Kind.MONEY, "The hourly rate that it costs.", lambda e: e.rate(Amount.COST), amount=Amount.COST),
    Field("Cost Amount", Kind.MONEY, "What it costs.", lambda e: e.money(Amount.COST), amount=Amount.COST),
    Field("Profit", Kind.MONEY, "Earned less cost.", lambda e: e.money(Amount.PROFIT), amount=Amount.PROFIT),
    Field("Currency", Kind.TEXT, "The currency of the amounts, where Clockify says it.", _Text("currency")),
    Field(
        "Start",
        Kind.DATE_TIME,
        "Day and time of the start, in the job's zone.",
        lambda e: _moment(e.start),
        default=False,
    ),
    Field(
        "End", Kind.DATE_TIME, "Day and time of the end, in the job's zone.", lambda e: _moment(e.end), default=False
    ),
    Field("Duration (seconds)", Kind.NUMBER, "How long it took, in seconds.", lambda e: e.seconds, default=False),
    Field("Type", Kind.TEXT, "REGULAR, BREAK, HOLIDAY or TIME_OFF.", _Text("type"), default=False),
    Field("Locked", Kind.BOOLEAN, "Whether the entry is locked.", lambda e: bool(e.row.get("isLocked")), default=False),
    Field("Entry ID", Kind.TEXT, "Clockify's id of the entry.", _Text("_id"), default=False),
    Field("Project ID", Kind.TEXT, "Clockify's id of the project.", _Text("projectId"), default=False),
    Field("Client ID", Kind.TEXT, "Clockify's id of the client.", _Text("clientId"), default=False),
    Field("Task ID", Kind.TEXT, "Clockify's id of the task.", _Text("taskId"), default=False),
    Field("User ID", Kind.TEXT, "Clockify's id of the user.", _Text("userId"), default=False),
    Field("Tag IDs", Kind.TEXT, "Clockify's ids of the tags.", lambda e: _tags(e.row, "_id"), default=False),
    Field(
        "Approval Request ID", Kind.TEXT, "Clockify's id of the approval.", _Text("approvalRequestId"), default=False
    ),
)
"""What a detailed report can show, in the order and under the names of Clockify's own exports."""


def _currency(entry: Entry) -> str:
    return str(entry.row.get("currency") or "")


LAYOUT: Layout[Entry] = Layout(FIELDS, lambda entry, path: fields.field(entry.row, path), _currency)


def entries(rows: Sequence[Row], query: Query) -> list[Entry]:
    """The time entries in `timeentries` of an answer; the zone of the query's window is that of dates and times."""
    zone, shown = ZoneInfo(query.window.zone), Shown(query.amounts)
    return [_entry(row, zone, shown) for row in rows]


def tabulate(rows: Sequence[Row], query: Query, choices: Sequence[Choice] = ()) -> Table:
    """The table of time entries, in the order given.

    Raises:
        TableError: a chosen column does not exist, or names a currency that no entry has.
    """
    return tabulated(Tabulation(LAYOUT, query.amounts, choices), entries(rows, query))


def _entry(row: Row, zone: ZoneInfo, shown: Shown) -> Entry:
    interval = row.get("timeInterval") or {}
    start, end = fields.zoned(interval.get("start"), zone), fields.zoned(interval.get("end"), zone)
    return Entry(row, start, end, fields.seconds(interval.get("duration")), shown)
