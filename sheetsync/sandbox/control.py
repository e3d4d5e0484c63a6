"""The layer around each stand-in server: it logs requests, strikes faults and serves the control API under /sandbox."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sheetsync.sandbox.faults import LONGEST_DELAY, Action, Fault, Faults
from sheetsync.sandbox.journal import Access, Entry, Journal
from sheetsync.sandbox.serving import close_connection, reset_connection

SHOWN_BODY = 2000
"""Characters of a request's body that the list of requests shows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A ready-made answer, such as the API's real 429 body."""

    status: int
    body: bytes
    content_type: str = "application/json;charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traits:
    """What the control layer must know of the API behind it.

    Attributes:
        access: whether a request (method, path) counts as a read or a write.
        user: whom a request (headers, lower-case names) is counted for; must not give back a secret.
        answers: ready-made answers by name.
        actions: what faults may do to the data before a request, by name.
    """

    access: Callable[[str, str], Access]
    user: Callable[[Mapping[str, str]], str]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)


class Control:
    """ASGI middleware; everything under /sandbox/api is its own."""

    def __init__(self, app: ASGIApp, traits: Traits) -> None:
        self._app = app
        self._traits = traits
        self.faults = Faults()
        self.journal = Journal()
        self._api = ControlApi(self.faults, self.journal, traits).app()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"].startswith("/sandbox/api/"):
            await self._api(scope, receive, send)
        elif scope["path"].startswith("/sandbox") or scope["path"] == "/":
            await self._app(scope, receive, send)
        else:
            await self._handle(scope, receive, send)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, clock = time.time(), time.perf_counter()
        number, body = self.journal.number(), await _read(receive)
        query = scope["query_string"].decode("latin-1")
        fault = self.faults.take(scope["method"], scope["path"] + (f"?{query}" if query else ""))
        answer = await self._answer(scope, body, fault)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self.journal.add(
            Entry(
                number=number,
                at=started,
                method=scope["method"],
                path=scope["path"],
                query=query,
                user=self._traits.user(headers),
                access=self._traits.access(scope["method"], scope["path"]),
                size=len(body),
                body=body[: self.journal.keep_body],
                status=0 if fault is not None and fault.reset else answer[0]["status"],
                answered=sum(len(message.get("body", b"")) for message in answer[1:]),
                seconds=time.perf_counter() - clock,
                fault="" if fault is None else _summary(fault),
            )
        )
        await _deliver(scope, answer, fault, send)

    async def _answer(self, scope: Scope, body: bytes, fault: Fault | None) -> list[Message]:
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        if fault is None:
            return await _collect(self._app, scope, body)
        if fault.action is not None:
            self._traits.actions[fault.action](fault.argument)
        if fault.when == "before":
            await asyncio.sleep(fault.delay)
            if fault.answers or fault.reset:
                return self._own_answer(fault)
        answer = await _collect(self._app, scope, body)
        if fault.when == "after":
            await asyncio.sleep(fault.delay)
            if fault.answers:
                return self._own_answer(fault)
        return answer

    def _own_answer(self, fault: Fault) -> list[Message]:
        if fault.answer is not None:
            answer = self._traits.answers[fault.answer]
        else:
            body = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
            answer = Answer(fault.status or 500, body.encode(), fault.content_type)
        headers = {**answer.headers, **fault.headers}
        response = Response(answer.body, answer.status, headers, answer.content_type)
        return [
            {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers},
            {"type": "http.response.body", "body": response.body},
        ]


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    more = True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


async def _collect(app: ASGIApp, scope: Scope, body: bytes) -> list[Message]:
    """Run the application on a request that was read already, and keep its answer."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    answer: list[Message] = []

    async def receive() -> Message:
        if pending:
            return pending.pop()
        await asyncio.Event().wait()
        raise AssertionError("an event that nobody sets was set")

    async def send(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, send)
    return answer


