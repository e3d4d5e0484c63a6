"""`sheetsync` in processes that begin at once: a server that has it loaded, and forks for each command.

It reads a line of JSON for each command, [arguments, file for what is printed, constants], and writes two: the id of
the process as soon as there is one, and how it ended. A process is a real one, and can be killed like any other.
"""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sheetsync.__main__ import main
from tests.drawing import load_modules

ROOT = Path(__file__).parent.parent


class Forks:
    """The server, as tests use it. One command at a time."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.forking"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
        )

    def begin(self, arguments: Sequence[str], output: Path, constants: Mapping[str, int]) -> int:
        """Begin a command, with some of the program's constants changed; its process id."""
        assert self._server.stdin is not None
        self._server.stdin.write(json.dumps([list(arguments), str(output), dict(constants)]) + "\n")
        self._server.stdin.flush()
        return self._told()

    def end(self) -> int:
        """Wait for the end of the command that was begun; its exit status, or the signal that ended it, negative."""
        return self._told()

    def close(self) -> None:
        self._server.kill()
        self._server.communicate()

    def _told(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())


def _command(arguments: Sequence[str], output: str, constants: Mapping[str, int]) -> int:
    for name, value in constants.items():
        module, _, constant = name.rpartition(".")
        setattr(pkgutil.resolve_name(module), constant, value)
    with Path(output).open("w", encoding="utf-8") as sys.stdout:
        sys.stderr, sys.argv = sys.stdout, ["sheetsync", *arguments]
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0


def _serve() -> None:
    load_modules()
    for line in sys.stdin:
        arguments, output, constants = json.loads(line)
        child = os.fork()
        if not child:
            status = 70
            try:
                status = _command(arguments, output, constants)
            finally:
                os._exit(status)
        print(child, flush=True)  # noqa: T201 - it is what the tests read
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 - same


if __name__ == "__main__":
    _serve()
