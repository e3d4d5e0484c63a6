"""Which slots of the configured jobs are due, and what becomes of them. Decides; what is decided, others do.

A slot is the instant that the schedule names; its job starts `offset` later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sheetsync.config.model import Job
from sheetsync.schedule import trigger
from sheetsync.schedule.catchup import Gone, Plan, decide, gone
from sheetsync.schedule.slots import slots

ON_TIME = timedelta(seconds=60)
"""A slot that is this late at most is due now, and not made up for."""

_NO_OFFSET = timedelta(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A job in the timetable.

    Attributes:
        handled: all slots up to this instant (UTC) are accounted for.
        upcoming: the first slot after some instant, kept to spare looking it up each time the page is shown.
    """

    job: Job
    handled: datetime
    offset: timedelta = _NO_OFFSET
    upcoming: datetime | None = None

    @property
    def rhythm(self) -> str:
        """What its slots depend on, as a text that can be kept."""
        return f"{self.job.schedule!r} {self.job.time_zone}"

    def next_slot(self, now: datetime) -> datetime | None:
        """The first slot whose start is later than `now`."""
        if self.upcoming is not None and self.upcoming + self.offset > now and self.handled <= now:
            return self.upcoming
        return next(slots(self.job.schedule, self.job.zone, now - self.offset), None)


@dataclass(frozen=True, slots=True)
class Due:
    """The slots of a job that are due, and what is to become of them."""

    job: Job
    found: Gone
    plan: Plan
    on_time: datetime

    @property
    def late(self) -> bool:
        """Whether even the newest of them is late."""
        return self.found.slots[-1] < self.on_time


class Timetable:
    """The jobs and how far each of them is. For one thread at a time."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: dict[str, Entry] = {entry.job.name: entry for entry in entries}
        self._spread()

    def due(self, name: str, now: datetime) -> Due | None:
        """What is due of a job at `now` (UTC); it counts as handled from here on."""
        entry = self.entries[name]
        until = now - entry.offset
        if entry.handled >= until:
            return None
        found = gone(entry.job.schedule, entry.job.zone, entry.handled, until)
        upcoming = next(slots(entry.job.schedule, entry.job.zone, until), None)
        self.entries[name] = replace(entry, handled=until, upcoming=upcoming)
        if not found.slots:
            return None
        on_time = until - ON_TIME
        return Due(entry.job, found, decide(found, entry.job.catch_up, on_time), on_time)

    def turn_back(self, now: datetime) -> None:
        """The clock was set back to `now` (UTC): go on from there. The ledger knows which slots were run before."""
        for name, entry in self.entries.items():
            handled = min(entry.handled, now - entry.offset)
            self.entries[name] = replace(entry, handled=handled, upcoming=None)

    def swap(self, jobs: Iterable[Job], now: datetime) -> list[str]:
        """Take other jobs, and return those whose slots changed. Where they did not, nothing is lost and none doubled.

        The slots of a new or changed schedule count from `now` (UTC).
        """
        before = self.entries
        self.entries = {job.name: Entry(job, now) for job in jobs}
        for name, entry in self.entries.items():
            old = before.get(name)
            if old is not None and old.rhythm == entry.rhythm:
                self.entries[name] = replace(entry, handled=old.handled)
        self._spread()
        return [
            name
            for name, entry in self.entries.items()
            if (old := before.get(name)) is None or (old.rhythm, old.offset) != (entry.rhythm, entry.offset)
        ]

    def _spread(self) -> None:
        count = len({entry.job.target.spreadsheet for entry in self.entries.values()})
        for name, entry in self.entries.items():
            offset = trigger.offset(entry.job.target.spreadsheet, entry.job.schedule, count)
            self.entries[name] = replace(entry, offset=offset, upcoming=None)


@dataclass(frozen=True, slots=True)
class Rhythms:
    """Since when (UTC) each job has had the schedule that it has: slots of a schedule count from then on."""

    since: Mapping[str, tuple[str, datetime]]

    @classmethod
    def read(cls, text: str | None) -> Rhythms:
        """What `text` keeps; nothing where there is no text, or one that nobody can read any more."""
        try:
            kept = json.loads(text or "{}")
            return cls({name: (rhythm, datetime.fromisoformat(at)) for name, (rhythm, at) in kept.items()})
        except (ValueError, TypeError, AttributeError):
            return cls({})

    def write(self) -> str:
        return json.dumps({name: [rhythm, at.astimezone(UTC).isoformat()] for name, (rhythm, at) in self.since.items()})

    def updated(self, jobs: Iterable[Job], now: datetime, forget: AbstractSet[str] = frozenset()) -> Rhythms:
        """With `jobs`: ones that are new or have another schedule begin `now`.

        Jobs of other names stay, for they may be another process's; those to `forget` do not.
        """
        found = {name: kept for name, kept in self.since.items() if name not in forget}
        for entry in (Entry(job, now) for job in jobs):
            rhythm, at = self.since.get(entry.job.name, ("", now))
            found[entry.job.name] = (entry.rhythm, at if rhythm == entry.rhythm else now)
        return Rhythms(found)

    def entries(self, jobs: Iterable[Job], last_slots: Mapping[str, datetime], now: datetime) -> list[Entry]:
        """Jobs as a process begins with them: the slots after the last recorded one are not accounted for."""
        begins = ((job, self.since[job.name][1], last_slots.get(job.name)) for job in jobs)
        return [Entry(job, min(now, since if last is None else max(since, last))) for job, since, last in begins]
