"""What people decided in place of a bundle: how often, which way, and why, by the month of a score.

A referral asks for a person, so that a decision on it is a *review*. An override is a departure
from what was approved or declined: easier, stricter, or only at another rate.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, func, select

from ledger.clocks import day_of
from ledger.database import reading
from ledger.kinds import table_of
from ledger.tenants import Book
from lending.policy.outcomes import HARDNESS, Decision
from models.bundle import Bundle

OF_DECISIONS = '%"mode":"decision"%'
REFERRED = '%"decision":"REFER","by_model"%'
"""In a recorded reply, as `scoring.reply` writes it; that of advice has no ``by_model``."""

WAYS = ("easier", "stricter", "repriced")


@dataclass(frozen=True)
class GivenOverride:
    """What a person made of a score in the end.

    Attributes
    ----------
    month : str
        Of the score, as ``2026-01``.
    scored, decided : Decision
    scored_minor, decided_minor : int or None
        Amounts offered.
    reason : str
        Code of the last override.
    repriced : bool
        The person set a rate.
    """

    month: str
    scored: Decision
    decided: Decision
    scored_minor: int | None
    decided_minor: int | None
    reason: str
    repriced: bool = False

    @property
    def way(self) -> str | None:
        """``reviewed``, or one of `WAYS`; None where the person came back to what was scored."""
        if self.scored is Decision.REFER:
            return None if self.decided is Decision.REFER else "reviewed"
        harder = HARDNESS[self.decided] - HARDNESS[self.scored]
        moved = harder or (self.scored_minor or 0) - (self.decided_minor or 0)
        if moved:
            return "stricter" if moved > 0 else "easier"
        return "repriced" if self.repriced else None


@dataclass(frozen=True)
class Departures:
    """Decisions on record by a bundle, and what people made of some.

    Attributes
    ----------
    scored : mapping of month to (decisions, referrals)
    overrides : sequence of GivenOverride
        One for each score that somebody departed from.
    """

    scored: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    overrides: Sequence[GivenOverride] = ()


NO_DEPARTURES = Departures()


def departures(engine: Engine, book: Book, bundle: Bundle) -> Departures:
    """Read what a ledger has on record of a bundle's decisions and their overrides."""
    records, made = table_of("score_record"), table_of("score_override")
    own = (
        (records.c.tenant == book.tenant)
        & (records.c.bundle == bundle.id)
        & (records.c.seq <= book.last_seq)
        & records.c.reply.like(OF_DECISIONS)
    )
    referred = records.c.reply.like(REFERRED)
    last = (
        select(made.c.score, func.max(made.c.number).label("number"))
        .where(made.c.tenant == book.tenant, made.c.seq <= book.last_seq)
        .group_by(made.c.score)
        .subquery()
    )
    overridden = (
        select(made, records.c.as_of, records.c.reply)
        .join(last, (last.c.score == made.c.score) & (last.c.number == made.c.number))
        .join(records, (records.c.tenant == made.c.tenant) & (records.c.id == made.c.score))
        .where(own, made.c.tenant == book.tenant)
        .order_by(records.c.seq)
    )
    counts: dict[str, tuple[int, int]] = {}
    with reading(engine) as connection:
        for as_of, is_referred in connection.execute(select(records.c.as_of, referred).where(own)):
            month = _month(as_of, book)
            decisions, referrals = counts.get(month, (0, 0))
            counts[month] = (decisions + 1, referrals + bool(is_referred))
        rows = connection.execute(overridden).mappings().all()
    return Departures(counts, tuple(_given(row, book) for row in rows))


def departures_told(found: Departures, months: Sequence[str]) -> dict[str, Any] | None:
    """What people decided in the bundle's place, as JSON values.

    Returns
    -------
    dict or None
        Counts and shares over all months, and ``by_month``; None where no decision by the bundle is
        on record in these months. ``rate`` is the share of decisions departed from, of those that
        weren't referred; ``reviewed_rate`` of the referred those that a person decided.
    """
    if not any(found.scored.get(month, (0, 0))[0] for month in months):
        return None
    return {
        **_told(found, months),
        "by_month": [{"month": month, **_told(found, [month])} for month in months],
    }


def _told(found: Departures, months: Sequence[str]) -> dict[str, Any]:
    scored = [found.scored.get(month, (0, 0)) for month in months]
    decisions, referred = sum(one for one, _ in scored), sum(one for _, one in scored)
    mine = [one for one in found.overrides if one.month in months and one.way is not None]
    ways = Counter(one.way for one in mine)
    overridden = sum(ways[way] for way in WAYS)
    turned = Counter(f"{one.scored.value} to {one.decided.value}" for one in mine)
    reasons = Counter(one.reason for one in mine)
    return {
        "decisions": decisions,
        "referred": referred,
        "overridden": overridden,
        "rate": _share(overridden, decisions - referred),
        **{way: ways[way] for way in WAYS},
        "reviewed": ways["reviewed"],
        "reviewed_rate": _share(ways["reviewed"], referred),
        "turned": {name: turned[name] for name in sorted(turned)},
        "reasons": {name: reasons[name] for name in sorted(reasons)},
    }


def _share(some: int, of: int) -> float | None:
    return some / of if of else None


def _given(row: Mapping[Any, Any], book: Book) -> GivenOverride:
    reply = json.loads(row["reply"])
    return GivenOverride(
        _month(row["as_of"], book),
        Decision(reply["decision"]),
        Decision(row["decision"]),
        reply["advance_minor"],
        row["amount_minor"],
        row["reason"],
        row["rate_ppm"] is not None,
    )


def _month(as_of: Any, book: Book) -> str:
    return f"{day_of(as_of, book.tz):%Y-%m}"
