"""The configuration as the rest of sheetsync sees it: values without text forms, each job with all that it needs.

Field docstrings are what the JSON Schema and the reference say of a setting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from sheetsync.clockify.catalogue import Layout, mistake
from sheetsync.clockify.query import Amount, Filters, Group, Query, Report
from sheetsync.config import written
from sheetsync.config.notifying import Notify
from sheetsync.config.secrets import Secret
from sheetsync.config.serving import Serve
from sheetsync.config.syntax import shown
from sheetsync.config.target import read_target
from sheetsync.config.values import (
    COUNT,
    SECRET,
    Absence,
    Bound,
    Cells,
    Deadline,
    Flag,
    Form,
    JobName,
    Mistake,
    Rate,
    Seconds,
    Share,
    Text,
    TimeZone,
    Version,
    WebAddress,
    choice,
    count,
    did_you_mean,
    listed,
    one_of,
    secret,
    text,
    word_form,
)
from sheetsync.schedule.catchup import CatchUp
from sheetsync.schedule.forms import Every, Schedule
from sheetsync.sheets.target import Target
from sheetsync.table import Choice
from sheetsync.windows.window import Window, resolve

HOUR_SECONDS = 3600
DEADLINE_SECONDS = 15 * 60
CLOCKIFY_SECONDS = 60
GOOGLE_SECONDS = 200
FREE_PER_HOUR, PAID_PER_SECOND = 30, 50
"""Clockify's quotas for each workspace (clockify.me/help, "Webhook and API limitations")."""
GOOGLE_CELLS = 10_000_000
"""What a spreadsheet may hold (support.google.com/drive, "Files you can store in Google Drive")."""
GOOGLE_PER_ACCOUNT, GOOGLE_PER_PROJECT = 60, 300
"""Google's quotas for reads and for writes (developers.google.com/workspace/sheets/api/limits)."""
HISTORY_SECONDS = 400 * 86_400
PARALLEL = 8


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Plan(StrEnum):
    """Clockify's plans as far as their limits differ; `auto` asks Clockify once."""

    AUTO = "auto"
    FREE = "free"
    PAID = "paid"


class Write(StrEnum):
    ALWAYS = "always"
    WHEN_CHANGED = "when_changed"


class OnEmpty(StrEnum):
    WRITE = "write"
    KEEP = "keep"
    FAIL = "fail"


class RowPer(StrEnum):
    WEEK = "week"
    DAY = "day"


REGIONS = ("global", "euc1", "use2", "euw2", "apse2", "developer")
"""Clockify's hosts by name; all but the global one are also the first part of an address (docs.clockify.me)."""
_HOST = "Write one of global, euc1, use2, euw2, apse2, developer, or a subdomain such as acme.clockify.me."


def _host(value: Any) -> Any:
    name = text(value)
    if not isinstance(name, str) or (name := name.lower()) in REGIONS:
        return name
    match = re.fullmatch(r"(?:https?://)?([a-z0-9][a-z0-9-]*)\.clockify\.me(?:/.*)?", name)
    if match and match[1] in {"app", "api", "www"}:
        return "global"
    if match:
        return match[1] if match[1] in REGIONS else f"{match[1]}.clockify.me"
    raise Mistake(f"{shown(name)} is no host of Clockify's.", did_you_mean(name, REGIONS) + _HOST)


def _api_key(value: Secret) -> Secret:
    if value.known and not re.fullmatch(r"[!-~]+", value.reveal()):
        raise Mistake(
            "the API key holds blanks, line breaks or unusual letters.",
            "Copy it again from Clockify: Preferences > Advanced > API.",
        )
    return value


