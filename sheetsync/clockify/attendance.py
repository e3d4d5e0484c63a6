"""The attendance report: one row per user and day, users without time included. Pure.

Keys are those of a real response: durations in seconds, `date` a midnight in UTC, `zonedStart` and `zonedEnd` without
an offset and null where there was no time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from sheetsync import serials
from sheetsync.clockify import fields
from sheetsync.clockify.columns import Field, Layout, Tabulation, each, tabulated
from sheetsync.clockify.fields import Row
from sheetsync.clockify.query import Query
from sheetsync.table import Cell, Choice, Kind, Table

Days = Sequence[Row]
Read = Callable[[Days], list[Cell]]


def _texts(key: str) -> Read:
    return lambda days: fields.texts([row.get(key) for row in days])


def _durations(key: str) -> Read:
    return each(lambda row: serials.of_seconds(fields.seconds(row.get(key))))


def _times(key: str) -> Read:
    def read(row: Row) -> Cell:
        moment = fields.local(row.get(key), ZoneInfo("UTC"))
        return None if moment is None else serials.of_time(moment.time())

    return each(read)


def _date(row: Row) -> Cell:
    day = fields.day(row.get("date"))
    return None if day is None else serials.of_date(day)


FIELDS: tuple[Field[Days], ...] = (
    Field("Date", Kind.DATE, "The day.", each(_date)),
    Field("User", Kind.TEXT, "The user's name.", _texts("userName")),
    Field("Start Time", Kind.TIME, "When the day's first entry starts.", _times("zonedStart")),
    Field("End Time", Kind.TIME, "When the day's last entry ends.", _times("zonedEnd")),
    Field("Break", Kind.DURATION, "Time of breaks.", _durations("break")),
    Field("Duration (h)", Kind.DURATION, "Time worked.", _durations("totalDuration")),
    Field(
        "Duration (decimal)",
        Kind.DECIMAL,
        "Time worked, in hours.",
        each(lambda row: fields.seconds(row.get("totalDuration")) / 3600),
    ),
    Field("Capacity", Kind.DURATION, "Time that the user was to work.", _durations("capacity")),
    Field("Overtime", Kind.DURATION, "Time beyond the capacity.", _durations("overtime")),
    Field("Time Off", Kind.DURATION, "Time off and holidays.", _durations("timeOff")),
    Field("Remaining Capacity", Kind.DURATION, "Capacity not worked.", _durations("remainingCapacity"), default=False),
    Field(
        "Running",
        Kind.BOOLEAN,
        "Whether a timer runs.",
        each(lambda row: bool(row.get("hasRunningEntry"))),
        default=False,
    ),
    Field("User ID", Kind.TEXT, "Clockify's id of the user.", _texts("userId"), default=False),
)
"""What an attendance report can show."""


LAYOUT: Layout[Days] = Layout(
    FIELDS, lambda days, path: [fields.field(row, path) for row in days], lambda days: [""] * len(days)
)


def days(rows: Sequence[Row], query: Query) -> Days:  # noqa: ARG001 - as for other reports
    """The users' days in `entities` of an answer, as they are."""
    return rows


def tabulate(rows: Sequence[Row], query: Query, choices: Sequence[Choice] = ()) -> Table:
    """The table of users' days, in the order given.

    Raises:
        TableError: a chosen column does not exist.
    """
    return tabulated(Tabulation(LAYOUT, query.amounts, choices), rows)
