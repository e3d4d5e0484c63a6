"""What is left of a quota, as far as it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What may still be asked of one side before its quota is refilled.

    Attributes:
        name: whose quota it is, such as `Clockify, workspace Acme`.
        left, of: requests.
        seconds: how long the span is that `of` is meant for.
        more: when the next request may go out (UTC); None when one may now.
        full: when nothing counts any more that went out so far (UTC); None when nothing does.
    """

    name: str
    left: int
    of: int
    seconds: int
    more: datetime | None = None
    full: datetime | None = None


Budgets = Callable[[], Iterable[BudgetLeft]]


def unknown() -> tuple[BudgetLeft, ...]:
    """Nobody counts."""
    return ()
