"""Jobs of one spreadsheet, run together: what is sent for all of them, and that none of them fails its neighbours."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from sheetsync.clockify import sharing
from sheetsync.config import loading
from sheetsync.engines import once
from sheetsync.errors import DeadlineError, PlanError, SheetsError
from sheetsync.ledger import Ledger, State
from sheetsync.progress import Silent
from sheetsync.recording import Recorder, recorder
from sheetsync.run import Order, Outcome, Status
from sheetsync.sandbox.faults import Fault
from sheetsync.sheets import batch, publishers
from sheetsync.sheets.publishers import TargetBusyError
from tests.bench import NOW, ROBOT, Bench

WRITE = ":batchUpdate"
READ = r"/v4/spreadsheets/[^:/]+\?"
SECONDS = 30


@pytest.fixture(autouse=True)
def _nobody_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine: who is on the way is waited for, and so is who asks the same."""
    monkeypatch.setattr(publishers, "GATHER_SECONDS", 60.0)
    monkeypatch.setattr(sharing, "KEEP_SECONDS", 60.0)


def jobs(bench: Bench, count: int, **changes: Any) -> list[dict[str, Any]]:
    """Jobs with a tab each, named after them."""
    target = {"spreadsheet": bench.spreadsheet, "range": "A1"}
    names = [f"job-{number}" for number in range(count)]
    return [{**bench.job, "name": name, "target": {**target, "worksheet": name}, **changes} for name in names]


def run(bench: Bench, wanted: list[dict[str, Any]], recording: Recorder | None = None) -> list[Outcome]:
    """Run jobs as the command does, four at a time."""
    config = loading.load(bench.configuration(*wanted), {}).config
    orders = [Order(job, NOW) for job in config.jobs]
    return list(once.outcomes(orders, 4, recording or Recorder(None, print), Silent))


def failed(outcomes: list[Outcome]) -> dict[str, Exception]:
    return {outcome.job: outcome.error for outcome in outcomes if outcome.error is not None}


def test_a_hundred_jobs_into_one_spreadsheet_are_one_read_and_one_write(bench: Bench) -> None:
    bench.entries(3)
    outcomes = run(bench, jobs(bench, 100))
    assert failed(outcomes) == {}
    assert (len(bench.sent("read")), len(bench.sent("write"))) == (1, 1)
    assert sum(outcome.sheets_reads for outcome in outcomes) == 1
    assert sum(outcome.sheets_writes for outcome in outcomes) == 1
    assert {(outcome.together, outcome.reason) for outcome in outcomes} == {(100, "written together with 99 others")}
    assert len(bench.rows("job-0")) == len(bench.rows("job-99")) == 4


def test_a_job_alone_waits_for_nobody(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishers, "GATHER_SECONDS", 1e6)
    (outcome,) = run(bench, [bench.job])
    assert (outcome.status, outcome.together, outcome.reason) == (Status.SUCCEEDED, 1, "")


def test_a_job_whose_report_fails_is_not_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishers, "GATHER_SECONDS", 1e6)
    wanted = jobs(bench, 3)
    wanted[1]["filters"] = {"clients": ["Nobody"]}
    outcomes = run(bench, wanted)
    assert list(failed(outcomes)) == ["job-1"]
    assert [outcome.together for outcome in outcomes] == [2, 0, 2]


def test_outcomes_come_in_the_order_of_the_jobs(bench: Bench) -> None:
    wanted = jobs(bench, 12)
    assert [outcome.job for outcome in run(bench, wanted)] == [job["name"] for job in wanted]


def test_a_formula_in_the_way_of_one_job_fails_it_alone(bench: Bench) -> None:
    bench.entries(2)
    sheet = bench.person().add_worksheet("job-7", rows=20, cols=26)
    sheet.update_acell("B2", "=1+1")
    outcomes = run(bench, jobs(bench, 20))
    assert [(job, type(error)) for job, error in failed(outcomes).items()] == [("job-7", PlanError)]
    assert {outcome.together for outcome in outcomes} == {0, 19}
    assert len(bench.sent("write")) == 1
    assert sheet.get_all_values() == [["", ""], ["", "2"]]
    assert len(bench.rows("job-19")) == 3


def test_a_shrinking_table_and_an_unchanged_one_are_left_out_of_what_is_sent(bench: Bench) -> None:
    bench.entries(4)
    wanted = jobs(bench, 5)
    run(bench, wanted)
    bench.google.control.journal.clear()
    wanted[1] = {**wanted[1], "end": "2021-11-01T01:00", "max_shrink": "10%"}
    wanted[2]["write"] = "when_changed"
    outcomes = run(bench, wanted)
    assert list(failed(outcomes)) == ["job-1"]
    assert outcomes[2].status is Status.UNCHANGED
    assert [outcome.together for outcome in outcomes] == [3, 0, 0, 3, 3]
    assert (len(bench.sent("read")), len(bench.sent("write"))) == (1, 1)


