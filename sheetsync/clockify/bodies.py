"""The bodies of the report requests. Pure.

Bounds are wall-clock times in `timeZone` (that `Z` in a bound does not mean UTC was seen in real responses) and the
API's end is inclusive (https://docs.clockify.me), so the window's exclusive end goes out one millisecond earlier.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sheetsync.clockify.query import Amount, Filters, Group, Query, Selection
from sheetsync.windows.window import Window

Body = dict[str, Any]

PAGE_SIZE = 1000
"""The most that a report gives on one page (clockify.me/help, "How to retrieve more than 50 results")."""
ATTENDANCE_PAGE_SIZE = 200
"""Third-party documentation gives 201 as the limit of this report alone."""

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
GROUPS = {Group.DESCRIPTION: "TIMEENTRY", Group.USER_GROUP: "USER_GROUP"}
"""Groups that the API calls by another word than their own in capitals."""


def detailed(query: Query, piece: Window, page: int) -> Body:
    paging = {"page": page, "pageSize": PAGE_SIZE, "sortColumn": "DATE", "options": {"totals": "CALCULATE"}}
    return {**_common(query, piece), **_time(query), "sortOrder": "ASCENDING", "detailedFilter": paging}


def summary(query: Query, piece: Window, page: int = 1, page_size: int = 0) -> Body:
    """The first request names no page: whether a summary comes in pages is not documented."""
    groups = [GROUPS.get(group, group.name) for group in query.group_by]
    summary_filter: Body = {"groups": groups, "sortColumn": "GROUP"}
    if page > 1:
        summary_filter.update({"page": page, "pageSize": page_size})
    return {**_common(query, piece), **_time(query), "sortOrder": "ASCENDING", "summaryFilter": summary_filter}


def weekly(query: Query, piece: Window) -> Body:
    weekly_filter = {"group": query.group_by[0].name, "subgroup": "TIME"}
    return {**_common(query, piece), **_time(query), "weeklyFilter": weekly_filter}


def expenses(query: Query, piece: Window, page: int) -> Body:
    body = {
        **_common(query, piece),
        "page": page,
        "pageSize": PAGE_SIZE,
        "sortColumn": "DATE",
        "sortOrder": "ASCENDING",
    }
    if query.filters.description is not None:
        body["note"] = body.pop("description")
    return body


def attendance(query: Query, piece: Window, page: int) -> Body:
    paging = {"page": page, "pageSize": ATTENDANCE_PAGE_SIZE, "sortColumn": "DATE"}
    return {**_common(query, piece), "sortOrder": "ASCENDING", "attendanceFilter": paging}


def _common(query: Query, piece: Window) -> Body:
    return {
        "dateRangeStart": piece.start.isoformat(timespec="milliseconds"),
        "dateRangeEnd": (piece.end - timedelta(milliseconds=1)).isoformat(timespec="milliseconds"),
        "timeZone": piece.zone,
        "weekStart": WEEKDAYS[query.week_start],
        "exportType": "JSON",
        **_filters(query.filters),
    }


def _time(query: Query) -> Body:
    """What the reports on time entries take, and the others do not."""
    body: Body = {"rounding": query.rounding, **_amounts(query.amounts)}
    if query.filters.tags is not None:
        body["tags"] = {**_selection(query.filters.tags), "containedInTimeentry": _contains(query.filters.tags)}
    return body


def _amounts(amounts: tuple[Amount, ...]) -> Body:
    if not amounts:
        return {"amountShown": "HIDE_AMOUNT"}
    body: Body = {"amountShown": amounts[0].name}
    if len(amounts) > 1:
        body["amounts"] = [amount.name for amount in amounts]
    return body


def _filters(filters: Filters) -> Body:
    body: Body = {}
    for name, selection in (
        ("users", filters.users),
        ("userGroups", filters.user_groups),
        ("clients", filters.clients),
        ("projects", filters.projects),
        ("tasks", filters.tasks),
    ):
        if selection is not None:
            body[name] = _selection(selection)
    if filters.description is not None:
        body["description"] = filters.description
    if filters.billable is not None:
        body["billable"] = filters.billable
    if filters.approval is not None:
        body["approvalState"] = filters.approval.upper()
    if filters.invoicing is not None:
        body["invoicingState"] = filters.invoicing.upper()
    return body


def _selection(selection: Selection) -> Body:
    # Without a status the report may leave out what is archived or inactive; what a job names, it means.
    return {"ids": list(selection.names), "contains": _contains(selection), "status": "ALL"}


def _contains(selection: Selection) -> str:
    return "DOES_NOT_CONTAIN" if selection.exclude else "CONTAINS"
