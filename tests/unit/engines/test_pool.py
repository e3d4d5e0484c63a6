"""Threads that work through a queue."""

from __future__ import annotations

import threading

from sheetsync.engines.pool import Pool

SECONDS = 20


def unexpected(error: Exception) -> None:
    raise error


def test_a_task_that_raises_is_reported_and_the_next_one_done() -> None:
    reported: list[Exception] = []
    done = threading.Event()
    pool = Pool(1, "test", reported.append)

    def failing() -> None:
        raise KeyError

    pool.submit(failing)
    pool.submit(done.set)
    assert done.wait(SECONDS)
    assert [type(error) for error in reported] == [KeyError]


def test_there_are_no_more_threads_than_tasks_or_than_the_size() -> None:
    names: set[str] = set()
    both = threading.Barrier(3)
    pool = Pool(2, "test", unexpected)

    def task() -> None:
        names.add(threading.current_thread().name)
        both.wait(SECONDS)

    for _ in range(2):
        pool.submit(task)
    both.wait(SECONDS)
    assert names == {"test-1", "test-2"}


def test_another_thread_takes_the_place_of_one_that_hangs_until_it_comes_back() -> None:
    hangs, back, done = threading.Event(), threading.Event(), threading.Event()
    pool = Pool(1, "test", unexpected)

    def hang() -> None:
        hangs.set()
        assert back.wait(SECONDS)
        pool.regain_one()

    pool.submit(hang)
    assert hangs.wait(SECONDS)
    pool.lose_one()
    pool.submit(done.set)
    assert done.wait(SECONDS)
    back.set()


def test_tasks_that_wait_go_on_when_a_thread_is_lost() -> None:
    hangs, back, done = threading.Event(), threading.Event(), threading.Event()
    pool = Pool(1, "test", unexpected)

    def hang() -> None:
        hangs.set()
        assert back.wait(SECONDS)

    pool.submit(hang)
    assert hangs.wait(SECONDS)
    pool.submit(done.set)
    pool.lose_one()
    assert done.wait(SECONDS)
    back.set()
