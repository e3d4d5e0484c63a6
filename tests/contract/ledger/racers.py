"""A process that takes part in a race: it goes through slots in order and runs those that it gets.

Started by the tests as a program. It prints a line for each step, so that a test can end it in the middle of one.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sheetsync.config.model import Store
from sheetsync.config.secrets import Secret
from sheetsync.ledger import Cause, Claim, Ledger, RunEnd, RunRecord, State, Taken
from sheetsync.sheets.target import Target

FIRST_SLOT = datetime(2026, 1, 5, tzinfo=UTC)
SPREADSHEETS, JOBS = 3, 5
ROOT = Path(__file__).parents[3]


def store_of(address: str) -> Store:
    return Store(database=Secret(address)) if address.startswith("postgres") else Store(path=Path(address))


def slot(number: int) -> datetime:
    return FIRST_SLOT + timedelta(minutes=number)


def start(address: str, *words: str) -> subprocess.Popen[str]:
    """A racer; it is told what to do by the words of `main`."""
    command = [sys.executable, "-m", "tests.contract.ledger.racers", address, *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def race(ledger: Ledger, slots: int, folder: Path) -> None:
    """Run every slot that nobody else has; print `overlap` if another process writes to the same spreadsheet."""
    for number in range(slots):
        spreadsheet = f"spreadsheet-{number % SPREADSHEETS}"
        while True:
            begun = ledger.begin(
                f"race-{number % JOBS}", slot(number), Cause.SCHEDULE, Target(spreadsheet), datetime.now(UTC), ""
            )
            if isinstance(begun, RunRecord) or begun.claim is Claim.SLOT:
                break
            os.sched_yield()
        if isinstance(begun, Taken):
            continue
        while ledger.lease(spreadsheet, "race", datetime.now(UTC)) is not None:
            os.sched_yield()
        # The system lets go of this lock when a process ends, however it ends.
        with (folder / spreadsheet).open("w", encoding="utf-8") as sheet:
            try:
                fcntl.flock(sheet, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("overlap", begun.id, flush=True)  # noqa: T201 - how a racer tells
            print("began", begun.id, flush=True)  # noqa: T201 - how a racer tells
        ledger.give_back(spreadsheet)
        if ledger.finish(begun.id, RunEnd(State.SUCCEEDED, rows=number), datetime.now(UTC)):
            print("finished", begun.id, flush=True)  # noqa: T201 - how a racer tells


def main(address: str, what: str, *words: str) -> None:
    """`race SLOTS FOLDER`, `begin SPREADSHEET` and end while publishing there, or `open`."""
    with Ledger.open(store_of(address)) as ledger:
        if what == "race":
            race(ledger, int(words[0]), Path(words[1]))
        elif what == "begin":
            begun = ledger.begin("left", slot(0), Cause.SCHEDULE, Target(words[0], "Hours"), slot(0), "")
            assert isinstance(begun, RunRecord)
            assert ledger.lease(words[0], "job left", slot(0)) is None
            print("began", begun.id, flush=True)  # noqa: T201 - how a racer tells


if __name__ == "__main__":
    main(*sys.argv[1:])