async def _deliver(scope: Scope, answer: list[Message], fault: Fault | None, send: Send) -> None:
    client = scope["client"]
    if fault is not None and fault.reset:
        reset_connection(client)
        return
    if fault is None or fault.cut is None:
        for message in answer:
            await send(message)
        return
    body = b"".join(message.get("body", b"") for message in answer[1:])
    headers = [(name, value) for name, value in answer[0]["headers"] if name.lower() != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({**answer[0], "headers": headers})
    await send({"type": "http.response.body", "body": body[: fault.cut], "more_body": True})
    close_connection(client)


def _summary(fault: Fault) -> str:
    shown = {"when", "answer", "status", "delay", "reset", "cut", "action"}
    named = fault.model_dump(include=shown, exclude_defaults=True)
    return ", ".join(f"{name}={value}" for name, value in named.items())


class ControlApi:
    """What /sandbox/api answers: faults, latency, the requests that came, the ready-made answers."""

    def __init__(self, faults: Faults, journal: Journal, traits: Traits) -> None:
        self._faults, self._journal, self._traits = faults, journal, traits

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/sandbox/api/faults", self._list_faults, methods=["GET"]),
                Route("/sandbox/api/faults", self._add_fault, methods=["POST"]),
                Route("/sandbox/api/faults", self._clear_faults, methods=["DELETE"]),
                Route("/sandbox/api/faults/{number:int}", self._remove_fault, methods=["DELETE"]),
                Route("/sandbox/api/latency", self._set_latency, methods=["PUT"]),
                Route("/sandbox/api/requests", self._list_requests, methods=["GET"]),
                Route("/sandbox/api/requests", self._clear_requests, methods=["DELETE"]),
                Route("/sandbox/api/answers", self._list_answers, methods=["GET"]),
            ]
        )

    async def _list_faults(self, _: Request) -> Response:
        armed = [
            {"number": number, "matched": seen, **fault.model_dump()}
            for number, (fault, seen) in self._faults.listed().items()
        ]
        return JSONResponse({"faults": armed, "latency": self._faults.latency})

    async def _add_fault(self, request: Request) -> Response:
        try:
            fault = Fault.model_validate_json(await request.body())
        except ValidationError as error:
            mistakes = error.errors(include_url=False, include_input=False, include_context=False)
            return JSONResponse({"error": mistakes}, 400)
        for kind, name, known in (
            ("answer", fault.answer, self._traits.answers),
            ("action", fault.action, self._traits.actions),
        ):
            if name is not None and name not in known:
                return JSONResponse({"error": f"no {kind} is called {name!r}; there are {sorted(known)}"}, 400)
        return JSONResponse({"number": self._faults.add(fault)}, 201)

    async def _clear_faults(self, _: Request) -> Response:
        self._faults.clear()
        return Response(status_code=204)

    async def _remove_fault(self, request: Request) -> Response:
        return Response(status_code=204 if self._faults.remove(request.path_params["number"]) else 404)

    async def _set_latency(self, request: Request) -> Response:
        try:
            seconds = float((await request.json())["seconds"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": 'the body must be {"seconds": NUMBER}'}, 400)
        self._faults.latency = min(max(seconds, 0.0), LONGEST_DELAY)
        return Response(status_code=204)

    async def _list_requests(self, _: Request) -> Response:
        entries: list[dict[str, Any]] = []
        for entry in self._journal.entries():
            shown = asdict(entry)
            shown["body"] = entry.body[:SHOWN_BODY].decode("utf-8", "replace")
            entries.append(shown)
        return JSONResponse({"counts": self._journal.counts(), "requests": entries})

    async def _clear_requests(self, _: Request) -> Response:
        self._journal.clear()
        return Response(status_code=204)

    async def _list_answers(self, _: Request) -> Response:
        return JSONResponse({"answers": sorted(self._traits.answers), "actions": sorted(self._traits.actions)})
