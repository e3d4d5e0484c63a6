"""What a person sees in a terminal: outcomes, plans, previews and progress. Data goes to stdout, the rest to stderr."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from sheetsync.errors import SheetsyncError
from sheetsync.run import Outcome, Status
from sheetsync.serials import DAY_ZERO, SECONDS_A_DAY
from sheetsync.sheets.differences import Difference
from sheetsync.table import Cell, Column, Kind, Table
from sheetsync.totals import in_words

if TYPE_CHECKING:
    # They take long to import, and few commands need them.
    from sheetsync.checking import Finding
    from sheetsync.ledger.showing import Line
    from sheetsync.notify.trial import Trial

WIDEST_COLUMN = 32
PIPED_WIDTH = 200
"""Characters a line may have where there is no terminal to ask."""

STYLES = {Status.SUCCEEDED: "green", Status.UNCHANGED: "cyan", Status.SKIPPED: "yellow", Status.FAILED: "bold red"}
MARKS = {Status.SUCCEEDED: "✓", Status.UNCHANGED: "=", Status.SKIPPED: "-", Status.FAILED: "✗"}


def stdout() -> Console:
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def stderr() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def outcome(found: Outcome) -> None:
    """One line for a run; more for one that failed."""
    mark, style = MARKS[found.status], STYLES[found.status]
    window = found.window.describe() if found.window is not None else "no window"
    requests = f"{found.clockify_requests} + {found.sheets_reads + found.sheets_writes} requests"
    line = f"[{style}]{mark} {escape(found.job)}[/] {found.status}"
    if found.status is not Status.FAILED:
        line += f" · {window} · {found.rows:,} rows x {found.columns} columns · {requests} · {found.seconds:.2f} s"
    stdout().print(line + (f" · {escape(found.reason)}" if found.reason else ""))
    if found.status is not Status.FAILED:
        shown = [in_words(found.totals), found.url]
        stdout().print(f"    {escape(' · '.join(text for text in shown if text))}")
    if found.changes is not None:
        _changes(found.changes)
    if found.error is not None:
        stdout().print(f"    window: {window} · {requests} · {found.seconds:.2f} s")
        stderr().print(f"  [{style}]{escape(found.job)}:[/] {_sides(found.error)}{escape(found.error.message)}")
        if found.error.todo:
            stderr().print(f"    → {escape(found.error.todo)}")


def _sides(error: SheetsyncError) -> str:
    again = "may help to try again" if error.retryable else "trying again will not help"
    return f"{error.side}, {again}: "


def _changes(found: Difference) -> None:
    where = escape(found.address) + (", in a tab that will be made" if found.new_tab else "")
    stdout().print(
        f"    would publish to {where}: {found.cells:,} cells change, {found.rows_before:,} rows before, request of"
        f" {found.request_bytes / 1000:,.0f} kB"
    )
    for change in found.first:
        stdout().print(f"    {change.address}: {escape(_short(change.before))} → {escape(_short(change.after))}")
    if found.cells > len(found.first):
        stdout().print(f"    … and {found.cells - len(found.first):,} more")


def _short(value: object) -> str:
    return "(empty)" if value is None else repr(value) if isinstance(value, str) else str(value)


def preview(table: Table, rows: int) -> None:
    """The first rows of a table, as many columns as the window is wide."""
    from rich.table import Table as Grid  # noqa: PLC0415 - runs print none

    console = stdout()
    records = [list(record) for _, record in zip(range(rows), table.records(), strict=False)]
    texts = [[shown(record[i], column) for record in records] for i, column in enumerate(table.columns)]
    widths = [
        min(WIDEST_COLUMN, max([len(column.title), *(len(text) for text in column_texts)]))
        for column, column_texts in zip(table.columns, texts, strict=True)
    ]
    fitting, used = 0, 1
    while fitting < len(widths) and (used + widths[fitting] + 3 <= console.width or fitting == 0):
        used += widths[fitting] + 3
        fitting += 1
    grid = Grid(show_lines=False)
    for column in table.columns[:fitting]:
        right = column.kind not in {Kind.TEXT, Kind.BOOLEAN}
        grid.add_column(
            escape(column.title), justify="right" if right else "left", max_width=WIDEST_COLUMN, no_wrap=True
        )
    for row in range(len(records)):
        grid.add_row(*(escape(texts[i][row]) for i in range(fitting)))
    console.print(grid)
    if fitting < len(table.columns):
        rest = ", ".join(column.title for column in table.columns[fitting:])
        console.print(f"{len(table.columns) - fitting} more columns: {escape(rest)}")
    console.print(f"{min(rows, table.rows):,} of {table.rows:,} rows")


def shown(cell: Cell, column: Column) -> str:
    """A cell as a sheet shows it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, str):
        return cell.replace("\r", "").replace("\n", "⏎")
    return _number(cell, column.kind)


