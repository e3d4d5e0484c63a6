"""The generated parts of the documentation: `python -m sheetsync.reference` brings them up to date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sheetsync.clockify import catalogue, summary
from sheetsync.clockify.catalogue import Entry
from sheetsync.clockify.query import Amount, Group, Report
from sheetsync.config import reference as configuration
from sheetsync.sheets.formats import FORMATS

TABLES = Path("docs/tables.md")
BEGIN = "<!-- columns: made by make docs -->"
END = "<!-- end of columns -->"


def tables() -> str:
    """The columns of every report in Markdown."""
    weekly = catalogue.entries(Report.WEEKLY, [Group.USER])
    daily = catalogue.entries(Report.WEEKLY, [Group.PROJECT], one_row_per="day")
    parts = [
        _section("detailed: one row per time entry", catalogue.entries(Report.DETAILED)),
        _section("summary: one row per group", _groups()),
        _section("weekly: one row per group and week, here by user", weekly),
        _section("weekly with one_row_per: day, here by project", daily),
        _section("expenses: one row per expense", catalogue.entries(Report.EXPENSES)),
        _section("attendance: one row per user and day", catalogue.entries(Report.ATTENDANCE)),
    ]
    return "\n".join(parts)


def updated(document: str) -> str:
    """docs/tables.md with today's columns between its two marks."""
    before, _, rest = document.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables()}\n{END}{rest.partition(END)[2]}"


def _groups() -> Iterator[Entry]:
    """The columns that a summary can have, each group's once."""
    for group in Group:
        kind = catalogue.entries(Report.SUMMARY, [group])[0].kind
        yield Entry(summary.TITLES[group], kind, f"With `{group}` in group_by. {summary.ABOUT[group]}")
    yield from catalogue.entries(Report.SUMMARY, [Group.PROJECT])[2:]


def _section(title: str, entries: Iterable[Entry]) -> str:
    lines = [f"## {title}", "", "| Column | Kind | Meaning |", "|---|---|---|"]
    lines += [f"| {entry.name} | {_kind(entry)} | {entry.about}{_condition(entry)} |" for entry in entries]
    return "\n".join(lines) + "\n"


def _kind(entry: Entry) -> str:
    pattern = FORMATS.get(entry.kind, {}).get("pattern")
    return f"{entry.kind.value}, `{pattern}`" if pattern else entry.kind.value


def _condition(entry: Entry) -> str:
    if not entry.default:
        return " *On request.*"
    return f" *With `{entry.amount}` in amounts.*" if entry.amount not in {None, Amount.EARNED} else ""


def main() -> None:
    TABLES.write_text(updated(TABLES.read_text(encoding="utf-8")), encoding="utf-8")
    configuration.main()


if __name__ == "__main__":
    main()
