"""One HTTP request, taken apart, and the answer to it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from sheetsync.sandbox.google.answers import JSON_TYPE
from sheetsync.sandbox.google.errors import ApiError, Violation, unbindable
from sheetsync.sandbox.google.masks import EVERYTHING, Mask, answered
from sheetsync.sandbox.google.schema import PACKAGE, Json, bind, camel, schemas, snake
from sheetsync.sandbox.google.tokens import Grant

LARGEST_BODY = 10_485_760
"""Bytes of a request's body that the API takes (users quote the refusal)."""

STANDARD = frozenset(
    {
        "$.xgafv",
        "access_token",
        "alt",
        "callback",
        "fields",
        "key",
        "oauth_token",
        "prettyPrint",
        "quotaUser",
        "uploadType",
        "upload_protocol",
    }
)
"""Query parameters that every method takes (discovery document)."""

WORTH_ZIPPING = 1024


@dataclass(frozen=True, slots=True)
class Call:
    """A request. `parts` are what the route's pattern took out of the path; header names are in lower case."""

    parts: tuple[str, ...]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    grant: Grant

    @property
    def email(self) -> str:
        return self.grant.email

    def first(self, name: str) -> str | None:
        """A query parameter's first value."""
        values = self.query.get(name)
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: JSON, or bytes of another type."""

    value: Json | None = None
    status: int = 200
    raw: bytes = b""
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


def query_of(text: str) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        result.setdefault(name, []).append(value)
    return result


def parameters(call: Call, known: Mapping[str, str]) -> Json:
    """The query parameters of a Sheets method, by their types (see schema_source).

    Raises:
        ApiError: one is unknown or cannot be read, as the real front end tells.
    """
    result: Json = {}
    violations: list[Violation] = []
    for raw, values in call.query.items():
        name = raw if raw in known else camel(raw)
        if raw in STANDARD:
            continue
        if name not in known:
            described = f"Cannot bind query parameter. Field '{raw}' could not be found in request message."
            text = f'Invalid JSON payload received. Unknown name "{raw}": {described}'
            violations.append(Violation("", text))
        elif known[name].startswith("[]"):
            result[name] = values
        else:
            result[name] = _read(name, known[name], values[0], violations)
    if violations:
        raise unbindable(violations)
    return result


def _read(name: str, kind: str, text: str, violations: list[Violation]) -> Any:
    if kind == "b":
        if text.lower() in ("true", "false", "1", "0", ""):
            return text.lower() in ("true", "1")
        violations.append(_invalid(name, "TYPE_BOOL", text))
    elif kind.startswith("="):
        if text in kind[1:].split("|"):
            return text
        violations.append(_invalid(name, PACKAGE + name[0].upper() + name[1:], text))
    return text


def _invalid(name: str, kind: str, text: str) -> Violation:
    return Violation(snake(name), f"Invalid value at '{snake(name)}' ({kind}), \"{text}\"")


def payload(call: Call, schema: str, root: str = "") -> Json:
    """The body as an instance of a schema.

    Raises:
        ApiError: it is too large, no JSON, or does not fit the schema.
    """
    body = inflated(call)
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        excerpt = body[max(0, error.pos - 10) : error.pos + 20].decode("utf-8", "replace")
        raise ApiError(f"Invalid JSON payload received. Unexpected token.\n{excerpt}\n^") from error
    violations: list[Violation] = []
    bound = bind(schema, value, violations, root)
    if violations:
        raise unbindable(violations)
    return bound


def inflated(call: Call) -> bytes:
    """The body, unpacked if it came packed.

    Raises:
        ApiError: it is larger than the API takes, or cannot be unpacked.
    """
    body = call.body
    if call.headers.get("content-encoding", "").lower() == "gzip":
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise ApiError("Request contains an invalid argument.") from error
    if len(body) > LARGEST_BODY:
        raise ApiError(f"Request payload size exceeds the limit: {LARGEST_BODY} bytes.")
    return body


def answer_mask(call: Call, schema: str) -> Mask:
    """The fields of the answer that the call asks for; everything when it does not say."""
    text = call.first("fields")
    return answered(text, schema) if text else EVERYTHING


def kind_of(schema: str, field_name: str) -> str:
    """The type of a schema's field, for parameters that are also part of a body."""
    return schemas()[schema][field_name]
