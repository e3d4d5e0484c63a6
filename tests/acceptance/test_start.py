"""What `sheetsync run` imports: a small sync must not spend its time on what it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bench import Bench

SECONDS = 60
UNUSED = (
    "alembic",
    "apprise",
    "apscheduler",
    "jinja2",
    "prometheus_client",
    "rich.progress",
    "rich.table",
    "rich.traceback",
    "sheetsync.checking",
    "sheetsync.config.schema",
    "sheetsync.demo",
    "sheetsync.notify",
    "sheetsync.sandbox",
    "sheetsync.standin",
    "sheetsync.web",
    "starlette",
    "uvicorn",
)

LATER = ("gspread", "rich", "sheetsync.ledger", "sheetsync.run", "sqlalchemy")


@pytest.fixture
def imported(bench: Bench) -> list[str]:
    """The modules of a run that is not the first one with its ledger, in the order in which they are there."""
    bench.entries(3)
    command = ["-m", "sheetsync", "run", "--config", str(bench.configuration())]
    first = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=SECONDS, check=False)
    assert first.returncode == 0, first.stderr
    again = [sys.executable, "-X", "importtime", *command]
    told = subprocess.run(again, capture_output=True, text=True, timeout=SECONDS, check=True).stderr
    return [line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")]


def test_a_run_imports_nothing_of_other_commands(imported: list[str]) -> None:
    assert {"sheetsync.run", "sheetsync.recording"} <= set(imported)
    assert not set(imported) & set(UNUSED)
    assert not {name for name in imported if name.startswith(tuple(f"{unused}." for unused in UNUSED))}


def test_a_run_signs_in_before_it_imports_the_rest(imported: list[str]) -> None:
    signing_in = imported.index("sheetsync.accounts")
    assert [name for name in LATER if imported.index(name) < signing_in] == []
