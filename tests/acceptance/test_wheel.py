"""What users install: a wheel that holds all that it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_works_from_an_empty_directory(tmp_path: Path) -> None:
    built, unpacked, empty = tmp_path / "built", tmp_path / "unpacked", tmp_path / "empty"
    empty.mkdir()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
        names = archive.namelist()
    assert "sheetsync/py.typed" in names
    assert any("licenses/LICENSE" in name for name in names)
    code = "import sheetsync, sys; sys.stderr.write(sheetsync.__file__); from sheetsync.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "demo", "--exit"],
        cwd=empty,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert str(unpacked) in done.stderr
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("succeeded") == 4
