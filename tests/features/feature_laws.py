"""What every relation of the catalogue obeys: each law a function, its docstring the law.

A law takes worlds that share a ledger and relations, so that it holds for a relation that isn't in
the catalogue yet.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from features.feature import Grain, Relation, reads, with_those_before
from features.pipeline import Matrix, kinds_read
from features.versions import ALWAYS_THERE, LIVE, fields_of, kind_viewed
from features.views import kinds_behind
from ledger.clocks import Cut, to_micros
from ledger.reader import filtered
from scoring.asking import Request
from scoring.gather import Gathered, facts_of
from scoring.path import describe, with_sources
from tests.features.many_worlds import Shared
from tests.features.worlds_of_facts import Facts, Row, World, corrected, features_of

Relations = Sequence[Relation]
Law = Callable[[Shared, Relations], None]

ALONE = 2
"""So many requests of each ledger are asked alone."""


def differences(relations: Relations, one: Matrix, other: Matrix) -> list[str]:
    """Where two rows of features differ in a bit; a missing value equals another."""
    names = [f"{relation.name}.{f.name}" for relation in relations for f in relation.features]
    return [
        f"{name}: {a!r} is not {b!r}"
        for row, other_row in zip(one.tolist(), other.tolist(), strict=True)
        for name, a, b in zip(names, row, other_row, strict=True)
        if (a != b or np.signbit(a) != np.signbit(b)) and not (np.isnan(a) and np.isnan(b))
    ]


def _same(relations: Relations, one: Matrix, other: Matrix) -> None:
    found = differences(relations, one, other)
    assert not found, "; ".join(found)


def every_value_is_finite_or_missing(shared: Shared, relations: Relations) -> None:
    """No value is infinite, however large the amounts and however few the facts; and what a
    declaration calls never missing is always there.
    """
    values = shared.features(relations)

    assert values.shape == (len(shared.ledger.requests), sum(len(r.features) for r in relations))
    declared = [feature for relation in relations for feature in relation.features]
    for feature, column in zip(declared, values.T, strict=True):
        assert not np.isinf(column).any(), f"{feature.name} is infinite"
        missing = np.isnan(column).any()
        assert not (missing and feature.missing.startswith("never")), f"{feature.name} is missing"


def a_row_alone_equals_the_row_among_many(shared: Shared, relations: Relations) -> None:
    """What else is asked changes nothing, nor what else is in the ledger."""
    together = shared.features(relations)
    for at in _some(shared):
        asked = shared.ledger.asking(shared.ledger.requests[at])
        _same(relations, features_of(asked, relations), together[at : at + 1])

    last = shared.worlds[-1]
    _same(relations, features_of(last, relations), together[shared.firsts[-1] :])


def order_changes_nothing(shared: Shared, relations: Relations) -> None:
    """Facts, requests and the receivables of a request may come in any order."""
    world = shared.ledger
    dealer = random.Random(7)  # noqa: S311 - a shuffle, no secret
    order = list(range(len(world.requests)))
    dealer.shuffle(order)
    facts = {kind: dealer.sample(rows, len(rows)) for kind, rows in world.facts.items()}
    requests = [world.requests[at] for at in order]
    requests = [replace(each, receivables=each.receivables[::-1]) for each in requests]

    shuffled = features_of(world.of(facts).asking(*requests), relations)

    _same(relations, shuffled, shared.features(relations)[order])


def nobody_peeks(shared: Shared, relations: Relations) -> None:
    """Facts known after the cut change nothing: taken away, altered or added.

    History sees what was visible before as_of's day; of what is asked for, and of what a relation
    reads live, what was visible at as_of counts.
    """
    for live, some in _by_what_is_live(relations):
        values = shared.features(some)[shared.firsts]
        for change in (Sight.seen, Sight.foretold):
            altered = shared.changed(partial(_as_seen, live=live, change=change))
            _same(some, features_of(altered, some), values)


def _as_seen(
    world: World, *, live: frozenset[str], change: Callable[["Sight", Facts], Facts]
) -> World:
    """The first request of a world, of the facts as changed."""
    first = world.requests[0]
    sight = Sight(first, first.cut(world.book, 1_000_000), live)
    return world.asking(first).of(change(sight, world.facts))


def _by_what_is_live(relations: Relations) -> list[tuple[frozenset[str], list[Relation]]]:
    """Relations together that read the same kinds live; a kind that one doesn't read is no matter.

    Two may share what is live unless one of them reads the history of what the other reads live.
    """
    groups: list[tuple[frozenset[str], list[Relation]]] = []
    for relation in relations:
        live = live_kinds(relation)
        for at, (shared, members) in enumerate(groups):
            merged = shared | live
            if not any(merged & known_kinds(each) for each in (*members, relation)):
                groups[at] = merged, [*members, relation]
                break
        else:
            groups.append((live, [relation]))
    return groups


def strangers_change_nothing(shared: Shared, relations: Relations) -> None:
    """A relation by buyer reads facts of the buyer, one by supplier facts of the supplier, any
    other facts of both; and of the supplier's other buyers only their profiles.
    """
    for grain in {relation.grain for relation in relations}:
        some = [relation for relation in relations if relation.grain is grain]
        related = features_of(shared.changed(partial(_without_strangers, grain=grain)), some)
        _same(some, related, shared.features(some)[shared.firsts])


def _without_strangers(world: World, *, grain: Grain) -> World:
    """The first request of a world, of the facts that a relation of a grain may read for it."""
    first = world.requests[0]
    return world.asking(first).of(_of_parties(world.facts, first, grain))


def what_the_keys_of_a_request_find_is_enough(shared: Shared, relations: Relations) -> None:
    """Read by keys, as for one request, facts give what the whole book gives."""
    world = shared.ledger
    tables, values = world.tables, shared.features(relations)

    def read(kind: str, where: Mapping[str, Sequence[str]] | None) -> pa.Table:
        return tables[kind] if where is None else filtered(tables[kind], where)

    for at in _some(shared):
        request = world.requests[at]
        facts = facts_of(read, kinds_read(with_sources(relations)), [request])
        gathered = Gathered(world.book, 1_000_000, facts)
        keyed = describe(gathered, [request], relations=relations).features.values
        _same(relations, keyed, values[at : at + 1])


def _some(shared: Shared) -> list[int]:
    """A few requests of a ledger, of worlds far apart."""
    places = shared.firsts
    return places[:: max(1, len(places) // ALONE)][:ALONE]


LAWS: tuple[Law, ...] = (
    every_value_is_finite_or_missing,
    a_row_alone_equals_the_row_among_many,
    order_changes_nothing,
    nobody_peeks,
    what_the_keys_of_a_request_find_is_enough,
)
"""Every law; two more (strangers, threads) need books of their own."""


def live_kinds(relation: Relation) -> frozenset[str]:
    """Kinds of which a relation sees what is visible at the instant of the request."""
    viewed = [kind_viewed(name) for name in reads(with_those_before([relation]))]
    return frozenset(kind for clock, kind in filter(None, viewed) if clock == LIVE)


def known_kinds(relation: Relation) -> frozenset[str]:
    """Kinds of which a relation sees the history."""
    names = reads(with_those_before([relation]))
    return frozenset(
        kind for name in names if not name.startswith(LIVE) for kind in kinds_behind(name)
    )


@dataclass(frozen=True)
class Sight:
    """What a request may see through a relation that reads some kinds live."""

    request: Request
    cut: Cut
    live: frozenset[str]

    def _limit(self, kind: str, row: Row) -> int:
        """The first instant whose facts it doesn't see."""
        asked_for = kind == "receivable" and row["ref"] in self.request.receivables
        if asked_for or kind in self.live:
            return to_micros(self.cut.live_through) + 1
        return to_micros(self.cut.history_before)

    def _sees(self, kind: str, row: Row) -> bool:
        return kind == "party" or bool(row["visible_at"] < self._limit(kind, row))

    def seen(self, facts: Facts) -> Facts:
        """Only what it may see; parties all, for the path looks up whether they exist."""
        return {
            kind: [row for row in rows if self._sees(kind, row)] for kind, rows in facts.items()
        }

    def foretold(self, facts: Facts) -> Facts:
        """What is visible later says something else; everything is corrected and paid later."""
        told: dict[str, list[Row]] = {"payment": []}
        for kind, rows in facts.items():
            told[kind] = [
                row if self._sees(kind, row) else {**row, **_otherwise(kind, row)} for row in rows
            ]
            last = {row["ref"]: row for row in sorted(rows, key=lambda row: int(row["revision"]))}
            for row in last.values():
                limit = self._limit(kind, row)
                told[kind].append(corrected(row, limit, **_otherwise(kind, row)))
        at = to_micros(self.cut.live_through) + 1
        told["payment"] += [_paid(row, at) for row in facts["receivable"]]
        return told


