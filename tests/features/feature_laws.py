"""What every relation of the catalogue obeys: each law a function, its docstring the law.

A law takes a world and relations, so that it holds for a relation that isn't in the catalogue yet.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from features.feature import Grain, Relation
from features.pipeline import Matrix
from ledger.clocks import Cut, to_micros
from scoring.asking import Request
from tests.features.worlds_of_facts import Facts, Row, World, corrected, features_of

Relations = Sequence[Relation]
Law = Callable[[World, Relations], None]


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


def every_value_is_finite_or_missing(world: World, relations: Relations) -> None:
    """No value is infinite, however large the amounts and however few the facts; and what a
    declaration calls never missing is always there.
    """
    values = features_of(world, relations)

    assert values.shape == (len(world.requests), sum(len(r.features) for r in relations))
    declared = [feature for relation in relations for feature in relation.features]
    for feature, column in zip(declared, values.T, strict=True):
        assert not np.isinf(column).any(), f"{feature.name} is infinite"
        missing = np.isnan(column).any()
        assert not (missing and feature.missing.startswith("never")), f"{feature.name} is missing"


def a_row_alone_equals_the_row_among_many(world: World, relations: Relations) -> None:
    """What else is asked changes nothing."""
    together = features_of(world, relations)

    for at, request in enumerate(world.requests):
        alone = features_of(world.asking(request), relations)
        _same(relations, alone, together[at : at + 1])


def order_changes_nothing(world: World, relations: Relations) -> None:
    """Facts, requests and the receivables of a request may come in any order."""
    values = features_of(world, relations)
    dealer = random.Random(7)  # noqa: S311 - a shuffle, no secret
    order = list(range(len(world.requests)))
    dealer.shuffle(order)
    facts = {kind: dealer.sample(rows, len(rows)) for kind, rows in world.facts.items()}
    requests = [world.requests[at] for at in order]
    requests = [replace(each, receivables=each.receivables[::-1]) for each in requests]

    shuffled = features_of(world.of(facts).asking(*requests), relations)

    _same(relations, shuffled, values[order])


def nobody_peeks(world: World, relations: Relations) -> None:
    """Facts known after the cut change nothing: taken away, altered or added.

    History sees what was visible before as_of's day; of the receivables asked for the terms are
    live, and what was visible at as_of counts.
    """
    request = world.requests[0]
    asked = world.asking(request)
    cut = request.cut(world.book, 1_000_000)
    values = features_of(asked, relations)

    for facts in (_seen(world.facts, request, cut), _foretold(world.facts, request, cut)):
        _same(relations, features_of(asked.of(facts), relations), values)


def strangers_change_nothing(world: World, relations: Relations) -> None:
    """A relation by buyer reads facts of the buyer, one by supplier facts of the supplier, any
    other facts of both; and of the supplier's other buyers only their profiles.
    """
    request = world.requests[0]
    asked = world.asking(request)
    for grain in {relation.grain for relation in relations}:
        some = [relation for relation in relations if relation.grain is grain]
        facts = _of_parties(world.facts, request, grain)
        known, related = features_of(asked, some), features_of(asked.of(facts), some)
        _same(some, related, known)


LAWS: tuple[Law, ...] = (
    every_value_is_finite_or_missing,
    a_row_alone_equals_the_row_among_many,
    order_changes_nothing,
    nobody_peeks,
    strangers_change_nothing,
)
"""Every law; two more (threads, and facts read by key) need a ledger of their own."""


def _is_seen(kind: str, row: Row, request: Request, cut: Cut) -> bool:
    asked_for = kind == "receivable" and row["ref"] in request.receivables
    if asked_for and row["visible_at"] <= to_micros(cut.live_through):
        return True
    return kind == "party" or bool(row["visible_at"] < to_micros(cut.history_before))


def _seen(facts: Facts, request: Request, cut: Cut) -> Facts:
    """Only what the request may see; parties all, for the path looks up whether they exist."""
    return {
        kind: [row for row in rows if _is_seen(kind, row, request, cut)]
        for kind, rows in facts.items()
    }


def _foretold(facts: Facts, request: Request, cut: Cut) -> Facts:
    """What is visible later says something else, and everything is corrected and paid later."""
    history, live = to_micros(cut.history_before), to_micros(cut.live_through) + 1
    told: dict[str, list[Row]] = {}
    for kind, rows in facts.items():
        told[kind] = [
            row if _is_seen(kind, row, request, cut) else {**row, **_otherwise(kind, row)}
            for row in rows
        ]
        last = {row["ref"]: row for row in sorted(rows, key=lambda row: int(row["revision"]))}
        for row in last.values():
            at = live if kind == "receivable" and row["ref"] in request.receivables else history
            told[kind].append(corrected(row, at, **_otherwise(kind, row)))
    told["payment"] += [_paid(row, history) for row in facts["receivable"]]
    return told


def _otherwise(kind: str, row: Row) -> Row:
    """Other content for a fact."""
    content: dict[str, Row] = {
        "party": {"person_linked": not row.get("person_linked"), "onboarded_on": 15_000},
        "party_profile": {"industry": "steel", "phone_area": "11", "size_class": "micro"},
        "party_report": {"turnover_minor": 777, "employees": 3},
        "receivable": {"face_minor": 777, "due_on": int(row.get("due_on", 0)) + 9, "rate_ppm": 7},
        "payment": {"amount_minor": None, "paid_on": int(row.get("paid_on", 0)) - 7},
    }
    return content[kind]


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
