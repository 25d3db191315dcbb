"""A service with bundles that score along, for tests: who holds which alias, what was written."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from ledger.aliases import Alias, promote
from ledger.audit.signing_keys import PRIVATE, load_private
from ledger.database import reading, writing
from ledger.kinds import table_of
from ledger.principals import DEFAULT_TENANT
from models.bundle import Bundle, save
from tests.models.tampering import Pair
from tests.service.crowning import CHECKER, NOW


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
