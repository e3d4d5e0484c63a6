"""What only a server can do to a ledger."""

from __future__ import annotations

import psycopg
import pytest

from sheetsync.ledger import Ledger, LedgerError, LedgerUnavailableError
from tests.contract.ledger.conftest import Server
from tests.contract.ledger.racers import store_of


def test_a_server_that_was_restarted_is_found_again(postgresql: Server) -> None:
    address = postgresql.new_database()
    with Ledger.open(store_of(address)) as ledger, psycopg.connect(postgresql.address("postgres")) as admin:
        ledger.put("key", "value")
        name = address.rpartition("/")[2]
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        assert ledger.get("key") == "value"
        ledger.ping()


def test_a_database_that_does_not_exist_is_told(postgresql: Server) -> None:
    with pytest.raises(LedgerUnavailableError, match='database "nowhere" does not exist') as caught:
        Ledger.open(store_of(postgresql.address("nowhere")))
    assert "kept-quiet" not in str(caught.value)


def test_an_address_with_the_short_scheme_is_understood(postgresql: Server) -> None:
    short = postgresql.new_database().replace("postgresql://", "postgres://")
    with Ledger.open(store_of(short)) as ledger:
        ledger.ping()


def test_a_user_who_may_not_make_tables_is_told_what_to_do(postgresql: Server) -> None:
    address = postgresql.new_database()
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("CREATE ROLE reader LOGIN")
        admin.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(LedgerError, match="permission denied for schema") as caught:
        Ledger.open(store_of(address.replace("ledger:", "reader:", 1)))
    assert caught.value.todo == "Let the database's user make tables there."
