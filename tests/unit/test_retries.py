"""Trying again."""

from __future__ import annotations

import pytest

from sheetsync.deadline import Deadline
from sheetsync.errors import ClockifyQuotaError, ClockifyUnavailableError
from sheetsync.progress import Silent
from sheetsync.retries import Retries


def test_trying_again_leaves_stdout_to_data(capsys: pytest.CaptureFixture[str]) -> None:
    tries = 0
    for attempt in Retries(Deadline(60), Silent(), ClockifyQuotaError)():
        with attempt:
            tries += 1
            if tries < 3:
                raise ClockifyUnavailableError("Clockify did not answer.")
    assert tries == 3
    assert capsys.readouterr().out == ""
