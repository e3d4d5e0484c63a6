"""`sheetsync check`: every mistake of the configuration at once and, online, what both sides say to it."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from sheetsync import budgeting, checking, console, shortages, watching
from sheetsync.commands.settings import DONE, FAILED, WRONG, Settings, print_json, told
from sheetsync.config import loading
from sheetsync.errors import ConfigurationError
from sheetsync.run import Order


def run(settings: Settings, *, online: bool) -> int:
    """Check the configuration; the exit status."""
    path = settings.path
    try:
        loaded = loading.load(path, os.environ)
    except ConfigurationError as error:
        if not settings.as_json:
            raise
        print_json([checking.problem_as_json(problem) for problem in error.problems])
        return WRONG
    return _online(settings, loaded) if online else _alone(settings, loaded)


def _online(settings: Settings, loaded: loading.Loaded) -> int:
    told(loaded.warnings)
    now = datetime.now(UTC)
    with (
        watching.listener("check") as progress,
        budgeting.opened(loaded.config.state, console.warning, anew=True) as (directory, budgets),
    ):
        orders = [Order(job, now) for job in loaded.config.jobs]
        findings = checking.online(orders, progress, directory, budgets)
        short = shortages.warnings(loaded, now, shortages.plans(directory))
    told(short)
    if settings.as_json:
        print_json([checking.finding_as_json(finding) for finding in findings])
    else:
        console.findings(findings)
    return DONE if all(finding.ok for finding in findings) else FAILED


def _alone(settings: Settings, loaded: loading.Loaded) -> int:
    with budgeting.remembered(loaded.config.state) as directory:
        short = shortages.warnings(loaded, datetime.now(UTC), shortages.plans(directory))
    warnings = [*loaded.warnings, *short]
    if settings.as_json:
        print_json([checking.problem_as_json(problem) for problem in warnings])
        return DONE
    told(warnings)
    jobs = len(loaded.config.jobs)
    click.echo(f"{loaded.path}: {jobs} job{'s' if jobs != 1 else ''}, no mistakes.")
    return DONE
