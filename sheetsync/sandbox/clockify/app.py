"""The ASGI application: authentication, then route, then the report or directory, under the company's lock."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sheetsync.sandbox.clockify import directory, tracking
from sheetsync.sandbox.clockify.access import Account, authenticate
from sheetsync.sandbox.clockify.bodies import AttendanceBody, DetailedBody, ExpenseBody, SummaryBody, WeeklyBody, read
from sheetsync.sandbox.clockify.plan import Plan, Quota
from sheetsync.sandbox.clockify.problems import JSON, Refusal
from sheetsync.sandbox.clockify.reports.attendance import attendance
from sheetsync.sandbox.clockify.reports.detailed import detailed
from sheetsync.sandbox.clockify.reports.expenses import expenses
from sheetsync.sandbox.clockify.reports.summary import summary
from sheetsync.sandbox.clockify.reports.weekly import weekly
from sheetsync.sandbox.clockify.routing import Call, Handler, Reply, Route, find
from sheetsync.sandbox.clockify.selection import Question, Selections
from sheetsync.sandbox.clockify.switches import Switches

REPORTS = "/report/v1/workspaces/{workspace}/reports"
SWITCHES_PATH = "/sandbox/switches"


class App:
    """The two APIs on one port: `/api/v1` and `/report/v1`; besides them GET and PUT of `/sandbox/switches`."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        plan: Plan,
        switches: Switches,
        *,
        quotas: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.switches, self.plan = switches, plan
        self._accounts, self._clock = accounts, clock
        self._quota = Quota(plan, clock) if quotas else None
        self._selections = Selections()
        self._routes = [*self._report_routes(), *directory.routes(), *tracking.routes()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        response = (
            self._sandbox(request, body) if request.url.path.startswith("/sandbox") else self._serve(request, body)
        )
        await response(scope, receive, send)

    def _serve(self, request: Request, body: bytes) -> Response:
        try:
            reply = self._answer(request, body)
        except Refusal as refusal:
            # The refusals are made once; a traceback kept on one would grow with every use.
            refusal.__traceback__ = None
            return Response(refusal.body, refusal.status, refusal.headers, JSON)
        if reply.content is None:
            return Response(status_code=reply.status)
        return Response(orjson.dumps(reply.content), reply.status, dict(reply.headers), JSON)

    def _answer(self, request: Request, body: bytes) -> Reply:
        account = authenticate(request.headers, self._accounts)
        if self._quota is not None:
            self._quota.take(account.company.workspace_id, self.switches)
        handler, places = find(self._routes, request.method, request.url.path.rstrip("/"))
        with account.company.lock:
            question = Question(
                account.company, account, self.plan, self.switches, self._clock(), account.company.workspace_id
            )
            return handler(Call(question, places, request.query_params, body))

    def _report_routes(self) -> list[Route]:
        kept = self._selections
        return [
            _report("detailed", DetailedBody, lambda question, body: detailed(question, body, kept)),
            _report("summary", SummaryBody, lambda question, body: summary(question, body, kept)),
            _report("weekly", WeeklyBody, lambda question, body: weekly(question, body, kept)),
            _report("expenses/detailed", ExpenseBody, expenses),
            _report("attendance", AttendanceBody, lambda question, body: attendance(question, body, kept)),
        ]

    def _sandbox(self, request: Request, body: bytes) -> Response:
        """The switches: GET shows them, PUT changes those that its body names."""
        if request.url.path != SWITCHES_PATH:
            return _json({"error": f"there is only {SWITCHES_PATH} and /sandbox/api"}, 404)
        if request.method == "PUT":
            try:
                changes = orjson.loads(body)
                self.switches = Switches.model_validate(self.switches.model_dump() | changes)
            except ValidationError as error:
                return _json(
                    {"error": error.errors(include_url=False, include_input=False, include_context=False)}, 400
                )
            except (orjson.JSONDecodeError, TypeError):
                return _json({"error": "the body must be a JSON object"}, 400)
        elif request.method != "GET":
            return _json({"error": "the switches take GET and PUT"}, 405)
        return _json(self.switches.model_dump(), 200)


def _report(name: str, kind: Any, make: Callable[[Question, Any], dict[str, Any]]) -> Route:
    """A report answers to POST alone (seen: 405 else)."""

    def handler(call: Call) -> Reply:
        question = dataclasses.replace(call.question, workspace_id=call.places["workspace"])
        return Reply(make(question, read(call.body, kind)))

    typed: Handler = handler
    return Route(f"{REPORTS}/{name}", {"POST": typed})


def _json(content: Any, status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
