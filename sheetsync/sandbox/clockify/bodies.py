"""The bodies of report requests, as the public OpenAPI has them.

Unknown keys are ignored (seen), null is as good as absent.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from sheetsync.sandbox.clockify.problems import unknown_choice, unreadable

Contains = Literal["CONTAINS", "DOES_NOT_CONTAIN", "CONTAINS_ONLY"]
Amount = Literal["EARNED", "COST", "PROFIT", "HIDE_AMOUNT", "EXPORT"]
Order = Literal["ASCENDING", "DESCENDING"]
Weekday = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
RangeType = Literal[
    "ABSOLUTE",
    "TODAY",
    "YESTERDAY",
    "THIS_WEEK",
    "LAST_WEEK",
    "PAST_TWO_WEEKS",
    "THIS_MONTH",
    "LAST_MONTH",
    "THIS_YEAR",
    "LAST_YEAR",
]


class Body(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True, coerce_numbers_to_str=True
    )


class IdFilter(Body):
    """Things by id and status; users have the statuses of memberships, the others are active or archived."""

    ids: list[str] | None = None
    contains: Contains | None = None
    contained_in_timeentry: Contains | None = None
    status: Literal["ALL", "ACTIVE_WITH_PENDING", "ACTIVE", "PENDING", "INACTIVE", "ARCHIVED"] | None = None


class FieldFilter(Body):
    id: str | None = None
    is_empty: bool | None = None
    number_condition: Literal["EQUAL", "GREATER_THAN", "LESS_THAN"] | None = None
    type: Literal["TXT", "NUMBER", "DROPDOWN_SINGLE", "DROPDOWN_MULTIPLE", "CHECKBOX", "LINK"] | None = None
    value: Any = None


class ReportBody(Body):
    """What every report takes."""

    date_range_start: str | None = None
    date_range_end: str | None = None
    date_range_type: RangeType | None = None
    time_zone: str | None = None
    week_start: Weekday | None = None
    sort_order: Order | None = None
    export_type: Literal["JSON", "JSON_V1", "PDF", "CSV", "XLSX", "ZIP"] | None = None
    zoom_level: Literal["WEEK", "MONTH", "YEAR"] | None = None
    amount_shown: Amount | None = None
    amounts: list[Amount] | None = None
    rounding: bool | None = None
    approval_state: Literal["APPROVED", "UNAPPROVED", "ALL"] | None = None
    invoicing_state: Literal["INVOICED", "UNINVOICED", "ALL"] | None = None
    archived: bool | None = None
    billable: bool | None = None
    description: str | None = None
    without_description: bool | None = None
    users: IdFilter | None = None
    user_groups: IdFilter | None = None
    clients: IdFilter | None = None
    projects: IdFilter | None = None
    tasks: IdFilter | None = None
    tags: IdFilter | None = None
    currency: IdFilter | None = None
    custom_fields: list[FieldFilter] | None = None
    user_custom_fields: list[FieldFilter] | None = None


class DetailedOptions(Body):
    totals: Literal["CALCULATE", "EXCLUDE"] | None = None


class AuditFilter(Body):
    """`duration` is taken for minutes: the documentation names no unit."""

    duration: int | None = None
    duration_shorter: bool | None = None
    without_project: bool | None = None
    without_task: bool | None = None


SortColumn = Literal["ID", "DESCRIPTION", "USER", "DURATION", "DATE", "ZONED_DATE", "NATURAL", "USER_DATE"]


class DetailedFilter(Body):
    page: int | None = None
    page_size: int | None = None
    sort_column: SortColumn | None = None
    options: DetailedOptions | None = None
    audit_filter: AuditFilter | None = None


class DetailedBody(ReportBody):
    detailed_filter: DetailedFilter | None = None


class SummaryFilter(Body):
    groups: list[str] | None = None
    sort_column: Literal["GROUP", "DURATION", "AMOUNT", "EARNED", "COST", "PROFIT"] | None = None
    summary_chart_type: Literal["BILLABILITY", "PROJECT"] | None = None
    page: int | None = None
    page_size: int | None = None


class SummaryBody(ReportBody):
    summary_filter: SummaryFilter | None = None


class WeeklyFilter(Body):
    group: Literal["USER", "PROJECT"] | None = None
    subgroup: Literal["TIME"] | None = None


class WeeklyBody(ReportBody):
    weekly_filter: WeeklyFilter | None = None


class ExpenseBody(ReportBody):
    """Pages and sorting are at the top level here."""

    categories: IdFilter | None = None
    note: str | None = None
    without_note: bool | None = None
    page: int | None = None
    page_size: int | None = None
    sort_column: Literal["ID", "PROJECT", "USER", "CATEGORY", "DATE", "AMOUNT"] | None = None


class Comparison(Body):
    """Hours times 100 for durations, a 24-hour clock for start and end."""

    filtration_type: Literal["EXACTLY", "LARGER_THAN", "SMALLER_THAN"] | None = None
    value: str | None = None


AttendanceColumn = Literal["USER", "DATE", "START", "END", "BREAK", "WORK", "CAPACITY", "OVERTIME", "TIME_OFF"]


class AttendanceFilter(Body):
    page: int | None = None
    page_size: int | None = None
    sort_column: Literal["USER", "DATE", "START", "END", "BREAK", "WORK", "CAPACITY", "OVERTIME", "TIME_OFF"] | None = (
        None
    )
    has_time_off: bool | None = None
    break_filters: list[Comparison] | None = None
    capacity_filters: list[Comparison] | None = None
    end_filters: list[Comparison] | None = None
    overtime_filters: list[Comparison] | None = None
    start_filters: list[Comparison] | None = None
    work_filters: list[Comparison] | None = None


class AttendanceBody(ReportBody):
    attendance_filter: AttendanceFilter | None = None


AnyBody = TypeVar("AnyBody", bound=Body)


def read(raw: bytes, kind: type[AnyBody]) -> AnyBody:
    """A request's body.

    Raises:
        Refusal: 400, code 3002 (seen): no JSON object, or a value of another type; enums name what they accept.
    """
    try:
        return kind.model_validate(orjson.loads(raw))
    except orjson.JSONDecodeError:
        raise unreadable("Unexpected character or end of input") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "literal_error":
            accepted = str(first["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
            raise unknown_choice(where, accepted.split(", ")) from None
        raise unreadable(f"Cannot deserialize value of {where or 'the body'}") from None
