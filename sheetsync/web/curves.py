"""The last runs of each job, kept at hand: the page is asked for far more often than a run ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from threading import Lock

from sheetsync.daemon_events import Event, RunEnded
from sheetsync.ledger.ledger import Ledger
from sheetsync.ledger.records import Point, RunRecord
from sheetsync.web.views import TELLING

RUNS_IN_A_CURVE = 30
_LOOKED_THROUGH = 2 * RUNS_IN_A_CURVE
"""Records that are read to find as many points: some are of slots without runs."""


class Curves:
    """Points of each job, oldest first, read from the ledger once. The daemon's own runs are added as they end; for
    those of other processes, as of `sheetsync run`, the ledger is asked when a job turns out to have a newer record.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = Lock()
        found = ledger.curves(RUNS_IN_A_CURVE)
        self._points = {job: deque(points, RUNS_IN_A_CURVE) for job, points in found.items()}

    def __call__(self, event: Event) -> None:
        """Take a run that ended."""
        if not isinstance(event, RunEnded) or event.record.state not in TELLING or not event.record.id:
            return
        with self._lock:
            points = self._points.setdefault(event.record.job, deque(maxlen=RUNS_IN_A_CURVE))
            points.append(_point(event.record))

    def of(self, jobs: Sequence[str], latest: Mapping[str, RunRecord]) -> dict[str, tuple[Point, ...]]:
        """The curves of some jobs, up to their `latest` records."""
        with self._lock:
            stale = [job for job in jobs if job in latest and not _reaches(self._points.get(job), latest[job])]
        fresh = {job: self._read(job) for job in stale}
        with self._lock:
            self._points.update(fresh)
            return {job: tuple(self._points.get(job, ())) for job in jobs}

    def _read(self, job: str) -> deque[Point]:
        found = [record for record in self._ledger.runs(job, _LOOKED_THROUGH) if record.state in TELLING]
        return deque((_point(record) for record in reversed(found[:RUNS_IN_A_CURVE])), RUNS_IN_A_CURVE)


def _reaches(points: Sequence[Point] | None, latest: RunRecord) -> bool:
    # A run that ended late stands behind one that began after it.
    return points is not None and any(point.id >= latest.id for point in points)


def _point(record: RunRecord) -> Point:
    return Point(record.id, record.state, record.started, record.rows, record.seconds)
