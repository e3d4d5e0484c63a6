"""Google's refusals: the error that the code raises and the JSON body it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
HELP = "type.googleapis.com/google.rpc.Help"

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
"""Canonical status names of google.rpc.Code by HTTP status, as far as this server answers with them."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One part of a request that Google cannot bind; `field` is empty for the request as a whole."""

    field: str
    description: str


class ApiError(Exception):
    """A refusal of the Sheets API.

    Args:
        message: the text of `error.message`.
        code: HTTP status.
        details: the `error.details` list, as JSON.
    """

    def __init__(self, message: str, code: int = 400, details: tuple[dict[str, Any], ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details

    def body(self, *, legacy: bool = False) -> dict[str, Any]:
        """The answer's JSON; `legacy` adds the `errors` list that requests with alt=json get."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if legacy:
            reason = {400: "badRequest", 401: "authError", 403: "forbidden", 404: "notFound"}.get(
                self.code, "backendError"
            )
            error["errors"] = [{"message": self.message, "domain": "global", "reason": reason}]
        error["status"] = STATUS[self.code]
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}

    def at(self, place: str) -> ApiError:
        """The same refusal, told of one part of a batch: `Invalid requests[0].addSheet: …`."""
        return ApiError(f"Invalid {place}: {self.message}", self.code, self.details)


class DriveError(Exception):
    """A refusal of the Drive API, which has an older shape of body than Sheets.

    Args:
        code: HTTP status.
        reason: Drive's word for it, such as `notFound`.
        message: the text for people.
        location: the parameter that is to blame; empty for none.
    """

    def __init__(self, code: int, reason: str, message: str, location: str = "") -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.location = code, reason, message, location

    def body(self) -> dict[str, Any]:
        entry = {"message": self.message, "domain": "global", "reason": self.reason}
        if self.location:
            entry |= {"location": self.location, "locationType": "parameter"}
        return {"error": {"code": self.code, "message": self.message, "errors": [entry]}}


def unbindable(violations: list[Violation]) -> ApiError:
    """The refusal of a payload that does not fit the schema, with every violation found (seen in real responses)."""
    listed = [
        {"field": found.field, "description": found.description} if found.field else {"description": found.description}
        for found in violations
    ]
    message = "\n".join(found.description for found in violations)
    return ApiError(message, 400, ({"@type": BAD_REQUEST, "fieldViolations": listed},))


def not_found() -> ApiError:
    return ApiError("Requested entity was not found.", 404)


def forbidden() -> ApiError:
    return ApiError("The caller does not have permission", 403)


def protected() -> ApiError:
    return ApiError(
        "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection "
        "if you need to edit."
    )
