"""Claims that are nearly one that is financed, or registered for another."""

from typing import Any

import pytest

from features.circumstances.sign_seen import SignKind
from features.live_alike import is_slip
from tests.features.small_ledgers import TODAY
from tests.features.worlds_of_facts import DAY
from tests.scoring.made_circumstances import BILLED, NOW, at, invoice, lent
from tests.scoring.suspected import LENT, Made, ids, other, signs


@pytest.mark.parametrize(
    ("made", "strength"),
    [
        (other(number="12345"), 1.0),  # the same number, another hash
        (other(number="12345", days=60), 1.0),
        (other(number="12345", face_minor=12_000), 1.0),
        (other(number="12346"), 1.0),  # a slip of the number, nothing else
        (other(number="12346", face_minor=10_150), 0.5),  # half of the 3 %
        (other(number="12346", days=3, face_minor=10_150), 0.25),
        (other(number="98765"), 0.5),  # as like, but no slip
        (other(number="98765", days=40), 0.5),  # the same amount on another day
        (other(number="98765", days=3, face_minor=10_150), 0.125),
        (other(number="98765", days=40, face_minor=9_999), None),
        (other(number="98765", face_minor=10_300), None),
        (other(number="12346", buyer="b9"), None),
        (other(number="12345", days=61, face_minor=5_000), None),
    ],
)
def test_a_claim_that_is_nearly_a_financed_one_is_seen(
    made: tuple[Made, Made], strength: float | None
) -> None:
    own = invoice(number="12345")

    found = signs(own, *LENT, *made).get("near_duplicate")

    assert (None if found is None else found.strength) == strength
    if found is not None:
        shown = ids(own, BILLED, *LENT, *made)
        assert found.about == "r0"
        assert shown <= set(found.evidence)
    assert "near_duplicate" not in signs(own, *made)  # nobody has lent on it


def test_an_amount_that_recurs_is_no_sign() -> None:
    more = [
        row
        for n in (6, 7)
        for row in (
            at("requested_receivable", f"o{n}", financing_request="q0", receivable=f"r{n}"),
            at(
                "receivable",
                f"r{n}",
                supplier="s0",
                buyer="b0",
                face_minor=10_000,
                issued_on=TODAY - 60 - n,
            ),
        )
    ]
    rent = (invoice(), *LENT, *other(number="98765", days=30))

    assert signs(*rent)["near_duplicate"].strength == 0.5
    assert "near_duplicate" not in signs(*rent, *more)


@pytest.mark.parametrize(
    ("one", "same", "slip"),
    [
        ("12345", "12346", True),
        ("12345", "1245", True),
        ("12345", "123455", True),
        ("12345", "12435", True),
        ("12345", "12354", True),
        ("12345", "12345", False),
        ("12345", "13435", False),
        ("12345", "1235467", False),
        ("12345", "21435", False),
        ("1", "", True),
    ],
)
def test_a_slip_is_one_sign(one: str, same: str, *, slip: bool) -> None:
    assert is_slip(one, same) == is_slip(same, one) == slip


def test_the_same_invoice_financed_is_a_duplicate_and_no_near_one() -> None:
    claim, paper = other()
    twin = (paper[0], {**paper[1], "canonical_hash": "h0"})

    found = signs(invoice(), *LENT, claim, twin)

    assert found.keys() == {"duplicate"}
    assert ids(invoice(), *LENT, twin) <= set(found["duplicate"].evidence)


@pytest.mark.parametrize(
    ("named", "sign", "strength"),
    [
        ({"invoice_number": "12345"}, "earlier_claim", 1.0),
        ({"buyer": "b0"}, "earlier_claim", 0.2),
        ({"invoice_number": "12335", "amount_minor": 10_000}, "near_duplicate", 1.0),
        ({"invoice_number": "12335", "amount_minor": 9_900}, "near_duplicate", 0.666667),
        ({"invoice_number": "12335"}, "near_duplicate", 1.0),
        ({"invoice_number": "12345-1", "amount_minor": 5_000}, "near_duplicate", 1.0),
        ({"invoice_number": "12335", "amount_minor": 5_000}, None, 0.0),
        ({"invoice_number": "99", "amount_minor": 10_000}, None, 0.0),
        ({"invoice_number": "12335", "ended_on": TODAY}, None, 0.0),
        ({"invoice_number": "12335", "receivable": "r8"}, None, 0.0),
    ],
)
def test_what_is_registered_for_others_is_a_sign(
    named: dict[str, Any], sign: SignKind | None, strength: float
) -> None:
    given = {"debtor": "s0", "business": "factoring", "registered_at": NOW - 3 * DAY, **named}
    entry = at("registration", "g", **given)

    found = signs(invoice(number="12345"), entry)

    assert {kind: one.strength for kind, one in found.items()} == ({sign: strength} if sign else {})
    assert all(ids(entry) <= set(one.evidence) for one in found.values())


def test_parts_that_add_up_to_a_financed_claim_are_a_split() -> None:
    two = [
        row
        for n, face in (("8", 4_000), ("9", 6_000))
        for row in (
            at("requested_receivable", f"o{n}", financing_request="q0", receivable=f"r{n}"),
            at(
                "receivable",
                f"r{n}",
                supplier="s0",
                buyer="b0",
                face_minor=face,
                issued_on=TODAY - 29,
            ),
        )
    ]

    found = signs(invoice(), lent(), *two)

    assert found.keys() == {"split"}
    assert ids(lent(), *two) <= set(found["split"].evidence)
    assert signs(invoice(), lent(), *two, face_minor=10_011) == {}
