"""Switches, faults and the journal, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox
from sheetsync.sandbox.faults import Fault

Report = Callable[..., Any]
Ask = Callable[..., requests.Response]
NINE = datetime(2021, 11, 3, 9, tzinfo=UTC)


@pytest.fixture
def switches(sandbox: ClockifySandbox) -> Iterator[str]:
    yield f"{sandbox.url}/sandbox/switches"
    sandbox.control.faults.clear()


def test_switches_are_shown_and_changed_one_by_one(sandbox: ClockifySandbox, switches: str) -> None:
    assert requests.get(switches, timeout=10).json()["ties"] == "stable"
    changed = requests.put(switches, json={"ties": "shuffled"}, timeout=10)
    assert (changed.status_code, changed.json()["ties"], changed.json()["profile"]) == (200, "shuffled", "2026")
    assert sandbox.switches.ties == "shuffled"


@pytest.mark.parametrize("body", [b'{"ties": "random"}', b'{"tie": "stable"}', b"[]", b"{", b"7"])
def test_a_switch_that_does_not_exist_is_refused(sandbox: ClockifySandbox, switches: str, body: bytes) -> None:
    before = sandbox.switches
    assert requests.put(switches, data=body, timeout=10).status_code == 400
    assert sandbox.switches == before


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("401-none", 401, "application/json"),
        ("401-key", 401, "application/json"),
        ("403", 403, "application/json"),
        ("429", 429, "application/json"),
        ("429-retry-after", 429, "application/json"),
        ("500", 500, "application/json"),
        ("503", 503, "application/json"),
        ("html-408", 408, "text/html"),
        ("html-502", 502, "text/html"),
        ("html-503", 503, "text/html"),
    ],
)
def test_ready_made_answers_strike_once(sandbox: ClockifySandbox, ask: Ask, name: str, status: int, kind: str) -> None:
    sandbox.control.faults.add(Fault(answer=name))
    struck = ask(sandbox, "detailed")
    assert (struck.status_code, struck.headers["Content-Type"].split(";")[0]) == (status, kind)
    assert ("Retry-After" in struck.headers) == (name == "429-retry-after")
    assert ask(sandbox, "detailed").status_code == 200


@pytest.mark.parametrize(
    ("action", "argument", "expected"),
    [
        (
            "add-entry",
            {"at": "start", "seconds": 5, "description": "new"},
            [("a", 60), ("new", 5), ("b", 60), ("c", 60)],
        ),
        ("add-entry", None, [("a", 60), ("b", 60), ("c", 60), ("Added meanwhile", 1800)]),
        ("delete-entry", {"at": 1}, [("a", 60), ("c", 60)]),
        ("delete-entry", {"since": "2021-11-04T00:00:00Z"}, [("a", 60), ("b", 60), ("c", 60)]),
        ("delete-entry", {"at": "end", "until": "2021-11-03T09:00:02Z"}, [("a", 60), ("c", 60)]),
        ("edit-entry", {"at": "end", "seconds": 7}, [("a", 60), ("b", 60), ("c", 7)]),
        ("edit-entry", {"at": 9, "seconds": 7}, [("a", 60), ("b", 60), ("c", 60)]),
    ],
)
def test_entries_change_between_two_requests(
    sandbox: ClockifySandbox, report: Report, action: str, argument: Any, expected: list[tuple[str, int]]
) -> None:
    for index, text in enumerate("abc"):
        sandbox.company.add_entry(datetime(2021, 11, 3, 9, 0, index, tzinfo=UTC), 60, description=text)
    sandbox.control.faults.add(Fault(path="reports/detailed", nth=2, action=action, argument=argument))
    before, after = (report("detailed", sortOrder="ASCENDING")["timeentries"] for _ in range(2))
    assert len(before) == 3
    assert [(row["description"], row["timeInterval"]["duration"]) for row in after] == expected


def test_the_journal_names_users_and_never_keys(sandbox: ClockifySandbox, ask: Ask) -> None:
    ask(sandbox, "detailed")
    ask(sandbox, "summary", key=sandbox.keys.regular)
    ask(sandbox, "summary", key="a-secret")
    listed = requests.get(f"{sandbox.url}/sandbox/api/requests", timeout=10)
    assert listed.json()["counts"] == {
        "olivia@example.com": {"read": 1},
        "robin@example.com": {"read": 1},
        "unknown": {"read": 1},
    }
    assert sandbox.api_key not in listed.text
    assert "a-secret" not in listed.text
