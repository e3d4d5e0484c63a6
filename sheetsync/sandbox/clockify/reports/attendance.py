"""The attendance report: one row for each user and day, with or without time (seen); everything in seconds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sheetsync.sandbox.clockify.bodies import AttendanceBody, AttendanceFilter, Comparison
from sheetsync.sandbox.clockify.bounds import Window, local
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.filters import user_test
from sheetsync.sandbox.clockify.people import User
from sheetsync.sandbox.clockify.problems import Refusal
from sheetsync.sandbox.clockify.reports.detailed import user_name
from sheetsync.sandbox.clockify.reports.paging import page_and_size
from sheetsync.sandbox.clockify.selection import Question, Selections, page_of

NO_FILTER = Refusal(400, "Please provide attendance filter.")
TOO_LONG = Refusal(400, "Date range is limited to one year for attendance report")
LARGEST_PAGE = 201
LONGEST = timedelta(days=366)
FIRST_FREE_WEEKDAY = 5
SECONDS_IN_HUNDREDTH_HOUR = 36


@dataclass(slots=True)
class Day:
    """What one user did on one day."""

    user: User
    date: date
    work: int = 0
    pause: int = 0
    off: int = 0
    running: bool = False
    start: datetime | None = None
    end: datetime | None = None
    capacity: int = field(init=False)

    def __post_init__(self) -> None:
        self.capacity = self.user.daily_capacity if self.date.weekday() < FIRST_FREE_WEEKDAY else 0

    @property
    def overtime(self) -> int:
        return max(self.work - self.capacity, 0)

    @property
    def remaining(self) -> int:
        return max(self.capacity - self.work - self.off, 0)

    def add(self, entry: Entry, window: Window) -> None:
        seconds = entry.seconds or 0
        if entry.kind in ("HOLIDAY", "TIME_OFF"):
            self.off += seconds
            return
        if entry.kind == "BREAK":
            self.pause += seconds
        else:
            self.work += seconds
        self.running = self.running or entry.seconds is None
        start, end = local(entry.start, window.zone), local(entry.start + seconds, window.zone)
        self.start = start if self.start is None else min(self.start, start)
        self.end = end if self.end is None else max(self.end, end)

    def row(self) -> dict[str, Any]:
        return {
            "break": self.pause,
            "capacity": self.capacity,
            "date": f"{self.date}T00:00:00.000Z",
            "hasRunningEntry": self.running,
            "imageUrl": "",
            "overtime": self.overtime,
            "remainingCapacity": self.remaining,
            "timeOff": self.off,
            "totalDuration": self.work,
            "userId": self.user.id,
            "userName": user_name(self.user),
            "zonedEnd": _naive(self.end),
            "zonedStart": _naive(self.start),
        }


def attendance(question: Question, body: AttendanceBody, selections: Selections) -> dict[str, Any]:
    """The answer: the rows of one page.

    Raises:
        Refusal: 400 or 403.
    """
    asked = body.attendance_filter
    if asked is None:
        raise NO_FILTER
    page, size = page_and_size(asked.page, asked.page_size, question.switches, LARGEST_PAGE)
    window = question.window(body)
    if window.length > LONGEST:
        raise TOO_LONG
    # There is no money in this report, so that a key without the right to see amounts may have it.
    question.permit(body.model_copy(update={"amount_shown": "HIDE_AMOUNT"}), window, paid_only=True)
    switches = question.switches.model_copy(update={"running": "null"})
    selection = selections.of(dataclasses.replace(question, switches=switches), body, window)
    days = [day for day in _days(question, body, window, selection.entries) if _passes(day, asked)]
    days.sort(key=_sort_key(asked.sort_column or "USER"), reverse=body.sort_order == "DESCENDING")
    answer: dict[str, Any] = {"entities": [day.row() for day in page_of(days, page, size)]}
    if question.switches.attendance_totals == "object":
        answer["totals"] = {"entriesCount": len(days), "totalDuration": sum(day.work for day in days)}
    return answer


def _days(question: Question, body: AttendanceBody, window: Window, entries: Iterable[Entry]) -> list[Day]:
    wanted = user_test(body, question.company, question.switches)
    users = [
        user for user in question.company.users.values() if user.status == "ACTIVE" and (not wanted or wanted(user.id))
    ]
    dates = window.days() if window.first <= window.last else []
    found = {(user.id, day): Day(user, day) for user in users for day in dates}
    for entry in entries:
        day = found.get((entry.user_id, local(entry.start, window.zone).date()))
        if day is not None:
            day.add(entry, window)
    return list(found.values())


def _passes(day: Day, asked: AttendanceFilter) -> bool:
    if asked.has_time_off is not None and asked.has_time_off != bool(day.off):
        return False
    durations = (
        (asked.break_filters, day.pause),
        (asked.capacity_filters, day.capacity),
        (asked.overtime_filters, day.overtime),
        (asked.work_filters, day.work),
    )
    clocks = ((asked.start_filters, day.start), (asked.end_filters, day.end))
    return all(_compares(filters, seconds, _hours) for filters, seconds in durations) and all(
        not filters or (moment is not None and _compares(filters, _minutes_of(moment), _clock))
        for filters, moment in clocks
    )


def _compares(filters: Iterable[Comparison] | None, value: int, read: Callable[[str], int]) -> bool:
    """Comparisons that cannot be read are passed over."""
    for comparison in filters or ():
        try:
            wanted = read(comparison.value or "")
        except (ValueError, OverflowError):
            continue
        larger, smaller = comparison.filtration_type == "LARGER_THAN", comparison.filtration_type == "SMALLER_THAN"
        if not (value > wanted if larger else value < wanted if smaller else value == wanted):
            return False
    return True


def _hours(text: str) -> int:
    return int(float(text) * SECONDS_IN_HUNDREDTH_HOUR)


def _clock(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def _minutes_of(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _naive(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _sort_key(column: str) -> Callable[[Day], tuple[Any, ...]]:
    keys: dict[str, Callable[[Day], Any]] = {
        "USER": lambda day: (day.user.name.casefold(), day.date),
        "DATE": lambda day: day.date,
        "START": lambda day: _naive(day.start) or "",
        "END": lambda day: _naive(day.end) or "",
        "BREAK": lambda day: day.pause,
        "WORK": lambda day: day.work,
        "CAPACITY": lambda day: day.capacity,
        "OVERTIME": lambda day: day.overtime,
        "TIME_OFF": lambda day: day.off,
    }
    return lambda day: (keys[column](day), day.user.name.casefold(), day.date)
