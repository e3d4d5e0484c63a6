"""What Prometheus is told.

Names follow prometheus.io/docs/practices/naming: base units, `_total` for what only rises, instants as Unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Lock

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sheetsync import __version__
from sheetsync.daemon_events import DaemonState, Event, Reloaded, RunEnded, SlotsPassed
from sheetsync.ledger.ledger import Ledger
from sheetsync.ledger.records import SUCCESSES, RunRecord, State
from sheetsync.observe.budgets import Budgets, unknown

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The figures of one daemon. Figures of jobs start with what the ledger remembers."""

    def __init__(self, state: DaemonState, ledger: Ledger, budgets: Budgets = unknown) -> None:
        self.registry = CollectorRegistry()
        self._lock = Lock()
        self._runs = self._counter("sheetsync_runs", "Runs that ended, by how.", "job", "outcome")
        self._passed = self._counter("sheetsync_slots_passed", "Slots that did not become runs.", "job", "state")
        self._requests = self._counter("sheetsync_requests", "Requests of finished runs.", "side", "kind")
        self._success = self._gauge(
            "sheetsync_last_success_timestamp_seconds", "When the sheet last was what Clockify said.", "job"
        )
        self._seconds = self._gauge("sheetsync_last_run_seconds", "How long the last run took.", "job")
        self._rows = self._gauge("sheetsync_last_run_rows", "Rows of the last table, without the header.", "job")
        self._failing = self._gauge("sheetsync_failing", "1 when the job's last run failed.", "job")
        for side, kind in (("clockify", "report"), ("google", "read"), ("google", "write")):
            self._requests.labels(side, kind)
        self.registry.register(_Now(state, budgets))
        self._jobs = {job.name for job in state.config.jobs}
        self._remember(ledger)

    def __call__(self, event: Event) -> None:
        with self._lock:
            if isinstance(event, RunEnded):
                self._ended(event.record)
            elif isinstance(event, SlotsPassed):
                self._passed.labels(event.job, str(event.state)).inc(len(event.slots))
            elif isinstance(event, Reloaded):
                self._forget({job.name for job in event.config.jobs})

    def text(self) -> bytes:
        """All figures, in Prometheus' text format."""
        return generate_latest(self.registry)

    def _ended(self, record: RunRecord) -> None:
        self._runs.labels(record.job, str(record.state)).inc()
        self._requests.labels("clockify", "report").inc(record.clockify_requests)
        self._requests.labels("google", "read").inc(record.sheets_reads)
        self._requests.labels("google", "write").inc(record.sheets_writes)
        self._seconds.labels(record.job).set(record.seconds)
        self._show(record)

    def _show(self, record: RunRecord) -> None:
        if record.state is State.FAILED or record.state in SUCCESSES:
            self._failing.labels(record.job).set(record.state is State.FAILED)
        if record.state in SUCCESSES and record.ended is not None:
            self._success.labels(record.job).set(record.ended.timestamp())
            self._rows.labels(record.job).set(record.rows)

    def _remember(self, ledger: Ledger) -> None:
        for states in (SUCCESSES, (*SUCCESSES, State.FAILED)):
            for job, record in ledger.latest_by_job(states).items():
                if job in self._jobs:
                    self._seconds.labels(job).set(record.seconds)
                    self._show(record)

    def _forget(self, jobs: set[str]) -> None:
        """Leaves out jobs that are no more; a figure that never changes again would look like one that hangs."""
        gone = self._jobs - jobs
        for job in gone:
            for gauge in (self._success, self._seconds, self._rows, self._failing):
                gauge.remove_by_labels({"job": job})
            for counter in (self._runs, self._passed):
                counter.remove_by_labels({"job": job})
        self._jobs = jobs

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, registry=self.registry)

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(name, words, labels, registry=self.registry)


class _Now(Collector):
    """What is asked of the daemon at the moment of the scrape."""

    def __init__(self, state: DaemonState, budgets: Budgets) -> None:
        self._state = state
        self._budgets = budgets

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        state = self._state
        build = GaugeMetricFamily("sheetsync_build_info", "The version that runs.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield _one("sheetsync_start_timestamp_seconds", "When the daemon began.", state.started)
        yield _one("sheetsync_last_tick_timestamp_seconds", "When the scheduler last came by.", state.last_tick)
        yield _one("sheetsync_scheduler_alive", "1 while the scheduler lives.", state.alive())
        yield _one("sheetsync_running_runs", "Runs that go on.", len(state.running()))
        reloaded = state.reload_state
        yield _one("sheetsync_config_last_reload_successful", "0 when it had mistakes.", reloaded.ok)
        yield _one("sheetsync_config_last_reload_timestamp_seconds", "When it was last read.", reloaded.at)
        yield from self._of_jobs()
        yield from self._of_budgets()

    def _of_jobs(self) -> Iterator[Metric]:
        following = GaugeMetricFamily(
            "sheetsync_next_slot_timestamp_seconds", "When the job is due next.", labels=["job"]
        )
        paused = GaugeMetricFamily("sheetsync_paused", "1 while the job is paused.", labels=["job"])
        for job in self._state.jobs():
            if job.next_slot is not None:
                following.add_metric([job.job.name], job.next_slot.timestamp())
            paused.add_metric([job.job.name], float(job.pause is not None))
        yield following
        yield paused

    def _of_budgets(self) -> Iterator[Metric]:
        left = GaugeMetricFamily("sheetsync_budget_left", "Requests that a quota still allows.", labels=["budget"])
        limit = GaugeMetricFamily("sheetsync_budget_limit", "Requests that it allows in its span.", labels=["budget"])
        span = GaugeMetricFamily("sheetsync_budget_span_seconds", "The span of a quota.", labels=["budget"])
        following = GaugeMetricFamily(
            "sheetsync_budget_next_timestamp_seconds",
            "When one that is used up allows the next.",
            labels=["budget"],
        )
        for budget in self._budgets():
            left.add_metric([budget.name], budget.left)
            limit.add_metric([budget.name], budget.of)
            span.add_metric([budget.name], budget.seconds)
            if budget.more is not None:
                following.add_metric([budget.name], budget.more.timestamp())
        yield from (left, limit, span, following)


def _one(name: str, words: str, value: datetime | float | None) -> Metric:
    number = value.timestamp() if isinstance(value, datetime) else value
    return GaugeMetricFamily(name, words, value=None if number is None else float(number))
