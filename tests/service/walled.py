"""A role of PostgreSQL that serves: it owns nothing, and row-level security holds it."""

from __future__ import annotations

import secrets

from sqlalchemy import make_url, text

from ledger.database import migrate, open_database, writing
from ledger.wall import let_in


def serving_role(url: str) -> str:
    """Migrate a PostgreSQL database, let a new role serve it, and return its own address."""
    name, password = f"serves_{secrets.token_hex(4)}", secrets.token_hex(8)
    engine = open_database(url)
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'"))
        let_in(connection, name)
    engine.dispose()
    own = make_url(url).set(username=name, password=password)
    return own.render_as_string(hide_password=False)


def gone(url: str, own: str) -> None:
    """Take the role away again: roles are of the server and not of a database."""
    engine = open_database(url)
    name = make_url(own).username
    with writing(engine) as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
    engine.dispose()
