"""The fault sweep: each fault at each request of a sync, and what the spreadsheet and the ledger say afterwards.

A `World` is a company, a spreadsheet with things of its own around the tables of a few jobs, and a change in Clockify
that is not published yet. A `Point` is one request of the run that would publish it, and what goes wrong there.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner
from gspread.utils import a1_range_to_grid_range
from starlette.types import ASGIApp, Receive, Scope, Send

from sheetsync.budgets.pace import Pace
from sheetsync.cli import cli
from sheetsync.config.model import Store
from sheetsync.ledger import Ledger, RunRecord, State
from sheetsync.sandbox.control import Control
from sheetsync.sandbox.faults import Fault
from sheetsync.sandbox.google.document import Document
from sheetsync.sheets.accounts import Accounts
from tests.bench import Bench
from tests.forking import Forks

Server = Literal["clockify", "google"]
SERVERS: tuple[Server, ...] = ("clockify", "google")
TIMEOUT, TOO_LONG = "1s", 1.4
"""How long a hasty configuration lets a server be silent, and the seconds that one is."""
SECONDS = 60
OWN = "sheetsync"
"""The key of the metadata that the product keeps in a spreadsheet."""
EMPTY: tuple[None, None, dict[str, Any]] = (None, None, {})
"""A cell without value, format and note."""
OPEN = "could not be found out"
"""What a failed run says when it does not know whether its table was published."""


@dataclass(frozen=True)
class Job:
    """A job's settings, and the cells that its table may fill: `Hours!C3:H40`."""

    settings: Mapping[str, Any]
    cells: str

    @property
    def name(self) -> str:
        return str(self.settings["name"])

    @property
    def tab(self) -> str:
        return self.cells.partition("!")[0]

    @property
    def box(self) -> tuple[range, range]:
        """The rows and the columns of its cells, from 0."""
        box = a1_range_to_grid_range(self.cells.partition("!")[2])
        rows = range(box["startRowIndex"], box["endRowIndex"])
        return rows, range(box["startColumnIndex"], box["endColumnIndex"])


@dataclass(frozen=True)
class Scenario:
    """How a spreadsheet came about, and what is new in Clockify since its tables were published.

    `constants` are some of the program's own, by their full names, that make a small table a long one.
    """

    name: str
    prepare: Callable[[Bench], Sequence[Job]]
    change: Callable[[Bench], None]
    constants: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong with a request. `lasting` troubles strike all requests after it to that server too."""

    name: str
    fault: Mapping[str, Any] = field(default_factory=dict)
    lasting: bool = False
    hasty: bool = False
    kill: Literal["", "before", "after"] = ""

    @property
    def quota(self) -> bool:
        return self.name.startswith("429")


def troubles() -> list[Trouble]:
    """Everything that the sandbox can do to a request, once and from then on, and the end of the process."""
    found = [Trouble("429"), Trouble("429, lasting", lasting=True)]
    for when in ("before", "after"):
        for answer in ("500", "503", "html-502"):
            found += [
                Trouble(f"{answer} {when}", {"answer": answer, "when": when}),
                Trouble(f"{answer} {when}, lasting", {"answer": answer, "when": when}, lasting=True),
            ]
        found += [
            Trouble(f"reset {when}", {"reset": True, "when": when}),
            Trouble(f"reset {when}, lasting", {"reset": True, "when": when}, lasting=True),
            Trouble(f"delay {when}", {"delay": TOO_LONG, "when": when}, hasty=True),
            Trouble(f"kill {when}", kill="before" if when == "before" else "after"),
        ]
    return [*found, Trouble("cut", {"cut": 1}), Trouble("cut, lasting", {"cut": 1}, lasting=True)]


@dataclass(frozen=True)
class Point:
    """The n-th request (from 1) to a server, and what goes wrong with it."""

    server: Server
    nth: int
    trouble: Trouble

    def __str__(self) -> str:
        return f"{self.trouble.name} at request {self.nth} to {self.server}"


@dataclass(frozen=True)
class Run:
    """What a command said: its exit status and the outcomes that it printed; none of a process that was killed."""

    status: int
    outcomes: Sequence[Mapping[str, Any]]


@dataclass
class Leaps:
    """A clock that goes on by itself, and leaps where somebody would sleep until a quota is refilled."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@dataclass
