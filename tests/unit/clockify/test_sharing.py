"""Equal requests of the same moment: who gets whose answer, and who asks by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from sheetsync.clockify import sharing
from sheetsync.clockify.sharing import KEEP_SECONDS, MOST_KEPT_ROWS, Asking, Sharing
from sheetsync.deadline import Deadline, RunStoppedError, Stop
from sheetsync.errors import ClockifyError, ClockifyUnavailableError

KEY = ("account", "/reports/detailed", b"{}")
SECONDS = 20


@dataclass
class Server:
    """Answers once it may; counts what it was asked."""

    outcome: Callable[[int], dict[str, Any]]
    may: threading.Event = field(default_factory=threading.Event)
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    count: int = 0

    def send(self) -> dict[str, Any]:
        self.count += 1
        number = self.count
        self.asked.release()
        assert self.may.wait(SECONDS)
        return self.outcome(number)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Waited(Stop):
    """Tells when the run that may be stopped is waiting: it then looks whether it was."""

    def __init__(self, told: threading.Event) -> None:
        super().__init__()
        self._told = told

    def check(self) -> None:
        self._told.set()
        super().check()


def asking(shared: Sharing) -> Asking:
    return shared.asking(Deadline(SECONDS))


def two(server: Server) -> list[Any]:
    """What two runs get that ask for the same; the second while the first waits for its answer."""
    shared, waits = Sharing(), threading.Event()

    def ask(stop: Stop) -> Any:
        try:
            return shared.ask(KEY, server.send, Deadline(SECONDS, stop))
        except ClockifyError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, Stop())
        assert server.asked.acquire(timeout=SECONDS)
        second = pool.submit(ask, Waited(waits))
        assert waits.wait(SECONDS)
        server.may.set()
        return [first.result(SECONDS), second.result(SECONDS)]


def refuse(_: int) -> dict[str, Any]:
    raise ClockifyError("no.")


def fail_once(number: int) -> dict[str, Any]:
    if number == 1:
        raise ClockifyUnavailableError("not now.")
    return {"number": number}


def test_who_asks_while_an_equal_request_is_on_its_way_gets_its_answer() -> None:
    server = Server(lambda number: {"number": number})
    first, second = two(server)
    assert first is second
    assert server.count == 1


def test_what_may_go_better_the_next_time_is_asked_again_by_who_waited() -> None:
    server = Server(fail_once)
    first, second = two(server)
    assert isinstance(first, ClockifyUnavailableError)
    assert second == {"number": 2}


def test_a_refusal_is_everybodys() -> None:
    server = Server(refuse)
    first, second = two(server)
    assert isinstance(first, ClockifyError)
    assert second is first
    assert server.count == 1


def test_who_waits_for_anothers_answer_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "LOOK_SECONDS", 0.01)
    waits = threading.Event()
    shared, server, stop = Sharing(), Server(fail_once), Waited(waits)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shared.ask, KEY, server.send, Deadline(SECONDS))
        assert server.asked.acquire(timeout=SECONDS)
        second = pool.submit(shared.ask, KEY, server.send, Deadline(SECONDS, stop))
        assert waits.wait(SECONDS)
        stop.now("enough.")
        assert isinstance(second.exception(SECONDS), RunStoppedError)
        server.may.set()
        assert isinstance(first.exception(SECONDS), ClockifyUnavailableError)


def test_an_answer_is_kept_for_stragglers_and_no_longer() -> None:
    clock = Clock()
    shared, server = Sharing(clock), Server(lambda number: {"number": number})
    server.may.set()
    assert asking(shared).ask(KEY, server.send) == {"number": 1}
    clock.now = KEEP_SECONDS
    assert asking(shared).ask(KEY, server.send) == {"number": 1}
    clock.now = KEEP_SECONDS + 0.1
    assert asking(shared).ask(KEY, server.send) == {"number": 2}


def test_a_long_answer_is_not_kept() -> None:
    shared, server = Sharing(Clock()), Server(lambda number: {"rows": [number] * (MOST_KEPT_ROWS + 1)})
    server.may.set()
    assert asking(shared).ask(KEY, server.send) != asking(shared).ask(KEY, server.send)


def test_a_run_that_reads_again_hears_it_anew() -> None:
    shared, server = Sharing(Clock()), Server(lambda number: {"number": number})
    server.may.set()
    run = asking(shared)
    assert [run.ask(KEY, server.send)["number"] for _ in range(2)] == [1, 2]


def test_another_account_or_another_body_is_another_request() -> None:
    shared, server = Sharing(Clock()), Server(lambda number: {"number": number})
    server.may.set()
    for key in (KEY, ("other", *KEY[1:]), (*KEY[:2], b"[]")):
        asking(shared).ask(key, server.send)
    assert server.count == 3
