"""What all pages share: templates, the numbers in the header, and who may send what to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sheetsync.sandbox.control import Control
from sheetsync.sandbox.faults import Fault

PREFIX = "/sandbox/pages"
"""Where the pages' own files and data are; the control layer keeps everything under /sandbox out of its records."""

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The other stand-in: its name, and its address as soon as it is known (empty until then)."""

    name: str
    url: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers in the header: requests of the API by kind, and faults that can still strike."""

    reads: int
    writes: int
    faults: int

    @classmethod
    def of(cls, control: Control) -> Counts:
        per_user = control.journal.counts().values()
        reads, writes = (sum(counts.get(kind, 0) for counts in per_user) for kind in ("read", "write"))
        armed = sum(_can_strike(fault, seen) for fault, seen in control.faults.listed().values())
        return cls(reads, writes, armed)


def _can_strike(fault: Fault, seen: int) -> bool:
    return fault.times is None or seen < fault.nth + fault.times - 1


class Frame:
    """Renders the pages of one stand-in.

    Args:
        name: what the stand-in stands in for.
        control: whose numbers the header shows.
        neighbour: the other stand-in, if there is one.
    """

    def __init__(self, name: str, control: Control, neighbour: Neighbour | None) -> None:
        self._name, self._control, self._neighbour = name, control, neighbour
        self._templates = Environment(
            loader=PackageLoader("sheetsync.sandbox.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    def neighbour_url(self) -> str:
        return "" if self._neighbour is None else self._neighbour.url()

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page; `values` are what its template names."""
        html = self._templates.get_template(template).render(
            frame_name=self._name,
            neighbour_name="" if self._neighbour is None else self._neighbour.name,
            neighbour_url=self.neighbour_url,
            counts=Counts.of(self._control),
            **values,
        )
        return HTMLResponse(html, status)

    def refusal(self, status: int, title: str, text: str) -> Response:
        return self.page("refusal.html", status, title=title, text=text)


def served(routes: list[BaseRoute]) -> ASGIApp:
    """The routes with the pages' static files, behind the guard."""
    static = Mount(f"{PREFIX}/static", StaticFiles(packages=[("sheetsync.sandbox.pages", "static")]))
    return Guard(Starlette(routes=[*routes, static]))


ICON = Path(__file__).parent / "static" / "icon.svg"


class Guard:
    """Keeps other sites out: no foreign host name, no form sent from elsewhere, no asset from elsewhere.

    The pages ask for no key, since only this machine reaches them; but any site that a browser on it visits could try.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not is_loopback(headers.get("host", "")):
            response = PlainTextResponse("These pages answer to the names of this machine alone.\n", 403)
            await response(scope, receive, send)
            return
        if scope["method"] not in SAFE_METHODS and not is_own(headers):
            response = PlainTextResponse("The form was sent by another site; nothing was changed.\n", 403)
            await response(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _protect(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_guarded)


def _protect(headers: MutableHeaders) -> None:
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-cache")


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine. A name that an attacker's DNS points here does not."""
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK_NAMES
    except ValueError:
        return False


def is_own(headers: Headers) -> bool:
    """Whether a form comes from the server's own pages; programs that are no browsers send neither header."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin == f"http://{headers.get('host', '')}"
