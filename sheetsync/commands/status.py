"""`sheetsync status`: how each job stands, and what is left of the quotas."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sheetsync import budgeting, console, planning
from sheetsync.commands.settings import Settings, print_json, store
from sheetsync.ledger import SUCCESSES, Ledger, showing
from sheetsync.schedule.slots import next_slots


def run(settings: Settings) -> None:
    """Print each job's standing and each budget."""
    config, now = settings.load(secrets=False).config, datetime.now(UTC)
    with Ledger.open(store(settings, config)) as ledger:
        last, success, paused = ledger.latest_by_job(), ledger.latest_by_job(SUCCESSES), ledger.paused()
        left = budgeting.counted(ledger, console.warning)[1].left()
    standings = [
        showing.Standing(
            job.name,
            next_slots(job.schedule, job.zone, now, planning.SLOTS_SHOWN),
            last.get(job.name),
            success.get(job.name),
            paused.get(job.name),
        )
        for job in config.jobs
    ]
    if settings.as_json:
        print_json({"jobs": showing.status_json(standings), "budgets": showing.budgets_json(left)})
        return
    zone = ZoneInfo(config.time_zone)
    console.lines(showing.STATUS_HEADINGS, showing.status(standings, zone, now))
    if left:
        console.lines(showing.BUDGET_HEADINGS, showing.budgets(left, zone, now))