def _otherwise(kind: str, row: Row) -> Row:
    """Other content for a fact."""
    if kind == "payment":
        return {"amount_minor": None, "paid_on": int(row.get("paid_on") or 0) - 7}
    fields = [name for name in fields_of(kind) if name not in ALWAYS_THERE]
    return {name: _another(row.get(name)) for name in fields if row.get(name) is not None}


def _another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 9 if isinstance(value, int) else value


def _paid(claim: Row, at: int) -> Row:
    more = {"payer": claim["buyer"], "payee": claim["supplier"], "receivable": claim["ref"]}
    number = f"{claim['ref']}-{claim['revision']}"
    own = {"ref": f"later-{number}", "id": f"later-{number}", "revision": 0}
    terms = {"paid_on": claim["issued_on"], "amount_minor": None, "visible_at": at}
    return {**claim, **more, **own, **terms}


def _of_parties(facts: Facts, request: Request, grain: Grain) -> Facts:
    """What a relation of a grain may read for a request, and the receivables asked for."""
    buyers = set() if grain is Grain.SUPPLIER else {request.buyer}
    suppliers = set() if grain is Grain.BUYER else {request.supplier}
    parties = buyers | suppliers
    named = _refs(
        row for row in facts["receivable"] if row["supplier"] in suppliers or row["buyer"] in buyers
    )
    customers = {row["buyer"] for row in facts["receivable"] if row["supplier"] in suppliers}
    described = parties | customers if grain in {Grain.PAIR, Grain.REQUEST} else parties
    payments = _refs(row for row in facts["payment"] if row["receivable"] in named)
    wanted = named | set(request.receivables)
    return {
        "party": facts["party"],
        "party_profile": [row for row in facts["party_profile"] if row["party"] in described],
        "party_report": [row for row in facts["party_report"] if row["party"] in parties],
        "receivable": [row for row in facts["receivable"] if row["ref"] in wanted],
        "payment": [row for row in facts["payment"] if row["ref"] in payments],
    }


def _refs(rows: Iterable[Row]) -> set[str]:
    return {row["ref"] for row in rows}