class World:
    """A scenario that came about, ready to be run again and again from the same state."""

    bench: Bench
    jobs: Sequence[Job]
    forks: Forks
    constants: Mapping[str, int]
    base: Document
    around: Mapping[str, Any]
    old: Mapping[str, list[list[Any]]]
    new: Mapping[str, list[list[Any]]] = field(default_factory=dict)
    requests: Mapping[Server, list[str]] = field(default_factory=dict)
    clock: Leaps = field(default_factory=Leaps)

    @property
    def ledger(self) -> Path:
        return self.bench.directory / "state.db"

    @property
    def kept(self) -> Path:
        return self.bench.directory / "kept.db"

    def points(self, trouble: Trouble) -> Iterator[Point]:
        """Every request of the run, with a trouble."""
        for server in SERVERS:
            for number in range(1, len(self.requests[server]) + 1):
                yield Point(server, number, trouble)

    def reset(self) -> None:
        """The spreadsheet and the ledger as they were before the run."""
        self.settle()
        for server in SERVERS:
            self.control(server).journal.clear()
        file = self.bench.google.library.find(self.bench.spreadsheet)
        assert file is not None
        file.document = self.base
        for ending in ("-wal", "-shm"):
            self.ledger.with_name(self.ledger.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.ledger)

    def settle(self) -> None:
        """No more faults, and nothing under way: a request that was held back is done, though nobody waits for it."""
        for server in SERVERS:
            self.control(server).faults.clear()
        _until(lambda: not any(self.control(server).journal.under_way for server in SERVERS))

    def control(self, server: Server) -> Control:
        return (self.bench.clockify if server == "clockify" else self.bench.google).control

    def document(self) -> Document:
        return self.bench.google.documents.document(self.bench.spreadsheet)

    def tables(self) -> dict[str, list[list[Any]]]:
        """The values in each job's cells."""
        documents = self.bench.google.documents
        return {job.name: documents.cells(self.bench.spreadsheet, job.cells) for job in self.jobs}

    def records(self) -> list[RunRecord]:
        """What the ledger says, newest first."""
        with Ledger.open(Store(path=self.ledger)) as ledger:
            return list(ledger.runs(None, 100))

    def arguments(self, *, hasty: bool = False) -> list[str]:
        """The command that runs all jobs. A hasty one waits for no server longer than TIMEOUT."""
        patience = {"timeout": TIMEOUT} if hasty else {}
        settings = {
            **self.bench.settings,
            "clockify": {**self.bench.settings["clockify"], "plan": "paid", **patience},
            "google": {**self.bench.settings["google"], **patience},
            "jobs": [job.settings for job in self.jobs],
        }
        path = self.bench.directory / ("hasty.yaml" if hasty else "config.yaml")
        if not path.exists():
            path.write_text(json.dumps(settings), encoding="utf-8")
            path.chmod(0o600)
        return ["run", "--format", "json", "--config", str(path)]

    def run(self, *, hasty: bool = False) -> Run:
        """The command, in this process, as if it was new: nobody is signed in."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sheetsync.accounts.ACCOUNTS", Accounts())
            patch.setattr("sheetsync.budgeting.Pace", partial(Pace, clock=self.clock, sleep=self.clock.sleep))
            for name, value in self.constants.items():
                patch.setattr(name, value)
            done = CliRunner().invoke(cli, self.arguments(hasty=hasty), catch_exceptions=False)
        return Run(done.exit_code, json.loads(done.stdout))

    def killed(self, point: Point) -> Run:
        """The command, in a process that is killed at a point."""
        control, output = self.control(point.server), self.bench.directory / "output.txt"
        with _tripwire(control, point.nth, point.trouble.kill == "after") as wire:
            wire.process = self.forks.begin(self.arguments(), output, self.constants)
            wire.known.set()
            status = self.forks.end()
        assert status == -signal.SIGKILL, f"{point}: the process was not killed: {output.read_text('utf-8')}"
        return Run(status, [])


def build(scenario: Scenario, bench: Bench, forks: Forks) -> World:
    """The world of a scenario, with what a clean run does in it."""
    jobs = scenario.prepare(bench)
    world = World(bench, jobs, forks, scenario.constants, bench.google.documents.document(bench.spreadsheet), {}, {})
    _succeeded(world.run())
    world.old = world.tables()
    scenario.change(bench)
    world.base = world.document()
    world.around = surroundings(world.base, jobs)
    # What was looked up is forgotten, so that looking it up is swept too.
    with contextlib.closing(sqlite3.connect(world.ledger)) as database, database:
        database.execute("DELETE FROM sheetsync_kept")
    shutil.copyfile(world.ledger, world.kept)
    world.reset()
    _succeeded(world.run())
    world.new = world.tables()
    world.requests = {
        server: [f"{entry.method} {entry.path}" for entry in world.control(server).journal.entries()]
        for server in SERVERS
    }
    assert surroundings(world.document(), jobs) == world.around
    assert all(world.old[job.name] != world.new[job.name] for job in jobs), "nothing is new in Clockify"
    return world


def _succeeded(run: Run) -> None:
    assert run.status == 0, run.outcomes


def surroundings(document: Document, jobs: Sequence[Job]) -> dict[str, Any]:
    """All of a spreadsheet that is not the jobs': cells, and whatever hangs on them, of the tabs that people see."""
    tabs = {}
    for sheet in document.sheets:
        if sheet.hidden:
            continue
        ours = [job.box for job in jobs if job.tab == sheet.title]
        tabs[sheet.title] = {
            "properties": sheet.properties,
            "size": (sheet.grid.row_count, sheet.grid.column_count),
            "filter": sheet.basic_filter,
            "lists": sheet.lists,
            "rows": sheet.rows,
            "columns": sheet.columns,
            "cells": {
                (row, column): cell
                for row, filled in sheet.grid.filled_rows()
                for column in range(filled.width)
                if (cell := (filled.value(column), filled.style(column), dict(filled.extras_at(column)))) != EMPTY
                and not any(row in rows and column in columns for rows, columns in ours)
            },
        }
    foreign = [entry for entry in document.metadata if not entry.key.startswith(OWN)]
    return {"properties": document.properties, "tabs": tabs, "names": document.named_ranges, "metadata": foreign}


