"""The questions of the benchmark, each asked of fresh servers; the answers are values."""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Collection
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from measure import Calls, Cost, Servers, child, median, servers, typical
from subjects import COLUMNS, MOST_CELLS, PEERS, TAB, Floor, Job, Peer, Product, configure, job, outcomes

PRODUCT, FLOOR = "sheetsync", "floor"
CLOCKIFY_SECONDS, GOOGLE_SECONDS = 0.1, 0.3
PAGE, PAID_A_SECOND, FREE_AN_HOUR, GOOGLE_A_MINUTE = 1000, 50, 30, 60
LARGEST_OVERWRITE = 100_000
"""Rows up to which an overwrite is measured; a longer table is published once, into a new tab."""
LARGEST_COMPARED = 10_000
"""Rows up to which the alternatives are timed with latencies."""
USUAL_CELLS = 10_000_000
TIMES = {10: 5, 1_000: 5, 10_000: 3}
TIMES_WITH_LATENCIES = {10: 5, 1_000: 5, 10_000: 3}


@dataclass(frozen=True, slots=True)
class Syncs:
    """One size: what each subject cost, and how much memory the servers had in the end."""

    rows: int
    costs: dict[str, Cost] = field(default_factory=dict)
    servers_memory: float = 0.0


@dataclass(frozen=True, slots=True)
class Timed:
    """One size with latencies and quotas: what each subject cost.

    `waiting` are the seconds that latencies, quotas and the servers' own work take from everybody.
    """

    rows: int
    waiting: float
    costs: dict[str, Cost] = field(default_factory=dict)

    @property
    def start(self) -> float:
        """How long a bare process took to send its first request."""
        return self.costs[FLOOR].start if FLOOR in self.costs else 0.0

    @property
    def bound(self) -> float:
        """The seconds that no process can go below."""
        return self.start + self.waiting


@dataclass(frozen=True, slots=True)
class Crowd:
    """Many jobs in one `sheetsync run`. `bound` is in seconds; `succeeded` of the jobs were published."""

    what: str
    jobs: int
    spreadsheets: int
    cost: Cost
    succeeded: int
    bound: float


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def stage(entries: int, plan: str = "paid") -> Any:
    """Servers and a folder to work in."""
    with servers(entries, plan) as made, tempfile.TemporaryDirectory(prefix="sheetsync-bench-") as folder:
        yield made, Path(folder)


def checked(cost: Cost, found: Servers, spreadsheet: str, tab: str, rows: int) -> Cost:
    """The cost, failed when the tab does not hold all rows afterwards."""
    if cost.failure:
        return cost
    there = found.ask("rows", spreadsheet=spreadsheet, worksheet=tab)
    return cost if there == rows else replace(cost, failure=f"the tab holds {there:,} rows")


def told(rows: int, name: str, cost: Cost) -> None:
    figures = f"{cost.wall:7.2f} s  {cost.cpu:7.2f} s CPU  {cost.memory:5.0f} MB"
    tell(f"  {rows:>9,} rows  {name:<28} {figures}  {cost.failure}")


def syncs(rows: int, failing: Collection[str] = ()) -> Syncs:
    """One table of so many rows, by every subject but those that are `failing`, without latencies and quotas."""
    times = TIMES.get(rows, 1)
    found = Syncs(rows)
    with stage(rows) as (made, folder):
        if (rows + 1) * len(COLUMNS) * 2 > USUAL_CELLS:
            made.ask("cells", limit=MOST_CELLS)
        found.costs.update(ours(made, folder, rows, times))
        for name in PEERS:
            if name in failing:
                found.costs[name] = Cost(0, 0, 0, failure="not tried: it fails with fewer rows already")
                continue
            (spreadsheet,) = made.ask("spreadsheets", count=1)
            peer = Peer(made, name, spreadsheet, folder)
            cost = checked(median(peer.run, times), made, spreadsheet, "Bench", rows)
            found.costs[name] = cost
            told(rows, name, cost)
        return replace(found, servers_memory=made.memory)


def ours(made: Servers, folder: Path, rows: int, times: int) -> dict[str, Cost]:
    """The product and, when it succeeds, the floor that sends the same again."""
    spreadsheet, other = made.ask("spreadsheets", count=2)
    product = Product(made, configure(folder, made, [job(spreadsheet)], huge=True))
    overwrites = rows <= LARGEST_OVERWRITE
    floor = Floor(made, folder / "floor")
    if overwrites:
        product.run()
    cost = checked(median(product.run, times), made, spreadsheet, TAB, rows)
    told(rows, PRODUCT, cost)
    if cost.failure:
        return {PRODUCT: cost}
    if overwrites:
        made.ask("forget")
        child(product.command, folder)
        floor.record()
    else:
        product = Product(made, configure(folder, made, [job(other)], huge=True))
        made.ask("forget")
        child(product.command, folder)
        floor.record()
        (third,) = made.ask("spreadsheets", count=1)
        floor.aim(other, third)
    bare = median(floor.run, times)
    told(rows, FLOOR, bare)
    return {PRODUCT: cost, FLOOR: bare}


