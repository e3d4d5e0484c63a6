"""`sheetsync history`: what ran, and which slots did not."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sheetsync import console
from sheetsync.commands.settings import Settings, no_job, print_json, store
from sheetsync.ledger import Ledger, State, showing


def run(settings: Settings, job: str | None, limit: int, state: State | None) -> None:
    """Print the newest records of one job, or of all."""
    config = settings.load(secrets=False).config
    with Ledger.open(store(settings, config)) as ledger:
        records = ledger.runs(job, limit, state=state)
    if not records and job is not None and config.job(job) is None:
        raise no_job(config, [job])
    if settings.as_json:
        print_json(showing.history_json(records))
    else:
        console.lines(showing.HISTORY_HEADINGS, showing.history(records, ZoneInfo(config.time_zone)))
