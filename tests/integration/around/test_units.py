"""The units for systemd are accepted by it, and lock the service in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "systemd"
SERVICES = ["sheetsync.service", "sheetsync@.service", "sheetsync-run@.service"]
TENTHS = "13"
"""The highest exposure that is allowed, 1.3 of 10."""

analyze = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(analyze is None, reason="systemd-analyze is not installed")


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    assert analyze is not None
    return subprocess.run([analyze, *arguments], capture_output=True, text=True, check=False, timeout=60)


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES)
def test_the_service_is_locked_in(unit: str) -> None:
    found = analyzed("security", "--offline=true", f"--threshold={TENTHS}", str(FOLDER / unit))
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr


@needs_systemd
@pytest.mark.parametrize("unit", [*SERVICES, "sheetsync-run@.timer"])
def test_systemd_finds_no_mistake(tmp_path: Path, unit: str) -> None:
    for path in FOLDER.iterdir():
        # systemd wants to see the program, which need not be installed here.
        text = path.read_text(encoding="utf-8").replace("/opt/sheetsync/bin/sheetsync", sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    found = analyzed("verify", "--man=no", str(tmp_path / unit))
    assert (found.returncode, found.stderr.strip()) == (0, "")


@pytest.mark.parametrize("unit", SERVICES)
def test_every_restriction_says_why(unit: str) -> None:
    lines = (FOLDER / unit).read_text(encoding="utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("# --- What it may read"))
    before = ""
    for line in lines[begin + 1 :]:
        if line.startswith("["):
            break
        name = line.partition("=")[0]
        goes_on = name.removesuffix("Mode") == before.partition("=")[0]
        assert not line or line.startswith("#") or before.startswith("#") or goes_on, f"{line} does not say why"
        before = line


@pytest.mark.parametrize("unit", SERVICES)
def test_paths_and_credentials_are_those_of_the_installation_guide(unit: str) -> None:
    guide = (FOLDER.parent / "docs/installation.md").read_text(encoding="utf-8")
    for line in (FOLDER / unit).read_text(encoding="utf-8").splitlines():
        if line.startswith("LoadCredential="):
            name, _, path = line.removeprefix("LoadCredential=").partition(":")
            assert f"credential:{name}" in guide
            assert path.replace("/%i/", "/") in guide
