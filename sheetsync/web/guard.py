"""Who may see the page and who may press its buttons.

- Where others can reach it, and wherever a token is set, a token is asked for: as a cookie after the page's own form,
  or as `Authorization: Bearer TOKEN`.
- Without a token the page is this machine's alone, and answers only under this machine's names: a foreign site whose
  name was made to point here (DNS rebinding) gets nothing.
- What changes something has to come from a page of ours: `Sec-Fetch-Site`, or else `Origin` (owasp.org, Cross-Site
  Request Forgery Prevention). Programs send neither, and hold no cookie that could be misused.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sheetsync.config.secrets import Secret
from sheetsync.config.serving import Listen
from sheetsync.config.values import LOOPBACK

COOKIE = "sheetsync"
COOKIE_SECONDS = 30 * 86_400
OPEN = frozenset({"/livez", "/readyz", "/login", "/style.css", "/page.js", "/icon.svg"})
"""What is shown to everybody: it says nothing of jobs."""
_SAFE = frozenset({"GET", "HEAD"})
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    # With no-referrer browsers would send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Lock:
    """What opens the page: a token, or being on this machine."""

    listen: Listen
    token: Secret | None = None

    def fits(self, shown: str) -> bool:
        return self.token is None or hmac.compare_digest(shown.encode(), self.token.reveal().encode())

    @property
    def cookie(self) -> str:
        """What a browser shows after it gave the token; the token itself stays out of its jar."""
        key = self.token.reveal() if self.token is not None else ""
        return hmac.new(key.encode(), b"sheetsync page", hashlib.sha256).hexdigest()

    def opened_by(self, request: Request) -> bool:
        if self.token is None:
            return True
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.fits(shown.strip()):
            return True
        return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self.cookie.encode())

    def knows_host(self, request: Request) -> bool:
        """Whether the request names this machine; with a token, or on a socket, the name does not matter."""
        if self.token is not None or self.listen.path is not None:
            return True
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        return host in LOOPBACK or host == self.listen.host


def of_our_own(request: Request) -> bool:
    """Whether a request that changes something comes from a page of ours, or from no page at all."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


class Guard:
    """Lets requests through to the application, or answers in its place."""

    def __init__(self, app: ASGIApp, lock: Lock) -> None:
        self._app = app
        self._lock = lock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refusal = self._refusal(Request(scope))
        await (refusal or self._app)(scope, receive, guarded)

    def _refusal(self, request: Request) -> Response | None:
        if not self._lock.knows_host(request):
            return PlainTextResponse("This page does not answer under this name.\n", HTTPStatus.MISDIRECTED_REQUEST)
        if request.url.path not in OPEN and not self._lock.opened_by(request):
            return _ask(request)
        if request.method not in _SAFE and not of_our_own(request):
            return PlainTextResponse("This came from another site, and was not done.\n", HTTPStatus.FORBIDDEN)
        return None


def _ask(request: Request) -> Response:
    """Browsers are shown the form, programs are told what is missing."""
    if request.method in _SAFE and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/login?back={quote(request.url.path)}", HTTPStatus.SEE_OTHER)
    return PlainTextResponse(
        "A token is needed: Authorization: Bearer TOKEN\n",
        HTTPStatus.UNAUTHORIZED,
        {"www-authenticate": 'Bearer realm="sheetsync"'},
    )


def local_path(given: str | None) -> str:
    """Where to go next, as a path of this page; anything else is its beginning."""
    if not given or not given.startswith("/") or given.startswith(("//", "/\\")) or "\\" in given:
        return "/"
    return given if given.isprintable() else "/"
