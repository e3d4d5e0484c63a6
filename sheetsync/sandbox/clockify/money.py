"""Rates, amounts and sums, in cents as floats; nothing is rounded before the end (seen: 40055.555555555555)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sheetsync.sandbox.clockify.bodies import Amount
from sheetsync.sandbox.clockify.company import Company
from sheetsync.sandbox.clockify.entries import Entry
from sheetsync.sandbox.clockify.people import Rates, cents_at
from sheetsync.sandbox.clockify.switches import Switches


@dataclass(frozen=True, slots=True)
class Shown:
    """The amounts asked for: `main` is what `amount` and `rate` hold, None when hidden; `types` fill the list."""

    main: Amount | None
    types: tuple[Amount, ...]

    @property
    def hidden(self) -> bool:
        return self.main is None


def asked(amount_shown: Amount | None, amounts: Sequence[Amount] | None) -> Shown:
    """EARNED where nothing is asked for."""
    listed: tuple[Amount, ...] = tuple(each for each in dict.fromkeys(amounts or ()) if each in _OF_PRICE)
    if amount_shown == "HIDE_AMOUNT" or (amount_shown is None and amounts and not listed and "HIDE_AMOUNT" in amounts):
        return Shown(None, ())
    first: Amount = listed[0] if listed else "EARNED"
    main = first if amount_shown in (None, "EXPORT") else amount_shown
    return Shown(main, listed or ((main or first),))


class Price(NamedTuple):
    """One entry's money; None where no rate is set."""

    rate: float | None
    earned: float | None
    cost_rate: float | None
    cost: float | None
    currency: str

    def amount(self, kind: Amount) -> float | None:
        if kind == "COST":
            return self.cost
        if kind == "PROFIT":
            return None if self.earned is None and self.cost is None else (self.earned or 0.0) - (self.cost or 0.0)
        return self.earned

    def rate_of(self, kind: Amount) -> float | None:
        if kind == "COST":
            return self.cost_rate
        if kind == "PROFIT":
            return (
                None if self.rate is None and self.cost_rate is None else (self.rate or 0.0) - (self.cost_rate or 0.0)
            )
        return self.rate


class Pricing:
    """The rate of an entry: the first that project member, task, project, member or workspace have then (seen)."""

    def __init__(self, company: Company, switches: Switches) -> None:
        self._company, self._switches = company, switches
        self._hourly: dict[tuple[str, str | None, str | None], list[Rates]] = {}
        self._cost: dict[tuple[str, str | None, str | None], list[Rates]] = {}
        self._currencies: dict[str | None, str] = {}

    def price(self, entry: Entry) -> Price:
        where = (entry.user_id, entry.project_id, entry.task_id)
        if where not in self._hourly:
            self._hourly[where], self._cost[where] = self._sources(*where)
        seconds = entry.seconds or 0
        rate, cost = _first(self._hourly[where], entry.start), _first(self._cost[where], entry.start)
        earned = None if rate is None else rate * seconds / 3600
        if not entry.billable:
            rate, earned = self._unbilled(rate)
        return Price(
            rate, earned, cost, None if cost is None else cost * seconds / 3600, self.currency(entry.project_id)
        )

    def _unbilled(self, rate: float | None) -> tuple[float | None, float | None]:
        choice = self._switches.non_billable_rate
        return (None, None) if choice == "null" else (0.0 if choice == "zero" else rate, 0.0)

    def currency(self, project_id: str | None) -> str:
        """The currency of the project's client, else the workspace's."""
        if project_id not in self._currencies:
            project = self._company.projects.get(project_id or "")
            client = self._company.clients.get((project.client_id if project else None) or "")
            own = client.currency if client else None
            self._currencies[project_id] = own or self._company.settings.currency
        return self._currencies[project_id]

    def _sources(self, user_id: str, project_id: str | None, task_id: str | None) -> tuple[list[Rates], list[Rates]]:
        company = self._company
        user, task = company.users[user_id], company.tasks.get(task_id or "")
        project = company.projects.get(project_id or "")
        hourly, cost = [user.hourly, company.settings.hourly], [user.cost, company.settings.cost]
        if project is not None:
            hourly.insert(0, project.hourly)
            cost.insert(0, project.cost)
        if task is not None:
            hourly.insert(0, task.hourly)
            cost.insert(0, task.cost)
        if project is not None:
            hourly.insert(0, dict(project.member_hourly).get(user_id, ()))
            cost.insert(0, dict(project.member_cost).get(user_id, ()))
        return [each for each in hourly if each], [each for each in cost if each]


