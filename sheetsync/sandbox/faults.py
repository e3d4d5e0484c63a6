"""Faults on demand: what goes wrong with the n-th, or every, request that matches."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_DELAY = 600.0
"""Seconds that a fault may hold a request back."""


class Fault(BaseModel):
    """One fault. It counts matching requests from the moment it is set, and strikes `times` of them from the `nth` on.

    Attributes:
        method: HTTP method, upper case; any when absent.
        path: regular expression searched in the path with its query; any when empty.
        nth: the first matching request that is struck, counted from 1.
        times: how many matching requests are struck from there on; None for all.
        when: `before` the request is handled (nothing is done), or `after` it (all is done, the answer is lost).
        answer: name of one of the server's ready-made answers (`GET /sandbox/api/answers` lists them).
        status, body, content_type, headers: an answer made by hand, instead of `answer`.
        delay: seconds to wait before the request is handled, or after it, as `when` says.
        reset: close the connection with a TCP reset instead of answering.
        cut: send only this many bytes of the answer's body under its full Content-Length, then close.
        action: name of one of the server's own actions (listed there too), run before the request is handled.
        argument: what the action takes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str | None = None
    path: str = ""
    nth: int = Field(default=1, ge=1)
    times: int | None = Field(default=1, ge=1)
    when: Literal["before", "after"] = "before"
    answer: str | None = None
    status: int | None = Field(default=None, ge=100, le=599)
    body: str | dict[str, Any] | list[Any] = ""
    content_type: str = "application/json"
    headers: dict[str, str] = {}
    delay: float = Field(default=0, ge=0, le=LONGEST_DELAY)
    reset: bool = False
    cut: int | None = Field(default=None, ge=0)
    action: str | None = None
    argument: Any = None

    def matches(self, method: str, path: str) -> bool:
        return (self.method is None or self.method == method) and re.search(self.path, path) is not None

    @property
    def answers(self) -> bool:
        """Whether the fault puts an answer of its own in the place of the server's."""
        return self.answer is not None or self.status is not None


Action = Callable[[Any], None]


class Faults:
    """The faults that are set on one server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: dict[int, tuple[Fault, int]] = {}
        self._next = 1
        self.latency: float = 0.0

    def add(self, fault: Fault) -> int:
        """Arm a fault; the number returned takes it back."""
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._armed[number] = (fault, 0)
            return number

    def remove(self, number: int) -> bool:
        with self._lock:
            return self._armed.pop(number, None) is not None

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()
            self.latency = 0.0

    def listed(self) -> dict[int, tuple[Fault, int]]:
        """The armed faults by number, each with the count of requests it has matched."""
        with self._lock:
            return dict(self._armed)

    def take(self, method: str, path: str) -> Fault | None:
        """Count the request against every armed fault; the first that strikes is returned."""
        struck: Fault | None = None
        with self._lock:
            for number, (fault, seen) in self._armed.items():
                if not fault.matches(method, path):
                    continue
                self._armed[number] = (fault, seen + 1)
                last = float("inf") if fault.times is None else fault.nth + fault.times - 1
                if struck is None and fault.nth <= seen + 1 <= last:
                    struck = fault
        return struck
