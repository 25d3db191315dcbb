"""The canonical hash: its vectors, and what is written alike."""

import unicodedata
from datetime import date
from hashlib import sha256
from typing import Any, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.canonical import canonical_hash
from ledger.faults import WrongKey

INVOICE: dict[str, Any] = {
    "seller": "91350100M000100Y43",
    "buyer": "91110000600037341L",
    "number": "24110000000000000001",
    "issued_on": date(2026, 3, 1),
    "gross_minor": 1_130_000,
    "currency": "CNY",
}

VECTORS = [
    (
        {},
        "91350100m000100y43|91110000600037341l|24110000000000000001|2026-03-01|1130000|CNY",
        "781a31c8d92b6da120121a7fed0e849f019578e2daa33bda3621fb25c636dffc",
    ),
    (
        {"number": "00012345", "gross_minor": -5, "buyer": "供应商 (甲)"},
        "91350100m000100y43|供应商甲|12345|2026-03-01|-5|CNY",
        "57b7e2f1aca149bf34fdc0593d0ac8c70063519e04cb6c2e6d114d8c9deb8a4b",
    ),
    (
        {"number": "INV/2026-0042", "currency": "JPY", "gross_minor": 0, "seller": "s-1"},
        "s1|91110000600037341l|inv20260042|2026-03-01|0|JPY",
        "3974b9d4152264a6989406208592663e930aba244993b5847ef8d1a4fcca9958",
    ),
]


@pytest.mark.parametrize(("change", "hashed", "expected"), VECTORS)
def test_the_hash_is_that_of_the_parts_written_out(
    change: dict[str, Any], hashed: str, expected: str
) -> None:
    found = canonical_hash(**INVOICE | change)

    assert found == sha256(hashed.encode()).hexdigest()
    assert found == expected


@pytest.mark.parametrize(
    "typed",
    [
        {"seller": "91350100m000100y43"},
        {"seller": " 9135 0100 M000100Y-43 "},
        {"seller": "９１３５０１００Ｍ０００１００Ｙ４３"},
        {"number": "2411 0000 0000 0000 0001"},
        {"number": "2411-0000-0000-0000-0001"},
        {"number": "0024110000000000000001"},
    ],
)
def test_one_invoice_typed_otherwise_has_one_hash(typed: dict[str, Any]) -> None:
    assert canonical_hash(**INVOICE | typed) == canonical_hash(**INVOICE)


@pytest.mark.parametrize(
    "other",
    [
        {"seller": INVOICE["buyer"], "buyer": INVOICE["seller"]},
        {"number": "24110000000000000010"},
        {"issued_on": date(2026, 3, 2)},
        {"gross_minor": 1_130_001},
        {"gross_minor": -1_130_000},
        {"currency": "USD"},
    ],
)
def test_another_invoice_has_another_hash(other: dict[str, Any]) -> None:
    assert canonical_hash(**INVOICE | other) != canonical_hash(**INVOICE)


def test_nothing_moves_from_one_part_to_the_next() -> None:
    one = canonical_hash(**INVOICE | {"seller": "a|b", "buyer": "c"})
    other = canonical_hash(**INVOICE | {"seller": "a", "buyer": "b|c"})

    assert one != other


@pytest.mark.parametrize("field", ["seller", "buyer", "number"])
@pytest.mark.parametrize("nothing", ["", "-", " / ", "——"])
def test_what_names_nothing_has_no_hash(field: str, nothing: str) -> None:
    with pytest.raises(WrongKey) as caught:
        canonical_hash(**INVOICE | {field: nothing})

    assert caught.value.field == field


def test_leading_zeros_count_in_what_is_no_number() -> None:
    hashes = {canonical_hash(**INVOICE | {"number": number}) for number in ("A01", "A1", "0", "1")}

    assert len(hashes) == 4
    assert canonical_hash(**INVOICE | {"number": "000"}) == canonical_hash(
        **INVOICE | {"number": "0"}
    )


@given(st.text(min_size=1, max_size=30), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_any_text_has_one_hash_in_every_form_of_unicode(
    number: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    typed = f" {unicodedata.normalize(form, number)}."
    assume(any(sign.isalnum() for sign in unicodedata.normalize("NFKC", number)))

    assert canonical_hash(**INVOICE | {"number": number}) == canonical_hash(
        **INVOICE | {"number": typed}
    )
