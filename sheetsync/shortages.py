"""Which quotas the schedules of a configuration need more of than there is, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sheetsync.budgeting import known_plan
from sheetsync.clockify.directory import Directory, Plan, is_id
from sheetsync.clockify.fetching import pieces
from sheetsync.config.loading import Loaded
from sheetsync.config.model import Job
from sheetsync.errors import Problem, SheetsyncError
from sheetsync.jobs import access_of, plan_of
from sheetsync.needs import HOUR_SECONDS, Demand, Remedy, busiest, remedy
from sheetsync.schedule.forms import Manual
from sheetsync.sheets.accounts import account

QUARTER_MINUTES = 15
"""Google's quotas are of a minute, and runs wait for the next one: only what lasts is too much."""
MOST_NAMED = 8

Known = Callable[[Job], Plan | None]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A quota that the schedules are too much for.

    Attributes:
        job: one that could be slowed down, where there is one; else one that needs it.
    """

    job: str
    message: str
    todo: str


def found(jobs: Sequence[Job], at: datetime, known: Known = plan_of) -> list[Shortage]:
    """The shortages of the week after an instant (UTC). `known` tells the plan of a job's workspace, if it can."""
    scheduled = [job for job in jobs if not isinstance(job.schedule, Manual)]
    return [*_clockify(scheduled, at, known), *_google(scheduled, at)]


def warnings(loaded: Loaded, at: datetime, known: Known) -> list[Problem]:
    """The same as warnings about the configuration's file."""
    return [loaded.warning(short.job, short.message, short.todo) for short in found(loaded.config.jobs, at, known)]


def plans(directory: Directory) -> Known:
    """The plans that the configuration says, or that Clockify said of late."""

    def known(job: Job) -> Plan | None:
        return plan_of(job) or (known_plan(job, access_of(job), directory) if job.clockify.api_key.known else None)

    return known


def _clockify(jobs: Iterable[Job], at: datetime, known: Known) -> Iterator[Shortage]:
    groups: dict[tuple[str, str], list[Job]] = {}
    for job in jobs:
        name = job.clockify.workspace
        place = (urlsplit(job.clockify.core_url).netloc, name if is_id(name) else name.casefold())
        groups.setdefault(place, []).append(job)
    for group in groups.values():
        plan = next((plan for job in group if (plan := known(job)) is not None), None)
        limit = min(job.clockify.requests_per_hour for job in group)
        demands = [Demand(job.name, job.schedule, job.zone, _cost(job, at, plan)) for job in group]
        peak = busiest(demands, at, HOUR_SECONDS)
        if plan == "paid" or peak <= limit:
            continue
        whose = f"workspace {group[0].clockify.workspace}"
        need = f"{_counted(group)} need {peak} requests an hour of {whose}"
        allowed = f"; Free allows {limit}" if plan == "free" else f", whose plan is not known; Free would allow {limit}"
        cure = remedy(demands, at, HOUR_SECONDS, limit)
        todo = _todo(cure, "an hour")
        if plan is None:
            todo += " If it is on a paid plan, set clockify.plan: paid."
        yield Shortage(_first(cure, group), f"{need}{allowed}.", todo)


def _google(jobs: Iterable[Job], at: datetime) -> Iterator[Shortage]:
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        key = job.google.credentials
        groups.setdefault(key.reveal() if key is not None and key.known else "", []).append(job)
    for text, group in groups.items():
        limit = min(min(job.google.reads_per_minute, job.google.writes_per_minute) for job in group)
        together = {(job.target.spreadsheet, job.schedule, job.time_zone): job for job in group}
        demands = [Demand(job.name, job.schedule, job.zone) for job in together.values()]
        seconds, most = QUARTER_MINUTES * 60, QUARTER_MINUTES * limit
        peak = busiest(demands, at, seconds)
        if peak <= most:
            continue
        need = f"{_counted(group)} need {-(-peak // QUARTER_MINUTES)} reads and as many writes a minute of {_who(text)}"
        message = f"{need}, for {QUARTER_MINUTES} minutes; Google allows {limit}."
        cure = remedy(demands, at, seconds, most)
        yield Shortage(_first(cure, group), message, _todo(cure, f"in {QUARTER_MINUTES} minutes"))


def _who(key: str) -> str:
    try:
        return (account(key).email if key else "") or "the Google account"
    except SheetsyncError:
        return "the Google account"


def _cost(job: Job, at: datetime, plan: Plan | None) -> int:
    """The requests that a run needs at least."""
    try:
        return len(pieces(job.query(job.window(at)), plan))
    except SheetsyncError:
        return 1


def _counted(group: Sequence[Job]) -> str:
    return f"{len(group)} jobs" if len(group) > 1 else f"job {group[0].name}"


def _first(cure: Remedy | None, group: Sequence[Job]) -> str:
    return cure.changes[0].job if cure is not None and cure.changes else group[0].name


def _todo(cure: Remedy | None, span: str) -> str:
    if cure is None:
        return "No slower schedule fits: share the jobs out among workspaces or accounts, or have the quota raised."
    named = ", ".join(str(change) for change in cure.changes[:MOST_NAMED])
    more = len(cure.changes) - MOST_NAMED
    return f"Slow these down: {named}{f', and {more} more' if more > 0 else ''}: then it is {cure.peak} {span}."
