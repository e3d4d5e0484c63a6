"""What every counter promises."""

from __future__ import annotations

import pytest

from sheetsync.budgets.counter import Counter
from sheetsync.budgets.quota import DAY, SECOND, Quota, Refused, Turn, Wish
from sheetsync.ledger import Ledger
from sheetsync.ledger.turns import TurnCounter
from tests.contract.budgets.takers import HOURLY, NOW, start
from tests.contract.ledger.racers import store_of

TWO = Quota("google sheets account robot reads", "robot", 2, 60, "reads")
THREE = Quota("google sheets project reports reads", "project reports", 3, 60, "reads")


def take(
    counter: Counter, *quotas: Quota, now: int = NOW, within: int = 30 * DAY, count: int = 1, holder: str = ""
) -> list[Turn]:
    found = counter.take(Wish(quotas, now, now + within, count, holder))
    assert isinstance(found, list), found
    return found


def refused(counter: Counter, *quotas: Quota, now: int = NOW, count: int = 1, holder: str = "") -> Refused:
    found = counter.take(Wish(quotas, now, now, count, holder))
    assert isinstance(found, Refused), found
    return found


def test_what_a_quota_allows_goes_at_once_and_the_next_waits_until_the_first_has_left_the_span(
    counter: Counter,
) -> None:
    assert [take(counter, TWO, now=NOW + second * SECOND)[0].at for second in (0, 5)] == [NOW, NOW + 5 * SECOND]
    assert take(counter, TWO, now=NOW + 6 * SECOND)[0].at == NOW + TWO.span
    assert take(counter, TWO, now=NOW + 7 * SECOND)[0].at == NOW + 5 * SECOND + TWO.span
    assert take(counter, TWO, now=NOW + 8 * SECOND)[0].at == NOW + 2 * TWO.span


def test_a_turn_is_one_of_every_quota_that_it_needs(counter: Counter) -> None:
    other = Quota("google sheets account other reads", "other", 2, 60, "reads")
    assert [turn.at for turn in take(counter, TWO, THREE, count=2)] == [NOW, NOW]
    assert take(counter, other, THREE)[0].at == NOW
    assert take(counter, other, THREE)[0].at == NOW + THREE.span


def test_turns_that_would_come_too_late_take_nothing_from_anybody(counter: Counter) -> None:
    take(counter, TWO)
    assert refused(counter, TWO, count=2) == Refused(TWO, NOW, NOW + TWO.span)
    assert take(counter, TWO)[0].at == NOW


def test_a_whole_run_that_needs_more_than_a_span_has_is_spread_over_spans(counter: Counter) -> None:
    instants = [turn.at for turn in take(counter, TWO, count=5)]
    assert instants == [NOW, NOW, NOW + TWO.span, NOW + TWO.span, NOW + 2 * TWO.span]


def test_turns_that_are_given_back_are_somebody_elses(counter: Counter) -> None:
    counter.give_back(take(counter, TWO, count=2))
    assert [turn.at for turn in take(counter, TWO, count=2)] == [NOW, NOW]


def test_a_refusal_of_the_server_holds_for_all_until_it_is_over(counter: Counter) -> None:
    (waiting,) = take(counter, HOURLY, now=NOW)
    counter.close(HOURLY, NOW + 600 * SECOND, NOW)
    assert take(counter, HOURLY, now=NOW + SECOND)[0].at == NOW + 600 * SECOND
    assert counter.confirm(waiting, (HOURLY,), NOW + 2 * SECOND) == NOW + 600 * SECOND
    counter.close(HOURLY, NOW + 10 * SECOND, NOW)
    assert refused(counter, HOURLY, now=NOW + 60 * SECOND).last == NOW + 600 * SECOND


def test_a_refusal_that_a_wrong_clock_put_far_ahead_does_not_stop_anybody(counter: Counter) -> None:
    counter.close(TWO, NOW + 400 * DAY, NOW + 399 * DAY)
    assert take(counter, TWO)[0].at == NOW


def test_a_turn_that_is_used_late_counts_from_when_it_is_used(counter: Counter) -> None:
    first, second = take(counter, TWO, count=2)
    assert counter.confirm(first, (TWO,), NOW + 30 * SECOND) == NOW + 30 * SECOND
    assert counter.confirm(second, (TWO,), NOW + 40 * SECOND) == NOW + 40 * SECOND
    assert take(counter, TWO, now=NOW + 50 * SECOND)[0].at == NOW + 30 * SECOND + TWO.span


