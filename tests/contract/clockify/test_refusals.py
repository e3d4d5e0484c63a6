"""Errors: who is refused, in which order, with which body."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Company, Switches

SAMPLES = Path(__file__).parents[2] / "samples"
Ask = Callable[..., requests.Response]
Get = Callable[..., requests.Response]


def seen(status: int, prefix: str = "") -> Any:
    """The body of a refusal that was seen."""
    known = json.loads((SAMPLES / "errors.json").read_text(encoding="utf-8"))
    return next(
        each["body"]
        for each in known
        if each["status"] == status and each.get("body", {}).get("message", "").startswith(prefix)
    )


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Multiple or none"),
        ({"X-Api-Key": "sandbox-owner-key", "X-Addon-Token": "x"}, "Multiple or none"),
        ({"Authorization": "Bearer sandbox-owner-key"}, "Multiple or none"),
        ({"X-Api-Key": "nobody"}, "Api key"),
        ({"X-Addon-Token": "nobody"}, "Token"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/user", "/api/v1/nothing", "/report/v1/workspaces/x/reports/detailed"])
def test_a_request_without_a_good_key_is_refused_before_all_else(
    sandbox: ClockifySandbox, session: requests.Session, headers: dict[str, str], message: str, path: str
) -> None:
    response = session.get(sandbox.url + path, headers=headers, timeout=10)
    assert (response.status_code, response.json()) == (401, seen(401, message))


def test_an_unknown_path_is_404_and_a_wrong_method_405(sandbox: ClockifySandbox, get: Get) -> None:
    missing = get("/reports")
    assert (missing.status_code, missing.json()["code"]) == (404, 3000)
    assert missing.json()["message"].startswith("No static resource v1/")
    wrong = get(f"/../../report/v1/workspaces/{sandbox.workspace_id}/reports/summary")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "POST")
    assert wrong.json() == {"message": "Request method 'GET' is not supported", "code": 3000}
    assert get("time-entries").status_code == 405


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b'{"users": 7}', b'{"detailedFilter": {"page": "x"}}'])
def test_a_body_that_cannot_be_read_is_refused(
    sandbox: ClockifySandbox, session: requests.Session, body: bytes
) -> None:
    url = f"{sandbox.reports_url}/workspaces/{sandbox.workspace_id}/reports/detailed"
    response = session.post(url, data=body, headers={"X-Api-Key": sandbox.api_key}, timeout=10)
    assert (response.status_code, response.json()["code"]) == (400, 3002)


def test_an_unknown_choice_is_answered_with_the_known_ones(sandbox: ClockifySandbox, ask: Ask) -> None:
    response = ask(sandbox, "detailed", sortOrder="SIDEWAYS")
    assert (response.status_code, response.json()["code"]) == (400, 3002)
    assert "ASCENDING, DESCENDING" in response.json()["message"]


@pytest.mark.parametrize(
    ("name", "key"), [("detailed", "detailedFilter"), ("summary", "summaryFilter"), ("weekly", "weeklyFilter")]
)
def test_a_report_needs_its_filter(sandbox: ClockifySandbox, ask: Ask, name: str, key: str) -> None:
    assert ask(sandbox, name, **{key: None}).status_code == 400


@pytest.mark.parametrize(("choice", "status"), [("403", 403), ("400", 400), ("404", 404)])
def test_another_workspace_follows_the_switch(sandbox: ClockifySandbox, ask: Ask, choice: Any, status: int) -> None:
    sandbox.switches = Switches(unknown_workspace=choice)
    assert ask(sandbox, "detailed", key=sandbox.keys.stranger).status_code == status


def test_a_bad_body_is_refused_before_a_foreign_workspace(sandbox: ClockifySandbox, ask: Ask) -> None:
    assert ask(sandbox, "weekly", key=sandbox.keys.stranger, dateRangeEnd="2021-11-01T00:00:00").status_code == 400


def test_who_may_not_see_amounts_must_hide_them(sandbox: ClockifySandbox, ask: Ask) -> None:
    refused = ask(sandbox, "detailed", key=sandbox.keys.regular)
    assert (refused.status_code, refused.json()) == (403, seen(403))
    assert ask(sandbox, "detailed", key=sandbox.keys.regular, amountShown="HIDE_AMOUNT").status_code == 200
    sandbox.switches = Switches(hidden_amounts="explained")
    assert ask(sandbox, "detailed", key=sandbox.keys.regular).json()["message"] != "Access Denied"


@pytest.fixture(scope="module")
def free() -> Any:
    with ClockifySandbox(Company.empty(), plan="free") as running:
        yield running


@pytest.mark.parametrize("name", ["detailed", "summary"])
def test_the_free_plan_refuses_more_than_31_days(free: ClockifySandbox, ask: Ask, name: str) -> None:
    start = {"dateRangeStart": "2021-10-01T00:00:00"}
    assert ask(free, name, **start, dateRangeEnd="2021-10-31T23:59:59.999").status_code == 200
    assert ask(free, name, **start, dateRangeEnd="2021-11-01T00:00:00.001").status_code == 403


@pytest.mark.parametrize(("choice", "status"), [("403", 403), ("400", 400), ("402", 402)])
def test_the_refusal_of_a_long_range_follows_the_switch(
    free: ClockifySandbox, ask: Ask, choice: Any, status: int
) -> None:
    free.switches = Switches(range_refusal=choice)
    assert ask(free, "detailed", dateRangeEnd="2021-12-31T00:00:00").status_code == status
    free.switches = Switches()


def test_the_free_plan_has_no_expenses_attendance_costs_or_rounding(free: ClockifySandbox, ask: Ask) -> None:
    assert ask(free, "expenses/detailed").status_code == 403
    assert ask(free, "attendance").status_code == 403
    assert ask(free, "detailed", amountShown="COST").status_code == 403
    assert ask(free, "detailed", rounding=True).status_code == 200


def test_a_paid_plan_takes_years_unless_switched(sandbox: ClockifySandbox, ask: Ask) -> None:
    years = {"dateRangeStart": "2019-01-01T00:00:00", "dateRangeEnd": "2026-01-01T00:00:00"}
    assert ask(sandbox, "detailed", **years).status_code == 200
    sandbox.switches = Switches(paid_longest_days=366)
    assert ask(sandbox, "detailed", **years).status_code == 403
