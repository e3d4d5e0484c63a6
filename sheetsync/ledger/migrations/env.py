"""Read by Alembic; the connection, and the transaction around all migrations, are those of `opening`."""

from __future__ import annotations

from alembic import context

from sheetsync.ledger.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
context.run_migrations()
