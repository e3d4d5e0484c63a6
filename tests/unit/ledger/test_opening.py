"""Where a ledger can be, and what is said where it cannot."""

from __future__ import annotations

import re
import socket
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from sheetsync.config.model import Store
from sheetsync.config.secrets import Secret
from sheetsync.errors import Side
from sheetsync.ledger import Ledger, LedgerError, LedgerUnavailableError, opening
from sheetsync.ledger.schema import HEAD


def test_a_new_ledger_is_its_users_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "sheetsync" / "state.db"
    with Ledger.open(Store(path)) as ledger:
        ledger.put("key", "value")
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert ledger.place == str(path)


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    with Ledger.open(Store(tmp_path / "state.db")) as ledger:
        ledger.put("key", "before")
        with ledger._writing() as connection:
            connection.exec_driver_sql("UPDATE sheetsync_kept SET value = 'after'")
            assert ledger.get("key") == "before"
        assert ledger.get("key") == "after"


def test_a_path_with_unusual_letters_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a b%20?x=1#é" / "50%.db"
    with Ledger.open(Store(path)) as ledger:
        ledger.ping()
    assert path.exists()


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match=r"state\.db cannot be used") as caught:
        Ledger.open(Store(tmp_path / "file" / "folder" / "state.db"))
    assert caught.value.side is Side.CONFIGURATION
    assert "set state:" in caught.value.todo


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="it is a folder"):
        Ledger.open(Store(tmp_path))


def test_a_place_that_may_not_be_written_to_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(LedgerError, match="may not be written to"):
        Ledger.open(Store(tmp_path / "state.db"))


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_text("a shopping list\n" * 500, encoding="utf-8")
    with pytest.raises(LedgerError, match="not a database") as caught:
        Ledger.open(Store(path))
    assert "move it away" in caught.value.todo
    assert path.read_text(encoding="utf-8").startswith("a shopping list")


def test_a_store_without_a_place_is_told() -> None:
    with pytest.raises(LedgerError, match="no place"):
        Ledger.open(Store())


def test_a_ledger_that_was_deleted_meanwhile_does_not_answer(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Ledger.open(Store(path)) as ledger:
        ledger.ping()
        path.unlink()
        with pytest.raises(LedgerUnavailableError, match="moved or replaced"):
            ledger.ping()


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    with Ledger.open(Store(tmp_path / "state.db")) as ledger:
        with ledger._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(LedgerUnavailableError, match="full") as caught:
            ledger.put("key", "x" * 1_000_000)
        assert caught.value.retryable
        assert caught.value.todo == "Make room on the disk."
        assert ledger.get("key") is None


def test_a_file_that_another_program_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0)
    path = tmp_path / "state.db"
    with Ledger.open(Store(path)) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnavailableError, match="locked"):
            ledger.put("key", "value")
        other.close()


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        address = f"postgresql://ann:kept-quiet@127.0.0.1:{reserved.getsockname()[1]}/ledger"
        with pytest.raises(LedgerUnavailableError) as caught:
            Ledger.open(Store(database=Secret(address)))
    assert "postgresql://ann:***@127.0.0.1" in str(caught.value)
    assert "user and the password in state:" in caught.value.todo
    assert "kept-quiet" not in f"{caught.value!r}{caught.value.__cause__!r}"


@pytest.mark.parametrize("address", ["postgresql://ann:kept-quiet@host:port/ledger", "kept-quiet"])
def test_an_address_that_cannot_be_read_is_told_without_its_password(address: str) -> None:
    with pytest.raises(LedgerError, match="no address of a PostgreSQL") as caught:
        Ledger.open(Store(database=Secret(address)))
    assert caught.value.__cause__ is None
    assert "kept-quiet" not in str(caught.value)


def test_the_newest_migration_is_the_version_that_the_code_expects() -> None:
    scripts = ScriptDirectory(str(opening._MIGRATIONS))
    assert scripts.get_heads() == [HEAD]
    assert all(re.fullmatch(r"\d{4}", script.revision) for script in scripts.walk_revisions())
