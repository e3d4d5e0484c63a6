from __future__ import annotations

from pathlib import Path

from sheetsync import reference

ROOT = Path(__file__).parents[2]


def test_the_documented_columns_are_those_of_the_code() -> None:
    document = (ROOT / reference.TABLES).read_text(encoding="utf-8")
    assert reference.updated(document) == document, "run make docs"


def test_every_command_stands_in_the_readme() -> None:
    from sheetsync.cli import cli

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in cli.commands if f"\nsheetsync {name}" not in readme] == []
