"""A service with bundles that score along, for tests: who holds which alias, what was written."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from ledger.aliases import Alias, promote
from ledger.audit.signing_keys import PRIVATE, load_private
from ledger.database import reading, writing
from ledger.kinds import table_of
from ledger.principals import DEFAULT_TENANT
from models.bundle import Bundle, save
from service.composition import Composition
from service.settings import Settings
from tests.models.tampering import Pair
from tests.service.crowning import CHECKER, NOW


def settings(engine: Engine, shop: Pair, **more: Any) -> Settings:
    return Settings(
        db=str(engine.url), bundles=str(shop.newer.parent), trust=shop.keys, watch_s=0.05, **more
    )


@contextmanager
def composed(settings: Settings) -> Iterator[Composition]:
    parts = Composition.load(settings)
    try:
        yield parts
    finally:
        parts.close()


def copied(engine: Engine, file: Path) -> str:
    """A copy of a ledger of SQLite as it is now, and its URL."""
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        connection.execute("VACUUM INTO ?", [str(file)])
    return f"sqlite:///{file}"


def ids() -> Callable[[], str]:
    numbers = count()
    return lambda: f"00000000-0000-7000-8000-{next(numbers):012d}"


def give(engine: Engine, alias: Alias, bundle: Path, instead_of: Path | None = None) -> None:
    """Give an alias to a bundle that is registered."""
    seen = None if instead_of is None else instead_of.name
    with writing(engine) as connection:
        promote(connection, CHECKER, alias, bundle.name, instead_of=seen, reason="try", now=NOW)


def resaved(bundle: Bundle, shop: Pair, folder: Path, **other: Any) -> Path:
    """The trees of a bundle under another card, signed as those of the shop."""
    card = bundle.card.model_copy(update={"name": "other", **other})
    texts = [bundle.source.content[one].decode() for one in ("additive.txt", "cross.txt")]
    return save(folder, card, *texts, key=load_private(shop.keys / PRIVATE), version=1)


def rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    """Every row of a table, as it is stored."""
    with reading(engine) as connection:
        columns = table_of(table)
        asked = select(columns).where(columns.c.tenant == DEFAULT_TENANT)
        return [dict(row) for row in connection.execute(asked).mappings()]


def told(engine: Engine) -> list[dict[str, Any]]:
    """What was said along, with its texts read."""
    every = sorted(rows(engine, "shadow_score"), key=lambda row: row["number"])
    return [
        {**row, **{name: json.loads(row[name]) for name in ("features", "reply")}} for row in every
    ]


def until(holds: Callable[[], bool]) -> None:
    """Wait for what must come, a minute at most."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
