"""A daemon that stands still, and the servers around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from sheetsync import around
from sheetsync.config.model import Store
from sheetsync.daemon_events import Bus
from sheetsync.ledger import Ledger
from tests.daemon_double import NOW, StillDaemon, configuration

Start = Callable[..., "Site"]


class Site(requests.Session):
    """The page, as a program that knows its address sees it."""

    def __init__(self, address: str, daemon: StillDaemon, bus: Bus) -> None:
        super().__init__()
        self.address = address
        self.daemon = daemon
        self.bus = bus

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **more: Any) -> requests.Response:
        more["allow_redirects"] = False
        more["timeout"] = 10
        return super().request(method, f"{self.address}{url!s}", *args, **more)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(Store(tmp_path / "state.db")) as opened:
        yield opened


@pytest.fixture
def daemon(ledger: Ledger) -> StillDaemon:
    return StillDaemon(configuration(), ledger)


@pytest.fixture
def start(daemon: StillDaemon) -> Iterator[Start]:
    """Starts what stands around the daemon, with these settings of serve:."""
    with ExitStack() as stack:

        def started(environ: dict[str, str] | None = None, **serve: Any) -> Site:
            daemon.config = configuration(serve={"listen": "127.0.0.1:0", **serve})
            bus = Bus(lambda: NOW)
            found = stack.enter_context(around.attach(daemon, bus, daemon.ledger, daemon.config, environ=environ or {}))
            return Site(found.page, daemon, bus)

        yield started


@pytest.fixture
def site(start: Start) -> Site:
    return start()