def _number(value: float, kind: Kind) -> str:
    seconds = round(value * SECONDS_A_DAY)
    if kind is Kind.DURATION:
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if kind is Kind.DATE:
        return date.fromordinal(DAY_ZERO.toordinal() + int(value)).isoformat()
    if kind is Kind.TIME:
        return (datetime.combine(DAY_ZERO, time()) + timedelta(seconds=seconds)).time().isoformat()
    if kind is Kind.DATE_TIME:
        return (datetime.combine(DAY_ZERO, time()) + timedelta(seconds=seconds)).isoformat(" ")
    return f"{value:,.2f}" if kind in {Kind.MONEY, Kind.DECIMAL} else f"{value:g}"


def records(table: Table, rows: int) -> list[list[Cell]]:
    """The first rows for a program: dates, times and durations as ISO-like text, other cells as they are."""
    texts = {Kind.DATE, Kind.TIME, Kind.DATE_TIME, Kind.DURATION}
    return [
        [
            shown(cell, column) if column.kind in texts and cell is not None else cell
            for cell, column in zip(record, table.columns, strict=True)
        ]
        for _, record in zip(range(rows), table.records(), strict=False)
    ]


def lines(headings: Iterable[str], rows: Iterable[Line]) -> None:
    """Lines of text under headings."""
    from rich.table import Table as Grid  # noqa: PLC0415 - runs print none

    grid = Grid(*map(escape, headings))
    for row in rows:
        grid.add_row(*map(escape, row.texts), style=row.style)
    stdout().print(grid)


def note(message: str) -> None:
    stderr().print(escape(message))


def warning(message: str) -> None:
    stderr().print(f"[yellow]warning:[/] {escape(message)}")


def findings(found: Iterable[Finding]) -> None:
    """What `check --online` tried, a line each."""
    for finding in found:
        if finding.error is None:
            stdout().print(f"[green]✓[/] {escape(finding.what)}: {escape(finding.detail)}")
            continue
        stdout().print(f"[bold red]✗[/] {escape(finding.what)} (jobs: {escape(', '.join(finding.jobs))})")
        failure(finding.error)


def trials(found: Iterable[Trial]) -> None:
    """What became of test messages, a line each."""
    for one in found:
        jobs = escape(", ".join(one.jobs))
        if one.ok:
            stdout().print(f"[green]✓[/] {escape(one.service)} took a test message (jobs: {jobs})")
        else:
            stdout().print(f"[bold red]✗[/] {escape(one.service)} did not take it (jobs: {jobs})")


def failure(error: SheetsyncError) -> None:
    """An error that ends a command."""
    stderr().print(f"[bold red]error:[/] {escape(error.message)}")
    if error.todo:
        stderr().print(f"  → {escape(error.todo)}")


def plans(entries: Sequence[dict[str, object]]) -> None:
    """What `plan` says of each job."""
    console = stdout()
    for entry in entries:
        console.print(f"[bold]{escape(str(entry['job']))}[/] · {entry['report']}")
        for name in ("window", "requests", "target", "schedule", "next"):
            console.print(f"  {name:<9} {escape(str(entry[name]))}")
