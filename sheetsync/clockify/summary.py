"""The summary report: one row per group, of up to three levels. Pure.

Rows nest as `children` at every level. What a row's `_id` and name look like differs by group and age: an id, a date,
an object with the whole path, null; all are read. `entriesCount` exists in the totals only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetsync import serials
from sheetsync.clockify import amounts, fields
from sheetsync.clockify.columns import API_FIELD
from sheetsync.clockify.fields import Row, Shown
from sheetsync.clockify.query import MANY_VALUED, Group, Query
from sheetsync.table import Cell, Choice, Column, Kind, Table

TITLES = {
    Group.PROJECT: "Project",
    Group.CLIENT: "Client",
    Group.USER: "User",
    Group.TASK: "Task",
    Group.TAG: "Tag",
    Group.USER_GROUP: "User Group",
    Group.DATE: "Date",
    Group.WEEK: "Week",
    Group.MONTH: "Month",
    Group.DESCRIPTION: "Description",
}
ABOUT = {
    Group.PROJECT: "The project's name; empty for time without a project.",
    Group.CLIENT: "The client's name; with `project` in group_by, the client of the project.",
    Group.USER: "The user's name.",
    Group.TASK: "The task's name.",
    Group.TAG: "The tag's name. An entry with two tags counts under both.",
    Group.USER_GROUP: "The user group's name. A user in two groups counts under both.",
    Group.DATE: "The day, in the job's zone.",
    Group.WEEK: "The week as Clockify names it; a date where it gives one.",
    Group.MONTH: "The month as Clockify names it; a date where it gives one.",
    Group.DESCRIPTION: "The description; entries with equal ones are added up.",
}
CALENDAR = frozenset({Group.DATE, Group.WEEK, Group.MONTH})

Key = tuple[str, str]
"""What tells a group from its neighbours: its id and its name."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of the table to be: the rows of the answer from the first level down to its own, time and money."""

    path: tuple[Row, ...]
    seconds: float
    cents: amounts.Cents

    @property
    def key(self) -> tuple[Key, ...]:
        return tuple((_id(row), str(row.get("name") or "")) for row in self.path)


def leaves(body: Row, query: Query) -> list[GroupRow]:
    """The rows of one answer at the deepest level that each branch has, in the answer's order."""
    shown = Shown(query.amounts)
    default = fields.only_currency(fields.totals(body))
    depth = len(query.group_by)

    def walk(rows: Any, above: tuple[Row, ...], currency: str) -> Iterator[GroupRow]:
        for row in rows or ():
            own, path = str(row.get("currency") or currency), (*above, row)
            if row.get("children") and len(path) < depth:
                yield from walk(row["children"], path, own)
            else:
                cents = {amount: shown.by_currency(row, amount, own) for amount in query.amounts}
                yield GroupRow(path, fields.seconds(row.get("duration")), cents)

    return list(walk(body.get("groupOne"), (), default))


def added(pieces: Sequence[Sequence[GroupRow]]) -> list[GroupRow]:
    """The rows of several windows put together: equal groups are added up, the order is that of the groups' names."""
    if len(pieces) == 1:
        return list(pieces[0])
    together: dict[tuple[Key, ...], list[GroupRow]] = {}
    for piece in pieces:
        for row in piece:
            together.setdefault(row.key, []).append(row)
    sums = [
        GroupRow(rows[0].path, sum(row.seconds for row in rows), amounts.added(row.cents for row in rows))
        for rows in together.values()
    ]
    return sorted(sums, key=lambda row: tuple((name.casefold(), key) for key, name in row.key))


def counted_seconds(body: Row, query: Query) -> float | None:
    """The seconds of all groups at the deepest level where each entry counts once; None when there is no such level."""
    single = 0
    while single < len(query.group_by) and query.group_by[single] not in MANY_VALUED:
        single += 1
    if single == 0:
        return None

    def walk(rows: Any, level: int) -> float:
        return sum(
            walk(row["children"], level + 1)
            if level < single and row.get("children")
            else fields.seconds(row.get("duration"))
            for row in rows or ()
        )

    return walk(body.get("groupOne"), 1)


def tabulate(rows: Sequence[GroupRow], query: Query, choices: Sequence[Choice] = ()) -> Table:
    """The table of groups, in the order given.

    Raises:
        TableError: a chosen column does not exist.
    """
    found: list[tuple[Column, Sequence[Cell]]] = []
    for level, group in enumerate(query.group_by):
        found.append(_group_column(rows, level, group))
        if group is Group.PROJECT and Group.CLIENT not in query.group_by:
            clients = [
                fields.text(row.path[level].get("clientName")) if level < len(row.path) else None for row in rows
            ]
            found.append((Column(TITLES[Group.CLIENT], Kind.TEXT), clients))
    found.append((Column("Duration (h)", Kind.DURATION), [serials.of_seconds(row.seconds) for row in rows]))
    found.append((Column("Duration (decimal)", Kind.DECIMAL), [row.seconds / 3600 for row in rows]))
    found += amounts.columns([row.cents for row in rows], query.amounts)
    if choices:
        found += _further(rows, query, choices)
    return Table(tuple(column for column, _ in found), tuple(cells for _, cells in found)).choose(choices)


def _further(
    rows: Sequence[GroupRow], query: Query, choices: Sequence[Choice]
) -> Iterator[tuple[Column, Sequence[Cell]]]:
    """Columns that only `columns:` brings: ids of the groups, and fields of the API by their path."""
    for level, group in enumerate(query.group_by):
        ids: list[Cell] = [_id(row.path[level]) or None if level < len(row.path) else None for row in rows]
        yield Column(f"{TITLES[group]} ID", Kind.TEXT), ids
    yield Column("Duration (seconds)", Kind.NUMBER), [row.seconds for row in rows]
    for path in dict.fromkeys(choice.name for choice in choices if API_FIELD.fullmatch(choice.name)):
        cells: list[Cell] = [fields.text(fields.field(row.path[-1], path)) for row in rows]
        yield Column(path, Kind.TEXT), cells


def _group_column(rows: Sequence[GroupRow], level: int, group: Group) -> tuple[Column, Sequence[Cell]]:
    there = [row.path[level] if level < len(row.path) else {} for row in rows]
    if group in CALENDAR:
        days = [fields.day(_id(row)) or fields.day(row.get("name")) for row in there]
        if all(day is not None or not row for day, row in zip(days, there, strict=True)):
            return Column(TITLES[group], Kind.DATE), [None if day is None else serials.of_date(day) for day in days]
    names: list[Cell] = [fields.text(row.get("name")) for row in there]
    return Column(TITLES[group], Kind.TEXT), names


def _id(row: Row) -> str:
    """A row's id as text. Where it is an object of the whole path, the last part is the row's own."""
    found = row.get("_id")
    if isinstance(found, Mapping):
        return str(list(found.values())[-1]) if found else ""
    return "" if found is None else str(found)
