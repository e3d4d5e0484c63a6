"""The engine on threads of this process: what waits, what is skipped, what is given up, how it stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.day import job
from sheetsync.config.model import Job, Store
from sheetsync.daemon_events import Bus, Event, RunBegan, RunEnded, SlotsPassed, Trouble
from sheetsync.deadline import Deadline
from sheetsync.engines import local
from sheetsync.engines.local import LocalEngine, RunWith
from sheetsync.engines.pool import Pool
from sheetsync.engines.work import Live, Passed, Work
from sheetsync.errors import SheetsyncError
from sheetsync.ledger import Cause, Ledger, LedgerUnavailableError, RunEnd, RunRecord, State
from sheetsync.progress import Progress
from sheetsync.run import Common, Order, Outcome, Status
from sheetsync.schedule.forms import Every

NOON = datetime(2021, 11, 30, 12, tzinfo=UTC)
SLOTS = [NOON + timedelta(minutes=15 * number) for number in range(9)]
SECONDS = 20
HOURLY = Every(3600)


@dataclass
class Shop:
    """An engine with runs that last until a test lets them end."""

    ledger: Ledger
    engine: LocalEngine = field(init=False)
    events: list[Event] = field(default_factory=list)
    gates: dict[str, threading.Event] = field(default_factory=dict)
    during: Callable[[Live], None] = lambda _: None
    changed: threading.Condition = field(default_factory=threading.Condition)

    def open(self, size: int = 4) -> None:
        bus = Bus(lambda: datetime.now(UTC))
        bus.subscribe(self._heard)
        workers, recorder = (Pool(each, "test", self._failed) for each in (size, 1))
        self.engine = LocalEngine(self.ledger, bus, workers, recorder, self._run)

    def _failed(self, error: Exception) -> None:
        self._heard(Trouble(NOON, "a task raised", error))

    def _heard(self, event: Event) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def _run(self, order: Order, live: Live, _: Progress) -> Outcome:
        gate = self.gates.get(order.job.name)
        if gate is not None:
            assert gate.wait(SECONDS)
        outcome = Outcome(order.job.name, Status.SUCCEEDED)
        try:
            self.during(live)
        except SheetsyncError as error:
            outcome.status, outcome.error = Status.FAILED, error
        return outcome

    def hold(self, name: str) -> threading.Event:
        self.gates[name] = threading.Event()
        return self.gates[name]

    def until(self, kind: type[Any], count: int = 1) -> list[Any]:
        """Events of a kind, as soon as there are so many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.of(kind)) >= count, SECONDS), self.events
            return self.of(kind)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def recorder_came_by(self) -> None:
        """Returns when all that was to be recorded without a run until now is."""
        by = threading.Event()
        self.engine.aside(by.set)
        assert by.wait(SECONDS)

    def states(self, name: str) -> list[tuple[datetime | None, State]]:
        return sorted(((run.slot, run.state) for run in self.ledger.runs(name)), key=str)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with Ledger.open(Store(tmp_path / "state.db")) as ledger:
        shop = Shop(ledger)
        shop.open()
        yield shop
        for gate in shop.gates.values():
            gate.set()
        shop.engine.stop(SECONDS)
        assert shop.engine.wait(SECONDS)


def work(of: Job, slot: datetime | None = NOON) -> Work:
    return Work(of, slot, Cause.SCHEDULE if slot else Cause.MANUAL, slot or NOON)


def skipped(slot: datetime) -> Passed:
    return Passed((slot,), State.SKIPPED, "the run before was not over yet")


def test_a_run_is_recorded_from_its_begin_to_its_end(shop: Shop) -> None:
    gate, hours = shop.hold("hours"), job("hours", HOURLY)
    shop.engine.submit("hours", [work(hours)])
    (began,) = shop.until(RunBegan)
    (record,) = shop.ledger.running()
    assert (record.id, record.slot) == (began.running.run, NOON)
    assert [running.job for running in shop.engine.running()] == ["hours"]
    gate.set()
    (ended,) = shop.until(RunEnded)
    assert ended.record == shop.ledger.run(record.id)
    assert ended.record.state is State.SUCCEEDED
    assert shop.engine.wait(SECONDS)


