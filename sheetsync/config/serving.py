"""The settings of what stands around the running daemon: the status page and the log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from sheetsync.config.secrets import Secret
from sheetsync.config.syntax import shown
from sheetsync.config.values import (
    LOOPBACK,
    SECRET,
    Absence,
    Form,
    Mistake,
    choice,
    or_variable,
    secret,
    text,
    word_form,
)

SHORTEST_TOKEN = 16
PORT = 8787
_PORTS = 65535
_LONGEST_PATH = 100
"""Linux takes 107 bytes for the path of a socket (man 7 unix)."""
_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):(?P<port>\d{1,5})")
_WRITE = "Write address:port, such as 127.0.0.1:8787, or unix:/path/of/a/socket, or none."


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the status page is: a host and a port, or the path of a socket, or nowhere."""

    host: str = ""
    port: int = 0
    path: Path | None = None

    @property
    def local(self) -> bool:
        """Whether nobody outside of this machine can reach it."""
        return self.host in LOOPBACK or not self.host

    @property
    def nowhere(self) -> bool:
        return not self.host and self.path is None

    def __str__(self) -> str:
        if self.path is not None:
            return f"unix:{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.host else "none"


USUAL = Listen("127.0.0.1", PORT)


class LogFormat(StrEnum):
    """How log lines look; `auto` is `journal` where systemd reads them, else `text`."""

    AUTO = "auto"
    TEXT = "text"
    JOURNAL = "journal"
    JSON = "json"


def _listen(value: Any) -> Any:
    given = text(value)
    if not isinstance(given, str):
        return given
    if given == "none":
        return Listen()
    if given.startswith("unix:"):
        return _socket(given.removeprefix("unix:"))
    match = _ADDRESS.fullmatch(given)
    if match is None or int(match["port"]) > _PORTS:
        raise Mistake(f"{shown(given)} is no address to listen on.", _WRITE)
    return Listen(match["host"].strip("[]"), int(match["port"]))


def _socket(path: str) -> Listen:
    if not path.startswith("/") or path.endswith("/"):
        raise Mistake("a socket needs an absolute path.", "Write, for example, unix:/run/sheetsync/page.sock.")
    if len(path.encode()) > _LONGEST_PATH:
        raise Mistake("this path is too long for a socket.", f"Use at most {_LONGEST_PATH} bytes.")
    return Listen(path=Path(path))


def _token(value: Secret) -> Secret:
    if value.known and len(value.reveal()) < SHORTEST_TOKEN:
        raise Mistake(
            f"the token has fewer than {SHORTEST_TOKEN} characters.", "Make one, for example with: openssl rand -hex 16"
        )
    return value


class Serve(BaseModel):
    """What stands around the running daemon: the status page and the log."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: (
        Annotated[
            Listen,
            BeforeValidator(_listen),
            Form(
                "`address:port`, `unix:/path` or `none`",
                or_variable({"type": "string", "pattern": r"^(none|unix:/.*|.+:\d+)$"}),
            ),
        ]
        | None
    ) = None
    """Where the status page is. An address that others can reach goes together with a token."""
    token: Annotated[
        Annotated[Secret, BeforeValidator(secret), AfterValidator(_token), SECRET] | None, Field(validate_default=True)
    ] = None
    """What a browser or a program must show before it sees or does anything. On an address of this machine alone, and
    on a socket, it can be left out."""
    log_format: Annotated[LogFormat, BeforeValidator(choice(LogFormat)), word_form(LogFormat)] = LogFormat.AUTO
    """How log lines look: text for people, journal for systemd, json for programs. With auto it is journal where
    systemd reads the log, else text."""

    @field_validator("token", mode="after")
    @classmethod
    def _guards_what_others_reach(cls, value: Secret | None, info: ValidationInfo) -> Secret | None:
        listen = info.data.get("listen")
        if listen is not None and not listen.local and value is None:
            raise Absence(
                f"'token' is missing: {listen} can be reached from other machines.",
                "Add token: ${SHEETSYNC_TOKEN}, or listen on 127.0.0.1.",
            )
        return value

    @property
    def place(self) -> Listen:
        """Where the status page is, whether or not that is written."""
        return self.listen if self.listen is not None else USUAL
