"""RESULTS.md: the answers as tables, and whether the targets are met."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from measure import Cost
from questions import FLOOR, FREE_AN_HOUR, GOOGLE_A_MINUTE, PRODUCT, Crowd, Syncs, Timed

MOST_FLOORS, MOST_BOUNDS, MOST_MEMORY, LEAST_JOBS_A_WRITE = 3.0, 1.15, 200.0, 20.0
ONE_REQUEST, LONGEST = 10_000, 500_000
LONGEST_FAILURE = 160


@dataclass(slots=True)
class Answers:
    """What was found; parts that were not asked for are empty."""

    syncs: list[Syncs] = field(default_factory=list)
    timed: list[Timed] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)
    naive: Cost | None = None
    free: Crowd | None = None


def written(found: Answers, words: Sequence[str], seconds: float) -> str:
    """The whole text."""
    parts = [
        "# What a sync costs",
        f"Written by `{command(words)}` in {seconds / 60:.0f} minutes. {machine()}",
        INTRODUCTION,
        "## Targets",
        table(("target", "", "measured"), list(targets(found))),
    ]
    if found.syncs:
        parts += ["## One sync, no latency", SYNC, *(sizes(found.syncs)), "## Memory", MEMORY, memory(found.syncs)]
    if found.timed:
        parts += ["## One sync with latencies and quotas", LATENCY, latency(found.timed)]
    if found.crowds:
        parts += ["## Many jobs", JOBS, jobs(found)]
    return "\n\n".join(parts) + "\n"


def command(words: Sequence[str]) -> str:
    return " ".join(["make bench", *([f'ARGS="{" ".join(words)}"'] if words else [])])


def machine() -> str:
    processor = _line("/proc/cpuinfo", "model name")
    memory_kb = int(_line("/proc/meminfo", "MemTotal").split()[0])
    cores = f"{os.cpu_count()} cores, {memory_kb / 1e6:.0f} GB, Python {platform.python_version()}, {platform.system()}"
    return f"{processor}, {cores}; {datetime.now(UTC):%Y-%m-%d}, commit {_commit()}."


def _line(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return "?"


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], check=False, capture_output=True, text=True).stdout.strip()  # noqa: S607 - git is where it is

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def sizes(found: Sequence[Syncs]) -> Iterator[str]:
    for size in found:
        yield f"### {size.rows:,} rows"
        floor = size.costs.get(FLOOR)
        headings = ("", "Clockify", "reads", "writes", "token", "MB to Google", "CPU s", "× floor", "peak MB", "wall s")
        yield table(headings, [line(name, cost, floor) for name, cost in size.costs.items()])
        yield from quicker(size)


def quicker(size: Syncs) -> Iterator[str]:
    """Who is over sooner where nobody is far away."""
    wall = size.costs[PRODUCT].wall
    others = [f"{name} ({cost.wall:.2f} s)" for name, cost in rivals(size.costs).items() if cost.wall <= wall]
    if others:
        yield f"Over sooner than sheetsync ({wall:.2f} s) as long as no answer takes any time: {', '.join(others)}."


def rivals(costs: dict[str, Cost]) -> dict[str, Cost]:
    """The alternatives that did it."""
    return {name: cost for name, cost in costs.items() if name not in {PRODUCT, FLOOR} and not cost.failure}


def line(name: str, cost: Cost, floor: Cost | None) -> list[str]:
    calls = cost.calls
    counts = [str(count) for count in (calls.clockify, calls.reads, calls.writes, calls.tokens)]
    if cost.failure:
        return [name, *counts, *[""] * 4, f"{impossible(name)}: {shortened(cost.failure)}"]
    ratio = "" if floor is None else f"{cost.cpu / floor.cpu:.1f}"
    figures = [f"{calls.sent / 1e6:.2f}", f"{cost.cpu:.2f}", ratio, f"{cost.memory:.0f}", f"{cost.wall:.2f}"]
    return [name, *counts, *figures]


def impossible(name: str) -> str:
    return "not possible yet" if name == PRODUCT else "fails"


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_FAILURE else text[: LONGEST_FAILURE - 1] + "…"


def memory(found: Sequence[Syncs]) -> str:
    names = list(dict.fromkeys(name for size in found for name in size.costs))
    rows = []
    for name in names:
        costs = [size.costs.get(name) for size in found]
        rows.append([name, *(f"{cost.memory:.0f}" if cost and not cost.failure else "–" for cost in costs)])
    return table(["peak MB", *(f"{size.rows:,} rows" for size in found)], rows)


def latency(found: Sequence[Timed]) -> str:
    rows = []
    for size in found:
        for name, cost in size.costs.items():
            if cost.failure:
                rows.append([f"{size.rows:,}", name, *[""] * 6, f"{impossible(name)}: {shortened(cost.failure)}"])
                continue
            ratios = (cost.wall / size.bound, size.waiting, cost.wall / size.waiting)
            figures = [f"{figure:.2f}" for figure in (cost.wall, size.bound, *ratios, cost.start, cost.cpu)]
            rows.append([f"{size.rows:,}", name, *figures, str(cost.calls.refused)])
    headings = ("rows", "", "wall s", "bound s", "× bound", "waiting s", "× waiting", "start s", "CPU s", "429s")
    return table(headings, [padded(row, len(headings)) for row in rows])


def padded(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))


def jobs(found: Answers) -> str:
    rows = []
    for crowd in found.crowds:
        cost = crowd.cost
        rows.append(
            [
                f"{crowd.jobs} jobs into {crowd.spreadsheets} spreadsheet{'s' if crowd.spreadsheets > 1 else ''}",
                f"{crowd.succeeded}",
                f"{cost.wall:.1f}",
                f"{crowd.bound:.1f}",
                f"{crowd.succeeded / cost.wall * 60:.0f}",
                f"{cost.calls.reads} + {cost.calls.writes}",
                f"{per_write(crowd):.1f}",
                str(cost.calls.refused),
            ]
        )
    headings = ("", "published", "wall s", "bound s", "jobs a minute", "reads + writes", "jobs per write", "429s")
    text = table(headings, rows)
    if found.naive is not None:
        calls = found.naive.calls
        text += (
            "\n\nOne request per need, as the plain gspread script does it:"
            f" {calls.reads} reads and {calls.writes} writes a job, so at most {naive_rate(found.naive):.0f} jobs a"
            " minute under the same quotas, into however many spreadsheets."
        )
    if found.free is not None:
        text += "\n\n" + free(found.free)
    return text


def per_write(crowd: Crowd) -> float:
    return crowd.succeeded / max(crowd.cost.calls.writes, 1)


def naive_rate(cost: Cost) -> float:
    return GOOGLE_A_MINUTE / max(cost.calls.reads, cost.calls.writes, 1)


def free(crowd: Crowd) -> str:
    requests = crowd.cost.calls.clockify - crowd.cost.calls.refused
    an_hour = crowd.succeeded / max(requests, 1) * FREE_AN_HOUR
    return (
        f"On a Free workspace, {crowd.jobs} jobs want 12 reports in three tabs each: {crowd.succeeded} were published"
        f" with {requests} requests answered ({crowd.cost.calls.refused} were refused). That makes {an_hour:.0f}"
        f" reports in sheets an hour; one request per need makes {FREE_AN_HOUR}."
    )


Target = tuple[str, str, str]


def targets(found: Answers) -> Iterator[Target]:
    for size in found.syncs:
        yield from sync_targets(size)
    for size in found.timed:
        cost = size.costs[PRODUCT]
        name = f"{size.rows:,} rows: wall at most {MOST_BOUNDS} × the bound"
        yield verdict(name, cost, cost.wall <= MOST_BOUNDS * size.bound, against_bound(size))
        yield from faster(size.rows, size.costs, "with latencies, wall")
    for crowd in found.crowds[:1]:
        reached = per_write(crowd)
        name = f"into one spreadsheet at least {LEAST_JOBS_A_WRITE:.0f} jobs per write"
        yield name, met(reached >= LEAST_JOBS_A_WRITE), f"{reached:.1f}"


def against_bound(size: Timed) -> str:
    """How near the product came to the bound, and what is left of that without the start of a bare process in it."""
    wall, floor = size.costs[PRODUCT].wall, size.costs.get(FLOOR)
    told = f"{wall / size.bound:.2f} × ({wall / size.waiting:.2f} × what is waiting alone"
    return told + (f", the floor {floor.wall / size.waiting:.2f} ×)" if floor is not None else ")")


def sync_targets(size: Syncs) -> Iterator[Target]:
    cost, floor = size.costs[PRODUCT], size.costs.get(FLOOR)
    calls = cost.calls
    if size.rows <= ONE_REQUEST:
        one = (calls.reads, calls.writes) == (1, 1)
        yield verdict(f"{size.rows:,} rows: 1 read + 1 write", cost, one, f"{calls.reads} + {calls.writes}")
    ratio = cost.cpu / floor.cpu if floor is not None else 0.0
    yield verdict(
        f"{size.rows:,} rows: CPU at most {MOST_FLOORS:.0f} × the floor", cost, ratio <= MOST_FLOORS, f"{ratio:.1f} ×"
    )
    if size.rows == LONGEST:
        name = f"{LONGEST:,} rows × 20 columns within {MOST_MEMORY:.0f} MB"
        yield verdict(name, cost, cost.memory <= MOST_MEMORY, f"{cost.memory:.0f} MB")


def faster(rows: int, costs: dict[str, Cost], how: str) -> Iterator[Target]:
    cost, others = costs[PRODUCT], rivals(costs)
    if not others:
        return
    told = ", ".join(f"{other.wall / cost.wall:.1f} × {name}" for name, other in others.items())
    yield verdict(
        f"{rows:,} rows, {how}: faster than each alternative",
        cost,
        all(o.wall > cost.wall for o in others.values()),
        told,
    )


def verdict(name: str, cost: Cost, reached: bool, measured: str) -> Target:  # noqa: FBT001 - private to this file
    if cost.failure:
        return name, "missed", f"not possible yet: {shortened(cost.failure)}"
    return name, met(reached), measured


def met(reached: bool) -> str:  # noqa: FBT001 - same
    return "met" if reached else "missed"


INTRODUCTION = """\
sheetsync is measured as users get it: `sheetsync run`, a process a sync, against the sandbox's servers in another
process on the same machine. Processor time is user and system time of the child, memory the most that it had resident
(both from the kernel), requests and bytes are those that the servers counted. Each table is a detailed report of 20
columns over one year of the sandbox's sample company, ended by a check that the tab holds every row.