def strike(world: World, point: Point, *, again: bool = True) -> list[str]:
    """What is wrong after one point of the sweep, and after the clean run that follows it; nothing, if all is well.

    With again=False a run that got through in spite of all is not followed by another.
    """
    world.reset()
    if point.trouble.kill:
        run = world.killed(point)
    else:
        world.control(point.server).faults.add(_fault(world, point))
        run = world.run(hasty=point.trouble.hasty)
    world.settle()
    wrong = [*_half(world), *_touched(world), *_untrue(world, run)]
    if again or wrong or run.status:
        healed = _unhealed(world, world.run(), _interrupted(world, point))
        wrong += [f"the next run: {text}" for text in healed]
    return [f"{point}: {text}" for text in wrong]


def _half(world: World) -> Iterator[str]:
    for name, rows in world.tables().items():
        if rows not in (world.old[name], world.new[name]):
            yield f"{name} holds neither its old table nor the new one: {rows[:5]} …"


def _touched(world: World) -> Iterator[str]:
    after = surroundings(world.document(), world.jobs)
    for part in world.around:
        if after[part] != world.around[part]:
            yield f"what is not ours has changed: {part}"


def _untrue(world: World, run: Run) -> Iterator[str]:
    """Where the command or the ledger do not say what the sheet shows."""
    tables = world.tables()
    newest = {record.job: record for record in reversed(world.records())}
    for outcome in run.outcomes:
        name, state = outcome["job"], outcome["status"]
        record = newest[name]
        if record.state != state:
            yield f"{name} ended as {state}, and the ledger says {record.state}"
        if state == State.SUCCEEDED and tables[name] != world.new[name]:
            yield f"{name} is called succeeded, and the sheet holds the old table"
        if state == State.FAILED:
            yield from _unexplained(record, outcome, published=tables[name] == world.new[name])
        if state not in (State.SUCCEEDED, State.FAILED):
            yield f"{name} ended as {state}"
    if run.status >= 0:
        failed = any(outcome["status"] == State.FAILED for outcome in run.outcomes)
        if [len(run.outcomes), run.status] != [len(world.jobs), int(failed)]:
            yield f"the command ended with {run.status} and {len(run.outcomes)} outcomes"


