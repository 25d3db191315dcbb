"""Units of work for the committer, and what they did."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from ledger.committing import Committer
from ledger.database import reading
from ledger.loads import Receipt
from ledger.principals import OWNER, Principal
from ledger.writer import append
from tests.ledger.made_rows import NOW, party

Work = Callable[[Connection], Any]


def parties(*refs: str, principal: Principal = OWNER) -> Callable[[Connection], Receipt]:
    """A unit of work that appends parties."""
    return partial(
        append,
        principal=principal,
        rows={"party": [party(ref) for ref in refs]},
        source_system="test",
        historical=True,
        recorded_at=NOW,
    )


def written(engine: Engine) -> list[tuple[str, int, str]]:
    asked = text("SELECT tenant, seq, ref FROM party ORDER BY tenant, seq")
    with reading(engine) as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(asked)]


@contextmanager
def held(committer: Committer, tenant: str = "default") -> Iterator[None]:
    """Keep the committer busy with one unit, so that what is handed in meanwhile gathers."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        begun.set()
        go_on.wait(60)

    first = committer.submit(wait, tenant)
    begun.wait(60)
    try:
        yield
    finally:
        go_on.set()
        first.result()


@contextmanager
def counted(engine: Engine, name: str) -> Iterator[list[str]]:
    """What happens to the transactions of an engine, in order: ``begin``, ``commit``."""
    seen: list[str] = []

    def note(_connection: Connection) -> None:
        seen.append(name)

    event.listen(engine, name, note)
    try:
        yield seen
    finally:
        event.remove(engine, name, note)
