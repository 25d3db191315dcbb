"""What is odd in a row without being wrong: it is written, and told.

A doubt costs nothing and stops nothing; features may count it, and who sends the rows may look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.identifiers import odd_uscc
from ledger.size_class import CN_2011, chinese_size, industry_row

BALANCE_PPM = 5_000
"""How far assets may be from liabilities and equity, of assets: 0.5 %."""


@dataclass(frozen=True)
class Doubt:
    """Something odd in a row.

    Attributes
    ----------
    field : str
        Where; empty where it is the row as a whole.
    reason : str
        What is odd.
    """

    field: str
    reason: str


def warnings(kind: str, row: Mapping[str, Any]) -> list[Doubt]:
    """What is odd in an accepted row of a kind (its values, by field); empty where nothing is."""
    return list(_LOOKED_AT[kind](row)) if kind in _LOOKED_AT else []


def balance_gap_ppm(row: Mapping[str, Any]) -> int | None:
    """How far a statement is from balance, in ppm of assets; None where a total is missing."""
    totals = [
        row[field] for field in ("total_assets_minor", "total_liabilities_minor", "equity_minor")
    ]
    if None in totals:
        return None
    assets, liabilities, equity = map(int, totals)
    return abs(assets - liabilities - equity) * 1_000_000 // max(assets, 1)


def _party(row: Mapping[str, Any]) -> Iterator[Doubt]:
    odd = None if row["uscc"] is None else odd_uscc(row["uscc"])
    if odd is not None:
        yield Doubt("uscc", odd)
    if row["uscc"] is None and row["country"] == "CN":
        yield Doubt("uscc", "a party in China without its 统一社会信用代码")


def _profile(row: Mapping[str, Any]) -> Iterator[Doubt]:
    if row["size_rule_version"] != CN_2011 or row["industry_scheme"] != "GBT4754-2017":
        return
    found = industry_row(row["industry_code"])
    if found is None:
        return
    size = chinese_size(
        found, row["employees"], row["operating_revenue_minor"], row["total_assets_minor"]
    )
    if size is not None and size != row["size_class"]:
        yield Doubt("size_class", f"the figures make it {size} by {CN_2011}")


def _statement(row: Mapping[str, Any]) -> Iterator[Doubt]:
    gap = balance_gap_ppm(row)
    if gap is not None and gap > BALANCE_PPM:
        yield Doubt("", f"assets differ from liabilities and equity by {gap / 10_000:.2f} %")


_LOOKED_AT: dict[str, Callable[[Mapping[str, Any]], Iterator[Doubt]]] = {
    "party": _party,
    "party_profile": _profile,
    "statement": _statement,
}
