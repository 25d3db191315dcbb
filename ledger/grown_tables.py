"""Tables that a load has made much longer: PostgreSQL is told before anybody asks them.

It plans look-ups by what it knows of a table, and looks again by itself a minute later or more;
till then a book just loaded is taken for empty, and a score may read all of it. SQLite is given its
plans in the statements (``scoring.live_store``).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

MUCH = 500
"""Facts of a kind in one batch from which on its table is looked at again: a sample of it, some
tenths of a second for a large one."""


def look_again(connection: Connection, grown: Mapping[str, int]) -> None:
    """Have PostgreSQL sample the tables of kinds that have grown by many facts.

    Parameters
    ----------
    connection : Connection
        Of the load, which has written them.
    grown : mapping of kind to int
        How many facts of each were written.
    """
    if connection.dialect.name != "postgresql":
        return
    for kind in sorted(name for name, facts in grown.items() if facts >= MUCH):
        connection.execute(text(f"ANALYZE {kind}"))  # the name of one of our tables
