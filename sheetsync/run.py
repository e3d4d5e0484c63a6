"""One run of one job: the story of the product, from a window to a table in its rectangle."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sheetsync.accounts import account_of
from sheetsync.budgeting import Budgets, known_plan
from sheetsync.clockify.client import ClockifyClient
from sheetsync.clockify.directory import Directory
from sheetsync.clockify.fetching import Fetch, Workspace, pieces
from sheetsync.clockify.sharing import Sharing
from sheetsync.config.model import Job
from sheetsync.deadline import Deadline, Stop
from sheetsync.errors import SheetsyncError, TableError
from sheetsync.jobs import access_of, connection_of, plan_of, url_of, way_of
from sheetsync.parts import Parts, Spool, Whole, collected, held
from sheetsync.progress import Progress
from sheetsync.sheets import content, publish, staging
from sheetsync.sheets.batch import Submission
from sheetsync.sheets.client import SheetsClient
from sheetsync.sheets.content import Content, Staged
from sheetsync.sheets.differences import Difference, differences
from sheetsync.sheets.placement import Placement
from sheetsync.sheets.plan import LONGEST_CONTENT, Stamp
from sheetsync.sheets.publishers import Aside, Publishers, Way
from sheetsync.table import Table
from sheetsync.totals import totals
from sheetsync.windows.window import Window

MOST_CELLS_AT_ONCE = 300_000
"""A table of more cells is never held whole: no request could take it."""
STAGED_NOWHERE = 0
"""The staging tab of a dry run, which sends nothing."""


class Status(StrEnum):
    """How a run ended: published, published before and the same, failed, or not to be published."""

    SUCCEEDED = "succeeded"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Outcome:
    """What became of a run. Figures are those reached when it ended, for failed runs too.

    Attributes:
        rows_before: how many rows the sheet held of the job, None when there was no table of it.
        totals: those of the table; one that goes through a staging tab has none.
        sheets_reads, sheets_writes: requests that served several runs at once are counted at one of them.
        together: how many jobs' tables were published by the same request, this one's included; 0 when none was sent.
        bytes: the size of the request that publishes, or of this run's part of it.
        fingerprint: the hash of the table in it.
    """

    job: str
    status: Status = Status.FAILED
    window: Window | None = None
    rows: int = 0
    columns: int = 0
    rows_before: int | None = None
    totals: Mapping[str, float] = field(default_factory=dict)
    clockify_requests: int = 0
    sheets_reads: int = 0
    sheets_writes: int = 0
    together: int = 0
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


@dataclass(frozen=True, slots=True)
class Common:
    """What the runs of a process have in common.

    Attributes:
        directory: what was looked up in Clockify.
        budgets: what requests pass; by themselves they let everything through.
        sharing: what is being asked of Clockify.
        publishers: who publishes where.
    """

    directory: Directory = field(default_factory=Directory)
    budgets: Budgets = field(default_factory=Budgets)
    sharing: Sharing = field(default_factory=Sharing)
    publishers: Publishers = field(default_factory=Publishers)


@dataclass(slots=True)
class Runner:
    """Makes runs, one at a time; `common` is what it has in common with other runners.

    Attributes:
        stop: ends the run that goes on.
        aside: lets others have the run's worker while it waits for them.
    """

    progress: Progress
    common: Common = field(default_factory=Common)
    stop: Stop = field(default_factory=Stop)
    aside: Aside = nullcontext

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
        finally:
            self.common.publishers.forget(order.job.target.spreadsheet, order.job.name)
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
        outcome.rows, outcome.columns, outcome.totals = table.rows, len(table.columns), totals(table)
        return table

    @contextmanager
    def _reading(self, order: Order, outcome: Outcome, deadline: Deadline) -> Iterator[Parts]:
        """The report's table, to be gone through within the block."""
        job = order.job
        window = outcome.window = job.window(order.now, order.start, order.end)
        access = access_of(job)
        directory = self.common.directory
        budget = self.common.budgets.clockify(job, access, directory)
        client = ClockifyClient(access, deadline, self.progress, budget)
        budget.serve(client)
        workspace = Workspace(job.clockify.workspace, access.account, plan_of(job))
        asking = self.common.sharing.asking(deadline)
        query = job.query(window)
        fetching = Fetch(client, directory, workspace, self.progress, asking)
        try:
            budget.expect(len(pieces(query, known_plan(job, access, directory))), deadline)
            yield fetching.parts(query, job.columns)
        finally:
            budget.end()
            outcome.clockify_requests = client.requests

    def _tabulated(self, outcome: Outcome, table: Table | Content) -> None:
        outcome.rows, outcome.columns = table.rows, len(table.columns)
        if isinstance(table, Table):
            outcome.totals = totals(table)
        self.progress.tabulated(table.rows)

    def _run(self, order: Order, outcome: Outcome) -> None:
        job, deadline = order.job, Deadline(order.job.deadline, self.stop)
        outcome.url = url_of(job)
        # A key that cannot work is found before Clockify's quota is spent.
        account = account_of(job)
        account.sign_in_meanwhile()
        connection = replace(connection_of(job), budget=self.common.budgets.google(job, account))
        client = SheetsClient(account, job.target.spreadsheet, connection, deadline, self.progress)
        try:
            if order.dry:
                self._compare(client, order, self.fetch(order, outcome, deadline), outcome)
                return
            found = self._content(client, order, outcome, deadline)
            if found is None:
                return
            try:
                self._publish(way_of(job, account, connection), order, found, outcome, deadline)
            finally:
                if isinstance(found, Staged) and outcome.status is not Status.SUCCEEDED:
                    staging.discard(client, found.sheet)
        finally:
            outcome.sheets_reads += client.reads
            outcome.sheets_writes += client.writes

    def _content(self, client: SheetsClient, order: Order, outcome: Outcome, deadline: Deadline) -> Content | None:
        """The job's table, ready to be published; None when nothing is to be, and the outcome says why."""
        with self._reading(order, outcome, deadline) as parts:
            table = held(parts, MOST_CELLS_AT_ONCE)
            if not isinstance(table, Table):
                return self._staged(client, order, table, outcome)
            table.check_limits()
        self._tabulated(outcome, table)
        if table.rows == 0 and order.job.on_empty != "write":
            _on_empty(order.job, outcome)
            return None
        found = content.inline(table)
        return found if found.size <= LONGEST_CONTENT else self._staged(client, order, Whole(table), outcome)

    def _staged(self, client: SheetsClient, order: Order, parts: Parts, outcome: Outcome) -> Content | None:
        """A long table in a staging tab. One that may be unchanged is kept in a file until that is known."""
        job, stamp = order.job, _stamp(order, outcome, secrets.token_hex(8))
        until = (datetime.now(UTC) + timedelta(seconds=job.deadline)).isoformat(timespec="seconds")
        with ExitStack() as stack:
            if job.write == "when_changed":
                parts = spool = stack.enter_context(closing(Spool(parts)))
                outcome.rows, outcome.columns = spool.expected, len(spool.titles)
                if publish.unchanged(client, client.state(), spool, stamp):
                    _unchanged(outcome)
                    return None
            found = staging.stage(client, parts, stamp, until, self.progress.staged)
        self._tabulated(outcome, found)
        return found

    def _compare(self, client: SheetsClient, order: Order, table: Table, outcome: Outcome) -> None:
        """What a publish would change."""
        job = order.job
        if table.rows == 0 and job.on_empty != "write":
            _on_empty(job, outcome)
            return
        run = secrets.token_hex(8)
        found: Content = content.inline(table)
        if found.size > LONGEST_CONTENT:
            found = Staged(found.columns, found.rows, found.fingerprint, found.widths, STAGED_NOWHERE, run)
        prepared = publish.prepare(
            client, client.state(), found, _stamp(order, outcome, run), only_when_changed=job.write == "when_changed"
        )
        outcome.url = url_of(job, prepared.placement.tab.id)
        _check_shrink(job, found, prepared.placement)
        outcome.rows_before = _rows_before(prepared.placement)
        if prepared.plan is None:
            _unchanged(outcome)
            return
        outcome.changes = differences(client, prepared, table)
        outcome.status = Status.SKIPPED if outcome.changes.any else Status.UNCHANGED
        outcome.reason = "dry run"

    def _publish(self, way: Way, order: Order, found: Content, outcome: Outcome, deadline: Deadline) -> None:
        job = order.job
        run = found.run if isinstance(found, Staged) else secrets.token_hex(8)
        submission = Submission(
            found,
            _stamp(order, outcome, run),
            deadline,
            only_when_changed=job.write == "when_changed",
            check=partial(_check_shrink, job, found),
            claim=self.stop.publish,
        )
        try:
            self.common.publishers.publish(way, submission, self.progress, self.aside)
        finally:
            outcome.sheets_reads, outcome.sheets_writes = submission.reads, submission.writes
            if submission.placement is not None:
                outcome.rows_before = _rows_before(submission.placement)
                outcome.url = url_of(job, submission.placement.tab.id)
        if submission.error is not None:
            raise submission.error
        if submission.plan is None:
            _unchanged(outcome)
            return
        outcome.bytes, outcome.fingerprint = len(submission.plan.body), submission.plan.mark.fingerprint
        outcome.status, outcome.together = Status.SUCCEEDED, submission.together
        outcome.reason = "; ".join(filter(None, (_emptied(outcome), _together(outcome))))
        self.progress.published(found.rows)


