"""Signs of fraud in the live facts of a request, one by one, each with what shows it."""

from typing import Any

import pytest

from features.sources import State
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import Row
from tests.scoring.made_circumstances import BILLED, at, invoice, lent
from tests.scoring.suspected import LENT, ORDERED, Made, ids, other, signs


def test_a_plain_request_shows_none() -> None:
    assert signs(invoice(), *LENT, *other(days=90, face_minor=7_311)) == {}


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ([invoice(purchase_order="p0"), at("purchase_order", "p0", ordered_on=TODAY + 1)], 2),
        ([invoice(purchase_order="p0"), at("purchase_order", "p0", ordered_on=TODAY)], 0),
        (
            [
                invoice(purchase_order="p0"),
                ORDERED,
                at("delivery", "d", purchase_order="p0", received_on=TODAY - 41),
            ],
            2,
        ),
        (
            [
                invoice(purchase_order="p0"),
                ORDERED,
                at(
                    "delivery",
                    "d",
                    purchase_order="p0",
                    despatched_on=TODAY - 35,
                    received_on=TODAY - 33,
                ),
                at("acceptance", "a", delivery="d", accepted_on=TODAY - 36, evidence_level=2),
            ],
            2,
        ),
        (
            [
                invoice(contract="c0"),
                at("contract", "c0", supplier="s0", signed_on=TODAY - 20),
                at("payment", "y", receivable="r0", amount_minor=5, paid_on=TODAY - 21),
            ],
            2,
        ),
    ],
)
def test_events_in_an_order_that_cannot_be_are_seen(facts: list[Made], shown: int) -> None:
    found = signs(*facts).get("impossible_order")

    assert (0 if found is None else len(found.evidence)) == shown


def test_an_invoice_without_an_order_is_a_sign_where_others_have_one() -> None:
    """By name or by amount; and only where the platform tells of orders of the pair."""
    own, (claim, paper) = invoice(), other(days=90, face_minor=7_000)
    there = at(
        "purchase_order",
        "p9",
        supplier="s0",
        buyer="b0",
        amount_minor=7_000,
        ordered_on=TODAY - 130,
    )

    def strength(*rows: Made) -> float | None:
        found = signs(own, *rows, states=State.FOUND).get("no_order")
        return None if found is None else found.strength

    assert strength(ORDERED) == 0.5  # nothing known of this pair's habit
    assert strength(*LENT, claim, paper, there) == 0.666667
    assert strength(*LENT, claim, paper, ORDERED) == 0.333333
    assert strength(*LENT, claim, paper) is None
    assert signs(own, ORDERED).get("no_order") is None  # the platform hasn't told
    same = at(
        "purchase_order",
        "p8",
        supplier="s0",
        buyer="b0",
        amount_minor=10_000,
        ordered_on=TODAY - 50,
    )
    assert strength(same) is None
    assert strength((same[0], {**same[1], "status": "cancelled"})) == 0.5


def test_a_ring_that_the_night_found_is_a_sign_that_fades() -> None:
    ring: Row = {"party": "s0", "other": "b7", "measure": "ring_share", "value_micro": 5}
    night = at("graph_measure", "n", measured_on=TODAY - 45, **ring)
    sold = invoice(ref="i7", buyer="b7", issued_on=TODAY - 27, canonical_hash="h7", number="7")

    found = signs(invoice(), night, sold)

    assert found["circular"].strength == 0.8
    assert found["circular"].evidence == tuple(sorted(ids(night, sold)))
    old = at("graph_measure", "n", measured_on=TODAY - 46, **ring)
    assert signs(invoice(), old, sold) == {}


@pytest.mark.parametrize(
    ("relation", "strength"),
    [
        ({"relation": "same_address"}, 0.5),
        ({"relation": "shareholder", "share_ppm": 600_000}, 1.0),
        ({"relation": "guarantor_of"}, None),
        ({"relation": "same_phone", "valid_until": TODAY}, None),
        ({"relation": "same_phone", "other": "b9"}, None),
    ],
)
def test_a_relation_between_the_two_is_a_sign(
    relation: dict[str, Any], strength: float | None
) -> None:
    row = at("party_relation", "z", **{"party": "b0", "other": "s0", **relation})
    turned = {"party": row[1]["other"], "other": row[1]["party"]}
    back = at("party_relation", "z", **{**relation, **turned})

    for one in (row, back):
        found = signs(invoice(), one).get("related")
        assert (None if found is None else found.strength) == strength
        assert found is None or found.evidence == (one[1]["id"],)


def test_round_amounts_are_a_sign_of_who_seldom_has_them() -> None:
    own = invoice(gross_minor=3_000_000)
    first = signs(own)["round_amounts"]
    usual = other(days=90, face_minor=5_000_000)
    odd = other(days=90, face_minor=5_000_001)

    assert first.strength == pytest.approx(0.385, abs=0.001)  # one in six: -log10(.17) / 2
    assert signs(own, *LENT, *usual)["round_amounts"].strength < first.strength
    assert signs(own, *LENT, *odd)["round_amounts"].strength > first.strength
    assert first.evidence == tuple(sorted(ids(own)))
    assert signs(invoice(gross_minor=3_000_001)) == {}


@pytest.mark.parametrize("status", ["void", "full_red", "abnormal"])
def test_what_a_rule_refuses_is_a_sign_too(status: str) -> None:
    state = at("invoice_status", "s", invoice="i0", status=status)

    found = signs(invoice(), state)

    assert found.keys() == {"bad_invoice"}
    assert ids(invoice(), BILLED, state) == set(found["bad_invoice"].evidence)
    taken = at("requested_receivable", "o0", financing_request="q0", receivable="r0")
    over = signs(invoice(), lent(amount_minor=10_001), taken)
    assert over.keys() == {"over_assigned"}
    assert ids(lent(), taken) <= set(over["over_assigned"].evidence)
    assert signs(invoice(), lent(amount_minor=10_000), taken) == {}


def test_who_was_asked_and_confirmed_nothing_is_a_sign() -> None:
    asked = at("confirmation", "k", receivable="r0", level=0)

    assert signs(invoice(), asked)["unconfirmed"].evidence == tuple(ids(asked))
    assert signs(invoice(), at("confirmation", "k", receivable="r0", level=2)) == {}
