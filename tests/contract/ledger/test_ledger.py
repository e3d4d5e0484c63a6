"""What every ledger does, whichever database keeps it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sized
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import column, event, table, update

from sheetsync.config.model import Store
from sheetsync.ledger import (
    Cause,
    Claim,
    Lease,
    Ledger,
    LedgerError,
    Pause,
    Point,
    RunEnd,
    RunRecord,
    State,
    Taken,
    opening,
)
from sheetsync.ledger.ledger import LEASE
from sheetsync.ledger.owner import this_process
from sheetsync.ledger.schema import VERSION_TABLE, leases, metadata, runs
from sheetsync.sheets.target import Target
from tests.contract.ledger import racers

NOW = datetime(2026, 3, 2, 8, 30, 15, 123456, tzinfo=UTC)
SLOT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SHEET = Target("1AbC", "Hours", "B3")
DONE = RunEnd(
    State.SUCCEEDED,
    window_start="2026-02-01T00:00:00",
    window_end="2026-03-01T00:00:00",
    time_zone="Europe/Berlin",
    rows=1200,
    columns=17,
    clockify_requests=2,
    sheets_reads=1,
    sheets_writes=1,
    bytes=5_000_000_000,
    seconds=1.25,
    fingerprint="f00",
    url="https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0",
    error="é",
    todo="do",
    side="Google",
    retryable=True,
    reason="why",
)


def begin(ledger: Ledger, job: str = "hours", slot: datetime | None = SLOT, now: datetime = NOW) -> RunRecord:
    """A run that may begin: each job has a spreadsheet of its own."""
    begun = ledger.begin(job, slot, Cause.SCHEDULE, Target(job), now, "c0ffee")
    assert isinstance(begun, RunRecord), begun
    return begun


def ran(ledger: Ledger, job: str, slot: datetime | None, state: State = State.SUCCEEDED, rows: int = 0) -> RunRecord:
    """A run that began and ended as its slot was due, or as `NOW` was."""
    at = slot or NOW
    begun = begin(ledger, job, slot, at)
    assert ledger.finish(begun.id, RunEnd(state, rows=rows), at)
    found = ledger.run(begun.id)
    assert found is not None
    return found


def elsewhere(ledger: Ledger, run: RunRecord) -> None:
    """As if the run had been begun by a process of another machine."""
    with ledger._writing() as connection:
        connection.execute(update(runs).where(runs.c.id == run.id).values(owner="other:1:2:3:4"))


def left_behind(address: str, spreadsheet: str = "1AbC") -> int:
    """A run that a process began which has ended since; its id."""
    racer = racers.start(address, "begin", spreadsheet)
    told, _ = racer.communicate(timeout=60)
    assert racer.returncode == 0
    return int(told.split()[1])


class TestLedger:
    def test_a_run_is_recorded_from_its_begin_to_its_end(self, ledger: Ledger) -> None:
        begun = ledger.begin("hours", SLOT, Cause.CATCH_UP, SHEET, NOW, "c0ffee")
        assert isinstance(begun, RunRecord)
        expected = RunRecord(
            begun.id,
            "hours",
            SLOT,
            Cause.CATCH_UP,
            State.RUNNING,
            NOW,
            None,
            this_process(),
            "1AbC Hours!B3",
            configuration="c0ffee",
        )
        assert begun == expected
        assert ledger.running() == [expected]
        assert ledger.finish(begun.id, DONE, NOW + MINUTE)
        assert ledger.run(begun.id) == replace(expected, ended=NOW + MINUTE, **asdict(DONE))
        assert ledger.running() == []

    def test_a_slot_is_run_once_whatever_became_of_it(self, ledger: Ledger) -> None:
        for minute, state in enumerate((State.SUCCEEDED, State.FAILED, State.SKIPPED, State.INTERRUPTED)):
            first = ran(ledger, "hours", SLOT + minute * MINUTE, state)
            again = ledger.begin("hours", first.slot, Cause.SCHEDULE, SHEET, NOW, "")
            assert again == Taken(Claim.SLOT, first)
        assert len(ledger.runs()) == 4

    def test_a_slot_is_an_instant_whatever_zone_it_is_told_in(self, ledger: Ledger) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        repeated = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
        ran(ledger, "hours", repeated)
        ran(ledger, "hours", repeated.replace(fold=1))
        again = ledger.begin("hours", repeated.astimezone(UTC), Cause.SCHEDULE, SHEET, NOW, "")
        assert isinstance(again, Taken)
        slots = [run.slot for run in ledger.runs()]
        assert slots == [datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
        assert {run.started.tzinfo for run in ledger.runs()} == {UTC}

    def test_a_time_without_a_zone_is_refused(self, ledger: Ledger) -> None:
        with pytest.raises(Exception, match="offset-naive"):
            begin(ledger, slot=datetime(2026, 3, 2, 8, 30))  # noqa: DTZ001 - what is tested
        assert ledger.runs() == []

    def test_two_jobs_may_have_the_same_slot(self, ledger: Ledger) -> None:
        assert begin(ledger, "one").slot == begin(ledger, "two").slot

    def test_runs_by_hand_belong_to_no_slot(self, ledger: Ledger) -> None:
        assert ran(ledger, "hours", None).slot is None
        assert ran(ledger, "hours", None).slot is None
        assert ledger.last_slot("hours") is None

    def test_a_job_runs_once_at_a_time(self, ledger: Ledger) -> None:
        first = ledger.begin("hours", SLOT, Cause.SCHEDULE, SHEET, NOW, "")
        assert isinstance(first, RunRecord)
        second = ledger.begin("hours", None, Cause.MANUAL, Target("another"), NOW + DAY, "")
        assert second == Taken(Claim.JOB, first)
        assert second.reason.startswith(f"job hours is running already (run {first.id}, process")
        assert ledger.runs() == [first]
        assert ledger.finish(first.id, DONE, NOW)
        assert isinstance(ledger.begin("hours", None, Cause.MANUAL, SHEET, NOW, ""), RunRecord)

    def test_runs_of_two_jobs_into_one_spreadsheet_go_on_together(self, ledger: Ledger) -> None:
        begun = [ledger.begin(name, SLOT, Cause.SCHEDULE, SHEET, NOW, "") for name in ("one", "two")]
        assert ledger.running() == begun

    def test_a_spreadsheet_is_leased_to_one_publisher_at_a_time(self, ledger: Ledger) -> None:
        assert ledger.lease("1AbC", "job one with 3 more", NOW) is None
        assert ledger.leased("1AbC")
        held = ledger.lease("1AbC", "job two", NOW + DAY)
        assert held == Lease("1AbC", this_process(), "job one with 3 more", NOW)
        assert held.reason.startswith("target busy: job one with 3 more is written to this spreadsheet by process")
        assert ledger.lease("another", "job two", NOW) is None
        ledger.give_back("1AbC")
        assert not ledger.leased("1AbC")
        assert ledger.lease("1AbC", "job two", NOW) is None

    def test_the_lease_of_another_machine_is_kept_for_as_long_as_it_is_heard_of(self, ledger: Ledger) -> None:
        ledger.lease("1AbC", "job one", NOW)
        with ledger._writing() as connection:
            connection.execute(update(leases).values(owner="other:1:2:3:4"))
        assert not ledger.leased("1AbC")
        held = ledger.lease("1AbC", "job two", NOW + LEASE)
        assert held is not None
        assert "process 1 on other" in held.reason
        ledger.give_back("1AbC")
        assert ledger.lease("1AbC", "job two", NOW + LEASE) == held
        assert ledger.lease("1AbC", "job two", NOW + LEASE + MINUTE) is None
        assert ledger.leased("1AbC")

    def test_a_beat_keeps_what_the_process_leased(self, ledger: Ledger) -> None:
        begun = begin(ledger)
        ledger.lease("1AbC", "job hours", NOW)
        ledger.beat([begun.id], NOW + MINUTE)
        held = ledger.lease("1AbC", "job two", NOW)
        assert held is not None
        assert held.beat == NOW + MINUTE

    def test_a_run_ends_once(self, ledger: Ledger) -> None:
        begun = begin(ledger)
        assert ledger.finish(begun.id, RunEnd(State.FAILED, error="first"), NOW)
        assert not ledger.finish(begun.id, RunEnd(State.SUCCEEDED), NOW)
        assert [(run.state, run.error) for run in ledger.runs()] == [(State.FAILED, "first")]

    def test_the_run_of_an_ended_process_is_interrupted_at_the_next_start(self, ledger: Ledger, address: str) -> None:
        left, own = left_behind(address), begin(ledger)
        (marked,) = ledger.interrupt_orphans(NOW)
        assert (marked.id, marked.state, marked.ended) == (left, State.INTERRUPTED, NOW)
        assert "process" in marked.reason
        assert ledger.running() == [own]
        assert ledger.interrupt_orphans(NOW) == []

    def test_a_job_and_a_spreadsheet_that_an_ended_process_had_are_taken_over(
        self, ledger: Ledger, address: str
    ) -> None:
        left = left_behind(address, "1AbC")
        begun = ledger.begin("left", SLOT, Cause.SCHEDULE, SHEET, NOW, "")
        assert isinstance(begun, RunRecord)
        former = ledger.run(left)
        assert former is not None
        assert former.state is State.INTERRUPTED
        assert not ledger.finish(left, DONE, NOW)
        assert ledger.running() == [begun]
        assert ledger.lease("1AbC", "job left", NOW) is None

    def test_the_slot_of_an_ended_process_is_not_run_again(self, ledger: Ledger, address: str) -> None:
        left = left_behind(address)
        taken = ledger.begin("left", racers.slot(0), Cause.SCHEDULE, Target("another"), NOW, "")
        assert isinstance(taken, Taken)
        assert (taken.claim, taken.by.id) == (Claim.SLOT, left)

    def test_a_run_of_another_machine_goes_on_for_as_long_as_it_is_heard_of(self, ledger: Ledger) -> None:
        begun = begin(ledger, "hours")
        elsewhere(ledger, begun)
        assert ledger.interrupt_orphans(NOW + LEASE) == []
        taken = ledger.begin("hours", NOW, Cause.SCHEDULE, Target("hours"), NOW + LEASE, "")
        assert isinstance(taken, Taken)
        assert taken.by.process == "process 1 on other"
        late = NOW + LEASE + MINUTE
        assert isinstance(ledger.begin("hours", NOW, Cause.SCHEDULE, Target("hours"), late, ""), RunRecord)
        former = ledger.run(begun.id)
        assert former is not None
        assert (former.state, former.ended) == (State.INTERRUPTED, late)

    def test_a_beat_keeps_a_run_and_tells_of_those_that_were_lost(self, ledger: Ledger) -> None:
        kept, lost, ended = begin(ledger, "kept"), begin(ledger, "lost"), ran(ledger, "ended", SLOT)
        elsewhere(ledger, lost)
        assert ledger.beat([kept.id, lost.id, ended.id], NOW + LEASE) == {kept.id}
        elsewhere(ledger, kept)
        assert [run.job for run in ledger.interrupt_orphans(NOW + LEASE + MINUTE)] == ["lost"]
        assert ledger.beat([], NOW) == frozenset()

    def test_a_run_of_a_living_process_is_never_taken_for_dead(self, ledger: Ledger) -> None:
        begin(ledger)
        assert ledger.interrupt_orphans(NOW + DAY) == []

    def test_skipped_and_missed_slots_are_recorded_once(self, ledger: Ledger) -> None:
        assert ledger.record_skipped("hours", SLOT, "still running", NOW)
        assert not ledger.record_skipped("hours", SLOT, "still running", NOW)
        slots = [SLOT + minute * MINUTE for minute in range(3)]
        assert ledger.record_missed("hours", slots, "sheetsync was not running", NOW) == 2
        assert ledger.record_missed("hours", slots, "sheetsync was not running", NOW) == 0
        assert isinstance(ledger.begin("hours", slots[2], Cause.CATCH_UP, SHEET, NOW, ""), Taken)
        first, *_, last = ledger.runs()[::-1]
        assert (first.state, first.reason, first.started, first.ended) == (State.SKIPPED, "still running", NOW, NOW)
        assert (last.state, last.slot, last.cause) == (State.MISSED, slots[2], Cause.CATCH_UP)
        assert (last.owner, last.process, last.target) == ("", "", "")

    def test_a_thousand_missed_slots_are_recorded(self, ledger: Ledger) -> None:
        slots = [SLOT + minute * MINUTE for minute in range(1_200)]
        assert ledger.record_missed("hours", iter(slots), "down", NOW) == 1_200
        assert ledger.record_missed("hours", [], "down", NOW) == 0

    def test_the_newest_slot_counts_whatever_order_slots_are_recorded_in(self, ledger: Ledger) -> None:
        assert ledger.last_slot("hours") is None
        ran(ledger, "hours", SLOT)
        ledger.record_missed("hours", [SLOT - DAY], "down", NOW)
        ran(ledger, "by-hand", None)
        assert ledger.last_slot("hours") == SLOT
        assert ledger.last_slots() == {"hours": SLOT}

    def test_a_job_is_first_seen_once(self, ledger: Ledger) -> None:
        assert ledger.first_seen("hours") is None
        ledger.see(["hours", "other"], NOW)
        ledger.see(["hours", "third"], NOW + DAY)
        ran(ledger, "unseen", SLOT)
        seen = [ledger.first_seen(name) for name in ("hours", "other", "third", "unseen")]
        assert seen == [NOW, NOW, NOW + DAY, SLOT]

    def test_history_is_read_page_by_page_newest_first(self, ledger: Ledger) -> None:
        made = [ran(ledger, "ab"[number % 2], SLOT + number * MINUTE) for number in range(7)][::-1]
        page = ledger.runs(limit=3)
        assert page == made[:3]
        assert ledger.runs(limit=9, before=page[-1].id) == made[3:]
        assert ledger.runs("b") == [run for run in made if run.job == "b"]
        assert ledger.runs("nobody") == []
        assert ledger.run(10_000) is None

    def test_history_shows_one_state_when_asked_to(self, ledger: Ledger) -> None:
        failed = [ran(ledger, job, SLOT, State.FAILED) for job in ("one", "two")]
        ran(ledger, "one", SLOT + MINUTE)
        assert ledger.runs(state=State.FAILED) == failed[::-1]
        assert ledger.runs("one", state=State.FAILED) == failed[:1]

    def test_the_latest_record_of_every_job_is_known(self, ledger: Ledger) -> None:
        ledger.see(["new"], NOW)
        success = ran(ledger, "hours", SLOT)
        failure = ran(ledger, "hours", SLOT + MINUTE, State.FAILED)
        same = ran(ledger, "other", SLOT, State.UNCHANGED)
        assert ledger.latest_by_job() == {"hours": failure, "other": same}
        assert ledger.latest_by_job([State.SUCCEEDED]) == {"hours": success}
        assert ledger.last_success("hours") == success
        assert ledger.last_success("other") == same
        assert ledger.last_success("new") is None

    def test_curves_hold_the_newest_runs_oldest_first(self, ledger: Ledger) -> None:
        made = [ran(ledger, "hours", SLOT + number * MINUTE, rows=number) for number in range(5)]
        ledger.record_skipped("hours", NOW + DAY, "paused", NOW)
        begin(ledger, "going-on")
        points = [Point(run.id, run.state, run.started, run.rows, run.seconds) for run in made]
        assert ledger.curves(3) == {"hours": points[2:]}

    def test_records_are_kept_for_a_set_time(self, ledger: Ledger) -> None:
        for days in (0, 1, 399, 401, 402):
            ran(ledger, "hours", NOW - days * DAY)
        assert ledger.prune(NOW) == 2
        assert [run.slot for run in ledger.runs()] == [NOW - days * DAY for days in (399, 1, 0)]
        assert ledger.prune(NOW, keep_days=30) == 1
        assert ledger.prune(NOW, keep_days=30) == 0

    def test_a_jobs_newest_slot_and_what_is_running_outlive_the_set_time(self, ledger: Ledger) -> None:
        ran(ledger, "yearly", SLOT - 800 * DAY)
        last = ran(ledger, "yearly", SLOT - 500 * DAY)
        running = begin(ledger, "slow", None, NOW - 900 * DAY)
        assert ledger.prune(NOW) == 1
        assert ledger.runs() == [running, last]
        assert ledger.last_slot("yearly") == last.slot

    def test_more_records_than_are_deleted_at_once_are_deleted(self, ledger: Ledger) -> None:
        slots = [SLOT + minute * MINUTE for minute in range(4_500)]
        ledger.record_missed("hours", slots, "down", NOW - 500 * DAY)
        assert ledger.prune(NOW) == 4_499

    def test_an_id_is_never_used_again(self, ledger: Ledger) -> None:
        old = ran(ledger, "hours", None)
        assert ledger.prune(NOW + 2 * DAY, keep_days=1) == 1
        assert ran(ledger, "hours", None).id > old.id

    def test_a_job_is_paused_until_it_is_resumed(self, ledger: Ledger) -> None:
        ledger.see(["hours"], NOW - DAY)
        ledger.pause("hours", "the sheet is being rebuilt", NOW)
        ledger.pause("unseen", "", NOW)
        assert ledger.paused()["hours"] == Pause("hours", "the sheet is being rebuilt", NOW)
        assert ledger.first_seen("hours") == NOW - DAY
        assert ledger.resume("unseen")
        assert not ledger.resume("unseen")
        assert not ledger.resume("nobody")
        assert list(ledger.paused()) == ["hours"]

    def test_what_was_asked_once_is_kept(self, ledger: Ledger, store: Store) -> None:
        assert ledger.get("plan of 5e45") is None
        ledger.put("plan of 5e45", "free")
        ledger.put("plan of 5e45", "paid")
        with Ledger.open(store) as another:
            assert another.get("plan of 5e45") == "paid"

    def test_a_ledger_answers_when_it_is_asked(self, ledger: Ledger) -> None:
        ledger.ping()

    def test_eight_threads_begin_a_slot_once(self, ledger: Ledger) -> None:
        barrier, slots = Barrier(8), 15

        def thread(number: int) -> list[datetime]:
            got = []
            for minute in range(slots):
                barrier.wait(timeout=60)
                slot = SLOT + minute * MINUTE
                begun = ledger.begin("hours", slot, Cause.SCHEDULE, Target(f"sheet-{number}"), NOW, "")
                barrier.wait(timeout=60)
                if isinstance(begun, RunRecord):
                    got.append(slot)
                    assert ledger.finish(begun.id, DONE, NOW)
            return got

        with ThreadPoolExecutor(8) as pool:
            got = [slot for slots_of_one in pool.map(thread, range(8)) for slot in slots_of_one]
        assert sorted(got) == [SLOT + minute * MINUTE for minute in range(slots)]
        assert len(ledger.runs()) == slots

    def test_of_eight_threads_one_gets_a_lease(self, ledger: Ledger) -> None:
        barrier = Barrier(8)

        def thread(number: int) -> Lease | None:
            barrier.wait(timeout=60)
            return ledger.lease("1AbC", f"job {number}", NOW)

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(thread, range(8))).count(None) == 1

    def test_killed_processes_lose_and_double_no_slot(self, ledger: Ledger, address: str, tmp_path: Path) -> None:
        slots, kills, chance = 150, 6, random.Random(4)  # noqa: S311 - a race, not a secret
        words = ("race", str(slots), str(tmp_path))
        racing = [racers.start(address, *words) for _ in range(4)]
        told: list[str] = []
        for _ in range(kills):
            with racing.pop(0) as victim:
                assert victim.stdout is not None
                # Killed some lines after it began, in the middle of whatever it is at.
                told += [victim.stdout.readline() for _ in range(chance.randint(1, 4))]
                victim.kill()
                told += victim.stdout
            racing.append(racers.start(address, *words))
        for racer in racing:
            told += racer.communicate(timeout=60)[0].splitlines()
            assert racer.returncode == 0
        ledger.interrupt_orphans(NOW)
        found = {run.id: run for run in ledger.runs(limit=1_000)}
        assert sorted(run.slot for run in found.values() if run.slot) == [racers.slot(n) for n in range(slots)]
        assert {ledger.lease(f"spreadsheet-{n}", "job", NOW) for n in range(racers.SPREADSHEETS)} == {None}
        assert {run.state for run in found.values()} <= {State.SUCCEEDED, State.INTERRUPTED}
        lines = [line.split() for line in told if line.strip()]
        assert not [line for line in lines if line[0] == "overlap"]
        for what in ("began", "finished"):
            ids = [int(line[1]) for line in lines if line[0] == what]
            assert len(ids) == len(set(ids)), f"a run {what} twice"
            assert what == "began" or {found[number].state for number in ids} == {State.SUCCEEDED}


class TestMigrations:
    def test_processes_that_open_a_new_ledger_together_make_it_once(self, address: str, store: Store) -> None:
        opening_it = [racers.start(address, "open") for _ in range(4)]
        for racer in opening_it:
            racer.communicate(timeout=60)
        assert [racer.returncode for racer in opening_it] == [0] * 4
        with Ledger.open(store) as ledger:
            assert ledger.runs() == []

    def test_migrations_make_the_tables_that_the_code_uses(self, ledger: Ledger) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        with ledger._reading() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            assert compare_metadata(context, metadata) == []

    def test_records_of_the_first_version_are_kept(self, address: str, store: Store) -> None:
        engine = opening._postgresql(store.database) if store.database else opening._sqlite(Path(address))
        row = {"job": "hours", "cause": "schedule", "started": 1_000_000, "owner": "", "target": "1AbC Hours!A1"}
        rows = [
            {**row, "slot": 1_000_000, "state": "failed", "error": "no", "ended": 2_000_000},
            {**row, "slot": 3_000_000, "state": "running"},
        ]
        with engine.connect().execution_options(**opening.WRITES) as connection, connection.begin():
            opening._upgrade(connection, "0001")
            for one in rows:
                old = table("sheetsync_runs", *(column(name) for name in one))
                connection.execute(old.insert(), one)
        engine.dispose()
        with Ledger.open(store) as ledger:
            second, first = ledger.runs()
            assert (first.state, first.error) == (State.FAILED, "no")
            assert first.ended == datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)
            assert second.state is State.INTERRUPTED
            assert ledger.latest_by_job() == {"hours": second}
            assert isinstance(begin(ledger), RunRecord)

    def test_what_the_second_version_left_running_is_kept(self, address: str, store: Store) -> None:
        engine = opening._postgresql(store.database) if store.database else opening._sqlite(Path(address))
        row = {"cause": "schedule", "state": "running", "started": 1_000_000, "target": "1AbC Hours!A1", "beat": 1}
        ended, here = "other:1:2:3:4", this_process()
        rows = [
            {**row, "job": "moved", "owner": here, "lease": "former"},
            {**row, "job": "moved", "owner": here, "lease": "present"},
            {**row, "job": "hours", "owner": ended, "lease": "1AbC"},
            {**row, "job": "done", "owner": here, "lease": None, "state": "succeeded", "beat": None},
        ]
        with engine.connect().execution_options(**opening.WRITES) as connection, connection.begin():
            opening._upgrade(connection, "0002")
            for one in rows:
                old = table("sheetsync_runs", *(column(name) for name in one))
                connection.execute(old.insert(), one)
        engine.dispose()
        with Ledger.open(store) as ledger:
            assert [run.job for run in ledger.running()] == ["moved", "hours"]
            assert [run.state for run in ledger.runs("moved")] == [State.RUNNING, State.INTERRUPTED]
            taken = ledger.begin("moved", SLOT, Cause.SCHEDULE, SHEET, NOW, "")
            assert isinstance(taken, Taken)
            held = ledger.lease("present", "job other", NOW)
            assert held is not None
            assert held.jobs == "moved"
            assert ledger.lease("1AbC", "job hours", NOW) is None
            assert isinstance(ledger.begin("hours", SLOT, Cause.SCHEDULE, SHEET, NOW, ""), RunRecord)

    def test_a_ledger_of_a_newer_version_is_left_alone(self, ledger: Ledger, store: Store) -> None:
        with ledger._writing() as connection:
            connection.execute(table(VERSION_TABLE, column("version_num")).update(), {"version_num": "9999"})
        with pytest.raises(LedgerError, match="newer sheetsync"):
            Ledger.open(store)

    def test_opening_again_changes_nothing(self, ledger: Ledger, store: Store) -> None:
        run = ran(ledger, "hours", SLOT)
        with Ledger.open(store) as again:
            assert again.runs() == [run]
            assert again.place == ledger.place
            assert "kept-quiet" not in again.place


class TestIndexes:
    def test_nothing_that_the_page_asks_goes_through_all_runs(self, ledger: Ledger) -> None:
        names = [f"job-{number}" for number in range(100)]
        ledger.see(names, NOW)
        for minute in range(100):
            ended = {"cause": Cause.SCHEDULE, "state": State.SUCCEEDED, "started": NOW, "owner": "", "target": ""}
            with ledger._writing() as connection:
                slot = SLOT + minute * MINUTE
                connection.execute(runs.insert(), [{**ended, "job": name, "slot": slot} for name in names])
        readings: dict[str, Callable[[], Sized]] = {
            "latest by job": ledger.latest_by_job,
            "newest": lambda: ledger.runs(limit=100),
            "newest of a job": lambda: ledger.runs("job-7", limit=100),
            "newest failures": lambda: ledger.runs(state=State.FAILED, limit=100),
            "last slots": ledger.last_slots,
        }
        assert {name: len(read()) for name, read in readings.items()} == {
            **dict.fromkeys(readings, 100),
            "newest failures": 0,
        }
        if ledger._dialect == "sqlite":
            assert {name: found for name, read in readings.items() if (found := _scans(ledger, read))} == {}


def _scans(ledger: Ledger, read: Callable[[], Sized]) -> list[str]:
    """The statements of a reading for which SQLite looks at every run, as its own plan tells.

    One that takes the first few in the order in which they are kept need not look at the rest.
    """
    asked: list[tuple[str, Any]] = []

    def listen(*told: Any) -> None:
        asked.append((told[2], told[3]))

    event.listen(ledger._engine, "before_cursor_execute", listen, named=False)
    try:
        read()
    finally:
        event.remove(ledger._engine, "before_cursor_execute", listen)
    found: list[str] = []
    with ledger._reading() as connection:
        for statement, parameters in asked:
            if not statement.startswith("SELECT"):
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(step[3]) for step in plan]
            bare = any(step.startswith("SCAN sheetsync_runs") and "USING" not in step for step in steps)
            if bare and ("LIMIT" not in statement or any("TEMP B-TREE" in step for step in steps)):
                found.append(statement)
    return found
