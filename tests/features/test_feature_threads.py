"""Large books: one thread gives what two give, bit for bit, and no amount is too large."""

from typing import Any

import numpy as np
import pyarrow as pa

from ledger.clocks import from_micros, zone
from ledger.kinds import KINDS
from ledger.money import LARGEST_MINOR
from ledger.reader import arrow_schema
from ledger.tenants import Book
from scoring.asking import Request
from scoring.gather import Gathered
from scoring.path import describe
from tests.features.claim_theme import THEME
from tests.features.feature_laws import differences
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY

CLAIMS = 130_000
"""DuckDB divides work by groups of 122,880 rows."""

BUYERS = 500
RELATIONS = THEME.relations
"""Those of claims, for the books here have nothing else."""


def columns_of(kind: str, **columns: Any) -> pa.Table:
    """A table of the reader from some of its columns; the others are null."""
    rows = len(columns["ref"])
    arrays = {
        field.name: pa.array(columns[field.name], type=field.type)
        if field.name in columns
        else pa.nulls(rows, type=field.type)
        for field in arrow_schema(kind)
    }
    return pa.table(arrays)


def a_large_book(claims: int = CLAIMS) -> dict[str, pa.Table]:
    """Claims of two suppliers on many buyers, nine in ten of them paid, in two parts or in one."""
    dice = np.random.default_rng(20_181_104)
    number = np.arange(claims)
    issued = dice.integers(TODAY - 700, TODAY - 10, claims)
    due = issued + dice.integers(1, 130, claims)
    face = dice.integers(1_000, 10_000_000, claims)
    key = np.array([f"r{at}" for at in range(claims)])
    paid = due + dice.integers(-10, 40, claims)
    parts = np.flatnonzero(dice.random(claims) < 0.9)
    twice = np.concatenate((parts, parts[::3]))
    parties = ["s0", "s1", *(f"b{at}" for at in range(BUYERS))]
    zeros = np.zeros(len(parties), dtype="int64")
    return {
        **{kind.name: arrow_schema(kind.name).empty_table() for kind in KINDS},
        "party": columns_of("party", ref=parties, seq=zeros, revision=zeros, visible_at=zeros),
        "receivable": columns_of(
            "receivable",
            ref=key,
            seq=number,
            revision=np.zeros(claims, dtype="int64"),
            visible_at=(issued + 1) * DAY,
            supplier=np.where(dice.random(claims) < 0.7, "s0", "s1"),
            buyer=np.array(parties[2:])[dice.integers(0, BUYERS, claims)],
            issued_on=issued,
            due_on=due,
            face_minor=face,
        ),
        "payment": columns_of(
            "payment",
            ref=[f"y{at}" for at in range(len(twice))],
            seq=np.arange(len(twice)),
            revision=np.zeros(len(twice), dtype="int64"),
            visible_at=(paid[twice] + 1) * DAY,
            receivable=key[twice],
            paid_on=paid[twice],
            amount_minor=face[twice] // 2 + 1,
        ),
    }


def test_two_threads_give_what_one_gives() -> None:
    facts = a_large_book()
    claims = facts["receivable"]
    live = from_micros(TODAY * DAY)
    asked = [
        (claims["supplier"][at].as_py(), claims["buyer"][at].as_py(), at)
        for at in range(0, CLAIMS, CLAIMS // 40)
    ]
    requests = [
        Request(f"q{at}", supplier, buyer, (f"r{at}", f"r{at + 1}", f"r{at + 2}"), live)
        for supplier, buyer, at in asked
        if at + 2 < CLAIMS
    ]
    gathered = Gathered(Book("default", zone("UTC"), "BRL", CLAIMS), CLAIMS, facts)

    one, two = (
        describe(gathered, requests, relations=RELATIONS, threads=n).features.values for n in (1, 2)
    )

    assert np.isnan(one).mean() < 0.2
    assert differences(RELATIONS, one, two) == []


def test_no_number_of_largest_amounts_is_too_much() -> None:
    many = 3_000
    facts = a_large_book(many)
    one_buyer = pa.array(["b0"] * many)
    largest = pa.array([LARGEST_MINOR] * many)
    zeros = np.zeros(many, dtype="int64")
    for name, values in (("buyer", one_buyer), ("face_minor", largest)):
        at = facts["receivable"].schema.get_field_index(name)
        facts["receivable"] = facts["receivable"].set_column(at, name, values)
    facts["party_report"] = columns_of(
        "party_report",
        ref=[f"p{at}" for at in range(many)],
        seq=np.arange(many),
        revision=zeros,
        visible_at=zeros,
        party=one_buyer,
        period_start=zeros + TODAY - 60,
        period_end=zeros + TODAY - 30,
        turnover_minor=largest,
        employees=zeros + 10_000_000,
    )
    supplier = facts["receivable"]["supplier"][0].as_py()
    request = Request("q", supplier, "b0", ("r0", "r1"), from_micros(TODAY * DAY))
    gathered = Gathered(Book("default", zone("UTC"), "BRL", many), many, facts)

    values = describe(gathered, [request], relations=RELATIONS).features.values

    assert not np.isinf(values).any()
    assert np.isnan(values).mean() < 0.2
