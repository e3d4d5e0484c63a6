"""The sandbox in a process of its own, told by lines of JSON on stdin what to do, answering a line on stdout each.

    python benchmarks/servers.py ENTRIES [PLAN]

The sample company's entries are spread evenly over 2021, so that one report over the year has exactly ENTRIES rows.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sheetsync.sandbox.clockify import ClockifySandbox
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entries
from sheetsync.sandbox.clockify.plan import Plan
from sheetsync.sandbox.control import Control
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sandbox.journal import Entry

YEAR = date(2021, 1, 1)
FIRST = int(datetime(2021, 1, 1, tzinfo=UTC).timestamp())
SECONDS = 365 * 86_400
ACCOUNT = "bench@sandbox-project.iam.gserviceaccount.com"


def company(count: int) -> Company:
    """The sample company with `count` finished entries in 2021."""
    made = Company.sample(date(2022, 1, 1), entries=count + count // 10 + 500)
    finished = [entry for entry in made.entries if entry.seconds is not None][:count]
    made.entries = Entries(
        entry._replace(start=FIRST + SECONDS * number // max(count, 1), number=number + 1)
        for number, entry in enumerate(finished)
    )
    return made


def shown(side: str, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    names = ("at", "method", "path", "query", "access", "size", "answered", "status", "seconds", "user")
    return [{"side": side, **{name: getattr(entry, name) for name in names}} for entry in entries]


class Servers:
    """Both stand-ins, and what can be told to them."""

    def __init__(self, entries: int, plan: Plan, folder: Path) -> None:
        limited = plan == "free"
        self.clockify = ClockifySandbox(company(entries), plan=plan, quotas=limited)
        self.google = GoogleSandbox()
        self._sides: dict[str, Control] = {"clockify": self.clockify.control, "google": self.google.control}
        self._folder = folder

    def address(self, _: dict[str, Any]) -> dict[str, Any]:
        key = self.google.write_key(self._folder / "key.json", ACCOUNT)
        return {
            "base_url": self.clockify.base_url,
            "reports_url": self.clockify.reports_url,
            "api_key": self.clockify.api_key,
            "workspace": self.clockify.workspace_id,
            "sheets_url": self.google.url,
            "credentials": str(key),
        }

    def spreadsheets(self, asked: dict[str, Any]) -> list[str]:
        """New spreadsheets with a tab called Bench; returns their ids."""
        return [
            self.google.create(f"Bench {number}", share_with=[ACCOUNT], sheets=["Bench"])
            for number in range(asked["count"])
        ]

    def journal(self, _: dict[str, Any]) -> list[dict[str, Any]]:
        """The requests since the last call, by both sides, oldest first."""
        found = [line for side, control in self._sides.items() for line in shown(side, control.journal.entries())]
        self.forget({})
        return sorted(found, key=lambda line: line["at"])

    def forget(self, _: dict[str, Any]) -> None:
        for control in self._sides.values():
            control.journal.clear()

    def record(self, asked: dict[str, Any]) -> int:
        """Writes the requests since the last call into a folder, for the floor to send again; returns how many."""
        folder = Path(asked["folder"])
        lines = []
        entries = [(side, entry) for side, control in self._sides.items() for entry in control.journal.entries()]
        for number, (side, entry) in enumerate(sorted(entries, key=lambda pair: pair[1].number)):
            if entry.access == "token" or entry.status != 200:
                continue
            name = f"{number}.body"
            (folder / name).write_bytes(entry.body)
            lines.append({"side": side, "method": entry.method, "path": entry.path, "query": entry.query, "body": name})
        (folder / "requests.json").write_text(json.dumps(lines), encoding="utf-8")
        return len(lines)

    def latency(self, asked: dict[str, Any]) -> None:
        for side, control in self._sides.items():
            control.faults.latency = asked[side]

    def quotas(self, asked: dict[str, Any]) -> None:
        self.google.quotas.on = asked["on"]
        self.google.quotas.refill()

    def cells(self, asked: dict[str, Any]) -> None:
        self.google.switches = replace(self.google.switches, cells_limit=asked["limit"])

    def rows(self, asked: dict[str, Any]) -> int:
        """Rows with values on a tab, without the header; 0 when there is no such tab."""
        file = self.google.library.find(asked["spreadsheet"])
        sheet = None if file is None else file.document.titled(asked["worksheet"])
        return 0 if sheet is None else max(sum(bool(row.values) for _, row in sheet.grid.filled_rows()) - 1, 0)


def main(entries: int, plan: Plan) -> None:
    with tempfile.TemporaryDirectory(prefix="sheetsync-bench-") as folder:
        servers = Servers(entries, plan, Path(folder))
        gc.collect()
        # Millions of small tuples stay; the collector need not look at them again.
        gc.freeze()
        with servers.clockify, servers.google:
            for line in sys.stdin:
                asked: dict[str, Any] = json.loads(line)
                done: Callable[[dict[str, Any]], Any] = getattr(servers, asked["do"])
                print(json.dumps(done(asked)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), "free" if "free" in sys.argv[2:] else "paid")
