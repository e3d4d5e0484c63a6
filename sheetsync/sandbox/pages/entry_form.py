"""The form of a time entry: what it holds, and what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.tracking import YEARS
from sheetsync.sandbox.pages.entry_list import local, zone_named, zone_of

LONGEST_DESCRIPTION = 3000
"""Characters (the API's documented limit)."""

CLOCK_FACE = "%Y-%m-%dT%H:%M:%S"
"""What a datetime-local field takes; it has no zone."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The texts of the form as they stand in it. User, project, task and tags are ids; empty is none."""

    user: str = ""
    project: str = ""
    task: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""
    start: str = ""
    end: str = ""
    billable: bool = False

    @classmethod
    def sent(cls, form: Mapping[str, Sequence[str]]) -> Self:
        """The form as a browser sends it; texts come with the line ends of HTML."""

        def first(name: str) -> str:
            return next(iter(form.get(name, ())), "")

        tags = tuple(dict.fromkeys(each for each in form.get("tags", ()) if each))
        description = first("description").replace("\r\n", "\n")
        times = first("start").strip(), first("end").strip()
        return cls(first("user"), first("project"), first("task"), tags, description, *times, "billable" in form)

    @classmethod
    def of(cls, entry: Entry, company: Company) -> Self:
        zone = zone_of(company, entry)
        end = "" if entry.seconds is None else _face(entry.start + entry.seconds, zone)
        return cls(
            entry.user_id,
            entry.project_id or "",
            entry.task_id or "",
            entry.tag_ids,
            entry.description,
            _face(entry.start, zone),
            end,
            entry.billable,
        )

    @classmethod
    def new(cls, company: Company, now: datetime) -> Self:
        """The owner's last full hour."""
        owner = company.owner
        end = now.astimezone(zone_named(owner.time_zone)).replace(minute=0, second=0, microsecond=0)
        start = end - timedelta(hours=1)
        return cls(user=owner.id, start=start.strftime(CLOCK_FACE), end=end.strftime(CLOCK_FACE), billable=True)


def _face(instant: int, zone: ZoneInfo) -> str:
    return local(instant, zone).strftime(CLOCK_FACE)


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What to say beside each field; empty where nothing is wrong."""

    user: str = ""
    project: str = ""
    task: str = ""
    tags: str = ""
    description: str = ""
    start: str = ""
    end: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Change:
    """A form without mistakes: what the entry is to be. `seconds` is None for a running timer."""

    user: str
    project: str | None
    task: str | None
    tags: tuple[str, ...]
    description: str
    start: datetime
    seconds: int | None
    billable: bool


@dataclass(frozen=True, slots=True)
class Times:
    """The form's start and end as instants, or what is wrong with them."""

    start: datetime | None = None
    seconds: int | None = None
    start_mistake: str = ""
    end_mistake: str = ""


def checked(filled: Filled, company: Company, before: Entry | None = None) -> Change | Mistakes:
    """The change that a form asks for.

    Args:
        filled: the form.
        company: whose users, projects, tasks and tags may be named.
        before: the entry that the form began with; times that were not touched stay to the second.
    """
    user = company.users.get(filled.user)
    times = _times(filled, zone_named(user.time_zone if user else "UTC"), _kept(filled, company, before))
    mistakes = Mistakes(
        user="" if user else "Choose a user.",
        project="" if filled.project in ("", *company.projects) else "There is no such project any more.",
        task=_task_mistake(filled, company),
        tags="" if all(each in company.tags for each in filled.tags) else "One of the tags does not exist any more.",
        description=_description_mistake(filled.description),
        start=times.start_mistake,
        end=times.end_mistake,
    )
    if mistakes or times.start is None:
        return mistakes
    return Change(
        filled.user,
        filled.project or None,
        filled.task or None,
        filled.tags,
        filled.description,
        times.start,
        times.seconds,
        filled.billable,
    )


def _task_mistake(filled: Filled, company: Company) -> str:
    if not filled.task:
        return ""
    task = company.tasks.get(filled.task)
    if task is None:
        return "There is no such task any more."
    if task.project_id == filled.project:
        return ""
    project = company.projects.get(task.project_id)
    return f"This task belongs to the project {project.name if project else task.project_id}: choose both or neither."


def _description_mistake(text: str) -> str:
    if len(text) <= LONGEST_DESCRIPTION:
        return ""
    return f"The description has {len(text)} characters; {LONGEST_DESCRIPTION} are allowed."


def _kept(filled: Filled, company: Company, before: Entry | None) -> Mapping[datetime, int]:
    """The instants that the form showed, by their clock faces: an hour that comes twice cannot be told by its face."""
    if before is None or before.user_id != filled.user:
        return {}
    zone = zone_of(company, before)
    instants = [before.start] if before.seconds is None else [before.start + before.seconds, before.start]
    return {local(instant, zone).replace(tzinfo=None, fold=0): instant for instant in instants}


def _times(filled: Filled, zone: ZoneInfo, kept: Mapping[datetime, int]) -> Times:
    start, start_mistake = _instant(filled.start, zone, kept)
    if not filled.end:
        return Times(start, None, start_mistake)
    end, end_mistake = _instant(filled.end, zone, kept, not_before=start)
    if start is None or end is None:
        return Times(start, None, start_mistake, end_mistake)
    seconds = int((end - start).total_seconds())
    return Times(start, seconds, end_mistake="The end is before the start." if seconds < 0 else "")


def _instant(
    text: str, zone: ZoneInfo, kept: Mapping[datetime, int], not_before: datetime | None = None
) -> tuple[datetime | None, str]:
    """A clock face as a time in UTC, or a mistake; of a face that comes twice, the first that is not too early."""
    try:
        face = datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError:
        return None, "This is no date and time; write it like 2021-11-30 09:00." if text else "Give a date and a time."
    if face in kept:
        return datetime.fromtimestamp(kept[face], UTC), ""
    mistake = _face_mistake(face, zone)
    if mistake:
        return None, mistake
    first, second = (face.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return (second if not_before is not None and first < not_before <= second else first), ""


def _face_mistake(face: datetime, zone: ZoneInfo) -> str:
    if face.tzinfo is not None:
        return f"Write the time of {zone.key}, without an offset."
    if face.year not in YEARS:
        return f"The year must lie between {YEARS.start} and {YEARS.stop - 1}."
    there = face.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return "" if there.replace(tzinfo=None, fold=0) == face else f"The clocks of {zone.key} skip this time."
