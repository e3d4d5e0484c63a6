"""How the ledger's tables came to be what they are; Alembic runs these when a ledger is opened."""
