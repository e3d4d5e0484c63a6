"""The detailed report: one row for each time entry."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetsync.sandbox.clockify.bodies import DetailedBody, DetailedFilter
from sheetsync.sandbox.clockify.bounds import Window, local, shown
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.money import Price, Shown, totals
from sheetsync.sandbox.clockify.people import FieldValue, User
from sheetsync.sandbox.clockify.problems import Refusal
from sheetsync.sandbox.clockify.reports.paging import page_and_size
from sheetsync.sandbox.clockify.selection import Question, Selection, Selections, page_of

NO_FILTER = Refusal(400, "Please provide detailed filter.")
DELETED_USER = "DeletedUser"
_UTC = ZoneInfo("UTC")
Key = Callable[[Entry], Any]


def detailed(question: Question, body: DetailedBody, selections: Selections) -> dict[str, Any]:
    """The answer: totals over all pages, and the rows of one.

    Raises:
        Refusal: 400 or 403.
    """
    asked = body.detailed_filter
    if asked is None:
        raise NO_FILTER
    page, size = page_and_size(asked.page, asked.page_size, question.switches)
    asked_range = question.window(body)
    shown_amounts = question.permit(body, asked_range)
    selection = selections.of(question, body, asked_range, asked.audit_filter)
    excluded = asked.options is not None and asked.options.totals == "EXCLUDE"
    rows = Rows(question, asked_range, shown_amounts, selection)
    entries = page_of(_sorted(selection, asked, body.sort_order, question), page, size)
    return {
        "totals": [None] if excluded else totals(selection.sums(), shown_amounts, question.company, question.switches),
        "timeentries": [rows.row(entry) for entry in entries],
    }


def _sorted(selection: Selection, asked: DetailedFilter, order: str | None, question: Question) -> list[Entry]:
    """The entries in the order asked for; newest start first when nothing is asked (seen)."""
    column, ties = asked.sort_column or "DATE", question.switches.ties
    if order is None:
        texts = question.switches.default_order == "text-ascending" and column in ("DESCRIPTION", "USER")
        order = "ASCENDING" if texts else "DESCENDING"
    if ties == "shuffled":
        return _in_order(selection.entries, column, order, question.company, random.sample)
    memo = ("sorted", column, order, ties)
    if memo not in selection.memo:
        selection.memo[memo] = _in_order(selection.entries, column, order, question.company, _arrange(ties))
    entries: list[Entry] = selection.memo[memo]
    return entries


def _arrange(ties: str) -> Callable[[list[Entry], int], list[Entry]]:
    return lambda entries, _: entries[::-1] if ties == "reversed" else entries


def _in_order(
    entries: list[Entry], column: str, order: str, company: Company, arrange: Callable[[list[Entry], int], list[Entry]]
) -> list[Entry]:
    """Sort by the column alone; entries that are equal in it keep the order into which `arrange` brings them."""
    name = {user.id: user.name.casefold() for user in company.users.values()}
    keys: dict[str, Key] = {
        "DATE": lambda entry: entry.start,
        "ZONED_DATE": lambda entry: entry.start,
        "NATURAL": lambda entry: entry.number,
        "ID": lambda entry: entry.number,
        "DESCRIPTION": lambda entry: entry.description.casefold(),
        "USER": lambda entry: name[entry.user_id],
        "USER_DATE": lambda entry: (name[entry.user_id], entry.start),
        "DURATION": lambda entry: entry.seconds or 0,
    }
    return sorted(arrange(entries, len(entries)), key=keys[column], reverse=order == "DESCENDING")


class Rows:
    """Renders entries as rows of the report, with the keys of the switches' profile."""

    def __init__(self, question: Question, asked_range: Window, amounts: Shown, selection: Selection) -> None:
        self._company, self._switches = question.company, question.switches
        self._range, self._amounts, self._pricing = asked_range, amounts, selection.pricing
        self._utc = not asked_range.named and question.switches.unzoned_times == "utc"
        self._recent = question.switches.profile == "2026"

    def row(self, entry: Entry) -> dict[str, Any]:
        price, user = self._pricing.price(entry), self._company.users[entry.user_id]
        row: dict[str, Any] = {"_id": entry.id, "description": entry.description, "userId": entry.user_id}
        if self._recent:
            row["type"] = entry.kind
        row["timeInterval"] = self._interval(entry)
        row["billable"] = entry.billable
        project = self._project(entry)
        if "projectId" in project:
            row["projectId"] = project.pop("projectId")
        row["taskId"] = entry.task_id
        if self._switches.profile != "2022":
            row["tagIds"] = None
        row["approvalRequestId"] = entry.approval_id
        if entry.task_id is not None:
            row["taskName"] = self._company.tasks[entry.task_id].name
        if entry.tag_ids:
            row["tags"] = [{"name": self._company.tags[each].name, "_id": each} for each in entry.tag_ids]
        row["isLocked"] = entry.approved
        row |= self._custom_fields(entry) | self._money(price)
        row["userName"], row["userEmail"] = user_name(user), user.email
        return row | project | self._invoice(entry)

    def _interval(self, entry: Entry) -> dict[str, Any]:
        zone, end = self._range.zone, None if entry.seconds is None else entry.start + entry.seconds
        zoned_start = local(entry.start, zone)
        zoned_end = None if end is None else local(end, zone)
        interval: dict[str, Any] = {
            "start": self._time(zoned_start),
            "end": None if zoned_end is None else self._time(zoned_end),
            "duration": 0 if entry.seconds is None and self._switches.running == "zero" else entry.seconds,
        }
        if self._recent:
            interval |= {
                "timeZone": str(zone),
                "zonedStart": _naive(zoned_start),
                "zonedEnd": None if zoned_end is None else _naive(zoned_end),
                "offStart": _offset(zoned_start),
                "offEnd": None if zoned_end is None else _offset(zoned_end),
            }
        return interval

    def _time(self, moment: datetime) -> str:
        return shown(local(int(moment.timestamp()), _UTC) if self._utc else moment)

    def _project(self, entry: Entry) -> dict[str, Any]:
        if entry.project_id is None:
            nothing = {"null": None, "empty": "", "absent": None}[self._switches.no_project]
            if self._switches.no_project == "absent":
                return {}
            keys = ("projectId", "projectName", "projectColor")
            return {**dict.fromkeys(keys, nothing), "clientName": "", "clientId": ""}
        project = self._company.projects[entry.project_id]
        client = self._company.clients[project.client_id] if project.client_id else None
        return {
            "projectId": project.id,
            "projectName": project.name,
            "projectColor": project.color,
            "clientName": client.name if client else "",
            "clientId": client.id if client else "",
        }

    def _custom_fields(self, entry: Entry) -> dict[str, Any]:
        values = [self._field(field_id, value) for field_id, value in entry.custom]
        nothing = {"2022": "null", "2023": "absent", "2026": self._switches.no_custom_fields}[self._switches.profile]
        if not values and nothing == "absent":
            return {}
        return {"customFields": None if not values and nothing == "null" else values}

    def _field(self, field_id: str, value: FieldValue) -> dict[str, Any]:
        row: dict[str, Any] = {"customFieldId": field_id, "value": list(value) if isinstance(value, tuple) else value}
        if self._switches.custom_fields == "long":
            field = self._company.custom_fields[field_id]
            row |= {"name": field.name, "type": field.type}
        return row

    def _money(self, price: Price) -> dict[str, Any]:
        main = self._amounts.main
        row: dict[str, Any] = {
            "amount": None if main is None else price.amount(main),
            "rate": None if main is None else price.rate_of(main),
        }
        if self._switches.entry_amounts == "list":
            row["amounts"] = [{"type": kind, "value": price.amount(kind) or 0.0} for kind in self._amounts.types]
        if self._recent and main is not None:
            row |= {"earnedAmount": price.earned, "earnedRate": price.rate}
            row |= {"costAmount": price.cost, "costRate": price.cost_rate}
        if self._recent:
            row["currency"] = price.currency
        return row

    def _invoice(self, entry: Entry) -> dict[str, Any]:
        if not self._recent:
            return {}
        if entry.invoice is None:
            return {} if self._switches.invoicing_info == "absent" else {"invoicingInfo": None}
        info = {"invoiceId": f"inv-{entry.invoice}", "invoiceNumber": entry.invoice, "manuallyInvoiced": False}
        return {"invoicingInfo": info}


def user_name(user: User) -> str:
    """A deleted user's entries stay under a name of their own (public help pages)."""
    return DELETED_USER if user.status == "DELETED" else user.name


def _naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _offset(moment: datetime) -> int:
    offset = moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
