"""How the Reports API writes values, read into cells. Pure.

An absent key, null and "" all mean "nothing". Money is in cents as JSON floats, durations are seconds, times are ISO
8601 with an offset: all of it as seen in real responses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from sheetsync import serials
from sheetsync.clockify.query import Amount
from sheetsync.table import Cell

Row = Mapping[str, Any]

CENTS = 100
NUMBER = (int, float)
"""Written once: a union that is made for each cell takes longer than looking at it."""
AMOUNT_KEYS = {amount: f"{amount}Amount" for amount in Amount}
ISO_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def text(value: Any) -> str | None:
    """A text cell; nothing for an absent, null or empty value. Half surrogates, which no sheet takes, become �."""
    if value is None or value == "":
        return None
    found = value if isinstance(value, str) else str(value)
    try:
        found.encode()
    except UnicodeEncodeError:
        return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return found


def texts(values: Sequence[Any]) -> list[Cell]:
    """The same of many values, nearly all of which are plain texts and stay as they are."""
    return [
        None if value is None else value if type(value) is str and value and value.isascii() else text(value)
        for value in values
    ]


def seconds(value: Any) -> float:
    """A duration in seconds. Numbers are seconds; the regular API's form (`PT9H`) is understood too."""
    if isinstance(value, NUMBER):
        return value
    found = ISO_DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return 0
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + rest


def local(value: Any, zone: tzinfo) -> datetime | None:
    """A moment as wall-clock time in `zone`; a time without an offset is taken as that already."""
    moment = _moment(value)
    return moment if moment is None or moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def clocks(values: Iterable[Any], zone: tzinfo) -> list[timedelta | None]:
    """The same of many moments, each as the time since 1899-12-30."""
    naive, aware = serials.MIDNIGHT_ZERO, serials.MIDNIGHT_ZERO.replace(tzinfo=zone)
    # Within one zone the difference is that of the clocks, whatever was skipped or repeated in between.
    return [
        None if moment is None else moment - naive if moment.tzinfo is None else moment.astimezone(zone) - aware
        for moment in map(_moment, values)
    ]


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def day(value: Any) -> date | None:
    """The date that a text begins with (`2026-04-06`, `2026-04-06T00:00:00Z`)."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def units(cents: Any) -> float | None:
    """Money in units of its currency from cents; not rounded, because rows have to add up to their total."""
    return cents / CENTS if type(cents) in NUMBER else None


def total(cells: Iterable[float | None]) -> float | None:
    """The sum of what is there; None when nothing is."""
    there = [cell for cell in cells if cell is not None]
    return sum(there) if there else None


@dataclass(frozen=True, slots=True)
class Shown:
    """Which amounts a request asked for, and so what a bare `amount` in its answer is."""

    amounts: tuple[Amount, ...]

    def cents(self, row: Row, amount: Amount) -> float | None:
        """One amount of a row, over all of its currencies, in cents."""
        value = row.get(AMOUNT_KEYS[amount])
        if value is None and self.amounts and amount is self.amounts[0]:
            value = row.get("amount")
        if value is None and row.get("amounts"):
            value = _by_type(row, amount).get("value")
        if isinstance(value, NUMBER):
            return value
        return self._profit(row) if amount is Amount.PROFIT else None

    def by_currency(self, row: Row, amount: Amount, default: str) -> dict[str, float]:
        """One amount of a row in cents by currency; `default` where the row does not say."""
        listed = _by_type(row, amount).get("amountByCurrency")
        if isinstance(listed, list) and len(listed) > 1:
            return {
                str(part.get("currency") or default): part["amount"]
                for part in listed
                if isinstance(part, dict) and isinstance(part.get("amount"), int | float)
            }
        cents = self.cents(row, amount)
        if cents is None:
            return {}
        named = listed[0].get("currency") if isinstance(listed, list) and listed else None
        return {str(named or row.get("currency") or default): cents}

    def _profit(self, row: Row) -> float | None:
        earned, cost = self.cents(row, Amount.EARNED), self.cents(row, Amount.COST)
        return earned - cost if earned is not None and cost is not None else None


def _by_type(row: Row, amount: Amount) -> Row:
    listed = row.get("amounts")
    if isinstance(listed, dict):
        return listed if listed.get("type") == amount.name else {}
    for part in listed if isinstance(listed, list) else ():
        if isinstance(part, dict) and part.get("type") == amount.name:
            return part
    return {}


def totals(body: Row) -> Row | None:
    """A report's totals; None when there are none, which `[null]`, `[]`, `{}` and an absent key all say."""
    found = body.get("totals")
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, dict) and found else None


def only_currency(found: Row | None) -> str:
    """The currency of all amounts, when the totals name exactly one; else empty."""
    listed = found.get("totalAmountByCurrency") if found is not None else None
    codes = {part.get("currency") for part in listed if isinstance(part, dict)} if isinstance(listed, list) else set()
    return str(codes.pop() or "") if len(codes) == 1 else ""


def field(row: Row, path: str) -> Cell:
    """Any field of the API by its path, such as `timeInterval.timeZone` or `customFields.<id or name>`."""
    value: Any = row
    for name in path.split("."):
        if isinstance(value, list):
            value = _member(value, name)
        elif isinstance(value, Mapping):
            value = value.get(name)
        else:
            return None
    return _cell(value)


def _member(members: list[Any], name: str) -> Any:
    """The value of the custom field (or like entry) that is called `name`, by its id or name."""
    for member in members:
        if isinstance(member, dict) and name in {member.get("customFieldId"), member.get("_id"), member.get("name")}:
            return member.get("value", member)
    return None


def _cell(value: Any) -> Cell:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list):
        return text(", ".join(str(part.get("name", part) if isinstance(part, dict) else part) for part in value))
    return None if isinstance(value, Mapping) else text(value)


def joined(names: Sequence[str]) -> str | None:
    """Names as one text; those that hold a comma or a quote are quoted, so that none can be taken for two."""
    return text(", ".join([_quoted(name) for name in names]))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name


def utc(value: Any) -> datetime | None:
    """A moment in UTC, for comparing; None where there is none."""
    if not isinstance(value, str) or not value:
        return None
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
