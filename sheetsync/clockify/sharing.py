"""Equal report requests of the same moment are sent once, and the answer is everybody's.

Equal means: the same account, the same address, the same body byte for byte. The answers are shared objects, and nobody
may change them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sheetsync.deadline import Deadline
from sheetsync.errors import ClockifyError

KEEP_SECONDS = 1.0
"""How long a short answer is kept for runs of the same slot that come a moment later."""
MOST_KEPT = 8
MOST_KEPT_ROWS = 500
"""Longer answers go with the last run that waited for them: many of them would fill the memory."""
LOOK_SECONDS = 1.0
"""How often who waits for another's answer looks whether its own run was told to stop."""

Key = tuple[str, str, bytes]
"""The account, the path, the body."""
Answer = TypeVar("Answer")
"""A body, or a page of a long report that nobody has read yet. Equal requests want the same of the two."""


@dataclass(slots=True, eq=False)
class _Flight:
    """One request on its way, and its answer or its error once it is there."""

    over: threading.Event = field(default_factory=threading.Event)
    answer: Any = None
    error: ClockifyError | None = None


class Sharing:
    """The requests of one process that are on their way. Safe to use from several threads.

    Who asks while an equal request is on its way, or up to KEEP_SECONDS after its answer, gets that answer: what it
    says is as old as the moment at which the first was sent, and not older. A reading that did not add up is not made
    again from what is kept (see `Asking`).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._flights: dict[Key, _Flight] = {}
        self._kept: dict[Key, tuple[float, Any]] = {}
        self._sweeper: threading.Timer | None = None

    def asking(self, deadline: Deadline) -> Asking:
        """For one run."""
        return Asking(self, deadline)

    def ask(self, key: Key, send: Callable[[], Answer], deadline: Deadline) -> Answer:
        """The answer to a request, which `send` sends if nobody has.

        Who waits for another's request is refused with it, as Clockify would refuse again. What may go better the next
        time, or ended the other run alone, such as its deadline, ends nobody else: this one then sends by itself.

        Raises:
            ClockifyError: as `send` does.
            DeadlineError, RunStoppedError: the run's own end came while it waited for another's answer.
        """
        with self._lock:
            answer: Answer | None
            at, answer = self._kept.get(key, (0.0, None))
            if answer is not None and self._clock() - at <= KEEP_SECONDS:
                return answer
            flight = self._flights.get(key)
            if flight is None:
                mine = self._flights[key] = _Flight()
        if flight is None:
            return self._send(key, mine, send)
        while not flight.over.wait(deadline.at_most(LOOK_SECONDS)):
            """Each turn sees whether this run's own end has come."""
        if flight.error is not None:
            raise flight.error
        return flight.answer if flight.answer is not None else send()

    def _send(self, key: Key, flight: _Flight, send: Callable[[], Answer]) -> Answer:
        try:
            answer = flight.answer = send()
        except ClockifyError as error:
            flight.error = None if error.retryable else error
            raise
        finally:
            with self._lock:
                del self._flights[key]
                if _is_short(flight.answer):
                    self._keep(key, flight.answer)
            flight.over.set()
        return answer

    def _keep(self, key: Key, answer: object) -> None:
        self._kept.pop(key, None)
        self._kept[key] = (self._clock(), answer)
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._sweep_later()

    def _sweep_later(self) -> None:
        if self._sweeper is None and self._kept:
            self._sweeper = threading.Timer(KEEP_SECONDS, self._sweep)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _sweep(self) -> None:
        """Let go of what is too old to be given to anybody; an idle process keeps no answers."""
        with self._lock:
            self._sweeper = None
            oldest = self._clock() - KEEP_SECONDS
            self._kept = {key: kept for key, kept in self._kept.items() if kept[0] > oldest}
            self._sweep_later()


class Asking:
    """The requests of one run. What it asks a second time, it wants to hear anew: that is sent, and not shared."""

    def __init__(self, sharing: Sharing, deadline: Deadline) -> None:
        self._sharing = sharing
        self._deadline = deadline
        self._asked: set[Key] = set()
        self._lock = threading.Lock()

    def ask(self, key: Key, send: Callable[[], Answer]) -> Answer:
        """See `Sharing.ask`."""
        with self._lock:
            again = key in self._asked
            self._asked.add(key)
        return send() if again else self._sharing.ask(key, send, self._deadline)


def _is_short(answer: object) -> bool:
    return (
        isinstance(answer, dict)
        and sum(len(part) for part in answer.values() if isinstance(part, list)) <= MOST_KEPT_ROWS
    )
