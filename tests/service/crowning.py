"""Bundles registered and made champion, by two people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from ledger.aliases import promote
from ledger.audit.signing_keys import load_trusted
from ledger.database import writing
from ledger.principals import OWNER, ROLES, Principal
from scoring.model_registry import register_bundle
from tests.ledger.lenders import signer, trusted
from tests.models.tampering import Pair

NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)
MAKER, CHECKER = (signer(Principal(OWNER.tenant, name, ROLES)) for name in ("maker", "checker"))


def take(engine: Engine, shop: Pair, bundle: Path) -> None:
    keys = {**load_trusted(shop.keys), **trusted(MAKER)}
    register_bundle(engine, MAKER, bundle, NOW, trust=keys)


def crown(engine: Engine, bundle: Path, instead_of: Path | None = None) -> None:
    seen = None if instead_of is None else instead_of.name
    with writing(engine) as connection:
        promote(
            connection, CHECKER, "champion", bundle.name, instead_of=seen, reason="best", now=NOW
        )
