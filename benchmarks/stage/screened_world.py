"""A lender's requests in a made-up world as the fraud screen sees them, with the truth beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pyarrow as pa

from benchmarks.stage.lent_world import LAST_DAY, book_of
from features.circumstances.request_seen import Circumstances
from features.circumstances.sign_seen import SignKind
from features.graph.measuring import MICRO, Measured
from features.graph.money_rings import ring_share
from features.graph.nightly import ref_of
from features.graph.trade_graph import graph_of, graphs
from ledger.clocks import from_micros, start_of_day, to_day_number, to_micros
from lending.policy.tables import PolicyPack
from lending.screening import fraud_score, points_of
from scoring.asking import Request
from scoring.gather import Gathered
from scoring.path import MEASURED_BY, describe
from scoring.seen import asking_of, live_view
from simulator.oracle import oracle_of
from simulator.scenario import Size, read_scenario
from simulator.world import World, make_world

JUDGED_DAYS = 730
"""What is asked for in so many last days is judged: by then there is a history to compare with."""

EVERY_DAYS = 14
"""The graph is measured once in two weeks."""


@dataclass(frozen=True)
class Screened:
    """One request.

    Attributes
    ----------
    fraud : str
        What it truly is, of ``simulator.fraud.FRAUDS``.
    tier : int
        Data tier, 0 to 3.
    score : float
        Of the screen.
    points : mapping of SignKind to float
        By kind of sign.
    without_round : float
        Score without regard to round amounts.
    """

    fraud: str
    tier: int
    score: float
    points: dict[SignKind, float]
    without_round: float


def screened_world(scenario: str, size: Size, seed: int, policy: PolicyPack) -> list[Screened]:
    """Make a world and screen what it asks of us."""
    return screened(make_world(read_scenario(scenario), size, seed, LAST_DAY), policy)


def screened(world: World, policy: PolicyPack, days: int = JUDGED_DAYS) -> list[Screened]:
    """Screen every request that came to us on so many last days."""
    first = LAST_DAY - timedelta(days=days)
    gathered = with_rings(book_of(world), first)
    requests = asked_of_us(gathered, first)
    truth = oracle_of(world).requests
    kinds = dict(zip(truth["request"].to_pylist(), truth["fraud"].to_pylist(), strict=True))
    bare: dict[SignKind, int] = {**policy.fraud_points, "round_amounts": 0}
    return [
        Screened(
            kinds[request.request_id],
            seen.data_tier,
            fraud_score(seen.signs or (), policy.fraud_points),
            points_of(seen.signs or (), policy.fraud_points),
            fraud_score(seen.signs or (), bare),
        )
        for request, seen in zip(requests, seen_of(gathered, requests), strict=True)
    ]


def with_rings(gathered: Gathered, first: date) -> Gathered:
    """The book with the rings that the nightly step would have found, every two weeks."""
    book, seq = gathered.book, gathered.ledger_seq
    days = [first + timedelta(days=at) for at in range(0, (LAST_DAY - first).days, EVERY_DAYS)]
    rows = []
    with graphs(gathered.facts, book.tz.key) as connection:
        for day in days:
            begin = to_micros(start_of_day(day, book.tz))
            for found in ring_share(graph_of(connection, to_day_number(day))).to_pylist():
                value = int(found["value"] * MICRO + 0.5)
                one = Measured("ring_share", found["party"], found["other"], value)
                rows.append(
                    {
                        **one._asdict(),
                        "ref": ref_of(one, day),
                        "measured_on": to_day_number(day),
                        **dict.fromkeys(("happened_at", "known_at", "visible_at"), begin),
                        "revision": 0,
                        "seq": (seq := seq + 1),
                    }
                )
    schema = gathered.facts["graph_measure"].schema
    table = pa.table({name: [row.get(name) for row in rows] for name in schema.names}, schema)
    return replace(gathered, facts={**gathered.facts, "graph_measure": table}, ledger_seq=seq)


def asked_of_us(gathered: Gathered, first: date) -> list[Request]:
    """Every request since a day, declined ones too, at the instant at which it was made.

    That is when it happened, or when the last of its receivables became known.
    """
    since = to_micros(start_of_day(first, gathered.book.tz))
    claims = gathered.facts["receivable"]
    known = dict(zip(claims["ref"].to_pylist(), claims["visible_at"].to_pylist(), strict=True))
    named: dict[str, list[str]] = defaultdict(list)
    for row in gathered.facts["requested_receivable"].to_pylist():
        if row["receivable"] in known:
            named[row["financing_request"]].append(row["receivable"])
    return [
        Request(
            row["ref"],
            row["supplier"],
            row["buyer"],
            tuple(sorted(named[row["ref"]])),
            from_micros(max(row["happened_at"], *(known[key] for key in named[row["ref"]]))),
            row["amount_minor"],
            product=row["product"],
            tenor_days=row["tenor_days"],
            recourse=row["recourse"],
            notified=row["notified"],
            account=row["account"],
        )
        for row in gathered.facts["financing_request"].to_pylist()
        if row["happened_at"] >= since and named[row["ref"]]
    ]


def seen_of(gathered: Gathered, requests: Sequence[Request]) -> list[Circumstances]:
    """The circumstances of requests, in their order."""
    described = describe(gathered, requests, relations=(), also=MEASURED_BY)
    live = live_view(gathered, requests)
    return [
        live.circumstances(
            asking_of(one, gathered.book), described.measured[at], described.at_hand[at]
        )
        for at, one in enumerate(requests)
    ]
