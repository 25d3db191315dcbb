"""An invoice has a canonical hash whether its source gives one or not, and keeps it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ledger.audit.verifying import verify
from ledger.canonical import canonical_hash
from ledger.database import reading
from tests.ledger.made_rows import Row, a_ledger, party, put

CODE = "91350100M000100Y43"
TERMS = {"number": "0042", "issued_on": date(2024, 1, 2), "gross_minor": 113, "currency": "BRL"}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with a supplier and a buyer."""
    with a_ledger(database_url) as opened:
        put(opened, {"party": [party("s"), party("b", lei="213800KUD8LAJWSQ9D15")]})
        yield opened


def invoice(ref: str = "i", **more: Any) -> Row:
    parties = {"seller": "s", "buyer": "b", "kind": "commercial"}
    return party(ref, **parties, **TERMS, net_minor=100, tax_minor=13, **more)


def hashes(engine: Engine) -> list[str | None]:
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT canonical_hash FROM invoice ORDER BY seq")))


def made(seller: str, buyer: str = "213800KUD8LAJWSQ9D15", **other: Any) -> str:
    return canonical_hash(seller=seller, buyer=buyer, **{**TERMS, **other})


def test_the_hash_names_parties_as_everybody_does_and_else_by_ref(engine: Engine) -> None:
    put(engine, {"invoice": [invoice()]})

    assert hashes(engine) == [made("s")]


def test_a_party_of_the_same_batch_counts_before_the_ledger(engine: Engine) -> None:
    put(engine, {"party": [party("s", uscc=CODE)], "invoice": [invoice()]})

    assert hashes(engine) == [made(CODE)]


def test_a_hash_that_is_given_is_kept(engine: Engine) -> None:
    put(engine, {"invoice": [invoice(canonical_hash="0" * 64)]})

    assert hashes(engine) == ["0" * 64]


def test_a_code_that_comes_later_makes_no_correction_of_an_old_invoice(engine: Engine) -> None:
    put(engine, {"invoice": [invoice()]})
    put(engine, {"party": [party("s", uscc=CODE)]})

    assert put(engine, {"invoice": [invoice(), invoice("new")]}).unchanged == 1
    assert put(engine, {"invoice": [invoice(buyer_use="unused")]}).corrected == 1
    assert hashes(engine) == [made("s"), made(CODE), made("s")]


def test_a_correction_of_what_the_hash_is_made_of_gets_a_new_one(engine: Engine) -> None:
    put(engine, {"invoice": [invoice()]})
    put(engine, {"party": [party("s", uscc=CODE)]})
    put(engine, {"invoice": [{**invoice(), "number": "43"}]})

    assert hashes(engine) == [made("s"), made(CODE, number="43")]
    assert verify(engine, "default", [], []).ok


def test_a_number_that_names_nothing_has_no_hash(engine: Engine) -> None:
    put(engine, {"invoice": [{**invoice(), "number": "-"}]})

    assert hashes(engine) == [None]
