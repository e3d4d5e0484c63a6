"""Secrets that do not show themselves, and the places where they and other values are looked up.

Any text may hold `${VARIABLE}` or `${VARIABLE:-default}`; `$${` stands for `${`. A secret may be `file:PATH`, the
content of that file, or `credential:NAME`, the file of that name in $CREDENTIALS_DIRECTORY, where systemd puts a unit's
credentials (systemd.io/CREDENTIALS).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping as Variables
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from sheetsync.config.nodes import Place
from sheetsync.config.syntax import without_keys

LITERAL = "a literal value"

_HIDDEN = "**********"
_DATABASE = "the database's address"
_ADDRESS = "an address with variables"
_OUTSIDE = "Keep it outside, as ${VARIABLE}, file:/path or credential:NAME; as long as it is here, chmod 600 the file."
_VARIABLE = re.compile(r"\$?\$\{(?P<inside>[^}]*)(?P<closed>\}?)")
_INSIDE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<default>:-.*)?", re.DOTALL)
_PASSWORD = re.compile(r"postgres(?:ql)?://[^:/@]*:((?:(?!\$\{)[^@])+)@")
_OTHERS = stat.S_IRGRP | stat.S_IROTH
_MOST_BYTES = 1 << 20
"""Keys have a few kilobytes; a file beyond this is the wrong one."""


class Secret:
    """A text that only `reveal` shows. Two are equal when their texts are.

    `origin` says where it came from, for messages: `${NAME}`, `file:/path`, `credential:NAME` or a literal. Without a
    text it is a secret that was not looked up.
    """

    __slots__ = ("_text", "origin")

    def __init__(self, text: str | None, origin: str = LITERAL) -> None:
        self._text = text
        self.origin = origin

    @property
    def known(self) -> bool:
        """Whether it was looked up."""
        return self._text is not None

    def reveal(self) -> str:
        """The text.

        Raises:
            LookupError: the configuration was loaded without its secrets.
        """
        if self._text is None:
            raise LookupError(f"{self.origin} was not looked up: the configuration was loaded without secrets")
        return self._text

    def __repr__(self) -> str:
        return f"Secret('{_HIDDEN}')"

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, spec: str) -> str:
        return format(_HIDDEN, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        if self._text is None or other._text is None:
            return self._text is other._text and self.origin == other.origin
        return self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: object) -> Secret:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        hidden = core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema())
        return core_schema.is_instance_schema(cls, serialization=hidden)


class LookupMistake(Exception):  # noqa: N818 - a finding, told as a Problem
    """A value that cannot be looked up: what is wrong, and what to do."""

    def __init__(self, message: str, todo: str) -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to warn of at a place."""

    place: Place
    message: str
    todo: str


