"""The pages of the Clockify stand-in: the list of time entries, and the forms that add, change and delete them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sheetsync.sandbox.clockify import ClockifySandbox
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.pages.changes import Changes
from sheetsync.sandbox.pages.entry_form import Change, Filled, Mistakes, checked
from sheetsync.sandbox.pages.entry_list import Line, Wanted, line, page, zone_named
from sheetsync.sandbox.pages.frame import ICON, PREFIX, Frame, Neighbour, served

ENTRIES = f"{PREFIX}/entries"
LARGEST_FORM = 2**20
REMEMBERED = 50
"""Deleted entries that can be added again."""

NO_MISTAKES = Mistakes()
GONE = "Somebody else deleted it, or the sandbox was started anew."

Form = Mapping[str, Sequence[str]]


class ClockifyPages:
    """An ASGI application: the pages, and for every other path the stand-in itself.

    Args:
        sandbox: the stand-in, whose company the forms change in its own terms.
        neighbour: the Google stand-in beside it.
        now: the time, for the entry that a new form proposes.
    """

    def __init__(
        self,
        sandbox: ClockifySandbox,
        neighbour: Neighbour | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._company, self._rest, self._now = sandbox.company, sandbox.control, now
        self._frame = Frame("Clockify", sandbox.control, neighbour)
        self._changes = Changes(sandbox.control, lambda: sandbox.stopping)
        self._deleted: OrderedDict[str, Entry] = OrderedDict()
        self._pages = served(
            [
                Route("/", self._list),
                Route("/favicon.ico", self._icon),
                Route(f"{PREFIX}/changes", self._list_changes),
                Route(f"{ENTRIES}/new", self._new),
                Route(f"{ENTRIES}/new", self._received(self._add), methods=["POST"]),
                Route(f"{ENTRIES}/{{entry}}", self._edit),
                Route(f"{ENTRIES}/{{entry}}", self._received(self._change), methods=["POST"]),
                Route(f"{ENTRIES}/{{entry}}/delete", self._received(self._delete), methods=["POST"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = scope["type"] == "http" and (
            scope["path"].startswith(f"{PREFIX}/") or scope["path"] in ("/", "/favicon.ico")
        )
        await (self._pages if own else self._rest)(scope, receive, send)

    async def _icon(self, _: Request) -> Response:
        return FileResponse(ICON)

    async def _list_changes(self, _: Request) -> Response:
        return self._changes.stream(lambda: str(self._company.version))

    def _list(self, request: Request) -> Response:
        wanted = Wanted.of(request.query_params)
        did = next((name for name in ("added", "saved", "deleted") if name in request.query_params), "")
        entry_id = request.query_params.get(did, "")
        with self._company.lock:
            version = str(self._company.version)
            users, projects = list(self._company.users.values()), list(self._company.projects.values())
        return self._frame.page(
            "entries.html",
            version=version,
            wanted=wanted,
            page=page(self._company, wanted),
            users=sorted(users, key=lambda user: user.name.casefold()),
            projects=sorted(projects, key=lambda project: project.name.casefold()),
            did=did,
            touched=self._touched(entry_id),
        )

    def _touched(self, entry_id: str) -> Line | None:
        """The line of the entry that was just added, saved or deleted."""
        with self._company.lock:
            entry = self._company.entries.find(entry_id) or self._deleted.get(entry_id)
            return None if entry is None else line(entry, self._company)

    def _new(self, request: Request) -> Response:
        """The form for a new entry; `?like=` begins with a copy of another, of one just deleted too."""
        with self._company.lock:
            like = request.query_params.get("like", "")
            entry = self._company.entries.find(like) or self._deleted.get(like)
            filled = Filled.new(self._company, self._now()) if entry is None else Filled.of(entry, self._company)
        return self._form(filled, _back(request.query_params.get("back", "")))

    def _edit(self, request: Request) -> Response:
        entry = self._company.entries.find(request.path_params["entry"])
        if entry is None:
            return self._frame.refusal(404, "There is no such time entry", GONE)
        return self._form(Filled.of(entry, self._company), _back(request.query_params.get("back", "")), entry)

    def _add(self, _: Request, form: Form) -> Response:
        filled, back = Filled.sent(form), _back_of(form)
        with self._company.lock:
            change = checked(filled, self._company)
            if isinstance(change, Mistakes):
                return self._form(filled, back, mistakes=change)
            details: Any = _details(change)
            entry_id = self._company.add_entry(change.start, change.seconds, **details)
        return _to_list(back, "added", entry_id)

    def _change(self, request: Request, form: Form) -> Response:
        filled, back = Filled.sent(form), _back_of(form)
        with self._company.lock:
            entry = self._company.entries.find(request.path_params["entry"])
            if entry is None:
                return self._lost(filled, back)
            change = checked(filled, self._company, entry)
            if isinstance(change, Mistakes):
                return self._form(filled, back, entry, change)
            details: Any = _details(change)
            self._company.edit_entry(entry.id, start=change.start, seconds=change.seconds, **details)
        return _to_list(back, "saved", entry.id)

    def _lost(self, filled: Filled, back: Wanted) -> Response:
        """What was typed for an entry that is gone is offered as a new one."""
        return self._form(filled, back, warning="The entry was deleted meanwhile. Save adds it as a new one.")

    def _delete(self, request: Request, form: Form) -> Response:
        with self._company.lock:
            entry = self._company.entries.find(request.path_params["entry"])
            if entry is None:
                return self._frame.refusal(404, "There is no such time entry", GONE)
            self._company.delete_entry(entry.id)
            self._deleted[entry.id] = entry
            while len(self._deleted) > REMEMBERED:
                self._deleted.popitem(last=False)
        return _to_list(_back_of(form), "deleted", entry.id)

    def _form(
        self,
        filled: Filled,
        back: Wanted,
        entry: Entry | None = None,
        mistakes: Mistakes = NO_MISTAKES,
        warning: str = "",
    ) -> Response:
        company = self._company
        with company.lock:
            user = company.users.get(filled.user)
            return self._frame.page(
                "entry.html",
                422 if mistakes else 409 if warning else 200,
                filled=filled,
                back=back,
                entry=None if entry is None else line(entry, company),
                mistakes=mistakes,
                warning=warning,
                zone=zone_named(user.time_zone).key if user else "",
                users=list(company.users.values()),
                projects=list(company.projects.values()),
                clients=dict(company.clients),
                tasks=list(company.tasks.values()),
                tags=list(company.tags.values()),
            )

    def _received(self, handler: Callable[[Request, Form], Response]) -> Callable[[Request], Any]:
        """An endpoint that reads the form first, then works off the event loop, since the company may be locked."""

        async def endpoint(request: Request) -> Response:
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_FORM:
                    return self._frame.refusal(413, "The form is too large", "Nothing was changed.")
            form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
            return await run_in_threadpool(handler, request, form)

        return endpoint


def _details(change: Change) -> dict[str, Any]:
    """What the company's own methods take by name, besides the times."""
    return {name: value for name, value in asdict(change).items() if name not in ("start", "seconds")}


def _back(query: str) -> Wanted:
    """The list that a form was opened from."""
    return Wanted.of(dict(parse_qsl(query)))


def _back_of(form: Form) -> Wanted:
    return _back(next(iter(form.get("back", ())), ""))


def _to_list(back: Wanted, did: str, entry_id: str) -> Response:
    query = back.query()
    return RedirectResponse(f"/?{query}{'&' if query else ''}{did}={entry_id}", 303)
