"""A configuration file to write and load, and the smallest one that is valid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sheetsync.config import Loaded, load
from sheetsync.errors import ConfigurationError

ENVIRON = {"KEY": "k3y-of-the-user", "HOME": "/home/somebody"}
HEAD = """\
version: 1
clockify: {api_key: "${KEY}", workspace: Acme}
jobs:
"""
JOB = """\
  - name: hours
    report: detailed
    target:
      spreadsheet: 1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg
      worksheet: Hours
"""


@dataclass(frozen=True)
class File:
    """A configuration file in a folder of its own."""

    path: Path

    def load(self, text: str, *, secrets: bool = True, **environ: str) -> Loaded:
        self.path.write_text(text, encoding="utf-8")
        return load(self.path, {**ENVIRON, **environ}, secrets=secrets)

    def problems(self, text: str, *, secrets: bool = True, **environ: str) -> list[str]:
        """The mistakes, each as `line:column: message`."""
        with pytest.raises(ConfigurationError) as caught:
            self.load(text, secrets=secrets, **environ)
        return [str(problem).removeprefix(f"{self.path}:").strip() for problem in caught.value.problems]

    def warnings(self, text: str, **environ: Any) -> list[str]:
        return [str(problem).removeprefix(f"{self.path}:") for problem in self.load(text, **environ).warnings]


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "config.yaml")


@pytest.fixture
def job(file: File) -> Callable[..., Loaded]:
    """Loads the smallest file with these lines added to its job."""

    def made(lines: str = "", **environ: Any) -> Loaded:
        return file.load(HEAD + JOB + indented(lines), **environ)

    return made


@pytest.fixture
def job_problems(file: File) -> Callable[..., list[str]]:
    """The mistakes of the smallest file with these lines added to its job, the first of them in line 9."""

    def found(lines: str = "", **environ: Any) -> list[str]:
        return file.problems(HEAD + JOB + indented(lines), **environ)

    return found


def indented(lines: str) -> str:
    return "".join(f"    {line}\n" for line in lines.splitlines())
