"""The ledger: a record of every run and every slot, and what processes that share it must agree on."""

from sheetsync.ledger.errors import LedgerError, LedgerUnavailableError
from sheetsync.ledger.leases import Leases
from sheetsync.ledger.ledger import Ledger
from sheetsync.ledger.records import SUCCESSES, Cause, Claim, Lease, Pause, Point, RunEnd, RunRecord, State, Taken

__all__ = [
    "SUCCESSES",
    "Cause",
    "Claim",
    "Lease",
    "Leases",
    "Ledger",
    "LedgerError",
    "LedgerUnavailableError",
    "Pause",
    "Point",
    "RunEnd",
    "RunRecord",
    "State",
    "Taken",
]
