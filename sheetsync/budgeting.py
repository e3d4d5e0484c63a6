"""Which quotas a job's requests count against, and who counts: the state database, or memory where that fails."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from sheetsync.budgets.counter import Counter, MemoryCounter
from sheetsync.budgets.pace import UNLIMITED, Budget, ClockifyBudget, GoogleBudget, Pace, Words
from sheetsync.budgets.quota import HOUR_SECONDS, MINUTE_SECONDS, Count, Quota, Refused, Turn, Wish, instant
from sheetsync.clockify.client import Access, ClockifyClient
from sheetsync.clockify.directory import Directory, Plan, plan_in
from sheetsync.config.model import Job, Store
from sheetsync.deadline import Deadline
from sheetsync.errors import SheetsyncError, Side
from sheetsync.jobs import plan_of
from sheetsync.ledger import Ledger, LedgerError
from sheetsync.ledger.turns import TurnCounter
from sheetsync.observe.budgets import BudgetLeft
from sheetsync.sheets.accounts import Account

SILENT_SECONDS = 60.0
"""How long a database that did not answer is left alone: no request waits for it meanwhile."""
FOR_THE_PLAN = 1
"""Requests of a workspace whose plan is not known that are left for asking it."""
_DAY_SECONDS = 86_400
_PLAN_TODO = "If the workspace is on a paid plan, set clockify.plan: paid; else run fewer jobs an hour."
_GOOGLE_TODO = "Spread the jobs out, or ask for a higher quota in the Google Cloud console and set it under google:"

T = TypeVar("T")
Warn = Callable[[str], None]


class FailsafeCounter:
    """Counts in the state database; in memory while that does not answer: a report is worth more than its count."""

    def __init__(self, shared: Counter, warn: Warn, clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._memory = MemoryCounter()
        self._warn = warn
        self._clock = clock
        self._silent_until = 0.0
        self._warned = False

    def take(self, wish: Wish) -> list[Turn] | Refused:
        return self._ask(lambda counter: counter.take(wish))

    def confirm(self, turn: Turn, quotas: Sequence[Quota], now: int) -> int:
        return self._ask(lambda counter: counter.confirm(turn, quotas, now))

    def note(self, quota: Quota, now: int) -> None:
        self._ask(lambda counter: counter.note(quota, now))

    def give_back(self, turns: Iterable[Turn]) -> None:
        found = list(turns)
        self._ask(lambda counter: counter.give_back(found))

    def close(self, quota: Quota, until: int, now: int) -> None:
        self._ask(lambda counter: counter.close(quota, until, now))

    def rename(self, old: Quota, new: Quota, now: int) -> None:
        self._ask(lambda counter: counter.rename(old, new, now))

    def counts(self, now: int) -> list[Count]:
        return self._ask(lambda counter: counter.counts(now))

    def _ask(self, wish: Callable[[Counter], T]) -> T:
        if self._clock() >= self._silent_until:
            try:
                return wish(self._shared)
            except LedgerError as error:
                self._silent_until = self._clock() + SILENT_SECONDS
                if not self._warned:
                    self._warned = True
                    self._warn(f"requests are counted by this process alone: {error}")
        return wish(self._memory)


@dataclass(frozen=True, slots=True)
class LedgerKeeper:
    """Keeps what the directory looked up in the ledger; a ledger that does not answer keeps nothing."""

    ledger: Ledger

    def get(self, key: str) -> str | None:
        with suppress(LedgerError):
            return self.ledger.get(key)
        return None

    def put(self, key: str, value: str) -> None:
        with suppress(LedgerError):
            self.ledger.put(key, value)


class Anew(LedgerKeeper):
    """Keeps what is looked up, and has nothing at hand: for who wants to hear what Clockify says now."""

    def get(self, key: str) -> str | None:  # noqa: ARG002 - whatever it is
        return None


class RunBudget(Budget, Protocol):
    """The budget that a run has at Clockify."""

    def expect(self, count: int, deadline: Deadline) -> None:
        """Take the turns of the requests that the run will need at least."""

    def end(self) -> None:
        """The run needs no more."""

    def serve(self, client: ClockifyClient) -> None:
        """The client that the plan can be asked with."""


class _Uncounted:
    """The budget of a run that nobody counts for."""

    kept = False
    spend = UNLIMITED.spend
    refused = UNLIMITED.refused

    def expect(self, count: int, deadline: Deadline) -> None: ...

    def end(self) -> None: ...

    def serve(self, client: ClockifyClient) -> None: ...


class Budgets:
    """The budgets of a process. Without a `pace` nobody counts, and nothing waits.

    Attributes:
        hold: whether the turns of a run that comes too late are kept for its job; for who runs it again by itself.
    """

    def __init__(self, pace: Pace | None = None, *, hold: bool = False) -> None:
        self._pace = pace
        self._hold = hold

    def clockify(self, job: Job, access: Access, directory: Directory) -> RunBudget:
        """The budget of a run at Clockify: that of its workspace, shared by all who use it."""
        if self._pace is None:
            return _Uncounted()
        workspace = _Workspace(job, access, directory)
        words = Words(Side.CLOCKIFY, job.zone, _PLAN_TODO)
        return _ServedBudget(self._pace, workspace, words, job.name if self._hold else "")

    def google(self, job: Job, account: Account) -> Budget:
        """The budget of an account at Google, and of its project where that is known."""
        if self._pace is None:
            return UNLIMITED
        reads, writes = google_quotas(job, account)
        return GoogleBudget(self._pace, reads, writes, Words(Side.GOOGLE, job.zone, _GOOGLE_TODO))

    def left(self) -> list[BudgetLeft]:
        """What is left of each quota that was used in the last two days."""
        if self._pace is None:
            return []
        now = self._pace.now()
        return [
            BudgetLeft(
                name=_called(count),
                left=max(0, count.of - count.used) if count.more <= now else 0,
                of=count.of,
                seconds=count.seconds,
                more=instant(count.more) if count.more > now else None,
                full=instant(count.full) if count.full > now else None,
            )
            for count in self._pace.counter.counts(now)
        ]


class _ServedBudget(ClockifyBudget):
    """A run's budget whose workspace asks for its plan with the run's own client."""

    workspace: _Workspace

    def serve(self, client: ClockifyClient) -> None:
        self.workspace.client = client


@dataclass(slots=True)
class _Workspace:
    """The workspace of a run, as far as it is known: see `budgets.pace.Workspace`."""

    job: Job
    access: Access
    directory: Directory
    client: ClockifyClient | None = None
    _tried: bool = field(default=False, init=False)

    def quota(self) -> Quota:
        return clockify_quota(self.job, self.access, self.directory)

    @property
    def settled(self) -> bool:
        known = plan_of(self.job) is not None or self.directory.asked(self.access.account)
        return known or self._tried or self.client is None

    def ask(self) -> bool:
        if self.settled or self.client is None:
            return False
        self._tried = True
        with suppress(SheetsyncError):
            self.directory.plan(self.client, self.access.account, self.job.clockify.workspace)
        return True


def _called(found: Count) -> str:
    """A quota's name where it stands alone: with its side, and with what it counts where that is not all requests."""
    if found.key.startswith("clockify "):
        return f"{Side.CLOCKIFY}, {found.name}"
    return f"{Side.GOOGLE}, {found.name}, {found.key.rpartition(' ')[2]}"


