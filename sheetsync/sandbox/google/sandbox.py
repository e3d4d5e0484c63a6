"""The stand-in server as tests and the demo use it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sheetsync.sandbox.control import Control, Traits
from sheetsync.sandbox.google.answers import ANSWERS
from sheetsync.sandbox.google.app import Application, access
from sheetsync.sandbox.google.drive import DriveApi
from sheetsync.sandbox.google.inspection import Documents
from sheetsync.sandbox.google.library import HOUSE_OWNER, PRIVATE_ID, Library
from sheetsync.sandbox.google.quotas import Limits, Quotas
from sheetsync.sandbox.google.sheets_api import SheetsApi
from sheetsync.sandbox.google.switches import Switches
from sheetsync.sandbox.google.tokens import DEFAULT_ACCOUNT, Tokens
from sheetsync.sandbox.serving import Server

DEFAULT_SHEETS = ("Sheet1",)
WELCOME = "Shared with you"
SWITCHES: TypeAdapter[Switches] = TypeAdapter(Switches)


class GoogleSandbox:
    """A Google that lives on the loopback interface. A context manager.

    Args:
        port: where to listen; 0 takes a free port.
        quotas: whether requests past Google's quotas are refused with 429.
        limits: the quotas.
        switches: what is not known of the real API, chosen.
        clock: the time, in seconds since 1970; tests move it to wait for a new minute or for a token to expire.
        pages: makes the web pages that stand in front; none when absent.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        quotas: bool = False,
        limits: Limits | None = None,
        switches: Switches | None = None,
        clock: Callable[[], float] = time.time,
        pages: Callable[[GoogleSandbox], ASGIApp] | None = None,
    ) -> None:
        self.switches = switches or Switches()
        self.tokens = Tokens(clock)
        self.quotas = Quotas(clock, limits or Limits(), on=quotas)
        self.library = Library(clock)
        self.library.create("Private", spreadsheet_id=PRIVATE_ID)
        sheets, drive = SheetsApi(self.library, self._current), DriveApi(self.library, self._current)
        application = Application(sheets, drive, self.tokens, self.quotas)
        actions: Mapping[str, Callable[[Any], None]] = {
            "expire-tokens": lambda _: self.tokens.expire(),
            "revoke": lambda email: self.tokens.revoke(str(email or DEFAULT_ACCOUNT)),
            "quotas": self._set_quotas,
            "refill-quotas": lambda _: self.quotas.refill(),
        }
        traits = Traits(access=access, user=application.user, answers=ANSWERS, actions=actions)
        self.control = Control(Front(application, self), traits)
        self._server = Server(self.control if pages is None else pages(self), port)
        self._keys: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Scheme, host and port; paths are Google's own."""
        return self._server.url

    @property
    def stopping(self) -> bool:
        return self._server.stopping

    @property
    def documents(self) -> Documents:
        """The spreadsheets, for looking into them and changing them behind the API's back."""
        return Documents(self.library)

    def service_account_key(self, email: str = DEFAULT_ACCOUNT) -> dict[str, str]:
        """The content of a service account's key file that gets its tokens here."""
        with self._lock:
            if email not in self._keys:
                self._keys[email] = self.tokens.service_account_key(email, self.url)
                # Every account finds one spreadsheet that somebody else made and shared with it.
                self.library.create(WELCOME).share(email, "reader")
            return dict(self._keys[email])

    def write_key(self, path: Path, email: str = DEFAULT_ACCOUNT) -> Path:
        """Write the key file of an account; returns its path."""
        path.write_text(json.dumps(self.service_account_key(email), indent=2), encoding="utf-8")
        path.chmod(0o600)
        return path

    def accept_token(self, token: str, email: str = DEFAULT_ACCOUNT) -> None:
        """Let a token be good without the token endpoint, for an hour."""
        self.tokens.accept(token, email)

    def revoke(self, email: str = DEFAULT_ACCOUNT) -> None:
        """Take an account's access away: its tokens get 401, and new ones `invalid_grant`."""
        self.tokens.revoke(email)
        with self._lock:
            self._keys.pop(email, None)

    def create(
        self,
        title: str,
        *,
        share_with: Mapping[str, str] | Sequence[str] = (DEFAULT_ACCOUNT,),
        sheets: Sequence[str] = DEFAULT_SHEETS,
        spreadsheet_id: str = "",
    ) -> str:
        """Make a spreadsheet that a person owns.

        Args:
            title: its title.
            share_with: accounts that may write, or roles (`writer`, `reader`) by account.
            sheets: titles of its sheets, each of 1000 rows and 26 columns.
            spreadsheet_id: its id; a random one when empty.

        Returns:
            The spreadsheet's id.
        """
        file = self.library.create(title, HOUSE_OWNER, spreadsheet_id)
        roles = share_with if isinstance(share_with, Mapping) else dict.fromkeys(share_with, "writer")
        for email, role in roles.items():
            file.share(email, role)
        self.documents.set_titles(file.file_id, list(sheets))
        return file.file_id

    def _current(self) -> Switches:
        return self.switches

    def _set_quotas(self, argument: Any) -> None:
        """Set by a fault: true or false, or {"per_user": N, "per_project": N}, which also switches them on."""
        if isinstance(argument, Mapping):
            given = {name: int(argument[name]) for name in ("per_user", "per_project") if name in argument}
            self.quotas.limits = replace(self.quotas.limits, **given)
            self.quotas.on = True
        else:
            self.quotas.on = bool(argument)


class Front:
    """What the server answers besides Google's own paths: its choices, under /sandbox/google."""

    def __init__(self, application: Application, sandbox: GoogleSandbox) -> None:
        self._application, self._sandbox = application, sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in ("/", "/sandbox/google"):
            await self._application(scope, receive, send)
            return
        request = Request(scope, receive)
        response = self._put(await request.body()) if request.method == "PUT" else self._shown()
        await response(scope, receive, send)

    def _shown(self) -> Response:
        sandbox = self._sandbox
        quotas = {"on": sandbox.quotas.on, **asdict(sandbox.quotas.limits)}
        files = {file.file_id: file.document.title for file in sandbox.library.files()}
        return JSONResponse({"switches": asdict(sandbox.switches), "quotas": quotas, "spreadsheets": files})

    def _put(self, body: bytes) -> Response:
        """Take {"switches": {…}, "quotas": {"on": …, "per_user": …, "per_project": …}}; what is left out stays."""
        sandbox = self._sandbox
        try:
            given = json.loads(body)
            switches = SWITCHES.validate_python({**asdict(sandbox.switches), **given.get("switches", {})})
            quotas = {**asdict(sandbox.quotas.limits), **given.get("quotas", {})}
            on, limits = bool(quotas.pop("on", sandbox.quotas.on)), Limits(**quotas)
        except (ValueError, TypeError, AttributeError, ValidationError) as error:
            return JSONResponse({"error": str(error)}, 400)
        sandbox.switches = switches
        sandbox.quotas.limits, sandbox.quotas.on = limits, on
        return self._shown()
