"""The old table or the new one, the rest untouched, the truth told and the next run whole: at every request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import serialization

from sheetsync.ledger import RunEnd, State
from sheetsync.sandbox.clockify import ClockifySandbox, Company
from sheetsync.sandbox.google import GoogleSandbox
from sheetsync.sheets.client import SheetsClient
from tests.bench import bench_between
from tests.forking import Forks
from tests.scenarios import SCENARIOS
from tests.sweeping import Point, Trouble, World, build, strike, troubles

ALL = os.environ.get("SWEEP") == "all"
"""Whether every point is swept, as `make sweep` does, or a choice that takes a minute."""


Write = Callable[[SheetsClient, bytes], None]
Broken = Callable[[SheetsClient, Write, bytes], None]
LOADED = lru_cache(serialization.load_pem_private_key)


class Worlds:
    """Scenarios that came about, each between servers of its own, made when they are first asked for."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._stack = ExitStack()
        self._made: dict[str, World] = {}

    def __getitem__(self, name: str) -> World:
        if name not in self._made:
            clockify = self._stack.enter_context(ClockifySandbox(Company.empty()))
            google = self._stack.enter_context(GoogleSandbox())
            forks = Forks()
            self._stack.callback(forks.close)
            bench = bench_between(self._factory.mktemp("world"), clockify, google)
            self._made[name] = build(SCENARIOS[name], bench, forks)
        return self._made[name]

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    made = Worlds(tmp_path_factory)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _google_auth_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not sleep between tries, and checks a key, which takes longer than all else in a run, once."""
    monkeypatch.setattr("google.auth._exponential_backoff.time", SimpleNamespace(sleep=lambda _: None))
    monkeypatch.setattr("google.auth.crypt._cryptography_rsa.serialization.load_pem_private_key", LOADED)


def chosen(scenario: str, trouble: Trouble) -> bool:
    """Whether a trouble is swept in every test run: all of them in a small sync, and those that are worst in others."""
    if scenario == "shared":
        return not trouble.lasting or trouble.name.startswith("503")
    return scenario == "small" or trouble.name in {"503 after", "503 after, lasting", "kill before", "kill after"}


SWEPT = [
    pytest.param(scenario, trouble, id=f"{scenario}: {trouble.name}")
    for scenario in SCENARIOS
    for trouble in troubles()
    if ALL or chosen(scenario, trouble)
]


@pytest.mark.parametrize(("scenario", "trouble"), SWEPT)
def test_each_fault_at_each_request_leaves_the_old_table_or_the_new_one_and_is_told(
    worlds: Worlds, scenario: str, trouble: Trouble, record_property: Any
) -> None:
    world = worlds[scenario]
    points = list(world.points(trouble))
    record_property("points swept", [scenario, len(points)])
    again = ALL or scenario == "small"
    assert [text for point in points for text in strike(world, point, again=again)] == []


def clearing_first(client: SheetsClient, write: Write, body: bytes) -> None:
    """A publisher of the usual kind: it clears the table's cells, and fills them with another request."""
    first = next(
        request["updateCells"]["range"] for request in orjson.loads(body)["requests"] if "updateCells" in request
    )
    write(client, orjson.dumps({"requests": [{"updateCells": {"range": first, "fields": "userEnteredValue"}}]}))
    write(client, body)


def clearing_all(client: SheetsClient, write: Write, body: bytes) -> None:
    """One that clears the tab in the same request."""
    sheet = client.state().tabs[-1].id
    clear = {"updateCells": {"range": {"sheetId": sheet}, "fields": "userEnteredValue"}}
    write(client, orjson.dumps({"requests": [clear, *orjson.loads(body)["requests"]]}))


def writing_nothing(*_: object) -> None:
    """One that believes what it hopes for."""


def leaving_tabs(client: SheetsClient, write: Write, body: bytes) -> None:
    """One that does not clean up."""
    tab = {"addSheet": {"properties": {"title": f"staging {len(body)}"}}}
    write(client, orjson.dumps({"requests": [tab, *orjson.loads(body)["requests"]]}))


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (clearing_first, "neither its old table nor the new one"),
        (clearing_all, "what is not ours has changed"),
        (writing_nothing, "is called succeeded, and the sheet holds the old table"),
        (leaving_tabs, "what is not ours has changed"),
    ],
)
def test_the_sweep_finds_a_publisher_that_breaks_a_promise(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch, broken: Broken, found: str
) -> None:
    world, write = worlds["small"], SheetsClient.write
    monkeypatch.setattr(SheetsClient, "write", lambda client, body: broken(client, write, body))
    last = len(world.requests["google"])
    trouble = Trouble("503 before, lasting", {"answer": "503"}, lasting=True)
    told = [text for nth in range(last, last + 3) for text in strike(world, Point("google", nth, trouble))]
    assert any(found in text for text in told), told


def test_the_sweep_finds_a_run_that_is_not_in_the_ledger(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds["small"]
    monkeypatch.setattr("sheetsync.recording.end_of", lambda _: RunEnd(State.RUNNING))
    told = strike(world, Point("google", 1, Trouble("503 before", {"answer": "503"})))
    assert any("the ledger says running" in text for text in told), told


def test_the_sweep_has_every_fault_at_every_request(worlds: Worlds) -> None:
    """Token, look-ups, report pages, reads and the write: a change that hides one from the sweep is seen here."""
    requests = worlds["small"].requests
    assert [path.rpartition("/")[2] for path in requests["clockify"]] == ["clients", "detailed"]
    assert requests["google"][0] == "POST /token"
    assert requests["google"][-1].endswith(":batchUpdate")
    assert {trouble.name.partition(",")[0].partition(" ")[0] for trouble in troubles()} == {
        *("429", "500", "503", "html-502", "reset", "delay", "cut", "kill"),
    }
