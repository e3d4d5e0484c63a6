"""What Google's refusals mean, and what to do about each. Statuses and bodies are those seen in real answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

from sheetsync.errors import SheetsError, SheetsQuotaError, SheetsUnavailableError

SHOWN_CHARACTERS = 300
PROJECT = "project"
"""What a refusal names that is for the quota of the whole project; the others say "per user"."""
AMBIGUOUS = frozenset({408, 409, 500, 502, 503, 504})
"""Statuses after which a write may have been done all the same."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for messages: the account's address (may be empty) and the spreadsheet."""

    email: str
    spreadsheet: str

    @property
    def account(self) -> str:
        return self.email or "the account of google.credentials"

    @property
    def url(self) -> str:
        return f"https://docs.google.com/spreadsheets/d/{self.spreadsheet}/edit"


@dataclass(frozen=True, slots=True)
class Said:
    """Google's own words: its message, its status word and the reasons of its details."""

    message: str
    status: str
    reasons: frozenset[str]


class NotFoundError(SheetsError):
    """HTTP 404. Google has been seen to answer so for a moment about a spreadsheet that it has just read."""


class NoAccessError(SheetsError):
    """HTTP 401, or a 403 about the spreadsheet as a whole: whatever is sent there, it is refused alike."""


def refusal(status: int, content: bytes, asker: Asker, retry_after: str | None = None) -> SheetsError:
    """The error for an answer that is not a success."""
    said = read(content)
    shown = f"HTTP {status}: {said.message}" if said.message else f"HTTP {status}"
    if status == 429:
        return SheetsQuotaError(
            f"Google's quota for Sheets is used up ({shown}).",
            "It allows 60 reads and 60 writes a minute for each account, and refills every minute; spread the jobs out,"
            " or ask for a higher quota in the Google Cloud console.",
            float(retry_after) if retry_after is not None and retry_after.strip().isdigit() else None,
            PROJECT if "per minute" in said.message and "per user" not in said.message else "",
        )
    if status in AMBIGUOUS or status >= 500:
        return SheetsUnavailableError(f"Google Sheets cannot answer now ({shown}).", "Try again later.")
    message, todo = _explained(status, said, asker)
    return _kind(status, said)(f"{message} ({shown}).", todo)


def _kind(status: int, said: Said) -> type[SheetsError]:
    if status == 404:
        return NotFoundError
    return NoAccessError if status in {401, 403} and "protected" not in said.message else SheetsError


def read(content: bytes) -> Said:
    """Google's words in an error body; a page that is no JSON has none."""
    try:
        body: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return Said("", "", frozenset())
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return Said(f"{error}: {body.get('error_description', '')}".rstrip(": "), error, frozenset())
    if not isinstance(error, dict):
        return Said("", "", frozenset())
    details = [entry for entry in error.get("details") or [] if isinstance(entry, dict)]
    reasons = frozenset(str(entry["reason"]) for entry in details if "reason" in entry)
    message = re.sub(r"\s+", " ", str(error.get("message", ""))).strip()[:SHOWN_CHARACTERS].rstrip(".")
    return Said(message, str(error.get("status", "")), reasons)


def _explained(status: int, said: Said, asker: Asker) -> tuple[str, str]:
    if "SERVICE_DISABLED" in said.reasons or "has not been used in project" in said.message:
        return (
            "the Google Sheets API is not enabled for the project of the key",
            "Enable it in the Google Cloud console (APIs & Services > Library), wait a minute and try again.",
        )
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in said.reasons or "insufficient authentication scopes" in said.message:
        return (
            "the credentials were made without the right to use spreadsheets",
            "Make them with the scope https://www.googleapis.com/auth/spreadsheets, or use a service account's key.",
        )
    if status == 401:
        return ("Google does not accept the credentials", "Make a new key and give it in google.credentials.")
    if status == 403:
        return (
            f"{asker.account} may not edit the spreadsheet",
            f"Share the spreadsheet with {asker.account} as an editor: {asker.url} > Share.",
        )
    if status == 404:
        return (
            f"there is no spreadsheet {asker.spreadsheet}, or {asker.account} may not see it",
            f"Check target.spreadsheet, and share the spreadsheet with {asker.account} as an editor.",
        )
    return _explained_request(said, asker)


def _explained_request(said: Said, asker: Asker) -> tuple[str, str]:
    if "protected cell" in said.message:
        return (
            "the target has cells that are protected",
            f"Let {asker.account} edit them (Data > Protect sheets and ranges), or give the job another range.",
        )
    if "above the limit of" in said.message:
        return ("the spreadsheet would have too many cells", "Delete unused tabs, rows or columns, or use another one.")
    if "not supported for this document" in said.message:
        return (
            "the file is not a Google spreadsheet",
            "Save it as Google Sheets (File > Save as Google Sheets) and give that one's address.",
        )
    return ("Google refused the request", "Look at the target: setting; nothing was written.")
