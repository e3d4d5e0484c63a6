"""The stand-in's token endpoint: service-account keys, access tokens, and the accounts behind them."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = 3599
"""Seconds that an access token is good for (as Google's answers say)."""

LONGEST_ASSERTION = 3600
LEEWAY = 300
PROJECT = "sheetsync-sandbox"
PROJECT_NUMBER = "123456789012"
DEFAULT_ACCOUNT = f"sheetsync@{PROJECT}.iam.gserviceaccount.com"

SHEETS_SCOPES = frozenset(
    {
        "https://www.googleapis.com/auth/spreadsheets",
        "https://www.googleapis.com/auth/drive",
        "https://www.googleapis.com/auth/drive.file",
        "https://spreadsheets.google.com/feeds",
    }
)
"""Scopes that allow every call of the Sheets API; the last is an old name that Google still takes."""

SHEETS_READ_SCOPES = SHEETS_SCOPES | {
    "https://www.googleapis.com/auth/spreadsheets.readonly",
    "https://www.googleapis.com/auth/drive.readonly",
}
DRIVE_SCOPES = frozenset({"https://www.googleapis.com/auth/drive", "https://www.googleapis.com/auth/drive.file"})
DRIVE_READ_SCOPES = DRIVE_SCOPES | {
    "https://www.googleapis.com/auth/drive.readonly",
    "https://www.googleapis.com/auth/drive.metadata.readonly",
    "https://www.googleapis.com/auth/drive.metadata",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token stands for. `expires` is in seconds since 1970."""

    email: str
    scopes: frozenset[str]
    expires: float


class TokenError(Exception):
    """A refusal of the token endpoint, in OAuth's shape."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description

    def body(self) -> dict[str, str]:
        return {"error": self.error, "error_description": self.description}


class Tokens:
    """Accounts, their one signing key, and the access tokens given out. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._key: rsa.RSAPrivateKey | None = None
        self._accounts: set[str] = set()
        self._refresh_tokens: dict[str, str] = {}
        self._grants: dict[str, Grant] = {}

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """The server's RSA key, made when it is first needed."""
        with self._lock:
            if self._key is None:
                self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return self._key

    def service_account_key(self, email: str, url: str) -> dict[str, str]:
        """The content of a key file for an account, which exists from then on; `url` is this server's."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with self._lock:
            self._accounts.add(email)
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": secrets.token_hex(20),
            "private_key": pem.decode(),
            "client_email": email,
            "client_id": "100000000000000000001",
            "auth_uri": f"{url}/o/oauth2/auth",
            "token_uri": f"{url}/token",
            "universe_domain": "googleapis.com",
        }

    def authorized_user(self, email: str) -> dict[str, str]:
        """The content of an authorized-user file for a person, with a refresh token of this server."""
        refresh_token = f"1//sandbox-{secrets.token_urlsafe(24)}"
        with self._lock:
            self._accounts.add(email)
            self._refresh_tokens[refresh_token] = email
        client = {"client_id": "sandbox.apps.googleusercontent.com", "client_secret": "sandbox"}
        return {"type": "authorized_user", **client, "refresh_token": refresh_token}

    def accept(
        self, token: str, email: str, scopes: frozenset[str] = SHEETS_SCOPES, expires_in: float = LIFETIME
    ) -> None:
        """Make a token good without the token endpoint; `expires_in` is in seconds."""
        with self._lock:
            self._accounts.add(email)
            self._grants[token] = Grant(email, scopes, self._clock() + expires_in)

    def revoke(self, email: str) -> None:
        """The account is gone: its tokens are refused, and it gets no new ones."""
        with self._lock:
            self._accounts.discard(email)
            self._drop(lambda grant: grant.email == email)

    def expire(self) -> None:
        """Every access token given out so far is refused from now on."""
        with self._lock:
            self._drop(lambda _: True)

    def _drop(self, which: Callable[[Grant], bool]) -> None:
        self._grants = {token: grant for token, grant in self._grants.items() if not which(grant)}

    def grant(self, headers: Mapping[str, str]) -> Grant | None:
        """What the request's bearer token stands for; None without a good one."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        with self._lock:
            grant = self._grants.get(token.strip())
        if scheme.lower() != "bearer" or grant is None or grant.expires <= self._clock():
            return None
        return grant

    def answer(self, body: bytes) -> dict[str, Any]:
        """Answer a POST to the token endpoint.

        Raises:
            TokenError: the grant is refused.
        """
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        kind = form.get("grant_type", "")
        if kind == JWT_GRANT:
            email, scopes = self._asserted(form.get("assertion", ""))
        elif kind == "refresh_token":
            email, scopes = self._refreshed(form.get("refresh_token", ""))
        elif not kind:
            raise TokenError("invalid_request", "Required parameter is missing: grant_type")
        else:
            raise TokenError("unsupported_grant_type", f"Invalid grant_type: {kind}")
        token = f"ya29.sandbox-{secrets.token_urlsafe(32)}"
        self.accept(token, email, scopes)
        return {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}

    def _refreshed(self, refresh_token: str) -> tuple[str, frozenset[str]]:
        with self._lock:
            email = self._refresh_tokens.get(refresh_token)
            if email is None or email not in self._accounts:
                raise TokenError("invalid_grant", "Token has been expired or revoked.")
        return email, SHEETS_SCOPES | DRIVE_SCOPES

    def _asserted(self, assertion: str) -> tuple[str, frozenset[str]]:
        """The account and the scopes of a signed assertion. Its `aud` is not looked at: clients always name Google."""
        claims = self._claims(assertion)
        email, scopes = str(claims.get("iss", "")), frozenset(str(claims.get("scope", "")).split())
        with self._lock:
            if email not in self._accounts:
                raise TokenError("invalid_grant", "Invalid grant: account not found")
        issued, expires, now = claims.get("iat"), claims.get("exp"), self._clock()
        if not _timely(issued, expires, now):
            raise TokenError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )
        if not scopes:
            raise TokenError("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return email, scopes

    def _claims(self, assertion: str) -> dict[str, Any]:
        parts = assertion.split(".")
        try:
            header, claims, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts)
            algorithm, payload = json.loads(header)["alg"], json.loads(claims)
        except (ValueError, binascii.Error, KeyError, TypeError) as error:
            raise TokenError("invalid_grant", "Bad Request") from error
        if algorithm != "RS256" or not isinstance(payload, dict):
            raise TokenError("invalid_grant", "Invalid JWT Signature.")
        signed = f"{parts[0]}.{parts[1]}".encode()
        try:
            self.key.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise TokenError("invalid_grant", "Invalid JWT Signature.") from error
        return payload


def _timely(issued: object, expires: object, now: float) -> bool:
    """Whether an assertion's times, in seconds since 1970, are near enough to now and to each other."""
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        return False
    return now - LEEWAY < expires <= issued + LONGEST_ASSERTION and issued <= now + LEEWAY
