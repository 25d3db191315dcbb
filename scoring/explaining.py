"""Which facts went into a number: those it could see, and those without which it is another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Engine

from features.catalogue import RELATION_OF
from features.feature import Relation, reads, with_those_before
from features.pipeline import Progress, columns_of, silent
from features.spine import Spine
from features.versions import LIVE, kind_viewed
from ledger.clocks import to_micros
from ledger.faults import Fault
from ledger.tenants import Book
from scoring.asking import Request
from scoring.gather import gather
from scoring.spines import spine_for

MOST_TRIED = 100
"""Facts left out one by one, the latest first: each costs a run of the statement."""


class UnknownFeature(Fault):
    """No feature of the catalogue has that name."""

    code = "unknown-feature"


@dataclass(frozen=True)
class Mover:
    """A fact without which the number is another.

    Attributes
    ----------
    kind, ref : str
    without : float
        The number without it; NaN where it would be missing.
    """

    kind: str
    ref: str
    without: float


@dataclass(frozen=True)
class Explanation:
    """How a number came about.

    Attributes
    ----------
    value : float
        NaN where missing.
    seen : mapping of kind to tuple of str
        Facts of the request's parties that its statement could see, by ``ref``.
    tried : int
        How many of them were left out one by one.
    movers : tuple of Mover
        Those that alone make a difference.
    """

    value: float
    seen: Mapping[str, tuple[str, ...]]
    tried: int
    movers: tuple[Mover, ...]


def relation_named(feature: str) -> Relation:
    """The relation that yields a feature; raise `UnknownFeature` where there is none."""
    if feature not in RELATION_OF:
        near = [name for name in RELATION_OF if feature.lower() in name] or list(RELATION_OF)[:5]
        raise UnknownFeature(
            f"{feature!r} is not a feature",
            field="name",
            remedy=f"use one of `tricredit features list`, for example {', '.join(near[:5])}",
        )
    return RELATION_OF[feature]


def explain(
    engine: Engine,
    book: Book,
    request: Request,
    feature: str,
    *,
    most: int = MOST_TRIED,
    progress: Progress = silent,
) -> Explanation:
    """Say which facts went into a number of a request; ``most`` of them are left out one by one.

    Raises
    ------
    UnknownFeature, UnknownParty, UnknownReceivable
    """
    relation = relation_named(feature)
    gathered = gather(engine, book, book.last_seq, [request], relations=[relation])
    spine = spine_for(gathered, [request])
    facts = _visible(gathered.facts, relation, request, book)
    trial = _Trial(relation, feature, spine, book.tz.key)
    value = trial.value(facts)
    candidates = _latest_first(facts, request)
    tried = candidates[:most]
    movers = []
    for at, (kind, ref) in enumerate(tried):
        progress("leaving out facts one by one", at, len(tried))
        table = facts[kind]
        without = trial.value({**facts, kind: table.filter(pc.field("ref") != ref)})
        if not (without == value or (isnan(without) and isnan(value))):
            movers.append(Mover(kind, ref, without))
    seen: dict[str, tuple[str, ...]] = {}
    for kind, ref in candidates:
        seen[kind] = (*seen.get(kind, ()), ref)
    return Explanation(value, seen, len(tried), tuple(movers))


@dataclass(frozen=True)
class _Trial:
    """A feature of one request, made of other facts each time."""

    relation: Relation
    feature: str
    spine: Spine
    time_zone: str

    def value(self, facts: Mapping[str, pa.Table]) -> float:
        columns = columns_of(facts, self.spine, self.time_zone, [self.relation])
        place = self.relation.columns.index(self.feature)
        return float(columns[self.relation.name][0, place])


def _visible(
    facts: Mapping[str, pa.Table], relation: Relation, request: Request, book: Book
) -> dict[str, pa.Table]:
    """The facts that its cut lets a relation see."""
    cut = request.cut(book, book.last_seq)
    viewed = [kind_viewed(name) for name in reads(with_those_before([relation]))]
    live = {kind for clock, kind in filter(None, viewed) if clock == LIVE} | {"receivable", "party"}
    limits = {True: to_micros(cut.live_through) + 1, False: to_micros(cut.history_before)}
    return {
        kind: table.filter(pc.field("visible_at") < limits[kind in live])
        for kind, table in facts.items()
    }


def _latest_first(facts: Mapping[str, pa.Table], request: Request) -> list[tuple[str, str]]:
    """Kind and key of each fact, but for parties and what is asked for, the latest first."""
    found: dict[tuple[str, str], int] = {}
    for kind, table in facts.items():
        rows = table.select(["ref", "visible_at"]).to_pylist()
        for row in rows if kind != "party" else ():
            if kind != "receivable" or row["ref"] not in request.receivables:
                found[kind, row["ref"]] = row["visible_at"]
    return sorted(found, key=lambda key: (-found[key], key))