def _credentials(value: Secret) -> Secret:
    """Google credentials as JSON, as google-auth takes them: at least a type, and what a service account must have."""
    if not value.known:
        return value
    try:
        found = orjson.loads(value.reveal())
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        todo = "Write file:/path/of/the/key.json; the key is made in the Google Cloud console under Service accounts."
        raise Mistake("the Google credentials are not the JSON of a key.", todo)
    kind = found.get("type")
    if kind is None and ("installed" in found or "web" in found):
        raise Mistake("this is the file of an OAuth client, not a key.", "Make a key for a service account.")
    needed = {"service_account": ("client_email", "private_key", "token_uri")}.get(str(kind), ("type",))
    if missing := [name for name in needed if not isinstance(found.get(name), str) or not found[name]]:
        raise Mistake(f"the Google credentials lack {one_of(missing)}.", "Download the key's JSON again.")
    return value


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Clockify(_Frozen):
    """Whose Clockify, and where it is."""

    api_key: Annotated[Secret, BeforeValidator(secret), AfterValidator(_api_key), SECRET]
    """The key of the user as whom reports are read. Clockify shows it under Preferences > Advanced."""
    workspace: Text
    """The workspace's id or name."""
    host: Annotated[
        str,
        BeforeValidator(_host),
        Form(f"{', '.join(f'`{name}`' for name in REGIONS)} or a subdomain", {"type": "string"}),
    ] = "global"
    """The region in which the workspace is kept, or its own subdomain, such as acme.clockify.me."""
    plan: Annotated[Plan, BeforeValidator(choice(Plan)), word_form(Plan)] = Plan.AUTO
    """Clockify's plan, which decides its limits: free allows 30 requests an hour and reports of 31 days. With auto
    Clockify is asked when it matters, and the answer kept for a week."""
    base_url: WebAddress | None = None
    """The address of the regular API, up to and with /v1; for a proxy or the sandbox. It wins over host."""
    reports_url: Annotated[WebAddress | None, Field(validate_default=True)] = None
    """The address of the Reports API, up to and with /v1. Goes together with base_url."""
    requests_per_hour: Rate = FREE_PER_HOUR
    """How many requests an hour a workspace on the Free plan takes, those of all programs together. Jobs wait when
    they are used up."""
    requests_per_second: Rate = PAID_PER_SECOND
    """How many requests a second a workspace on a paid plan takes."""
    timeout: Seconds = CLOCKIFY_SECONDS
    """How long Clockify may be silent before a request is given up and tried again."""

    @field_validator("reports_url", mode="after")
    @classmethod
    def _are_a_pair(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "base_url" in info.data and (value is None) != (info.data["base_url"] is None):
            alone, other = ("base_url", "reports_url") if value is None else ("reports_url", "base_url")
            raise Absence(f"'{other}' is missing: it goes together with {alone}.", "Write both, or neither and host.")
        return value

    @property
    def core_url(self) -> str:
        """The regular API's address, without a slash at the end."""
        if self.base_url is not None:
            return self.base_url
        return f"https://{'api' if self.host == 'global' else self._server}.clockify.me/api/v1"

    @property
    def reports_base(self) -> str:
        """The Reports API's address, without a slash at the end. On shared hosts it is a path, globally a host."""
        if self.reports_url is not None:
            return self.reports_url
        if self.host == "global":
            return "https://reports.api.clockify.me/v1"
        return f"https://{self._server}.clockify.me/report/v1"

    @property
    def _server(self) -> str:
        return self.host.removesuffix(".clockify.me")


class Google(_Frozen):
    """Whose Google account writes, and where Google Sheets is."""

    credentials: Annotated[Secret, BeforeValidator(secret), AfterValidator(_credentials), SECRET] | None = None
    """The key of the account that writes, as JSON; usually file: and the path of a service account's key."""
    sheets_url: WebAddress | None = None
    """The address of Google Sheets without a path; for the sandbox."""
    reads_per_minute: Rate = GOOGLE_PER_ACCOUNT
    """How many reads a minute Google allows the account. Jobs wait when they are used up."""
    writes_per_minute: Rate = GOOGLE_PER_ACCOUNT
    """How many writes a minute Google allows the account."""
    project_per_minute: Rate = GOOGLE_PER_PROJECT
    """How many reads a minute, and how many writes, Google allows all accounts of the project together."""
    cells: Cells = GOOGLE_CELLS
    """How many cells a spreadsheet may have, empty ones and those of a long table's staging tab included."""
    timeout: Seconds = GOOGLE_SECONDS
    """How long Google may be silent before a request is given up. Google works on one for up to three minutes."""

    @field_validator("sheets_url", mode="after")
    @classmethod
    def _is_a_host(cls, value: str | None) -> str | None:
        if value is not None and re.fullmatch(r"https?://[^/]+", value) is None:
            raise Mistake("this address has a path.", "Write the host alone, such as http://127.0.0.1:8802.")
        return value


def _column(value: Choice, info: ValidationInfo) -> Choice:
    """Refuses a column that the report cannot have; not looked at while the settings that decide it are wrong."""
    given = info.data
    if "report" in given and "group_by" in given and "amounts" in given:
        layout = Layout(given["report"], given["group_by"], given.get("one_row_per", "week"), given["amounts"])
        found = mistake(layout, value.name)
        if found is not None:
            raise Mistake(*found)
    return value


class Job(_Frozen):
    """One report that is kept in one place of a spreadsheet, with all settings that apply to it."""

    name: JobName
    """The job's own name, for commands, the record of runs and messages."""
    report: Annotated[Report, BeforeValidator(choice(Report)), word_form(Report)]
    """Which of Clockify's reports."""
    time_zone: TimeZone = "UTC"
    """The zone in which dates, macros and schedules are meant, and in which times are shown."""
    week_start: Annotated[Weekday, BeforeValidator(choice(Weekday)), word_form(Weekday)] = Weekday.MONDAY
    """The first day of a week, for macros, weekly reports and groups by week."""
    start: Bound | None = None
    """The report's first moment. A date means 00:00 of it."""
    end: Bound | None = None
    """The first moment that the report no longer holds: 2021-12-01 for all of November."""
    target: Annotated[Target, BeforeValidator(read_target)]
    """Where the table goes."""
    group_by: Annotated[
        tuple[Annotated[Group, BeforeValidator(choice(Group))], ...], BeforeValidator(listed), written.group_form
    ] = Field(default=(), validate_default=True)
    """What rows are summed up by, outermost first: one to three for a summary, user or project for a weekly report."""
    one_row_per: Annotated[RowPer, BeforeValidator(choice(RowPer)), word_form(RowPer)] = RowPer.WEEK
    """Whether a weekly report has one row per week, with a column for each weekday, or one row per day."""
    filters: Annotated[Filters, BeforeValidator(written.filters)] = Filters()
    """Which entries the report takes; without filters, all that the key's user may see."""
    amounts: Annotated[
        tuple[Annotated[Amount, BeforeValidator(choice(Amount))], ...],
        BeforeValidator(written.amounts),
        written.amount_form,
    ] = (Amount.EARNED,)
    """Which amounts of money the report has. With none no money is asked for, which also works for keys that may
    not see any."""
    rounding: Flag = False
    """Whether durations are rounded as the workspace's settings say (a paid feature of Clockify's)."""
    columns: Annotated[
        tuple[Annotated[Choice, AfterValidator(_column)], ...], BeforeValidator(written.columns), written.column_form
    ] = ()
    """Which columns, in which order, under which titles. Names are those of Clockify's own exports."""
    schedule: Annotated[Schedule, BeforeValidator(written.schedule)] = Every(HOUR_SECONDS)
    """When the job runs."""
    write: Annotated[Write, BeforeValidator(choice(Write)), word_form(Write)] = Write.ALWAYS
    """Whether a table that equals the last one is published again."""
    on_empty: Annotated[OnEmpty, BeforeValidator(choice(OnEmpty)), word_form(OnEmpty)] = OnEmpty.WRITE
    """What happens with a report without rows: write publishes the header alone, keep leaves the last table, fail makes
    the run fail."""
    max_shrink: Share | None = None
    """Refuses to publish a table that is shorter than the last one by more than this share."""
    deadline: Deadline = DEADLINE_SECONDS
    """How long a run may take before it is stopped."""
    catch_up: Annotated[CatchUp, BeforeValidator(choice(CatchUp)), word_form(CatchUp)] = CatchUp.LATEST
    """Which runs are made up for that were due while sheetsync was down: the latest, all (up to 100) or none. The
    others are recorded as missed."""
    clockify: Clockify
    """Settings of clockify: that differ for this job."""
    google: Google = Google()
    """Settings of google: that differ for this job."""
    notify: Notify = Notify()
    """Settings of notify: that differ for this job."""

    @field_validator("end", mode="after")
    @classmethod
    def _is_after_start(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("start") is not None:
            written.check_window(info.data["start"], value)
        return value

    @field_validator("group_by", mode="after")
    @classmethod
    def _fit_the_report(cls, value: tuple[Group, ...], info: ValidationInfo) -> tuple[Group, ...]:
        return written.groups(value, info.data.get("report"))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def first_weekday(self) -> int:
        """The week's first day; 0 is Monday."""
        return list(Weekday).index(self.week_start)

    def window(self, now: datetime, start: str | None = None, end: str | None = None) -> Window:
        """The job's window at `now` (UTC); a bound given here takes the place of the job's own.

        Raises:
            WindowError: a bound is no date, or the start is not before the end.
        """
        return resolve(start or self.start, end or self.end, now, self.zone, self.first_weekday)

    def query(self, window: Window) -> Query:
        """What the job asks of Clockify for a window."""
        one_row_per: Literal["week", "day"] = "day" if self.one_row_per is RowPer.DAY else "week"
        return Query(
            report=self.report,
            window=window,
            week_start=self.first_weekday,
            group_by=self.group_by,
            one_row_per=one_row_per,
            filters=self.filters,
            amounts=self.amounts,
            rounding=self.rounding,
        )


@dataclass(frozen=True, slots=True)
class Store:
    """Where the ledger and the budgets are kept: a SQLite file, or a PostgreSQL database's address."""

    path: Path | None = None
    database: Secret | None = None


def _state(value: Any) -> Any:
    if isinstance(value, Secret):
        if value.known and not value.reveal().startswith(("postgres:", "postgresql:")):
            raise Mistake("this is not the address of a PostgreSQL database.", _STATE)
        return Store(database=value)
    given = text(value)
    if isinstance(given, str) and ("://" in given or given.startswith("file:")):
        raise Mistake("a state of this kind is not known.", _STATE)
    return Store(path=Path(given)) if isinstance(given, str) else given


_STATE = "Write a path, such as /var/lib/sheetsync/state.db, or postgresql://user:${PASSWORD}@host/database."


class General(_Frozen):
    """The settings of the file that are no job's."""

    version: Version
    """The version of this file's format."""
    time_zone: TimeZone = "UTC"
    """The zone in which dates, macros and schedules are meant, and in which times are shown."""
    week_start: Annotated[Weekday, BeforeValidator(choice(Weekday)), word_form(Weekday)] = Weekday.MONDAY
    """The first day of a week, for macros, weekly reports and groups by week."""
    state: Annotated[Store, BeforeValidator(_state), Form("path or `postgresql://…`", {"type": "string"})] = Store()
    """Where the record of runs and the quotas' counters are kept: a file, or a PostgreSQL database when several
    machines share the work."""
    keep_history: Seconds = HISTORY_SECONDS
    """How long the record of a run is kept."""
    parallel: Annotated[int, BeforeValidator(count), COUNT] = PARALLEL
    """How many runs read at the same time. Those into one spreadsheet publish together."""
    serve: Serve = Serve()
    """What stands around the running daemon: the status page and the log."""


class Config(General):
    """A configuration file, all of it valid. Each job holds all that applies to it."""

    jobs: tuple[Job, ...]

    def job(self, name: str) -> Job | None:
        return next((job for job in self.jobs if job.name == name), None)
