"""What can be wrong with the ledger itself."""

from __future__ import annotations

from sheetsync.errors import SheetsyncError, Side


class LedgerError(SheetsyncError):
    """The ledger cannot be opened or used as it is; a person has to do something about it."""

    side = Side.CONFIGURATION


class LedgerUnavailableError(LedgerError):
    """The ledger did not answer, or could not keep what it was told: a full disk, a database that is restarting."""

    side = Side.SHEETSYNC
    retryable = True
