"""The functions that formulas may call. Importing a module of this package makes its functions known."""

from __future__ import annotations

from sheetsync.sandbox.google.formulas.calls import FUNCTIONS
from sheetsync.sandbox.google.formulas.functions import (
    aggregates,
    arithmetic,
    conditional,
    dates,
    information,
    logic,
    lookups,
    texts,
)

__all__ = [
    "FUNCTIONS",
    "aggregates",
    "arithmetic",
    "conditional",
    "dates",
    "information",
    "logic",
    "lookups",
    "texts",
]
