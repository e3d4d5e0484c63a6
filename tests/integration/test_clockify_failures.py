"""What a person is told when Clockify refuses, fails or does not answer."""

from __future__ import annotations

import socket

import pytest

from sheetsync.errors import Side
from sheetsync.run import Outcome, Status
from sheetsync.sandbox.clockify import Switches
from tests.bench import Bench

OTHER_WORKSPACE = "0123456789abcdef01234567"


def told(outcome: Outcome, *words: str, retryable: bool) -> None:
    """The run failed on Clockify's side, nothing was written, and the error says what to do."""
    assert outcome.status is Status.FAILED
    assert outcome.error is not None
    assert (outcome.error.side, outcome.error.retryable) == (Side.CLOCKIFY, retryable)
    assert outcome.sheets_writes == 0
    for word in words:
        assert word in str(outcome.error)


def test_an_unknown_key(bench: Bench) -> None:
    outcome = bench.run(clockify={"api_key": "no-such-key-at-all"})
    told(outcome, "Api key does not exist", "Preferences", retryable=False)
    assert "no-such-key-at-all" not in repr(outcome.error)
    assert outcome.clockify_requests == 1


def test_a_key_that_does_not_arrive(bench: Bench) -> None:
    bench.clockify_fails(answer="401-none", times=None)
    told(bench.run(), "no API key reached Clockify", "proxy", retryable=False)


def test_the_older_form_of_a_missing_key(bench: Bench) -> None:
    bench.clockify_fails(answer="401-old", times=None)
    told(bench.run(), "HTTP 401", retryable=False)


@pytest.mark.parametrize("hidden", ["access-denied", "explained"])
def test_amounts_that_the_user_may_not_see(bench: Bench, hidden: str) -> None:
    bench.entries(1)
    bench.clockify.switches = Switches.model_validate({"hidden_amounts": hidden})
    regular = {"api_key": bench.clockify.keys.regular}
    told(bench.run(clockify=regular), "amounts: none", retryable=False)
    assert bench.run(clockify=regular, amounts="none").status is Status.SUCCEEDED


def test_names_that_the_user_may_not_list(bench: Bench) -> None:
    regular = {"api_key": bench.clockify.keys.regular}
    outcome = bench.run(clockify=regular, amounts="none", filters={"users": ["Olivia Owner"]})
    told(outcome, "list of users", "Use ids instead of names", retryable=False)


@pytest.mark.parametrize("status", ["403", "400", "404"])
def test_an_unknown_workspace(bench: Bench, status: str) -> None:
    bench.clockify.switches = Switches.model_validate({"unknown_workspace": status})
    outcome = bench.run(clockify={"workspace": OTHER_WORKSPACE})
    told(outcome, OTHER_WORKSPACE, "clockify.workspace", retryable=False)


def test_a_workspace_by_a_name_that_does_not_exist(bench: Bench) -> None:
    outcome = bench.run(clockify={"workspace": "Sandbox Compny"})
    told(outcome, "'Sandbox Compny'", "'Sandbox Company'", retryable=False)


def test_a_filter_by_a_name_that_does_not_exist(bench: Bench) -> None:
    bench.company.add_client("Acme")
    outcome = bench.run(filters={"clients": ["Acne"]})
    told(outcome, "no client called 'Acne'", "Did you mean 'Acme'?", retryable=False)


def test_a_request_that_clockify_does_not_take(bench: Bench) -> None:
    bench.clockify_fails(status=400, body={"message": "You entered invalid value for field: [X].", "code": 501})
    told(bench.run(), "invalid value for field", "filters", retryable=False)


def test_a_quota_that_refills_in_time_is_waited_for(bench: Bench) -> None:
    bench.entries(1)
    bench.clockify_fails(answer="429", times=2)
    outcome = bench.run()
    assert (outcome.status, outcome.clockify_requests) == (Status.SUCCEEDED, 3)


def test_a_quota_that_stays_used_up(bench: Bench) -> None:
    bench.clockify_fails(answer="429", times=None)
    outcome = bench.run()
    told(outcome, "quota", "30 requests an hour", retryable=True)
    assert outcome.clockify_requests == 6


