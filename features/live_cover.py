"""What stands behind the receivables of a request: guarantees, insurance, collateral; live.

In force and for whom: as ``features.object.claim_promises`` and ``claim_cover`` have it.
"""

from __future__ import annotations

from collections.abc import Collection

from features.circumstances.cover_seen import Guarantor, Insured, Pledged
from features.live_rows import Row, Sight, holds
from ledger.clocks import from_day_number

MILLION = 1_000_000
CREDIT = {"trade_credit", "export_credit"}
AGENCIES = {"internal": 0, "shadow": 2}
"""How much a rating counts, the least first; those of agencies come in between."""


def guarantees_seen(
    sight: Sight, supplier: str, claims: Collection[str], day: int
) -> tuple[Guarantor, ...]:
    """The guarantees in force for a supplier as such or for claims of the request."""
    rows = [
        row
        for row in sight.of("guarantee", "debtor", supplier)
        if (row["receivable"] is None or row["receivable"] in claims) and holds(row, day)
    ]
    sight.cite(*rows)
    return tuple(
        Guarantor(
            ref=row["ref"],
            guarantor=row["guarantor"],
            guarantee=row["guarantee"],
            covered_share=row["share_ppm"] / MILLION,
            cap_minor=row["cap_minor"],
            fee_rate=_share(row["fee_ppm"]),
            pd_12m=_rated(sight, row["guarantor"], day),
        )
        for row in rows
    )


def _rated(sight: Sight, party: str, day: int) -> float | None:
    """Chance of default by the rating in force: the lender's own, an agency's, a shadow one."""
    rows = [
        row
        for row in sight.of("rating", "party", party)
        if row["pd_12m_ppm"] is not None and holds(row, day, "acted_on")
    ]
    best = min(
        rows,
        key=lambda row: (AGENCIES.get(row["agency"], 1), -row["acted_on"], -row["seq"]),
        default=None,
    )
    sight.cite(best)
    return None if best is None else min(max(best["pd_12m_ppm"], 1), MILLION - 1) / MILLION


def insurances_seen(
    sight: Sight, supplier: str, buyer: str, claims: Collection[str], day: int
) -> tuple[Insured, ...]:
    """The credit insurances in force for claims of the request, or for all on the buyer."""
    rows = [
        row
        for row in sight.of("insurance", "insured", supplier)
        if row["insurance"] in CREDIT
        and (row["receivable"] is None or row["receivable"] in claims)
        and row["risk"] in {None, buyer}
        and holds(row, day)
    ]
    sight.cite(*rows)
    return tuple(
        Insured(
            ref=row["ref"],
            insured_share=row["insured_ppm"] / MILLION,
            deductible_share=(row["deductible_ppm"] or 0) / MILLION,
            limit_minor=row["limit_minor"],
            excludes_disputes=row["excludes_disputes"],
        )
        for row in rows
    )


def collaterals_seen(sight: Sight, supplier: str, claims: Collection[str]) -> tuple[Pledged, ...]:
    """What the supplier pledges as such, and what anybody pledges for claims of the request."""
    own = [row for row in sight.of("collateral_item", "owner", supplier) if not row["receivable"]]
    rows = {row["ref"]: row for row in own}
    for claim in claims:
        rows |= {row["ref"]: row for row in sight.of("collateral_item", "receivable", claim)}
    sight.cite(*rows.values())
    return tuple(_pledged(rows[ref]) for ref in sorted(rows))


def _pledged(row: Row) -> Pledged:
    return Pledged(
        ref=row["ref"],
        kind=row["collateral"],
        value_minor=row["value_minor"],
        haircut_share=_share(row["haircut_ppm"]),
        valued_on=None if row["valued_on"] is None else from_day_number(row["valued_on"]),
        commodity=row["price_series"] is not None,
        insured=row["insured"],
        perfected=row["perfected"],
        exclusive=row["exclusive"],
    )


def _share(ppm: int | None) -> float | None:
    return None if ppm is None else ppm / MILLION
