"""What every answer has in common: quotas, faults, headers, packing, concurrency."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sheetsync.sandbox.faults import Fault
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sandbox.google.answers import ANSWERS
from sheetsync.sandbox.google.quotas import Limits
from tests.contract.google.conftest import ACCOUNT, Api
from tests.contract.google.test_cells import grid, row, update

MINUTE = 60.0


class Still:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def limited(clock: Still) -> Iterator[Api]:
    """A spreadsheet on a server with quotas of three requests a user and five in all."""
    with GoogleSandbox(quotas=True, limits=Limits(3, 5), clock=clock) as server:
        yield Api(server, server.create("Limited", share_with=[ACCOUNT, "b@example.com", "c@example.com"]))


def statuses(api: Api, count: int) -> list[int]:
    return [api.call("GET", "").status_code for _ in range(count)]


def test_requests_past_the_quota_of_a_user_get_429_until_the_next_minute(limited: Api, clock: Still) -> None:
    assert statuses(limited, 4) == [200, 200, 200, 429]
    assert limited.put("A1", [[1]]).status_code == 200
    clock.now += MINUTE
    assert statuses(limited, 1) == [200]


def test_all_users_together_have_a_quota_too(limited: Api) -> None:
    assert statuses(limited, 3) + statuses(limited.other("b@example.com"), 3) == [200] * 5 + [429]
    answer = limited.other("c@example.com").call("GET", "")
    error = answer.json()["error"]
    assert "limit 'Read requests per minute' of service" in error["message"]
    assert error["details"][0]["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerProject"


def test_a_search_of_metadata_counts_as_a_read(limited: Api) -> None:
    for _ in range(3):
        limited.call("POST", "/developerMetadata:search", {"dataFilters": []})
    assert statuses(limited, 1) == [429]


def test_the_429_is_googles(limited: Api) -> None:
    for _ in range(3):
        limited.put("A1", [[1]])
    answer = limited.put("A1", [[1]])
    assert answer.json()["error"] == {
        "code": 429,
        "message": "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' of "
        "service 'sheets.googleapis.com' for consumer 'project_number:123456789012'.",
        "status": "RESOURCE_EXHAUSTED",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "RATE_LIMIT_EXCEEDED",
                "domain": "googleapis.com",
                "metadata": {
                    "quota_location": "global",
                    "quota_metric": "sheets.googleapis.com/write_requests",
                    "quota_limit_value": "3",
                    "consumer": "projects/123456789012",
                    "service": "sheets.googleapis.com",
                    "quota_limit": "WriteRequestsPerMinutePerUser",
                    "quota_unit": "1/min/{project}/{user}",
                },
            },
            {
                "@type": "type.googleapis.com/google.rpc.Help",
                "links": [
                    {
                        "description": "Request a higher quota limit.",
                        "url": "https://cloud.google.com/docs/quota#requesting_higher_quota",
                    }
                ],
            },
        ],
    }


def test_quotas_and_switches_are_set_over_http(limited: Api) -> None:
    front = f"{limited.sandbox.url}/sandbox/google"
    given = {"quotas": {"on": False}, "switches": {"overflow": "refuse"}}
    shown = requests.put(front, json=given, timeout=30).json()
    assert shown["switches"]["overflow"] == "refuse"
    assert shown["quotas"] == {"on": False, "per_user": 3, "per_project": 5}
    assert statuses(limited, 5) == [200] * 5
    assert requests.put(front, json={"switches": {"overflow": "explode"}}, timeout=30).status_code == 400


def test_the_limit_of_cells_can_be_chosen(limited: Api) -> None:
    front = f"{limited.sandbox.url}/sandbox/google"
    requests.put(front, json={"quotas": {"on": False}, "switches": {"cells_limit": 30_000}}, timeout=30)

    def grown_to(rows: int) -> int:
        wanted = {"properties": {"gridProperties": {"rowCount": rows}}, "fields": "gridProperties.rowCount"}
        return limited.call("POST", ":batchUpdate", {"requests": [{"updateSheetProperties": wanted}]}).status_code

    assert (grown_to(1150), grown_to(1160)) == (200, 400)
    requests.put(front, json={"switches": {"cells_limit": 40_000}}, timeout=30)
    assert grown_to(1160) == 200


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_every_ready_made_answer_can_be_struck(api: Api, name: str) -> None:
    api.sandbox.control.faults.add(Fault(path=api.spreadsheet_id, answer=name))
    answer = api.call("GET", "")
    assert answer.status_code == ANSWERS[name].status
    assert api.call("GET", "").status_code == 200


def test_an_answer_can_be_lost_after_the_write_was_done(api: Api) -> None:
    api.sandbox.control.faults.add(Fault(path=api.spreadsheet_id, when="after", answer="503"))
    assert api.put("A1", [["done"]]).status_code == 503
    assert api.values("A1") == [["done"]]


def test_tokens_can_be_made_to_expire_by_a_fault(api: Api) -> None:
    api.sandbox.control.faults.add(Fault(path=api.spreadsheet_id, action="expire-tokens"))
    assert api.call("GET", "").status_code == 401
    api.sandbox.accept_token(f"token-of-{ACCOUNT}", ACCOUNT)


def test_answers_are_indented_unless_asked_otherwise(api: Api) -> None:
    shown = api.call("GET", "", fields="spreadsheetId")
    assert shown.text == f'{{\n  "spreadsheetId": "{api.spreadsheet_id}"\n}}\n'
    compact = api.call("GET", "", fields="spreadsheetId", prettyPrint="false")
    assert compact.text.strip() == json.dumps({"spreadsheetId": api.spreadsheet_id}, separators=(",", ":"))
    headers = {name: shown.headers[name] for name in ("Content-Type", "Cache-Control", "Vary")}
    assert "ESF" in shown.headers["Server"]
    assert headers == {
        "Content-Type": "application/json; charset=UTF-8",
        "Cache-Control": "private",
        "Vary": "Origin, X-Origin, Referer",
    }


def test_large_answers_come_packed_when_asked_for(api: Api) -> None:
    packed = api.call("GET", "")
    assert packed.headers["Content-Encoding"] == "gzip"
    api.session.headers["Accept-Encoding"] = "identity"
    assert "Content-Encoding" not in api.call("GET", "").headers


def test_packed_requests_are_unpacked(api: Api) -> None:
    body = gzip.compress(json.dumps({"values": [["packed"]]}).encode())
    url = f"{api.sandbox.url}/v4/spreadsheets/{api.spreadsheet_id}/values/A1?valueInputOption=RAW"
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert api.session.put(url, data=body, headers=headers, timeout=30).ok
    assert api.values("A1") == [["packed"]]


def test_errors_have_the_older_list_when_asked_with_alt_json(api: Api) -> None:
    error = api.call("GET", "/values/Gone!A1", alt="json").json()["error"]
    assert error["errors"] == [
        {"message": "Unable to parse range: Gone!A1", "domain": "global", "reason": "badRequest"}
    ]


def test_other_paths_get_googles_page(api: Api) -> None:
    answer = requests.get(f"{api.sandbox.url}/v5/nothing", timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")
    assert "Error 404 (Not Found)!!1" in answer.text


def test_a_batch_that_fails_at_its_end_leaves_no_trace(api: Api) -> None:
    before = api.get("", includeGridData="true")
    api.refusal(
        update([row("x")], range=grid((0, 3), (0, 3))),
        {"addSheet": {"properties": {"title": "Half"}}},
        {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 5}}},
        {"addNamedRange": {"namedRange": {"name": "half", "range": grid((0, 1), (0, 1))}}},
        {"deleteSheet": {"sheetId": 404}},
    )
    assert api.get("", includeGridData="true") == before


def test_readers_see_the_old_table_or_the_new_one_never_half(api: Api) -> None:
    size, versions = 300, 12
    api.batch(update([row(*[0.0] * 10)] * size, range=grid((0, size), (0, 10))))
    seen: list[set[Any]] = []
    done = threading.Event()

    def read() -> None:
        reader = api.other(ACCOUNT)
        while not done.is_set():
            rows = reader.values("A1:J300", valueRenderOption="UNFORMATTED_VALUE")
            seen.append({(len(rows), value) for entry in rows for value in entry})

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for version in range(1, versions):
        api.batch(*(update([row(*[float(version)] * 10)], range=grid((at, at + 1), (0, 10))) for at in range(size)))
    done.set()
    for reader in readers:
        reader.join()
    assert len(seen) > 3
    assert all(len(entry) == 1 for entry in seen)


def test_a_report_of_two_million_cells_is_held(sandbox: GoogleSandbox) -> None:
    spreadsheet = sandbox.create("Large")
    sandbox.documents.resize(spreadsheet, "Sheet1", 100_000, 20)
    rows = [[f"project {number % 50}", number * 0.25] * 10 for number in range(100_000)]
    sandbox.documents.write(spreadsheet, "Sheet1!A1", rows, typed=False)
    assert sandbox.documents.cells(spreadsheet, "Sheet1") == rows
    column = {"range": grid((0, 100_000), (1, 2)), "fields": "userEnteredFormat.numberFormat"}
    cell = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.00"}}}
    sandbox.documents.batch_update(spreadsheet, {"repeatCell": {**column, "cell": cell}})
    sandbox.library.remove(spreadsheet)
