"""The summary report: time and money of groups, nested up to three deep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheetsync.sandbox.clockify.bodies import SummaryBody, SummaryFilter
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.money import Shown, Sums, amounts, total, totals
from sheetsync.sandbox.clockify.problems import Refusal
from sheetsync.sandbox.clockify.reports.grouping import GROUPS, Grouping, Path
from sheetsync.sandbox.clockify.reports.paging import page_and_size
from sheetsync.sandbox.clockify.selection import Question, Selection, Selections, page_of
from sheetsync.sandbox.clockify.switches import Switches

NO_FILTER = Refusal(400, "Please provide summary filter.")
BAD_GROUP = Refusal(400, "Invalid group name")
DEEPEST = 3


def summary(question: Question, body: SummaryBody, selections: Selections) -> dict[str, Any]:
    """The answer: totals, and the rows of the first group with their children.

    Raises:
        Refusal: 400 or 403.
    """
    asked = body.summary_filter
    if asked is None:
        raise NO_FILTER
    groups = asked.groups or []
    if len(groups) > DEEPEST or any(group not in GROUPS for group in groups):
        raise BAD_GROUP
    asked_range = question.window(body)
    shown = question.permit(body, asked_range)
    selection = selections.of(question, body, asked_range)
    grouping = Grouping(
        question.company, asked_range.zone, question.week_start(body), question.switches, selection.pricing
    )
    tree = Tree(grouping, selection, shown, question.switches, asked, descending=body.sort_order == "DESCENDING")
    rows = tree.rows(selection.entries, groups, Path()) if groups else []
    counts: dict[str, int] = {"groupOneTotalCount": len(rows)}
    if len(groups) > 1:
        counts["groupTwoTotalCount"] = sum(len(row["children"]) for row in rows)
    if question.switches.summary_paging and (asked.page is not None or asked.page_size is not None):
        rows = page_of(rows, *page_and_size(asked.page, asked.page_size, question.switches))
    answer: dict[str, Any] = {
        "totals": totals(selection.sums(), shown, question.company, question.switches),
        "groupOne": rows,
    }
    if question.switches.profile == "2026":
        answer |= {"donutChart": [], "groupTotals": counts}
    return answer


class Tree:
    """Builds the rows of one request, level by level."""

    def __init__(
        self,
        grouping: Grouping,
        selection: Selection,
        shown: Shown,
        switches: Switches,
        asked: SummaryFilter,
        *,
        descending: bool,
    ) -> None:
        self._grouping, self._pricing, self._shown, self._switches = grouping, selection.pricing, shown, switches
        self._column, self._descending = asked.sort_column or "GROUP", descending

    def rows(self, entries: Sequence[Entry], groups: Sequence[str], path: Path) -> list[dict[str, Any]]:
        group, deeper = groups[0], groups[1:]
        found: list[tuple[Any, dict[str, Any]]] = []
        for key, part in self._grouping.split(entries, group).items():
            sums = total(part, self._pricing)
            row = self._grouping.face(group, key, path) | {"duration": sums.seconds} | self._money(sums)
            if group == "DATE" and self._switches.date_days and path.steps:
                row["days"] = [{"date": key, "duration": sums.seconds, "amount": row.get("amount")}]
            if deeper:
                row["children"] = self.rows(part, deeper, path.down(group, key or ""))
            found.append((self._sort_key(key, row, sums), row))
        found.sort(key=lambda pair: pair[0], reverse=self._descending)
        return [row for _, row in found]

    def _money(self, sums: Sums) -> dict[str, Any]:
        """Hidden amounts leave an empty list and no `amount` (seen)."""
        money: dict[str, Any] = {} if self._shown.main is None else {"amount": sums.amount(self._shown.main)}
        if self._switches.profile != "2022":
            money["amounts"] = amounts(sums, self._shown, self._switches, rounded=True)
        return money

    def _sort_key(self, key: str | None, row: dict[str, Any], sums: Sums) -> tuple[Any, ...]:
        name = (str(row["name"] or "").casefold(), key or "")
        if self._column == "GROUP":
            return name
        if self._column == "DURATION":
            return (sums.seconds, *name)
        kind = (self._shown.main or "EARNED") if self._column == "AMOUNT" else self._column
        return (sums.amount(kind), *name)