@pytest.mark.parametrize("answer", ["500", "503", "html-502", "html-503", "html-408"])
def test_a_server_that_cannot_answer_for_a_moment(bench: Bench, answer: str) -> None:
    bench.entries(1)
    bench.clockify_fails(answer=answer)
    assert bench.run().status is Status.SUCCEEDED
    bench.clockify_fails(answer=answer, times=None)
    told(bench.run(), "cannot answer", retryable=True)


def test_an_answer_that_is_cut_off_on_the_way(bench: Bench) -> None:
    bench.entries(5)
    bench.clockify_fails(cut=200)
    outcome = bench.run()
    assert (outcome.status, outcome.rows, outcome.clockify_requests) == (Status.SUCCEEDED, 5, 2)
    bench.clockify_fails(cut=200, times=None)
    told(bench.run(), "cut off", retryable=True)


@pytest.mark.parametrize("body", ['{"totals": [', "[]", ""])
def test_a_later_page_that_came_whole_but_is_no_report(bench: Bench, body: str) -> None:
    for count in (500, 501):
        bench.entries(count)
    bench.clockify_fails(nth=2, status=200, body=body)
    outcome = bench.run()
    assert (outcome.status, outcome.rows, outcome.clockify_requests) == (Status.SUCCEEDED, 1001, 3)
    bench.clockify_fails(nth=2, status=200, body=body, times=None)
    told(bench.run(), "Clockify", retryable=True)


def test_a_connection_that_is_reset(bench: Bench) -> None:
    bench.entries(1)
    bench.clockify_fails(reset=True)
    assert bench.run().status is Status.SUCCEEDED


def test_an_answer_that_does_not_come_in_time(bench: Bench) -> None:
    bench.entries(1)
    bench.clockify_fails(delay=30, times=None)
    outcome = (
        bench.run(clockify={"timeout": "200ms"}) if False else bench.run(deadline="1m", clockify={"timeout": "1s"})
    )
    told(outcome, "did not answer", "within 1 seconds", retryable=True)


def test_nobody_listens(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nowhere = f"http://127.0.0.1:{port}"
    outcome = bench.run(clockify={"base_url": f"{nowhere}/api/v1", "reports_url": f"{nowhere}/report/v1"})
    told(outcome, "connection to Clockify", "clockify.host", retryable=True)


def test_something_else_listens(bench: Bench) -> None:
    bench.clockify_fails(status=200, body="<html>Welcome to nginx</html>", content_type="text/html", times=None)
    told(bench.run(), "no JSON", retryable=True)


def test_a_redirect_does_not_take_the_key_elsewhere(bench: Bench) -> None:
    bench.clockify_fails(status=302, headers={"Location": "https://elsewhere.example"}, times=None)
    told(bench.run(), "sent", "elsewhere", retryable=False)


def test_totals_that_do_not_fit_fail_the_run(bench: Bench) -> None:
    bench.entries(2)
    row = {"_id": "a", "timeInterval": {"start": "2021-11-01T00:00:00Z", "end": None, "duration": 10}}
    body = {"totals": [{"entriesCount": 2, "totalTime": 20}], "timeentries": [row]}
    bench.clockify_fails(status=200, body=body, times=None)
    told(bench.run(), "does not add up after 3 readings", "Nothing was published", retryable=True)


def test_a_plan_that_the_key_may_not_ask_for_is_no_failure(bench: Bench) -> None:
    bench.entries(3)
    bench.clockify_fails("/workspaces$|/workspaces[?]", answer="403", times=None)
    assert bench.run(start="2021-10-01", end="2022-01-01").status is Status.SUCCEEDED


@pytest.mark.parametrize("refused", ["403", "400", "402"])
def test_a_window_too_long_for_the_plan_is_read_in_pieces_although_the_plan_was_not_told(
    bench: Bench, refused: str
) -> None:
    bench.entries(30)
    bench.clockify.switches = Switches.model_validate({"range_refusal": refused, "paid_longest_days": 31})
    outcome = bench.run(start="2021-10-01", end="2022-01-01")
    assert (outcome.status, outcome.rows) == (Status.SUCCEEDED, 30), outcome.error
    told(
        bench.run(start="2021-10-01", end="2022-01-01", report="expenses", clockify={"api_key": "wrong-key-again"}),
        retryable=False,
    )
