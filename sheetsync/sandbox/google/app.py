"""The stand-in as an ASGI application: routes, authentication, quotas, and the shape of answers."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sheetsync.sandbox.google.answers import (
    HTML_TYPE,
    JSON_TYPE,
    SHEETS_HEADERS,
    dumped,
    insufficient_scopes,
    page,
    unauthenticated,
)
from sheetsync.sandbox.google.calls import WORTH_ZIPPING, Call, Reply, query_of
from sheetsync.sandbox.google.drive import DriveApi
from sheetsync.sandbox.google.errors import ApiError, DriveError
from sheetsync.sandbox.google.quotas import Quotas
from sheetsync.sandbox.google.sheets_api import SheetsApi
from sheetsync.sandbox.google.tokens import (
    DRIVE_READ_SCOPES,
    DRIVE_SCOPES,
    SHEETS_READ_SCOPES,
    SHEETS_SCOPES,
    Grant,
    TokenError,
    Tokens,
)
from sheetsync.sandbox.journal import Access

ZIP_LEVEL = 1
READING_POSTS = re.compile(r":(getByDataFilter|batchGetByDataFilter)$|/developerMetadata:search$")
DRIVE_HEADERS: Mapping[str, str] = {
    **SHEETS_HEADERS,
    "Vary": "Origin, X-Origin",
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "Pragma": "no-cache",
    "Expires": "Mon, 01 Jan 1990 00:00:00 GMT",
}


def access(method: str, path: str) -> Access:
    """What a request counts as: the quotas know reads and writes of the Sheets API only."""
    if path == "/token":
        return "token"
    if not path.startswith("/v4/"):
        return "other"
    return "read" if method == "GET" or READING_POSTS.search(path) else "write"


CHALLENGE = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; `path` is still percent-encoded, since ranges in it may hold slashes."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, scope: Scope, body: bytes) -> Asked:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = query_of(scope["query_string"].decode("latin-1"))
        return cls(scope["method"], raw.decode("latin-1").partition("?")[0], query, headers, body)

    def call(self, parts: tuple[str, ...], grant: Grant) -> Call:
        return Call(parts, self.query, self.headers, self.body, grant)


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a pattern of the path, still percent-encoded; groups become the call's parts.

    `procedure` is the API's own name for the method; refusals for want of a scope tell it.
    """

    method: str
    pattern: re.Pattern[str]
    handler: Callable[[Call], Reply]
    procedure: str = ""


def _sheets_routes(api: SheetsApi) -> list[Route]:
    table: list[tuple[str, str, Callable[[Call], Reply], str]] = [
        ("POST", "", api.create, "CreateSpreadsheet"),
        ("GET", r"/([^/:]+)", api.get, "GetSpreadsheet"),
        ("POST", r"/([^/:]+):batchUpdate", api.batch_update, "BatchUpdateSpreadsheet"),
        ("POST", r"/([^/:]+):getByDataFilter", api.get_by_data_filter, "GetSpreadsheetByDataFilter"),
        ("POST", r"/([^/]+)/sheets/(\d{1,10}):copyTo", api.copy_to, "CopySheetTo"),
        ("GET", r"/([^/]+)/developerMetadata/(\d{1,10})", api.metadata_get, "GetDeveloperMetadata"),
        ("POST", r"/([^/]+)/developerMetadata:search", api.metadata_search, "SearchDeveloperMetadata"),
        ("GET", r"/([^/]+)/values:batchGet", api.values_batch_get, "BatchGetValues"),
        ("POST", r"/([^/]+)/values:batchUpdate", api.values_batch_update, "BatchUpdateValues"),
        ("POST", r"/([^/]+)/values:batchClear", api.values_batch_clear, "BatchClearValues"),
        (
            "POST",
            r"/([^/]+)/values:batchGetByDataFilter",
            api.values_batch_get_by_data_filter,
            "BatchGetValuesByDataFilter",
        ),
        (
            "POST",
            r"/([^/]+)/values:batchUpdateByDataFilter",
            api.values_batch_update_by_data_filter,
            "BatchUpdateValuesByDataFilter",
        ),
        (
            "POST",
            r"/([^/]+)/values:batchClearByDataFilter",
            api.values_batch_clear_by_data_filter,
            "BatchClearValuesByDataFilter",
        ),
        ("POST", r"/([^/]+)/values/(.+):append", api.values_append, "AppendValues"),
        ("POST", r"/([^/]+)/values/(.+):clear", api.values_clear, "ClearValues"),
        ("GET", r"/([^/]+)/values/(.+)", api.values_get, "GetValues"),
        ("PUT", r"/([^/]+)/values/(.+)", api.values_update, "UpdateValues"),
    ]
    return [
        Route(method, re.compile("/v4/spreadsheets" + pattern), handler, procedure)
        for method, pattern, handler, procedure in table
    ]


