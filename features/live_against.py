"""What stands against a claim: disputes, and what the buyer may set off or holds back; live."""

from __future__ import annotations

from collections.abc import Sequence

from features.live_context import Context
from features.live_papers import Papers
from features.live_rows import Row
from features.sources import Source

KEPT_DAYS = 365
"""What the buyer kept back or set off counts for so long, as in ``setoff_ratio``."""

NOT_DUE_DAYS = 90
"""An invoice that says no due date is not yet due for so long, as there."""


def disputed(context: Context, ref: str, papers: Papers) -> int | None:
    """What is in dispute of a claim or its invoices, as ``open_dispute_share`` has it."""
    sight, day = context.sight, context.day
    found = {row["ref"]: row for row in sight.of("dispute", "receivable", ref)}
    for invoice in papers.invoices:
        found |= {
            row["ref"]: row
            for row in sight.of("dispute", "invoice", invoice["ref"])
            if row["receivable"] is None
        }
    still = [
        row
        for row in found.values()
        if (row["supplier"], row["buyer"]) == (context.supplier, context.buyer)
        and row["opened_on"] <= day
        and (row["resolved_on"] is None or row["resolved_on"] > day)
    ]
    sight.cite(*still)
    told = bool(found) or context.has_told(Source.PLATFORM)
    return sum(row["amount_minor"] for row in still) if told else None


def contra(context: Context, claims: Sequence[Row], papers: Sequence[Papers]) -> list[int | None]:
    """What the buyer may set off against each claim, or holds back of it.

    What ``setoff_ratio`` counts: what was kept back on its invoices; and what was kept on the
    account or is owed to the buyer, which falls on the claims in their order, on each up to its
    face. The retention of the contract is held back too, where no more was.
    """
    events = [
        row
        for row in context.sight.of("dilution_event", "supplier", context.supplier)
        if row["buyer"] == context.buyer
        and row["dilution"] in {"retention", "penalty", "set_off"}
        and 0 <= context.day - row["noted_on"] < KEPT_DAYS
    ]
    account = [row for row in events if row["invoice"] is None]
    context.sight.cite(*account)
    left = max(0, _owes(context)) + sum(row["amount_minor"] for row in account)
    told = context.has_told(Source.INVOICES) and context.has_told(Source.PLATFORM)
    counted: set[str] = set()
    found: list[int | None] = []
    for claim, paper in zip(claims, papers, strict=True):
        own = _kept(claim, paper, [row for row in events if row["ref"] not in counted])
        counted |= {row["ref"] for row in own[1]}
        context.sight.cite(*own[1])
        face = claim["face_minor"]
        more = left if face is None else min(left, max(0, face - own[0]))
        left -= more
        known = told or bool(events) or own[0] > 0 or more > 0
        found.append(own[0] + more if known else None)
    return found


def _kept(claim: Row, papers: Papers, events: Sequence[Row]) -> tuple[int, list[Row]]:
    """What was kept back on a claim's invoices, and the facts that say so."""
    refs = {row["ref"] for row in papers.invoices}
    own = [row for row in events if row["invoice"] in refs]
    retained = sum(row["amount_minor"] for row in own if row["dilution"] == "retention")
    others = sum(row["amount_minor"] for row in own if row["dilution"] != "retention")
    ppm = papers.contract["retention_ppm"] if papers.contract is not None else None
    agreed = (claim["face_minor"] or 0) * (ppm or 0) // 1_000_000
    return max(retained, agreed) + others, own


def _owes(context: Context) -> int:
    """What the supplier owes the buyer by invoices not yet due."""
    day = context.day
    owed = [
        row
        for row in context.sight.of("invoice", "buyer", context.supplier)
        if row["seller"] == context.buyer
        and row["issued_on"] <= day
        and (
            day - row["issued_on"] < NOT_DUE_DAYS if row["due_on"] is None else row["due_on"] > day
        )
    ]
    context.sight.cite(*owed)
    return sum(row["gross_minor"] for row in owed)
