"""Threads that work through a queue."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

Task = Callable[[], None]


class Pool:
    """Runs tasks on up to `size` threads, in the order in which they came.

    The standard library's pool waits for its threads when the program ends, and so for a connection that hangs. These
    threads end with the program. `report` is told of a task that raises.
    """

    def __init__(self, size: int, name: str, report: Callable[[Exception], None]) -> None:
        self._size = size
        self._name = name
        self._report = report
        self._tasks: deque[Task] = deque()
        self._changed = threading.Condition()
        self._threads = 0
        self._idle = 0
        self._made = 0

    def submit(self, task: Task) -> None:
        """Queue a task; a thread is made for it unless one is idle or there are enough."""
        with self._changed:
            self._tasks.append(task)
            self._grow()

    def lose_one(self) -> None:
        """A thread hangs in its task, or waits for other tasks: make room for another in its place."""
        with self._changed:
            self._size += 1
            self._grow()

    def regain_one(self) -> None:
        """That thread goes on; to be called from it. The next thread that has nothing to do ends."""
        with self._changed:
            self._size -= 1
            self._changed.notify()

    def close(self) -> None:
        """Nothing more is to be done: threads end as soon as they have nothing to do."""
        with self._changed:
            self._size = 0
            self._tasks.clear()
            self._changed.notify_all()

    def _grow(self) -> None:
        if self._idle:
            self._changed.notify()
        if self._threads < self._size and len(self._tasks) > self._idle:
            self._threads += 1
            self._made += 1
            threading.Thread(target=self._work, name=f"{self._name}-{self._made}", daemon=True).start()

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task()
            except Exception as error:  # noqa: BLE001 - a task's mistake must not take the thread along
                self._report(error)

    def _next(self) -> Task | None:
        """The next task; None when there are more threads than there should be."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._tasks or self._threads > self._size)
            self._idle -= 1
            if self._threads > self._size:
                self._threads -= 1
                if self._tasks:
                    self._changed.notify()
                return None
            return self._tasks.popleft()