def test_tables_that_did_not_change_cost_one_read_for_all(bench: Bench) -> None:
    bench.entries(2)
    wanted = jobs(bench, 10, write="when_changed")
    run(bench, wanted)
    bench.google.control.journal.clear()
    assert {outcome.status for outcome in run(bench, wanted)} == {Status.UNCHANGED}
    assert (len(bench.sent("read")), len(bench.sent("write"))) == (1, 0)


def test_what_google_refuses_of_one_job_fails_it_alone_and_with_few_more_requests(bench: Bench) -> None:
    bench.entries(2)
    wanted = jobs(bench, 20)
    run(bench, wanted)
    bench.entries(1, day=9)
    bench.google.control.journal.clear()
    tab = bench.person().worksheet("job-13")
    header = {"sheetId": tab.id, "startRowIndex": 0, "endRowIndex": 1}
    protection = {"requests": [{"addProtectedRange": {"protectedRange": {"range": header}}}]}
    # The answer to the read is held back until the cells are protected: nothing in it tells of that.
    number = bench.google.control.faults.add(Fault(path=READ, method="GET", delay=1.5, when="after"))
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.extend(run(bench, wanted)))
    thread.start()
    while not bench.google.control.faults.listed()[number][1]:
        thread.join(0.02)
        assert thread.is_alive()
    tab.spreadsheet.batch_update(protection)
    thread.join(SECONDS)
    assert list(failed(outcomes)) == ["job-13"]
    assert isinstance(failed(outcomes)["job-13"], SheetsError)
    assert "protected" in str(failed(outcomes)["job-13"])
    assert [len(bench.rows(f"job-{number}")) for number in (12, 13, 14)] == [4, 3, 4]
    assert len(bench.sent("write")) < 12
    assert sum(outcome.sheets_writes for outcome in outcomes) == len(bench.sent("write"))
    assert sum(outcome.sheets_reads for outcome in outcomes) == len(bench.sent("read"))


def test_a_spreadsheet_that_may_not_be_written_is_not_tried_for_each_job(bench: Bench) -> None:
    bench.google_fails(WRITE, answer="403-permission", times=None)
    outcomes = run(bench, jobs(bench, 10))
    assert len(failed(outcomes)) == 10
    assert len(bench.sent("write")) == 1
    assert f"Share the spreadsheet with {ROBOT}" in str(outcomes[9].error)


@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        ({"answer": "503", "when": "after"}, 1),
        ({"answer": "503", "when": "before"}, 2),
        ({"reset": True, "when": "after"}, 1),
        ({"reset": True, "when": "before"}, 2),
        ({"cut": 1}, 1),
        ({"answer": "429-write"}, 2),
    ],
)
def test_an_answer_that_leaves_it_open_is_settled_for_all_jobs_at_once(
    bench: Bench, fault: dict[str, Any], sent: int
) -> None:
    bench.entries(2)
    bench.google_fails(WRITE, **fault)
    outcomes = run(bench, jobs(bench, 6))
    assert failed(outcomes) == {}
    bodies = [entry.body for entry in bench.sent("write")]
    assert (len(bodies), len(set(bodies))) == (sent, 1)
    assert [len(bench.rows(f"job-{number}")) for number in range(6)] == [3] * 6


def test_when_google_is_down_every_job_says_so_and_every_table_is_the_old_one(bench: Bench) -> None:
    bench.entries(2)
    wanted = jobs(bench, 4)
    run(bench, wanted)
    bench.entries(2, day=9)
    bench.google_fails(WRITE, answer="503", times=None)
    outcomes = run(bench, wanted)
    assert {outcome.error.retryable for outcome in outcomes if outcome.error} == {True}
    bench.google.control.faults.clear()
    assert [len(bench.rows(job["name"])) for job in wanted] == [3] * 4


def test_two_jobs_make_the_same_tab_once(bench: Bench) -> None:
    bench.entries(2)
    bench.entries(3, day=20)
    first, second = jobs(bench, 2)
    first["target"] = {**first["target"], "worksheet": "Both"}
    second["target"] = {**second["target"], "worksheet": "Both", "range": "T3"}
    second["end"] = "2021-11-10"
    outcomes = run(bench, [first, second])
    assert failed(outcomes) == {}
    assert [tab.title for tab in bench.person().worksheets()].count("Both") == 1
    rows = bench.rows("Both")
    assert (rows[0][2], len([row for row in rows if row and row[2]])) == ("Description", 6)
    assert (rows[2][21], rows[3][21]) == ("Description", "Entry 0")
    assert len(bench.sent("write")) == 1
    bench.entries(4, day=25)
    assert failed(run(bench, [first, second])) == {}
    assert len([row for row in bench.rows("Both") if row and row[2]]) == 10


def test_a_job_that_takes_the_place_of_another_does_so_together_with_neighbours(bench: Bench) -> None:
    bench.entries(5)
    wanted = jobs(bench, 3)
    run(bench, wanted)
    bench.entries(2, day=9)
    wanted[1]["name"] = "successor"
    assert failed(run(bench, wanted)) == {}
    assert len(bench.rows("job-1")) == 8
    assert len(bench.sent("write")) == 2


