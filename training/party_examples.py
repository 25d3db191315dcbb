"""Examples of a party's default: a party on a day, and whether it defaulted in the year after.

A ledger tells of a party's default by three kinds of fact: a grave public record against it, a
bureau that classes its debts as non-performing, and a financing of ours that ended in default by
its doing. A default that nobody told of is none: where few are told there is nothing to learn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pyarrow.compute as pc

from features.catalogue import relations_of
from features.engine import make_views, session
from features.pipeline import Progress, silent
from ledger.clocks import from_micros
from models.event import Event
from scoring.asking import Mode, Request
from scoring.gather import Gathered
from scoring.path import describe
from training.examples import Examples, Labels
from training.groups import groups_of

COLUMNS = frozenset(
    {
        *("party", "adverse", "opened_on", "five_class", "reported_on"),
        *("financing", "defaulted", "technical", "cause", "settled_on", "supplier", "buyer"),
    }
)
"""What is read of the facts."""

Role = Literal["buyer", "supplier"]

GRAVE = ("bankruptcy", "dishonest_debtor", "bond_default", "bill_persistent_overdue")
"""Public records that mean unlikely to pay, or 90 days past due (domain.md section 1.5)."""

NON_PERFORMING = ("substandard", "doubtful", "loss")
"""Classes of debts 90 days past due or unlikely to be paid."""

CAUSES: Mapping[Role, tuple[str, ...]] = {
    "buyer": ("BUYER_CREDIT",),
    "supplier": (
        "SUPPLIER_CREDIT",
        "DIVERSION",
        "FRAUD_FICTITIOUS",
        "FRAUD_DOUBLE",
        "FRAUD_CIRCULAR",
    ),
}
"""Causes by which a financing's default is that of a party."""

TOLD_AFTER_DAYS = 90
"""Courts and bureaus tell within so many days (domain.md section 0)."""

EVERY_DAYS = 91
"""A party is looked at once in so many days in which a claim of its became known."""


def party_examples(
    gathered: Gathered,
    role: Role,
    feature_names: tuple[str, ...],
    *,
    threads: int = 1,
    progress: Progress = silent,
) -> Examples:
    """Describe every buyer or supplier, once a quarter in which a claim of its became known."""
    requests = _looked_at(gathered, role)
    described = describe(
        gathered,
        requests,
        relations=relations_of(feature_names),
        threads=threads,
        progress=progress,
    )
    day = described.spine.request["day"].to_numpy().astype("int64")
    parties = tuple(getattr(request, role) for request in requests)
    keys = tuple(f"{party}/{on}" for party, on in zip(parties, day.tolist(), strict=True))
    groups = groups_of(gathered, parties, day.tolist(), described.at_hand)
    return Examples(keys, parties, day, described.features.select(feature_names), groups)


def needs(event: Event) -> int:
    """Days from looking at a party until its label is ripe."""
    return event.days + TOLD_AFTER_DAYS


def party_labels(
    role: Role,
    gathered: Gathered,
    known: Examples,
    event: Event,
    cut_day: int,
    *,
    maturity_days: int | None = None,
) -> Labels:
    """What was known on a day of which parties defaulted within ``event.days``.

    A label is ripe `needs` days on, or the ``maturity_days`` given, whatever was known sooner. A
    party that was in default already is no example.
    """
    first = defaults(gathered, role, cut_day)
    never = np.iinfo(np.int64).max
    fails = np.array([first.get(party, never) for party in known.clusters], dtype="int64")
    ripe = cut_day - known.day >= (needs(event) if maturity_days is None else maturity_days)
    seen = ripe & (fails > known.day)
    return Labels(known=seen, event=seen & (fails - event.days <= known.day), ripe=ripe)


def defaults(gathered: Gathered, role: Role, day: int) -> dict[str, int]:
    """Day of the first default of each party that was known of on a day, and had one."""
    views = ["known_adverse_record", "known_bureau_summary", "known_outcome", "known_financing"]
    with session(threads=1) as connection:
        make_views(connection, gathered.facts, gathered.book.tz.key, views, COLUMNS)
        rows = connection.execute(
            _DEFAULTS.format(role=role),
            {
                "day": day,
                "grave": list(GRAVE),
                "classes": list(NON_PERFORMING),
                "causes": list(CAUSES[role]),
            },
        ).fetchall()
    return {str(party): int(first) for party, first in rows}


_DEFAULTS = """
    WITH told AS (
        SELECT party, opened_on AS day FROM known_adverse_record
        WHERE from_day <= $day AND $day < until_day AND adverse IN (SELECT UNNEST($grave))
        UNION ALL
        SELECT party, reported_on FROM known_bureau_summary
        WHERE from_day <= $day AND $day < until_day AND five_class IN (SELECT UNNEST($classes))
        UNION ALL
        SELECT f.{role}, o.settled_on FROM known_outcome AS o
        JOIN known_financing AS f ON f.ref = o.financing
            AND f.from_day <= $day AND $day < f.until_day
        WHERE o.from_day <= $day AND $day < o.until_day AND o.defaulted
            AND NOT COALESCE(o.technical, FALSE) AND o.cause IN (SELECT UNNEST($causes))
    )
    SELECT party, MIN(day) FROM told WHERE party IS NOT NULL GROUP BY party ORDER BY party
"""


def _looked_at(gathered: Gathered, role: Role) -> list[Request]:
    """The first claim of each party in each quarter, as a request to describe the party by."""
    claims = gathered.facts["receivable"]
    first = claims.filter(pc.equal(claims["revision"], 0)).sort_by(
        [("visible_at", "ascending"), ("seq", "ascending")]
    )
    taken: dict[tuple[str, int], Request] = {}
    for row in first.select(["ref", "supplier", "buyer", "visible_at"]).to_pylist():
        quarter = row["visible_at"] // (EVERY_DAYS * 86_400_000_000)
        taken.setdefault(
            (row[role], quarter),
            Request(
                request_id=row["ref"],
                supplier=row["supplier"],
                buyer=row["buyer"],
                receivables=(row["ref"],),
                as_of=from_micros(row["visible_at"]),
                mode=Mode.BACKTEST,
            ),
        )
    return list(taken.values())
