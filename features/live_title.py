"""Who else has a right in a claim: registrations, searches, financings of the same invoice; live.

Registrations overlap as in ``features.object.claim_rank``; what is financed already is told there,
in ``dup_soft``, of claims that are merely alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from features.circumstances.claim_seen import Overlap
from features.live_financed import financings_of
from features.live_papers import Papers
from features.live_rows import Row, Sight
from ledger.clocks import day_of, from_micros

TITLES = {"assignment", "pledge", "factoring", "other"}
CLOSEST: tuple[Overlap, ...] = ("none", "floating", "description", "exact")


def registry_seen(
    sight: Sight,
    claim: Row,
    papers: Papers,
    parties: tuple[str, str],
    *,
    day: int,
    time_zone: ZoneInfo,
    told: bool,
) -> dict[str, Any]:
    """Overlap with earlier registrations of others, one's own, and the last search.

    Parameters
    ----------
    parties : (supplier, buyer)
        The request's.
    told : bool
        The registry has told of the supplier.
    """
    supplier, buyer = parties
    standing = [row for row in sight.of("registration", "debtor", supplier) if in_force(row, day)]
    standing = [row for row in standing if row["registered_at"] <= sight.through]
    own = [row for row in standing if row["receivable"] == claim["ref"]]
    first = min((row["registered_at"] for row in own), default=None)
    found: list[Overlap] = []
    for row in standing:
        if row["receivable"] is None and (first is None or row["registered_at"] < first):
            overlap = overlap_of(row, papers, buyer)
            if overlap != "none":
                found.append(overlap)
                sight.cite(row)
    searches = _searches(sight, claim["ref"], supplier)
    last = max(searches, key=_when, default=None)
    mine = [row for row in searches if row["receivable"] == claim["ref"]]
    said = max(mine, key=_when, default=None)
    if said is not None and said["overlap"] is not None:
        found.append(said["overlap"])
    sight.cite(*own, last, said)
    asked = told or bool(searches)
    return {
        "earlier_overlap": max(found or ["none"], key=CLOSEST.index) if found or asked else None,
        "registered": True if own else (False if asked else None),
        "searched_on": None if last is None else day_of(from_micros(_when(last)[0]), time_zone),
    }


def in_force(row: Row, day: int) -> bool:
    """Whether a registration of a right in claims stands on a day."""
    ends = (row["ended_on"], row["expires_on"])
    return row["business"] in TITLES and all(end is None or end > day for end in ends)


def overlap_of(row: Row, papers: Papers, buyer: str) -> Overlap:
    """How closely a registration for another overlaps with a claim, by what it names."""
    if row["invoice_number"] is not None:
        return (
            "exact"
            if row["invoice_number"] in {one["number"] for one in papers.invoices}
            else "none"
        )
    if row["contract_number"] is not None:
        named = papers.contract is not None and papers.contract["number"] == row["contract_number"]
        return "description" if named else "none"
    return "floating" if row["buyer"] in {None, buyer} else "none"


def _searches(sight: Sight, receivable: str, supplier: str) -> list[Row]:
    """Searches made for a claim, and those for its supplier as such."""
    as_such = sight.of("registry_search", "searched", supplier)
    return [
        *sight.of("registry_search", "receivable", receivable),
        *(row for row in as_such if row["receivable"] is None),
    ]


def _when(row: Row) -> tuple[int, int]:
    return row["happened_at"], row["seq"]


def duplicates_of(sight: Sight, claim: Row, papers: Papers) -> tuple[str, ...]:
    """Other receivables over an invoice of this one that are financed or assigned.

    Parts of one invoice that together are not more than it are no duplicates.
    """
    found: set[str] = set()
    for canonical_hash in papers.hashes:
        twins = sight.of("invoice", "canonical_hash", canonical_hash)
        for twin in twins:
            for link in sight.of("receivable_invoice", "invoice", twin["ref"]):
                other = link["receivable"]
                if other == claim["ref"] or _parts_fit(papers.links, link, twin, twins):
                    continue
                financed = [row for pair in financings_of(sight, other) for row in pair]
                taken = [*financed, *sight.of("assignment", "receivable", other)]
                if taken:
                    found.add(other)
                    sight.cite(link, twin, *taken)
    return tuple(sorted(found))


def _parts_fit(own: Sequence[Row], other: Row, twin: Row, twins: Sequence[Row]) -> bool:
    refs = {row["ref"] for row in twins}
    amounts = [row["amount_minor"] for row in (*own, other) if row["invoice"] in refs]
    known = [amount for amount in amounts if amount is not None]
    return len(known) == len(amounts) and sum(known) <= int(twin["gross_minor"])
