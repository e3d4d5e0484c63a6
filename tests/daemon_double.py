"""A daemon that stands still, for tests of what stands around it: all that it says is what a test has set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sheetsync.config.model import Config, Job
from sheetsync.daemon_events import Asked, JobState, ReloadState, Running
from sheetsync.ledger import Ledger, RunEnd, RunRecord, State
from sheetsync.ledger.records import Cause
from sheetsync.schedule.slots import next_slots

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
API_KEY = "NWI0ZjYtYTQ5OS00ZmE3LTg0YzQ"
SPREADSHEET = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg"


def configuration(names: Sequence[str] = ("hours", "by-project", "weeks"), **settings: Any) -> Config:
    """Jobs of these names, each in a worksheet of its own. `notify` and `google` are the jobs', the rest the file's."""
    of_jobs = {key: settings.pop(key) for key in ("notify", "google") if key in settings}
    jobs = [
        {
            "name": name,
            "report": "detailed",
            "time_zone": "Europe/Berlin",
            "target": {"spreadsheet": SPREADSHEET, "worksheet": name},
            "clockify": {"api_key": API_KEY, "workspace": "Acme"},
            **of_jobs,
        }
        for name in names
    ]
    return Config.model_validate({"version": 1, "jobs": jobs, **settings})


@dataclass
class StillDaemon:
    """What `DaemonState` promises. `asked` is what was asked of it."""

    config: Config
    ledger: Ledger
    now: datetime = NOW
    living: bool = True
    stopping: bool = False
    reload_state: ReloadState = field(default_factory=lambda: ReloadState(NOW - timedelta(hours=5), ok=True))
    runs: dict[str, Running] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    answer: Asked = field(default_factory=lambda: Asked(accepted=True))
    next_slots: dict[str, datetime | None] = field(default_factory=dict)

    @property
    def started(self) -> datetime:
        return self.now - timedelta(hours=5)

    @property
    def last_tick(self) -> datetime | None:
        return self.now - timedelta(seconds=7)

    def alive(self) -> bool:
        return self.living

    def jobs(self) -> list[JobState]:
        paused = self.ledger.paused()
        return [
            JobState(job, self._next_slot(job), paused.get(job.name), self.runs.get(job.name))
            for job in self.config.jobs
        ]

    def _next_slot(self, job: Job) -> datetime | None:
        if job.name not in self.next_slots:
            self.next_slots[job.name] = next(iter(next_slots(job.schedule, job.zone, self.now, 1)), None)
        return self.next_slots[job.name]

    def running(self) -> list[Running]:
        return list(self.runs.values())

    def run_now(self, job: str) -> Asked:
        self.asked.append(("run", job))
        return self.answer

    def pause(self, job: str, note: str = "") -> Asked:
        self.asked.append(("pause", job, note))
        if self.answer.accepted:
            self.ledger.pause(job, note, self.now)
        return self.answer

    def resume(self, job: str) -> Asked:
        self.asked.append(("resume", job))
        if self.answer.accepted:
            self.ledger.resume(job)
        return self.answer

    def ran(self, job: str, slot: datetime, state: State = State.SUCCEEDED, **figures: Any) -> RunRecord:
        """A run of a job, from its beginning to its end, in the ledger."""
        own = self.config.job(job)
        assert own is not None
        begun = self.ledger.begin(job, slot, Cause.SCHEDULE, own.target, slot, "hash")
        assert isinstance(begun, RunRecord)
        self.ledger.finish(begun.id, ended(state, **figures), slot + timedelta(seconds=figures.get("seconds", 2)))
        record = self.ledger.run(begun.id)
        assert record is not None
        return record


def ended(state: State = State.SUCCEEDED, **figures: Any) -> RunEnd:
    """The end of a run with the figures that one has."""
    usual: dict[str, Any] = {
        "window_start": "2026-11-01T00:00:00",
        "window_end": "2026-12-01T00:00:00",
        "time_zone": "Europe/Berlin",
        "rows": 120,
        "columns": 17,
        "clockify_requests": 2,
        "sheets_reads": 1,
        "sheets_writes": 1,
        "bytes": 54_321,
        "seconds": 2.0,
        "url": f"https://docs.google.com/spreadsheets/d/{SPREADSHEET}/edit#gid=7",
    }
    if state is State.FAILED:
        usual |= {
            "error": "Clockify does not know the key (HTTP 401).",
            "todo": "Put a new API key into clockify.api_key.",
            "side": "Clockify",
            "columns": 0,
            "rows": 0,
        }
    return RunEnd(state, **{**usual, **figures})
