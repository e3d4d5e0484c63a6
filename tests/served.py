"""`sheetsync serve` as a process of its own, with its log read line by line."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sheetsync.config import loading
from sheetsync.ledger import Ledger
from sheetsync.schedule.timetable import Rhythms
from tests.bench import Bench

SECONDS = 60
LOOK_SECONDS = 0.05


@dataclass
class Served:
    """The process and what it has said so far: a dict for each line of its log."""

    process: subprocess.Popen[str]
    said: list[dict[str, Any]] = field(default_factory=list)
    _lines: queue.SimpleQueue[str | None] = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, action: str, **wanted: Any) -> dict[str, Any]:
        """Waits for the next line of an action."""
        while (text := self._next(action)) is not None:
            try:
                line: dict[str, Any] = json.loads(text)
            except ValueError:
                line = {"text": text}
            self.said.append(line)
            if line.get("action") == action and wanted.items() <= line.items():
                return line
        raise AssertionError(f"the daemon ended without {action}: {self.said}")

    def _next(self, action: str) -> str | None:
        try:
            return self._lines.get(timeout=SECONDS)
        except queue.Empty:
            raise AssertionError(f"no {action} in {SECONDS} seconds: {self.said}") from None

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self, seconds: float = SECONDS) -> int:
        return self.process.wait(seconds)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line.rstrip())
        self._lines.put(None)


@contextmanager
def served(path: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "sheetsync", "serve", "--config", str(path)]
    environ = {**os.environ, "NO_COLOR": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environ
    ) as process:
        try:
            yield Served(process)
        finally:
            process.kill()


def sheetsync(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Another command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "sheetsync", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )


def eventually(condition: Callable[[], bool]) -> None:
    """Looks until another process has brought a condition about."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(LOOK_SECONDS)


def configured(bench: Bench, *jobs: dict[str, Any]) -> Path:
    """A configuration whose daemon has no page, and logs JSON."""
    bench.settings["serve"] = {"listen": "none", "log_format": "json"}
    return bench.configuration(*jobs)


def away_for(path: Path, away: timedelta) -> None:
    """Makes a ledger that knows the jobs for a while: what they were due since then was missed."""
    config, since = loading.load(path, {}).config, datetime.now(UTC) - away
    with Ledger.open(config.state) as ledger:
        ledger.put("schedules", Rhythms({}).updated(config.jobs, since).write())
