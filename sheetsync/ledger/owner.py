"""Which process runs a run, in words that another process can check.

An owner reads `host:pid:start:namespace:nonce`. `start` is when the process began, in clock ticks since the machine
did (field 22 of /proc/PID/stat, see proc(5)), since process ids are used again; the namespace tells containers of one
host name apart; the nonce tells a process from one that had its id and its start before the machine was started anew.
"""

from __future__ import annotations

import os
import secrets
import socket
from enum import Enum
from functools import lru_cache
from pathlib import Path

_PROC = Path("/proc")
_AFTER_NAME = 2
_START = 22 - 1 - _AFTER_NAME
# Made once: threads that ask at the same moment have to get the same owner.
_NONCE = secrets.token_hex(4)
_ENDED = frozenset({"Z", "X"})


class Life(Enum):
    """What is known of a process. Of another host's, or one that the system hides, nothing is."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


def this_process() -> str:
    """The owner that this process is."""
    return _this_process(os.getpid())


@lru_cache(maxsize=1)
def _this_process(pid: int) -> str:
    # Asked for by process id, so that a forked child is an owner of its own.
    status = _status(pid)
    start = status[_START] if isinstance(status, list) else "0"
    return f"{socket.gethostname()}:{pid}:{start}:{_namespace()}:{_NONCE}"


def life(owner: str) -> Life:
    """Whether the process is there still, as far as this one can see."""
    mine = this_process()
    if owner == mine:
        return Life.ALIVE
    try:
        host, pid, start, namespace, _ = owner.rsplit(":", 4)
        number = int(pid)
    except ValueError:
        return Life.UNKNOWN
    if [host, namespace] != [mine.rsplit(":", 4)[0], mine.rsplit(":", 4)[3]]:
        return Life.UNKNOWN
    return Life.DEAD if number == os.getpid() else _life_here(number, start)


def _life_here(pid: int, start: str) -> Life:
    status = _status(pid)
    if not isinstance(status, list):
        return status
    return Life.DEAD if status[0] in _ENDED or status[_START] != start else Life.ALIVE


def _status(pid: int) -> list[str] | Life:
    """The fields of /proc/PID/stat from the third on, or what is known without them."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return _signalled(pid)
    # The second field, the program's name, may hold blanks and brackets.
    return text.rpartition(")")[2].split()


def _signalled(pid: int) -> Life:
    """What is known of a process that /proc does not show: a unit with ProtectProc= sees its own user's alone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return Life.DEAD
    except OSError:
        return Life.UNKNOWN
    return Life.UNKNOWN


def _namespace() -> int:
    try:
        return (_PROC / "self/ns/pid").stat().st_ino
    except OSError:
        return 0
