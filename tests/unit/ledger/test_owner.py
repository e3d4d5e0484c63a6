"""Whether a process that began a run is still there."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sheetsync.ledger import owner
from sheetsync.ledger.owner import Life, life, this_process

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")
SELF, FOREIGN = os.getpid(), "another:1:1:1:1"


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def as_owner(pid: int, start: str | None = None) -> str:
    """The owner that a process of this machine is."""
    host, _, _, namespace, _ = this_process().rsplit(":", 4)
    status = owner._status(pid)
    assert isinstance(status, list)
    return f"{host}:{pid}:{start or status[owner._START]}:{namespace}:cafe"


def test_this_process_is_alive_and_stays_the_same_owner() -> None:
    assert this_process() == this_process()
    assert life(this_process()) is Life.ALIVE


def test_a_running_process_is_alive(child: subprocess.Popen[bytes]) -> None:
    assert life(as_owner(child.pid)) is Life.ALIVE


def test_a_killed_process_is_dead_before_and_after_its_parent_has_noticed(child: subprocess.Popen[bytes]) -> None:
    name = as_owner(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert life(name) is Life.DEAD
    child.wait()
    assert life(name) is Life.DEAD


def test_a_process_id_that_was_used_again_is_another_owner(child: subprocess.Popen[bytes]) -> None:
    assert life(as_owner(child.pid, start="1")) is Life.DEAD


def test_this_process_before_a_reboot_is_dead() -> None:
    assert life(as_owner(SELF)) is Life.DEAD


def test_nothing_is_known_of_another_machine_or_container() -> None:
    assert life(FOREIGN) is Life.UNKNOWN
    host, pid, start, _, nonce = this_process().rsplit(":", 4)
    assert life(f"{host}:{pid}:{start}:1:{nonce}") is Life.UNKNOWN
    assert life("unreadable") is Life.UNKNOWN
    assert life("a:b:c:d:e") is Life.UNKNOWN


def test_a_process_that_the_system_hides_is_not_taken_for_dead(
    child: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = as_owner(child.pid)
    this_process()
    monkeypatch.setattr(owner, "_namespace", lambda: this_process().rsplit(":", 4)[3])
    monkeypatch.setattr(owner, "_PROC", tmp_path)
    assert life(name) is Life.UNKNOWN
    child.kill()
    child.wait()
    assert life(name) is Life.DEAD


def test_a_forked_child_is_an_owner_of_its_own(child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    parent = this_process()
    monkeypatch.setattr("os.getpid", lambda: child.pid)
    assert this_process().split(":")[1] == str(child.pid)
    assert life(parent) is Life.ALIVE


def test_threads_that_ask_at_the_same_moment_are_the_same_owner() -> None:
    for _ in range(20):
        owner._this_process.cache_clear()
        together = threading.Barrier(8)

        def asked(together: threading.Barrier = together) -> str:
            together.wait()
            return owner.this_process()

        with ThreadPoolExecutor(8) as pool:
            assert len({done.result() for done in [pool.submit(asked) for _ in range(8)]}) == 1
