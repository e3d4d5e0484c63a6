"""What systemd hears, over a real datagram socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sheetsync.daemon_events import Bus, Reloaded, Reloading, ReloadState, Running, Started, Stopping, Ticked
from sheetsync.ledger import Ledger
from sheetsync.ledger.errors import LedgerUnavailableError
from sheetsync.ledger.records import Cause
from sheetsync.observe.systemd import Reporter, Systemd, Watchdog, watchdog, watchdog_seconds
from tests.daemon_double import NOW, StillDaemon, configuration
from tests.integration.around.conftest import Start


class Listening:
    """systemd's side of $NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.settimeout(10)

    def heard(self) -> list[str]:
        """The lines of the next message."""
        return self._socket.recv(4096).decode().split("\n")

    def hears_nothing(self) -> bool:
        self._socket.setblocking(False)
        try:
            self._socket.recv(4096)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listening]:
    address = str(tmp_path / "notify") if request.param == "path" else f"@sheetsync-test-{os.getpid()}"
    listening = Listening(address)
    yield listening
    listening.close()


@pytest.fixture
def bus(systemd: Listening, daemon: StillDaemon) -> Bus:
    made = Bus(lambda: NOW)
    made.subscribe(Reporter(Systemd(systemd.address), daemon, monotonic_ns=lambda: 5_000_000))
    return made


def test_systemd_hears_when_the_daemon_is_ready_and_what_comes_next(systemd: Listening, bus: Bus) -> None:
    bus.publish(Started(NOW, 3, 0, 0))
    assert systemd.heard() == ["READY=1", "STATUS=3 jobs; next: hours at 2026-11-23 14:00 CET"]


def test_a_reload_carries_the_time_without_which_systemctl_would_hang(
    systemd: Listening, bus: Bus, daemon: StillDaemon
) -> None:
    bus.publish(Reloading(NOW))
    assert systemd.heard() == ["RELOADING=1", "MONOTONIC_USEC=5000", "STATUS=reloading"]
    daemon.reload_state = ReloadState(NOW, ok=False, problems=("config.yaml:1:1: no.",))
    bus.publish(Reloaded(daemon.reload_state, daemon.config))
    ready, status = systemd.heard()
    assert ready == "READY=1"
    assert status.endswith("the configuration has mistakes, the one before goes on")


def test_stopping_asks_for_the_time_that_running_publishes_may_take(systemd: Listening, bus: Bus) -> None:
    running = Running(1, "hours", NOW, Cause.SCHEDULE, NOW)
    bus.publish(Stopping(NOW, 25, (running,)))
    assert systemd.heard() == ["STOPPING=1", "EXTEND_TIMEOUT_USEC=30000000", "STATUS=stopping, waits for hours"]


def test_the_status_is_told_when_it_changes(systemd: Listening, bus: Bus, daemon: StillDaemon) -> None:
    bus.publish(Ticked(NOW))
    systemd.heard()
    bus.publish(Ticked(NOW + timedelta(seconds=15)))
    assert systemd.hears_nothing()
    daemon.runs["hours"] = Running(1, "hours", NOW, Cause.SCHEDULE, NOW)
    bus.publish(Ticked(NOW + timedelta(seconds=30)))
    systemd._socket.settimeout(10)
    assert "running: hours" in systemd.heard()[0]


def test_a_daemon_that_is_well_earns_its_sign_of_life(systemd: Listening, daemon: StillDaemon, ledger: Ledger) -> None:
    assert Watchdog(Systemd(systemd.address), daemon, ledger, 1).look()
    assert systemd.heard() == ["WATCHDOG=1"]


def test_a_scheduler_that_hangs_earns_none(systemd: Listening, daemon: StillDaemon, ledger: Ledger) -> None:
    daemon.living = False
    assert not Watchdog(Systemd(systemd.address), daemon, ledger, 1).look()
    assert systemd.hears_nothing()


def test_a_ledger_that_does_not_answer_earns_none(
    systemd: Listening, daemon: StillDaemon, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise LedgerUnavailableError("the database does not answer.")

    monkeypatch.setattr(ledger, "ping", gone)
    assert not Watchdog(Systemd(systemd.address), daemon, ledger, 1).look()
    assert systemd.hears_nothing()


def test_the_watchdog_goes_on_by_itself_as_often_as_systemd_wants(
    systemd: Listening, daemon: StillDaemon, ledger: Ledger
) -> None:
    own = watchdog(daemon, ledger, {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": "30000"})
    assert own is not None
    own.start()
    assert [systemd.heard() for _ in range(3)] == [["WATCHDOG=1"]] * 3
    own.stop()


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "120000000"}, 120),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "7"}, 120),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_only_for_the_process_that_it_was_meant_for(
    environ: dict[str, str], seconds: float | None
) -> None:
    assert watchdog_seconds(environ, 7) == seconds


def test_without_systemd_nothing_is_said_and_nothing_fails(daemon: StillDaemon) -> None:
    Reporter(Systemd.of({}), daemon)(Started(NOW, 3, 0, 0))
    Reporter(Systemd("/nobody/listens/here"), daemon)(Started(NOW, 3, 0, 0))


def test_a_systemd_that_does_not_read_holds_up_nothing(
    systemd: Listening, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheetsync.observe.systemd.PATIENCE_SECONDS", 0.001)
    for _ in range(600):
        bus.publish(Started(NOW, 3, 0, 0))
    assert systemd.heard()[0] == "READY=1"


def test_all_of_it_comes_with_the_daemon(systemd: Listening, start: Start) -> None:
    site = start({"NOTIFY_SOCKET": systemd.address})
    site.bus.publish(Started(NOW, 3, 0, 0))
    assert systemd.heard()[0] == "READY=1"
    assert configuration().jobs == site.daemon.config.jobs
