"""Keyed hashes: equal for one thing written two ways, and for nothing else."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.faults import WrongHashKey
from ledger.hashing import keyed_hash

KEY = bytes(range(32))


def test_the_hash_is_hmac_sha256_over_the_attribute_and_the_value() -> None:
    wanted = hmac.new(KEY, b"phone\x0013912345678", "sha256").hexdigest()

    assert keyed_hash(KEY, "phone", "13912345678") == wanted


@pytest.mark.parametrize("value", ["139 1234-5678", "１３９１２３４５６７８", " 13912345678\t"])
def test_ways_of_writing_have_one_hash(value: str) -> None:
    assert keyed_hash(KEY, "phone", value) == keyed_hash(KEY, "phone", "13912345678")


def test_another_key_attribute_or_value_has_another_hash() -> None:
    hashes = {
        keyed_hash(KEY, "phone", "1"),
        keyed_hash(KEY[::-1], "phone", "1"),
        keyed_hash(KEY, "bank_account", "1"),
        keyed_hash(KEY, "phone", "2"),
    }

    assert len(hashes) == 4


@given(value=st.text())
def test_case_never_matters(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    found = keyed_hash(KEY, "email", value)

    assert found == keyed_hash(KEY, "email", value.casefold())
    assert len(found) == 64


def test_a_short_key_is_refused() -> None:
    with pytest.raises(WrongHashKey, match="31 bytes"):
        keyed_hash(KEY[:31], "phone", "1")
