"""Kills `sheetsync serve` at random instants under load, and looks at what it leaves behind.

Jobs that run every minute have hours to make up for; the servers that stand in for Clockify and Google answer
slowly. After each kill the sheet must hold whole tables; after the last one every slot must have one record.

    python benchmarks/kills.py [KILLS]
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import requests

from sheetsync.config import loading
from sheetsync.ledger import Ledger, State
from sheetsync.sandbox.pair import Address, Pair
from sheetsync.schedule.timetable import Rhythms

MOST_BEHIND = 95
"""Minutes to make up for at a time; only the newest hundred slots are run."""
LATENCY = 0.03
LONGEST_LIFE = 8.0
MINUTE = timedelta(minutes=1)
JOBS = tuple(f"job-{number}" for number in range(24))


def configure(folder: Path, address: Address) -> Path:
    jobs = [
        {
            "name": name,
            "report": "detailed",
            "start": "{{lastmonthstart}}",
            "target": {"spreadsheet": address.spreadsheet, "worksheet": name},
            "schedule": {"every": "1m"},
            "catch_up": "all",
        }
        for name in JOBS
    ]
    configuration = {
        "version": 1,
        "state": str(folder / "state.db"),
        "clockify": {
            "api_key": address.clockify_api_key,
            "workspace": address.workspace,
            "base_url": address.clockify_base_url,
            "reports_url": address.clockify_reports_url,
        },
        "google": {"credentials": f"file:{address.credentials}", "sheets_url": address.sheets_url},
        "serve": {"listen": "none"},
        "jobs": jobs,
    }
    path = folder / "config.yaml"
    path.write_text(json.dumps(configuration), encoding="utf-8")
    path.chmod(0o600)
    return path


def live(path: Path, seconds: float) -> None:
    """A daemon that is killed after so long."""
    command = [sys.executable, "-m", "sheetsync", "serve", "--config", str(path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)


def tables(pair: Pair, address: Address) -> list[tuple[str, int]]:
    """Each job's tab with the number of rows that have cells; a half-written table would have another number."""
    key = address.credentials.read_bytes()
    token = requests.post(
        orjson.loads(key)["token_uri"],
        data={"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion(key)},
        timeout=10,
    ).json()["access_token"]
    answer = requests.get(
        f"{pair.google.url}/v4/spreadsheets/{address.spreadsheet}",
        params={"includeGridData": "true", "fields": "sheets(properties.title,data.rowData.values.userEnteredValue)"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    ).json()
    return [(tab["properties"]["title"], filled(tab)) for tab in answer["sheets"] if tab["properties"]["title"] in JOBS]


def assertion(key: bytes) -> str:
    """A signed wish for a token, as google-auth makes it."""
    from google.auth import jwt  # noqa: PLC0415 - for this alone
    from google.auth.crypt import RSASigner  # noqa: PLC0415 - same

    own, now = orjson.loads(key), int(time.time())
    claims = {
        "iss": own["client_email"],
        "scope": "https://www.googleapis.com/auth/spreadsheets",
        "aud": own["token_uri"],
        "iat": now,
        "exp": now + 3600,
    }
    signed: bytes = jwt.encode(RSASigner.from_service_account_info(own), claims)  # type: ignore[no-untyped-call] # google-auth's own
    return signed.decode()


def filled(tab: dict[str, Any]) -> int:
    rows = [row for grid in tab.get("data", []) for row in grid.get("rowData", [])]
    return sum(any(cell.get("userEnteredValue") for cell in row.get("values", [])) for row in rows)


def main(kills: int) -> None:
    chance = random.Random(20211130)
    with tempfile.TemporaryDirectory() as name, Pair(Path(name), entries=1500) as pair:
        address = pair.address()
        path = configure(Path(name), address)
        config = loading.load(path, {}).config
        begin = datetime.now(UTC) - MOST_BEHIND * MINUTE
        with Ledger.open(config.state) as ledger:
            ledger.put("schedules", Rhythms({}).updated(config.jobs, begin).write())
        sizes: set[int] = set()
        for number in range(kills):
            for server in (pair.clockify, pair.google):
                server.control.faults.latency = LATENCY
            live(path, chance.uniform(0.5, LONGEST_LIFE))
            for server in (pair.clockify, pair.google):
                server.control.faults.latency = 0
            sizes |= {rows for _, rows in tables(pair, address)}
            with Ledger.open(config.state) as ledger:
                states = Counter(str(record.state) for record in ledger.runs(limit=10**6))
            print(f"{number + 1:>4} kills: rows {sorted(sizes)}, {dict(states)}", flush=True)
        live(path, 60)
        sys.exit(told(config.state, sizes))


def told(store: Any, sizes: set[int]) -> bool:
    """Whether anything is wrong with what was left behind."""
    with Ledger.open(store) as ledger:
        records = ledger.runs(limit=10**6)
    slots = Counter((record.job, record.slot) for record in records if record.slot is not None)
    lost = 0
    for job in JOBS:
        times = sorted(slot for name, slot in slots if name == job and slot is not None)
        lost += sum((later - earlier) // MINUTE - 1 for earlier, later in pairwise(times))
    doubled = sum(count - 1 for count in slots.values())
    interrupted = sum(record.state is State.INTERRUPTED for record in records)
    print(f"{len(slots)} slots: {lost} lost, {doubled} doubled; {interrupted} runs interrupted; rows seen: {sizes}")
    return bool(lost or doubled)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
