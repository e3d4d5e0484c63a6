"""The API's refusals: an HTTP status with a body of `message` and a numeric `code` (forms seen in real responses)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

JSON = "application/json;charset=UTF-8"
GENERIC, BAD_REQUEST, BAD_BODY, RATE_LIMIT = 501, 3000, 3002, 429
"""Codes. 501 and 3000 are catch-alls; 3002 is a body that cannot be read."""


class Refusal(Exception):  # noqa: N818  # it is an answer
    """An answer that is an error; `code` is Clockify's number, not the HTTP status."""

    def __init__(
        self, status: int, message: str, code: int = GENERIC, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code
        self.headers = dict(headers or {})

    @property
    def body(self) -> bytes:
        return orjson.dumps({"message": self.message, "code": self.code})


NO_TOKEN = Refusal(401, "Multiple or none auth tokens present", 1000)
UNKNOWN_KEY = Refusal(401, "Api key does not exist", 4003)
BAD_TOKEN = Refusal(401, "Token is not valid", 4017)
OLD_NO_TOKEN = Refusal(401, "Full authentication is required to access this resource", 1000)
ACCESS_DENIED = Refusal(403, "Access Denied")
NOT_SEVEN_DAYS = Refusal(400, "Please select date range of exactly 7 days for weekly report")
MUST_NOT_BE_NULL = Refusal(400, "must not be null")
TOO_MANY_REQUESTS = Refusal(429, "Too Many Requests", RATE_LIMIT)


def foreign(entity: str) -> Refusal:
    """An id that is unknown, deleted or of another workspace: the regular API tells the three not apart."""
    return Refusal(400, f"{entity} doesn't belong to Workspace")


def invalid(name: str) -> Refusal:
    return Refusal(400, f"You entered invalid value for field: [{name}].")


def unreadable(what: str) -> Refusal:
    return Refusal(400, f"JSON parse error: {what}", BAD_BODY)


def unknown_choice(name: str, accepted: Iterable[str]) -> Refusal:
    return unreadable(f"{name} not one of the values accepted for Enum class: [{', '.join(accepted)}]")


def bad_parameter(name: str, wanted: str, value: str) -> Refusal:
    message = (
        f"Method parameter '{name}': Failed to convert value of type 'java.lang.String' to required type '{wanted}'"
    )
    return Refusal(400, f"{message}; Invalid value [{value}]", BAD_REQUEST)


def no_route(path: str) -> Refusal:
    return Refusal(404, f"No static resource {path}.", BAD_REQUEST)


def no_method(method: str, allowed: Iterable[str]) -> Refusal:
    return Refusal(
        405, f"Request method '{method}' is not supported", BAD_REQUEST, {"Allow": ", ".join(sorted(allowed))}
    )
