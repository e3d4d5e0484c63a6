"""Between the two sides with their quotas on, on a clock of the test's own: waits take no time, and none is a 429."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sheetsync import budgeting, recording
from sheetsync.budgeting import Budgets
from sheetsync.clockify.client import Access, ClockifyClient
from sheetsync.clockify.directory import Directory
from sheetsync.config import loading
from sheetsync.config.model import Job
from sheetsync.deadline import Deadline
from sheetsync.errors import ClockifyBudgetError, DeadlineError, GoogleBudgetError
from sheetsync.ledger import Ledger, State
from sheetsync.progress import Silent
from sheetsync.run import Common, Order, Outcome, Runner, Status
from sheetsync.sandbox.clockify import ClockifySandbox, Company, Switches
from sheetsync.sandbox.faults import Fault
from sheetsync.sandbox.google import GoogleSandbox
from tests.bench import ROBOT

BEGIN = datetime(2026, 11, 23, 12, 10, 7, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes only when somebody sleeps. Each request takes a little of it."""

    at: datetime = BEGIN
    slept: float = 0.0

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += timedelta(seconds=seconds)


@dataclass
class Heard(Silent):
    waits: list[tuple[str, float, str]] = field(default_factory=list)

    def waiting(self, side: str, seconds: float, why: str) -> None:
        self.waits.append((side, seconds, why))


@dataclass
class House:
    """Two sandboxes that keep their quotas, and processes that share a ledger."""

    folder: Path
    clock: Clock
    clockify: ClockifySandbox
    google: GoogleSandbox
    settings: dict[str, Any]
    heard: Heard = field(default_factory=Heard)
    warnings: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def jobs(self, count: int = 1, **changes: Any) -> list[Job]:
        spreadsheets = [self.google.create(f"Reports {number}", share_with=[ROBOT]) for number in range(count)]
        jobs = [
            {
                "name": f"job-{number}",
                "report": "detailed",
                "start": "2021-11-01",
                "end": "2021-12-01",
                "deadline": "1d",
                "target": {"spreadsheet": spreadsheet, "worksheet": "Hours"},
                # Equal reports would be asked for once.
                "filters": {"description": f"Report {next(self.numbers)}"},
                **changes,
            }
            for number, spreadsheet in enumerate(spreadsheets)
        ]
        path = self.folder / "config.yaml"
        path.write_text(json.dumps({**self.settings, "jobs": jobs}), encoding="utf-8")
        return list(loading.load(path, {}).config.jobs)

    def process(self, *, hold: bool = False) -> tuple[Ledger, Directory, Budgets]:
        ledger = Ledger.open(loading.load(self.folder / "config.yaml", {}).config.state)
        found = budgeting.counted(ledger, self.warnings.append, hold=hold, clock=self.clock, sleep=self.clock.sleep)
        return (ledger, *found)

    def run(self, *jobs: Job, hold: bool = False) -> list[Outcome]:
        """Run jobs in a process that ends then."""
        ledger, directory, budgets = self.process(hold=hold)
        with ledger:
            runner = Runner(self.heard, Common(directory, budgets=budgets))
            return [runner.run(Order(job, self.clock())) for job in jobs]

    def refusals(self) -> int:
        entries = [*self.clockify.control.journal.entries(), *self.google.control.journal.entries()]
        return sum(entry.status == 429 for entry in entries)

    def asked(self) -> int:
        return len(self.clockify.control.journal.entries())


