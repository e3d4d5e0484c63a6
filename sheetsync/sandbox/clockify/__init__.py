"""A stand-in for Clockify: the regular API and the reports API over real HTTP, with a sample company."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from starlette.types import ASGIApp

from sheetsync.sandbox.clockify.access import Keys, accounts
from sheetsync.sandbox.clockify.app import App
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.plan import Plan
from sheetsync.sandbox.clockify.switches import Switches
from sheetsync.sandbox.clockify.traits import traits
from sheetsync.sandbox.control import Control
from sheetsync.sandbox.serving import Server

__all__ = ["ClockifySandbox", "Company", "Keys", "Switches"]


class ClockifySandbox:
    """The stand-in on a port of the loopback interface, a free one for 0. A context manager.

    Args:
        company: the workspace to serve; the sample company up to today when absent.
        plan: `free` refuses ranges over 31 days and paid features.
        quotas: whether requests beyond the plan's quota get a 429.
        switches: choices where the real API's behaviour is unknown; `switches` may be set later, too.
        clock: seconds since 1970, for the quota and for relative ranges.
        pages: makes the web pages that stand in front; none when absent.
    """

    def __init__(  # noqa: PLR0913  # the settings of a server, all but two of them by name
        self,
        company: Company | None = None,
        port: int = 0,
        *,
        plan: Plan = "paid",
        quotas: bool = False,
        switches: Switches | None = None,
        clock: Callable[[], float] = time.time,
        pages: Callable[[ClockifySandbox], ASGIApp] | None = None,
    ) -> None:
        self.company = company or Company.sample(datetime.now(UTC).date())
        self.keys = Keys()
        known = accounts(self.company)
        self._app = App(known, plan, switches or Switches(), quotas=quotas, clock=clock)
        self.control = Control(self._app, traits(self.company, known))
        self._server = Server(self.control if pages is None else pages(self), port)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def stopping(self) -> bool:
        return self._server.stopping

    @property
    def base_url(self) -> str:
        return f"{self.url}/api/v1"

    @property
    def reports_url(self) -> str:
        return f"{self.url}/report/v1"

    @property
    def api_key(self) -> str:
        """The owner's key."""
        return self.keys.owner

    @property
    def workspace_id(self) -> str:
        return self.company.workspace_id

    @property
    def switches(self) -> Switches:
        return self._app.switches

    @switches.setter
    def switches(self, switches: Switches) -> None:
        self._app.switches = switches

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
