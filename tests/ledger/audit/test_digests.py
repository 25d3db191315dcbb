"""Equal content has one digest, and nothing else has it."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.chain import HEADER_FIELDS
from ledger.audit.digests import (
    FIELDS,
    OWN,
    SHARED,
    Sealer,
    canonical,
    digest,
    possible_digests,
    seal_over,
)
from ledger.audit.stored_rows import Unreadable, tagged_values
from ledger.clocks import to_day_number, to_micros
from ledger.ids import new_id
from ledger.kinds import KINDS, Kind, table_of
from tests.ledger.made_rows import EARLIER, NOW

GOLDEN = Path(__file__).with_name("golden_fields.json")

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
).map(lambda said: {**dict.fromkeys(FIELDS["party"]), **said})


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
        **dict.fromkeys(FIELDS["party"]),
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


def test_what_is_hashed_is_pinned() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    now = {
        "content": {name: list(fields) for name, fields in FIELDS.items()},
        "seal": [*SHARED, *OWN],
        "header": {name: list(fields) for name, fields in HEADER_FIELDS.items()},
    }

    # A new kind: add it. A new field: add it, nullable and without a value in older rows, at the
    # end. Anything else changes the hashes of rows that exist: raise the VERSION.
    assert now == golden


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_everything_that_a_row_holds_is_hashed(kind: Kind) -> None:
    columns = set(table_of(kind.name).columns.keys())

    assert columns == {*FIELDS[kind.name], *SHARED, *OWN, "seal"}


def test_everything_in_a_header_is_hashed() -> None:
    for name, fields in HEADER_FIELDS.items():
        assert {*fields, "digest"} == set(table_of(name).columns.keys())


@given(rows, st.none() | st.just("old"))
def test_a_stored_row_gives_the_bytes_of_the_row_written(
    row: dict[str, Any], supersedes: str | None
) -> None:
    shared = {"tenant": "t", "batch": "b;x", "source_system": "é", "recorded_at": NOW}
    clocks = {"known_at": EARLIER, "visible_at": NOW}
    own = {"id": "1", "seq": 3, "revision": 1, "supersedes": supersedes, **clocks}
    fact = {**row, **shared, **own, "digest": digest("party", row)}
    sealer = Sealer(b"before", shared)
    known_at, visible_at = to_micros(EARLIER), to_micros(NOW)
    seal = sealer.seal("party", "1", 3, 1, supersedes, known_at, visible_at, fact["digest"])
    stored = {
        field: to_micros(value) if isinstance(value, datetime) else value
        for field, value in {**dict.fromkeys(FIELDS["party"]), **fact, "seal": seal}.items()
    }
    if row["onboarded_on"] is not None:
        stored["onboarded_on"] = to_day_number(row["onboarded_on"])
    if row["person_linked"] is not None:
        stored["person_linked"] = int(row["person_linked"])
    fields = tagged_values("party", stored)

    assert sealer.last == seal == seal_over(b"before", "party", fields)
    assert fact["digest"] in possible_digests("party", fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", 5), ("seq", "1"), ("seq", 1.0), ("person_linked", 2), ("digest", "x"), ("seq", True)],
)
def test_a_stored_value_of_another_type_is_unreadable(field: str, value: object) -> None:
    empty = dict.fromkeys(table_of("party").columns.keys())

    with pytest.raises(Unreadable) as caught:
        tagged_values("party", {**empty, field: value})

    assert (caught.value.table, caught.value.field) == ("party", field)


def test_ids_are_version_7_and_grow() -> None:
    ids = [new_id() for _ in range(10_000)]

    assert ids == sorted(set(ids))
    assert all(len(one) == 36 and one[14] == "7" and one == one.lower() for one in ids)
    assert abs(int(ids[0].replace("-", "")[:12], 16) / 1000 - datetime.now(UTC).timestamp()) < 60
