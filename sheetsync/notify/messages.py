"""What people are told, and when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sheetsync.config.model import Job
from sheetsync.config.notifying import When
from sheetsync.ledger.records import SUCCESSES, RunRecord, State
from sheetsync.windows.window import Window

MOST_JOBS_NAMED = 20


class Health(StrEnum):
    """What people believe of a job: that it works, unless they were told that it fails."""

    WORKING = "working"
    FAILING = "failing"


class Kind(StrEnum):
    """How serious a message is, in Apprise's words."""

    FAILURE = "failure"
    SUCCESS = "success"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Message:
    """What is told. `title` is a line, `body` some lines of plain text."""

    kind: Kind
    title: str
    body: str


def health(record: RunRecord) -> Health | None:
    """What a run says of its job; None when it says nothing, as one that was interrupted."""
    if record.state is State.FAILED:
        return Health.FAILING
    # A run that on_empty: keep ended without a publish went as it was wanted to.
    return Health.WORKING if record.state in (*SUCCESSES, State.SKIPPED) else None


def news(job: Job, record: RunRecord, believed: Health, host: str) -> Message | None:
    """What to tell of a run; None when there is nothing to tell: a job that still fails is no news."""
    found, when = health(record), job.notify.when
    if found is None or when is When.NONE:
        return None
    if when is When.ALL:
        return _failed(record, host) if found is Health.FAILING else _worked(record, host, "ran")
    if found is believed:
        return None
    if found is Health.FAILING:
        return _failed(record, host)
    return _worked(record, host, "works again") if when is When.RECOVERIES else None


def passed(job: str, count: int, state: State, reason: str, host: str) -> Message:
    """What to tell of slots that did not become runs, to those who want to know of every run."""
    slots = "a slot" if count == 1 else f"{count} slots"
    return Message(Kind.INFO, f"sheetsync: {job}, {slots} {state}", _text([reason], [_from(host)]))


def together(messages: Sequence[Message]) -> Message:
    """One message for several that came at once, as when Clockify is down for all jobs."""
    if len(messages) == 1:
        return messages[0]
    kind = Kind.FAILURE if any(message.kind is Kind.FAILURE for message in messages) else messages[0].kind
    failures = sum(message.kind is Kind.FAILURE for message in messages)
    title = f"sheetsync: {len(messages)} messages" + (f", {failures} of them failures" if failures else "")
    named = [f"{message.title.removeprefix('sheetsync: ')}\n{message.body}" for message in messages[:MOST_JOBS_NAMED]]
    rest = len(messages) - len(named)
    return Message(kind, title, "\n\n".join([*named, *([f"… and {rest} more"] if rest else [])]))


def trial(host: str) -> Message:
    """What `sheetsync notify --test` tells."""
    words = "If you read this, messages about failed jobs arrive."
    return Message(Kind.INFO, "sheetsync: a test", _text([words], [_from(host)]))


def _failed(record: RunRecord, host: str) -> Message:
    again = "It may go better by itself." if record.retryable else "It fails again until something is changed."
    side = f"The cause lies with {record.side}." if record.side else ""
    body = _text([record.error, record.todo], [" ".join(filter(None, [side, again]))], _about(record), [_from(host)])
    return Message(Kind.FAILURE, f"sheetsync: {record.job} failed", body)


def _worked(record: RunRecord, host: str, verb: str) -> Message:
    ended = {State.UNCHANGED: "The sheet held this table already.", State.SKIPPED: record.reason}
    first = ended.get(record.state, f"{record.rows:,} rows in {record.seconds:.1f} s.")
    body = _text([first], _about(record), [_from(host)])
    return Message(Kind.SUCCESS, f"sheetsync: {record.job} {verb}", body)


def _about(record: RunRecord) -> list[str]:
    return [
        f"Slot: {record.slot:%Y-%m-%d %H:%M} UTC" if record.slot is not None else "Run by hand",
        f"Window: {_window(record)}" if record.window_start else "",
        f"Sheet: {record.url}" if record.url else "",
    ]


def _window(record: RunRecord) -> str:
    start, end = (datetime.fromisoformat(bound) for bound in (record.window_start, record.window_end))
    return Window(start, end, record.time_zone).describe()


def _from(host: str) -> str:
    return f"Sent by sheetsync on {host}"


def _text(*paragraphs: Sequence[str]) -> str:
    return "\n\n".join("\n".join(filter(None, lines)) for lines in paragraphs if any(lines))
