"""Time entries of the regular API: list, start, add, change, stop, delete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from sheetsync.sandbox.clockify.bodies import Body, read
from sheetsync.sandbox.clockify.bounds import clock_face, local, shown, window
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.directory import company_of
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.listing import boolean, paged
from sheetsync.sandbox.clockify.money import Pricing
from sheetsync.sandbox.clockify.people import Kind
from sheetsync.sandbox.clockify.problems import (
    ACCESS_DENIED,
    MUST_NOT_BE_NULL,
    Refusal,
    bad_parameter,
    foreign,
    unreadable,
)
from sheetsync.sandbox.clockify.routing import Call, Reply, Route

ZULU = ZoneInfo("UTC")
BEGINNING, ENDING = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  # clock faces
ENDS_FIRST = Refusal(400, "Start must be before end")
NO_TIMER = Refusal(404, "Time entry not found")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
YEARS = range(1990, 2100)


class EntryBody(Body):
    start: str | None = None
    end: str | None = None
    billable: bool | None = None
    description: str | None = Field(default=None, max_length=3000)
    project_id: str | None = None
    task_id: str | None = None
    tag_ids: list[str] | None = None
    type: Kind | None = None


def routes() -> list[Route]:
    workspace = "/api/v1/workspaces/{workspace}"
    return [
        Route(f"{workspace}/user/{{user}}/time-entries", {"GET": _list, "POST": _add, "PATCH": _stop}),
        Route(f"{workspace}/time-entries", {"POST": _add}),
        Route(f"{workspace}/time-entries/{{entry}}", {"GET": _show, "PUT": _change, "DELETE": _delete}),
    ]


def _list(call: Call) -> Reply:
    """One user's entries, newest first; the bounds are a wall clock in the account's zone, the rows in UTC (seen)."""
    company, query = company_of(call), call.query
    user_id = _user_of(call, company)
    zone = ZoneInfo(call.question.account.time_zone)
    start = clock_face(query["start"], "start") if query.get("start") else BEGINNING
    end = clock_face(query["end"], "end") if query.get("end") else ENDING
    asked = window(start, end, zone, named=True, switches=call.question.switches)
    running = boolean(query, "in-progress")
    found = [
        entry
        for entry in company.entries.starting(asked.first, asked.last)
        if entry.user_id == user_id and running in (None, entry.seconds is None) and _matches(entry, query)
    ]
    rows, headers = paged(found[::-1], query)
    pricing = Pricing(company, call.question.switches)
    return Reply(
        [_shown(entry, company, pricing, hydrated=bool(boolean(query, "hydrated"))) for entry in rows], 200, headers
    )


def _user_of(call: Call, company: Company) -> str:
    user_id = call.places.get("user", call.question.account.user_id)
    if user_id not in company.users:
        raise foreign("User")
    if user_id != call.question.account.user_id and not call.question.account.admin:
        raise ACCESS_DENIED
    return user_id


def _matches(entry: Entry, query: Mapping[str, str]) -> bool:
    tags = {each for each in query.get("tags", "").split(",") if each}
    return (
        query.get("description", "").casefold() in entry.description.casefold()
        and query.get("project") in (None, "", entry.project_id)
        and query.get("task") in (None, "", entry.task_id)
        and (not tags or not tags.isdisjoint(entry.tag_ids))
    )


def iso_duration(seconds: int) -> str:
    """`PT9H`, `PT1H30M`, `PT0S`."""
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "H"), (rest // 60, "M"), (rest % 60, "S"))
    return "PT" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0S")


def _shown(entry: Entry, company: Company, pricing: Pricing, *, hydrated: bool = False) -> dict[str, Any]:
    price, seconds = pricing.price(entry), entry.seconds
    row: dict[str, Any] = {
        "id": entry.id,
        "description": entry.description,
        "userId": entry.user_id,
        "billable": entry.billable,
        "projectId": entry.project_id,
        "taskId": entry.task_id,
        "tagIds": list(entry.tag_ids),
        "workspaceId": company.workspace_id,
        "timeInterval": {
            "start": shown(local(entry.start, ZULU)),
            "end": None if seconds is None else shown(local(entry.start + seconds, ZULU)),
            "duration": None if seconds is None else iso_duration(seconds),
        },
        "customFieldValues": [
            {
                "customFieldId": field_id,
                "timeEntryId": entry.id,
                "value": list(value) if isinstance(value, tuple) else value,
                "name": company.custom_fields[field_id].name,
                "type": company.custom_fields[field_id].type,
            }
            for field_id, value in entry.custom
        ],
        "type": entry.kind,
        "kioskId": None,
        "hourlyRate": None if price.rate is None else {"amount": int(price.rate), "currency": price.currency},
        "costRate": None if price.cost_rate is None else {"amount": int(price.cost_rate), "currency": price.currency},
        "isLocked": entry.approved,
    }
    if hydrated:
        project, task = company.projects.get(entry.project_id or ""), company.tasks.get(entry.task_id or "")
        row["project"] = {"id": project.id, "name": project.name} if project else None
        row["task"] = {"id": task.id, "name": task.name} if task else None
        row["tags"] = [{"id": each, "name": company.tags[each].name} for each in entry.tag_ids]
    return row


def _instant(text: str) -> datetime:
    if _INSTANT.fullmatch(text) is None:
        raise unreadable("Cannot deserialize value of type `java.time.Instant`")
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise unreadable("Cannot deserialize value of type `java.time.Instant`") from None
    if moment.year not in YEARS:
        raise bad_parameter("start", "java.time.Instant", text)
    return moment


def _times(body: EntryBody) -> tuple[datetime, int | None]:
    if body.start is None:
        raise MUST_NOT_BE_NULL
    start = _instant(body.start)
    if body.end is None:
        return start, None
    seconds = int(_instant(body.end).timestamp()) - int(start.timestamp())
    if seconds < 0:
        raise ENDS_FIRST
    return start, seconds


def _check(body: EntryBody, company: Company) -> None:
    if body.project_id is not None and body.project_id not in company.projects:
        raise foreign("Project")
    task = company.tasks.get(body.task_id or "")
    if body.task_id is not None and (task is None or task.project_id != body.project_id):
        raise foreign("Task")
    if any(each not in company.tags for each in body.tag_ids or ()):
        raise foreign("Tag")


def _answer(call: Call, company: Company, entry_id: str, status: int = 200) -> Reply:
    return Reply(_shown(company.entry(entry_id), company, Pricing(company, call.question.switches)), status)


def _add(call: Call) -> Reply:
    """A new entry, a running timer where it has no end; a project that is archived takes it too (seen)."""
    body = read(call.body, EntryBody)
    start, seconds = _times(body)
    company = company_of(call)
    user_id = _user_of(call, company)
    _check(body, company)
    if seconds is None:
        _stop_running(company, user_id, start)
    entry_id = company.add_entry(
        start,
        seconds,
        user=user_id,
        project=body.project_id,
        task=body.task_id,
        tags=tuple(dict.fromkeys(body.tag_ids or ())),
        description=body.description or "",
        billable=bool(body.billable),
        kind=body.type or "REGULAR",
    )
    return _answer(call, company, entry_id, 201)


def _running(company: Company, user_id: str) -> Entry | None:
    return next((entry for entry in company.entries if entry.seconds is None and entry.user_id == user_id), None)


def _stop_running(company: Company, user_id: str, end: datetime) -> None:
    """Only one timer runs for each user (public help pages): a new one ends the old."""
    running = _running(company, user_id)
    if running is not None:
        company.edit_entry(running.id, seconds=max(int(end.timestamp()) - running.start, 0))


def _stop(call: Call) -> Reply:
    body = read(call.body, EntryBody)
    if body.end is None:
        raise MUST_NOT_BE_NULL
    company, end = company_of(call), _instant(body.end)
    running = _running(company, _user_of(call, company))
    if running is None:
        raise NO_TIMER
    if end.timestamp() < running.start:
        raise ENDS_FIRST
    company.edit_entry(running.id, seconds=int(end.timestamp()) - running.start)
    return _answer(call, company, running.id)


def _own_entry(call: Call, company: Company) -> Entry:
    entry = company.entries.find(call.places["entry"])
    if entry is None:
        raise foreign("Time entry")
    if entry.user_id != call.question.account.user_id and not call.question.account.admin:
        raise ACCESS_DENIED
    return entry


def _show(call: Call) -> Reply:
    company = company_of(call)
    return _answer(call, company, _own_entry(call, company).id)


def _change(call: Call) -> Reply:
    """All fields are replaced: what the body leaves out is taken away."""
    body = read(call.body, EntryBody)
    start, seconds = _times(body)
    company = company_of(call)
    entry = _own_entry(call, company)
    _check(body, company)
    company.edit_entry(
        entry.id,
        start=start,
        seconds=seconds,
        project=body.project_id,
        task=body.task_id,
        tags=tuple(dict.fromkeys(body.tag_ids or ())),
        description=body.description or "",
        billable=bool(body.billable),
    )
    return _answer(call, company, entry.id)


def _delete(call: Call) -> Reply:
    company = company_of(call)
    company.delete_entry(_own_entry(call, company).id)
    return Reply(None, 204)
