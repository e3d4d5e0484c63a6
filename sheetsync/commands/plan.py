"""`sheetsync plan`: what each job would do, without asking anybody."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sheetsync import console, planning, shortages
from sheetsync.commands.settings import Settings, chosen, print_json, told
from sheetsync.jobs import plan_of


def run(settings: Settings, names: Sequence[str], at: str | None) -> None:
    """Print the plans of the named jobs, or of all, `at` an ISO date-time in each job's zone."""
    loaded = settings.load(secrets=False)
    plans = [planning.plan(job, planning.moment(at, job.zone)) for job in chosen(loaded, names)]
    told(shortages.warnings(loaded, planning.moment(at, ZoneInfo(loaded.config.time_zone)), plan_of))
    if settings.as_json:
        print_json([planning.as_json(plan) for plan in plans])
    else:
        console.plans([planning.as_text(plan) for plan in plans])
