"""A process that takes turns of a quota, and prints their instants. Started by the tests as a program."""

from __future__ import annotations

import subprocess
import sys

from sheetsync.budgets.quota import DAY, Quota, Wish
from sheetsync.ledger import Ledger
from sheetsync.ledger.turns import TurnCounter
from tests.contract.ledger.racers import ROOT, store_of

HOURLY = Quota("clockify api.clockify.me acme hour", "workspace Acme", 30, 3600)
NOW = 1_800_000_000_000_000


def start(address: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.contract.budgets.takers", address, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def main(address: str, count: int) -> None:
    with Ledger.open(store_of(address)) as ledger:
        counter = TurnCounter(ledger)
        for _ in range(count):
            found = counter.take(Wish((HOURLY,), NOW, NOW + 30 * DAY))
            assert isinstance(found, list)
            print(found[0].at, flush=True)  # noqa: T201 - how a taker tells


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
