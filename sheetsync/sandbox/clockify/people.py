"""What a workspace's directory holds: frozen values, found by id. Money is in cents."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["REGULAR", "BREAK", "HOLIDAY", "TIME_OFF"]
FieldType = Literal["TXT", "NUMBER", "DROPDOWN_SINGLE", "DROPDOWN_MULTIPLE", "CHECKBOX", "LINK"]
FieldValue = str | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """Cents an hour, valid from the instant `since` (seconds since 1970) on."""

    cents: int
    since: int = 0


Rates = tuple[Rate, ...]
"""Sorted by `since`; empty where no rate is set."""


def rates(*cents: int | tuple[int, int]) -> Rates:
    """Rates from cents, or from (cents, since) for those that begin later."""
    made = (Rate(*each) if isinstance(each, tuple) else Rate(each) for each in cents)
    return tuple(sorted(made, key=lambda rate: rate.since))


def cents_at(known: Rates, instant: int) -> int | None:
    """The rate valid at an instant; None where there is none yet."""
    index = bisect_right(known, instant, key=lambda rate: rate.since)
    return known[index - 1].cents if index else None


@dataclass(frozen=True, slots=True)
class User:
    """A member. `status` is that of the membership; a deleted one keeps its entries under the name DeletedUser."""

    id: str
    name: str
    email: str
    time_zone: str = "UTC"
    week_start: str = "MONDAY"
    status: Literal["ACTIVE", "INACTIVE", "PENDING", "DELETED"] = "ACTIVE"
    hourly: Rates = ()
    cost: Rates = ()
    daily_capacity: int = 8 * 3600
    custom: tuple[tuple[str, FieldValue], ...] = ()


@dataclass(frozen=True, slots=True)
class UserGroup:
    id: str
    name: str
    user_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    id: str
    name: str
    archived: bool = False
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project; the member rates are by user id and win over all others."""

    id: str
    name: str
    client_id: str | None = None
    color: str = "#03A9F4"
    archived: bool = False
    billable: bool = True
    hourly: Rates = ()
    cost: Rates = ()
    member_hourly: tuple[tuple[str, Rates], ...] = ()
    member_cost: tuple[tuple[str, Rates], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    name: str
    project_id: str
    status: Literal["ACTIVE", "DONE"] = "ACTIVE"
    hourly: Rates = ()
    cost: Rates = ()


@dataclass(frozen=True, slots=True)
class Tag:
    id: str
    name: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class CustomField:
    id: str
    name: str
    type: FieldType
    entity: Literal["TIMEENTRY", "USER"] = "TIMEENTRY"
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """An expense category; `price` in cents per unit where it has one."""

    id: str
    name: str
    unit: str = ""
    price: int | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Expense:
    """One expense on a calendar date (ISO); the amount in cents."""

    id: str
    user_id: str
    date: str
    project_id: str | None
    category_id: str
    amount: float
    quantity: float = 1.0
    notes: str = ""
    billable: bool = True
    approval_id: str | None = None
    file_name: str = ""
    invoice: str | None = None


@dataclass(frozen=True, slots=True)
class Currency:
    id: str
    code: str


@dataclass(frozen=True, slots=True)
class Rounding:
    """The workspace's rounding rule: to the nearest, up or down to `minutes`."""

    minutes: int = 15
    way: Literal["NEAREST", "UP", "DOWN"] = "NEAREST"

    def apply(self, seconds: int) -> int:
        step = self.minutes * 60
        if self.way == "DOWN":
            return seconds // step * step
        if self.way == "UP":
            return -(-seconds // step) * step
        return (seconds + step // 2) // step * step


@dataclass(frozen=True, slots=True)
class Settings:
    """What the workspace's administrators have set."""

    currency: str = "USD"
    hourly: Rates = ()
    cost: Rates = ()
    rounding: Rounding = field(default_factory=Rounding)
    decimal_format: bool = False
    everyone_sees_entries: bool = True
