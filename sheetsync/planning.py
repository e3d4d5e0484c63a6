"""What a job will do, without asking anybody: its window, what it costs, where it goes, when it runs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetsync.clockify.fetching import pieces
from sheetsync.config.model import Job
from sheetsync.errors import CommandError
from sheetsync.jobs import plan_of, url_of
from sheetsync.schedule import forms
from sheetsync.schedule.slots import next_slots
from sheetsync.windows.window import Window

SLOTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a job beforehand. `slots` are in the job's zone."""

    job: Job
    window: Window
    requests: int
    slots: list[datetime]


def moment(text: str | None, zone: ZoneInfo) -> datetime:
    """The instant (UTC) that `--at` means; a time without an offset is one of the job's zone.

    Raises:
        CommandError: the text is no ISO date or date-time.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--at {text!r} is no date-time.", "Write it like 2021-11-30T18:00.") from error
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)


def plan(job: Job, at: datetime) -> Plan:
    """The plan of a job at an instant (UTC).

    Raises:
        WindowError: the job has no window then.
    """
    window = job.window(at)
    requests = len(pieces(job.query(window), plan_of(job)))
    slots = [slot.astimezone(job.zone) for slot in next_slots(job.schedule, job.zone, at, SLOTS_SHOWN)]
    return Plan(job, window, requests, slots)


def as_json(found: Plan) -> dict[str, Any]:
    """The form that `plan --format json` promises; start and end are local ISO date-times."""
    target = found.job.target
    return {
        "job": found.job.name,
        "report": found.job.report,
        "time_zone": found.job.time_zone,
        "start": found.window.start.isoformat(),
        "end": found.window.end.isoformat(),
        "clockify_requests_min": found.requests,
        "target": {"spreadsheet": target.spreadsheet, "worksheet": target.worksheet, "range": target.range},
        "next_slots": [slot.isoformat() for slot in found.slots],
    }


def as_text(found: Plan) -> dict[str, object]:
    target = found.job.target
    worksheet = f"gid {target.worksheet}" if isinstance(target.worksheet, int) else target.worksheet
    slots = ", ".join(f"{slot:%a %Y-%m-%d %H:%M}" for slot in found.slots)
    return {
        "job": found.job.name,
        "report": found.job.report,
        "window": found.window.describe(),
        "requests": f"{found.requests} of Clockify's at least, 2 of Google's",
        "target": f"{worksheet or 'named range'}, {target.range} of {url_of(found.job)}",
        "schedule": forms.describe(found.job.schedule),
        "next": slots or "only when it is run by hand",
    }
