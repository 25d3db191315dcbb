"""A body means one thing or is refused, and the refusal never repeats what was sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.refusals import MalformedJson
from service.strict_json import DEEPEST, check_json

TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(TREES, st.booleans())
def test_plain_json_passes_and_its_text_is_returned(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)

    assert check_json(text.encode()) == text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"amount": 5, "amount": 900000000}', "/amount"),
        (b'{"a": [{"b": 1, "c": 2, "b": 1}]}', "/a/0/b"),
        (b'{"\\u0061": 1, "a": 2}', "/a"),
        (b'{"a": NaN}', "/a"),
        (b'{"a": [0, -Infinity]}', "/a/1"),
        (b'{"a": 1e999}', "/a"),
        (b'{"a": -1e999}', "/a"),
        (b'{"a": ' + b"9" * 41 + b"}", "/a"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "/a"),
        (b'{"a": "\\ud800"}', "/a"),
        (b'{"a": "\\udc00\\ud800"}', "/a"),
        (b'{"a": {"\\ud800": 1}}', "/a"),
    ],
)
def test_what_parsers_let_pass_is_refused_with_its_place(body: bytes, pointer: str) -> None:
    with pytest.raises(MalformedJson) as refused:
        check_json(body)

    assert pointer in [flaw.pointer for flaw in refused.value.flaws]
    assert all(flaw.fault and flaw.remedy for flaw in refused.value.flaws)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 01}',
        b'{"a": .5}',
        b'{"a": 1} x',
        b'{"a": 1}{"a": 1}',
        b'{"a": "\x00"}',
        b'{"a": "\n"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    ],
    ids=range(18),
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedJson) as refused:
        check_json(body)

    assert refused.value.remedy


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert check_json(b'{"a": "\\ud83d\\ude00"}')


def test_a_value_that_slipped_into_a_key_is_not_repeated() -> None:
    with pytest.raises(MalformedJson) as refused:
        check_json('{"王小明 13800000000": 1, "王小明 13800000000": 2}'.encode())

    assert "138" not in repr(refused.value.flaws)
    assert "王" not in repr(refused.value.flaws)
