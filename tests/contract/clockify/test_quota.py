"""Thirty requests an hour on the free plan, fifty a second on the others; the clock is the test's own."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sheetsync.sandbox.clockify import ClockifySandbox, Company, Switches

HALF_PAST = 1_000_000 * 3600.0 + 1800


class Clock:
    def __init__(self) -> None:
        self.now = HALF_PAST

    def __call__(self) -> float:
        return self.now


def statuses(sandbox: ClockifySandbox, count: int) -> list[int]:
    with requests.Session() as session:
        session.headers["X-Api-Key"] = sandbox.api_key
        return [session.get(f"{sandbox.base_url}/user", timeout=10).status_code for _ in range(count)]


@pytest.mark.parametrize(("window", "back_after"), [("rolling", 3600), ("fixed", 1800)])
def test_the_free_plan_allows_thirty_an_hour(window: Any, back_after: int) -> None:
    clock = Clock()
    switches = Switches(hour_window=window, retry_after=True)
    with ClockifySandbox(Company.empty(), plan="free", quotas=True, switches=switches, clock=clock) as sandbox:
        assert statuses(sandbox, 31) == [200] * 30 + [429]
        refused = requests.get(f"{sandbox.base_url}/user", headers={"X-Api-Key": sandbox.api_key}, timeout=10)
        assert refused.json() == {"message": "Too Many Requests", "code": 429}
        assert int(refused.headers["Retry-After"]) == back_after + 1
        clock.now += back_after - 1
        assert statuses(sandbox, 1) == [429]
        clock.now += 1
        assert statuses(sandbox, 1) == [200]


def test_a_refusal_for_the_quota_has_no_header_by_default_and_paid_plans_count_seconds() -> None:
    clock = Clock()
    with ClockifySandbox(Company.empty(), quotas=True, clock=clock) as sandbox:
        assert statuses(sandbox, 50) == [200] * 50
        refused = requests.get(f"{sandbox.base_url}/user", headers={"X-Api-Key": sandbox.api_key}, timeout=10)
        assert (refused.status_code, "Retry-After" in refused.headers) == (429, False)
        clock.now += 1
        assert statuses(sandbox, 1) == [200]
