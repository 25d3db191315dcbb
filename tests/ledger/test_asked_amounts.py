"""What a reservation can't ask for is refused by its field, before the ledger is looked at."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ledger.asked_amounts import Asked, Ceiling, InvoiceAmount, require_sound
from ledger.faults import WrongKey
from ledger.money import LARGEST_MINOR
from ledger.reservation_faults import WrongReservation

ONE, TWO = "1" * 64, "2" * 64
GOOD = InvoiceAmount(ONE, 100, 1)
SOUND = Asked("s", "b", "a", (GOOD,), timedelta(hours=1))
A_FLOAT: dict[str, Any] = {"amount_minor": 1.0}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"invoices": ()}, "/invoices"),
        ({"invoices": (GOOD, GOOD)}, "/invoices/1/canonical_hash"),
        ({"invoices": (replace(GOOD, canonical_hash="A" * 64),)}, "/invoices/0/canonical_hash"),
        ({"invoices": (replace(GOOD, canonical_hash="a" * 63),)}, "/invoices/0/canonical_hash"),
        ({"invoices": (replace(GOOD, amount_minor=0),)}, "/invoices/0/amount_minor"),
        ({"invoices": (replace(GOOD, amount_minor=-5),)}, "/invoices/0/amount_minor"),
        ({"invoices": (replace(GOOD, amount_minor=True),)}, "/invoices/0/amount_minor"),
        ({"invoices": (replace(GOOD, **A_FLOAT),)}, "/invoices/0/amount_minor"),
        ({"invoices": (replace(GOOD, face_minor=0),)}, "/invoices/0/face_minor"),
        ({"invoices": (replace(GOOD, face_minor=2**53),)}, "/invoices/0/face_minor"),
        (
            {
                "invoices": (
                    InvoiceAmount(ONE, LARGEST_MINOR, LARGEST_MINOR),
                    InvoiceAmount(TWO, 5, 1),
                )
            },
            "/invoices",
        ),
        ({"lasts": timedelta(0)}, "/lasts"),
        ({"lasts": timedelta(days=367)}, "/lasts"),
        ({"ceilings": (Ceiling("buyer", -1),)}, "/ceilings/0/limit_minor"),
        (
            {"ceilings": (Ceiling("buyer", 1), Ceiling("group", 1), Ceiling("buyer", 2))},
            "/ceilings/2/of",
        ),
    ],
)
def test_what_can_t_be_held_is_refused_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(WrongReservation) as caught:
        require_sound(replace(SOUND, **change))

    assert caught.value.field == field
    assert caught.value.remedy


@pytest.mark.parametrize("change", [{"buyer": "a\nb"}, {"supplier": ""}, {"score": ""}])
def test_a_wrong_key_is_a_fault_of_its_own(change: dict[str, Any]) -> None:
    with pytest.raises(WrongKey):
        require_sound(replace(SOUND, **change))


def test_what_lies_at_the_edge_is_sound() -> None:
    largest = InvoiceAmount(ONE, LARGEST_MINOR, LARGEST_MINOR)
    edge = replace(
        SOUND, invoices=(largest,), ceilings=(Ceiling("buyer", 0),), lasts=timedelta(days=366)
    )

    require_sound(SOUND)
    require_sound(edge)
    assert edge.amount_minor == LARGEST_MINOR