def _first(sources: list[Rates], at: int) -> float | None:
    for known in sources:
        cents = cents_at(known, at)
        if cents is not None:
            return float(cents)
    return None


@dataclass(slots=True)
class Sums:
    """What a set of entries adds up to: seconds, entries, and earned and cost cents by currency."""

    seconds: int = 0
    billable: int = 0
    count: int = 0
    money: dict[str, list[float]] = field(default_factory=dict)

    def add(self, entry: Entry, price: Price) -> None:
        seconds = entry.seconds or 0
        self.seconds += seconds
        self.count += 1
        if entry.billable:
            self.billable += seconds
        held = self.money.get(price.currency)
        if held is None:
            held = self.money[price.currency] = [0.0, 0.0]
        held[0] += price.earned or 0.0
        held[1] += price.cost or 0.0

    def by_currency(self, kind: Amount) -> dict[str, float]:
        return {code: _OF_PRICE[kind](earned, cost) for code, (earned, cost) in self.money.items()}

    def amount(self, kind: Amount) -> float:
        """Over all currencies, mixed: that is what the API gives too."""
        return sum(self.by_currency(kind).values())


_OF_PRICE: dict[str, Callable[[float, float], float]] = {
    "EARNED": lambda earned, _: earned,
    "COST": lambda _, cost: cost,
    "PROFIT": lambda earned, cost: earned - cost,
}


def total(entries: Iterable[Entry], pricing: Pricing) -> Sums:
    sums = Sums()
    for entry in entries:
        sums.add(entry, pricing.price(entry))
    return sums


def amounts(sums: Sums, shown: Shown, switches: Switches, *, rounded: bool) -> list[dict[str, Any]]:
    """The list `amounts`; its values are rounded in groups, not in totals (seen)."""
    listed: list[dict[str, Any]] = []
    for kind in shown.types:
        value = sums.amount(kind)
        row: dict[str, Any] = {"type": kind, "value": int(value + 0.5) if rounded and value >= 0 else value}
        if switches.profile == "2026":
            row["amountByCurrency"] = by_currency(sums, kind)
        listed.append(row)
    return listed


def by_currency(sums: Sums, kind: Amount) -> list[dict[str, Any]]:
    return [{"currency": code, "amount": amount} for code, amount in sums.by_currency(kind).items()]


def totals(sums: Sums, shown: Shown, company: Company, switches: Switches) -> list[dict[str, Any] | None]:
    """The list `totals` of a report; without entries it is what the switch says (seen for weekly: one null)."""
    if not sums.count and switches.empty_totals != "zeros":
        return [None] if switches.empty_totals == "null" else []
    row: dict[str, Any] = {
        "_id": "",
        "totalTime": sums.seconds,
        "totalBillableTime": sums.billable,
        "entriesCount": sums.count,
    }
    if switches.profile == "2026":
        row["numOfCurrencies"] = len(company.currencies)
    row["totalAmount"] = None if shown.main is None else sums.amount(shown.main)
    if switches.profile != "2022":
        row["amounts"] = amounts(sums, shown, switches, rounded=False)
    if switches.profile == "2026":
        row["totalAmountByCurrency"] = {} if shown.main is None else by_currency(sums, shown.main)
    return [row]
