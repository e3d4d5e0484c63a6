"""A process that is killed at any instant leaves the old table or the new one."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from sheetsync.run import Status
from tests.bench import Bench

BEGIN = 0.3
STEP = 0.2
LATENCY = 0.15


def neighbours(bench: Bench) -> list[list[Any]]:
    return bench.rows("Hours")[40:]


@pytest.mark.parametrize("kill", range(8))
def test_a_kill_leaves_the_old_table_or_the_new_one_and_the_next_run_converges(bench: Bench, kill: int) -> None:
    sheet = bench.person().add_worksheet("Hours", rows=60, cols=26)
    sheet.update([["mine"]], "C45")
    bench.entries(20)
    assert bench.run().status is Status.SUCCEEDED
    old = bench.rows()[:21]
    bench.entries(10, day=20)
    for server in (bench.clockify, bench.google):
        server.control.faults.latency = LATENCY
    command = [sys.executable, "-m", "sheetsync", "run", "--config", str(bench.configuration())]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(timeout=BEGIN + STEP * kill)
        except subprocess.TimeoutExpired:
            process.kill()
    for server in (bench.clockify, bench.google):
        server.control.faults.clear()
    rows = [row for row in bench.rows()[:40] if row]
    assert rows == old or (len(rows) == 31 and rows[:21] == old)
    assert neighbours(bench) == [[], [], [], [], ["", "", "mine"]]
    outcome = bench.run()
    assert outcome.status is Status.SUCCEEDED, outcome.error
    assert len([row for row in bench.rows()[:40] if row]) == 31
    assert neighbours(bench) == [[], [], [], [], ["", "", "mine"]]
