"""From a query to a table: what is asked of Clockify, in which pieces, and how the answers are put together."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic

import orjson

from sheetsync.clockify import attendance, bodies, detailed, expenses, reading, summary, weekly
from sheetsync.clockify.client import ClockifyClient
from sheetsync.clockify.columns import Layout, Records, Tabulation
from sheetsync.clockify.directory import Directory, Plan
from sheetsync.clockify.fields import Row
from sheetsync.clockify.paging import ReportParts
from sheetsync.clockify.query import Query, Report
from sheetsync.clockify.reading import Paged
from sheetsync.clockify.refusals import LONGEST_FREE_WINDOW, Asked, RefusedError
from sheetsync.clockify.sharing import Answer, Asking
from sheetsync.errors import ClockifyUnavailableError, WindowError
from sheetsync.parts import Parts, Whole, collected
from sheetsync.progress import Progress
from sheetsync.table import Choice, Table
from sheetsync.windows import splitting
from sheetsync.windows.window import Window

MAY_MEAN_TOO_LONG = frozenset({400, 402, 403})
"""Statuses with which a window beyond the plan's limit may be refused; the real one is not public."""

PATHS = {
    Report.DETAILED: "detailed",
    Report.SUMMARY: "summary",
    Report.WEEKLY: "weekly",
    Report.EXPENSES: "expenses/detailed",
    Report.ATTENDANCE: "attendance",
}


@dataclass(frozen=True, slots=True)
class Rows(Generic[Records]):
    """A report with a row per record: its layout, what makes records of its rows, its bodies and its pages."""

    layout: Layout[Records]
    records: Callable[[Sequence[Row], Query], Records]
    body: Callable[[Query, Window, int], bodies.Body]
    paged: Paged


