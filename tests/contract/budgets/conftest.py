"""Every counter: in memory, in a SQLite file, in a database of a PostgreSQL server of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sheetsync.budgets.counter import Counter, MemoryCounter
from sheetsync.ledger import Ledger
from sheetsync.ledger.turns import TurnCounter
from tests.contract.ledger.conftest import Server, postgresql
from tests.contract.ledger.racers import store_of

__all__ = ["postgresql"]


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is."""
    if request.param == "sqlite":
        return str(tmp_path / "state.db")
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture
def shared(address: str) -> Iterator[TurnCounter]:
    with Ledger.open(store_of(address)) as ledger:
        yield TurnCounter(ledger)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def counter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counter]:
    if request.param == "memory":
        yield MemoryCounter()
        return
    place = str(tmp_path / "state.db")
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        place = server.new_database()
    with Ledger.open(store_of(place)) as ledger:
        yield TurnCounter(ledger)
