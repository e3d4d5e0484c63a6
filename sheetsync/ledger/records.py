"""What the ledger keeps: a record for every run, and for every slot that did not become one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What became of a run or of a slot."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Due, or begun, and then left out on purpose; the record's `reason` says why."""
    MISSED = "missed"
    """Due while nothing was there to run it."""
    INTERRUPTED = "interrupted"
    """Begun by a process that ended before the run did."""
    DELAYED = "delayed"
    """Begun, and put off until a quota is refilled."""


SUCCESSES = (State.SUCCEEDED, State.UNCHANGED)
"""States after which the sheet holds what Clockify said."""


class Cause(StrEnum):
    """Why there was a run."""

    SCHEDULE = "schedule"
    CATCH_UP = "catch-up"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended, and the figures that it had reached by then.

    Attributes:
        window_start, window_end: local ISO date-times in `time_zone`, the end exclusive; empty when there is no window.
        bytes: what was sent to Google, in bytes.
        seconds: how long the run took.
        fingerprint: a hash of the table that was published.
        error, todo, side, retryable: what a failed run says of itself; `reason`, what one that was left out says.
    """

    state: State
    window_start: str = ""
    window_end: str = ""
    time_zone: str = ""
    rows: int = 0
    columns: int = 0
    clockify_requests: int = 0
    sheets_reads: int = 0
    sheets_writes: int = 0
    bytes: int = 0
    seconds: float = 0.0
    fingerprint: str = ""
    url: str = ""
    error: str = ""
    todo: str = ""
    side: str = ""
    retryable: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run, or a slot that was skipped or missed. Fields that `RunEnd` has too mean the same here.

    Attributes:
        id: rises with each record, and is never used twice.
        slot: the instant (UTC) that the run was due at; None for one that was asked for by hand.
        target: the spreadsheet's id, and the tab and range as they are configured; empty for a slot without a run.
        started, ended: instants (UTC); both are when the record was made for a slot without a run.
        owner: the process that runs it: host, process id, when it started.
        configuration: a hash of what the job was configured to do.
    """

    id: int
    job: str
    slot: datetime | None
    cause: Cause
    state: State
    started: datetime
    ended: datetime | None
    owner: str
    target: str
    window_start: str = ""
    window_end: str = ""
    time_zone: str = ""
    rows: int = 0
    columns: int = 0
    clockify_requests: int = 0
    sheets_reads: int = 0
    sheets_writes: int = 0
    bytes: int = 0
    seconds: float = 0.0
    fingerprint: str = ""
    url: str = ""
    error: str = ""
    todo: str = ""
    side: str = ""
    retryable: bool = False
    reason: str = ""
    configuration: str = ""

    @property
    def process(self) -> str:
        """The owner, for people; empty for a slot without a run."""
        return process_of(self.owner)


def process_of(owner: str) -> str:
    """A process in words for people."""
    host, _, rest = owner.partition(":")
    return f"process {rest.partition(':')[0]} on {host}" if rest else owner


class Claim(StrEnum):
    """What another run has."""

    SLOT = "slot"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Taken:
    """A run that may not begin, since `by` has its slot, for ever, or is a run of its job that goes on."""

    claim: Claim
    by: RunRecord

    @property
    def reason(self) -> str:
        if self.claim is Claim.SLOT:
            return f"this slot is recorded already: {self.by.state}"
        return f"job {self.by.job} is running already (run {self.by.id}, {self.by.process})"


@dataclass(frozen=True, slots=True)
class Lease:
    """A spreadsheet that a process publishes to: for which jobs, and when it was last heard of (UTC)."""

    spreadsheet: str
    owner: str
    jobs: str
    beat: datetime

    @property
    def reason(self) -> str:
        return f"target busy: {self.jobs} is written to this spreadsheet by {process_of(self.owner)}"


@dataclass(frozen=True, slots=True)
class Point:
    """What a curve of a job's runs needs of one of them: seconds, rows, how it ended, and when it started (UTC)."""

    id: int
    state: State
    started: datetime
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """A job that does not run until it is resumed: since when (UTC), and what the person who paused it said."""

    job: str
    note: str
    since: datetime
