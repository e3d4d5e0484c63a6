"""Where the ledger is: a database's engine, ready to be used, its tables those of this version."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sheetsync.config.model import Store
from sheetsync.config.secrets import Secret
from sheetsync.ledger.errors import LedgerError, LedgerUnavailableError
from sheetsync.ledger.schema import HEAD, VERSION_TABLE

BUSY_SECONDS = 30
"""How long a writer waits for the writers of other processes."""
CONNECT_SECONDS = 10
WRITES = {"sheetsync_writes": True}
"""The execution options of a transaction that writes."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_033_851_106
"""Any number that no other program takes for a PostgreSQL advisory lock."""
_ELSEWHERE = "or set state: to a place that it may write to."


def open_engine(store: Store) -> Engine:
    """The engine of a store, its tables migrated.

    Raises:
        LedgerError: the place cannot be used.
        LedgerUnavailableError: the database does not answer.
    """
    if store.database is not None:
        engine = _postgresql(store.database)
    elif store.path is not None:
        engine = _sqlite(store.path)
    else:
        raise LedgerError("there is no place for the ledger.", "Set state: to a file's path.")
    try:
        with explained(engine):
            _migrate(engine)
    except LedgerError:
        engine.dispose()
        raise
    return engine


def place_of(engine: Engine) -> str:
    """The ledger's place for people; without a password."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=True)


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """What a database refuses or fails at becomes an error that says what to do.

    Raises:
        LedgerUnavailableError: instead of the database's own error.
    """
    try:
        yield
    except DBAPIError as error:
        told = " ".join(str(error.orig).split()).rstrip(".")
        raise LedgerUnavailableError(f"the ledger {place_of(engine)} failed: {told}.", _todo(engine, told)) from error
    except PoolTimeoutError as error:
        raise LedgerUnavailableError(f"the ledger {place_of(engine)} has too many users in this process.") from error


def _todo(engine: Engine, told: str) -> str:
    todos = {
        "not a database": "The file is something else, or damaged: move it away, and sheetsync begins a new one.",
        "malformed": "The file is damaged: move it away, and sheetsync begins a new one.",
        "full": "Make room on the disk.",
        "readonly": f"Let the user that sheetsync runs as write to the file and its folder, {_ELSEWHERE}",
        "unable to open": f"Let the user that sheetsync runs as write to the file and its folder, {_ELSEWHERE}",
        "locked": "Another program holds the file for long: see that no one has it open in an editor for databases.",
        "permission denied for schema": "Let the database's user make tables there.",
    }
    found = next((todo for words, todo in todos.items() if words in told), "")
    if found or engine.dialect.name == "sqlite":
        return found
    return "See that PostgreSQL runs, and that the address, the user and the password in state: are right."


def _sqlite(path: Path) -> Engine:
    _make_file(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)), hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _make_file(path: Path) -> None:
    """The file, readable by its user alone, and its folders.

    Raises:
        LedgerError: it cannot be made or written to.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file that is there is not opened: closing it would drop the locks that SQLite has on it in this process.
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)):
            raise PermissionError(13, "it may not be written to, or its folder may not")
    except OSError as error:
        todo = f"Let the user that sheetsync runs as write to {path.parent}, {_ELSEWHERE}"
        raise LedgerError(f"the ledger {path} cannot be used: {error.strerror}.", todo) from error


def _prepare(connection: Any, _record: object) -> None:
    # sqlite3 would begin transactions by itself, and as readers, which cannot always become writers later.
    connection.isolation_level = None
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    # In a power cut the last moments' records may go, never the file; their slots are then caught up.
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sheetsync_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(address: Secret) -> Engine:
    try:
        url = make_url(address.reveal()).set(drivername="postgresql+psycopg")
        return create_engine(
            url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS}
        )
    except (ArgumentError, ValueError):
        # Without the cause, which shows the address and so the password.
        todo = "Write postgresql://user:password@host/database."
        raise LedgerError("state: is no address of a PostgreSQL database.", todo) from None
    except ModuleNotFoundError as error:
        todo = "Install it: pip install 'sheetsync[postgresql]'."
        raise LedgerError("the driver for PostgreSQL, psycopg, is not installed.", todo) from error


def _migrate(engine: Engine) -> None:
    """Bring the tables to this version, in one transaction: a kill leaves them as they were.

    Raises:
        LedgerError: a newer sheetsync made them.
    """
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        found = _version(connection)
        if found > HEAD:
            raise LedgerError(
                f"the ledger {place_of(engine)} was last used by a newer sheetsync.",
                "Install that version again, or set state: to a new place.",
            )
        if found != HEAD:
            _upgrade(connection)


def _upgrade(connection: Connection, to: str = HEAD) -> None:
    # Needed once per version, and slow to import.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _version(connection: Connection) -> str:
    """The newest migration that the tables have had; empty before the first."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or ""  # noqa: S608 - a constant