def known_plan(job: Job, access: Access, directory: Directory) -> Plan | None:
    """The plan of a job's workspace as the configuration says it, or as Clockify said it of late."""
    entity = directory.known(access.account, job.clockify.workspace)
    return plan_of(job) or (plan_in(entity) if entity is not None else None)


def clockify_quota(job: Job, access: Access, directory: Directory) -> Quota:
    """The quota of a job's workspace. One whose plan is not known is taken to be on Free until it has to be asked."""
    own, entity = job.clockify, directory.known(access.account, job.clockify.workspace)
    identity, name = own.workspace, own.workspace
    if entity is not None:
        identity, name = str(entity["id"]), str(entity.get("name") or own.workspace)
    place = f"clockify {urlsplit(own.core_url).netloc} {identity}"
    name, plan = f"workspace {name}", known_plan(job, access, directory)
    if plan == "paid":
        return Quota(f"{place} second", name, own.requests_per_second, 1)
    unknown = plan is None and not directory.asked(access.account)
    of = max(1, own.requests_per_hour - (FOR_THE_PLAN if unknown else 0))
    return Quota(f"{place} hour", name, of, HOUR_SECONDS)


def google_quotas(job: Job, account: Account) -> tuple[tuple[Quota, ...], tuple[Quota, ...]]:
    """The quotas of reads and of writes: the account's own, and its project's where that is known."""
    own, host = job.google, urlsplit(job.google.sheets_url or "https://sheets.googleapis.com").netloc
    who = account.email or f"account {_fingerprint(job)}"

    def quotas(what: str, of: int) -> tuple[Quota, ...]:
        found = [Quota(f"google {host} account {who} {what}", who, of, MINUTE_SECONDS, what)]
        if account.project:
            key, name = f"google {host} project {account.project} {what}", f"project {account.project}"
            found.append(Quota(key, name, own.project_per_minute, MINUTE_SECONDS, what))
        return tuple(found)

    return quotas("reads", own.reads_per_minute), quotas("writes", own.writes_per_minute)


def _fingerprint(job: Job) -> str:
    """Tells accounts without an address apart, without a part of their keys."""
    key = job.google.credentials
    return hashlib.sha256(key.reveal().encode()).hexdigest()[:8] if key is not None else "of the environment"


def counted(ledger: Ledger, warn: Warn, *, hold: bool = False, **clocks: Any) -> tuple[Directory, Budgets]:
    """What the runs of a process share with all processes that use a ledger: what was looked up, and what is left.

    `clocks` are those of `Pace`.
    """
    pace = Pace(FailsafeCounter(TurnCounter(ledger), warn), **clocks)
    return Directory(LedgerKeeper(ledger), pace.clock), Budgets(pace, hold=hold)


def alone() -> tuple[Directory, Budgets]:
    """The same for a process without a ledger."""
    return Directory(), Budgets(Pace())


@contextmanager
def remembered(store: Store) -> Iterator[Directory]:
    """What was looked up before, where there is a ledger already; nothing is made, and nothing is asked."""
    there = store.database is not None or (store.path is not None and store.path.exists())
    try:
        ledger = Ledger.open(store) if there else None
    except LedgerError:
        ledger = None
    if ledger is None:
        yield Directory()
        return
    with ledger:
        yield Directory(LedgerKeeper(ledger))


@contextmanager
def opened(store: Store, warn: Warn, *, anew: bool = False) -> Iterator[tuple[Directory, Budgets]]:
    """`counted` in the ledger of a store, or `alone` when that cannot be opened; `anew` takes no kept answer."""
    try:
        ledger = Ledger.open(store)
    except LedgerError as error:
        warn(f"requests are counted by this process alone: {error}")
        yield alone()
        return
    with ledger:
        directory, budgets = counted(ledger, warn)
        yield Directory(Anew(ledger)) if anew else directory, budgets
