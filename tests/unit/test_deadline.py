"""How runs are stopped."""

from __future__ import annotations

import pytest

from sheetsync.deadline import Deadline, RunStoppedError, Stop
from sheetsync.errors import DeadlineError


def test_a_run_that_is_told_to_stop_sends_no_further_request() -> None:
    stop = Stop()
    deadline = Deadline(60, stop)
    assert deadline.remaining() > 0
    assert stop.now("sheetsync was stopped.")
    with pytest.raises(RunStoppedError, match="sheetsync was stopped"):
        deadline.at_most(10)
    with pytest.raises(RunStoppedError):
        stop.publish()


def test_a_run_that_has_begun_to_publish_is_not_stopped_any_more() -> None:
    stop = Stop()
    stop.publish()
    assert not stop.now("sheetsync was stopped.")
    assert Deadline(60, stop).remaining() > 0


def test_a_run_whose_deadline_is_over_is_stopped_even_while_it_publishes() -> None:
    now = iter([0.0, 61.0])
    stop = Stop()
    stop.publish()
    with pytest.raises(DeadlineError, match="deadline of 60 seconds"):
        Deadline(60, stop, lambda: next(now)).remaining()
