"""What a job needs to be run, in the words of Clockify's side and of Google's."""

from __future__ import annotations

import hashlib

from sheetsync.clockify.client import Access
from sheetsync.clockify.directory import Plan
from sheetsync.config.model import Job
from sheetsync.sheets.accounts import Account
from sheetsync.sheets.client import SHEETS_URL, Connection
from sheetsync.sheets.publishers import Way

GOOGLE_SHEETS = "https://docs.google.com"


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