def _unexplained(record: RunRecord, outcome: Mapping[str, Any], *, published: bool) -> Iterator[str]:
    if not (record.error and record.side in ("Clockify", "Google") and (record.todo or record.retryable)):
        yield f"{record.job} failed without saying why, on which side or what to do: {record.error!r}"
    if record.error not in (outcome["error"] or ""):
        yield f"{record.job}: the command says {outcome['error']!r}, the ledger {record.error!r}"
    if published and OPEN not in record.error:
        yield f"{record.job} is called failed, and the sheet holds its new table: {record.error!r}"


def _unhealed(world: World, run: Run, interrupted: set[bool]) -> Iterator[str]:
    if run.status:
        yield f"it failed: {[outcome['error'] for outcome in run.outcomes]}"
    if world.tables() != world.new:
        yield "not every table is the new one"
    yield from _touched(world)
    titles = [[sheet.title for sheet in document.sheets] for document in (world.base, world.document())]
    if titles[0] != titles[1]:
        yield f"tabs were left over: {titles[1]}"
    states = {record.state for record in world.records()}
    if State.RUNNING in states or (State.INTERRUPTED in states) not in interrupted:
        yield f"the ledger says {sorted(states)}"


def _interrupted(world: World, point: Point) -> set[bool]:
    """Whether a run has to be on record as interrupted; one signs in while it starts, perhaps before a run began."""
    if not point.trouble.kill:
        return {False}
    return {True, False} if "/token" in world.requests[point.server][point.nth - 1] else {True}


def _fault(world: World, point: Point) -> Fault:
    struck = dict(point.trouble.fault)
    if point.trouble.quota:
        struck = _used_up(world.requests[point.server][point.nth - 1], point.server)
    return Fault(nth=point.nth, times=None if point.trouble.lasting else 1, **struck)


def _used_up(request: str, server: Server) -> dict[str, Any]:
    """How a server says that a quota is used up."""
    if server == "clockify":
        return {"answer": "429"}
    if "/token" in request:
        return {"status": 429, "body": {"error": "rate_limit_exceeded"}}
    return {"answer": "429-write" if request.endswith(":batchUpdate") else "429-read"}


@dataclass
class _Tripwire:
    """Kills a process at its n-th request to a server: before it is handled, or after, before it is answered."""

    app: ASGIApp
    nth: int
    after: bool
    process: int = 0
    known: threading.Event = field(default_factory=threading.Event)
    seen: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen += 1
        if self.seen < self.nth or (self.seen == self.nth and self.after):
            await self.app(scope, receive, send)
        else:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        if self.seen >= self.nth:
            self.known.wait(SECONDS)
            os.kill(self.process, signal.SIGKILL)


@contextmanager
def _tripwire(control: Control, nth: int, after: bool) -> Iterator[_Tripwire]:  # noqa: FBT001 - as in the class
    wire = _Tripwire(control._app, nth, after)
    control._app = wire
    try:
        yield wire
    finally:
        control._app = wire.app


def _until(condition: Callable[[], bool]) -> None:
    """Looks until a condition has come about, at most SECONDS."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
