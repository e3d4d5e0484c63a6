"""`sheetsync demo`: all of it on this machine, without an account anywhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from sheetsync import console, recording, standin, watching
from sheetsync.config import loading
from sheetsync.run import Order, Outcome, Status, as_json
from sheetsync.sandbox.pair import Address, Pair

CONFIGURATION = """\
# The demo's configuration: a sample company in a local stand-in for Clockify, a spreadsheet in one for Google Sheets.
# Change it and run the jobs again while the demo is up:  sheetsync run --config {path}
version: 1
time_zone: Europe/Berlin
state: {state}

clockify:
  api_key: file:{clockify_key}
  workspace: {workspace}
  base_url: {clockify_base_url}
  reports_url: {clockify_reports_url}

google:
  credentials: file:{credentials}
  sheets_url: {sheets_url}

defaults:
  schedule: {{every: 1h}}

jobs:
  - name: november-2021              # the whole of November 2021: the end is exclusive
    report: detailed
    start: "2021-11-01"
    end: "2021-12-01"
    target: {{spreadsheet: {spreadsheet}, worksheet: November 2021}}

  - name: hours-this-month           # every entry since the first of this month, until tonight
    report: detailed
    start: "{{{{thismonthstart}}}}"
    end: "{{{{tomorrow}}}}"
    target: {{spreadsheet: {spreadsheet}, worksheet: Hours}}

  - name: by-project                 # last month's hours and amounts by project and user
    report: summary
    group_by: [project, user]
    start: "{{{{lastmonthstart}}}}"
    end: "{{{{thismonthstart}}}}"
    amounts: [earned, cost]
    target: {{spreadsheet: {spreadsheet}, worksheet: By project}}
    schedule: {{cron: "0 7 * * mon-fri"}}

  - name: last-week                  # a row per person, a column per day
    report: weekly
    start: "{{{{lastweekstart}}}}"
    end: "{{{{thisweekstart}}}}"
    target: {{spreadsheet: {spreadsheet}, worksheet: Last week, range: B3}}
"""


def run(directory: Path, *, stay: bool, quiet: bool) -> bool:
    """Start the stand-ins, write a configuration, run its jobs; with `stay`, start the daemon and serve until Ctrl-C.

    With `quiet`, the outcomes are printed as JSON at the end. Returns whether every job succeeded.
    """
    with Pair(directory) as pair:
        address = pair.address()
        path = _configuration(directory, address)
        outcomes = _sync(path, quiet=quiet)
        # Who reads that it is up may end it at once.
        ended = standin.the_end() if stay else None
        if quiet:
            click.echo(orjson.dumps(as_json(outcomes)).decode())
        else:
            _tell(path, address, stay=stay)
        if ended is not None:
            with _daemon(path):
                ended.wait()
    return all(outcome.status is not Status.FAILED for outcome in outcomes)


@contextmanager
def _daemon(path: Path) -> Iterator[None]:
    """The daemon, in a process of its own, as it would be beside the real services."""
    command = [sys.executable, "-m", "sheetsync", "serve", "--config", str(path)]
    with subprocess.Popen(command) as process:  # noqa: S603 - it is this very program
        try:
            yield
        finally:
            process.terminate()


def _configuration(directory: Path, address: Address) -> Path:
    key, path = directory / "clockify-api-key", directory / "config.yaml"
    key.touch(mode=0o600)
    key.write_text(address.clockify_api_key, encoding="utf-8")
    written = CONFIGURATION.format(
        path=path,
        state=directory.resolve() / "state.db",
        clockify_key=key.resolve(),
        workspace=address.workspace,
        clockify_base_url=address.clockify_base_url,
        clockify_reports_url=address.clockify_reports_url,
        credentials=address.credentials,
        sheets_url=address.sheets_url,
        spreadsheet=address.spreadsheet,
    )
    path.write_text(written, encoding="utf-8")
    return path


def _sync(path: Path, *, quiet: bool) -> list[Outcome]:
    loaded, now = loading.load(path, {}), datetime.now(UTC)
    orders = [Order(job, now) for job in loaded.config.jobs]
    with recording.recorder(loaded.config.state, console.warning) as recorder:
        return watching.run_jobs(orders, loaded.config.parallel, recorder, quiet=quiet)


def _tell(path: Path, address: Address, *, stay: bool) -> None:
    click.echo(f"\nThe configuration of these jobs: {path}")
    if not stay:
        return
    click.echo("\n".join(standin.lines(address)[:-1]))
    click.echo(f"Run the jobs again:  sheetsync run --config {path}")
    click.echo("Status page of the daemon, which runs them at their times:  http://127.0.0.1:8787/")
    click.echo("Ctrl-C ends the demo.")