The floor is a bare script (benchmarks/floor.py) that sends the requests of the same sync again: the same bodies, byte
for byte as the servers recorded them, from files, one after the other, with requests and google-auth; each answer is
parsed by orjson and thrown away. It builds no table and checks nothing.

The alternatives (benchmarks/peers.py) get their rows by the usual loop, page after page of 1,000 with requests and
`json()`, and then: *gspread* opens, finds the worksheet, clears, resizes, updates; *gspread-dataframe* calls
set_with_dataframe; *gspread-pandas* calls df_to_sheet with replace; *Airbyte's way* clears and appends 1,000 rows of
text at a time (INSERT_ROWS, USER_ENTERED) with gspread's calls. An adapter under their session turns Google's
addresses to the sandbox; gspread-pandas' question for Drive's root folder is answered in the script."""

SYNC = """\
The median by processor time of five runs (10,000 rows: three; more: one). Tables of up to 100,000 rows overwrite the
same table; 500,000 rows are published into a new tab, by the alternatives into an empty one. 500,000 × 20 and a header
are beyond Google's 10,000,000 cells by themselves and a staging tab doubles them: for tables that pass the limit, the
sandbox's switch `cells_limit` is raised to 30,000,000. The limit of 10 MB a request is left as it is."""

MEMORY = "The peak of the same runs. A dash: it does not get that far."

