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


SIGNING_IN = f"""
import sys
from sheetsync import accounts
from sheetsync.__main__ import main

sign_in = accounts.sign_in_meanwhile

def told(jobs):
    print("loaded:", *(name for name in {LATER} if name in sys.modules), file=sys.stderr)
    sign_in(jobs)

accounts.sign_in_meanwhile = told
main()
"""
"""The command, which says what it has imported when it begins to sign in."""


@pytest.fixture
def command(bench: Bench) -> list[str]:
    """A run that is not the first one with its ledger."""
    bench.entries(3)
    command = ["run", "--config", str(bench.configuration())]
    first = python("-m", "sheetsync", *command)
    assert first.returncode == 0, first.stderr
    return command


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=SECONDS, check=False)


def test_a_run_imports_nothing_of_other_commands(command: list[str]) -> None:
    told = python("-X", "importtime", "-m", "sheetsync", *command).stderr
    imported = {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}
    assert {"sheetsync.run", "sheetsync.recording"} <= imported
    assert not imported & set(UNUSED)
    assert not {name for name in imported if name.startswith(tuple(f"{unused}." for unused in UNUSED))}


def test_a_run_signs_in_before_it_imports_the_rest(command: list[str]) -> None:
    told = python("-c", SIGNING_IN, *command)
    assert told.returncode == 0, told.stderr
    assert "loaded:" in told.stderr.splitlines()
