"""What a person is told when Google refuses, fails or does not answer, and what the sheet holds then."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sheetsync.errors import Side
from sheetsync.run import Outcome, Status
from tests.bench import ROBOT, Bench

WRITE = ":batchUpdate"
READ = r"/v4/spreadsheets/[^:/]+\?"


def told(outcome: Outcome, *words: str, retryable: bool) -> None:
    assert outcome.status is Status.FAILED
    assert outcome.error is not None
    assert (outcome.error.side, outcome.error.retryable) == (Side.GOOGLE, retryable), outcome.error
    for word in words:
        assert word in str(outcome.error)
    assert "PRIVATE KEY" not in repr(outcome.error)


def credentials(bench: Bench, text: str) -> dict[str, Any]:
    return {"credentials": text, "sheets_url": bench.google.url}


def test_a_revoked_key(bench: Bench) -> None:
    bench.google_fails("/token", answer="invalid-grant", times=None)
    told(bench.run(), f"key of {ROBOT}", "invalid_grant", "make a new key", retryable=False)


def test_one_token_serves_the_runs_of_a_process(bench: Bench) -> None:
    bench.entries(2)
    for _ in range(3):
        assert bench.run().status is Status.SUCCEEDED
    asked = [entry for entry in bench.google.control.journal.entries() if entry.path.startswith("/token")]
    assert len(asked) == len({entry.body for entry in asked}) == 1


def test_a_token_endpoint_that_cannot_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)
    bench.google_fails("/token", answer="503", times=None)
    told(bench.run(), "token endpoint", retryable=True)


def test_a_spreadsheet_that_does_not_exist(bench: Bench) -> None:
    target = {"spreadsheet": "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg", "worksheet": "Hours"}
    told(bench.run(target=target), "1AbCdEfGh", f"share the spreadsheet with {ROBOT}", retryable=False)


def test_a_spreadsheet_that_is_not_shared(bench: Bench) -> None:
    private = bench.google.create("Private", share_with=[])
    outcome = bench.run(target={"spreadsheet": private, "worksheet": "Hours"})
    told(outcome, f"Share the spreadsheet with {ROBOT} as an editor", private, retryable=False)


def test_a_spreadsheet_that_is_shared_for_reading_only(bench: Bench) -> None:
    bench.google_fails(WRITE, answer="403-permission", times=None)
    told(bench.run(), f"Share the spreadsheet with {ROBOT} as an editor", retryable=False)


def test_an_api_that_is_not_enabled(bench: Bench) -> None:
    bench.google_fails("/v4/", answer="403-disabled", times=None)
    told(bench.run(), "Sheets API is not enabled", "Enable it", retryable=False)


def test_a_scope_that_is_missing(bench: Bench) -> None:
    bench.google_fails("/v4/", answer="403-scope", times=None)
    told(bench.run(), "https://www.googleapis.com/auth/spreadsheets", retryable=False)


def test_cells_that_somebody_protected(bench: Bench) -> None:
    sheet = bench.person().add_worksheet("Hours", rows=60, cols=26)
    header = {"sheetId": sheet.id, "startRowIndex": 0, "endRowIndex": 1}
    bench.person().batch_update({"requests": [{"addProtectedRange": {"protectedRange": {"range": header}}}]})
    told(bench.run(), "Hours!A1:Q1 is protected", "Protect sheets and ranges", retryable=False)


def test_cells_that_were_protected_after_the_read(bench: Bench) -> None:
    text = (
        "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection."
    )
    body = {"error": {"code": 400, "message": f"Invalid requests[0].updateCells: {text}", "status": "INVALID_ARGUMENT"}}
    bench.google_fails(WRITE, status=400, body=body)
    told(bench.run(), "cells that are protected", f"Let {ROBOT} edit them", retryable=False)


@pytest.mark.parametrize("answer", ["429-read", "500", "503", "html-502", "html-408"])
def test_a_read_that_fails_for_a_moment_is_tried_again(bench: Bench, answer: str) -> None:
    bench.entries(2)
    bench.google_fails(READ, answer=answer, method="GET")
    outcome = bench.run()
    assert (outcome.status, outcome.sheets_reads, outcome.sheets_writes) == (Status.SUCCEEDED, 2, 1)


@pytest.mark.parametrize("answer", ["500", "503", "html-502", "html-408"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_write_whose_answer_is_an_error_is_sent_again_only_if_it_was_not_applied(
    bench: Bench, answer: str, when: str
) -> None:
    bench.entries(2)
    bench.google_fails(WRITE, answer=answer, when=when)
    outcome = bench.run()
    assert outcome.status is Status.SUCCEEDED, outcome.error
    bodies = [entry.body for entry in bench.sent()]
    assert len(bodies) == (2 if when == "before" else 1)
    assert len(set(bodies)) == 1
    assert len(bench.rows()) == 3


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_breaks_during_the_write(bench: Bench, when: str) -> None:
    bench.entries(2)
    bench.google_fails(WRITE, reset=True, when=when)
    assert bench.run().status is Status.SUCCEEDED
    assert len(bench.rows()) == 3
    assert len({entry.body for entry in bench.sent()}) == 1


def test_an_answer_that_is_cut_off_after_the_write(bench: Bench) -> None:
    bench.entries(2)
    bench.google_fails(WRITE, cut=1)
    assert bench.run().status is Status.SUCCEEDED
    assert len(bench.sent()) == 1


def test_a_write_that_takes_longer_than_the_timeout_is_not_taken_for_lost(bench: Bench) -> None:
    bench.entries(2)
    bench.google_fails(WRITE, delay=1.5, when="after")
    outcome = bench.run(google={"timeout": "1s"})
    assert (outcome.status, outcome.sheets_writes) == (Status.SUCCEEDED, 1), outcome.error
    assert len(bench.rows()) == 3


def test_when_every_answer_to_a_write_is_lost_the_sheet_is_asked_before_the_run_is_called_failed(bench: Bench) -> None:
    bench.entries(2)
    bench.google_fails(WRITE, answer="503", when="after", times=None)
    assert bench.run().status is Status.SUCCEEDED


def test_google_down_for_good_leaves_the_old_table_and_says_so(bench: Bench) -> None:
    bench.entries(2)
    assert bench.run().status is Status.SUCCEEDED
    bench.entries(2, day=9)
    bench.google_fails(WRITE, answer="503", times=None)
    told(bench.run(), "cannot answer now", retryable=True)
    bench.google.control.faults.clear()
    assert len(bench.rows()) == 3


def test_a_spreadsheet_that_google_loses_for_a_moment(bench: Bench) -> None:
    bench.entries(2)
    bench.google_fails(WRITE, answer="404")
    assert bench.run().status is Status.SUCCEEDED
    assert len(bench.rows()) == 3


def test_a_quota_that_refills_in_time_is_waited_for(bench: Bench) -> None:
    bench.entries(2)
    bench.google_fails(WRITE, answer="429-write", times=2)
    outcome = bench.run()
    assert (outcome.status, outcome.sheets_reads, outcome.sheets_writes) == (Status.SUCCEEDED, 1, 3)


def test_a_quota_that_stays_used_up(bench: Bench) -> None:
    bench.google_fails(WRITE, answer="429-write", times=None)
    told(bench.run(), "60 reads and 60 writes a minute", retryable=True)


def test_a_key_that_is_no_key_costs_clockify_nothing(bench: Bench) -> None:
    key = json.loads(bench.settings["google"]["credentials"])
    key["private_key"] = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
    outcome = bench.run(google=credentials(bench, json.dumps(key)))
    told(outcome, "no usable key", "Service Accounts", retryable=False)
    assert "c2VjcmV0" not in repr(outcome.error)
    assert outcome.clockify_requests == 0
