"""What is measured: sheetsync as users run it, the floor, and the alternatives."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from measure import HERE, SHEETSYNC, Cost, Servers, child, measured

COLUMNS = [
    "Project",
    "Client",
    "Description",
    "Task",
    "User",
    "Email",
    "Tags",
    "Billable",
    "Start Date",
    "Start Time",
    "End Date",
    "End Time",
    "Duration (h)",
    "Duration (decimal)",
    "Billable Rate",
    "Billable Amount",
    "Currency",
    "Type",
    "Locked",
    "Entry ID",
]
PEERS = ("gspread", "gspread-dataframe", "gspread-pandas", "Airbyte's way")
MOST_CELLS = 30_000_000
TAB = "Hours"
Job = dict[str, Any]


@cache
def settings() -> frozenset[str]:
    """The settings of `google:` that this version knows."""
    schema = json.loads(subprocess.run([SHEETSYNC, "schema"], check=True, capture_output=True).stdout)
    text = json.dumps(schema)
    return frozenset(name for name in ("cells",) if f'"{name}": {{' in text)


def job(spreadsheet: str, name: str = "bench", worksheet: str = TAB, **more: Any) -> Job:
    """A detailed report over 2021, 20 columns."""
    return {
        "name": name,
        "report": "detailed",
        "start": "2021-01-01",
        "end": "2022-01-01",
        "columns": COLUMNS,
        "target": {"spreadsheet": spreadsheet, "worksheet": worksheet},
        **more,
    }


def configure(folder: Path, servers: Servers, jobs: Sequence[Job], plan: str = "paid", *, huge: bool = False) -> Path:
    """Write a configuration with a state of its own."""
    address = servers.address
    google = {"credentials": f"file:{address['credentials']}", "sheets_url": address["sheets_url"]}
    clockify = {name: address[name] for name in ("api_key", "workspace", "base_url", "reports_url")}
    configuration = {
        "version": 1,
        "state": str(folder / "state.db"),
        "clockify": {**clockify, "plan": plan},
        "google": {**google, **({"cells": MOST_CELLS} if huge and "cells" in settings() else {})},
        "jobs": jobs,
    }
    path = folder / "config.yaml"
    path.write_text(json.dumps(configuration), encoding="utf-8")
    path.chmod(0o600)
    # The tables of the ledger are made once, not by every sync.
    child([SHEETSYNC, "status", "--config", str(path)], folder)
    return path


@dataclass(frozen=True, slots=True)
class Product:
    """`sheetsync run`, a process a sync."""

    servers: Servers
    config: Path

    def run(self) -> Cost:
        """All jobs of the configuration, once."""
        cost = measured(self.servers, self.command, self.config.parent)
        return replace(cost, failure=self._failure(cost))

    @property
    def command(self) -> list[str]:
        return [SHEETSYNC, "run", "--format", "json", "--config", str(self.config)]

    def _failure(self, cost: Cost) -> str:
        failed = [outcome["error"] for outcome in outcomes(cost) if outcome["status"] == "failed"]
        return failed[0] if failed else cost.failure


def outcomes(cost: Cost) -> list[dict[str, Any]]:
    """What `run --format json` said of each job."""
    try:
        found: list[dict[str, Any]] = json.loads(cost.out)
    except ValueError:
        return []
    return found


@dataclass(frozen=True, slots=True)
class Floor:
    """The requests that were just recorded, sent again."""

    servers: Servers
    folder: Path

    def record(self) -> int:
        """Keep what was sent since the journal was last emptied."""
        self.folder.mkdir(exist_ok=True)
        count: int = self.servers.ask("record", folder=str(self.folder))
        return count

    def aim(self, old: str, new: str) -> None:
        """Send to another spreadsheet."""
        path = self.folder / "requests.json"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    def run(self) -> Cost:
        connection = self.folder / "connection.json"
        connection.write_text(json.dumps(self.servers.address), encoding="utf-8")
        command = [sys.executable, str(HERE / "floor.py"), str(self.folder), str(connection)]
        return measured(self.servers, command, self.folder)


@dataclass(frozen=True, slots=True)
class Peer:
    """A script around one of the alternatives, into a tab that is there already."""

    servers: Servers
    name: str
    spreadsheet: str
    folder: Path

    def run(self) -> Cost:
        connection = self.folder / "peer.json"
        given = {**self.servers.address, "spreadsheet": self.spreadsheet}
        connection.write_text(json.dumps(given), encoding="utf-8")
        command = [sys.executable, str(HERE / "peers.py"), self.name, str(connection)]
        return measured(self.servers, command, self.folder)