@pytest.fixture(params=["free"])
def plan(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def house(tmp_path: Path, plan: Any) -> Iterator[House]:
    clock = Clock()
    company = Company.empty()
    clockify = ClockifySandbox(company, plan=plan, quotas=True, switches=Switches(), clock=clock.seconds)
    google = GoogleSandbox(quotas=True)
    # Its tokens stay on the real clock: google-auth knows no other.
    google.quotas._clock = clock.seconds
    with clockify, google:
        settings = {
            "version": 1,
            "state": str(tmp_path / "state.db"),
            "clockify": {
                "api_key": clockify.api_key,
                "workspace": clockify.workspace_id,
                "base_url": clockify.base_url,
                "reports_url": clockify.reports_url,
            },
            "google": {"credentials": json.dumps(google.service_account_key(ROBOT)), "sheets_url": google.url},
        }
        yield House(tmp_path, clock, clockify, google, settings)


def succeeded(outcomes: list[Outcome]) -> bool:
    return all(outcome.status is Status.SUCCEEDED for outcome in outcomes)


def test_forty_jobs_on_free_wait_for_the_hour_and_meet_no_refusal(house: House) -> None:
    outcomes = house.run(*house.jobs(40))
    assert succeeded(outcomes), [str(outcome.error) for outcome in outcomes if outcome.error]
    assert house.refusals() == 0
    assert house.asked() == 41
    assert 3600 < house.clock.slept < 3700
    assert house.heard.waits[0][2].startswith(f"workspace {house.clockify.company.name} has 30 requests an hour;")


@pytest.mark.parametrize("plan", ["paid"], indirect=True)
def test_jobs_on_a_paid_plan_ask_for_the_plan_once_and_meet_no_refusal(house: House) -> None:
    house.settings["google"] |= {"reads_per_minute": 50, "writes_per_minute": 50}
    outcomes = house.run(*house.jobs(70))
    assert succeeded(outcomes)
    assert house.refusals() == 0
    assert house.asked() == 71
    assert 50 < house.clock.slept < 70
    assert succeeded(house.run(*house.jobs(1)))
    assert house.asked() == 72


def test_a_restart_keeps_the_count_and_what_was_looked_up(house: House) -> None:
    house.settings["clockify"]["workspace"] = house.clockify.company.name
    jobs = house.jobs(1, deadline="15m")
    for _ in range(28):
        assert succeeded(house.run(*jobs))
    assert house.asked() == 29
    assert succeeded(house.run(*jobs))
    (late,) = house.run(*jobs)
    assert isinstance(late.error, ClockifyBudgetError)
    assert late.error.message.startswith(f"Clockify's 30 requests an hour of workspace {house.clockify.company.name}")
    assert (late.clockify_requests, house.clock.slept, house.refusals()) == (0, 0, 0)
    assert BEGIN + timedelta(hours=1) <= late.error.until <= BEGIN + timedelta(hours=1, seconds=3)


def test_others_who_use_the_quota_up_are_waited_for(house: House) -> None:
    with requests.Session() as session:
        session.headers["X-Api-Key"] = house.clockify.api_key
        for _ in range(30):
            session.get(f"{house.clockify.base_url}/user", timeout=10)
    house.settings["clockify"]["plan"] = "free"
    (patient, hasty) = (*house.jobs(1), *house.jobs(1, deadline="15m"))
    (late,) = house.run(hasty)
    assert isinstance(late.error, ClockifyBudgetError)
    assert house.refusals() == 1
    (again,) = house.run(hasty)
    assert isinstance(again.error, ClockifyBudgetError)
    assert (again.clockify_requests, house.refusals()) == (0, 1)
    assert succeeded(house.run(patient))
    assert (house.refusals(), round(house.clock.slept)) == (1, 3600)


def test_the_time_that_clockify_names_is_waited_for(house: House) -> None:
    house.clockify.switches = Switches(retry_after=True, hour_window="fixed")
    with requests.Session() as session:
        session.headers["X-Api-Key"] = house.clockify.api_key
        for _ in range(30):
            session.get(f"{house.clockify.base_url}/user", timeout=10)
    house.settings["clockify"]["plan"] = "free"
    assert succeeded(house.run(*house.jobs(1)))
    left = (BEGIN.replace(hour=13, minute=0, second=0) - BEGIN).total_seconds()
    assert left <= house.clock.slept <= left + 2


def test_a_quota_that_is_really_used_up_is_not_hammered_to_find_out_the_plan(house: House) -> None:
    with requests.Session() as session:
        session.headers["X-Api-Key"] = house.clockify.api_key
        for _ in range(30):
            session.get(f"{house.clockify.base_url}/user", timeout=10)
    (late,) = house.run(*house.jobs(1, deadline="15m"))
    assert isinstance(late.error, ClockifyBudgetError)
    assert house.refusals() == 2


def test_googles_quota_of_the_account_is_waited_for_and_others_are_noticed(house: House) -> None:
    house.settings["clockify"] |= {"plan": "free", "requests_per_hour": 30}
    house.google.quotas.limits = type(house.google.quotas.limits)(per_user=5, per_project=300)
    house.settings["google"] |= {"reads_per_minute": 5, "writes_per_minute": 60}
    outcomes = house.run(*house.jobs(12))
    assert succeeded(outcomes)
    assert house.refusals() == 0
    house.google.quotas.limits = type(house.google.quotas.limits)(per_user=2, per_project=300)
    assert succeeded(house.run(*house.jobs(5)))
    assert 0 < house.refusals() <= 3


def test_googles_quota_of_the_project_is_one_of_all_its_accounts(house: House) -> None:
    house.google.quotas.limits = type(house.google.quotas.limits)(per_user=60, per_project=2)
    (late, other) = (*house.jobs(1), *house.jobs(1))
    assert succeeded(house.run(late, other, late))
    assert house.refusals() == 1
    found = {count.name: count for count in _left(house)}
    assert "Google, project sheetsync-sandbox, reads" in found


def _left(house: House) -> list[Any]:
    ledger, _, budgets = house.process()
    with ledger:
        return budgets.left()


def test_a_run_that_cannot_have_all_its_requests_spends_none(house: House) -> None:
    house.settings["clockify"]["plan"] = "free"
    (year,) = house.jobs(1, start="2021-01-01", end="2021-12-31", deadline="15m")
    assert succeeded(house.run(year, year))
    spent = house.asked()
    assert spent == 24
    (late,) = house.run(year)
    assert isinstance(late.error, ClockifyBudgetError)
    assert house.asked() == spent


def test_jobs_that_were_put_off_go_before_those_that_come_later(house: House) -> None:
    house.settings["clockify"]["plan"] = "free"
    jobs = house.jobs(44, deadline="15m")
    done: list[list[str]] = []
    for _ in range(4):
        outcomes = house.run(*jobs, hold=True)
        done.append([outcome.job for outcome in outcomes if outcome.status is Status.SUCCEEDED])
        house.clock.at += timedelta(hours=1, seconds=2)
    assert house.refusals() == 0
    assert {len(names) for names in done} == {30}
    assert not {f"job-{number}" for number in range(30, 44)} - set(done[1])
    assert set(done[2]) | set(done[1]) == {job.name for job in jobs}


def test_requests_go_out_and_are_counted_in_memory_when_the_database_fails(house: House) -> None:
    jobs = house.jobs(40)
    ledger, directory, budgets = house.process()
    with ledger:
        with ledger.writing() as connection:
            connection.exec_driver_sql("DROP TABLE sheetsync_turns")
        runner = Runner(house.heard, Common(directory, budgets=budgets))
        assert succeeded([runner.run(Order(job, house.clock())) for job in jobs])
    assert house.refusals() == 0
    assert len(house.warnings) == 1
    assert house.warnings[0].startswith("requests are counted by this process alone: the ledger ")


def test_a_run_that_was_put_off_is_recorded_as_delayed(house: House) -> None:
    (job,) = house.jobs(1, deadline="15m")
    until = BEGIN + timedelta(hours=1)
    for error in (ClockifyBudgetError("used up.", "", until), GoogleBudgetError("used up.", "", until)):
        end = recording.end_of(Outcome(job.name, error=error))
        assert (end.state, end.retryable) == (State.DELAYED, True)


@pytest.mark.parametrize("plan", ["paid"], indirect=True)
def test_others_who_use_up_every_second_are_given_more_and_more_time(house: House) -> None:
    house.settings["clockify"]["plan"] = "paid"
    (job,) = house.jobs(1)
    house.clockify.control.faults.add(Fault(path="/reports/", answer="429", times=4))
    assert succeeded(house.run(job))
    assert house.refusals() == 4
    assert 15 <= house.clock.slept <= 16


@pytest.mark.parametrize("plan", ["paid"], indirect=True)
def test_a_refusal_of_the_list_that_tells_the_plan_holds_the_run_up_no_longer_than_another(house: House) -> None:
    house.settings["clockify"]["workspace"] = house.clockify.company.name
    (job,) = house.jobs(1, deadline="5s")
    house.clockify.control.faults.add(Fault(path="/workspaces", answer="429"))
    assert succeeded(house.run(job))
    assert (house.refusals(), house.clock.slept) == (1, 0)


def test_a_list_that_one_run_waits_for_holds_up_no_other_workspace(house: House) -> None:
    directory, account = Directory(), "account"
    reader = directory._readers.setdefault((account, "", "workspaces"), threading.RLock())
    taken, over = threading.Event(), threading.Event()

    def read() -> None:
        with reader:
            taken.set()
            over.wait()

    other = threading.Thread(target=read)
    other.start()
    taken.wait()
    access = Access(house.clockify.base_url, house.clockify.reports_url, "key")
    client = ClockifyClient(access, Deadline(0.05), Silent())
    try:
        assert directory.known(account, "Acme") is None
        with pytest.raises(DeadlineError):
            directory.workspace(client, account, "Acme")
    finally:
        over.set()
        other.join()


def test_a_wait_ends_when_the_run_is_told_to_stop(house: House) -> None:
    house.settings["clockify"] |= {"plan": "free", "requests_per_hour": 1}
    (job,) = house.jobs(1)
    assert succeeded(house.run(job))
    ledger, directory, budgets = house.process()
    with ledger:
        runner = Runner(house.heard, Common(directory, budgets=budgets))
        stop: Callable[[str], bool] = runner.stop.now

        @dataclass
        class Stops(Silent):
            def waiting(self, *_: object) -> None:
                stop("sheetsync was stopped.")

        runner.progress = Stops()
        outcome = runner.run(Order(job, house.clock()))
    assert str(outcome.error).startswith("sheetsync was stopped.")
    assert house.clock.slept <= 1
