"""Requests to Clockify: with a timeout each, tried again when that can help, counted."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import requests

from sheetsync.budgets.pace import UNLIMITED, Budget
from sheetsync.clockify.refusals import Asked, TooManyRequestsError, refusal
from sheetsync.deadline import Deadline
from sheetsync.errors import ClockifyQuotaError, ClockifyUnavailableError
from sheetsync.progress import Progress
from sheetsync.retries import Retries

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
"""How long a server may be silent; a report over a year has been seen to take tens of seconds."""
LIST_PAGE_SIZE = 5000
"""The most that the regular API gives on one page (clockify.me/help, "How to retrieve more than 50 results")."""
CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Access:
    """Where Clockify is and who asks. `core_url` and `reports_url` end in the API's version, without a slash."""

    core_url: str
    reports_url: str
    api_key: str
    read_seconds: float = READ_SECONDS

    @property
    def account(self) -> str:
        """Tells accounts apart without holding a key."""
        return hashlib.sha256(f"{self.core_url} {self.api_key}".encode()).hexdigest()[:16]

    def __repr__(self) -> str:
        return f"Access(core_url={self.core_url!r}, reports_url={self.reports_url!r})"


@dataclass(frozen=True, slots=True)
class Unread:
    """A report as it came: as bytes it takes a third of the memory, until somebody needs it."""

    content: bytes
    asked: Asked

    def body(self) -> dict[str, Any]:
        """What it says.

        Raises:
            ClockifyUnavailableError: it was cut off, or is no report.
        """
        return _report(_parsed(self.content, self.asked), self.asked)


class ClockifyClient:
    """Sends requests as one key's user. Safe to use from several threads. `requests` counts what went out.

    Each try passes the budget first, and may raise a BudgetError there.
    """

    def __init__(self, access: Access, deadline: Deadline, progress: Progress, budget: Budget = UNLIMITED) -> None:
        self._access = access
        self._deadline = deadline
        self._progress = progress
        self._budget = budget
        self._retries = Retries(deadline, progress, quota=ClockifyQuotaError, budgeted=budget.kept)
        self._lock = threading.Lock()
        self._threads = threading.local()
        self.requests = 0

    def remaining(self) -> float:
        """Seconds that the run has left; raises what its deadline does."""
        return self._deadline.remaining()

    def list(self, path: str, asked: Asked, **params: str) -> Iterator[dict[str, Any]]:
        """All entities of a list of the regular API, page after page."""
        page = 1
        while True:
            paging = {**params, "page": str(page), "page-size": str(LIST_PAGE_SIZE)}
            entities = self._send("GET", f"{self._access.core_url}{path}", asked, params=paging)
            if not isinstance(entities, list):
                raise ClockifyUnavailableError(f"Clockify answered {asked} with something that is no list.")
            yield from entities
            if len(entities) < LIST_PAGE_SIZE:
                return
            page += 1

    def get(self, path: str, asked: Asked) -> Any:
        """One answer of the regular API."""
        return self._send("GET", f"{self._access.core_url}{path}", asked)

    def report(self, path: str, body: dict[str, Any], asked: Asked) -> dict[str, Any]:
        """One answer of the Reports API. A report is read by POST; sending it again changes nothing.

        Raises:
            ClockifyError: it was refused, did not come, or is no report.
        """
        answer = self._send("POST", f"{self._access.reports_url}{path}", asked, body=orjson.dumps(body))
        return _report(answer, asked)

    def unread_report(self, path: str, body: dict[str, Any], asked: Asked) -> Unread:
        """The same, not looked into yet: one that turns out to be cut off has to be asked for again."""
        url = f"{self._access.reports_url}{path}"
        unread: Unread = self._send("POST", url, asked, body=orjson.dumps(body), read=Unread)
        return unread

    def _send(
        self,
        method: str,
        url: str,
        asked: Asked,
        *,
        params: dict[str, str] | None = None,
        body: bytes | None = None,
        read: Callable[[bytes, Asked], Any] | None = None,
    ) -> Any:
        for attempt in self._retries():
            with attempt:
                return (read or _parsed)(self._send_once(method, url, asked, params, body), asked)
        raise AssertionError("the last attempt returns or raises")

    def _send_once(
        self, method: str, url: str, asked: Asked, params: dict[str, str] | None, body: bytes | None
    ) -> bytes:
        self._budget.spend(self._deadline, self._progress)
        timeout = (self._deadline.at_most(CONNECT_SECONDS), self._deadline.at_most(self._access.read_seconds))
        with self._lock:
            self.requests += 1
        try:
            response = self._session().request(
                method, url, params=params, data=body, timeout=timeout, allow_redirects=False, stream=True
            )
            with response:
                content = self._content(response)
        except requests.Timeout as error:
            raise ClockifyUnavailableError(f"Clockify did not answer {asked} within {timeout[1]:g} seconds.") from error
        except requests.ConnectionError as error:
            raise ClockifyUnavailableError(
                f"the connection to Clockify at {_place(url)} failed.",
                "Check clockify.host (or base_url and reports_url), the network and any proxy.",
            ) from error
        except requests.RequestException as error:
            raise ClockifyUnavailableError(f"Clockify's answer to {asked} was cut off on the way.") from error
        if response.status_code != requests.codes.ok:
            refused = refusal(response.status_code, content, response.headers.get("Retry-After"), asked)
            if isinstance(refused, TooManyRequestsError):
                self._budget.refused(refused.retry_after)
            raise refused
        return content

    def _content(self, response: requests.Response) -> bytes:
        """The whole body, within the deadline even when it comes in drips."""
        chunks: list[bytes] = []
        for chunk in response.iter_content(CHUNK_BYTES):
            chunks.append(chunk)
            self._deadline.remaining()
        return b"".join(chunks)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = requests.Session()
            session.headers.update(
                {"X-Api-Key": self._access.api_key, "Content-Type": "application/json", "Accept": "application/json"}
            )
            # Keeps a .netrc from adding a second kind of authorization, which Clockify refuses.
            session.auth = lambda request: request
            self._threads.session = session
        return session


def _parsed(content: bytes, asked: Asked) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        # orjson refuses half of a surrogate pair, which a text typed into Clockify may hold; this reads it.
        return json.loads(content)
    except ValueError as error:
        raise ClockifyUnavailableError(f"Clockify's answer to {asked} was cut off, or is no JSON.") from error


def _report(answer: Any, asked: Asked) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise ClockifyUnavailableError(f"Clockify answered {asked} with something that is no report.")
    return answer


def _place(url: str) -> str:
    return "/".join(url.split("/")[:3])
