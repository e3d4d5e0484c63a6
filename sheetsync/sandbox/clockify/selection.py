"""The entries that a report is about, kept as long as the same question is asked of the same data."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheetsync.sandbox.clockify.access import Account, enter
from sheetsync.sandbox.clockify.bodies import AuditFilter, ReportBody
from sheetsync.sandbox.clockify.bounds import Window, clock_face, named_range, window, zone_of
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.filters import Test, audit_tests, tests
from sheetsync.sandbox.clockify.money import Pricing, Shown, Sums, asked, total
from sheetsync.sandbox.clockify.plan import AMOUNTS_EXPLAINED, FEATURE_MISSING, Plan, check_range
from sheetsync.sandbox.clockify.problems import ACCESS_DENIED, MUST_NOT_BE_NULL
from sheetsync.sandbox.clockify.switches import Switches

KEPT_SELECTIONS = 4
PAGING = {
    "detailed_filter",
    "summary_filter",
    "weekly_filter",
    "attendance_filter",
    "sort_order",
    "amount_shown",
    "amounts",
}


@dataclass(slots=True)
class Selection:
    """Entries by ascending start, their rounding done; `memo` keeps what reports have computed from them."""

    entries: list[Entry]
    pricing: Pricing
    memo: dict[Any, Any] = field(default_factory=dict)

    def sums(self) -> Sums:
        if "sums" not in self.memo:
            self.memo["sums"] = total(self.entries, self.pricing)
        sums: Sums = self.memo["sums"]
        return sums


@dataclass(frozen=True, slots=True)
class Question:
    """One request: who asks, under which plan and switches, at which instant (seconds since 1970); `company` is the
    workspace of the key, `workspace_id` the one that the path names.
    """

    company: Company
    account: Account
    plan: Plan
    switches: Switches
    now: float
    workspace_id: str

    def window(self, body: ReportBody) -> Window:
        """The range that the body names.

        Raises:
            Refusal: 400 for a bound that is missing or cannot be read, or for a zone that is unknown.
        """
        if body.date_range_start is None or body.date_range_end is None:
            raise MUST_NOT_BE_NULL
        zone = zone_of(body.time_zone, self.account.time_zone, self.switches)
        start, end = (
            clock_face(body.date_range_start, "dateRangeStart"),
            clock_face(body.date_range_end, "dateRangeEnd"),
        )
        if self.switches.range_type_wins and body.date_range_type not in (None, "ABSOLUTE"):
            today = datetime.fromtimestamp(self.now, zone).date()
            start, end = named_range(str(body.date_range_type), today, self.week_start(body))
        return window(start, end, zone, named=bool(body.time_zone), switches=self.switches)

    def week_start(self, body: ReportBody) -> str:
        return body.week_start or self.company.users[self.account.user_id].week_start

    def permit(self, body: ReportBody, asked_range: Window, *, paid_only: bool = False) -> Shown:
        """The amounts to show.

        Raises:
            Refusal: 403, or what the switches say, where the plan or the key's rights do not reach.
        """
        enter(self.account, self.workspace_id, self.switches)
        shown = asked(body.amount_shown, body.amounts)
        check_range(asked_range.length, self.plan, self.switches)
        if self.plan == "free" and (paid_only or {"COST", "PROFIT"} & {shown.main, *shown.types}):
            raise FEATURE_MISSING
        if not shown.hidden and not self.account.sees_amounts:
            raise ACCESS_DENIED if self.switches.hidden_amounts == "access-denied" else AMOUNTS_EXPLAINED
        return shown


class Selections:
    """The last few selections, by everything that they depend on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Selection] = OrderedDict()

    def of(
        self, question: Question, body: ReportBody, asked_range: Window, audit: AuditFilter | None = None
    ) -> Selection:
        """The entries of a window that pass the body's filters.

        Raises:
            Refusal: a filter names an id that does not exist, and the switch says to refuse it.
        """
        company, only = question.company, _only(question)
        key = (
            (company.workspace_id, company.version, only),
            (asked_range, question.switches, question.plan),
            body.model_dump_json(exclude=PAGING, exclude_none=True),
            audit,
        )
        if key not in self._kept:
            self._kept[key] = _select(question, body, asked_range, [*audit_tests(audit), *_own(only)])
            while len(self._kept) > KEPT_SELECTIONS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def _only(question: Question) -> str | None:
    """The user whose entries alone may be seen, None for everybody's."""
    free = question.account.admin or question.company.settings.everyone_sees_entries
    return None if free else question.account.user_id


def _own(user_id: str | None) -> list[Test]:
    return [] if user_id is None else [lambda entry: entry.user_id == user_id]


def _select(question: Question, body: ReportBody, asked_range: Window, more: list[Test]) -> Selection:
    company, switches = question.company, question.switches
    passing = [*tests(body, company, switches), *more]
    if asked_range.first > asked_range.last:
        found = []
    elif switches.straddling == "start":
        found = company.entries.starting(asked_range.first, asked_range.last)
    else:
        found = company.entries.touching(asked_range.first, asked_range.last + 1)
    if passing:
        found = [entry for entry in found if all(test(entry) for test in passing)]
    if switches.running == "absent":
        found = [entry for entry in found if entry.seconds is not None]
    if switches.straddling == "clipped":
        found = [_clipped(entry, asked_range) for entry in found]
    if body.rounding and question.plan == "paid":
        rule = company.settings.rounding
        found = [
            entry if entry.seconds is None else entry._replace(seconds=rule.apply(entry.seconds)) for entry in found
        ]
    return Selection(found, Pricing(company, switches))


def _clipped(entry: Entry, asked_range: Window) -> Entry:
    start, end = max(entry.start, asked_range.first), asked_range.last + 1
    if entry.seconds is None:
        return entry._replace(start=start)
    return entry._replace(start=start, seconds=min(entry.start + entry.seconds, end) - start)


def page_of(rows: list[Any], page: int, size: int) -> list[Any]:
    """A page of rows, counted from 1; empty beyond the last."""
    start = (page - 1) * size
    return rows[start : start + size]


def pages_in(count: int, size: int) -> int:
    return math.ceil(count / size)
