"""What `history` and `status` show: rows of text for people, JSON for programs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sheetsync.errors import WindowError
from sheetsync.ledger.records import Pause, RunRecord, State
from sheetsync.observe.budgets import BudgetLeft
from sheetsync.windows.window import Window

HISTORY_HEADINGS = ("Run", "Job", "Slot", "Outcome", "Window", "Rows", "Requests", "Time", "Remark")
STATUS_HEADINGS = ("Job", "Next slot", "Last run", "Outcome", "Rows", "Last success", "Remark")
BUDGET_HEADINGS = ("Budget", "Left", "The next", "All again")
STYLES = {
    State.RUNNING: "blue",
    State.SUCCEEDED: "green",
    State.UNCHANGED: "cyan",
    State.SKIPPED: "yellow",
    State.FAILED: "bold red",
    State.MISSED: "yellow",
    State.INTERRUPTED: "red",
    State.DELAYED: "yellow",
}
"""How each outcome looks in a terminal, in rich's words."""

_NOTHING = "—"
_MINUTE_SECONDS, _HOUR_SECONDS = 60, 3600
_WITHOUT_FIGURES = frozenset({State.RUNNING, State.SKIPPED, State.MISSED, State.INTERRUPTED})
_DAYS_NAMED = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table for people; `texts` go under the headings, `style` is the outcome's."""

    texts: tuple[str, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands: its coming slots (aware, rising), its newest record, its last success, and its pause."""

    job: str
    next_slots: Sequence[datetime]
    last: RunRecord | None = None
    success: RunRecord | None = None
    pause: Pause | None = None


def history(records: Iterable[RunRecord], zone: tzinfo) -> list[Line]:
    """A line for each record, under HISTORY_HEADINGS; times are those of `zone`."""
    return [_history_line(record, zone) for record in records]


def history_json(records: Iterable[RunRecord]) -> list[dict[str, Any]]:
    """The form that `history --format json` promises.

    Instants are ISO date-times in UTC; start and end, as elsewhere, local ones in `time_zone`.
    """
    return [_record_json(record) for record in records]


def status(standings: Iterable[Standing], zone: tzinfo, now: datetime) -> list[Line]:
    """A line for each job, under STATUS_HEADINGS; times are those of `zone`."""
    return [_status_line(standing, zone, now) for standing in standings]


def status_json(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """The form that `status --format json` promises; instants are ISO date-times in UTC."""
    return [
        {
            "job": standing.job,
            "next_slots": [slot.isoformat() for slot in standing.next_slots],
            "paused": _pause_json(standing.pause),
            "last": _record_json(standing.last) if standing.last is not None else None,
            "last_success": _iso(standing.success.ended) if standing.success is not None else None,
        }
        for standing in standings
    ]


def budgets(left: Iterable[BudgetLeft], zone: tzinfo, now: datetime) -> list[Line]:
    """A line for each budget, under BUDGET_HEADINGS; times are those of `zone`."""
    return [
        Line(
            (
                budget.name,
                f"{budget.left} of {budget.of}",
                _near(budget.more, zone, now) if budget.more is not None else "now",
                _near(budget.full, zone, now) if budget.full is not None else "now",
            ),
            "yellow" if budget.more is not None else "",
        )
        for budget in left
    ]


def budgets_json(left: Iterable[BudgetLeft]) -> list[dict[str, Any]]:
    """The form that `status --format json` promises for budgets; instants are ISO date-times in UTC, null for now."""
    return [
        {
            "budget": budget.name,
            "left": budget.left,
            "of": budget.of,
            "seconds": budget.seconds,
            "next": _iso(budget.more),
            "full": _iso(budget.full),
        }
        for budget in left
    ]


def window_of(record: RunRecord) -> str:
    """A record's window as `run` tells it; empty when the run did not come so far."""
    if not record.window_start or not record.window_end:
        return ""
    try:
        start, end = datetime.fromisoformat(record.window_start), datetime.fromisoformat(record.window_end)
        return Window(start, end, record.time_zone).describe()
    except (ValueError, WindowError):
        return f"{record.window_start} → {record.window_end} ({record.time_zone})"


def length(seconds: float) -> str:
    """A length of time, in the two units that say most of it: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE_SECONDS:
        return f"{whole} s"
    if whole < _HOUR_SECONDS:
        return f"{whole // _MINUTE_SECONDS} min {whole % _MINUTE_SECONDS} s"
    return f"{whole // _HOUR_SECONDS} h {whole % _HOUR_SECONDS // _MINUTE_SECONDS} min"


def _history_line(record: RunRecord, zone: tzinfo) -> Line:
    when = _time(record.slot, zone) if record.slot is not None else f"{_time(record.started, zone)}, by hand"
    figures = ("", "", "")
    if record.state not in _WITHOUT_FIGURES or record.clockify_requests:
        requests = f"{record.clockify_requests} + {record.sheets_reads + record.sheets_writes}"
        figures = (f"{record.rows:,}", requests, length(record.seconds))
    texts = (str(record.id), record.job, when, str(record.state), window_of(record), *figures, _remark(record))
    return Line(texts, STYLES[record.state])


def _status_line(standing: Standing, zone: tzinfo, now: datetime) -> Line:
    last, success = standing.last, standing.success
    coming = _near(standing.next_slots[0], zone, now) if standing.next_slots else "only by hand"
    remark = "" if last is None or last.state in {State.SUCCEEDED, State.UNCHANGED} else _remark(last)
    if standing.pause is not None:
        since = f"paused since {_near(standing.pause.since, zone, now)}"
        coming, remark = "paused", f"{since}: {standing.pause.note}" if standing.pause.note else since
    texts = (
        standing.job,
        coming,
        _near(last.started, zone, now) if last is not None else "never",
        str(last.state) if last is not None else _NOTHING,
        f"{success.rows:,}" if success is not None else _NOTHING,
        _near(success.started, zone, now) if success is not None else "never",
        remark,
    )
    return Line(texts, STYLES[last.state] if last is not None else "")


def _remark(record: RunRecord) -> str:
    if record.error:
        return f"{record.side}: {record.error}" if record.side else record.error
    return record.reason


def _time(instant: datetime, zone: tzinfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def _near(instant: datetime, zone: tzinfo, now: datetime) -> str:
    """An instant in few words: the time alone on the same day, with the weekday within a week, else with the date."""
    then, today = instant.astimezone(zone), now.astimezone(zone)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%a %H:%M}" if abs(then - today) < _DAYS_NAMED else _time(instant, zone)


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None


def _pause_json(pause: Pause | None) -> dict[str, str] | None:
    return None if pause is None else {"since": pause.since.isoformat(), "note": pause.note}


def _record_json(record: RunRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "job": record.job,
        "slot": _iso(record.slot),
        "cause": str(record.cause),
        "status": str(record.state),
        "started": record.started.isoformat(),
        "ended": _iso(record.ended),
        "target": record.target,
        "start": record.window_start or None,
        "end": record.window_end or None,
        "time_zone": record.time_zone or None,
        "rows": record.rows,
        "columns": record.columns,
        "clockify_requests": record.clockify_requests,
        "sheets_reads": record.sheets_reads,
        "sheets_writes": record.sheets_writes,
        "bytes": record.bytes,
        "seconds": round(record.seconds, 3),
        "fingerprint": record.fingerprint or None,
        "url": record.url,
        "error": record.error or None,
        "todo": record.todo or None,
        "side": record.side or None,
        "retryable": record.retryable if record.error else None,
        "reason": record.reason or None,
    }