def waiting(rows: int, calls: Calls) -> float:
    """Seconds below which quotas and latencies let nobody come: see the formula in RESULTS.md."""
    pages = max(1, math.ceil(rows / PAGE))
    fetching = CLOCKIFY_SECONDS if pages == 1 else 2 * CLOCKIFY_SECONDS + (pages - 1) // PAID_A_SECOND
    publishing = GOOGLE_SECONDS if calls.writes <= 1 else 2 * GOOGLE_SECONDS
    refills = 60 * max(0, math.ceil(calls.writes / GOOGLE_A_MINUTE) - 1)
    served = calls.served - CLOCKIFY_SECONDS * calls.clockify - GOOGLE_SECONDS * calls.google
    return max(fetching, 2 * GOOGLE_SECONDS, refills) + publishing + max(served, 0)


def timed(rows: int) -> Timed:
    """One table of so many rows with latencies and real quotas; what is short is run several times."""
    costs: dict[str, Cost] = {}
    times = TIMES_WITH_LATENCIES.get(rows, 1)
    with stage(rows) as (made, folder):
        if (rows + 1) * len(COLUMNS) * 2 > USUAL_CELLS:
            made.ask("cells", limit=MOST_CELLS)
        ids = made.ask("spreadsheets", count=1 + len(PEERS))
        product = Product(made, configure(folder, made, [job(ids[0])], huge=True))
        runs: dict[str, Callable[[], Cost]] = {PRODUCT: product.run}
        if rows <= LARGEST_OVERWRITE:
            product.run()
            made.ask("forget")
            child(product.command, folder)
            floor = Floor(made, folder / "floor")
            floor.record()
            runs[FLOOR] = floor.run
        made.ask("latency", clockify=CLOCKIFY_SECONDS, google=GOOGLE_SECONDS)
        for name, spreadsheet in zip(PEERS, ids[1:], strict=True) if rows <= LARGEST_COMPARED else ():
            runs[name] = Peer(made, name, spreadsheet, folder).run
        for name, run in runs.items():
            costs[name] = typical(partial(within_quotas, made, run), times)
            told(rows, f"{name} (latency)", costs[name])
    return Timed(rows, waiting(rows, costs[PRODUCT].calls), costs)


def within_quotas(made: Servers, run: Callable[[], Cost]) -> Cost:
    """A run that finds quotas of which nothing is used up."""
    made.ask("quotas", on=True)
    return run()


def crowd(what: str, count: int, spreadsheets: int) -> tuple[Crowd, Cost]:
    """Many small jobs into so many spreadsheets under Google's real quotas; and one run of the plain script."""
    with stage(10 * 365) as (made, folder):
        ids = made.ask("spreadsheets", count=spreadsheets + 1)
        path = configure(folder, made, [day(ids[number % spreadsheets], number) for number in range(count)])
        made.ask("latency", clockify=CLOCKIFY_SECONDS, google=GOOGLE_SECONDS)
        naive = Peer(made, "gspread", ids[-1], folder).run()
        made.ask("quotas", on=True)
        cost = Product(made, path).run()
    refills = 60 * (math.ceil(spreadsheets / GOOGLE_A_MINUTE) - 1)
    fetching = CLOCKIFY_SECONDS + (count - 1) // PAID_A_SECOND
    least = max(fetching, 2 * GOOGLE_SECONDS, refills) + GOOGLE_SECONDS
    found = Crowd(what, count, spreadsheets, cost, succeeded(cost), least)
    tell(
        f"  {what}: {found.succeeded} of {count} jobs in {cost.wall:.1f} s, {cost.calls.writes} writes, {cost.failure}"
    )
    return found, naive


def free_plan(reports: int, targets: int) -> Crowd:
    """Each of some reports wanted in several tabs, on a Free workspace: 30 requests an hour."""
    with stage(10 * 365, "free") as (made, folder):
        (spreadsheet,) = made.ask("spreadsheets", count=1)
        jobs = [
            {**day(spreadsheet, number), "name": f"job-{number}-{target}", "deadline": "3s"}
            for target in range(targets)
            for number in range(reports)
        ]
        for one in jobs:
            one["target"] = {**one["target"], "worksheet": one["name"]}
        cost = Product(made, configure(folder, made, jobs, plan="free")).run()
    found = Crowd("Free", len(jobs), 1, cost, succeeded(cost), 0.0)
    tell(f"  Free: {found.succeeded} of {len(jobs)} jobs, {cost.calls.clockify} requests, {cost.failure}")
    return found


def day(spreadsheet: str, number: int) -> Job:
    """A job over one day of 2021, about ten rows, into a tab of its own."""
    start = date(2021, 1, 1) + timedelta(days=number % 365)
    bounds = {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}
    return job(spreadsheet, f"job-{number}", f"Day {number}", **bounds)


def succeeded(cost: Cost) -> int:
    return sum(outcome["status"] == "succeeded" for outcome in outcomes(cost))
