"""What Clockify's refusals mean, and what to do about each.

Statuses, codes and texts are those seen in real responses. Codes 501 and 3000 are generic, so the status decides first,
then the text; what no public source shows (the body of a 403 for amounts, of a refused length of a window) is told by
what was asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson

from sheetsync.errors import ClockifyError, ClockifyQuotaError, ClockifyUnavailableError

LONGEST_FREE_WINDOW = 31
SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request was for, in the words of an error message."""

    what: str
    workspace: str = ""
    days: int = 0
    amounts: bool = False
    listing: bool = False

    def __str__(self) -> str:
        return self.what


class RefusedError(ClockifyError):
    """Clockify refused with a status that may mean that the window is too long for the workspace's plan."""

    def __init__(self, status: int, message: str, todo: str) -> None:
        super().__init__(message, todo)
        self.status = status


class TooManyRequestsError(ClockifyQuotaError):
    """HTTP 429; `retry_after` holds the seconds that the server named, if it did."""

    def __init__(self, message: str, todo: str, retry_after: float | None) -> None:
        super().__init__(message, todo)
        self.retry_after = retry_after


def refusal(status: int, content: bytes, retry_after: str | None, asked: Asked) -> ClockifyError:
    """The error for an answer whose status is not 200."""
    code, text = _message(content)
    said = f"HTTP {status}: {text}" if text else f"HTTP {status}"
    if status == 429:
        seconds = float(retry_after) if retry_after is not None and retry_after.strip().isdigit() else None
        return TooManyRequestsError(
            f"Clockify's quota for this workspace is used up ({said}).",
            "Free workspaces have 30 requests an hour; run fewer jobs an hour, or wait for the quota to refill.",
            seconds,
        )
    if status >= 500 or status == 408:
        return ClockifyUnavailableError(f"Clockify cannot answer {asked} now ({said}).", "Try again later.")
    if 300 <= status < 400:
        return ClockifyError(
            f"Clockify's host sent {asked} elsewhere ({said}); the key was not sent along.", "Check clockify.host."
        )
    return RefusedError(status, f"{_sentence(status, code, asked)} ({said}).", _todo(status, code, text, asked))


def _message(content: bytes) -> tuple[int | None, str]:
    """Clockify's own code and text; the text of a page that is no JSON is left out."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None, ""
    if not isinstance(body, dict):
        return None, ""
    code, text = body.get("code"), body.get("message")
    clean = re.sub(r"\s+", " ", text).strip()[:SHOWN_CHARACTERS] if isinstance(text, str) else ""
    return code if isinstance(code, int) else None, clean.rstrip(".")


def _sentence(status: int, code: int | None, asked: Asked) -> str:
    if status == 401:
        return "no API key reached Clockify" if code == 1000 else "Clockify does not accept the API key"
    if status == 403:
        return f"Clockify does not let the key's user see {asked}"
    if status == 404:
        return f"Clockify has nothing at the address of {asked}"
    return f"Clockify refused {asked}"


def _todo(status: int, code: int | None, text: str, asked: Asked) -> str:
    if status == 401 and code == 1000:
        return (
            "Check that clockify.api_key is not empty, and that no proxy takes the X-Api-Key header away or adds an"
            " Authorization header."
        )
    if status == 401:
        return (
            "Make a key in Clockify under Preferences > Advanced > Manage API keys and put it into clockify.api_key;"
            " a workspace in a region or with a subdomain of its own needs a key made there, and clockify.host set."
        )
    steps = [step for step in (_range_step(status, text, asked), _rights_step(status, asked)) if step]
    if "belong to" in text:
        steps.insert(0, "An id in filters: is of another workspace or was deleted.")
    if asked.workspace and status in {400, 403, 404}:
        steps.append(f"Check that clockify.workspace ({asked.workspace}) is one of the key's workspaces")
        steps[-1] += " and clockify.host its region."
    return " ".join(steps)


def _range_step(status: int, text: str, asked: Asked) -> str:
    if asked.days <= LONGEST_FREE_WINDOW or status not in {400, 402, 403} or "7 days" in text:
        return ""
    return (
        f"The window has {asked.days} days; Free workspaces take {LONGEST_FREE_WINDOW} in one report:"
        " set clockify.plan: free to read it in pieces."
    )


def _rights_step(status: int, asked: Asked) -> str:
    if status != 403:
        return "Check the job's filters and group_by." if status == 400 else ""
    if asked.listing:
        return "Use ids instead of names, or a key of a workspace admin."
    if asked.amounts:
        return "If the user may not see amounts, set amounts: none, or use a key of a user who may."
    return "Use a key of a user who may see this report; some reports need a paid plan."
