"""What the control layer knows of Clockify: which requests read, whose they are, ready-made answers, actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sheetsync.sandbox.clockify.access import Account
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.problems import (
    ACCESS_DENIED,
    BAD_TOKEN,
    NO_TOKEN,
    OLD_NO_TOKEN,
    TOO_MANY_REQUESTS,
    UNKNOWN_KEY,
    Refusal,
    unreadable,
)
from sheetsync.sandbox.control import Answer, Traits
from sheetsync.sandbox.journal import Access

HTML = "text/html"
RETRY_AFTER = {"Retry-After": "1"}
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
DEFAULT_SECONDS = 1800


class Place(BaseModel):
    """Which entry an action changes, and how.

    Attributes:
        id: the entry's id; or else
        at: the first, the last or the n-th (from 0) of the entries that start in [since, until), ordered by start.
        since, until: aware times; the whole company when absent.
        seconds: the duration that a new or changed entry gets.
        description: its text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = None
    at: Literal["start", "end"] | int = "end"
    since: datetime | None = None
    until: datetime | None = None
    seconds: int | None = None
    description: str | None = None


def traits(company: Company, accounts: Mapping[str, Account]) -> Traits:
    def user(headers: Mapping[str, str]) -> str:
        account = accounts.get(headers.get("x-api-key", ""))
        return account.email if account else "unknown"

    actions = Actions(company)
    return Traits(
        access=access,
        user=user,
        answers=answers(),
        actions={"add-entry": actions.add, "delete-entry": actions.delete, "edit-entry": actions.edit},
    )


def access(method: str, path: str) -> Access:
    """Reports are reads, although they are asked for by POST."""
    return "write" if method in WRITES and path.startswith("/api/") else "read"


def answers() -> dict[str, Answer]:
    """Real bodies where they are known; the HTML pages are those of a load balancer."""
    made = {
        "401-none": _answer(NO_TOKEN),
        "401-old": _answer(OLD_NO_TOKEN),
        "401-key": _answer(UNKNOWN_KEY),
        "401-addon": _answer(BAD_TOKEN),
        "403": _answer(ACCESS_DENIED),
        "400": _answer(unreadable("Unexpected character or end of input")),
        "429": _answer(TOO_MANY_REQUESTS),
        "429-retry-after": _answer(Refusal(429, TOO_MANY_REQUESTS.message, TOO_MANY_REQUESTS.code, RETRY_AFTER)),
        "500": _answer(Refusal(500, "Internal Server Error", 500)),
        "503": _answer(Refusal(503, "Service Unavailable", 503)),
        "empty-200": Answer(200, b""),
        "empty-503": Answer(503, b""),
        "json-cut": Answer(200, b'{"totals":[null],"timeentries":[{"_id":"64c777'),
        "html-200": _page(200, "Maintenance"),
    }
    for status, title in ((408, "Request Time-out"), (502, "Bad Gateway"), (503, "Service Unavailable")):
        made[f"html-{status}"] = _page(status, title)
    made["html-504"] = _page(504, "Gateway Time-out")
    return made


def _answer(refusal: Refusal) -> Answer:
    return Answer(refusal.status, refusal.body, headers=refusal.headers)


def _page(status: int, title: str) -> Answer:
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{status} {title}</h1></body></html>"
    return Answer(status, page.encode(), HTML)


class Actions:
    """Changes that happen to the company between two requests; an argument that fits no entry changes nothing."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def add(self, argument: Any) -> None:
        """A new entry at the same start as the chosen one, so that it stands beside it in every order by date."""
        place = Place.model_validate(argument or {})
        with self._company.lock:
            beside = self._chosen(place)
            start = datetime.now(UTC) if beside is None else datetime.fromtimestamp(beside.start, UTC)
            seconds = DEFAULT_SECONDS if place.seconds is None else place.seconds
            user = self._company.owner.id if beside is None else beside.user_id
            text = "Added meanwhile" if place.description is None else place.description
            self._company.add_entry(start, seconds, user=user, description=text)

    def delete(self, argument: Any) -> None:
        with self._company.lock:
            entry = self._chosen(Place.model_validate(argument or {}))
            if entry is not None:
                self._company.delete_entry(entry.id)

    def edit(self, argument: Any) -> None:
        place = Place.model_validate(argument or {})
        with self._company.lock:
            entry = self._chosen(place)
            if entry is None:
                return
            text = entry.description if place.description is None else place.description
            seconds = entry.seconds if place.seconds is None else place.seconds
            self._company.edit_entry(entry.id, seconds=seconds, description=text)

    def _chosen(self, place: Place) -> Entry | None:
        if place.id is not None:
            return self._company.entries.find(place.id)
        found = [entry for entry in self._company.entries if _within(entry, place)]
        index = {"start": 0, "end": -1}.get(str(place.at), place.at)
        return found[int(index)] if -len(found) <= int(index) < len(found) else None


def _within(entry: Entry, place: Place) -> bool:
    return (place.since is None or entry.start >= place.since.timestamp()) and (
        place.until is None or entry.start < place.until.timestamp()
    )
