"""Settings of the daemon: what is made up for, how long history is kept, how many runs go at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sheetsync.config import Loaded
from sheetsync.schedule.catchup import CatchUp
from tests.unit.config.conftest import HEAD, JOB, File


def test_without_a_word_the_latest_run_is_made_up_for_and_history_is_kept_for_400_days(
    job: Callable[..., Loaded],
) -> None:
    config = job().config
    assert (config.jobs[0].catch_up, config.keep_history, config.parallel) == (CatchUp.LATEST, 400 * 86_400, 8)


def test_what_is_made_up_for_can_be_said_for_each_job(file: File) -> None:
    text = (
        HEAD.replace("jobs:", "defaults: {catch_up: none}\njobs:")
        + JOB
        + JOB.replace("hours", "other").replace("worksheet: Hours", "worksheet: Other")
    )
    config = file.load(text + "    catch_up: All\n").config
    assert [each.catch_up for each in config.jobs] == ["none", "all"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("parallel: 0", "Write a whole number from 1 to 64."),
        ("parallel: many", "Write a whole number from 1 to 64."),
        ("parallel: 65", "Write a whole number from 1 to 64."),
        ("keep_history: forever", "is no duration"),
        ("keep_history: 0d", "this duration is zero"),
    ],
)
def test_a_wrong_number_is_told_with_what_to_write(file: File, line: str, message: str) -> None:
    (problem,) = file.problems(f"{line}\n{HEAD}{JOB}")
    assert problem.startswith("1:")
    assert message in problem


def test_a_catch_up_that_is_no_word_of_ours_is_told(job_problems: Callable[..., list[str]]) -> None:
    (problem,) = job_problems("catch_up: newest")
    assert "Write latest, all or none." in problem
