"""Every column that each report can have: for checking `columns:` before a run, and for the documentation. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sheetsync.clockify import attendance, detailed, expenses, summary, weekly
from sheetsync.clockify.amounts import AMOUNT_NAMES
from sheetsync.clockify.columns import API_FIELD, Field, bare, nearest
from sheetsync.clockify.query import Amount, Group, Report
from sheetsync.table import Kind

DATE = re.compile(r"\d{4}-\d\d-\d\d")
FIELDS: dict[Report, Sequence[Field[Any]]] = {
    Report.DETAILED: detailed.FIELDS,
    Report.EXPENSES: expenses.FIELDS,
    Report.ATTENDANCE: attendance.FIELDS,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A column in words: `default` tells whether a table has it without being asked, `amount` what it depends on."""

    name: str
    kind: Kind
    about: str
    default: bool = True
    amount: Amount | None = None


def entries(report: Report, group_by: Sequence[Group] = (), one_row_per: str = "week") -> list[Entry]:
    """The columns of a report in their order."""
    if report in FIELDS:
        return [Entry(each.name, each.kind, each.about, each.default, each.amount) for each in FIELDS[report]]
    return list(_grouped(report, group_by, one_row_per))


def _grouped(report: Report, group_by: Sequence[Group], one_row_per: str) -> Iterator[Entry]:
    for group in group_by:
        kind = Kind.DATE if group in summary.CALENDAR else Kind.TEXT
        yield Entry(summary.TITLES[group], kind, summary.ABOUT[group])
        if group is Group.PROJECT and Group.CLIENT not in group_by:
            yield Entry(summary.TITLES[Group.CLIENT], Kind.TEXT, "The client of the project.")
    if report is Report.WEEKLY and one_row_per == "day":
        yield Entry("Date", Kind.DATE, "The day.")
    elif report is Report.WEEKLY:
        yield Entry("Week", Kind.DATE, "The first day of the week.")
        for day in weekly.WEEKDAY_TITLES:
            about = f"Time on {day}; in a window of one week, the column's name is the date."
            yield Entry(day, Kind.DURATION, about)
    yield Entry("Duration (h)", Kind.DURATION, "How long it took.")
    yield Entry("Duration (decimal)", Kind.DECIMAL, "How long it took, in hours.")
    meanings = {Amount.EARNED: "What it earns", Amount.COST: "What it costs", Amount.PROFIT: "Earned less cost"}
    for amount, name in AMOUNT_NAMES.items():
        yield Entry(name, Kind.MONEY, f"{meanings[amount]}; one column for each currency.", True, amount)
    for group in group_by:
        yield Entry(f"{summary.TITLES[group]} ID", Kind.TEXT, f"Clockify's id of the {group.replace('_', ' ')}.", False)
    yield Entry("Duration (seconds)", Kind.NUMBER, "How long it took, in seconds.", False)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a job's settings make of a report's columns."""

    report: Report
    group_by: Sequence[Group] = ()
    one_row_per: str = "week"
    amounts: Sequence[Amount] = (Amount.EARNED,)


def mistake(layout: Layout, name: str) -> tuple[str, str] | None:
    """What is wrong with a name in `columns:` and what to write, as far as it can be told without asking Clockify."""
    known = {entry.name: entry for entry in entries(layout.report, layout.group_by, layout.one_row_per)}
    entry = known.get(bare(name)) or known.get(name)
    if entry is not None and entry.amount is not None and entry.amount not in layout.amounts:
        return f"column {name!r} needs the amount {entry.amount}.", f"Add {entry.amount} to amounts:."
    if entry is not None or _may_be(layout.report, name):
        return None
    near = nearest(name, list(known))
    todo = f"Did you mean {near!r}?" if near else f"There are: {', '.join(known)}."
    return f"a {layout.report} report has no column {name!r}.", todo


def _may_be(report: Report, name: str) -> bool:
    if report is Report.WEEKLY:
        return DATE.fullmatch(name) is not None
    return API_FIELD.fullmatch(name) is not None