def test_jobs_that_would_cover_each_other_fail_but_for_the_first(bench: Bench) -> None:
    bench.entries(5)
    wanted = jobs(bench, 3)
    for job in wanted[:2]:
        job["target"] = {**job["target"], "worksheet": "Same"}
    wanted[1]["target"]["range"] = "B4"
    outcomes = [*run(bench, [wanted[0], wanted[2]]), *run(bench, [wanted[1], wanted[2]])]
    assert [job for job, error in failed(outcomes).items() if "would cover the table" in str(error)] == ["job-1"]


def test_what_does_not_fit_one_request_goes_out_in_several(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LONGEST_REQUEST", 60_000)
    bench.entries(10)
    outcomes = run(bench, jobs(bench, 12))
    assert failed(outcomes) == {}
    sizes = [entry.size for entry in bench.sent("write")]
    assert 1 < len(sizes) < 12
    assert max(sizes) <= 60_000
    assert (len(bench.sent("read")), sum(outcome.sheets_writes for outcome in outcomes)) == (1, len(sizes))


def test_equal_reports_of_the_same_moment_are_asked_for_once(bench: Bench) -> None:
    bench.entries(3)
    outcomes = run(bench, jobs(bench, 10))
    reports = [entry for entry in bench.clockify.control.journal.entries() if "/reports/" in entry.path]
    assert len(reports) == 1
    assert sum(outcome.clockify_requests for outcome in outcomes) == 1
    assert {outcome.rows for outcome in outcomes} == {3}


def test_equal_reports_are_asked_for_once_wherever_they_stand_among_many_jobs(bench: Bench) -> None:
    bench.entries(3)
    reports = 3 * sharing.MOST_KEPT
    wanted = jobs(bench, 2 * reports)
    for number, job in enumerate(wanted):
        job.update(start="2021-11-01", end=f"2021-11-{2 + number % reports:02}")
    assert failed(run(bench, wanted)) == {}
    asked = [entry for entry in bench.clockify.control.journal.entries() if "/reports/" in entry.path]
    assert len(asked) == reports


def test_another_process_that_publishes_is_waited_for_and_then_all_go_together(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishers, "RETRY_SECONDS", 0.02)
    store = loading.load(bench.configuration(bench.job), {}).config.state
    told = threading.Event()
    monkeypatch.setattr(Silent, "waiting", lambda *_: told.set())
    with Ledger.open(store) as other, recorder(store, print) as recording:
        assert other.lease(bench.spreadsheet, "job of-another", datetime.now(UTC)) is None
        found: list[Outcome] = []
        thread = threading.Thread(target=lambda: found.extend(run(bench, jobs(bench, 5), recording)))
        thread.start()
        assert told.wait(SECONDS)
        assert bench.sent("read") == bench.sent("write") == []
        assert len(other.running()) == 5
        other.give_back(bench.spreadsheet)
        thread.join(SECONDS)
        assert [outcome.together for outcome in found] == [5] * 5
        assert {record.state for record in other.runs()} == {State.SUCCEEDED}
        assert other.lease(bench.spreadsheet, "job of-another", datetime.now(UTC)) is None


def test_a_deadline_that_passes_while_a_job_waits_fails_that_job_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishers, "RETRY_SECONDS", 0.02)
    monkeypatch.setattr(publishers, "LOOK_SECONDS", 0.02)
    wanted = jobs(bench, 4)
    wanted[2]["deadline"] = "2s"
    store = loading.load(bench.configuration(bench.job), {}).config.state
    with Ledger.open(store) as other, recorder(store, print) as recording:
        assert other.lease(bench.spreadsheet, "job of-another", datetime.now(UTC)) is None
        config = loading.load(bench.configuration(*wanted), {}).config
        ending = once.outcomes([Order(job, NOW) for job in config.jobs[::-1]], 4, recording, Silent)
        found: list[Outcome] = []
        thread = threading.Thread(target=lambda: found.extend(ending))
        thread.start()
        while not other.runs(state=State.FAILED):
            assert thread.is_alive()
            thread.join(0.02)
        assert bench.sent("write") == []
        other.give_back(bench.spreadsheet)
        thread.join(SECONDS)
    assert list(failed(found)) == ["job-2"]
    assert isinstance(failed(found)["job-2"], DeadlineError | TargetBusyError)
    assert sorted(outcome.together for outcome in found) == [0, 3, 3, 3]


def test_a_command_that_is_stopped_records_what_did_not_end(bench: Bench) -> None:
    store = loading.load(bench.configuration(bench.job), {}).config.state
    bench.clockify_fails(delay=3.0, times=None)
    with recorder(store, print) as recording:
        config = loading.load(bench.configuration(*jobs(bench, 3)), {}).config
        ending = once.outcomes([Order(job, NOW) for job in config.jobs], 2, recording, Silent)
        consumer = threading.Thread(target=lambda: next(ending, None), daemon=True)
        with Ledger.open(store) as ledger:
            consumer.start()
            while len(ledger.running()) < 2:
                consumer.join(0.02)
            consumer.join(SECONDS)
            ending.close()
            assert {record.state for record in ledger.runs()} <= {State.SUCCEEDED, State.INTERRUPTED}
            assert ledger.running() == []
