"""What no public source tells about Clockify's answers: each is a switch, so that a client can be tried both ways."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Switches(BaseModel):
    """The choices. The first one of each field is the default; the README says which are guesses and which were seen.

    Attributes:
        profile: which keys the rows have: those seen in 2022, in 2023, or in 2026.
        unzoned_times: times when the request names no zone: the profile's offset (seen 2022, 2023) or UTC (seen 2026).
        empty_totals: `totals` of a report without rows: `[null]` (seen for weekly), a row of zeros, an empty list.
        end_bound: whether an entry that starts exactly at the end of the range belongs to it.
        straddling: entries across a bound: whole where they start, whole in all they touch, or cut at the bounds.
        running: a running timer in reports: left out, or with an end of null and a duration of null, or of 0.
        no_project: the project's keys of a row without project.
        non_billable_rate: `rate` of an entry that is not billable.
        entry_amounts: whether a detailed row has a list `amounts` of its own.
        no_custom_fields: `customFields` of a row of 2026 without values (2022: null, 2023: absent, both seen).
        custom_fields: keys of a filled custom field in a row.
        invoicing_info: `invoicingInfo` of an entry that is not invoiced.
        ties: order of entries that start at the same second; `shuffled` is another order in each request.
        default_order: sort order when the request gives none.
        large_page: a page size above the maximum.
        page_zero: a page number below 1.
        reversed_range: a range whose start lies after its end.
        unknown_zone: a time zone that does not exist.
        unknown_workspace: a report for a workspace that does not exist or is somebody else's.
        unknown_filter_ids: a filter by an id that does not exist.
        hidden_amounts: answer to a key whose user may not see the amounts it asks for.
        default_user_status: which users a report holds when it does not filter by their status.
        users_with_groups: a filter by users and by groups at once: any of them, or both.
        range_refusal: answer to a range longer than the plan allows.
        paid_longest_days: longest range on a paid plan; None for no limit.
        retry_after: whether a 429 says when to come back.
        hour_window: how 30 requests an hour are counted on the free plan.
        without_group: id and name of the summary row for entries without project, client, task, tag or group.
        timeentry_id: `_id` of a TIMEENTRY row of 2026: an object when nested (seen), always, or never.
        week_id: `_id` and name of a WEEK row.
        month_id: `_id` and name of a MONTH row.
        date_days: whether DATE rows under a PROJECT carry `days` (told, never shown).
        summary_paging: whether page and pageSize inside summaryFilter do something.
        weekly_date: form of `date` in the weekly report.
        weekly_days: whether days without time are left out.
        users_without_time: whether the weekly report lists users without time.
        expense_date: form of `date` in an expense.
        attendance_totals: whether the attendance report has totals.
        range_type_wins: whether a dateRangeType other than ABSOLUTE replaces the dates.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: Literal["2026", "2023", "2022"] = "2026"
    unzoned_times: Literal["offset", "utc"] = "offset"
    empty_totals: Literal["null", "zeros", "empty"] = "null"
    end_bound: Literal["inclusive", "exclusive"] = "inclusive"
    straddling: Literal["start", "overlap", "clipped"] = "start"
    running: Literal["absent", "null", "zero"] = "absent"
    no_project: Literal["null", "empty", "absent"] = "null"
    non_billable_rate: Literal["zero", "rate", "null"] = "zero"
    entry_amounts: Literal["absent", "list"] = "absent"
    no_custom_fields: Literal["absent", "null", "empty"] = "absent"
    custom_fields: Literal["short", "long"] = "short"
    invoicing_info: Literal["absent", "null"] = "absent"
    ties: Literal["stable", "reversed", "shuffled"] = "stable"
    default_order: Literal["descending", "text-ascending"] = "descending"
    large_page: Literal["refuse", "clamp"] = "refuse"
    page_zero: Literal["refuse", "first"] = "refuse"
    reversed_range: Literal["refuse", "empty"] = "refuse"
    unknown_zone: Literal["refuse", "utc", "profile"] = "refuse"
    unknown_workspace: Literal["403", "400", "404"] = "403"
    unknown_filter_ids: Literal["nothing", "refuse"] = "nothing"
    hidden_amounts: Literal["access-denied", "explained"] = "access-denied"
    default_user_status: Literal["ALL", "ACTIVE"] = "ALL"
    users_with_groups: Literal["either", "both"] = "either"
    range_refusal: Literal["403", "400", "402"] = "403"
    paid_longest_days: int | None = Field(default=None, ge=1)
    retry_after: bool = False
    hour_window: Literal["rolling", "fixed"] = "rolling"
    without_group: Literal["empty", "null", "absent", "named"] = "empty"
    timeentry_id: Literal["nested", "object", "text"] = "nested"
    week_id: Literal["iso", "first-day", "range"] = "iso"
    month_id: Literal["iso", "first-day", "named"] = "iso"
    date_days: bool = False
    summary_paging: bool = False
    weekly_date: Literal["date", "instant"] = "date"
    weekly_days: Literal["sparse", "dense"] = "sparse"
    users_without_time: bool = False
    expense_date: Literal["instant", "date"] = "instant"
    attendance_totals: Literal["absent", "object"] = "absent"
    range_type_wins: bool = False
