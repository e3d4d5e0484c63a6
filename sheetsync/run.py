"""One run of one job: the story of the product, from a window to a table in its rectangle."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sheetsync.budgeting import Budgets, known_plan
from sheetsync.clockify.client import ClockifyClient
from sheetsync.clockify.directory import Directory
from sheetsync.clockify.fetching import Fetch, Workspace, pieces
from sheetsync.config.model import Job
from sheetsync.deadline import Deadline, Stop
from sheetsync.errors import SheetsyncError, TableError
from sheetsync.jobs import access_of, account_of, connection_of, plan_of, url_of, window_of
from sheetsync.parts import Parts, Spool, Whole, collected, held
from sheetsync.progress import Progress
from sheetsync.sheets import content, publish, staging
from sheetsync.sheets.client import SheetsClient
from sheetsync.sheets.content import Content, Staged
from sheetsync.sheets.differences import Difference, differences
from sheetsync.sheets.plan import LONGEST_CONTENT, Stamp
from sheetsync.sheets.publish import Prepared
from sheetsync.table import Table
from sheetsync.windows.window import Window

MOST_CELLS_AT_ONCE = 300_000
"""A table of more cells is never held whole: no request could take it."""
STAGED_NOWHERE = 0
"""The staging tab of a dry run, which sends nothing."""
UNCHANGED = "the sheet holds this table already"


class Status(StrEnum):
    """How a run ended: published, published before and the same, failed, or not to be published."""

    SUCCEEDED = "succeeded"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Outcome:
    """What became of a run. Figures are those reached when it ended, for failed runs too.

    `bytes` is the size of the request that publishes, `fingerprint` the hash of the table in it.
    """

    job: str
    status: Status = Status.FAILED
    window: Window | None = None
    rows: int = 0
    columns: int = 0
    clockify_requests: int = 0
    sheets_reads: int = 0
    sheets_writes: int = 0
    seconds: float = 0.0
    bytes: int = 0
    fingerprint: str = ""
    url: str = ""
    error: SheetsyncError | None = None
    reason: str = ""
    changes: Difference | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A job to be run.

    Attributes:
        now: the instant (UTC) at which the job's macros are read.
        start, end: bounds in the place of the job's own.
        dry: find out what would change, and write nothing.
    """

    job: Job
    now: datetime
    start: str | None = None
    end: str | None = None
    dry: bool = False


@dataclass(slots=True)
class Runner:
    """Runs jobs one at a time; what is looked up for one serves the next. `stop` ends the run that goes on.

    `budgets` are what its requests pass; by themselves they let everything through.
    """

    progress: Progress
    directory: Directory = field(default_factory=Directory)
    stop: Stop = field(default_factory=Stop)
    budgets: Budgets = field(default_factory=Budgets)

    def run(self, order: Order) -> Outcome:
        """Run a job. Whatever goes wrong is in the outcome; nothing is raised."""
        outcome, began = Outcome(order.job.name), time.monotonic()
        self.progress.began(order.job.name)
        try:
            self._run(order, outcome)
        except SheetsyncError as error:
            outcome.status, outcome.error = Status.FAILED, error
        except Exception as error:  # noqa: BLE001 - a mistake of ours in one job must not take the others along
            outcome.status, outcome.error = Status.FAILED, _unexpected(error)
        outcome.seconds = time.monotonic() - began
        return outcome

    def fetch(self, order: Order, outcome: Outcome, deadline: Deadline) -> Table:
        """The table of a job as Clockify has it now, checked against what a sheet can hold.

        Raises:
            SheetsyncError: Clockify refused or did not answer, or the table is not fit for a sheet.
        """
        with self._reading(order, outcome, deadline) as parts:
            table = collected(parts)
        table.check_limits()
        self._tabulated(outcome, table)
        return table

    @contextmanager
    def _reading(self, order: Order, outcome: Outcome, deadline: Deadline) -> Iterator[Parts]:
        """The report's table, to be gone through within the block."""
        job = order.job
        window = outcome.window = window_of(job, order.now, order.start, order.end)
        access = access_of(job)
        budget = self.budgets.clockify(job, access, self.directory)
        client = ClockifyClient(access, deadline, self.progress, budget)
        budget.serve(client)
        workspace = Workspace(job.clockify.workspace, access.account, plan_of(job))
        query = job.query(window)
        try:
            budget.expect(len(pieces(query, known_plan(job, access, self.directory))), deadline)
            yield Fetch(client, self.directory, workspace, self.progress).parts(query, job.columns)
        finally:
            budget.end()
            outcome.clockify_requests = client.requests

    def _tabulated(self, outcome: Outcome, table: Table | Content) -> None:
        outcome.rows, outcome.columns = table.rows, len(table.columns)
        self.progress.tabulated(table.rows)

    def _run(self, order: Order, outcome: Outcome) -> None:
        job, deadline = order.job, Deadline(order.job.deadline, self.stop)
        outcome.url = url_of(job)
        # A key that cannot work is found before Clockify's quota is spent.
        account = account_of(job)
        connection = replace(connection_of(job), budget=self.budgets.google(job, account))
        client = SheetsClient(account, job.target.spreadsheet, connection, deadline, self.progress)
        try:
            with self._reading(order, outcome, deadline) as parts:
                found = held(parts, MOST_CELLS_AT_ONCE)
                if isinstance(found, Table):
                    found.check_limits()
                    self._tabulated(outcome, found)
                    self._publish_table(client, order, found, outcome)
                else:
                    self._publish_long(client, order, found, outcome)
        finally:
            outcome.sheets_reads, outcome.sheets_writes = client.reads, client.writes

    def _publish_table(self, client: SheetsClient, order: Order, table: Table, outcome: Outcome) -> None:
        if table.rows == 0 and order.job.on_empty != "write":
            _on_empty(order.job, outcome)
            return
        found = content.inline(table)
        if found.size > LONGEST_CONTENT:
            self._publish_long(client, order, Whole(table), outcome)
        else:
            self._publish(client, order, found, _stamp(order, outcome), outcome, table)

    def _publish_long(self, client: SheetsClient, order: Order, parts: Parts, outcome: Outcome) -> None:
        """Through a staging tab; a run that has to find out first whether anything changed keeps the rows in a file."""
        job, stamp = order.job, _stamp(order, outcome)
        if order.dry:
            table = collected(parts)
            self._tabulated(outcome, table)
            found = Staged(table.columns, table.rows, table.fingerprint(), content.widths(table), STAGED_NOWHERE)
            self._publish(client, order, found, stamp, outcome, table)
            return
        with ExitStack() as stack:
            if job.write == "when_changed":
                parts = spool = Spool(parts)
                stack.callback(spool.close)
                outcome.rows, outcome.columns = spool.expected, len(spool.titles)
                if publish.unchanged(client, client.state(), spool, stamp):
                    outcome.status, outcome.reason = Status.UNCHANGED, UNCHANGED
                    return
            until = (datetime.now(UTC) + timedelta(seconds=job.deadline)).isoformat(timespec="seconds")
            staged = staging.stage(client, parts, stamp, until, self.progress.tabulated)
            try:
                self._tabulated(outcome, staged)
                self._publish(client, order, staged, _stamp(order, outcome, stamp.run), outcome, None)
            finally:
                if outcome.status is not Status.SUCCEEDED:
                    staging.discard(client, staged.sheet)

    def _publish(
        self,
        client: SheetsClient,
        order: Order,
        found: Content,
        stamp: Stamp,
        outcome: Outcome,
        table: Table | None,
    ) -> None:
        job = order.job
        prepared = publish.prepare(client, client.state(), found, stamp, only_when_changed=job.write == "when_changed")
        outcome.url = url_of(job, prepared.placement.tab.id)
        _check_shrink(job, prepared, found)
        if prepared.plan is None:
            outcome.status, outcome.reason = Status.UNCHANGED, UNCHANGED
        elif order.dry and table is not None:
            outcome.changes = differences(client, prepared, table)
            outcome.status = Status.SKIPPED if outcome.changes.any else Status.UNCHANGED
            outcome.reason = "dry run"
        else:
            self.stop.publish()
            publish.settle(client, prepared.plan)
            outcome.bytes, outcome.fingerprint = len(prepared.plan.body), prepared.plan.mark.fingerprint
            outcome.status = Status.SUCCEEDED
            self.progress.published(found.rows)


