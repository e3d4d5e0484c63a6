"""What a daemon with 1,000 jobs on `every: 15m` costs while nothing is due, and how punctual 1,000 jobs are.

Measures from the outside: the time until it is ready, then memory and processor time over a while. The punctuality is
that of runs which fail at once (nothing listens where they are sent), by what the ledger says of them.

    python benchmarks/idle.py [JOBS [SECONDS]]
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sheetsync.config import loading
from sheetsync.ledger import Ledger, RunRecord
from sheetsync.schedule import trigger

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 60
MEGABYTE = 1 << 20
LATE = timedelta(seconds=1)


def configure(folder: Path, count: int, schedule: str) -> Path:
    nowhere = "http://127.0.0.1:9"
    jobs = [
        {
            "name": f"job-{number}",
            "report": "detailed",
            "start": "2021-11-01",
            "end": "2021-12-01",
            "target": {"spreadsheet": f"{number:044d}", "worksheet": "Hours"},
        }
        for number in range(count)
    ]
    configuration = {
        "version": 1,
        "state": str(folder / "state.db"),
        "clockify": {
            "api_key": "key",
            "workspace": "5e450bcf1fffab54e1b0e8e5",
            "base_url": nowhere,
            "reports_url": nowhere,
        },
        "google": {"credentials": json.dumps({"type": "authorized_user"})},
        "defaults": {"schedule": {"every": schedule}, "deadline": "1s"},
        "serve": {"listen": "none"},
        "jobs": jobs,
    }
    path = folder / "config.yaml"
    path.write_text(json.dumps(configuration), encoding="utf-8")
    path.chmod(0o600)
    return path


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def memory(pid: int) -> float:
    """Megabytes that the process holds, shared ones too."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def measure(path: Path, seconds: float) -> None:
    address = path.with_name("notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(address))
        told.settimeout(READY_SECONDS)
        began = time.monotonic()
        command = [sys.executable, "-m", "sheetsync", "serve", "--config", str(path)]
        with subprocess.Popen(
            command, stderr=subprocess.DEVNULL, env={**os.environ, "NOTIFY_SOCKET": str(address)}
        ) as process:
            while b"READY=1" not in told.recv(65536):
                continue
            ready = time.monotonic() - began
            before = processor_seconds(process.pid)
            time.sleep(seconds)
            used = processor_seconds(process.pid) - before
            held = memory(process.pid)
            process.terminate()
    print(f"ready after {ready:.1f} s; {held:.0f} MB; {used / seconds:.2%} of a core over {seconds:.0f} s")


def punctuality(path: Path) -> None:
    config = loading.load(path, {}).config
    spreadsheets = len({job.target.spreadsheet for job in config.jobs})
    offsets = {job.name: trigger.offset(job.target.spreadsheet, job.schedule, spreadsheets) for job in config.jobs}
    with Ledger.open(config.state) as ledger:
        runs: list[RunRecord] = [run for run in ledger.runs(limit=10**6) if run.slot is not None]
    late = sorted(run.started - run.slot - offsets[run.job] for run in runs if run.slot is not None)
    if not late:
        print("no slot came by")
        return
    over = sum(each > LATE for each in late)
    print(f"{len(late)} slots started {late[len(late) // 2]} (median) to {late[-1]} after their time; {over} over 1 s")


def seconds_to_a_quiet_while(seconds: float) -> float:
    """How long until no quarter of an hour begins for so long."""
    now = datetime.now(UTC).timestamp()
    left = 900 - now % 900
    return left + 40 if left < seconds + READY_SECONDS or now % 900 < 40 else 0


def main(count: int, seconds: int) -> None:
    time.sleep(seconds_to_a_quiet_while(seconds))
    with tempfile.TemporaryDirectory() as folder:
        print(f"{count:,} jobs every 15 minutes, none due:")
        measure(configure(Path(folder), count, "15m"), seconds)
    with tempfile.TemporaryDirectory() as folder:
        print(f"{count // 10:,} jobs every minute:")
        path = configure(Path(folder), count // 10, "1m")
        measure(path, 130)
        punctuality(path)


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], *("1000", "60")[len(sys.argv) - 1 :]]))
