"""What a sync costs, against the floor and against what people use instead: benchmarks/RESULTS.md.

    python benchmarks/bench.py [sync] [latency] [jobs] [quick]

Without words: everything, about a quarter of an hour, into RESULTS.md. With words: those parts alone, `quick` with
10,000 rows at most and fewer jobs, into RESULTS-partial.md. All traffic stays on the loopback interface.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import questions
import results
from questions import Crowd, Syncs, tell
from results import Answers
from subjects import PEERS

PARTS = ("sync", "latency", "jobs")
SIZES = (10, 1_000, 10_000, 100_000, 500_000)
QUICK_SIZES = (10, 1_000, 10_000)
HERE = Path(__file__).parent


def answers(parts: list[str], *, quick: bool) -> Answers:
    sizes, found = QUICK_SIZES if quick else SIZES, Answers()
    if "sync" in parts:
        tell("a sync by every subject, without latency:")
        for rows in sizes:
            found.syncs.append(questions.syncs(rows, failing(found.syncs)))
    if "latency" in parts:
        tell("a sync with latencies and quotas:")
        found.timed.extend(questions.timed(rows) for rows in sizes)
    if "jobs" in parts:
        tell("many jobs:")
        crowds: list[Crowd] = []
        for what, spreadsheets in (("one spreadsheet", 1), ("a hundred spreadsheets", 10 if quick else 100)):
            one, found.naive = questions.crowd(what, 20 if quick else 200, spreadsheets)
            crowds.append(one)
        found.crowds.extend(crowds)
        found.free = questions.free_plan(reports=12, targets=3)
    return found


def failing(syncs: Sequence[Syncs]) -> frozenset[str]:
    """The alternatives that failed with fewer rows already: more rows are not asked of them."""
    return frozenset(name for size in syncs for name, cost in size.costs.items() if cost.failure and name in PEERS)


def main(words: list[str]) -> None:
    unknown = set(words) - {*PARTS, "quick"}
    if unknown:
        sys.exit(f"there is no part called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)} and quick")
    began = time.monotonic()
    found = answers([part for part in PARTS if part in words] or list(PARTS), quick="quick" in words)
    path = HERE / ("RESULTS-partial.md" if words else "RESULTS.md")
    path.write_text(results.written(found, words, time.monotonic() - began), encoding="utf-8")
    tell(f"written: {path}")


if __name__ == "__main__":
    main(sys.argv[1:])
