"""The list of time entries: which of them, in which order, and what each line says. Pure but for the company's lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entry

PAGE_SIZE = 50
WIDEST_OFFSET = timedelta(hours=26)
"""No zone's calendar day lies further than this from the same day in UTC."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked the list for. `text` is searched in the description, whatever its case.

    `user` and `project` are ids, `project` may be "none"; `day` is the day on which an entry starts in its user's zone.
    """

    text: str = ""
    user: str = ""
    project: str = ""
    day: date | None = None
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """What a query asks for; what cannot be read is left out."""
        return cls(
            query.get("text", "").strip(),
            query.get("user", ""),
            query.get("project", ""),
            _day(query.get("day", "")),
            max(_whole(query.get("page", "")), 1),
        )

    def query(self, page: int | None = None) -> str:
        """The same as a query string, without what is not asked for."""
        day = "" if self.day is None else self.day.isoformat()
        asked = page or self.page
        pairs = {"text": self.text, "user": self.user, "project": self.project, "day": day}
        given = {name: value for name, value in pairs.items() if value}
        return urlencode({**given, **({"page": asked} if asked > 1 else {})})

    @property
    def filters(self) -> bool:
        return bool(self.text or self.user or self.project or self.day)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@dataclass(frozen=True, slots=True)
class Line:
    """A time entry as the list shows it; start and end in the zone of its user, `end` None while the timer runs."""

    entry_id: str
    user: str
    zone: str
    project: str
    client: str
    colour: str
    task: str
    tags: tuple[str, ...]
    description: str
    start: datetime
    end: datetime | None
    duration: str
    billable: bool
    kind: str
    approved: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list; `found` counts the entries on all of them."""

    lines: tuple[Line, ...]
    found: int
    number: int
    last: int


def page(company: Company, wanted: Wanted) -> Page:
    """The page asked for, newest entries first; the last page where there are fewer."""
    with company.lock:
        matching = _matching(company, wanted)
        found = len(company.entries) if not wanted.filters else sum(1 for _ in matching)
        last = max(-(-found // PAGE_SIZE), 1)
        number = min(wanted.page, last)
        begin = (number - 1) * PAGE_SIZE
        chosen = islice(_matching(company, wanted), begin, begin + PAGE_SIZE)
        return Page(tuple(line(entry, company) for entry in chosen), found, number, last)


def _matching(company: Company, wanted: Wanted) -> Iterator[Entry]:
    text = wanted.text.casefold()
    for entry in _newest_first(company, wanted.day):
        if wanted.user and entry.user_id != wanted.user:
            continue
        if wanted.project and (entry.project_id or "none") != wanted.project:
            continue
        if text and text not in entry.description.casefold():
            continue
        if wanted.day is None or local(entry.start, zone_of(company, entry)).date() == wanted.day:
            yield entry


def _newest_first(company: Company, day: date | None) -> Iterable[Entry]:
    entries = company.entries
    if day is None:
        return (entries[index] for index in range(len(entries) - 1, -1, -1))
    midnight = datetime.combine(day, time(), UTC)
    first, last = midnight - WIDEST_OFFSET, midnight + timedelta(days=1) + WIDEST_OFFSET
    return reversed(entries.starting(int(first.timestamp()), int(last.timestamp())))


def line(entry: Entry, company: Company) -> Line:
    zone = zone_of(company, entry)
    project = company.projects.get(entry.project_id or "")
    client = company.clients.get(project.client_id or "") if project else None
    task, user = company.tasks.get(entry.task_id or ""), company.users.get(entry.user_id)
    return Line(
        entry_id=entry.id,
        user=user.name if user else "",
        zone=zone.key,
        project=project.name if project else "",
        client=client.name if client else "",
        colour=project.color if project else "",
        task=task.name if task else "",
        tags=tuple(company.tags[each].name for each in entry.tag_ids if each in company.tags),
        description=entry.description,
        start=local(entry.start, zone),
        end=None if entry.seconds is None else local(entry.start + entry.seconds, zone),
        duration="" if entry.seconds is None else clock(entry.seconds),
        billable=entry.billable,
        kind="" if entry.kind == "REGULAR" else entry.kind.replace("_", " ").lower(),
        approved=entry.approved,
    )


def zone_of(company: Company, entry: Entry) -> ZoneInfo:
    user = company.users.get(entry.user_id)
    return zone_named(user.time_zone if user else "UTC")


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(instant: int, zone: ZoneInfo) -> datetime:
    """An aware time from seconds since 1970."""
    return datetime.fromtimestamp(instant, zone)


def clock(seconds: int) -> str:
    """A duration as `1:30:00`."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
