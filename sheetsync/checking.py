"""`check --online`: what the two sides say to a configuration, before any job is run."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sheetsync.accounts import account_of
from sheetsync.budgeting import Budgets
from sheetsync.clockify.client import Access, ClockifyClient
from sheetsync.clockify.directory import Directory
from sheetsync.clockify.refusals import Asked
from sheetsync.config.model import Job
from sheetsync.deadline import Deadline
from sheetsync.errors import ClockifyError, Problem, SheetsyncError
from sheetsync.jobs import access_of, connection_of
from sheetsync.progress import Progress
from sheetsync.run import Order
from sheetsync.sheets import placement
from sheetsync.sheets.client import SheetsClient
from sheetsync.sheets.placement import Extent
from sheetsync.sheets.plan import right_to_edit
from sheetsync.sheets.state import SheetState

CHECK_SECONDS = 120.0
CHECK = "check"
"""The run that a place is looked for by, which publishes nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: what, for which jobs, and how it went."""

    what: str
    jobs: tuple[str, ...]
    detail: str
    error: SheetsyncError | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


def problem_as_json(problem: Problem) -> dict[str, Any]:
    return {
        "file": str(problem.file),
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "todo": problem.todo,
        "warning": problem.warning,
    }


def finding_as_json(finding: Finding) -> dict[str, Any]:
    return {
        "what": finding.what,
        "jobs": list(finding.jobs),
        "ok": finding.ok,
        "detail": finding.detail,
        "error": str(finding.error) if finding.error is not None else None,
    }


def online(orders: list[Order], progress: Progress, directory: Directory, budgets: Budgets) -> list[Finding]:
    """Try each key, workspace, filter and spreadsheet that the jobs use, once. Leaves no trace in any of them.

    `directory` learns what Clockify says, and `budgets` count what is asked.
    """
    return [
        *_clockify(orders, progress, directory, budgets),
        *_google([order.job for order in orders], progress, budgets),
    ]


def _clockify(orders: list[Order], progress: Progress, directory: Directory, budgets: Budgets) -> Iterator[Finding]:
    groups: dict[tuple[Access, str], list[Order]] = {}
    for order in orders:
        groups.setdefault((access_of(order.job), order.job.clockify.workspace or ""), []).append(order)
    for (access, workspace), group in groups.items():
        budget = budgets.clockify(group[0].job, access, directory)
        client = ClockifyClient(access, Deadline(CHECK_SECONDS), progress, budget)
        budget.serve(client)
        names = tuple(order.job.name for order in group)
        found = _tried(
            f"Clockify workspace {workspace}", names, partial(_workspace, client, directory, access, workspace)
        )
        yield found
        if not found.ok:
            continue
        for order in group:
            spent = client.requests
            filters = _tried(
                f"filters of {order.job.name}", (order.job.name,), partial(_filters, client, directory, access, order)
            )
            if not filters.ok or client.requests > spent:
                yield filters


def _workspace(client: ClockifyClient, directory: Directory, access: Access, name: str) -> str:
    user = client.get("/user", Asked("the key's user"))
    identity = directory.workspace(client, access.account, name)
    title = directory.title(client, access.account, identity)
    if title is None:
        raise ClockifyError(
            f"the key's user is in no workspace with the id {identity}.", "Check clockify.workspace and clockify.host."
        )
    plan = directory.plan(client, access.account, identity) or "unknown"
    who = (user.get("name") or user.get("email")) if isinstance(user, dict) else "an unknown user"
    return f"key of {who}; workspace {title} ({identity}), plan {plan}"


def _filters(client: ClockifyClient, directory: Directory, access: Access, order: Order) -> str:
    identity = directory.workspace(client, access.account, order.job.clockify.workspace or "")
    query = order.job.query(order.job.window(order.now))
    directory.resolve(client, access.account, identity, query.filters)
    return "every name is known"


def _google(jobs: list[Job], progress: Progress, budgets: Budgets) -> Iterator[Finding]:
    groups: dict[tuple[str, str], list[Job]] = {}
    for job in jobs:
        key = job.google.credentials
        groups.setdefault((key.reveal() if key is not None else "", job.target.spreadsheet), []).append(job)
    for (_, spreadsheet), group in groups.items():
        names = tuple(job.name for job in group)
        read: list[SheetState] = []
        yield _tried(f"spreadsheet {spreadsheet}", names, partial(_spreadsheet, group[0], progress, budgets, read))
        for state in read:
            places = [_tried(f"target of {job.name}", (job.name,), partial(_place, state, job)) for job in group]
            yield from (found for found in places if not found.ok)


def _place(state: SheetState, job: Job) -> str:
    """Where a table of no rows would go: its tab, named range and columns are looked at, and what lies in the way."""
    return placement.find(state, job.target, job.name, Extent(0, range(max(1, len(job.columns)))), CHECK).address


def _spreadsheet(job: Job, progress: Progress, budgets: Budgets, read: list[SheetState]) -> str:
    account = account_of(job)
    connection = replace(connection_of(job), budget=budgets.google(job, account))
    client = SheetsClient(account, job.target.spreadsheet, connection, Deadline(CHECK_SECONDS), progress)
    state = client.state()
    client.write(right_to_edit(secrets.randbits(30) + 1))
    read.append(state)
    return f"{state.title!r} can be edited by {client.account}"


def _tried(what: str, jobs: tuple[str, ...], attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(what, jobs, attempt())
    except SheetsyncError as error:
        return Finding(what, jobs, "", error)
