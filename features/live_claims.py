"""A receivable of a request, from its live facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from features.circumstances.claim_seen import AskedClaim
from features.live_against import contra, disputed
from features.live_context import Context
from features.live_financed import financings_of, share_of
from features.live_papers import (
    Papers,
    delivery_seen,
    instrument_seen,
    invoice_state,
    papers_of,
    terms_seen,
)
from features.live_rivals import rights_seen
from features.live_rows import Row, Sight, latest
from features.live_title import duplicates_of, registry_seen
from features.sources import Source
from ledger.clocks import from_day_number

ENDED = {"paid", "written_off", "cancelled"}
"""Reported states in which nothing is owed any more."""


def claims_seen(context: Context, refs: Sequence[str]) -> tuple[AskedClaim, ...]:
    """The receivables of a request, in the order of their keys."""
    rows = [row for row in (context.sight.one("receivable", ref) for ref in sorted(refs)) if row]
    papers = [papers_of(context.sight, row, context.supplier) for row in rows]
    held = contra(context, rows, papers)
    return tuple(
        _claim(context, row, paper, part)
        for row, paper, part in zip(rows, papers, held, strict=True)
    )


def _claim(context: Context, row: Row, papers: Papers, held: int | None) -> AskedClaim:
    sight, ref = context.sight, row["ref"]
    sight.cite(row)
    payments = sight.of("payment", "receivable", ref)
    sight.cite(*payments)
    duplicates = duplicates_of(sight, row, papers)
    settled = row["status"] in ENDED or is_settled(row, payments)
    return AskedClaim(
        ref=ref,
        face_minor=row["face_minor"],
        owed_minor=0 if settled else _owed(row, payments),
        issued_on=from_day_number(row["issued_on"]),
        due_on=from_day_number(row["due_on"]),
        settled=settled,
        other_currency=row["currency"] not in {None, context.currency},
        of_others=(row["supplier"], row["buyer"]) != (context.supplier, context.buyer),
        **_confirmation(context, row),
        disputed_minor=disputed(context, ref, papers),
        contra_minor=held,
        **delivery_seen(sight, papers, told=context.has_told(Source.PLATFORM)),
        invoice_state=invoice_state(sight, papers, told=context.has_told(Source.INVOICES)),
        **terms_seen(papers.contract, context.sizes),
        buyer_public=context.buyer_public,
        **instrument_seen(sight, ref, context.product),
        instrument_reviewed=context.instrument_reviewed,
        **registry_seen(
            sight,
            row,
            papers,
            (context.supplier, context.buyer),
            day=context.day,
            time_zone=context.time_zone,
            told=context.has_told(Source.REGISTRY),
        ),
        **_financed(context, row, papers),
        duplicate_of=duplicates,
        **rights_seen(
            sight,
            row,
            papers,
            duplicates,
            parties=(context.supplier, context.buyer),
            day=context.day,
        ),
    )


def is_settled(claim: Row, payments: Sequence[Row]) -> bool:
    """Whether payments cover a claim, as ``known_claim`` has it: all but 2 % of its face."""
    amounts = [row["amount_minor"] for row in payments]
    if claim["face_minor"] is None or None in amounts:
        return bool(amounts)
    return sum(amounts) * 100 >= claim["face_minor"] * 98 and bool(amounts)


def _owed(claim: Row, payments: Sequence[Row]) -> int | None:
    """What is left of a claim that isn't settled: face less payments, or less if so reported."""
    face, reported = claim["face_minor"], claim["outstanding_minor"]
    paid = sum(row["amount_minor"] or 0 for row in payments)
    left = [max(0, face - paid)] if face is not None else []
    return min([*left, *([] if reported is None else [int(reported)])], default=None)


def _confirmation(context: Context, claim: Row) -> dict[str, Any]:
    """The buyer's latest answer; none where the platform has told and there is none."""
    sight = context.sight
    answer = latest(sight.of("confirmation", "receivable", claim["ref"]))
    assigned = sight.of("assignment", "receivable", claim["ref"])
    sight.cite(answer, *assigned)
    level = 0 if answer is None and context.has_told(Source.PLATFORM) else None
    amount = None
    if answer is not None:
        level = answer["level"]
        amount = claim["face_minor"] if answer["amount_minor"] is None else answer["amount_minor"]
        amount = amount if level else 0
    days = [row["acknowledged_on"] for row in assigned]
    agreed = bool(level) or any(day is not None and day <= context.day for day in days)
    return {
        "confirmation_level": level,
        "confirmed_minor": amount,
        "consented": True if agreed else (None if level is None and not assigned else False),
    }


def _financed(context: Context, claim: Row, papers: Papers) -> dict[str, Any]:
    """What is advanced against a claim and not repaid, and its face then."""
    sight, lent = context.sight, context.lent
    amount, first = 0, None
    for financing, offered in financings_of(sight, claim["ref"]):
        out = lent.out(financing, sight.through)
        if out == 0:
            continue
        rows = sight.of("requested_receivable", "financing_request", financing["financing_request"])
        parts = {row["ref"]: _part(sight, row) for row in rows}
        amount += share_of(out, parts[offered["ref"]], list(parts.values()))
        sight.cite(*rows, *lent.behind(financing, sight.through))
        if first is None or financing["drawn_on"] < first["drawn_on"]:
            first = financing
    return {
        "financed_minor": amount + lent.held_of(papers.hashes, sight.through),
        "face_financed_minor": None if first is None else _face_then(sight, claim, first),
    }


def _part(sight: Sight, offered: Row) -> int | None:
    if offered["amount_minor"] is not None:
        return int(offered["amount_minor"])
    claim = sight.one("receivable", offered["receivable"])
    return None if claim is None else claim["face_minor"]


def _face_then(sight: Sight, claim: Row, financing: Row) -> int | None:
    """The face of a claim as it was known when a financing of it happened, or first known."""
    at, rows = financing["happened_at"], sight.facts["receivable"].revisions(claim["ref"])
    seen = [row for row in rows if row["visible_at"] <= sight.through]
    then = [row for row in seen if row["visible_at"] <= at]
    row = then[0] if then else seen[-1]
    sight.cite(row)
    return None if row["face_minor"] is None else int(row["face_minor"])
