"""Who publishes: Google credentials from a key's text or from the environment."""

from __future__ import annotations

import hashlib
import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import google.auth
import google.auth.exceptions
import orjson
from google.auth.credentials import Credentials
from google.auth.transport.requests import Request
from google.oauth2 import service_account

from sheetsync.errors import SheetsError

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
"""Enough for all that sheetsync does; it touches no Drive."""
TOKEN_SECONDS = 30.0
"""How long the token endpoint may be silent."""
MOST_ACCOUNTS = 100
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Account:
    """Credentials and the address to share spreadsheets with; empty where it is not known.

    Runs of one process share an account and its token. Safe to use from several threads. `project` is the Google Cloud
    project whose quota the requests use, by id or number; empty where it is not known.
    """

    credentials: Credentials
    email: str
    project: str = ""
    _signing_in: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    def sign_in(self) -> None:
        """Have an access token that is good for a while; of several threads one asks for it.

        Raises:
            google.auth.exceptions.GoogleAuthError: none could be had.
        """
        with self._signing_in:
            if not self.credentials.valid:
                # google-auth says nothing of its types.
                self.credentials.refresh(partial(Request(), timeout=TOKEN_SECONDS))  # type: ignore[no-untyped-call]

    def sign_in_meanwhile(self) -> None:
        """Begin to sign in, while something else is done. What goes wrong is met by `sign_in`."""
        if not self.credentials.valid:
            threading.Thread(target=self._try_to_sign_in, name="sheetsync-token", daemon=True).start()

    def _try_to_sign_in(self) -> None:
        with suppress(google.auth.exceptions.GoogleAuthError):
            self.sign_in()


class LocalServiceAccount(service_account.Credentials):
    """A service account whose token comes from this machine.

    google-auth looks up where a service account may be used from, in the background and at a fixed address of Google's;
    a key of a stand-in has to stay on the machine.
    """

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def is_local(url: str) -> bool:
    """Whether an address is on this machine."""
    return urlsplit(url).hostname in LOOPBACK


class Accounts:
    """The accounts that a process publishes as, each made once, so that its token serves all of its runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Account] = {}

    def of(self, key: str | None) -> Account:
        """See `account`. The environment's credentials are looked up anew each time: what they are may change."""
        if key is None:
            return _from_environment()
        digest = hashlib.sha256(key.encode()).hexdigest()
        with self._lock:
            if digest not in self._known:
                while len(self._known) >= MOST_ACCOUNTS:
                    del self._known[next(iter(self._known))]
                self._known[digest] = account(key)
            return self._known[digest]


def account(key: str) -> Account:
    """The account of a key file's text.

    Raises:
        SheetsError: the key is not one.
    """
    try:
        parsed: Any = orjson.loads(key)
    except orjson.JSONDecodeError as error:
        raise _malformed("it is no JSON") from error
    if not isinstance(parsed, dict):
        raise _malformed("it is no JSON object")
    kind = parsed.get("type")
    try:
        if kind == "service_account":
            return _service_account(parsed)
        if kind == "authorized_user":
            from google.oauth2 import credentials as user_credentials  # noqa: PLC0415 - few keys are of this kind

            # google-auth's own annotations stop at the door.
            own = user_credentials.Credentials.from_authorized_user_info(parsed, SCOPES)  # type: ignore[no-untyped-call]
            return Account(own, "", _project_of_client(str(parsed.get("client_id", ""))))
    except (ValueError, TypeError, google.auth.exceptions.GoogleAuthError) as error:
        raise _malformed(_without_values(str(error))) from error
    if kind is None and ("installed" in parsed or "web" in parsed):
        raise _malformed("it is an OAuth client's file, not an account's key")
    raise _malformed(f"its type is {kind!r}" if kind else 'it has no "type"')


def _service_account(parsed: dict[str, Any]) -> Account:
    made = LocalServiceAccount if is_local(str(parsed.get("token_uri", ""))) else service_account.Credentials
    credentials = made.from_service_account_info(parsed, scopes=SCOPES)  # type: ignore[no-untyped-call]  # see above
    return Account(credentials, str(parsed.get("client_email", "")), str(parsed.get("project_id") or ""))


def _project_of_client(client: str) -> str:
    """The number of the project that an OAuth client belongs to: its id begins with it."""
    number = client.partition("-")[0]
    return number if number.isdigit() else ""


def _from_environment() -> Account:
    try:
        credentials, _ = google.auth.default(scopes=SCOPES)
    except google.auth.exceptions.DefaultCredentialsError as error:
        raise SheetsError(
            "there are no Google credentials: google.credentials is not set, and the environment has none.",
            "Set google.credentials: file:/path/to/service-account.json.",
        ) from error
    own = str(getattr(credentials, "project_id", "") or "")
    return Account(credentials, str(getattr(credentials, "service_account_email", "") or ""), own)


def _malformed(why: str) -> SheetsError:
    return SheetsError(
        f"google.credentials holds no usable key: {why}.",
        "Make a JSON key for a service account in the Google Cloud console (IAM > Service Accounts > Keys) and give its"
        " file unchanged.",
    )


def _without_values(message: str) -> str:
    """An error text of google-auth, less anything long enough to be part of a key."""
    return re.sub(r"\S{40,}", "…", message.splitlines()[0]).rstrip(".") if message else "it cannot be read"
