"""The weekly report: one row per group and week with a column for each day, or one row per group and day. Pure.

`days` is sparse, so days are placed by their date, never by their position; the date's form (with or without a time) is
not documented, and both are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sheetsync import serials
from sheetsync.clockify import amounts, fields
from sheetsync.clockify.fields import Row, Shown
from sheetsync.clockify.query import Group, Query
from sheetsync.clockify.summary import TITLES
from sheetsync.table import Cell, Choice, Column, Kind, Table
from sheetsync.windows.window import Window

WEEKDAY_TITLES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class GroupDay:
    """One group's time and money on one day."""

    group: Row
    week: date
    day: date
    seconds: float
    cents: amounts.Cents


def days(body: Row, query: Query, week: Window) -> list[GroupDay]:
    """The days of one answer that lie in the query's window, group by group in the answer's order."""
    shown = Shown(query.amounts)
    default = fields.only_currency(fields.totals(body))

    def walk() -> Iterator[GroupDay]:
        for group in body.get("groupOne") or ():
            currency = str(group.get("currency") or default)
            for row in group.get("days") or ():
                day = fields.day(row.get("date"))
                if day is None or not query.window.contains_day(day):
                    continue
                cents = {amount: shown.by_currency(row, amount, currency) for amount in query.amounts}
                found = GroupDay(group, week.start.date(), day, fields.seconds(row.get("duration")), cents)
                if found.seconds or any(sum(part.values()) for part in cents.values()):
                    yield found

    return list(walk())


def counted_seconds(body: Row) -> float:
    """The seconds of all groups of one answer."""
    return sum(fields.seconds(group.get("duration")) for group in body.get("groupOne") or ())


def seconds_of_days(body: Row) -> float:
    """The seconds of all days of all groups of one answer."""
    return sum(
        fields.seconds(row.get("duration")) for group in body.get("groupOne") or () for row in group.get("days") or ()
    )


def tabulate(found: Sequence[GroupDay], weeks: Sequence[Window], query: Query, choices: Sequence[Choice] = ()) -> Table:
    """The table of weeks or days.

    Args:
        found: the days of all weeks, in order.
        weeks: the weeks that were read; with one alone, the days' columns carry its dates.
        query: what was asked; `one_row_per` tells weeks from days.
        choices: the job's `columns:`.

    Raises:
        TableError: a chosen column does not exist.
    """
    rows = [[day] for day in found] if query.one_row_per == "day" else _weeks(found)
    group = query.group_by[0]
    firsts = [row[0] for row in rows]
    columns: list[tuple[Column, Sequence[Cell]]] = [
        (Column(TITLES[group], Kind.TEXT), [fields.text(first.group.get("name")) for first in firsts])
    ]
    if group is Group.PROJECT:
        clients = [fields.text(first.group.get("clientName")) for first in firsts]
        columns.append((Column(TITLES[Group.CLIENT], Kind.TEXT), clients))
    if query.one_row_per == "day":
        columns.append((Column("Date", Kind.DATE), [serials.of_date(first.day) for first in firsts]))
    else:
        columns.append((Column("Week", Kind.DATE), [serials.of_date(first.week) for first in firsts]))
        columns += _day_columns(rows, weeks, query)
    seconds = [sum(day.seconds for day in row) for row in rows]
    columns.append((Column("Duration (h)", Kind.DURATION), [serials.of_seconds(each) for each in seconds]))
    columns.append((Column("Duration (decimal)", Kind.DECIMAL), [each / 3600 for each in seconds]))
    columns += amounts.columns([amounts.added(day.cents for day in row) for row in rows], query.amounts)
    if choices:
        ids: list[Cell] = [fields.text(first.group.get("_id")) for first in firsts]
        columns.append((Column(f"{TITLES[group]} ID", Kind.TEXT), ids))
        columns.append((Column("Duration (seconds)", Kind.NUMBER), seconds))
    return Table(tuple(column for column, _ in columns), tuple(cells for _, cells in columns)).choose(choices)


def _weeks(found: Sequence[GroupDay]) -> list[list[GroupDay]]:
    together: dict[tuple[date, str, str], list[GroupDay]] = {}
    for day in found:
        key = (day.week, str(day.group.get("_id")), str(day.group.get("name")))
        together.setdefault(key, []).append(day)
    return list(together.values())


def _day_columns(
    rows: Sequence[Sequence[GroupDay]], weeks: Sequence[Window], query: Query
) -> Iterator[tuple[Column, Sequence[Cell]]]:
    first = weeks[0].start.date()
    for offset in range(DAYS_A_WEEK):
        own = first + timedelta(days=offset)
        title = own.isoformat() if len(weeks) == 1 else WEEKDAY_TITLES[own.weekday()]
        if len(weeks) == 1 and not query.window.contains_day(own):
            continue
        cells = [
            fields.total(serials.of_seconds(day.seconds) for day in row if day.day.weekday() == own.weekday())
            for row in rows
        ]
        yield Column(title, Kind.DURATION), cells
