"""What is left of a quota, as far as it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What may still be asked of one side before its quota is refilled.

    Attributes:
        name: whose quota it is, such as `Clockify, workspace Acme`.
        left, of: requests.
        seconds: how long the span is that `of` is meant for.
    """

    name: str
    left: int
    of: int
    seconds: int


Budgets = Callable[[], Iterable[BudgetLeft]]


def unknown() -> tuple[BudgetLeft, ...]:
    """Nobody counts."""
    return ()
