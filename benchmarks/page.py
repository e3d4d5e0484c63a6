"""How long the status page takes with 1,000 jobs and 10,000 runs in the ledger; each has to stay below 100 ms.

`python benchmarks/page.py [JOBS] [RUNS]` fills a ledger, serves the page as the daemon does, and asks for each address.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).parents[1]))

from sheetsync import around
from sheetsync.config.model import Store
from sheetsync.daemon_events import Bus
from sheetsync.ledger import Ledger, State
from tests.daemon_double import NOW, StillDaemon, configuration

LIMIT = 100.0
"""Milliseconds, for the median."""
TIMES = 21
ADDRESSES = ("/", "/?page=2", "/?state=failing", "/?q=job-99", "/jobs/job-0", "/runs", "/runs?state=failed", "/runs/5")
OTHERS = ("/metrics", "/readyz")


def fill(daemon: StillDaemon, runs: int) -> None:
    """Runs of all jobs in turn, a tenth of which failed."""
    chance, jobs = random.Random(1), daemon.config.jobs
    for number in range(runs):
        slot = NOW - timedelta(minutes=15 * (runs // len(jobs) - number // len(jobs)))
        state = State.FAILED if chance.random() < 0.1 else State.SUCCEEDED
        figures = {} if state is State.FAILED else {"rows": chance.randint(90, 150)}
        daemon.ran(jobs[number % len(jobs)].name, slot, state, seconds=chance.uniform(0.5, 9), **figures)


def measure(address: str) -> float:
    """The median of the milliseconds until an address has answered."""
    with requests.Session() as session:
        taken = []
        for _ in range(TIMES):
            began = time.perf_counter()
            answer = session.get(address, timeout=60)
            taken.append((time.perf_counter() - began) * 1000)
            answer.raise_for_status()
    median = statistics.median(taken)
    path = "/" + address.split("/", 3)[3]
    print(f"{path:<20} first {taken[0]:6.1f} ms, median {median:6.1f} ms, {len(answer.content) / 1000:7.1f} kB")
    return median


def main(jobs: int, runs: int) -> int:
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Store(Path(folder, "state.db"))) as ledger:
        config = configuration([f"job-{number}" for number in range(jobs)], serve={"listen": "127.0.0.1:0"})
        daemon, bus = StillDaemon(config, ledger), Bus(lambda: NOW)
        fill(daemon, runs)
        daemon.jobs()
        with around.attach(daemon, bus, ledger, config, environ={}) as found:
            slowest = max(measure(found.page + path) for path in ADDRESSES)
            for path in OTHERS:
                measure(found.page + path)
    print(f"{jobs:,} jobs, {runs:,} runs: the slowest page takes {slowest:.1f} ms of {LIMIT:.0f} ms allowed")
    return int(slowest > LIMIT)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(given or [1000, 10_000])))
