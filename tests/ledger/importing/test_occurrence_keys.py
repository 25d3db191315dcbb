"""A key of a row depends on what it says and on its equals before it, on nothing else."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.importing.occurrence_keys import OccurrenceKey

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "a": st.sampled_from(["1", "2", None]),
            "b": st.sampled_from([Decimal("1.5"), Decimal(2), None]),
            "other": st.integers(),
        }
    ),
    max_size=30,
)


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return OccurrenceKey(["a", "b"]).of(rows)


@given(ROWS)
def test_no_two_rows_of_a_file_share_a_key(rows: list[dict[str, Any]]) -> None:
    assert len(set(keys(rows))) == len(rows)


@given(ROWS, ROWS)
def test_a_longer_file_gives_old_rows_their_old_keys(
    rows: list[dict[str, Any]], more: list[dict[str, Any]]
) -> None:
    assert keys(rows + more)[: len(rows)] == keys(rows)


@given(ROWS, st.lists(st.integers(1, 5), min_size=30, max_size=30))
def test_the_rows_may_come_in_blocks_of_any_size(
    rows: list[dict[str, Any]], sizes: list[int]
) -> None:
    key, left, found = OccurrenceKey(["a", "b"]), iter(rows), list[str]()
    for size in sizes:
        found += key.of(list(islice(left, size)))
    plain = Counter[str]()
    for row, made in zip(rows, found, strict=True):
        plain[repr((row["a"], row["b"]))] += 1
        assert made.endswith(f"-{plain[repr((row['a'], row['b']))]}")
    assert found == keys(rows)


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_keys_of_a_file_do_not_depend_on_its_order(
    both: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    assert sorted(keys(both[0])) == sorted(keys(both[1]))


def test_the_value_counts_and_not_its_writing() -> None:
    one: dict[str, Any] = {"a": date(2024, 1, 1), "b": Decimal("1182.0")}
    same = {"a": "2024-01-01", "b": Decimal("1182.00")}
    other = {"a": "2024-01-01", "b": Decimal("1182.01")}
    assert keys([one]) == keys([same]) != keys([other])


def test_missing_is_not_an_empty_text_and_columns_do_not_run_together() -> None:
    rows: list[dict[str, Any]] = [
        {"a": None, "b": "x"},
        {"a": "", "b": "x"},
        {"a": "x", "b": ""},
        {"a": "null", "b": "x"},
    ]
    assert len({key for row in rows for key in keys([row])}) == 4


def test_the_keys_are_short_and_stay_what_they_are() -> None:
    rows = [{"a": "7", "b": Decimal("12.30")}] * 2
    assert keys(rows) == ["a39aaae674ce42e6bc0f-1", "a39aaae674ce42e6bc0f-2"]
