"""Runs each of some orders once, as a command does: several at a time, on threads of this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

from sheetsync.deadline import Stop
from sheetsync.engines.pool import Pool
from sheetsync.errors import WindowError
from sheetsync.progress import Progress
from sheetsync.recording import Recorder
from sheetsync.run import Order, Outcome, Runner

LAST_SECONDS = 5.0
"""How long a command that is stopped lets runs finish that are publishing."""

_STOPPED = "the command was stopped before the run was over."
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _Run:
    """A run that is to be made, is being made, or was."""

    order: Order
    runner: Runner
    outcome: Future[Outcome]


def outcomes(
    orders: Sequence[Order], parallel: int, recorder: Recorder, progress: Callable[[], Progress]
) -> Generator[Outcome]:
    """Run all orders, `parallel` at a time; what became of each, in the order of the orders, as soon as it is known.

    All of them are known to be on their way from the start, so that those into one spreadsheet publish together. When
    the caller stops listening, by Ctrl-C for one, runs that have not begun to publish are stopped and recorded so.

    `progress` makes what is told of a run's steps, for each run.
    """
    pool = Pool(parallel, "sheetsync-run", _unheard)
    common = recorder.common()

    @contextmanager
    def aside() -> Iterator[None]:
        pool.lose_one()
        try:
            yield
        finally:
            pool.regain_one()

    runs = [_Run(order, Runner(progress(), common, Stop(), aside), Future()) for order in orders]
    for run in runs:
        common.publishers.expect(run.order.job.target.spreadsheet, run.order.job.name)
    for run in _meeting(runs):
        pool.submit(_task(run, recorder))
    try:
        for run in runs:
            yield run.outcome.result()
    finally:
        _stop(runs, recorder)
        pool.close()


def _meeting(runs: Sequence[_Run]) -> list[_Run]:
    """The runs in the order in which they are to begin: those into one spreadsheet together, so that they publish
    together, and of these equal reports together, so that each is asked for once.
    """
    begins: dict[Hashable, int] = {}
    for number, run in enumerate(runs):
        for meeting in (run.order.job.target.spreadsheet, _report(run.order)):
            begins.setdefault(meeting, number)
    return sorted(runs, key=lambda run: (begins[run.order.job.target.spreadsheet], begins[_report(run.order)]))


def _report(order: Order) -> Hashable:
    """What an order asks of Clockify; equal for equal reports."""
    job = order.job
    try:
        query = job.query(job.window(order.now, order.start, order.end))
    except WindowError:
        return job.name
    return job.clockify, query


def _task(run: _Run, recorder: Recorder) -> Callable[[], None]:
    def task() -> None:
        job = run.order.job
        try:
            run.runner.stop.check()
            outcome = recorder.run(run.runner, run.order)
        except BaseException as error:  # noqa: BLE001 - it is raised where the outcome is waited for
            run.outcome.set_exception(error)
        else:
            run.outcome.set_result(outcome)
        finally:
            run.runner.common.publishers.forget(job.target.spreadsheet, job.name)

    return task


def _stop(runs: Sequence[_Run], recorder: Recorder) -> None:
    going = [run for run in runs if not run.outcome.done()]
    publishing = [run for run in going if not run.runner.stop.now(_STOPPED)]
    end = time.monotonic() + LAST_SECONDS
    while publishing and time.monotonic() < end:
        publishing = [run for run in publishing if not run.outcome.done()]
        time.sleep(_LOOK_SECONDS if publishing else 0)
    if going:
        recorder.stop(_STOPPED)


def _unheard(_: Exception) -> None:
    """A task keeps what it raises."""
