"""The weekly report: the days of exactly seven days, by user or project."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sheetsync.sandbox.clockify.bodies import WeeklyBody
from sheetsync.sandbox.clockify.bounds import Window
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.money import Shown, Sums, totals
from sheetsync.sandbox.clockify.people import User
from sheetsync.sandbox.clockify.problems import MUST_NOT_BE_NULL, NOT_SEVEN_DAYS, Refusal
from sheetsync.sandbox.clockify.reports.grouping import Grouping, Key, Path
from sheetsync.sandbox.clockify.selection import Question, Selection, Selections

NO_FILTER = Refusal(400, "Please provide weekly filter.")
WEEK, LAST_SECOND = timedelta(days=7), timedelta(seconds=1)


def weekly(question: Question, body: WeeklyBody, selections: Selections) -> dict[str, Any]:
    """The answer: totals, totals by day, and the rows of the group with their days; users have projects as children.

    Raises:
        Refusal: 400 (seen for a range of other than seven days) or 403.
    """
    asked = body.weekly_filter
    if asked is None:
        raise NO_FILTER
    if asked.group is None:
        raise MUST_NOT_BE_NULL
    asked_range = question.window(body)
    if not WEEK - LAST_SECOND <= asked_range.length <= WEEK:
        raise NOT_SEVEN_DAYS
    shown = question.permit(body, asked_range)
    selection = selections.of(question, body, asked_range)
    grouping = Grouping(
        question.company, asked_range.zone, question.week_start(body), question.switches, selection.pricing
    )
    week = Week(question, asked_range, grouping, selection, shown)
    settings = question.company.settings
    return {
        "totals": totals(selection.sums(), shown, question.company, question.switches) if selection.entries else [None],
        "totalsByDay": week.days(selection.entries, dense=False),
        "groupOne": week.rows(selection.entries, asked.group),
        "decimalFormat": settings.decimal_format,
        "includeUsersWithoutTime": question.switches.users_without_time,
        "trackTimeDownToSeconds": True,
        "usersWithoutTime": week.idle() if question.switches.users_without_time else [],
    }


class Week:
    """The rows of one request."""

    def __init__(
        self, question: Question, asked_range: Window, grouping: Grouping, selection: Selection, shown: Shown
    ) -> None:
        self._question, self._range, self._grouping = question, asked_range, grouping
        self._selection, self._shown = selection, shown

    def rows(self, entries: Iterable[Entry], group: str) -> list[dict[str, Any]]:
        parts = self._grouping.split(entries, group)
        rows = [self._row(group, key, part) for key, part in parts.items()]
        return sorted(rows, key=lambda row: str(row["name"] or "").casefold())

    def _row(self, group: str, key: Key, entries: list[Entry]) -> dict[str, Any]:
        row = self._grouping.face(group, key, Path()) | self._figures(self._sum(entries))
        row["days"] = self.days(entries, dense=self._question.switches.weekly_days == "dense")
        row["children"] = self.rows(entries, "PROJECT") if group == "USER" else []
        return row

    def days(self, entries: Iterable[Entry], *, dense: bool) -> list[dict[str, Any]]:
        """The days by date; those without time are left out (seen in totalsByDay) unless `dense`."""
        by_day: dict[date, list[Entry]] = {day: [] for day in self._range.days()} if dense else {}
        for entry in entries:
            by_day.setdefault(self._grouping.day(entry), []).append(entry)
        return [{"date": self._date(day)} | self._figures(self._sum(by_day[day])) for day in sorted(by_day)]

    def idle(self) -> list[dict[str, Any]]:
        """The active users without an entry in the range."""
        busy = {entry.user_id for entry in self._selection.entries}
        users = self._question.company.users.values()
        return [_user(user) for user in users if user.status == "ACTIVE" and user.id not in busy]

    def _sum(self, entries: Iterable[Entry]) -> Sums:
        sums = Sums()
        for entry in entries:
            sums.add(entry, self._selection.pricing.price(entry))
        return sums

    def _figures(self, sums: Sums) -> dict[str, Any]:
        main = self._shown.main
        return {"duration": sums.seconds, "amount": None if main is None else sums.amount(main)}

    def _date(self, day: date) -> str:
        return day.isoformat() + ("T00:00:00Z" if self._question.switches.weekly_date == "instant" else "")


def _user(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "timeZone": user.time_zone,
        "weekStart": user.week_start,
        "dateFormat": "MM/DD/YYYY",
        "timeFormat": "HOUR24",
    }
