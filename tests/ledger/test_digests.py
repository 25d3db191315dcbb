"""Equal content has one digest, and nothing else has it."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books import ScoreRecord
from ledger.digests import FIELDS, canonical, digest
from ledger.ids import new_id
from ledger.kinds import KINDS, Kind
from tests.ledger.made_rows import EARLIER

texts = st.none() | st.text(max_size=4, alphabet="ab=;:s1i")
rows = st.fixed_dictionaries(
    {
        "ref": texts,
        "happened_at": st.just(EARLIER),
        "known_at": st.none() | st.just(EARLIER),
        "name": texts,
        "country": texts,
        "person_linked": st.sampled_from([None, True, False]),
        "onboarded_on": st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 3)),
    }
)


@given(rows, rows)
def test_two_rows_have_one_digest_only_if_they_say_the_same(
    left: dict[str, Any], right: dict[str, Any]
) -> None:
    assert (digest("party", left) == digest("party", right)) == (left == right)
    assert (canonical("party", left) == canonical("party", right)) == (left == right)


@given(rows)
def test_unknown_is_not_empty(row: dict[str, Any]) -> None:
    assert digest("party", {**row, "name": None}) != digest("party", {**row, "name": ""})


def test_the_bytes_hashed_are_these() -> None:
    row = {
        "ref": "é",
        "happened_at": datetime(1970, 1, 1, 8, 0, 0, 5, tzinfo=timezone(timedelta(hours=8))),
        "known_at": None,
        "name": "a;b",
        "country": None,
        "person_linked": True,
        "onboarded_on": date(1970, 1, 2),
    }

    assert canonical("party", row).decode() == (
        "tricredit party 1\nref=s1:é;happened_at=t5;name=s3:a;b;person_linked=b1;onboarded_on=d1;"
    )


def test_a_value_of_another_type_is_refused() -> None:
    row = dict.fromkeys(FIELDS["payment"])

    with pytest.raises(TypeError, match="float"):
        digest("payment", {**row, "amount_minor": 0.1})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_everything_that_a_source_reports_is_hashed(kind: Kind) -> None:
    assert FIELDS[kind.name] == tuple(kind.row.model_fields)


def test_everything_in_a_score_record_is_hashed() -> None:
    assert {*FIELDS["score_record"], "digest"} == set(ScoreRecord.model_fields)


def test_ids_are_version_7_and_grow() -> None:
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(set(ids))
    assert all(len(one) == 36 and one[14] == "7" and one == one.lower() for one in ids)
    assert abs(int(ids[0].replace("-", "")[:12], 16) / 1000 - datetime.now(UTC).timestamp()) < 60
