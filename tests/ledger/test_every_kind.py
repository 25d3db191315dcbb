"""What holds for every kind of fact: taken, kept, refused and corrected, on both stores."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.checking import check_rows
from ledger.clocks import to_day_number, to_micros
from ledger.declaring import Need
from ledger.kinds import KINDS, Kind
from ledger.reader import facts
from tests.ledger.made_kinds import (
    bare_row,
    every_kind,
    full_row,
    limits,
    plain_type,
    reported,
)
from tests.ledger.made_rows import NOW, Row, a_ledger, put

EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A ledger with two empty books."""
    with a_ledger(database_url) as opened:
        yield opened


def faults(kind: Kind, row: Row) -> list[str]:
    return [fault.field for fault in check_rows(kind, [row], "BRL", NOW).faults]


def stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_micros(value)
    return to_day_number(value) if isinstance(value, date) else value


def test_a_row_of_every_kind_is_kept_as_it_was_sent(engine: Engine) -> None:
    sent = every_kind()
    receipt = put(engine, sent)

    assert receipt.added == sum(map(len, sent.values()))
    for kind in KINDS:
        found = facts(engine, "default", kind.name, through_seq=receipt.last_seq).to_pylist()
        wanted = [
            {name: stored(row.get(name)) for name in reported(kind.row)} for row in sent[kind.name]
        ]
        for row, sent_row in zip(found, wanted, strict=True):
            if sent_row.get("canonical_hash", "given") is None:  # filled in: test_completing
                sent_row["canonical_hash"] = row["canonical_hash"]
            assert {name: row[name] for name in reported(kind.row)} == sent_row
        assert [row["ref"] for row in found] == [row["ref"] for row in sent[kind.name]]


def test_a_correction_of_every_kind_supersedes(engine: Engine) -> None:
    put(engine, every_kind())
    later = {
        kind.name: [{**full_row(kind), "happened_at": full_row(kind)["happened_at"] + HOUR}]
        for kind in KINDS
    }

    receipt = put(engine, later)

    assert (receipt.added, receipt.corrected) == (0, len(KINDS))
    for kind in KINDS:
        where = {"ref": [f"{kind.name}-1"]}
        found = facts(engine, "default", kind.name, through_seq=10_000, where=where).to_pylist()
        assert [row["revision"] for row in found] == [0, 1]
        assert found[1]["supersedes"] == found[0]["id"]


def test_what_is_named_and_not_there_is_refused_by_its_field(engine: Engine) -> None:
    put(engine, every_kind())
    strays = {
        kind.name: [
            {**full_row(kind), "ref": f"{kind.name}-{field}", field: "nobody", **RED.get(field, {})}
            for field in kind.names
        ]
        for kind in KINDS
    }

    receipt = put(engine, strays, keep_good=True)

    found = [(fault.kind, fault.field) for fault in receipt.faults]
    assert sorted(found) == sorted((kind.name, field) for kind in KINDS for field in kind.names)
    assert receipt.added == 0


HOUR = timedelta(hours=1)
RED = {"red_of": {"net_minor": -100, "tax_minor": -13, "gross_minor": -113}}


@EACH_KIND
def test_each_mandatory_field_is_asked_for_by_name(kind: Kind) -> None:
    assert faults(kind, full_row(kind)) == faults(kind, bare_row(kind)) == []
    for field in bare_row(kind):
        left_out = {name: said for name, said in bare_row(kind).items() if name != field}
        assert faults(kind, left_out) == [field]
        assert faults(kind, {**bare_row(kind), field: None}) == [field]


@EACH_KIND
def test_values_of_another_type_or_size_are_refused_by_name(kind: Kind) -> None:
    for field in reported(kind.row):
        form = plain_type(kind.row.model_fields[field].annotation)
        wrong: list[Any] = ["5", 5.0, True] if form is int else [5, "nowhere\x00"]
        if form is int:
            low, high = limits(kind, field)
            wrong += [low - 1, high + 1]
        for value in wrong:
            assert faults(kind, {**full_row(kind), field: value}) == [field]


@EACH_KIND
def test_only_keyed_hashes_go_where_a_hash_is_asked_for(kind: Kind) -> None:
    for field in (name for name in reported(kind.row) if name.endswith("_hash")):
        for raw in ("13912345678", "A" * 64, "0" * 63, "0" * 64 + "\n"):
            assert faults(kind, {**full_row(kind), field: raw}) == [field]


@EACH_KIND
def test_every_field_says_what_it_means(kind: Kind) -> None:
    for field in reported(kind.row):
        declared = kind.row.model_fields[field]
        told = declared.json_schema_extra
        assert isinstance(told, dict)
        assert str(declared.description).endswith(".")
        assert told["need"] in get_args(Need)
        assert (told["need"] == "M") == declared.is_required()
        assert bool(told["missing"]) != declared.is_required()


@EACH_KIND
def test_the_kinds_that_a_kind_names_come_before_it(kind: Kind) -> None:
    names = [one.name for one in KINDS]

    assert set(kind.names.values()) <= set(names[: names.index(kind.name) + 1])


def values(kind: Kind, field: str) -> st.SearchStrategy[Any]:
    """Values of the type and within the limits of a field."""
    form = plain_type(kind.row.model_fields[field].annotation)
    if get_origin(form) is Literal:
        return st.sampled_from(get_args(form))
    if form is int:
        return st.integers(*limits(kind, field))
    return {
        bool: st.booleans(),
        date: st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        datetime: st.datetimes(datetime(1900, 1, 2), datetime(2024, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        str: st.just(full_row(kind)[field]) | st.text(max_size=130),
    }[form]


@EACH_KIND
@given(data=st.data())
def test_any_values_of_the_right_types_are_taken_or_told(kind: Kind, data: st.DataObject) -> None:
    row = full_row(kind)
    for field in data.draw(st.lists(st.sampled_from(reported(kind.row)), max_size=4)):
        optional = not kind.row.model_fields[field].is_required()
        row[field] = data.draw(values(kind, field) | (st.none() if optional else st.nothing()))

    verdict = check_rows(kind, [row, row], "BRL", NOW)

    assert len(verdict.good) + bool(verdict.faults) == 1
    assert all(fault.reason for fault in verdict.faults)
    assert all(good.values[field] == row[field] for good in verdict.good for field in row)