def _on_empty(job: Job, outcome: Outcome) -> None:
    if job.on_empty == "fail":
        raise TableError(
            "the report has no rows, and on_empty: fail says that it must have some.",
            "Look at the window and the filters, or set on_empty: write or keep.",
        )
    outcome.status, outcome.reason = Status.SKIPPED, "the report has no rows, and on_empty: keep leaves the sheet alone"


def _check_shrink(job: Job, prepared: Prepared, table: Content) -> None:
    old = prepared.placement.old
    if job.max_shrink is None or old is None:
        return
    before = old.mark.rows - 1
    if table.rows < before * (1 - job.max_shrink):
        raise TableError(
            f"the table has {table.rows:,} rows, the last one had {before:,}; max_shrink: {job.max_shrink:.0%} does not"
            " allow that. The sheet was left as it is.",
            "If it is right, run the job once with a larger max_shrink.",
        )


def _stamp(order: Order, outcome: Outcome, run: str = "") -> Stamp:
    job, window = order.job, outcome.window
    at = datetime.now(UTC)
    shown = at.astimezone(job.zone)
    lines = (
        f"Clockify {job.report} report, {window.describe() if window is not None else ''}",
        f"{outcome.rows:,} rows, updated {shown:%Y-%m-%d %H:%M} ({job.time_zone})",
        f"Written by sheetsync, job {job.name}",
    )
    return Stamp(job.name, run or secrets.token_hex(8), job.target, at.isoformat(timespec="seconds"), "\n".join(lines))


def _unexpected(error: Exception) -> SheetsyncError:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rpartition('sheetsync')[2]}:{place.tb_lineno}" if place else "?"
    raised = SheetsyncError(
        f"sheetsync made a mistake ({type(error).__name__} at sheetsync{where}).",
        "Please report it with the output of the same command with -v. The sheet was left as it was.",
    )
    raised.__cause__ = error
    return raised


def as_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The outcomes in the form that `run --format json` promises; start and end are local ISO date-times."""
    return [
        {
            "job": outcome.job,
            "status": str(outcome.status),
            "rows": outcome.rows,
            "columns": outcome.columns,
            "start": outcome.window.start.isoformat() if outcome.window is not None else None,
            "end": outcome.window.end.isoformat() if outcome.window is not None else None,
            "clockify_requests": outcome.clockify_requests,
            "sheets_reads": outcome.sheets_reads,
            "sheets_writes": outcome.sheets_writes,
            "seconds": round(outcome.seconds, 3),
            "url": outcome.url,
            "error": str(outcome.error) if outcome.error is not None else None,
        }
        for outcome in outcomes
    ]
