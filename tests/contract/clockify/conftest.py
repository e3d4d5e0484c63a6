"""One stand-in for all tests; each begins with an empty company and the default switches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Company, Switches

FILTERS: dict[str, dict[str, Any]] = {
    "detailed": {"detailedFilter": {"pageSize": 1000}},
    "summary": {"summaryFilter": {"groups": ["PROJECT"]}},
    "weekly": {"weeklyFilter": {"group": "PROJECT"}},
    "expenses/detailed": {"pageSize": 1000},
    "attendance": {"attendanceFilter": {}},
}
MONDAY, SUNDAY = "2021-11-01T00:00:00.000", "2021-11-07T23:59:59.999"


@pytest.fixture(scope="session")
def server() -> Iterator[ClockifySandbox]:
    with ClockifySandbox(Company.empty()) as running:
        yield running


@pytest.fixture(scope="session")
def sampled() -> Iterator[ClockifySandbox]:
    """The stand-in with a small sample company up to 2026-11-20."""
    with ClockifySandbox(Company.sample(date(2026, 11, 20), entries=1500)) as running:
        yield running


@pytest.fixture
def sandbox(server: ClockifySandbox) -> ClockifySandbox:
    server.company.start_over()
    server.switches = Switches()
    server.control.faults.clear()
    server.control.journal.clear()
    return server


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        yield made


@pytest.fixture(scope="session")
def ask(session: requests.Session) -> Callable[..., requests.Response]:
    """Ask a stand-in for a report: `ask(sandbox, "detailed", timeZone="UTC")`; the week of 2021-11-01 by default."""

    def post(sandbox: ClockifySandbox, name: str, *, key: str | None = None, **body: Any) -> requests.Response:
        url = f"{sandbox.reports_url}/workspaces/{sandbox.workspace_id}/reports/{name}"
        asked = {"dateRangeStart": MONDAY, "dateRangeEnd": SUNDAY, **FILTERS[name], **body}
        return session.post(url, json=asked, headers={"X-Api-Key": key or sandbox.api_key}, timeout=30)

    return post


@pytest.fixture
def report(sandbox: ClockifySandbox, ask: Callable[..., requests.Response]) -> Callable[..., Any]:
    """Ask the empty stand-in for a report that must succeed, and give its JSON."""

    def answered(name: str, **body: Any) -> Any:
        response = ask(sandbox, name, **body)
        assert response.status_code == 200, response.text
        return response.json()

    return answered


@pytest.fixture
def get(sandbox: ClockifySandbox, session: requests.Session) -> Callable[..., requests.Response]:
    """Get a path of the regular API, given from behind the workspace's id, or from `/api/v1` where it begins with /."""

    def got(path: str, *, key: str | None = None, **query: Any) -> requests.Response:
        start = sandbox.base_url if path.startswith("/") else f"{sandbox.base_url}/workspaces/{sandbox.workspace_id}/"
        return session.get(start + path, params=query, headers={"X-Api-Key": key or sandbox.api_key}, timeout=30)

    return got
