"""A day of 1,000 jobs that run every 15 minutes, in a few minutes: each of its 96,000 slots is run or recorded once.

The clock is moved from one moment that the scheduler waits for to the next; the scheduler, the timetable, the engine
and the ledger are the real ones, the runs are not.

    python benchmarks/day.py [JOBS [HOURS]]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from unittest.mock import patch

from apscheduler.executors.debug import DebugExecutor  # type: ignore[import-untyped] # it has no annotations
from apscheduler.schedulers.base import BaseScheduler  # type: ignore[import-untyped] # same

from sheetsync.config.loading import Loaded
from sheetsync.config.model import Clockify, Config, Job, Store
from sheetsync.config.secrets import Secret
from sheetsync.daemon import Daemon
from sheetsync.daemon_events import Bus, Event
from sheetsync.engines.local import LocalEngine
from sheetsync.engines.pool import Task
from sheetsync.engines.work import Live
from sheetsync.ledger import Ledger
from sheetsync.progress import Progress
from sheetsync.run import Order, Outcome, Status
from sheetsync.schedule.forms import Every, Schedule

MIDNIGHT = datetime(2021, 11, 1, tzinfo=UTC)


def job(name: str, schedule: Schedule, zone: str = "UTC", spreadsheet: int = 0, **more: object) -> Job:
    return Job.model_validate(
        {
            "name": name,
            "report": "detailed",
            "target": {"spreadsheet": f"{spreadsheet:044d}", "worksheet": name},
            "time_zone": zone,
            "schedule": schedule,
            "clockify": Clockify(api_key=Secret("a-key"), workspace="Acme"),
            **more,
        }
    )


class MovedScheduler(BaseScheduler):  # type: ignore[misc] # it has no annotations
    """APScheduler without a thread and without a clock of its own."""

    def wakeup(self) -> None:
        """Nobody sleeps."""

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT001, FBT002 - APScheduler's signature
        super().shutdown(wait)

    def next_wakeup(self) -> datetime:
        found: datetime = self._jobstores["default"].get_next_run_time()
        return found

    def come_by(self) -> None:
        self._process_jobs()


class Inline:
    """Workers that do what they are given at once."""

    def submit(self, task: Task) -> None:
        task()

    def lose_one(self) -> None: ...

    def regain_one(self) -> None: ...


@dataclass
class World:
    """A moved clock, and the processes that live by it: at most one at a time, all with the same ledger.

    Without `ticking`, the scheduler comes by at slots alone, and long times pass quickly.
    """

    store: Store
    jobs: Iterable[Job]
    now: datetime = MIDNIGHT
    ticking: bool = True
    runs: list[tuple[str, datetime]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    @contextmanager
    def process(self) -> Iterator[tuple[Daemon, MovedScheduler]]:
        """A process from its start; it ends as if it were killed."""
        config = Config(version=1, state=self.store, jobs=tuple(self.jobs))
        scheduler = MovedScheduler(
            timezone="UTC",
            executors={"default": DebugExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
        )
        with Ledger.open(self.store) as ledger, patch("apscheduler.schedulers.base.datetime", self._date_time()):
            bus = Bus(self.clock)
            bus.subscribe(self.events.append)
            engine = LocalEngine(ledger, bus, Inline(), Inline(), self._run)
            daemon = Daemon(lambda: Loaded(config, ()), config, ledger, engine, bus, scheduler)
            daemon.start()
            if not self.ticking:
                scheduler.remove_job("sheetsync tick")
            yield daemon, scheduler

    def live(self, until: datetime) -> None:
        """A process from now until it is killed."""
        with self.process() as (_, scheduler):
            self.go_on(scheduler, until)

    def go_on(self, scheduler: MovedScheduler, until: datetime) -> None:
        while (wakeup := scheduler.next_wakeup()) <= until:
            self.now = max(self.now, wakeup)
            scheduler.come_by()
        self.now = until

    def _run(self, order: Order, live: Live, _: Progress) -> Outcome:
        self.runs.append((order.job.name, live.work.slot or live.work.at))
        return Outcome(order.job.name, Status.SUCCEEDED, rows=1)

    def _date_time(self) -> type[datetime]:
        clock = self.clock

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # always the moved one
                return clock().astimezone(tz)

        return Moved


def main(count: int, hours: int) -> None:
    jobs = [job(f"job-{number}", Every(900), spreadsheet=number) for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        world = World(Store(Path(folder, "state.db")), jobs, MIDNIGHT - timedelta(minutes=1))
        began = time.monotonic()
        world.live(MIDNIGHT + timedelta(hours=hours) - timedelta(minutes=1))
        took = time.monotonic() - began
        with Ledger.open(world.store) as ledger:
            records = Counter((record.job, record.slot) for record in ledger.runs(limit=10**7))
    wanted = {(j.name, MIDNIGHT + timedelta(minutes=15 * slot)) for j in jobs for slot in range(4 * hours)}
    lost, more = wanted - records.keys(), records.keys() - wanted
    doubled = [slot for slot, times in [*records.items(), *Counter(world.runs).items()] if times > 1]
    print(f"{len(wanted):,} slots in {took:.0f} s ({took / len(wanted) * 1000:.2f} ms each): {len(world.runs):,} runs,")
    print(f"{len(lost)} lost, {len(doubled)} doubled, {len(more)} that nobody wanted")
    sys.exit(bool(lost or doubled or more))


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], *("1000", "24")[len(sys.argv) - 1 :]]))