def test_runs_into_one_spreadsheet_read_at_the_same_time(shop: Shop) -> None:
    gates = [shop.hold(name) for name in ("first", "second")]
    for name in ("first", "second"):
        shop.engine.submit(name, [work(job(name, HOURLY, spreadsheet=1))])
    shop.until(RunBegan, 2)
    assert {running.job for running in shop.engine.running()} == {"first", "second"}
    for gate in gates:
        gate.set()
    shop.until(RunEnded, 2)


def test_runs_of_one_job_go_one_after_the_other_and_others_beside_them(shop: Shop) -> None:
    gate, first = shop.hold("first"), job("first", HOURLY, spreadsheet=1)
    shop.engine.submit("first", [work(first), work(first, SLOTS[1])])
    shop.engine.submit("other", [work(job("other", HOURLY, spreadsheet=1))])
    assert [event.record.job for event in shop.until(RunEnded)] == ["other"]
    assert sorted(event.running.job for event in shop.of(RunBegan)) == ["first", "other"]
    gate.set()
    ended = [event.record for event in shop.until(RunEnded, 3)][1:]
    assert [(record.job, record.slot) for record in ended] == [("first", NOON), ("first", SLOTS[1])]


def test_a_run_that_waits_for_others_leaves_its_worker_to_them(shop: Shop) -> None:
    together = threading.Barrier(3)
    workers = Pool(1, "test", shop._failed)
    bus = Bus(lambda: datetime.now(UTC))
    bus.subscribe(shop._heard)

    def meet(order: Order, live: Live, progress: Progress) -> Outcome:
        with RunWith(Common(), workers)._aside():
            together.wait(SECONDS)
        return shop._run(order, live, progress)

    shop.engine = LocalEngine(shop.ledger, bus, workers, Pool(1, "test", shop._failed), meet)
    for name in ("one", "two", "three"):
        shop.engine.submit(name, [work(job(name, HOURLY))])
    assert len(shop.until(RunEnded, 3)) == 3


def test_a_run_that_hangs_is_given_up_and_blocks_nobody(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "OVERDUE_SECONDS", -1000.0)
    shop.open(size=1)
    gate, hours = shop.hold("hours"), job("hours", HOURLY)
    shop.engine.submit("hours", [work(hours)])
    shop.until(RunBegan)
    shop.engine.submit("other", [work(job("other", HOURLY))])
    shop.engine.tick()
    failed, other = shop.until(RunEnded, 2)
    assert (failed.record.job, failed.record.state, failed.record.retryable) == ("hours", State.FAILED, True)
    assert "given up" in failed.record.error
    assert other.record.job == "other"
    gate.set()
    shop.engine.submit("hours", [work(hours, SLOTS[1])])
    shop.until(RunEnded, 3)
    assert shop.states("hours") == [(NOON, State.FAILED), (SLOTS[1], State.SUCCEEDED)]


def test_a_run_that_was_given_up_can_publish_nothing_any_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "OVERDUE_SECONDS", -1000.0)
    published, over = [], threading.Event()

    def publish(live: Live) -> None:
        try:
            live.stop.publish()
            published.append(live)
        finally:
            over.set()

    shop.during, gate = publish, shop.hold("hours")
    shop.engine.submit("hours", [work(job("hours", HOURLY))])
    shop.until(RunBegan)
    shop.engine.tick()
    shop.until(RunEnded)
    gate.set()
    assert over.wait(SECONDS)
    assert not published


def test_slots_are_recorded_in_their_order_so_that_a_kill_hides_none(shop: Shop) -> None:
    shop.open(size=1)
    first = shop.hold("first")
    shop.engine.submit("first", [work(job("first", HOURLY))])
    shop.until(RunBegan)
    waiting = job("waiting", HOURLY)
    shop.engine.submit("waiting", [Passed((SLOTS[0],), State.MISSED, "down"), work(waiting, SLOTS[1])])
    shop.until(SlotsPassed)
    shop.engine.submit("waiting", [skipped(SLOTS[2])])
    shop.recorder_came_by()
    assert shop.ledger.last_slot("waiting") == SLOTS[0]
    second = shop.hold("waiting")
    first.set()
    shop.until(SlotsPassed, 2)
    assert shop.ledger.last_slot("waiting") == SLOTS[2]
    assert [running.job for running in shop.engine.running()] == ["waiting"]
    second.set()


