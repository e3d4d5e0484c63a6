"""The log of the daemon: lines for people, for systemd's journal or for programs, all with the same words.

Every line is an event with an `action`; those of a run carry its job, run and slot.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from sheetsync.config.serving import LogFormat
from sheetsync.observe.redaction import Redactor

PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""syslog's priorities (man 3 sd-daemon)."""
_QUIET = ("apscheduler", "apprise", "uvicorn", "alembic", "urllib3", "asyncio")
"""Libraries of which only warnings are worth a line."""
BOUND = ("job", "run", "slot")
"""What every line of a run carries."""
_STYLES = {"debug": "\x1b[2m", "info": "\x1b[32m", "warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}
_WORDS = frozenset({"event", "level", "timestamp", "action", "exception"})
_HARMLESS = re.compile(r"[^\s\"'=\x00-\x1f\x7f-\x9f]+")
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def chosen(wanted: LogFormat, stream: TextIO, environ: Mapping[str, str]) -> LogFormat:
    """The format that is meant: `auto` is `journal` when the stream goes to systemd's journal, else `text`."""
    if wanted is not LogFormat.AUTO:
        return wanted
    return LogFormat.JOURNAL if _is_journal(stream, environ.get("JOURNAL_STREAM", "")) else LogFormat.TEXT


def _is_journal(stream: TextIO, said: str) -> bool:
    """Whether a stream is the one that systemd names by device and inode; not so a redirected one."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return said == f"{found.st_dev}:{found.st_ino}"


@contextmanager
def lines(
    wanted: LogFormat, redact: Redactor, environ: Mapping[str, str] = os.environ
) -> Iterator[structlog.stdlib.BoundLogger]:
    """Logs to stderr until the end of the block; libraries' logs come along."""
    out = sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(_formatter(chosen(wanted, out, environ), redact, colours=out.isatty()))
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers, root.level = [handler], logging.INFO
    quiet = {name: logging.getLogger(name).level for name in _QUIET}
    for name in quiet:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield logger()
    finally:
        root.handlers, root.level = before, level
        for name, old in quiet.items():
            logging.getLogger(name).setLevel(old)


def logger() -> structlog.stdlib.BoundLogger:
    """The log, for those who have something to say in it."""
    made: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger("sheetsync"),
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return made


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


class _Redacting(structlog.stdlib.ProcessorFormatter):
    """Renders a line, and hides secrets in the whole of it, tracebacks and libraries' words included."""

    def __init__(self, redact: Redactor, render: Processor) -> None:
        super().__init__(processors=[self.remove_processors_meta, render], foreign_pre_chain=_shared())
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def _formatter(wanted: LogFormat, redact: Redactor, *, colours: bool) -> logging.Formatter:
    renderers: dict[LogFormat, Processor] = {
        LogFormat.JSON: _json,
        LogFormat.JOURNAL: _journal,
        LogFormat.TEXT: _coloured if colours else _text,
    }
    return _Redacting(redact, renderers[wanted])


def _json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str).decode()


def _journal(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    """A line with its priority, as journald reads it; which knows the time itself; so has each line of a traceback."""
    prefix = f"<{PRIORITIES.get(event['level'], PRIORITIES['info'])}>"
    trace = event.pop("exception", "")
    whole = f"{_flat(event['event'])}{_pairs(event)}" + (f"\n{trace}" if trace else "")
    return "\n".join(prefix + line for line in whole.splitlines())


def _text(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return _line(event, "", "", "")


def _coloured(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return _line(event, _STYLES.get(event["level"], ""), _BOLD, _PLAIN)


def _line(event: EventDict, style: str, bold: str, plain: str) -> str:
    at = datetime.fromisoformat(event["timestamp"]).astimezone()
    trace = event.pop("exception", "")
    line = (
        f"{at:%Y-%m-%d %H:%M:%S} {style}{event['level']:<8}{plain}{bold}{_flat(event['event'])}{plain}{_pairs(event)}"
    )
    return f"{line}\n{trace}" if trace else line


def _pairs(event: MutableMapping[str, Any]) -> str:
    """What a line says besides its words: job, run and slot first."""
    known = [name for name in BOUND if event.get(name) is not None]
    others = [name for name in event if name not in {*BOUND, *_WORDS} and event[name] not in ("", None)]
    return "".join(f" {name}={_quoted(event[name])}" for name in [*known, *others])


def _quoted(value: object) -> str:
    text = str(value)
    return text if _HARMLESS.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _flat(words: object) -> str:
    """One line of text; what a server said must not look like a line of ours."""
    return json.dumps(str(words), ensure_ascii=False)[1:-1].replace('\\"', '"')