@dataclass(slots=True)
class Sources:
    """Where values come from: the environment, and files relative to the folder of the configuration.

    Without `secrets` secrets are not looked up. `notices` collects what to warn of, `seen` the texts of secrets.
    """

    environ: Variables[str, str]
    folder: Path
    secrets: bool = True
    notices: list[Notice] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def fill(self, text: str) -> str:
        """The text with its variables filled in.

        Raises:
            LookupMistake: a variable is not set, or its form is wrong.
        """
        return _VARIABLE.sub(self._variable, text) if "${" in text else text

    def secret(self, written: str, place: Place) -> Secret:
        """What a secret setting stands for.

        Raises:
            LookupMistake: it cannot be found or read; the message holds no part of it.
        """
        origin = _origin(written)
        if origin == LITERAL:
            self.seen.add(written)
            self._notice(place, "a secret stands in the configuration file itself.", _OUTSIDE)
        if not self.secrets:
            return Secret(None, origin)
        text = self.fill(written)
        kind, _, rest = text.partition(":")
        if kind == "file":
            text = self._file(self.path(rest.strip()), place)
        elif kind == "credential":
            text = self._credential(rest.strip())
        elif not text.strip():
            raise LookupMistake(f"{origin} is empty.", "Set it to the secret.")
        self.seen.add(text.strip())
        return Secret(text.strip(), origin)

    def address(self, written: str, place: Place) -> Secret:
        """What an address with a secret in it stands for; variables may be a part of it.

        Raises:
            LookupMistake: it cannot be looked up; the message holds no part of it.
        """
        if "${" not in written or written.startswith(("file:", "credential:")):
            return self.secret(written, place)
        if not self.secrets:
            return Secret(None, _ADDRESS)
        text = self.fill(written).strip()
        self.seen.add(text)
        return Secret(text, _ADDRESS)

    def database(self, written: str, place: Place) -> Secret | str:
        """What `state:` stands for: the address of a database, a secret because of its password, or a file's path.

        Raises:
            LookupMistake: it cannot be looked up.
        """
        if written.startswith("credential:"):
            return self.secret(written, place)
        if password := _PASSWORD.match(written):
            self.seen.add(password[1])
            self._notice(place, "a password stands in the configuration file itself.", _OUTSIDE)
        try:
            text = self.fill(written)
        except LookupMistake:
            if self.secrets:
                raise
            return Secret(None, _DATABASE)
        if not text.startswith(("postgres:", "postgresql:")):
            return text
        self.seen.add(text)
        return Secret(text if self.secrets else None, _DATABASE)

    def path(self, text: str) -> Path:
        """A path of the configuration: `~` is $HOME, and a relative one begins at the configuration's folder."""
        if text.startswith("~/") and "HOME" in self.environ:
            return Path(self.environ["HOME"], text[2:])
        return self.folder / text

    def _variable(self, match: re.Match[str]) -> str:
        if match[0].startswith("$$"):
            return match[0][1:]
        inside = _INSIDE.fullmatch(match["inside"])
        if inside is None or not match["closed"]:
            todo = "Write ${NAME} or ${NAME:-default}, NAME of letters, digits and _; for a literal ${ write $${."
            raise LookupMistake("a variable is not written as it should be.", todo)
        name, default = inside["name"], inside["default"]
        value = self.environ.get(name)
        if default is not None and not value:
            value = default[2:]
        if value is None:
            shown_name = without_keys(name)
            todo = f"Set it where sheetsync starts, or give a default: ${{{shown_name}:-…}}."
            raise LookupMistake(f"the environment variable {shown_name} is not set.", todo)
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise LookupMistake(f"the environment variable {without_keys(name)} is not UTF-8.", "Set it again.")
        return value

    def _credential(self, name: str) -> str:
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        if folder is None:
            todo = "Start sheetsync as a systemd service with LoadCredential=, or use file:/path or ${VARIABLE}."
            raise LookupMistake("there are no systemd credentials ($CREDENTIALS_DIRECTORY is not set).", todo)
        if not re.fullmatch(r"[A-Za-z0-9_.@-]+", name) or name in {".", ".."}:
            raise LookupMistake("this is no name of a credential.", "Write credential:NAME as in LoadCredential=NAME:…")
        return _content(Path(folder, name), f"the credential {without_keys(name)}")

    def _file(self, path: Path, place: Place) -> str:
        content = _content(path, "the secret's file")
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) and mode & _OTHERS:
            message = f"other users of this machine can read the file of this secret (mode {stat.S_IMODE(mode):03o})."
            self._notice(place, message, f"Run: chmod 600 {path}")
        return content

    def _notice(self, place: Place, message: str, todo: str) -> None:
        self.notices.append(Notice(place, message, todo))


def _origin(written: str) -> str:
    """Where a secret comes from; never a part of the secret."""
    if written.startswith(("file:", "credential:")):
        return without_keys(written)
    found = [_INSIDE.fullmatch(match["inside"]) for match in _VARIABLE.finditer(written)]
    names = [inside["name"] for inside in found if inside is not None and inside["default"] in {None, ":-"}]
    if not found or len(names) < len(found) or _VARIABLE.sub("", written).strip():
        return LITERAL
    return " ".join(f"${{{without_keys(name)}}}" for name in names)


def _content(path: Path, called: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a path"
        raise LookupMistake(f"{called} cannot be read: {reason}.", "Check its path and its owner.") from None
    if len(content) > _MOST_BYTES:
        raise LookupMistake(f"{called} is larger than any key.", "Check its path.")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise LookupMistake(f"{called} holds no text.", "Check its path.") from None
    if not text:
        raise LookupMistake(f"{called} is empty.", "Put the secret into it.")
    return text
