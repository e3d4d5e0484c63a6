"""What the configuration says of a job, in the words of Clockify's side and of Google's. Pure."""

from __future__ import annotations

from datetime import datetime

from sheetsync.clockify.client import Access
from sheetsync.clockify.query import Amount, Filters, Group, Query, Report, Selection
from sheetsync.config.model import IdFilter, Job
from sheetsync.sheets.accounts import Account, account
from sheetsync.sheets.client import SHEETS_URL, Connection
from sheetsync.sheets.placement import Target
from sheetsync.table import Choice
from sheetsync.windows.window import Window, resolve

GOOGLE_SHEETS = "https://docs.google.com"


def window_of(job: Job, now: datetime, start: str | None = None, end: str | None = None) -> Window:
    """The window of a job at `now` (UTC); a bound given here takes the place of the job's own.

    Raises:
        WindowError: a bound is no date, or the start is not before the end.
    """
    return resolve(start or job.start, end or job.end, now, job.zone, job.first_weekday)


def query_of(job: Job, window: Window) -> Query:
    filters = job.filters
    return Query(
        report=Report(job.report),
        window=window,
        week_start=job.first_weekday,
        group_by=tuple(Group(group) for group in job.group_by),
        one_row_per=job.one_row_per,
        filters=Filters(
            users=_selection(filters.users),
            user_groups=_selection(filters.user_groups),
            clients=_selection(filters.clients),
            projects=_selection(filters.projects),
            tasks=_selection(filters.tasks),
            tags=_selection(filters.tags),
            description=filters.description,
            billable=filters.billable,
            approval=filters.approval,
            invoicing=filters.invoicing,
        ),
        amounts=tuple(Amount(amount) for amount in job.amounts),
        rounding=job.rounding,
    )


def choices_of(job: Job) -> tuple[Choice, ...]:
    return tuple(Choice(column.name, column.title or "") for column in job.columns)


def target_of(job: Job) -> Target:
    return Target(job.target.spreadsheet, job.target.worksheet, job.target.range)


def access_of(job: Job) -> Access:
    """Where the job's Clockify is, and its key."""
    own = job.clockify
    return Access(own.core_url, own.reports_base, own.api_key.reveal(), own.timeout)


def connection_of(job: Job) -> Connection:
    """Where the job's Google Sheets is."""
    return Connection(job.google.sheets_url or SHEETS_URL, job.google.timeout)


def account_of(job: Job) -> Account:
    """Whom the job publishes as.

    Raises:
        SheetsError: google.credentials holds no usable key, or the environment has none.
    """
    key = job.google.credentials
    return account(key.reveal() if key is not None else None)


def url_of(job: Job, sheet: int | None = None) -> str:
    """Where a person looks at the job's target."""
    host = (job.google.sheets_url or GOOGLE_SHEETS).rstrip("/")
    tab = f"#gid={sheet}" if sheet is not None else ""
    return f"{host}/spreadsheets/d/{job.target.spreadsheet}/edit{tab}"


def _selection(chosen: IdFilter | None) -> Selection | None:
    return None if chosen is None else Selection(tuple(chosen.names), chosen.exclude)
