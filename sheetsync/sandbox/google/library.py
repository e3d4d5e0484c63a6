"""The files of the stand-in's Drive: who may do what with them, and the current version of each spreadsheet."""

from __future__ import annotations

import secrets
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from sheetsync.sandbox.google.document import Document, new_document
from sheetsync.sandbox.google.errors import ApiError, forbidden, not_found
from sheetsync.sandbox.google.schema import Json

Role = Literal["owner", "writer", "commenter", "reader"]
Clock = Callable[[], float]

SHEET_TYPE = "application/vnd.google-apps.spreadsheet"
HOUSE_OWNER = "owner@example.com"
"""Who owns the spreadsheets that tests and the sandbox's user make by hand."""

PRIVATE_ID = "1jIKzPs8LsiZZdLdeMEP-5ZIHw6RkjiOmj1LrJN706Yc"
"""A spreadsheet that exists and is shared with nobody, for trying out a 403."""

ROLES = {"owner": 3, "organizer": 3, "fileOrganizer": 2, "writer": 2, "commenter": 1, "reader": 1}


@dataclass(frozen=True, slots=True)
class Permission:
    """One line of a file's sharing dialog. `email` is empty for kind `anyone`."""

    permission_id: str
    kind: str
    role: str
    email: str = ""

    def json(self) -> Json:
        named = {"emailAddress": self.email, "displayName": self.email.partition("@")[0]} if self.email else {}
        extra = {"deleted": False, "pendingOwner": False} if self.email else {"allowFileDiscovery": False}
        shown = {"kind": "drive#permission", "id": self.permission_id, "type": self.kind, "role": self.role}
        return {**shown, **named, **extra}


@dataclass(eq=False)
class File:
    """A spreadsheet in Drive. `document` is replaced as a whole when a write succeeds; times are seconds since 1970."""

    document: Document
    owner: str
    created: float
    modified: float
    mime_type: str = SHEET_TYPE
    parents: tuple[str, ...] = ()
    description: str = ""
    trashed: bool = False
    permissions: list[Permission] = field(default_factory=list)
    comments: list[Json] = field(default_factory=list)
    version: int = 1
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def file_id(self) -> str:
        return self.document.spreadsheet_id

    def role(self, email: str) -> int:
        """How much the account may do: 0 nothing, 1 read, 2 write, 3 all."""
        granted = (entry for entry in self.permissions if entry.kind == "anyone" or entry.email == email)
        return max((ROLES.get(entry.role, 0) for entry in granted), default=0)

    def share(self, email: str, role: str, kind: str = "user") -> Permission:
        """Give an account (or, with kind `anyone`, everybody) a role; an earlier one of the account is replaced."""
        permission_id = "anyoneWithLink" if kind == "anyone" else f"{zlib.crc32(email.encode()):020d}"
        permission = Permission(permission_id, kind, role, email)
        self.permissions = [entry for entry in self.permissions if entry.permission_id != permission_id] + [permission]
        return permission


class Library:
    """All files of one stand-in server. Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._files: dict[str, File] = {}

    def files(self) -> list[File]:
        """Every file, newest change first."""
        with self._lock:
            return sorted(self._files.values(), key=lambda file: -file.modified)

    def add(self, document: Document, owner: str) -> File:
        now = self._clock()
        file = File(document, owner, now, now)
        file.share(owner, "owner")
        with self._lock:
            self._files[file.file_id] = file
        return file

    def create(self, title: str, owner: str = HOUSE_OWNER, spreadsheet_id: str = "") -> File:
        return self.add(new_document(title, spreadsheet_id), owner)

    def remove(self, file_id: str) -> None:
        with self._lock:
            del self._files[file_id]

    def find(self, file_id: str) -> File | None:
        with self._lock:
            return self._files.get(file_id)

    def opened(self, spreadsheet_id: str, email: str, *, write: bool) -> File:
        """The file, for an account that may read or write it.

        Raises:
            ApiError: 404 when there is no such spreadsheet, 403 when the account may not.
        """
        file = self.find(spreadsheet_id)
        if file is None:
            raise not_found()
        if file.role(email) < (2 if write else 1):
            raise forbidden()
        if file.mime_type != SHEET_TYPE:
            raise ApiError("This operation is not supported for this document")
        return file

    @contextmanager
    def writing(self, file: File) -> Iterator[Document]:
        """A draft of the file's document that becomes its current version at the end, or not at all.

        Readers go on with the version that they have; writers wait for each other.
        """
        with file.lock:
            draft = file.document.draft()
            yield draft
            self.publish(file, draft)

    def publish(self, file: File, document: Document) -> None:
        document.forget_calculations()
        file.document = document
        file.version += 1
        # Two changes within one tick of the clock still have different times.
        file.modified = max(self._clock(), file.modified + 0.001)


def rfc3339(seconds: float) -> str:
    """A time as Drive writes it: `2023-07-25T15:41:02.727Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def new_comment_id() -> str:
    return "AAAA" + secrets.token_urlsafe(8)
