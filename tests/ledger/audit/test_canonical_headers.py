"""Headers of the audit chain are RFC 8785 JSON, as the library for it writes it."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.chain import LARGEST, canonical

NAMES = st.text(st.characters(max_codepoint=127), max_size=12)
VALUES = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(max_codepoint=0x2030), max_size=20),
    st.integers(-LARGEST, LARGEST),
    st.booleans(),
)


@given(st.dictionaries(NAMES, VALUES, max_size=12))
def test_it_is_what_the_library_gives(flat: dict[str, str | int]) -> None:
    assert canonical(flat) == rfc8785.dumps(dict(flat))


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 1])
def test_a_number_that_has_no_such_form_is_refused(number: int) -> None:
    with pytest.raises(rfc8785.IntegerDomainError):
        canonical({"a": number})
