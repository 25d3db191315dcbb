"""All that the ledger gets to see of a world, kind by kind and shard by shard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from simulator.arrays import Flags, Ints
from simulator.observation.accounts import statement_sheets
from simulator.observation.bureau import bureau_sheets
from simulator.observation.companies import party_sheets
from simulator.observation.disclosures import disclosure_sheets
from simulator.observation.documents import (
    contract_sheets,
    happened_upstream,
    invoice_sheets,
    platform_sheets,
    upstream_sheets,
)
from simulator.observation.filings import report_sheets, tax_sheets
from simulator.observation.financings import financing_sheets, request_sheets
from simulator.observation.kinship import relation_sheets
from simulator.observation.market_prices import price_sheets
from simulator.observation.pledged_goods import (
    collateral_sheets,
    goods_insurance_sheets,
    receipt_sheets,
    right_sheets,
)
from simulator.observation.promises import guarantee_sheets, insurance_sheets
from simulator.observation.public_records import record_sheets
from simulator.observation.ratings import rating_sheets
from simulator.observation.registry_entries import registry_sheets
from simulator.observation.rings import ring_sheets
from simulator.observation.settlements import claim_sheets, upstream_payment_sheets
from simulator.observation.sources_asked import consent_sheets, coverage_sheets
from simulator.observation.view import SHARD_SUPPLIERS, THEN, Sheets, View
from simulator.world import World

ABOUT_PARTIES: tuple[Callable[[View], Sheets], ...] = (
    party_sheets,
    relation_sheets,
    coverage_sheets,
    consent_sheets,
    report_sheets,
    statement_sheets,
    tax_sheets,
    rating_sheets,
    record_sheets,
    disclosure_sheets,
    bureau_sheets,
    price_sheets,
    contract_sheets,
)
"""Before trade: who there is, how they stand, and what they agreed on."""

ABOUT_MONEY: tuple[Callable[[View], Sheets], ...] = (
    ring_sheets,
    receipt_sheets,
    right_sheets,
    collateral_sheets,
    guarantee_sheets,
    goods_insurance_sheets,
    insurance_sheets,
    request_sheets,
    financing_sheets,
    registry_sheets,
)
"""After it: what covers claims, what was asked for and lent."""


def observed(world: World) -> Sheets:
    """Yield the facts of a world as Arrow tables in the ledger's form.

    A kind comes in several tables; what is named comes before what names it. What is known by the
    first instant of the last day is told, and nothing else.
    """
    view = View(world)
    for sheets in ABOUT_PARTIES:
        yield from sheets(view)
    core, upstream = world.chain.core, world.chain.upstream
    for shard, place in enumerate(_shards(core.seller, world.story.happened)):
        yield from invoice_sheets(view, place)
        yield from platform_sheets(view, place, shard)
        yield from claim_sheets(view, place)
    for place in _shards(upstream.seller, happened_upstream(view)):
        yield from upstream_sheets(view, place)
        yield from upstream_payment_sheets(view, place)
    for sheets in ABOUT_MONEY:
        yield from sheets(view)


def rows_of(world: World) -> dict[str, list[dict[str, Any]]]:
    """The facts of a small world as plain rows by kind, without the corrections."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for kind, table in observed(world):
        if not kind.endswith(THEN):
            rows.setdefault(kind, []).extend(table.to_pylist())
    return rows


def _shards(seller: Ints, happened: Flags) -> Iterator[Ints]:
    """Places of the invoices that happened, for some suppliers at a time."""
    place = np.flatnonzero(happened)
    shard = seller[place] // SHARD_SUPPLIERS
    order = np.argsort(shard, kind="stable")
    edges = np.flatnonzero(np.diff(shard[order])) + 1
    yield from np.split(place[order], edges)
