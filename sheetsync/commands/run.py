"""`sheetsync run`: jobs now."""

from __future__ import annotations

from collections.abc import Sequence

from sheetsync import budgeting, recording, watching
from sheetsync.commands.settings import DONE, FAILED, Settings, print_json, warn
from sheetsync.config.model import Config
from sheetsync.run import Order, Outcome, Status, as_json


def run(settings: Settings, config: Config, orders: Sequence[Order]) -> int:
    """Run the orders, say what became of each; the exit status."""
    parallel, quiet = config.parallel, settings.as_json
    if any(order.dry for order in orders):
        with budgeting.opened(config.state, warn) as shared:
            recorder = recording.Recorder(None, warn, shared=shared)
            outcomes = watching.run_jobs(orders, parallel, recorder, quiet=quiet)
    else:
        with recording.recorder(config.state, warn) as recorder:
            outcomes = watching.run_jobs(orders, parallel, recorder, quiet=quiet)
    if quiet:
        print_json(as_json(outcomes))
    if settings.verbose:
        _explain(outcomes)
    return FAILED if any(outcome.status is Status.FAILED for outcome in outcomes) else DONE


def _explain(outcomes: Sequence[Outcome]) -> None:
    """The inside of what went wrong; without values of variables, which could be secrets."""
    import rich.traceback  # noqa: PLC0415 - few runs need it

    from sheetsync import console  # noqa: PLC0415 - same

    for outcome in outcomes:
        if outcome.error is not None:
            trace = rich.traceback.Traceback.from_exception(
                type(outcome.error), outcome.error, outcome.error.__traceback__, show_locals=False
            )
            console.stderr().print(trace)
