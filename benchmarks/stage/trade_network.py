"""A network of trade of any size, as facts in the form of the ledger's reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from features.graph.trade_graph import KINDS_READ
from ledger.reader import arrow_schema

SEED = 11
DAY = 20_000
"""The day that is measured, 2024-10-04."""

DAY_MICROS = 86_400_000_000
AMONG_SUPPLIERS = 0.1
"""Share of invoices from a supplier to a supplier, so that there are circles to look for."""


@dataclass(frozen=True)
class Size:
    """How large: core enterprises, suppliers, and invoices, each between another pair mostly."""

    buyers: int
    suppliers: int
    invoices: int

    def times(self, growth: int) -> Size:
        """The same, so many times as large."""
        return Size(self.buyers * growth, self.suppliers * growth, self.invoices * growth)


def network_facts(size: Size, among: float = AMONG_SUPPLIERS) -> dict[str, pa.Table]:
    """Facts of every kind that the measures of the graph read.

    Parameters
    ----------
    size : Size
    among : float
        Share of invoices from a supplier to a supplier.
    """
    rng = np.random.default_rng(SEED)
    everyone = size.buyers + size.suppliers
    names = pa.array(
        [f"core-{n:06}" for n in range(size.buyers)]
        + [f"supplier-{n:06}" for n in range(size.suppliers)]
    )
    seller = size.buyers + rng.integers(0, size.suppliers, size.invoices)
    core = (rng.zipf(1.3, size.invoices) - 1) % size.buyers
    supplier = size.buyers + rng.integers(0, size.suppliers, size.invoices)
    buyer = np.where(rng.random(size.invoices) < among, supplier, core)
    seller, buyer = seller[seller != buyer], buyer[seller != buyer]
    issued = DAY - rng.integers(1, 400, len(seller))
    amount = np.exp(rng.normal(13, 1.5, len(seller))).astype(np.int64) + 1
    one = rng.integers(0, everyone, everyone // 20)
    other = (one + rng.integers(1, everyone, len(one))) % everyone
    financed = rng.integers(size.buyers, everyone, size.suppliers // 4)
    ago = np.full(everyone, DAY - 100)
    facts = {kind: arrow_schema(kind).empty_table() for kind in KINDS_READ}
    return facts | {
        "invoice": _told(
            "invoice",
            issued + 1,
            seller=names.take(pa.array(seller)),
            buyer=names.take(pa.array(buyer)),
            issued_on=issued,
            gross_minor=amount,
        ),
        "party_attribute": _told(
            "party_attribute",
            ago,
            party=names,
            attribute="phone",
            value_hash=pa.array([f"{n:064x}" for n in rng.integers(0, everyone, everyone)]),
        ),
        "party_relation": _told(
            "party_relation",
            ago[: len(one)],
            party=names.take(pa.array(one)),
            other=names.take(pa.array(other)),
            relation=pa.array(rng.choice(["shareholder", "common_director"], len(one))),
            share_ppm=rng.integers(1, 1_000_000, len(one)),
        ),
        "source_coverage": pa.concat_tables(
            _told(
                "source_coverage",
                ago,
                party=names,
                source=source,
                checked_at=ago * DAY_MICROS,
                result="NONE_FOUND",
            )
            for source in ("party_relation", "adverse_record")
        ),
        "adverse_record": _told(
            "adverse_record",
            ago[: len(one)],
            party=names.take(pa.array(one)),
            severity=rng.integers(1, 6, len(one)),
            opened_on=ago[: len(one)],
        ),
        "financing": _told(
            "financing",
            np.full(len(financed), DAY - 300),
            supplier=names.take(pa.array(financed)),
            matures_on=np.full(len(financed), DAY - 200),
        ),
        "outcome": _told(
            "outcome",
            np.full(len(financed), DAY - 90),
            financing=_refs("financing", len(financed)),
            defaulted=pa.array(rng.random(len(financed)) < 0.02),
        ),
    }


def _refs(kind: str, count: int) -> pa.Array[Any]:
    return pa.array([f"{kind}-{number}" for number in range(count)])


def _told(kind: str, known: Any, **columns: Any) -> pa.Table:
    """Facts of a kind, known from the beginning of a day on; what isn't named is null."""
    count = len(known)
    own = {
        "ref": _refs(kind, count),
        "seq": np.arange(count),
        "revision": np.zeros(count, np.int64),
        **dict.fromkeys(("happened_at", "known_at", "visible_at"), known * DAY_MICROS),
        **columns,
    }
    arrays = []
    for field in arrow_schema(kind):
        values = own.get(field.name)
        if values is None or isinstance(values, str):
            arrays.append(pa.repeat(pa.scalar(values, field.type), count))
        else:
            arrays.append(pa.array(values).cast(field.type))
    return pa.table(arrays, schema=arrow_schema(kind))
