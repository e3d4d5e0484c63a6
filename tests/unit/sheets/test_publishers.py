"""The queue of a spreadsheet: who waits for whom, and that nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from sheetsync.deadline import Deadline, RunStoppedError, Stop
from sheetsync.errors import DeadlineError
from sheetsync.progress import Silent
from sheetsync.sheets import publishers
from sheetsync.sheets.publishers import Publishers, TargetBusyError

SHEET = "1AbC"
SECONDS = 20


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishers, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(publishers, "RETRY_SECONDS", 0.01)


@dataclass
class Slow:
    """A ledger whose first answer does not come until it may."""

    may: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    given_back: list[str] = field(default_factory=list)

    def take(self, spreadsheet: str, jobs: str) -> str:  # noqa: ARG002 - as it is called
        if not self.asked.is_set():
            self.asked.set()
            assert self.may.wait(SECONDS)
        return ""

    def lost(self, spreadsheet: str) -> bool:  # noqa: ARG002 - same
        return False

    def give_back(self, spreadsheet: str) -> None:
        self.given_back.append(spreadsheet)


class Busy(Slow):
    """A ledger that says that another process publishes."""

    def take(self, spreadsheet: str, jobs: str) -> str:  # noqa: ARG002 - same
        self.asked.set()
        return "target busy"


def hold(where: Publishers, job: str, seconds: float = SECONDS, stop: Stop | None = None) -> str:
    with where.alone(SHEET, job, Deadline(seconds, stop), Silent()):
        return job


def test_one_run_at_a_time_has_a_spreadsheet_for_itself() -> None:
    where, inside = Publishers(), threading.Lock()

    def work(number: int) -> bool:
        with where.alone(SHEET, f"job-{number}", Deadline(SECONDS), Silent()):
            alone = inside.acquire(blocking=False)
            inside.release()
            return alone

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(50)))


def test_a_leader_that_hangs_past_its_deadline_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishers, "GRACE_SECONDS", 0.0)
    ledger = Slow()
    where = Publishers(ledger)
    with ThreadPoolExecutor(2) as pool:
        hung = pool.submit(hold, where, "hung", 0.1)
        assert ledger.asked.wait(SECONDS)
        assert hold(where, "next") == "next"
        assert ledger.given_back == [SHEET]
        ledger.may.set()
        assert isinstance(hung.exception(SECONDS), DeadlineError)
    assert ledger.given_back == [SHEET]
    assert hold(where, "last") == "last"


def test_a_run_that_waits_can_be_stopped() -> None:
    ledger, stop = Slow(), Stop()
    where = Publishers(ledger)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hold, where, "first")
        assert ledger.asked.wait(SECONDS)
        second = pool.submit(hold, where, "second", SECONDS, stop)
        stop.now("enough.")
        assert isinstance(second.exception(SECONDS), RunStoppedError)
        ledger.may.set()
        assert first.result(SECONDS) == "first"


def test_a_process_that_does_not_let_go_is_waited_for_until_the_deadline() -> None:
    with pytest.raises(TargetBusyError, match="target busy"):
        hold(Publishers(Busy()), "hours", 0.05)


def test_a_run_that_is_expected_and_does_not_come_leaves_nothing_behind() -> None:
    where = Publishers()
    where.expect(SHEET, "hours")
    where.forget(SHEET, "hours")
    where.forget("another", "hours")
    assert where._desks == {}
