"""What each address of the page answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from sheetsync import __version__
from sheetsync.config.model import Job
from sheetsync.daemon_events import Asked, DaemonState, JobState
from sheetsync.errors import SheetsyncError
from sheetsync.ledger.ledger import Ledger
from sheetsync.ledger.records import RunRecord, State
from sheetsync.observe.budgets import Budgets
from sheetsync.observe.metrics import CONTENT_TYPE, Metrics
from sheetsync.observe.systemd import ailment
from sheetsync.planning import plan
from sheetsync.web import sparklines, views, words
from sheetsync.web.curves import Curves
from sheetsync.web.guard import COOKIE, COOKIE_SECONDS, Lock, local_path
from sheetsync.web.live import Live

JOBS_A_PAGE = 50
RUNS_A_PAGE = 50
COMING = 3
_LONGEST_FORM = 4096
_STATIC = Path(__file__).with_name("static")


@dataclass(frozen=True, slots=True)
class Pages:
    """All addresses. `redact` takes secrets out of what is shown, whatever put them there."""

    state: DaemonState
    ledger: Ledger
    metrics: Metrics
    budgets: Budgets
    lock: Lock
    live: Live
    curves: Curves
    redact: Callable[[str], str]
    clock: Callable[[], datetime]
    templates: jinja2.Environment

    def jobs(self, request: Request) -> Response:
        """All jobs: what runs, what ran, what comes."""
        now, found, zone = self.clock(), self.state.jobs(), ZoneInfo(self.state.config.time_zone)
        latest = self.ledger.latest_by_job(views.TELLING)
        wanted, search = request.query_params.get("state", ""), request.query_params.get("q", "")
        shown = views.narrowed(found, latest, wanted, search)
        page = _number(request, "page", 1)
        part = shown[(page - 1) * JOBS_A_PAGE : page * JOBS_A_PAGE]
        memory = views.Memory(latest, self.curves.of([state.job.name for state in part], latest))
        return self._html(
            "jobs.html",
            jobs=[views.job_view(state, memory, now) for state in part],
            total=len(found),
            counts=views.counts(found, latest),
            matching=len(shown),
            wanted=wanted if wanted in views.STATES else "",
            search=search,
            page=page,
            pages=max(1, -(-len(shown) // JOBS_A_PAGE)),
            budgets=[views.budget_view(budget, zone, now) for budget in self.budgets()],
            coming=[(state.job.name, views.moment(state.next_slot, state.job.zone, now)) for state in _next(found)],
            back=_with_query(request),
        )

    def job(self, request: Request) -> Response:
        """One job: its curve, its next slots, its runs."""
        name = request.path_params["job"]
        state = next((state for state in self.state.jobs() if state.job.name == name), None)
        if state is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The configuration has no such job.")
        now, before = self.clock(), _number(request, "before", 0) or None
        runs = self.ledger.runs(name, limit=RUNS_A_PAGE, before=before)
        newest = self.ledger.runs(name, limit=RUNS_A_PAGE) if before else runs
        telling = [record for record in newest if record.state in views.TELLING]
        latest = {name: telling[0]} if telling else {}
        memory = views.Memory(latest, self.curves.of([name], latest))
        return self._html(
            "job.html",
            job=views.job_view(state, memory, now, sparklines.LARGE),
            runs=[views.run_view(record, state.job.zone, now) for record in runs],
            older=runs[-1].id if len(runs) == RUNS_A_PAGE else None,
            slots=_slots(state.job, now),
            back=_with_query(request),
        )

    def runs(self, request: Request) -> Response:
        """What ran, newest first."""
        now, wanted = self.clock(), request.query_params.get("state", "")
        state = State(wanted) if wanted in set(State) else None
        found = self.ledger.runs(limit=RUNS_A_PAGE, before=_number(request, "before", 0) or None, state=state)
        return self._html(
            "runs.html",
            runs=[self._run_view(record, now) for record in found],
            older=found[-1].id if len(found) == RUNS_A_PAGE else None,
            wanted=wanted if state is not None else "",
            states=[str(one) for one in State],
        )

    def run(self, request: Request) -> Response:
        """One run: its figures, its error and what to do."""
        record = self.ledger.run(request.path_params["run"])
        if record is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "The ledger has no such run, or has it no more.")
        known = self.state.config.job(record.job) is not None
        return self._html("run.html", run=self._run_view(record, self.clock()), known=known)

    def run_now(self, request: Request) -> Response:
        return self._done(request, self.state.run_now(request.path_params["job"]))

    async def pause(self, request: Request) -> Response:
        note = (await _form(request)).get("note", "")
        return await run_in_threadpool(
            lambda: self._done(request, self.state.pause(request.path_params["job"], note.strip()))
        )

    def resume(self, request: Request) -> Response:
        return self._done(request, self.state.resume(request.path_params["job"]))

    def login(self, request: Request) -> Response:
        return self._html("login.html", wrong=False, back=local_path(request.query_params.get("back")))

    async def log_in(self, request: Request) -> Response:
        form = await _form(request)
        back = local_path(form.get("back"))
        if not self.lock.fits(form.get("token", "").strip()):
            return self._html("login.html", HTTPStatus.FORBIDDEN, wrong=True, back=back)
        answer = RedirectResponse(back, HTTPStatus.SEE_OTHER)
        secure = "https" in {request.url.scheme, request.headers.get("x-forwarded-proto")}
        answer.set_cookie(
            COOKIE, self.lock.cookie, max_age=COOKIE_SECONDS, httponly=True, samesite="strict", secure=secure
        )
        return answer

    def livez(self, _request: Request) -> Response:
        """Whether the scheduler lives; if not, only a restart helps."""
        well = self.state.alive()
        return _said("ok" if well else "the scheduler does not come by", well=well)

    def readyz(self, _request: Request) -> Response:
        """Whether the daemon does its work: the scheduler lives, the ledger answers, nobody told it to end."""
        wrong = "stopping" if self.state.stopping else ailment(self.state, self.ledger)
        return _said(self.redact(wrong) or "ok", well=not wrong)

    def figures(self, _request: Request) -> Response:
        return Response(self.metrics.text(), media_type=CONTENT_TYPE)

    async def events(self, _request: Request) -> Response:
        if self.live.full:
            return _said("too many pages are open", well=False)
        return StreamingResponse(self.live.stream(), media_type="text/event-stream")

    def failed(self, _request: Request, error: Exception) -> Response:
        """The page of what could not be shown or done."""
        if isinstance(error, SheetsyncError):
            return self._html("message.html", HTTPStatus.SERVICE_UNAVAILABLE, words=error.message, todo=error.todo)
        assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these two
        return self._html("message.html", error.status_code, words=error.detail, todo="")

    def _run_view(self, record: RunRecord, now: datetime) -> views.RunView:
        job = self.state.config.job(record.job)
        return views.run_view(record, job.zone if job is not None else None, now)

    def _done(self, request: Request, asked: Asked) -> Response:
        if not asked.accepted:
            raise HTTPException(HTTPStatus.CONFLICT, asked.reason)
        return RedirectResponse(local_path(request.query_params.get("back")), HTTPStatus.SEE_OTHER)

    def _html(self, template: str, code: int = HTTPStatus.OK, **shown: Any) -> Response:
        text = self.templates.get_template(template).render(
            **shown, daemon=self.state, version=__version__, locked=self.lock.token is not None
        )
        return HTMLResponse(self.redact(text), code)


def static(name: str, media_type: str) -> Callable[[Request], Response]:
    """Answers with a file of the package."""
    content = (_STATIC / name).read_bytes()

    def answer(_request: Request) -> Response:
        return Response(content, media_type=media_type, headers={"cache-control": "max-age=300"})

    return answer


def environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["count"] = words.count
    for name in made.list_templates():
        # Here, so that nobody has to wait for it.
        made.get_template(name)
    return made


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form.

    Raises:
        HTTPException: it is larger than any of ours.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This form is too large.")
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _said(text: str, *, well: bool) -> Response:
    return PlainTextResponse(f"{text}\n", HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)


def _number(request: Request, name: str, usual: int) -> int:
    given = request.query_params.get(name, "")
    return max(1, int(given[:18])) if given.isascii() and given.isdecimal() else usual


def _with_query(request: Request) -> str:
    """The page itself, to come back to after a button."""
    known = [(name, value) for name, value in request.query_params.items() if name in {"state", "q", "page"}]
    return request.url.path + (f"?{urlencode(known)}" if known else "")


def _next(states: list[JobState]) -> list[JobState]:
    due = [(state.next_slot, state) for state in states if state.next_slot is not None and state.pause is None]
    return [state for _, state in sorted(due, key=lambda found: found[0])[:COMING]]


def _slots(job: Job, now: datetime) -> list[views.Moment | None]:
    try:
        return [views.moment(slot, job.zone, now) for slot in plan(job, now).slots]
    except SheetsyncError:
        return []
