"""Threads that work through a queue."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

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
        self._tasks: SimpleQueue[Task] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._open = 0

    def submit(self, task: Task) -> None:
        """Queue a task; a thread is made for it unless one is idle or there are enough."""
        with self._lock:
            self._open += 1
            self._grow()
        self._tasks.put(task)

    def lose_one(self) -> None:
        """A thread hangs in its task: make room for another in its place."""
        with self._lock:
            self._size += 1
            self._grow()

    def regain_one(self) -> None:
        """The thread that hung goes on; to be called from it."""
        with self._lock:
            self._size -= 1

    def _grow(self) -> None:
        if self._threads < min(self._size, self._open):
            self._threads += 1
            threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True).start()

    def _work(self) -> None:
        while self._stays():
            task = self._tasks.get()
            try:
                task()
            except Exception as error:  # noqa: BLE001 - a task's mistake must not take the thread along
                self._report(error)
            finally:
                with self._lock:
                    self._open -= 1

    def _stays(self) -> bool:
        with self._lock:
            if self._threads > self._size:
                self._threads -= 1
                return False
            return True
