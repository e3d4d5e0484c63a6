"""The calls of the Drive API that clients of Sheets make, v3 and the CSV import of v2."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from sheetsync.sandbox.google.calls import Call, Reply, inflated
from sheetsync.sandbox.google.document import USUAL_COLUMNS, USUAL_ROWS, Document, new_document, new_id, new_sheet
from sheetsync.sandbox.google.errors import DriveError
from sheetsync.sandbox.google.library import (
    ROLES,
    SHEET_TYPE,
    File,
    Library,
    Permission,
    new_comment_id,
    rfc3339,
)
from sheetsync.sandbox.google.lookup import Place
from sheetsync.sandbox.google.masks import EVERYTHING, Mask, MaskError, parsed, selected
from sheetsync.sandbox.google.rendering import formatted
from sheetsync.sandbox.google.schema import Json
from sheetsync.sandbox.google.switches import Switches
from sheetsync.sandbox.google.values import Writing, write

OWNER, WRITER, READER = 3, 2, 1
MOST_LISTED = 1000
SHOWN_BY_DEFAULT = ("kind", "id", "name", "mimeType")
TERM = re.compile(
    r"""\s*(?P<field>\w+)\s*(?P<op>!=|=|contains|in)\s*(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\w+)\s*(?:and|$)"""
    r"""|\s*(?P<member>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s+in\s+(?P<group>\w+)\s*(?:and|$)""",
    re.VERBOSE,
)
TEXT_EXPORTS: Mapping[str, str] = {"text/csv": ",", "text/tab-separated-values": "\t"}
OTHER_EXPORTS: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-1.4\n%%EOF\n",
    "application/zip": b"PK\x05\x06" + bytes(18),
}
"""Exports of which only the kind is imitated: an empty PDF, an empty archive."""


class DriveApi:
    """Drive over one library of files."""

    def __init__(self, library: Library, switches: Callable[[], Switches]) -> None:
        self._library = library
        self._switches = switches

    def list_files(self, call: Call) -> Reply:
        matches = _query(call.first("q") or "")
        mine = [file for file in self._library.files() if file.role(call.email) and matches(file)]
        mine = _ordered(mine, call.first("orderBy") or "")
        start = _natural(call.first("pageToken") or "0", "pageToken")
        size = min(max(_natural(call.first("pageSize") or "100", "pageSize"), 1), MOST_LISTED)
        answer: Json = {"kind": "drive#fileList", "incompleteSearch": False}
        if start + size < len(mine):
            answer["nextPageToken"] = str(start + size)
        mask = _mask(call) or _list_mask()
        answer["files"] = [shown(file) for file in mine[start : start + size]]
        return Reply(selected(mask, answer))

    def create(self, call: Call) -> Reply:
        body = _payload(call)
        if not self._switches().accounts_may_create:
            raise DriveError(403, "storageQuotaExceeded", "The user's Drive storage quota has been exceeded.")
        mime_type = str(body.get("mimeType") or "application/octet-stream")
        file = self._library.add(new_document(str(body.get("name") or "Untitled")), call.email)
        file.mime_type, file.parents = mime_type, _texts(body.get("parents")) or (f"root-{call.email}",)
        return self._shown(call, file)

    def get(self, call: Call) -> Reply:
        return self._shown(call, self._file(call, READER))

    def update(self, call: Call) -> Reply:
        """Rename, describe, move or bin a file."""
        file, body = self._file(call, WRITER), _payload(call)
        with self._library.writing(file) as draft:
            if body.get("name"):
                draft.properties = {**draft.properties, "title": str(body["name"])}
        file.description = str(body.get("description", file.description))
        file.trashed = bool(body.get("trashed", file.trashed))
        gone = set((call.first("removeParents") or "").split(","))
        added = tuple(entry for entry in (call.first("addParents") or "").split(",") if entry)
        file.parents = tuple(entry for entry in file.parents if entry not in gone) + added
        return self._shown(call, file)

    def delete(self, call: Call) -> Reply:
        file = self._file(call, OWNER)
        self._library.remove(file.file_id)
        return Reply(status=204, content_type="text/html")

    def copy(self, call: Call) -> Reply:
        source, body = self._file(call, READER), _payload(call)
        draft = source.document.draft()
        title = str(body.get("name") or f"Copy of {source.document.title}")
        fresh = new_document(title)
        draft.properties = {**draft.properties, "title": title}
        draft.spreadsheet_id = fresh.spreadsheet_id
        file = self._library.add(draft, call.email)
        file.parents = _texts(body.get("parents")) or source.parents
        return self._shown(call, file)

    def export(self, call: Call) -> Reply:
        """The first sheet as CSV or TSV; other formats as an empty file of their kind."""
        file, kind = self._file(call, READER), call.first("mimeType") or ""
        if kind in TEXT_EXPORTS:
            text = _exported(file.document, TEXT_EXPORTS[kind])
            return Reply(raw=text.encode(), content_type=kind)
        if kind in OTHER_EXPORTS or "spreadsheet" in kind:
            return Reply(raw=OTHER_EXPORTS.get(kind, OTHER_EXPORTS["application/zip"]), content_type=kind)
        raise DriveError(400, "badRequest", "The requested conversion is not supported.", "convertTo")

    def import_csv(self, call: Call) -> Reply:
        """Replace the file's contents by a CSV: one sheet, named as the file, values read as if typed.

        The sheet is a new one, with an id of its own and the usual extent when that is enough (seen in real responses).
        """
        file = self._file(call, WRITER)
        text = inflated(call).decode("utf-8-sig", "replace")
        rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""))]
        with self._library.writing(file) as draft:
            columns = max(USUAL_COLUMNS, *map(len, rows), 0)
            sheet = new_sheet(new_id(), draft.title, max(len(rows), USUAL_ROWS), columns)
            draft.sheets, draft.named_ranges, draft.metadata = [sheet], (), ()
            whole = Place(sheet, sheet.area, sheet.area.box)
            write(draft, whole, rows, "ROWS", Writing(True, call.email, True, self._switches()))
        legacy = {"kind": "drive#file", "id": file.file_id, "title": file.document.title, "mimeType": SHEET_TYPE}
        return Reply({**legacy, "etag": f'"{file.version}"', "modifiedDate": rfc3339(file.modified)})

    def list_comments(self, call: Call) -> Reply:
        file = self._file(call, READER)
        answer = {"kind": "drive#commentList", "comments": file.comments}
        return Reply(selected(_mask(call) or EVERYTHING, answer))

    def create_comment(self, call: Call) -> Reply:
        file, body = self._file(call, READER), _payload(call)
        author = {"kind": "drive#user", "displayName": call.email, "me": True}
        comment = {"kind": "drive#comment", "id": new_comment_id(), "author": author, "resolved": False, **body}
        file.comments.append(comment)
        return Reply(selected(_mask(call) or EVERYTHING, comment))

    def list_permissions(self, call: Call) -> Reply:
        file = self._file(call, READER)
        shown_entries = [entry.json() for entry in file.permissions]
        answer: Json = {"kind": "drive#permissionList", "permissions": shown_entries}
        return Reply(selected(_mask(call) or EVERYTHING, answer))

    def get_permission(self, call: Call) -> Reply:
        return _permission_reply(call, _permission(self._file(call, READER), call.parts[1]))

    def create_permission(self, call: Call) -> Reply:
        file, body = self._file(call, WRITER), _payload(call)
        kind, role = str(body.get("type", "")), str(body.get("role", ""))
        if kind not in ("user", "group", "domain", "anyone") or role not in ROLES:
            raise DriveError(
                400, "invalid", "The specified type or role is invalid or not supported.", "permission.type"
            )
        email = str(body.get("emailAddress") or body.get("domain") or "")
        if kind != "anyone" and not email:
            raise DriveError(
                400, "invalid", "The specified emailAddress is invalid or not applicable for the given type."
            )
        return _permission_reply(call, file.share(email, role, kind))

    def update_permission(self, call: Call) -> Reply:
        file, body = self._file(call, WRITER), _payload(call)
        old = _permission(file, call.parts[1])
        new = replace(old, role=str(body.get("role", old.role)))
        file.permissions = [new if entry is old else entry for entry in file.permissions]
        return _permission_reply(call, new)

    def delete_permission(self, call: Call) -> Reply:
        file = self._file(call, WRITER)
        old = _permission(file, call.parts[1])
        file.permissions = [entry for entry in file.permissions if entry is not old]
        return Reply(status=204, content_type="text/html")

    def _file(self, call: Call, role: int) -> File:
        file = self._library.find(call.parts[0])
        if file is None or not file.role(call.email):
            raise DriveError(404, "notFound", f"File not found: {call.parts[0]}.", "fileId")
        if file.role(call.email) < role:
            text = "The user does not have sufficient permissions for this file."
            raise DriveError(403, "insufficientFilePermissions", text)
        return file

    def _shown(self, call: Call, file: File) -> Reply:
        return Reply(selected(_mask(call) or _default_mask(), shown(file)))


def shown(file: File) -> Json:
    """A file as Drive v3 answers it, with every field that this server knows."""
    url = f"https://docs.google.com/spreadsheets/d/{file.file_id}/edit?usp=drivesdk"
    owners = [entry.email for entry in file.permissions if entry.role == "owner"]
    return {
        "kind": "drive#file",
        "id": file.file_id,
        "name": file.document.title,
        "mimeType": file.mime_type,
        "description": file.description,
        "trashed": file.trashed,
        "parents": list(file.parents),
        "version": str(file.version),
        "webViewLink": url,
        "createdTime": rfc3339(file.created),
        "modifiedTime": rfc3339(file.modified),
        "owners": [{"kind": "drive#user", "displayName": email, "emailAddress": email} for email in owners],
        "permissions": [entry.json() for entry in file.permissions],
        "shared": len(file.permissions) > 1,
    }


def _default_mask() -> Mask:
    return parsed(",".join(SHOWN_BY_DEFAULT))


def _list_mask() -> Mask:
    return parsed(f"kind,incompleteSearch,nextPageToken,files({','.join(SHOWN_BY_DEFAULT)})")


def _mask(call: Call) -> Mask | None:
    text = call.first("fields")
    if not text:
        return None
    try:
        return parsed(text)
    except MaskError as error:
        raise DriveError(400, "invalidParameter", f"Invalid field selection {text}", "fields") from error


def _payload(call: Call) -> Json:
    body = inflated(call)
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise DriveError(400, "parseError", "Parse Error") from error
    if not isinstance(value, dict):
        raise DriveError(400, "parseError", "Parse Error")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(entry) for entry in value) if isinstance(value, list) else ()


def _natural(text: str, name: str) -> int:
    if not text.isdecimal():
        raise DriveError(400, "invalid", f"Invalid Value for {name}", name)
    return int(text)


def _query(text: str) -> Callable[[File], bool]:
    """The test that a search query stands for: terms joined by `and`, as clients of Sheets send them."""
    tests: list[Callable[[File], bool]] = []
    position = 0
    while position < len(text.rstrip()):
        found = TERM.match(text, position)
        if found is None:
            raise DriveError(400, "invalid", "Invalid Value", "q")
        tests.append(_term(found))
        position = found.end()
    return lambda file: all(test(file) for test in tests)


def _term(found: re.Match[str]) -> Callable[[File], bool]:
    if found["member"] is not None:
        member, group = _unquoted(found["member"]), found["group"]
        return lambda file: member in _members(file, group)
    field, operator, value = found["field"], found["op"], _unquoted(found["value"])

    def test(file: File) -> bool:
        known = {"name": file.document.title, "mimeType": file.mime_type, "trashed": str(file.trashed).lower()}
        if field not in known:
            raise DriveError(400, "invalid", "Invalid Value", "q")
        if operator == "contains":
            return value.casefold() in known[field].casefold()
        return (known[field] == value) == (operator == "=")

    return test


def _members(file: File, group: str) -> tuple[str, ...]:
    if group == "parents":
        return file.parents
    roles = {"owners": OWNER, "writers": WRITER, "readers": READER}
    return tuple(entry.email for entry in file.permissions if ROLES.get(entry.role, 0) >= roles.get(group, OWNER))


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] in ("'", '"') else text


def _ordered(files: list[File], order: str) -> list[File]:
    keys: dict[str, Callable[[File], Any]] = {
        "name": lambda file: file.document.title.casefold(),
        "modifiedTime": lambda file: file.modified,
        "createdTime": lambda file: file.created,
    }
    for part in reversed([part.strip() for part in order.split(",") if part.strip()]):
        name, _, direction = part.partition(" ")
        if name in keys:
            files = sorted(files, key=keys[name], reverse=direction == "desc")
    return files


def _permission(file: File, permission_id: str) -> Permission:
    for entry in file.permissions:
        if entry.permission_id == permission_id:
            return entry
    raise DriveError(404, "notFound", f"Permission not found: {permission_id}.", "permissionId")


def _permission_reply(call: Call, permission: Permission) -> Reply:
    mask = _mask(call) or parsed("kind,id,type,role")
    return Reply(selected(mask, permission.json()))


def _exported(document: Document, delimiter: str) -> str:
    """The first sheet's shown values, up to the last row and column that have any."""
    sheet = document.sheets[0]
    rows = [
        [
            formatted(document.value(sheet, index, column), row.style(column), document.locale)
            for column in range(row.width)
        ]
        for index, row in enumerate(sheet.grid.rows(0, sheet.grid.used_rows()))
    ]
    width = max((len(row) for row in rows), default=0)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(
        row + [""] * (width - len(row)) for row in rows
    )
    return out.getvalue().removesuffix("\r\n")