def test_a_slot_that_another_process_has_is_left_to_it(shop: Shop) -> None:
    hours = job("hours", HOURLY)
    shop.ledger.record_missed("hours", [NOON], "another process says so", NOON)
    shop.engine.submit("hours", [work(hours), work(hours, SLOTS[1])])
    shop.until(RunEnded)
    assert shop.states("hours") == [(NOON, State.MISSED), (SLOTS[1], State.SUCCEEDED)]


def test_a_slot_is_skipped_while_somebody_runs_the_same_job_by_hand(shop: Shop) -> None:
    hours = job("hours", HOURLY)
    by_hand = shop.ledger.begin("hours", None, Cause.MANUAL, hours.target, datetime.now(UTC), "")
    assert isinstance(by_hand, RunRecord)
    shop.engine.submit("hours", [work(hours)])
    (passed,) = shop.until(SlotsPassed)
    assert (passed.slots, passed.state) == ((NOON,), State.SKIPPED)
    assert "job hours is running already" in passed.reason
    assert not shop.of(RunBegan)


def test_stopping_lets_a_publish_finish_and_interrupts_all_else(shop: Shop) -> None:
    publishing, go_on = threading.Event(), threading.Event()

    def publish(live: Live) -> None:
        if live.work.job.name == "publishing":
            live.stop.publish()
            publishing.set()
            assert go_on.wait(SECONDS)
            assert Deadline(SECONDS, live.stop).remaining()

    shop.during = publish
    shop.hold("reading")
    for number, name in enumerate(("publishing", "reading")):
        shop.engine.submit(name, [work(job(name, HOURLY, spreadsheet=number)), work(job(name, HOURLY), SLOTS[1])])
    shop.until(RunBegan, 2)
    assert publishing.wait(SECONDS)
    stopping = threading.Thread(target=shop.engine.stop, args=[SECONDS])
    stopping.start()
    go_on.set()
    stopping.join(SECONDS)
    assert shop.states("publishing") == [(NOON, State.SUCCEEDED)]
    assert shop.states("reading") == [(NOON, State.INTERRUPTED)]


def test_a_publish_that_does_not_end_holds_up_the_stop_no_longer_than_is_said(shop: Shop) -> None:
    publishing, go_on = threading.Event(), threading.Event()

    def publish(live: Live) -> None:
        live.stop.publish()
        publishing.set()
        assert go_on.wait(SECONDS)

    shop.during = publish
    shop.engine.submit("hours", [work(job("hours", HOURLY))])
    assert publishing.wait(SECONDS)
    shop.engine.stop(0.05)
    assert shop.states("hours") == [(NOON, State.INTERRUPTED)]
    go_on.set()


def test_a_job_runs_even_when_the_ledger_cannot_be_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise LedgerUnavailableError("the ledger failed: the disk is full.")

    for name in ("begin", "record_skipped"):
        monkeypatch.setattr(shop.ledger, name, full)
    shop.engine.submit("hours", [skipped(NOON), work(job("hours", HOURLY), SLOTS[1])])
    (ended,) = shop.until(RunEnded)
    assert (ended.record.id, ended.record.state) == (0, State.SUCCEEDED)
    assert [trouble.what for trouble in shop.of(Trouble)] == [
        "hours: 1 skipped slots could not be recorded",
        "hours: the run is not recorded",
    ]


def test_a_run_that_another_process_took_for_dead_is_stopped(shop: Shop) -> None:
    gate, hours = shop.hold("hours"), job("hours", HOURLY)
    shop.during = lambda live: live.stop.publish()
    shop.engine.submit("hours", [work(hours)])
    (began,) = shop.until(RunBegan)
    shop.ledger.finish(began.running.run, RunEnd(State.INTERRUPTED), datetime.now(UTC))
    shop.engine.tick()
    shop.recorder_came_by()
    gate.set()
    (ended,) = shop.until(RunEnded)
    assert "took this run for dead" in str(ended.error)
