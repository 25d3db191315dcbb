"""The claim asked for, by live facts: small worlds with all kinds of papers, rights and cover.

A world is dealt from one number: so many draws of hypothesis would take most of the time.
"""

from random import Random

from hypothesis import strategies as st

from features.object import (
    claim_asked,
    claim_cover,
    claim_promises,
    claim_rank,
    claim_title,
    pair_usual,
)
from ledger.clocks import from_micros
from ledger.money import LARGEST_MINOR
from scoring.asking import Request
from tests.features import plain_live_claims as claims
from tests.features import plain_live_cover as cover
from tests.features import plain_live_rank as rank
from tests.features.live_claim_facts import AMOUNTS, KINDS, Dealer, receivable
from tests.features.small_ledgers import CLOCK, DAYS, TODAY, ZONES
from tests.features.theme import Theme
from tests.features.worlds_of_facts import DAY, World, fact


def _prices(d: Dealer) -> None:
    """Prices of two series, with gaps, a day told twice, and a jump."""
    for series in ("CU", "AL"):
        level = 70_000_000_000
        for age in range(d.one(0, 5, 12, 12, 40, 270), -2, -1):
            level = max(1, int(level * d.one(0.99, 1.0, 1.005, 1.01)))
            level = 1 if d.chance.random() < 0.005 else level
            for again in range(1 + (d.chance.random() < 0.05)):
                d.seq += 1
                day = TODAY - age - d.one(0, 0, 0, 1)
                ref = f"{series}/{age}/{again}"
                row = fact("price_point", ref, d.seq, (day + 1) * DAY, series=series)
                told = {"priced_on": day, "price_micro": level + again}
                volume = {"volume_milli": d.maybe(0, 7_000, 9_000, LARGEST_MINOR)}
                d.facts.setdefault("price_point", []).append({**row, **told, **volume})


def world_of(seed: int) -> World:
    """The world of a number."""
    d = Dealer(Random(seed))  # noqa: S311 - a small world, no secret
    parties = ("s0", "s1", "b0", "b1", "g0", "g1")
    d.facts["party"] = [fact("party", name, at, 0) for at, name in enumerate(parties)]
    d.facts["payment"] = []
    for kind, (letter, most, fields) in KINDS.items():
        for number in range(d.chance.randint(0, most)):
            d.put(kind, f"{letter}{number}", fields)
    _prices(d)
    d.facts.setdefault("receivable", [])
    requests = []
    for number in range(d.one(1, 1, 2)):
        at = d.one(*DAYS) * DAY + d.one(*CLOCK)
        terms = {**receivable(d), "supplier": "s0", "buyer": "b0"}
        d.facts["receivable"].append(fact("receivable", f"own{number}", 900 + number, at, **terms))
        there = {row["ref"] for row in d.facts["receivable"] if row["visible_at"] <= at}
        more = d.chance.sample(sorted(there), min(len(there), d.one(0, 1, 2)))
        asked = Request(
            f"q{number}",
            d.one("s0", "s0", "s0", "s1"),
            d.one("b0", "b0", "b0", "b1"),
            tuple(dict.fromkeys((f"own{number}", *more))),
            from_micros(at),
            amount_requested_minor=d.maybe(*AMOUNTS[1:]),
            product=d.maybe(*claims.PRODUCTS),
            tenor_days=d.maybe(90),
            recourse=d.maybe(True, False),
            notified=d.maybe(True, False),
            account=d.maybe("free", "supervised", "locked"),
        )
        requests.append(asked)
    return World(d.one(*ZONES), d.facts, tuple(requests))


THEME = Theme(
    name="live claims",
    relations=(
        pair_usual.RELATION,
        claim_asked.RELATION,
        claim_title.RELATION,
        claim_rank.RELATION,
        claim_promises.RELATION,
        claim_cover.RELATION,
    ),
    worlds=st.integers(0, 2**32).map(world_of),
    plain={
        "pair_usual": claims.plain_pair_usual,
        "claim_asked": claims.plain_claim_asked,
        "claim_title": claims.plain_claim_title,
        "claim_rank": rank.plain_claim_rank,
        "claim_promises": cover.plain_claim_promises,
        "claim_cover": cover.plain_claim_cover,
    },
)
