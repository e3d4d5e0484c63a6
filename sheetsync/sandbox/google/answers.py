"""Ready-made answers for faults, with the bodies that Google sends."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from sheetsync.sandbox.control import Answer
from sheetsync.sandbox.google.errors import ERROR_INFO, HELP, ApiError, forbidden, not_found
from sheetsync.sandbox.google.quotas import PER_USER, exceeded
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.tokens import PROJECT_NUMBER, TokenError

JSON_TYPE = "application/json; charset=UTF-8"
HTML_TYPE = "text/html; charset=UTF-8"

SHEETS_HEADERS: Mapping[str, str] = {
    "Vary": "Origin, X-Origin, Referer",
    "Server": "ESF",
    "Cache-Control": "private",
    "X-XSS-Protection": "0",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer of the Sheets API (seen in real responses)."""


def unauthenticated() -> ApiError:
    return ApiError(
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        401,
    )


def insufficient_scopes(method: str = "GetValues") -> ApiError:
    """The 403 of a token whose scopes do not allow the call; `method` is the name of the API's own procedure."""
    service = {
        "service": "sheets.googleapis.com",
        "method": f"google.apps.sheets.v4.SpreadsheetsService.{method}",
    }
    reason = {"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "domain": "googleapis.com", "metadata": service}
    return ApiError("Request had insufficient authentication scopes.", 403, ({"@type": ERROR_INFO, **reason},))


def disabled() -> ApiError:
    """The 403 of a project in which the Sheets API was not switched on."""
    url = f"https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project={PROJECT_NUMBER}"
    message = (
        f"Google Sheets API has not been used in project {PROJECT_NUMBER} before or it is disabled. Enable it by "
        f"visiting {url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate "
        "to our systems and retry."
    )
    links = [{"description": "Google developers console API activation", "url": url}]
    metadata = {"service": "sheets.googleapis.com", "consumer": f"projects/{PROJECT_NUMBER}"}
    info = {"@type": ERROR_INFO, "reason": "SERVICE_DISABLED", "domain": "googleapis.com", "metadata": metadata}
    return ApiError(message, 403, ({"@type": HELP, "links": links}, info))


def page(status: int, title: str, text: str) -> str:
    """The HTML page of Google's front end."""
    return (
        f"<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error {status} ({title})!!1</title>\n"
        f"  <p><b>{status}.</b> <ins>That\u2019s an error.</ins>\n  <p>{text}  <ins>That\u2019s all we know.</ins>\n"
    )


def dumped(value: Json, *, pretty: bool = True) -> bytes:
    """JSON as Google writes it: indented by two, unless asked otherwise."""
    return orjson.dumps(value, option=(orjson.OPT_INDENT_2 if pretty else 0) | orjson.OPT_APPEND_NEWLINE)


def _refusal(error: ApiError) -> Answer:
    return Answer(error.code, dumped(error.body()), JSON_TYPE, SHEETS_HEADERS)


def _html(status: int, title: str, text: str) -> Answer:
    return Answer(status, page(status, title, text).encode(), HTML_TYPE, {"Server": "ESF"})


def _invalid_grant() -> Answer:
    body = TokenError("invalid_grant", "Invalid grant: account not found").body()
    return Answer(
        400, orjson.dumps(body, option=orjson.OPT_INDENT_2), JSON_TYPE, {"Server": "scaffolding on HTTPServer2"}
    )


ANSWERS: Mapping[str, Answer] = {
    "401": _refusal(unauthenticated()),
    "403-permission": _refusal(forbidden()),
    "403-scope": _refusal(insufficient_scopes()),
    "403-disabled": _refusal(disabled()),
    "404": _refusal(not_found()),
    "429-read": _refusal(exceeded("read", PER_USER, of_user=True)),
    "429-write": _refusal(exceeded("write", PER_USER, of_user=True)),
    "500": _refusal(ApiError("Internal error encountered.", 500)),
    "503": _refusal(ApiError("The service is currently unavailable.", 503)),
    "html-502": _html(
        502,
        "Server Error",
        "The server encountered a temporary error and could not complete your request.<p>Please try again in 30 "
        "seconds.",
    ),
    "html-408": _html(
        408,
        "Request Timeout",
        "Your client has taken too long to issue its request.",
    ),
    "invalid-grant": _invalid_grant(),
}
"""By the names under which faults ask for them."""
