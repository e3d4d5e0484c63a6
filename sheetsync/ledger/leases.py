"""Leases of spreadsheets for those who publish; without a ledger that answers, they publish all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sheetsync.ledger.errors import LedgerError
from sheetsync.ledger.ledger import Ledger


class Leases:
    """The leases that this process has. Safe to use from several threads; `warn` is told what the ledger fails at."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime], warn: Callable[[LedgerError], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._warn = warn
        self._had: set[str] = set()

    def take(self, spreadsheet: str, jobs: str) -> str:
        """Why a spreadsheet cannot be had now; empty when it can, or when the ledger cannot be asked."""
        try:
            held = self._ledger.lease(spreadsheet, jobs, self._clock())
        except LedgerError as error:
            self._warn(error)
            return ""
        if held is None:
            self._had.add(spreadsheet)
            return ""
        return held.reason

    def lost(self, spreadsheet: str) -> bool:
        """Whether another process has taken a lease over."""
        try:
            return spreadsheet in self._had and not self._ledger.leased(spreadsheet)
        except LedgerError as error:
            self._warn(error)
            return False

    def give_back(self, spreadsheet: str) -> None:
        try:
            if spreadsheet in self._had:
                self._had.discard(spreadsheet)
                self._ledger.give_back(spreadsheet)
        except LedgerError as error:
            self._warn(error)
