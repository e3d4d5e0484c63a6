"""What all tests share: nothing leaves the machine, retries do not sleep, a bench between two stand-ins."""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina

from sheetsync import jobs
from sheetsync.sandbox.clockify import ClockifySandbox, Company, Switches
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sheets.accounts import Accounts
from tests.bench import PERSON, ROBOT, Bench
from tests.drawing import load_profile

load_profile()


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
    monkeypatch.setattr(jobs, "ACCOUNTS", Accounts())


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
    spreadsheet = google_server.create("Reports", share_with=[ROBOT, PERSON])
    key = google_server.service_account_key(ROBOT)
    settings = {
        "version": 1,
        "state": str(tmp_path / "state.db"),
        "clockify": {
            "api_key": clockify_server.api_key,
            "workspace": clockify_server.workspace_id,
            "base_url": clockify_server.base_url,
            "reports_url": clockify_server.reports_url,
        },
        "google": {"credentials": json.dumps(key), "sheets_url": google_server.url},
    }
    job = {
        "name": "november",
        "report": "detailed",
        "start": "2021-11-01",
        "end": "2021-12-01",
        "target": {"spreadsheet": spreadsheet, "worksheet": "Hours"},
    }
    return Bench(tmp_path, clockify_server, google_server, spreadsheet, settings, job)
