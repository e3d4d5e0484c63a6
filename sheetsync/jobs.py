"""What a job needs to be run, in the words of Clockify's side and of Google's."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sheetsync.clockify.client import Access
from sheetsync.clockify.directory import Plan
from sheetsync.config.model import Job
from sheetsync.sheets.accounts import Account, Accounts
from sheetsync.sheets.client import SHEETS_URL, Connection
from sheetsync.sheets.publishers import Way
from sheetsync.windows.window import Window, resolve

ACCOUNTS = Accounts()
GOOGLE_SHEETS = "https://docs.google.com"


def window_of(job: Job, now: datetime, start: str | None = None, end: str | None = None) -> Window:
    """The window of a job at `now` (UTC); a bound given here takes the place of the job's own.

    Raises:
        WindowError: a bound is no date, or the start is not before the end.
    """
    return resolve(start or job.start, end or job.end, now, job.zone, job.first_weekday)


def plan_of(job: Job) -> Plan | None:
    """The plan of the job's workspace as the configuration says it; None when Clockify is to be asked."""
    plans: dict[str, Plan] = {"free": "free", "paid": "paid"}
    return plans.get(job.clockify.plan)


def access_of(job: Job) -> Access:
    """Where the job's Clockify is, and its key."""
    own = job.clockify
    return Access(own.core_url, own.reports_base, own.api_key.reveal(), own.timeout)


def connection_of(job: Job) -> Connection:
    """Where the job's Google Sheets is."""
    return Connection(job.google.sheets_url or SHEETS_URL, job.google.timeout, job.google.cells)


def account_of(job: Job) -> Account:
    """Whom the job publishes as.

    Raises:
        SheetsError: google.credentials holds no usable key, or the environment has none.
    """
    key = job.google.credentials
    return ACCOUNTS.of(key.reveal() if key is not None else None)


def way_of(job: Job, account: Account, connection: Connection) -> Way:
    """Where the job's table goes, as whom."""
    key = job.google.credentials
    identity = hashlib.sha256(key.reveal().encode()).hexdigest() if key is not None else ""
    return Way(account, identity, job.target.spreadsheet, connection)


def url_of(job: Job, sheet: int | None = None) -> str:
    """Where a person looks at the job's target."""
    host = (job.google.sheets_url or GOOGLE_SHEETS).rstrip("/")
    tab = f"#gid={sheet}" if sheet is not None else ""
    return f"{host}/spreadsheets/d/{job.target.spreadsheet}/edit{tab}"