DETAILED = Rows(
    detailed.LAYOUT, detailed.entries, bodies.detailed, Paged("timeentries", "entriesCount", bodies.PAGE_SIZE)
)
EXPENSES = Rows(
    expenses.LAYOUT,
    expenses.expenses,
    bodies.expenses,
    Paged("expenses", "expensesCount", bodies.PAGE_SIZE, seconds=False),
)
ATTENDANCE = Rows(
    attendance.LAYOUT,
    attendance.days,
    bodies.attendance,
    Paged("entities", "entitiesCount", bodies.ATTENDANCE_PAGE_SIZE, seconds=False),
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a query goes: the workspace as the job names it, the account (no secret), the plan if the job says it."""

    name: str
    account: str
    plan: Plan | None = None


def pieces(query: Query, plan: Plan | None) -> list[Window]:
    """The windows to ask for, one after the other: as few as the plan allows. A plan that is not known counts as paid.

    Raises:
        WindowError: a weekly report whose window begins or ends within a day.
    """
    if query.report is Report.WEEKLY:
        return _weeks(query)
    if plan == "free":
        return splitting.by_days(query.window, LONGEST_FREE_WINDOW)
    return splitting.by_years(query.window)


def _weeks(query: Query) -> list[Window]:
    window = query.window
    if any(bound.time().isoformat() != "00:00:00" for bound in (window.start, window.end)):
        raise WindowError(f"a weekly report needs whole days; the window is {window.describe()}.")
    if (window.end - window.start).days == weekly.DAYS_A_WEEK:
        return [window]
    return [week.window for week in splitting.by_weeks(window, query.week_start)]


@dataclass(slots=True)
class Fetch:
    """One fetch: a client, what is looked up for it, who is told of its progress, and who asks the same."""

    client: ClockifyClient
    directory: Directory
    workspace: Workspace
    progress: Progress
    asking: Asking
    _pages: int = field(default=0, init=False)
    _expected: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def table(self, query: Query, choices: Sequence[Choice] = ()) -> Table:
        """The report's table, reconciled with its totals; raises what `parts` and its parts do."""
        return collected(self.parts(query, choices))

    def parts(self, query: Query, choices: Sequence[Choice] = ()) -> Parts:
        """The report's table bit by bit; when its last part is there, it is reconciled with the report's totals.

        Raises, here or while it is gone through:
            ClockifyError: Clockify refused or did not answer, or the rows do not add up.
            TableError: a chosen column does not exist.
            WindowError: the window does not suit the report.
        """
        identity = self.directory.workspace(self.client, self.workspace.account, self.workspace.name)
        filters = self.directory.resolve(self.client, self.workspace.account, identity, query.filters)
        query = replace(query, filters=filters)
        plan = self.workspace.plan
        if plan is None and query.report is not Report.WEEKLY and query.window.days > LONGEST_FREE_WINDOW:
            plan = self.directory.plan(self.client, self.workspace.account, identity)
        try:
            return self._read(identity, query, choices, plan)
        except RefusedError as error:
            too_long = query.report is not Report.WEEKLY and query.window.days > LONGEST_FREE_WINDOW
            if plan == "free" or not too_long or error.status not in MAY_MEAN_TOO_LONG:
                raise
            return self._in_short_pieces(identity, query, choices, error)

    def _in_short_pieces(self, identity: str, query: Query, choices: Sequence[Choice], refused: RefusedError) -> Parts:
        """Once more as the Free plan needs it; a refusal of that too means that the length was not the cause."""
        try:
            return self._read(identity, query, choices, "free")
        except RefusedError:
            raise refused from None

    def _read(self, identity: str, query: Query, choices: Sequence[Choice], plan: Plan | None) -> Parts:
        windows = pieces(query, plan)
        self._expect(len(windows))
        if query.report is Report.SUMMARY:
            counted = reading.summary_seconds(query)
            groups = [reading.whole(partial(self._summary, identity, query, piece), counted) for piece in windows]
            added = summary.added([summary.leaves(body, query) for body in groups])
            return Whole(summary.tabulate(added, query, choices))
        if query.report is Report.WEEKLY:
            answers = [
                reading.whole(partial(self._weekly, identity, query, week), reading.weekly_seconds) for week in windows
            ]
            days = [day for body, week in zip(answers, windows, strict=True) for day in weekly.days(body, query, week)]
            return Whole(weekly.tabulate(days, windows, query, choices))
        read = partial(self._rows, identity, query, choices, windows)
        workers = 1 if plan == "free" else reading.PAGES_AT_ONCE
        if query.report is Report.DETAILED:
            return read(DETAILED, workers)
        return read(EXPENSES, workers) if query.report is Report.EXPENSES else read(ATTENDANCE, workers)

    def _rows(
        self,
        identity: str,
        query: Query,
        choices: Sequence[Choice],
        windows: Sequence[Window],
        rows: Rows[Records],
        workers: int,
    ) -> Parts:
        def pages(piece: Window) -> Iterator[reading.Page]:
            fetch = partial(self._page, identity, query, piece, rows.body)
            return reading.pages(fetch, rows.paged, self._expect, workers=workers, rounding=query.rounding)

        tabulation = Tabulation(rows.layout, query.amounts, choices)
        return ReportParts(tabulation, lambda found: rows.records(found, query), windows, pages)

    def _page(
        self, identity: str, query: Query, piece: Window, body: Callable[[Query, Window, int], bodies.Body], page: int
    ) -> bodies.Body | Callable[[], bodies.Body]:
        asked = body(query, piece, page)
        if page == 1:
            return self._ask(identity, query, piece, asked)
        unread = self._send(identity, query, piece, asked, self.client.unread_report)

        def read() -> bodies.Body:
            try:
                return unread.body()
            except ClockifyUnavailableError:
                return self._ask(identity, query, piece, asked)

        return read

    def _weekly(self, identity: str, query: Query, week: Window) -> dict[str, Any]:
        return self._ask(identity, query, week, bodies.weekly(query, week))

    def _summary(self, identity: str, query: Query, piece: Window) -> dict[str, Any]:
        """A summary with all of its groups, should it come in pages."""
        body = self._ask(identity, query, piece, bodies.summary(query, piece))
        groups = list(body.get("groupOne") or ())
        size, count = len(groups), (body.get("groupTotals") or {}).get("groupOneTotalCount")
        for page in range(2, math.ceil(count / size) + 1) if size and isinstance(count, int) else ():
            more = self._ask(identity, query, piece, bodies.summary(query, piece, page, size))
            groups += more.get("groupOne") or ()
        return {**body, "groupOne": groups}

    def _ask(self, identity: str, query: Query, piece: Window, body: bodies.Body) -> bodies.Body:
        return self._send(identity, query, piece, body, self.client.report)

    def _send(
        self,
        identity: str,
        query: Query,
        piece: Window,
        body: bodies.Body,
        send: Callable[[str, bodies.Body, Asked], Answer],
    ) -> Answer:
        asked = Asked(f"the {query.report} report", identity, piece.days, amounts=bool(query.amounts))
        path = f"/workspaces/{identity}/reports/{PATHS[query.report]}"
        key = (self.workspace.account, path, orjson.dumps(body))
        answer = self.asking.ask(key, partial(send, path, body, asked))
        with self._lock:
            self._pages += 1
            self.progress.fetched(self._pages, max(self._pages, self._expected))
        return answer

    def _expect(self, pages: int) -> None:
        with self._lock:
            self._expected += pages
