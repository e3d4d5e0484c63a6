"""What others see of the daemon, and what they can ask of it, on threads and a clock of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.day import job
from sheetsync.config.loading import Loaded
from sheetsync.config.model import Config, Job, Store
from sheetsync.daemon import Daemon, background_scheduler
from sheetsync.daemon_events import Bus, Event, Reloaded, RunBegan, RunEnded, SlotsPassed, Stopping, Ticked, Trouble
from sheetsync.engines.local import LocalEngine
from sheetsync.engines.pool import Pool
from sheetsync.engines.work import Live
from sheetsync.errors import ConfigurationError, Problem
from sheetsync.ledger import Cause, Ledger, State
from sheetsync.progress import Progress
from sheetsync.run import Order, Outcome, Status
from sheetsync.schedule.forms import Every, Manual

QUARTER = Every(900)
SECONDS = 20
NOON = datetime(2021, 11, 30, 12, tzinfo=UTC)


@dataclass
class House:
    """A daemon whose wall clock stands at noon until a test moves it, and whose runs wait at a gate."""

    store: Store
    jobs: list[Job] = field(default_factory=lambda: [job("hours", QUARTER), job("asked", Manual(), spreadsheet=1)])
    now: datetime = NOON + timedelta(seconds=5)
    gate: threading.Event = field(default_factory=threading.Event)
    events: list[Event] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    mistakes: tuple[Problem, ...] = ()

    def open(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.bus = Bus(lambda: self.now)
        self.bus.subscribe(self._heard)
        workers, recorder = (Pool(size, "test", self._failed) for size in (2, 1))
        self.engine = LocalEngine(ledger, self.bus, workers, recorder, self._run)
        self.daemon = Daemon(self._load, self._load().config, ledger, self.engine, self.bus, background_scheduler())
        self.daemon.start()

    def _load(self) -> Loaded:
        if self.mistakes:
            raise ConfigurationError(self.mistakes)
        return Loaded(Config(version=1, state=self.store, jobs=tuple(self.jobs)), ())

    def _run(self, order: Order, _live: Live, progress: Progress) -> Outcome:
        self.orders.append(order)
        progress.fetched(3, 7)
        assert self.gate.wait(SECONDS)
        return Outcome(order.job.name, Status.SUCCEEDED)

    def _failed(self, error: Exception) -> None:
        self._heard(Trouble(self.now, "a task raised", error))

    def _heard(self, event: Event) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def until(self, kind: type[Any], count: int = 1) -> list[Any]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.of(kind)) >= count, SECONDS), self.events
            return self.of(kind)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def move(self, minutes: float) -> None:
        """The clock moves; the daemon is told of each job as the scheduler would."""
        self.now += timedelta(minutes=minutes)
        for each in self.jobs:
            self.daemon._due(each.name)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(Store(tmp_path / "state.db"))
    with Ledger.open(house.store) as ledger:
        house.open(ledger)
        yield house
        house.gate.set()
        house.daemon.stop(SECONDS)
        house.engine.wait(SECONDS)


def test_the_scheduler_ticks_and_is_alive(house: House) -> None:
    house.until(Ticked)
    assert house.daemon.alive()
    assert house.daemon.last_tick == house.now
    house.daemon.stop()
    assert not house.daemon.alive()


def test_a_slot_of_a_job_that_still_runs_is_skipped_with_the_reason(house: House) -> None:
    house.move(15)
    house.until(RunBegan)
    house.move(15)
    (passed,) = house.until(SlotsPassed)
    assert (passed.slots, passed.state) == ((NOON + timedelta(minutes=30),), State.SKIPPED)
    assert passed.reason == "the run of 2021-11-30 12:15 was not over yet"
    house.gate.set()
    house.until(RunEnded)
    assert house.engine.wait(SECONDS)
    house.move(15)
    house.until(RunEnded, 2)
    assert [record.state for record in house.ledger.runs()] == [State.SUCCEEDED, State.SKIPPED, State.SUCCEEDED]


def test_a_run_reads_macros_at_its_slot(house: House) -> None:
    house.move(15.5)
    house.until(RunBegan)
    assert house.orders[0].now == NOON + timedelta(minutes=15)


def test_jobs_show_what_runs_how_far_it_is_and_what_comes(house: House) -> None:
    assert house.daemon.run_now("asked").accepted
    house.until(RunBegan)
    hours, asked = house.daemon.jobs()
    assert (hours.next_slot, asked.next_slot) == (NOON + timedelta(minutes=15), None)
    assert hours.running is None
    with house.changed:
        assert house.changed.wait_for(lambda: house.daemon.running()[0].done == 3, SECONDS)
    (running,) = house.daemon.running()
    assert (running.job, running.cause, running.slot, running.of) == ("asked", Cause.MANUAL, None, 7)
    assert house.daemon.jobs()[1].running == running


def test_a_job_that_runs_or_is_unknown_cannot_be_asked_for(house: House) -> None:
    assert house.daemon.run_now("asked").accepted
    again = house.daemon.run_now("asked")
    assert not again.accepted
    assert again.reason == "a run that was asked for by hand is not over yet."
    assert "no job called 'nobody'" in house.daemon.run_now("nobody").reason
    assert "no job called 'nobody'" in house.daemon.pause("nobody").reason


def test_a_paused_job_skips_its_slots_until_it_is_resumed(house: House) -> None:
    assert house.daemon.pause("hours", "the sheet moves").accepted
    pause = house.daemon.jobs()[0].pause
    assert pause is not None
    assert pause.note == "the sheet moves"
    house.move(15)
    (passed,) = house.until(SlotsPassed)
    assert passed.reason == "the job is paused: the sheet moves"
    assert house.daemon.resume("hours").accepted
    house.move(15)
    house.until(RunBegan)


def test_a_pause_that_another_process_set_holds_from_the_next_tick(house: House) -> None:
    house.ledger.pause("hours", "by another", house.now)
    house.daemon._tick()
    aside = threading.Event()
    house.engine.aside(aside.set)
    assert aside.wait(SECONDS)
    house.move(15)
    assert house.until(SlotsPassed)[0].reason == "the job is paused: by another"


def test_a_reload_says_what_changed_and_running_runs_keep_what_they_began_with(house: House) -> None:
    house.move(15)
    house.until(RunBegan)
    house.jobs = [job("hours", QUARTER, write="when_changed"), job("new", QUARTER, spreadsheet=2)]
    state = house.daemon.reload()
    assert (state.ok, state.added, state.changed, state.removed) == (True, ("new",), ("hours",), ("asked",))
    assert house.orders[0].job.write == "always"
    assert [each.job.name for each in house.daemon.jobs()] == ["hours", "new"]
    house.gate.set()
    house.until(RunEnded)
    assert house.engine.wait(SECONDS)
    house.move(15)
    house.until(RunEnded, 3)
    assert {(order.job.name, order.job.write) for order in house.orders[1:]} == {
        ("hours", "when_changed"),
        ("new", "always"),
    }


def test_a_reload_with_a_mistake_changes_nothing_and_tells_it(house: House) -> None:
    house.mistakes = (Problem(Path("config.yaml"), 3, 5, "'daily' cannot be used here."),)
    state = house.daemon.reload()
    assert (state.ok, state.problems) == (False, ("config.yaml:3:5: 'daily' cannot be used here.",))
    assert house.daemon.reload_state == house.until(Reloaded)[0].state == state
    assert len(house.daemon.jobs()) == 2
    house.move(15)
    house.until(RunBegan)


def test_a_reload_that_fails_in_a_way_nobody_thought_of_changes_nothing_either(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising() -> Loaded:
        raise IndexError

    monkeypatch.setattr(house.daemon, "_load", raising)
    assert not house.daemon.reload().ok
    assert isinstance(house.until(Trouble)[0].error, IndexError)
    assert len(house.daemon.jobs()) == 2


def test_settings_that_need_a_restart_are_named(house: House) -> None:
    house.store = Store(Path("/elsewhere/state.db"))
    assert house.daemon.reload().later == ("state",)


def test_a_stopped_daemon_begins_nothing_more(house: House) -> None:
    house.daemon.stop(0)
    assert house.of(Stopping)
    assert house.daemon.stopping
    assert not house.daemon.run_now("asked").accepted
    house.move(15)
    assert house.engine.wait(SECONDS)
    assert not house.ledger.runs()


def test_a_listener_that_raises_stops_neither_the_others_nor_the_daemon(house: House) -> None:
    heard: list[Event] = []

    def broken(event: Event) -> None:
        raise RuntimeError(event)

    house.bus.subscribe(broken)
    house.bus.subscribe(heard.append)
    house.gate.set()
    house.move(15)
    house.until(RunEnded)
    assert any(isinstance(event, RunEnded) for event in heard)
    assert "could not take an event" in house.of(Trouble)[0].what
