"""What Prometheus is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sheetsync.config.model import Store
from sheetsync.daemon_events import Reloaded, ReloadState, RunEnded, SlotsPassed
from sheetsync.ledger import Ledger, State
from sheetsync.observe.budgets import BudgetLeft
from sheetsync.observe.metrics import Metrics
from tests.daemon_double import NOW, StillDaemon, configuration

HOUR = timedelta(hours=1)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[StillDaemon]:
    with Ledger.open(Store(tmp_path / "state.db")) as ledger:
        yield StillDaemon(configuration(), ledger)


def figures(metrics: Metrics) -> dict[str, float]:
    """Each sample by its name and labels, as Prometheus reads it."""
    found = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_runs_are_counted_by_outcome_and_requests_by_side(daemon: StillDaemon) -> None:
    metrics = Metrics(daemon, daemon.ledger)
    metrics(RunEnded(daemon.ran("hours", NOW - HOUR, seconds=1.5, rows=7)))
    metrics(RunEnded(daemon.ran("hours", NOW, State.FAILED)))
    metrics(SlotsPassed("hours", (NOW, NOW), State.SKIPPED, "still running"))
    found = figures(metrics)
    assert found["sheetsync_runs_total{job=hours,outcome=succeeded}"] == 1
    assert found["sheetsync_runs_total{job=hours,outcome=failed}"] == 1
    assert found["sheetsync_slots_passed_total{job=hours,state=skipped}"] == 2
    assert found["sheetsync_requests_total{kind=report,side=clockify}"] == 4
    assert found["sheetsync_requests_total{kind=write,side=google}"] == 2
    assert found["sheetsync_failing{job=hours}"] == 1
    assert found["sheetsync_last_run_rows{job=hours}"] == 7
    assert found["sheetsync_last_success_timestamp_seconds{job=hours}"] == pytest.approx((NOW - HOUR).timestamp() + 1.5)


def test_after_a_restart_the_last_success_is_known_from_the_ledger(daemon: StillDaemon) -> None:
    daemon.ran("hours", NOW - 2 * HOUR, rows=9)
    daemon.ran("hours", NOW - HOUR, State.FAILED, seconds=4.0)
    found = figures(Metrics(daemon, daemon.ledger))
    assert found["sheetsync_last_success_timestamp_seconds{job=hours}"] == (NOW - 2 * HOUR).timestamp() + 2
    assert found["sheetsync_last_run_rows{job=hours}"] == 9
    assert found["sheetsync_last_run_seconds{job=hours}"] == 4
    assert found["sheetsync_failing{job=hours}"] == 1


def test_the_moment_of_the_scrape_is_what_counts_for_the_daemon_itself(daemon: StillDaemon) -> None:
    metrics = Metrics(daemon, daemon.ledger, lambda: [BudgetLeft("Clockify, Acme", 21, 30, 3600)])
    daemon.ledger.pause("weeks", "", NOW)
    daemon.reload_state = ReloadState(NOW, ok=False, problems=("no",))
    daemon.living = False
    found = figures(metrics)
    assert found["sheetsync_last_tick_timestamp_seconds"] == NOW.timestamp() - 7
    assert found["sheetsync_scheduler_alive"] == 0
    assert found["sheetsync_config_last_reload_successful"] == 0
    assert found["sheetsync_paused{job=weeks}"] == 1
    assert found["sheetsync_next_slot_timestamp_seconds{job=hours}"] > NOW.timestamp()
    assert found["sheetsync_budget_left{budget=Clockify, Acme}"] == 21


def test_figures_of_a_job_that_is_no_more_go_away(daemon: StillDaemon) -> None:
    metrics = Metrics(daemon, daemon.ledger)
    metrics(RunEnded(daemon.ran("weeks", NOW)))
    daemon.config = configuration(["hours"])
    metrics(Reloaded(ReloadState(NOW, ok=True), daemon.config))
    assert not [name for name in figures(metrics) if "weeks" in name]
