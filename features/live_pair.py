"""What links supplier and buyer, how their claims went, and what the book has out on them; live.

How claims went is history, to the day before, as the features of the request have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.party_seen import PairSeen, Used
from features.live_context import Context
from features.live_links import Links
from features.live_rows import Row
from features.sources import Source
from features.views import start_micros

OF_PAIR = (
    "buyer_claims_due",
    "supplier_related_share",
    "pair_dilution_rate",
    "supplier_dilution_spike",
    "buyer_delay_p75",
    "pair_open_minor",
    "pair_past_due_minor",
    "pair_unnamed_minor",
)
"""Features and measures of history that are repeated here."""


def pair_seen(
    context: Context,
    links: Links,
    measured: Mapping[str, float],
    claims: Iterable[AskedClaim],
    *,
    link_disclosed: bool | None,
) -> PairSeen:
    """What links the two, and the history of their claims."""
    linked = links.linked(context.supplier, context.buyer)
    known = {name: None if isnan(measured[name]) else measured[name] for name in OF_PAIR}
    # payments that name no claim pay the oldest ones first
    unnamed = int(known["pair_unnamed_minor"] or 0)
    opened, aged = (int(known[f"pair_{name}_minor"] or 0) for name in ("open", "past_due"))
    return PairSeen(
        linked=True if linked else (False if context.has_told(Source.KINSHIP) else None),
        link_disclosed=link_disclosed,
        related_share=known["supplier_related_share"],
        claims_known=int(known["buyer_claims_due"] or 0),
        dilution_share=known["pair_dilution_rate"],
        peak_dilution_share=known["supplier_dilution_spike"],
        delay_p75_days=known["buyer_delay_p75"],
        open_minor=max(0, opened - unnamed) + _new_minor(context, claims),
        past_due_minor=max(0, aged - unnamed),
    )


def _new_minor(context: Context, claims: Iterable[AskedClaim]) -> int:
    """Face of the claims asked for that history, which ends with the day before, hasn't yet."""
    began = start_micros(context.day, context.time_zone.key)
    rows = context.sight.facts["receivable"]
    return sum(
        claim.face_minor or 0
        for claim in claims
        if not (claim.settled or claim.of_others)
        and min(row["visible_at"] for row in rows.revisions(claim.ref)) >= began
    )


def used_seen(context: Context, links: Links) -> Used:
    """What is out and reserved.

    Its evidence names the supplier's financings; of those on the buyer and its group there may be
    any number.
    """
    sight, lent, at = context.sight, context.lent, context.sight.through
    group = links.group(context.buyer)
    ours = sight.of("financing", "supplier", context.supplier)
    ours = [row for row in ours if row["lender"] is None]
    for row in ours:
        if lent.out(row, at) > 0:
            sight.cite(*lent.behind(row, at))
    return Used(
        supplier_minor=lent.of_book("supplier", context.supplier, at)
        + lent.held_for(context.supplier, at),
        buyer_minor=lent.of_book("buyer", context.buyer, at) + lent.held_on([context.buyer], at),
        group_minor=sum(lent.of_book("buyer", one, at) for one in group) + lent.held_on(group, at),
        supplier_elsewhere_minor=_elsewhere(context, ours),
    )


def _elsewhere(context: Context, ours: Sequence[Row]) -> int | None:
    """What the bureau's last summary tells beyond what this book had out at the end of its day."""
    told = [
        row
        for row in context.sight.of("bureau_summary", "party", context.supplier)
        if row["outstanding_minor"] is not None and row["reported_on"] <= context.day
    ]
    last = max(told, key=lambda row: (row["reported_on"], row["seq"]), default=None)
    if last is None:
        return None
    context.sight.cite(last)
    ended = start_micros(last["reported_on"] + 1, context.time_zone.key) - 1
    own = sum(context.lent.out(row, min(context.sight.through, ended)) for row in ours)
    return max(0, int(last["outstanding_minor"]) - own)
