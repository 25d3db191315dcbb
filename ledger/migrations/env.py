"""What Alembic runs for each command; the connection is handed in by ``ledger.database``."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from ledger.kinds import KINDS

if not KINDS:  # the import is what fills the metadata with the tables
    raise RuntimeError("no kinds of facts are declared")

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
