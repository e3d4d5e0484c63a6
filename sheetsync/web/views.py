"""What the pages show, put together from the daemon's state and the ledger's records. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from sheetsync.config.model import Job
from sheetsync.daemon_events import JobState, Running
from sheetsync.errors import SheetsyncError
from sheetsync.jobs import url_of
from sheetsync.ledger.records import SUCCESSES, Point, RunRecord, State
from sheetsync.observe.budgets import BudgetLeft
from sheetsync.schedule import forms
from sheetsync.web import sparklines, words
from sheetsync.windows.window import Window

STATES = ("failing", "running", "paused")
"""What the list of jobs can be narrowed to."""
TELLING = (*SUCCESSES, State.FAILED)
"""What the last of a job's records must be to say whether the job works."""
_MARKS_SHOWN = 16
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, for people who glance (`text`, `far`), for those who look closer, and for programs."""

    text: str
    far: str
    exact: str
    iso: str


def moment(at: datetime | None, zone: ZoneInfo, now: datetime) -> Moment | None:
    if at is None:
        return None
    return Moment(words.instant(at, zone, now), words.distance(at, now), words.exact(at, zone), at.isoformat())


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `share` is from 0 to 1, None while that is unknown."""

    words: str
    share: float | None
    waiting: str


@dataclass(frozen=True, slots=True)
class RunView:
    """A record of the ledger, as the page shows it."""

    record: RunRecord
    slot: Moment | None
    started: Moment | None
    ended: Moment | None
    window: str
    summary: str
    took: str


@dataclass(frozen=True, slots=True)
class JobView:
    """A job, as the page shows it.

    Attributes:
        status: one word: running, queued, paused, failing, working or new.
        marks: the last outcomes, oldest first.
    """

    name: str
    report: str
    status: str
    schedule: str
    window: str
    target: str
    url: str
    next_slot: Moment | None
    last: RunView | None
    progress: Progress | None
    pause_note: str
    paused_since: Moment | None
    marks: tuple[Point, ...]
    rows: Markup
    seconds: Markup

    @property
    def paused(self) -> bool:
        return self.paused_since is not None

    @property
    def busy(self) -> bool:
        return self.status in {"running", "queued"}


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger remembers of jobs, by their names: the newest record that tells, and the points of a curve."""

    latest: Mapping[str, RunRecord]
    curves: Mapping[str, Sequence[Point]]


@dataclass(frozen=True, slots=True)
class BudgetView:
    """What is left of a quota. `more` is when the next request may go out, None for now; `full`, when all are back."""

    name: str
    left: int
    of: int
    more: Moment | None
    full: Moment | None


def budget_view(budget: BudgetLeft, zone: ZoneInfo, now: datetime) -> BudgetView:
    return BudgetView(
        budget.name, budget.left, budget.of, moment(budget.more, zone, now), moment(budget.full, zone, now)
    )


def status(state: JobState, last: RunRecord | None) -> str:
    if state.running is not None:
        return "running"
    if state.queued:
        return "queued"
    if state.pause is not None:
        return "paused"
    if last is None:
        return "new"
    return "failing" if last.state is State.FAILED else "working"


def counts(states: Iterable[JobState], latest: Mapping[str, RunRecord]) -> dict[str, int]:
    """How many jobs there are of each status; a paused job that failed last counts as both."""
    found = dict.fromkeys(STATES, 0)
    for state in states:
        for name in _statuses(state, latest.get(state.job.name)):
            found[name] += 1
    return found


def narrowed(states: Iterable[JobState], latest: Mapping[str, RunRecord], wanted: str, search: str) -> list[JobState]:
    """The jobs of a status whose name, report or target holds the searched text."""
    needle = search.strip().casefold()
    return [
        state
        for state in states
        if (not wanted or wanted in _statuses(state, latest.get(state.job.name)))
        and (not needle or needle in _searched(state.job))
    ]


def _statuses(state: JobState, last: RunRecord | None) -> set[str]:
    failing = last is not None and last.state is State.FAILED
    facts = {
        "failing": failing,
        "running": state.running is not None or state.queued,
        "paused": state.pause is not None,
    }
    return {name for name, holds in facts.items() if holds}


def _searched(job: Job) -> str:
    return f"{job.name} {job.report} {job.target.worksheet_text} {job.target.spreadsheet}".casefold()


def job_view(state: JobState, memory: Memory, now: datetime, size: sparklines.Size = sparklines.SMALL) -> JobView:
    job, pause = state.job, state.pause
    last = memory.latest.get(job.name)
    points = memory.curves.get(job.name, ())
    return JobView(
        name=job.name,
        report=str(job.report),
        status=status(state, last),
        schedule=forms.describe(job.schedule),
        window=_window(job, now),
        target=_target(job),
        url=last.url if last is not None and last.url else url_of(job),
        next_slot=moment(state.next_slot, job.zone, now),
        last=run_view(last, job.zone, now) if last is not None else None,
        progress=_progress(state.running) if state.running is not None else None,
        pause_note=pause.note if pause is not None else "",
        paused_since=moment(pause.since, job.zone, now) if pause is not None else None,
        marks=tuple(points[-_MARKS_SHOWN:]),
        rows=sparklines.rows(points, size),
        seconds=sparklines.seconds(points, size),
    )


def run_view(record: RunRecord, zone: ZoneInfo | None, now: datetime) -> RunView:
    """A record in the zone of its job; in UTC when the configuration has that job no more."""
    own = zone or _UTC
    return RunView(
        record=record,
        slot=moment(record.slot, own, now),
        started=moment(record.started, own, now),
        ended=moment(record.ended, own, now),
        window=recorded_window(record),
        summary=_summary(record),
        took=words.took(record.seconds),
    )


def recorded_window(record: RunRecord) -> str:
    """The window of a run in words; empty when the run did not come that far."""
    if not record.window_start or not record.window_end:
        return ""
    start, end = (datetime.fromisoformat(bound) for bound in (record.window_start, record.window_end))
    return Window(start, end, record.time_zone).describe()


def _summary(record: RunRecord) -> str:
    if record.error:
        return record.error
    if record.state is State.RUNNING:
        return "goes on"
    written = f"{words.count(record.rows, 'row')} in {words.took(record.seconds)}"
    if record.state is State.SUCCEEDED and record.reason:
        return f"{written}, {record.reason}"
    return record.reason or written


def _window(job: Job, now: datetime) -> str:
    try:
        return job.window(now).describe()
    except SheetsyncError as error:
        return error.message


def _target(job: Job) -> str:
    return f"{job.target.worksheet_text or 'named range'} · {job.target.range}"


def _progress(running: Running) -> Progress:
    share = min(1.0, running.done / running.of) if running.of else None
    figures = f" {running.done:,} of {running.of:,}" if running.of else f" {running.done:,}" if running.done else ""
    return Progress(f"{running.step or 'begins'}{figures}", share, running.waiting)