LATENCY = """\
Every answer of Clockify takes 100 ms more, every answer of Google (tokens too) 300 ms; quotas are on: 50 requests a
second on Clockify's paid plan, 60 reads and 60 writes a minute for Google's user.

bound = start of a bare process + waiting. Start of a bare process: what had passed when the floor, under the same
latencies, sent its first request: Python, requests and google-auth are imported and the key is read by then.

waiting = max(fetch, 2 × 0.3 s, refills) + publish + served. fetch: 0.1 s for one page; 0.2 s and a second for every 50
further pages for more, since the first page tells how many there are and the rest can come at once. 2 × 0.3 s: a token
and the read, which can go on meanwhile. refills: 60 s for every 60 writes beyond the first 60. publish: 0.3 s, or
0.6 s where a table goes in pieces (the last piece, then the swap). served: what the sandbox itself worked on these
requests by its own journal, latencies taken off. Fetching a report's rows out of JSON and writing them into another is
not in the bound: that is the product's own time. The sandbox's two sides work side by side while a long table is
staged, so that it can stay below a bound that adds up what they worked.

start: what had passed when the subject's own first request came. × waiting: against the waiting alone, with no process
to start at all, as for a run of the daemon. The run with the median wall time of five (10,000 rows: three; more: one;
500,000 rows without the floor)."""

JOBS = """\
Jobs of about ten rows, each over another day, each with a tab of its own, all in one `sheetsync run`; latencies and
Google's quotas as above. bound: Clockify's 50 a second, and one write per spreadsheet, 60 a minute."""
