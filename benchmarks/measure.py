"""What a program costs: run as a child, its processor time and memory as the kernel tells them, its requests as the
sandbox's journal counts them.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SHEETSYNC = str(Path(sys.executable).with_name("sheetsync"))
LONGEST_SECONDS = 900.0
MOST_MEMORY = 8 << 30
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Calls:
    """Requests by the servers' count.

    Attributes:
        refused: answers with 429, whichever side.
        sent: bytes of bodies sent to Google Sheets, received: bytes of its and Clockify's answers.
        served: seconds that the servers worked, latency included.
        first: when the first of them came, in seconds since 1970.
    """

    clockify: int = 0
    reads: int = 0
    writes: int = 0
    tokens: int = 0
    refused: int = 0
    sent: int = 0
    received: int = 0
    served: float = 0.0
    first: float = 0.0

    @property
    def google(self) -> int:
        return self.reads + self.writes + self.tokens

    @classmethod
    def of(cls, journal: Sequence[dict[str, Any]]) -> Calls:
        google = [line for line in journal if line["side"] == "google"]
        kinds = [line["access"] for line in google]
        return cls(
            clockify=len(journal) - len(google),
            reads=kinds.count("read"),
            writes=kinds.count("write"),
            tokens=kinds.count("token"),
            refused=sum(line["status"] == 429 for line in journal),
            sent=sum(line["size"] for line in google if line["access"] in {"read", "write"}),
            received=sum(line["answered"] for line in journal),
            served=sum(line["seconds"] for line in journal),
            first=min((line["at"] for line in journal), default=0.0),
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: seconds of wall and processor (user and system), peak memory in MB. `failure` if it failed.

    `start` is how many seconds of the wall time were over when the first request came.
    """

    wall: float
    cpu: float
    memory: float
    calls: Calls = Calls()
    failure: str = ""
    out: str = ""
    start: float = 0.0


class Servers:
    """The sandbox in its own process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.address: dict[str, str] = self.ask("address")

    def ask(self, what: str, **more: Any) -> Any:
        """Tell the servers to do something, and wait for their answer."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the servers have no pipes")
        self._process.stdin.write(json.dumps({"do": what, **more}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the servers ended at {what!r}")
        return json.loads(line)

    @property
    def memory(self) -> float:
        """The most memory that the servers had so far, in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


@contextmanager
def servers(entries: int, plan: str = "paid") -> Iterator[Servers]:
    command = [sys.executable, str(HERE / "servers.py"), str(entries), plan]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Servers(process)
        if process.stdin is not None:
            process.stdin.close()


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's own, and no way out of the machine."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return {**kept, "HOME": str(folder), "HTTPS_PROXY": NOWHERE, "HTTP_PROXY": NOWHERE, "NO_PROXY": "127.0.0.1"}


def child(command: Sequence[str], folder: Path) -> Cost:
    """Run a program to its end; its output is kept, its errors' last line is the failure."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=environment(folder))
        # A table that a program cannot hold must not take the machine with it.
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        limit = threading.Timer(LONGEST_SECONDS, process.kill)
        limit.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        limit.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        said = err.read().decode(errors="replace").strip().splitlines()
        failure = "" if process.returncode == 0 else (said[-1] if said else f"exit status {process.returncode}")
        text = out.read().decode(errors="replace")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, failure=failure, out=text)


def measured(servers: Servers, command: Sequence[str], folder: Path) -> Cost:
    """One run, with the requests that it sent."""
    servers.ask("forget")
    began = time.time()
    cost = child(command, folder)
    calls = Calls.of(servers.ask("journal"))
    return replace(cost, calls=calls, start=max(0.0, calls.first - began))


def typical(run: Callable[[], Cost], times: int) -> Cost:
    """The run with the median wall time of several; the first that fails ends it."""
    return _middle(_several(run, times), lambda cost: cost.wall)


def median(run: Callable[[], Cost], times: int) -> Cost:
    """The run with the median processor time of several, with the median wall time; the first that fails ends it."""
    found = _several(run, times)
    return replace(_middle(found, lambda cost: cost.cpu), wall=_middle(found, lambda cost: cost.wall).wall)


def _several(run: Callable[[], Cost], times: int) -> list[Cost]:
    """So many runs, or the first that fails alone."""
    found: list[Cost] = []
    for _ in range(times):
        found.append(run())
        if found[-1].failure:
            return found[-1:]
    return found


def _middle(found: Sequence[Cost], figure: Callable[[Cost], float]) -> Cost:
    return sorted(found, key=figure)[(len(found) - 1) // 2]