def test_what_was_counted_under_a_name_belongs_to_the_id_once_that_is_known(counter: Counter) -> None:
    named = Quota("google sheets account name reads", "name", 2, 60, "reads")
    take(counter, named, count=3)
    counter.rename(named, TWO, NOW)
    assert take(counter, TWO)[0].at == NOW + TWO.span
    assert take(counter, TWO)[0].at == NOW + TWO.span
    assert take(counter, named, now=NOW + TWO.span)[0].at == NOW + TWO.span


def test_what_is_left_is_told_with_when_it_refills(counter: Counter) -> None:
    take(counter, HOURLY)
    take(counter, HOURLY, now=NOW + 60 * SECOND)
    (left,) = counter.counts(NOW + 120 * SECOND)
    assert (left.name, left.of, left.used) == ("workspace Acme", 30, 2)
    assert left.more == NOW + 120 * SECOND
    assert left.full == NOW + 60 * SECOND + HOURLY.span
    (left,) = counter.counts(NOW + 4000 * SECOND)
    assert left.used == 0


def test_requests_that_go_out_whatever_is_left_count_too(counter: Counter) -> None:
    counter.note(TWO, NOW)
    counter.note(TWO, NOW)
    assert take(counter, TWO)[0].at == NOW + TWO.span


def test_who_was_refused_goes_before_those_who_come_later(shared: TurnCounter) -> None:
    take(shared, TWO, count=2)
    late = refused(shared, TWO, now=NOW + SECOND, holder="late")
    assert late.first == NOW + TWO.span
    assert refused(shared, TWO, now=NOW + 2 * SECOND, holder="late") == late
    assert take(shared, TWO, now=NOW + 3 * SECOND)[0].at == NOW + TWO.span
    assert take(shared, TWO, now=NOW + 4 * SECOND)[0].at == NOW + 2 * TWO.span
    (turn,) = take(shared, TWO, now=NOW + TWO.span - SECOND, holder="late")
    assert turn.at == NOW + TWO.span


def test_turns_that_are_kept_are_near_enough_for_one_run(shared: TurnCounter) -> None:
    take(shared, TWO)
    found = shared.take(Wish((TWO,), NOW, NOW + 20 * SECOND, 2, "late"))
    assert found == Refused(TWO, NOW, NOW + TWO.span)
    begun = NOW + TWO.span - 10 * SECOND
    turns = shared.take(Wish((TWO,), begun, begun + 20 * SECOND, 2, "late"))
    assert isinstance(turns, list)
    assert [turn.at for turn in turns] == [begun, NOW + TWO.span]


def test_a_turn_that_was_kept_for_nobody_is_forgotten_in_the_end(shared: TurnCounter) -> None:
    take(shared, TWO, count=2)
    refused(shared, TWO, holder="gone")
    later = NOW + DAY
    assert [turn.at for turn in take(shared, TWO, now=later, count=2, holder="gone")] == [later, later]


def test_two_processes_share_one_quota_in_the_order_in_which_they_ask(address: str) -> None:
    with Ledger.open(store_of(address)):
        pass
    processes = [start(address, 40) for _ in range(2)]
    instants = [int(line) for process in processes for line in process.communicate(timeout=60)[0].split()]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(instants) == [NOW + number // 30 * HOURLY.span for number in range(80)]


def test_a_restart_keeps_the_count(address: str) -> None:
    for _ in range(3):
        with Ledger.open(store_of(address)) as ledger:
            take(TurnCounter(ledger), HOURLY, count=10)
    with Ledger.open(store_of(address)) as ledger:
        assert refused(TurnCounter(ledger), HOURLY).last == NOW + HOURLY.span


def test_what_counts_no_more_is_deleted(shared: TurnCounter) -> None:
    for number in range(200):
        take(shared, TWO, now=NOW + number * 2 * TWO.span)
    with shared._ledger.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sheetsync_turns").scalar_one() < 70


@pytest.mark.parametrize("ahead", [3600, 40 * 86_400])
def test_turns_of_a_clock_that_was_set_back_hold_nobody_up(shared: TurnCounter, ahead: int) -> None:
    take(shared, TWO, now=NOW + ahead * SECOND, count=2)
    assert take(shared, TWO)[0].at == NOW
