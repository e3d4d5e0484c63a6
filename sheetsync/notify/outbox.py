"""A queue with a thread of its own, between what happens and those who are told of it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_WAITING = 10_000
"""What waits beyond this is dropped: a service that does not answer must not fill the memory."""


@dataclass(slots=True)
class Outbox(Generic[T]):
    """Hands what is put in to `deliver`, in the order in which it came, together with what comes within `gather`.

    Attributes:
        gather: seconds; 0 hands over each thing alone.
        trouble: told of what `deliver` raises; nothing that goes wrong here comes back to the one who puts in.
    """

    name: str
    deliver: Callable[[Sequence[T]], None]
    trouble: Callable[[str, BaseException | None], None]
    gather: float = 0.0
    _waiting: queue.Queue[T | None] = field(default_factory=lambda: queue.Queue(MOST_WAITING))
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def put(self, thing: T) -> None:
        """Never waits."""
        try:
            self._waiting.put_nowait(thing)
        except queue.Full:
            self.trouble(f"{self.name}: too much waits to be sent; something was left out", None)

    def finish(self) -> None:
        """Deliver what waits, and nothing after it."""
        self._closing.set()
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            # More waits than can be sent while the daemon stops.
            return

    def join(self, seconds: float) -> None:
        """Wait until all is delivered, for at most `seconds`; what then still waits is lost."""
        if self._thread is not None:
            self._thread.join(max(0.0, seconds))

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            things, goes_on = self._with_followers(first)
            try:
                self.deliver(things)
            except Exception as error:  # noqa: BLE001 - one that cannot be told must not keep the others from it
                self.trouble(f"{self.name}: something could not be sent", error)
            if not goes_on:
                return

    def _with_followers(self, first: T) -> tuple[list[T], bool]:
        things, end = [first], time.monotonic() + self.gather
        while self.gather and (left := end - time.monotonic()) > 0:
            try:
                following = self._waiting.get(timeout=0 if self._closing.is_set() else left)
            except queue.Empty:
                break
            if following is None:
                return things, False
            things.append(following)
        return things, True