def _drive_routes(api: DriveApi) -> list[Route]:
    table: list[tuple[str, str, Callable[[Call], Reply]]] = [
        ("GET", r"/drive/v3/files", api.list_files),
        ("POST", r"/drive/v3/files", api.create),
        ("GET", r"/drive/v3/files/([^/]+)", api.get),
        ("PATCH", r"/drive/v3/files/([^/]+)", api.update),
        ("DELETE", r"/drive/v3/files/([^/]+)", api.delete),
        ("POST", r"/drive/v3/files/([^/]+)/copy", api.copy),
        ("GET", r"/drive/v3/files/([^/]+)/export", api.export),
        ("GET", r"/drive/v3/files/([^/]+)/comments", api.list_comments),
        ("POST", r"/drive/v3/files/([^/]+)/comments", api.create_comment),
        ("GET", r"/drive/v3/files/([^/]+)/permissions", api.list_permissions),
        ("POST", r"/drive/v3/files/([^/]+)/permissions", api.create_permission),
        ("GET", r"/drive/v3/files/([^/]+)/permissions/([^/]+)", api.get_permission),
        ("PATCH", r"/drive/v3/files/([^/]+)/permissions/([^/]+)", api.update_permission),
        ("DELETE", r"/drive/v3/files/([^/]+)/permissions/([^/]+)", api.delete_permission),
        ("PUT", r"/upload/drive/v2/files/([^/]+)", api.import_csv),
    ]
    return [Route(method, re.compile(pattern), handler) for method, pattern, handler in table]


class Application:
    """Answers Google's requests. Each runs in a thread of its own, so that long writes do not hold up readers."""

    def __init__(self, sheets: SheetsApi, drive: DriveApi, tokens: Tokens, quotas: Quotas) -> None:
        self._sheets, self._drive = _sheets_routes(sheets), _drive_routes(drive)
        self._tokens, self._quotas = tokens, quotas

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        response = await run_in_threadpool(self._respond, scope, body)
        await response(scope, receive, send)

    def user(self, headers: Mapping[str, str]) -> str:
        """The account that a request is counted for."""
        grant = self._tokens.grant(headers)
        return "" if grant is None else grant.email

    def _respond(self, scope: Scope, body: bytes) -> Response:
        asked = Asked.of(scope, body)
        if asked.path == "/token" and asked.method == "POST":
            return self._token(body)
        is_drive = not asked.path.startswith("/v4/")
        found = _matched(self._drive if is_drive else self._sheets, asked.method, asked.path)
        if found is None:
            text = f"The requested URL <code>{_escaped(asked.path)}</code> was not found on this server."
            return Response(page(404, "Not Found", text), 404, media_type=HTML_TYPE)
        return self._respond_drive(*found, asked) if is_drive else self._respond_sheets(*found, asked)

    def _token(self, body: bytes) -> Response:
        try:
            value: dict[str, Any] = self._tokens.answer(body)
        except TokenError as error:
            return Response(orjson.dumps(error.body(), option=orjson.OPT_INDENT_2), 400, media_type=JSON_TYPE)
        return Response(orjson.dumps(value), media_type=JSON_TYPE)

    def _respond_sheets(self, route: Route, parts: tuple[str, ...], asked: Asked) -> Response:
        try:
            reply = route.handler(asked.call(parts, self._sheets_grant(route, asked)))
        except ApiError as error:
            headers = CHALLENGE if error.code == 401 else {}
            reply = Reply(error.body(legacy=asked.query.get("alt") == ["json"]), error.code, headers=headers)
        return _response(reply, asked, SHEETS_HEADERS)

    def _sheets_grant(self, route: Route, asked: Asked) -> Grant:
        grant = self._tokens.grant(asked.headers)
        if grant is None:
            raise unauthenticated()
        kind = access(asked.method, asked.path)
        self._quotas.charge(grant.email, kind)
        # The search of metadata reads, but takes no read-only scope (discovery document).
        readable = kind == "read" and route.procedure != "SearchDeveloperMetadata"
        if not grant.scopes & (SHEETS_READ_SCOPES if readable else SHEETS_SCOPES):
            raise insufficient_scopes(route.procedure)
        return grant

    def _drive_grant(self, route: Route, asked: Asked) -> Grant:
        grant = self._tokens.grant(asked.headers)
        if grant is None:
            raise DriveError(401, "authError", "Invalid Credentials", "Authorization")
        if not grant.scopes & (DRIVE_READ_SCOPES if route.method == "GET" else DRIVE_SCOPES):
            raise DriveError(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        return grant

    def _respond_drive(self, route: Route, parts: tuple[str, ...], asked: Asked) -> Response:
        try:
            reply = route.handler(asked.call(parts, self._drive_grant(route, asked)))
        except DriveError as error:
            reply = Reply(error.body(), error.code)
        except ApiError as error:
            reply = Reply(DriveError(error.code, "badRequest", error.message).body(), error.code)
        return _response(reply, asked, DRIVE_HEADERS)


def _matched(routes: Sequence[Route], method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    for route in routes:
        if route.method == method:
            found = route.pattern.fullmatch(path)
            if found is not None:
                return route, tuple(unquote(part) for part in found.groups())
    return None


def _response(reply: Reply, asked: Asked, common: Mapping[str, str]) -> Response:
    """The reply with the headers that its API sends; packed when that was asked for and is worth it."""
    pretty = asked.query.get("prettyPrint", ["true"])[0].lower() != "false"
    content = reply.raw if reply.value is None else dumped(reply.value, pretty=pretty)
    headers = {**common, **reply.headers}
    if "gzip" in asked.headers.get("accept-encoding", "") and len(content) > WORTH_ZIPPING:
        content = gzip.compress(content, ZIP_LEVEL)
        headers["Content-Encoding"] = "gzip"
    return Response(content, reply.status, headers, reply.content_type)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
