"""Who else has a right in a claim, and when it was registered or told to the buyer; live.

What that means for this lender is for the law to say (``lending.priority``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from features.circumstances.claim_seen import Rival
from features.live_papers import Papers
from features.live_rows import Row, Sight
from features.live_title import in_force, overlap_of
from ledger.clocks import from_day_number, from_micros


def rights_seen(
    sight: Sight,
    claim: Row,
    papers: Papers,
    duplicates: Sequence[str],
    *,
    parties: tuple[str, str],
    day: int,
) -> dict[str, Any]:
    """Registration and notice of the book's own lender, and the rights of others.

    Parameters
    ----------
    parties : (supplier, buyer)
        The request's.
    duplicates : sequence of str
        Other receivables over the same invoice that are financed or assigned.
    """
    supplier, buyer = parties
    standing = [
        row
        for row in sight.of("registration", "debtor", supplier)
        if in_force(row, day) and row["registered_at"] <= sight.through
    ]
    own = [row["registered_at"] for row in standing if row["receivable"] == claim["ref"]]
    notices = [
        row["notified_on"]
        for row in sight.of("assignment", "receivable", claim["ref"])
        if row["notified_on"] is not None and row["notified_on"] <= day
    ]
    others = [
        *_registered(sight, standing, papers, buyer),
        *_assigned(sight, duplicates, supplier, day),
    ]
    return {
        "registered_at": _instant(min(own, default=None)),
        "notified_on": from_day_number(min(notices)) if notices else None,
        "rivals": tuple(sorted(others, key=lambda one: one.ref)),
    }


def _registered(
    sight: Sight, standing: Sequence[Row], papers: Papers, buyer: str
) -> Iterator[Rival]:
    for row in standing:
        if row["receivable"] is None and overlap_of(row, papers, buyer) != "none":
            sight.cite(row)
            yield Rival(
                row["ref"],
                registered_at=_instant(row["registered_at"]),
                amount_minor=row["amount_minor"],
            )


def _assigned(sight: Sight, duplicates: Sequence[str], supplier: str, day: int) -> Iterator[Rival]:
    """An assignment of the same invoice under another name; what it secures is that claim."""
    registered = {row["receivable"] for row in sight.of("registration", "debtor", supplier)}
    for ref in duplicates:
        other = sight.one("receivable", ref)
        for row in () if ref in registered else sight.of("assignment", "receivable", ref):
            if row["assigned_on"] <= day:
                sight.cite(row, other)
                notified = row["notified_on"]
                known = notified is not None and notified <= day
                yield Rival(
                    row["ref"],
                    notified_on=from_day_number(notified) if known else None,
                    amount_minor=None if other is None else other["face_minor"],
                )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
