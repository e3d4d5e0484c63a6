"""The expense report: one row per expense. Pure.

`totals` is an object here, not a list, and rows carry `_id` and `isLocked`, whatever the published schema says (seen in
types made from real answers). Amounts are taken as cents, as everywhere in reports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sheetsync import serials
from sheetsync.clockify import fields
from sheetsync.clockify.columns import Field, Layout, Tabulation, each, tabulated
from sheetsync.clockify.fields import Row
from sheetsync.clockify.query import Amount, Query
from sheetsync.table import Cell, Choice, Kind, Table


@dataclass(frozen=True, slots=True)
class Expense:
    row: Row
    zone: ZoneInfo

    def day(self) -> Cell:
        """An expense has a day, not a moment: a midnight of whatever offset is that day, other times are moments."""
        value = str(self.row.get("date") or "")
        if "T" in value and not value[11:].startswith("00:00:00"):
            moment = fields.local(value, self.zone)
            return None if moment is None else serials.of_date(moment.date())
        day = fields.day(value)
        return None if day is None else serials.of_date(day)

    def quantity(self) -> Cell:
        value = self.row.get("quantity")
        return value if isinstance(value, int | float) else None


Expenses = Sequence[Expense]


def _texts(key: str) -> Callable[[Expenses], list[Cell]]:
    return lambda expenses: fields.texts([expense.row.get(key) for expense in expenses])


def _flags(key: str) -> Callable[[Expenses], list[Cell]]:
    return each(lambda expense: bool(expense.row.get(key)))


FIELDS: tuple[Field[Expenses], ...] = (
    Field("Date", Kind.DATE, "The expense's day.", each(Expense.day)),
    Field("User", Kind.TEXT, "Who had the expense.", _texts("userName")),
    Field("Email", Kind.TEXT, "That user's e-mail address.", _texts("userEmail")),
    Field("Project", Kind.TEXT, "The project's name.", _texts("projectName")),
    Field("Client", Kind.TEXT, "The client of the project.", _texts("clientName")),
    Field("Category", Kind.TEXT, "The expense's category.", _texts("categoryName")),
    Field("Notes", Kind.TEXT, "What the expense says, as it was typed.", _texts("notes")),
    Field(
        "Quantity", Kind.NUMBER, "The number of units, for categories that have a unit price.", each(Expense.quantity)
    ),
    Field("Unit", Kind.TEXT, "The category's unit.", _texts("categoryUnit")),
    Field("Billable", Kind.BOOLEAN, "Whether the expense is billable.", _flags("billable")),
    Field(
        "Amount",
        Kind.MONEY,
        "What it cost.",
        each(lambda expense: fields.units(expense.row.get("amount"))),
        amount=Amount.EARNED,
    ),
    Field("Currency", Kind.TEXT, "The currency of the amount, where Clockify says it.", _texts("currency")),
    Field("Receipt", Kind.TEXT, "The file name of the receipt.", _texts("fileName")),
    Field("Locked", Kind.BOOLEAN, "Whether it is locked.", _flags("isLocked"), default=False),
    Field("Expense ID", Kind.TEXT, "Clockify's id of the expense.", _texts("_id"), default=False),
    Field("User ID", Kind.TEXT, "Clockify's id of the user.", _texts("userId"), default=False),
    Field("Project ID", Kind.TEXT, "Clockify's id of the project.", _texts("projectId"), default=False),
    Field("Category ID", Kind.TEXT, "Clockify's id of the category.", _texts("categoryId"), default=False),
)
"""What an expense report can show."""


LAYOUT: Layout[Expenses] = Layout(
    FIELDS,
    lambda expenses, path: [fields.field(expense.row, path) for expense in expenses],
    lambda expenses: [str(expense.row.get("currency") or "") for expense in expenses],
)


def expenses(rows: Sequence[Row], query: Query) -> list[Expense]:
    """The expenses in `expenses` of an answer."""
    zone = ZoneInfo(query.window.zone)
    return [Expense(row, zone) for row in rows]


def tabulate(rows: Sequence[Row], query: Query, choices: Sequence[Choice] = ()) -> Table:
    """The table of expenses, in the order given.

    Raises:
        TableError: a chosen column does not exist, or names a currency that no expense has.
    """
    return tabulated(Tabulation(LAYOUT, query.amounts, choices), expenses(rows, query))
