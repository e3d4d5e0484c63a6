"""What all tests share: nothing leaves the machine, retries do not sleep, a bench between two stand-ins."""

from __future__ import annotations

import ipaddress
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina

from sheetsync import accounts
from sheetsync.sandbox.clockify import ClockifySandbox, Company, Switches
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sheets.accounts import Accounts
from tests.bench import Bench, bench_between
from tests.drawing import load_profile

load_profile()

SWEPT = "points swept"
"""The property of a test report that counts points of the fault sweep."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return bool(address[0] == "localhost")


@pytest.fixture(scope="session", autouse=True)
def nothing_leaves_the_machine() -> Iterator[None]:
    """Every connection and every look-up of a name that is not this machine's fails the test that tries it."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(own: socket.socket, address: Any) -> None:
        assert _is_local(address), f"a test tried to reach {address}"
        connect(own, address)

    def guarded_connect_ex(own: socket.socket, address: Any) -> int:
        assert _is_local(address), f"a test tried to reach {address}"
        return connect_ex(own, address)

    def guarded_look_up(host: Any, *args: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        assert name is None or _is_local((name, 0)), f"a test tried to look up {name}"
        return look_up(host, *args, **more)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _retries_do_not_sleep() -> Iterator[None]:
    with stamina.set_testing(True, attempts=6):
        yield


@pytest.fixture(autouse=True)
def _nobody_is_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "ACCOUNTS", Accounts())


@pytest.fixture(scope="session")
def clockify_server() -> Iterator[ClockifySandbox]:
    with ClockifySandbox(Company.empty()) as server:
        yield server


@pytest.fixture(scope="session")
def google_server() -> Iterator[GoogleSandbox]:
    with GoogleSandbox() as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, clockify_server: ClockifySandbox, google_server: GoogleSandbox) -> Bench:
    """A company without entries, a spreadsheet shared with the job's account, a detailed job of November 2021."""
    clockify_server.company.start_over()
    clockify_server.switches = Switches()
    for server in (clockify_server, google_server):
        server.control.faults.clear()
        server.control.journal.clear()
    return bench_between(tmp_path, clockify_server, google_server)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many points the fault sweep has tried, by scenario."""
    swept: Counter[str] = Counter()
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, value in getattr(report, "user_properties", ()) if report.when == "call" else ():
            if name == SWEPT:
                scenario, points = value
                swept[scenario] += points
    if swept:
        each = ", ".join(f"{scenario}: {points}" for scenario, points in swept.items())
        terminalreporter.write_line(f"fault sweep: {swept.total()} points swept ({each})")
