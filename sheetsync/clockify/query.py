"""What a job asks of Clockify. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from sheetsync.windows.window import Window


class Report(StrEnum):
    DETAILED = "detailed"
    SUMMARY = "summary"
    WEEKLY = "weekly"
    EXPENSES = "expenses"
    ATTENDANCE = "attendance"


class Amount(StrEnum):
    """The amounts that the Reports API can add to a row (its `amountShown`)."""

    EARNED = "earned"
    COST = "cost"
    PROFIT = "profit"


class Group(StrEnum):
    """What a summary or weekly report can be grouped by."""

    PROJECT = "project"
    CLIENT = "client"
    USER = "user"
    TASK = "task"
    TAG = "tag"
    USER_GROUP = "user_group"
    DATE = "date"
    WEEK = "week"
    MONTH = "month"
    DESCRIPTION = "description"


MANY_VALUED = frozenset({Group.TAG, Group.USER_GROUP})
"""Groups under which one entry may be counted more than once: an entry with two tags counts under both."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Names or ids that entries must have, or, with `exclude`, must not have."""

    names: tuple[str, ...]
    exclude: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries a report takes; None leaves a filter out."""

    users: Selection | None = None
    user_groups: Selection | None = None
    clients: Selection | None = None
    projects: Selection | None = None
    tasks: Selection | None = None
    tags: Selection | None = None
    description: str | None = None
    billable: bool | None = None
    approval: Literal["approved", "unapproved", "all"] | None = None
    invoicing: Literal["invoiced", "uninvoiced", "all"] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A report over a window. `week_start` counts from 0 = Monday; `amounts` empty hides all money."""

    report: Report
    window: Window
    week_start: int = 0
    group_by: tuple[Group, ...] = ()
    one_row_per: Literal["week", "day"] = "week"
    filters: Filters = field(default_factory=Filters)
    amounts: tuple[Amount, ...] = (Amount.EARNED,)
    rounding: bool = False
