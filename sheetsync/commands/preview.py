"""`sheetsync preview`: a job's table in the terminal; nothing is written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from sheetsync import budgeting, console, watching
from sheetsync.commands.settings import Settings, chosen, print_json
from sheetsync.deadline import Deadline
from sheetsync.run import Common, Order, Outcome, Runner
from sheetsync.table import Table
from sheetsync.windows.window import Window


def run(settings: Settings, name: str, rows: int) -> None:
    """Fetch the job's report and print the first rows of its table."""
    loaded = settings.load()
    (job,) = chosen(loaded, [name])
    outcome = Outcome(job.name)
    with (
        watching.listener(name) as progress,
        budgeting.opened(loaded.config.state, console.warning) as (directory, budgets),
    ):
        progress.began(job.name)
        runner = Runner(progress, Common(directory, budgets=budgets))
        table = runner.fetch(Order(job, datetime.now(UTC)), outcome, Deadline(job.deadline))
    if settings.as_json:
        print_json(_as_json(name, outcome.window, table, rows))
        return
    window = outcome.window.describe() if outcome.window is not None else ""
    click.echo(f"{name} · {job.report} · {window}")
    console.preview(table, rows)


def _as_json(name: str, window: Window | None, table: Table, rows: int) -> dict[str, Any]:
    return {
        "job": name,
        "start": window.start.isoformat() if window is not None else None,
        "end": window.end.isoformat() if window is not None else None,
        "window": window.describe() if window is not None else "",
        "rows": table.rows,
        "columns": [{"name": column.title, "kind": column.kind.name.lower()} for column in table.columns],
        "records": console.records(table, rows),
    }
