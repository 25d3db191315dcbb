"""The ledger that a run goes against: the real one, or for a check an empty one in its stead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from ledger.database import has_tables, migrate, open_database, require_tables
from ledger.vault import Vault


@dataclass(frozen=True)
class Target:
    """Against what a run goes.

    Attributes
    ----------
    engine : Engine
        With the tables that this code expects.
    stand_in : bool
        True where it is an empty ledger that is gone afterwards, because there is no real one.
    """

    engine: Engine
    stand_in: bool


@contextmanager
def target_of(url: str, *, check: bool, vault: Vault | None = None) -> Iterator[Target]:
    """The ledger of that URL, made or brought up to date; for a check as it is, or a stand-in.

    Raises
    ------
    WrongDatabaseUrl, DatabaseUnreachable
        Where the URL is wrong, or the database doesn't answer.
    SchemaBehind
        Where the tables are newer than this code, and for a check also where they are older.
    """
    if check and not has_tables(url):
        with TemporaryDirectory(prefix="tricredit-") as folder:
            empty = f"sqlite:///{Path(folder) / 'empty.db'}"
            yield from _opened(empty, vault, stand_in=True)
        return
    yield from _opened(url, vault, as_it_is=check)


def _opened(
    url: str, vault: Vault | None, *, stand_in: bool = False, as_it_is: bool = False
) -> Iterator[Target]:
    engine = open_database(url, vault)
    try:
        if as_it_is:
            require_tables(engine)
        else:
            migrate(engine)
        yield Target(engine, stand_in)
    finally:
        engine.dispose()