def _unchanged(outcome: Outcome) -> None:
    outcome.status, outcome.reason = Status.UNCHANGED, "the sheet holds this table already"


def _on_empty(job: Job, outcome: Outcome) -> None:
    if job.on_empty == "fail":
        raise TableError(
            "the report has no rows, and on_empty: fail says that it must have some.",
            "Look at the window and the filters, or set on_empty: write or keep.",
        )
    outcome.status, outcome.reason = Status.SKIPPED, "the report has no rows, and on_empty: keep leaves the sheet alone"


def _rows_before(placement: Placement) -> int | None:
    """How many rows the job's table in the sheet has; None when there is none."""
    return None if placement.old is None else placement.old.mark.rows - 1


def _emptied(outcome: Outcome) -> str:
    """What is to be said of a publish that took rows away and put none."""
    if outcome.rows or not outcome.rows_before:
        return ""
    return f"the report is empty; {outcome.rows_before:,} row{'s' if outcome.rows_before > 1 else ''} before"


def _together(outcome: Outcome) -> str:
    others = outcome.together - 1
    return f"written together with {others} other{'s' if others > 1 else ''}" if others > 0 else ""


def _check_shrink(job: Job, table: Content, placement: Placement) -> None:
    before = _rows_before(placement)
    if job.max_shrink is None or before is None:
        return
    if table.rows < before * (1 - job.max_shrink):
        raise TableError(
            f"the table has {table.rows:,} rows, the last one had {before:,}; max_shrink: {job.max_shrink:.0%} does not"
            " allow that. The sheet was left as it is.",
            "If it is right, run the job once with a larger max_shrink.",
        )


def _stamp(order: Order, outcome: Outcome, run: str) -> Stamp:
    job, window = order.job, outcome.window
    at = datetime.now(UTC)
    shown = at.astimezone(job.zone)
    lines = (
        f"Clockify {job.report} report, {window.describe() if window is not None else ''}",
        f"{outcome.rows:,} rows, updated {shown:%Y-%m-%d %H:%M} ({job.time_zone})",
        f"Written by sheetsync, job {job.name}",
    )
    return Stamp(job.name, run, job.target, at.isoformat(timespec="seconds"), "\n".join(lines))


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
            "rows_before": outcome.rows_before,
            "totals": {name: round(total, 2) for name, total in outcome.totals.items()},
            "start": outcome.window.start.isoformat() if outcome.window is not None else None,
            "end": outcome.window.end.isoformat() if outcome.window is not None else None,
            "clockify_requests": outcome.clockify_requests,
            "sheets_reads": outcome.sheets_reads,
            "sheets_writes": outcome.sheets_writes,
            "together": outcome.together,
            "seconds": round(outcome.seconds, 3),
            "url": outcome.url,
            "error": str(outcome.error) if outcome.error is not None else None,
            "reason": outcome.reason or None,
        }
        for outcome in outcomes
    ]
