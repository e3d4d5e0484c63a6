"""Time entries of the regular API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox

Get = Callable[..., requests.Response]
Send = Callable[..., requests.Response]
NINE = datetime(2021, 11, 3, 9, tzinfo=UTC)


@pytest.fixture
def send(sandbox: ClockifySandbox, session: requests.Session) -> Send:
    def sent(method: str, path: str, **body: Any) -> requests.Response:
        url = f"{sandbox.base_url}/workspaces/{sandbox.workspace_id}/{path}"
        return session.request(method, url, json=body, headers={"X-Api-Key": sandbox.api_key}, timeout=10)

    return sent


def test_an_entry_is_added_changed_and_deleted(sandbox: ClockifySandbox, send: Send) -> None:
    project = sandbox.company.add_project("Web")
    times = {"start": "2021-11-03T09:00:00Z", "end": "2021-11-03T10:30:00Z"}
    added = send("POST", "time-entries", **times, description="x", projectId=project, billable=True)
    assert (added.status_code, added.json()["timeInterval"]["duration"]) == (201, "PT1H30M")
    path = f"time-entries/{added.json()['id']}"
    changed = send("PUT", path, **{**times, "end": "2021-11-03T09:00:05Z"}, description="y")
    assert (changed.json()["timeInterval"]["duration"], changed.json()["projectId"]) == ("PT5S", None)
    assert send("DELETE", path).status_code == 204
    gone = send("DELETE", path)
    assert (gone.status_code, gone.json()["message"]) == (400, "Time entry doesn't belong to Workspace")


def test_a_new_timer_stops_the_one_that_runs(sandbox: ClockifySandbox, send: Send) -> None:
    first = send("POST", "time-entries", start="2021-11-03T09:00:00Z").json()
    assert (first["timeInterval"]["end"], first["timeInterval"]["duration"]) == (None, None)
    send("POST", "time-entries", start="2021-11-03T10:00:00Z")
    assert sandbox.company.entry(first["id"]).seconds == 3600
    user = sandbox.company.owner.id
    stopped = send("PATCH", f"user/{user}/time-entries", end="2021-11-03T10:00:30Z")
    assert stopped.json()["timeInterval"]["duration"] == "PT30S"
    assert send("PATCH", f"user/{user}/time-entries", end="2021-11-03T10:00:30Z").status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 501),
        ({"start": "yesterday"}, 3002),
        ({"start": "2021-11-03T09:00:00"}, 3002),
        ({"start": "2021-11-03T09:00:00Z", "end": "2021-11-03T08:00:00Z"}, 501),
        ({"start": "2021-11-03T09:00:00Z", "projectId": "0" * 24}, 501),
        ({"start": "2021-11-03T09:00:00Z", "tagIds": ["0" * 24]}, 501),
    ],
)
def test_an_entry_that_cannot_be_is_refused(send: Send, body: dict[str, Any], code: int) -> None:
    response = send("POST", "time-entries", **body)
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_the_list_of_a_user_has_utc_times_and_bounds_on_the_accounts_wall_clock(
    sandbox: ClockifySandbox, get: Get
) -> None:
    company = sandbox.company
    company.change(company.users, "Olivia Owner", time_zone="Europe/Berlin")
    company.add_entry(datetime(2021, 11, 2, 23, 30, tzinfo=UTC), 60)
    company.add_entry(NINE, 60)
    company.add_entry(NINE, 60, user="Robin Regular")
    path = f"user/{company.owner.id}/time-entries"
    found = get(path, start="2021-11-03T00:00:00Z", end="2021-11-03T08:00:00Z", hydrated="true").json()
    assert [row["timeInterval"]["start"] for row in found] == ["2021-11-02T23:30:00Z"]
    everything = get(path, **{"page-size": 1})
    assert (len(everything.json()), everything.headers["Last-Page"]) == (1, "false")
    assert everything.json()[0]["timeInterval"]["start"] == "2021-11-03T09:00:00Z"


def test_a_new_entry_is_in_the_next_report(sandbox: ClockifySandbox, send: Send, report: Callable[..., Any]) -> None:
    assert report("detailed")["timeentries"] == []
    send("POST", "time-entries", start="2021-11-03T09:00:00Z", end="2021-11-03T10:00:00Z")
    assert len(report("detailed")["timeentries"]) == 1
    assert sandbox.control.journal.counts() == {"olivia@example.com": {"read": 2, "write": 1}}
