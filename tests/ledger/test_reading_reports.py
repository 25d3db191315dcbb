"""Whatever form rows come in, they are the same rows; a bad one costs itself alone."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.faults import UnknownKind
from ledger.kinds import BY_NAME, KINDS
from ledger.reports import json_array, read_rows
from ledger.reports.parquet_rows import require_types, rows_of_batches
from ledger.reports.read_rows import ReadRow, Trouble
from ledger.reports.reading import Form, read_report
from ledger.reports.report_faults import TooManyRows, UnreadableReport, WrongColumns
from ledger.reports.row_shape import shape_of
from tests.ledger.made_kinds import bare_row, full_row
from tests.ledger.written_reports import FORMS, as_parquet, columns_of, parquet, read, written

MIDNIGHT = "2024-01-02T00:00:00Z"
ROW = b'{"ref":"a","happened_at":"2024-01-02T00:00:00Z"}'
HAPPENED = pa.array([datetime(2024, 1, 2, tzinfo=UTC)], pa.timestamp("us", "UTC"))


def rows_in(form: str, kind: str, rows: list[dict[str, Any]]) -> Iterator[ReadRow]:
    """Rows written in a form and read again; those of Parquet without the process between."""
    if form != "arrow":
        return read(cast(Form, form), written(cast(Form, form), kind, rows), kind)
    return rows_of_batches(pa.table(columns_of(kind, rows)).to_reader())


def known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize("form", ["json", "ndjson", "csv", "arrow"])
@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_each_form_gives_the_values_that_the_rows_of_a_kind_take(kind: str, form: str) -> None:
    rows = [full_row(BY_NAME[kind]), bare_row(BY_NAME[kind])]

    found = list(rows_in(form, kind, rows))

    assert [known(row.values) for row in found] == [known(row) for row in rows]
    assert [row.troubles for row in found] == [(), ()]
    assert [row.line for row in found] == ([2, 3] if form == "csv" else [1, 2])
    for row in found:
        BY_NAME[kind].row.model_validate(row.values, strict=True)


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\x85"),
    min_size=1,
    max_size=20,
)


@given(st.lists(TEXTS, min_size=1, max_size=5), st.datetimes(timezones=st.just(UTC)))
def test_texts_and_instants_come_back_as_they_were(texts: list[str], instant: datetime) -> None:
    rows = [{"ref": text, "happened_at": instant, "name": text} for text in texts]

    for form in ("json", "ndjson", "csv", "arrow"):
        assert [row.values for row in rows_in(form, "party", rows)] == rows


@pytest.mark.parametrize("form", FORMS)
def test_what_looks_like_something_else_stays_the_text_it_is(form: Form) -> None:
    refs = ["NA", "null", "007", "1e5", "true", "nan", " x ", "-", "=1+1", "2024-01-02", "\ufeffa"]
    rows = [{"ref": ref, "happened_at": datetime(2024, 1, 2, tzinfo=UTC)} for ref in refs]

    assert [row.values["ref"] for row in read(form, written(form, "party", rows))] == refs


@pytest.mark.parametrize("form", ["json", "ndjson", "csv"])
def test_a_byte_order_mark_and_blanks_around_don_t_matter(form: Form) -> None:
    body = written(form, "party", [full_row(BY_NAME["party"])])

    (plainly,) = read(form, body)
    (marked,) = read(form, b"\xef\xbb\xbf" + body + b"\n\n")

    assert marked == plainly


def test_a_single_object_is_a_row_too() -> None:
    (row,) = read("json", b" " + ROW + b"\n")

    assert (row.line, row.values["ref"]) == (1, "a")


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_it_doesn_t_matter_where_a_block_ends(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_array, "BYTES_A_BLOCK", size)
    body = ('[{"ref":"供应商 \\ud83d\\ude00","happened_at":"' + MIDNIGHT + '"} , 12 ,3]').encode()

    first, *others = read("json", body)

    assert first.values["ref"] == "供应商 😀"
    assert [row.troubles[0].reason.split(":")[0] for row in others] == ["a row is an object"] * 2


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("face_minor", "1.0", "not a whole number"),
        ("face_minor", "1e3", "not a whole number"),
        ("face_minor", "1,000", "not a whole number"),
        ("face_minor", "007", "not a whole number"),
        ("face_minor", "+5", "not a whole number"),
        ("face_minor", " 5", "not a whole number"),
        ("face_minor", "٥", "not a whole number"),
        ("face_minor", "NaN", "not a whole number"),
        ("face_minor", "9" * 5_000, "not a whole number"),
        ("due_on", "20240302", "not a day"),
        ("due_on", "2024-02-30", "not a day"),
        ("due_on", "02/03/2024", "not a day"),
        ("due_on", "2024-W01-1", "not a day"),
        ("due_on", "2024-03-02T00:00:00Z", "not a day"),
        ("happened_at", "2024-01-02", "not an instant"),
        ("happened_at", "2024-01-02T00:00:00", "without an offset"),
        ("happened_at", "2024-01-02T24:00:00Z", "not an instant"),
        ("happened_at", "2024-01-02T00:00:00.1234567Z", "not an instant"),
        ("happened_at", "2024-13-02T00:00:00Z", "no such date"),
        ("happened_at", "0001-01-01T00:00:00+08:00", "no such date"),
    ],
)
def test_a_cell_is_read_in_one_way_or_not_at_all(field: str, text: str, reason: str) -> None:
    row = full_row(BY_NAME["receivable"]) | {field: text}

    (found,) = read("csv", written("csv", "receivable", [row]), "receivable")

    assert [trouble.field for trouble in found.troubles] == [field]
    assert reason in found.troubles[0].reason
    assert found.values == {}


@pytest.mark.parametrize("word", ["True", "TRUE", "1", "yes", "t", "是"])
def test_true_and_false_are_written_so(word: str) -> None:
    body = f"ref,happened_at,person_linked\na,{MIDNIGHT},{word}\n"

    (row,) = read("csv", body.encode())

    assert row.troubles[0].field == "person_linked"


@pytest.mark.parametrize("field", ["happened_at", "known_at"])
def test_an_instant_may_have_a_blank_for_its_t(field: str) -> None:
    body = f"ref,happened_at,known_at\na,{MIDNIGHT},\n".replace(
        MIDNIGHT, "2024-01-02 08:00:00+08:00"
    )

    (row,) = read("csv", body.encode())

    assert row.values["happened_at"] == datetime(2024, 1, 2, tzinfo=UTC)


def test_rows_are_handed_on_in_chunks_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_rows, "ROWS_A_CHUNK", 4)
    monkeypatch.setattr(read_rows, "SIZE_A_CHUNK", 1_000)
    short = ROW + b"\n"
    long = ROW.replace(b'"a"', b'"' + b"a" * 600 + b'"') + b"\n"

    def sizes(body: bytes) -> list[int]:
        return [len(chunk) for chunk in read_report(io.BytesIO(body), "ndjson", "party")]

    assert sizes(short * 9) == [4, 4, 1]
    assert sizes(long * 5) == [2, 2, 1]


@pytest.mark.parametrize("form", FORMS)
def test_more_rows_than_allowed_are_refused(form: Form) -> None:
    body = written(form, "party", [full_row(BY_NAME["party"])] * 3)

    def count(most: int) -> int:
        return sum(
            len(chunk) for chunk in read_report(io.BytesIO(body), form, "party", most_rows=most)
        )

    assert count(3) == 3
    with pytest.raises(TooManyRows):
        count(2)


def test_a_kind_must_be_one() -> None:
    with pytest.raises(UnknownKind):
        list(read("json", b"[]", "partie"))


@pytest.mark.parametrize("body", [b"[]", b" [ \n ] "])
def test_an_array_may_be_empty(body: bytes) -> None:
    assert list(read("json", body)) == []


def test_a_table_without_rows_has_none() -> None:
    assert list(read("csv", b"ref,happened_at\n")) == []
    assert list(read("parquet", as_parquet("party", []))) == []


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("ref", pa.array([7])),
        ("ref", pa.array([b"a"])),
        ("happened_at", pa.array([datetime(2024, 1, 2)])),  # noqa: DTZ001 - that is the point
        ("happened_at", pa.array([date(2024, 1, 2)])),
        ("happened_at", pa.array([MIDNIGHT])),
        ("person_linked", pa.array([1])),
        ("person_linked", pa.array([[True]])),
        ("onboarded_on", pa.array([MIDNIGHT[:10]])),
        ("onboarded_on", HAPPENED),
        ("name", pa.array([{"first": "a"}])),
        ("name", pa.array([1]).dictionary_encode()),
    ],
    ids=range(11),
)
def test_a_column_of_another_type_is_refused_by_name(column: str, wrong: Any) -> None:
    columns = {"ref": pa.array(["a"]), "happened_at": HAPPENED} | {column: wrong}

    with pytest.raises(WrongColumns) as caught:
        require_types(pa.table(columns).schema, shape_of("party"))

    assert caught.value.field == column
    assert "write it as" in caught.value.remedy


def test_texts_of_any_arrow_form_are_texts() -> None:
    refs = pa.array(["007", "NA", "c"])
    columns = {
        "ref": refs.cast(pa.large_string()),
        "happened_at": HAPPENED.take([0, 0, 0]),
        "name": refs.dictionary_encode(),
        "vat_id": pa.array([None, None, None]),
    }
    rows = list(read("parquet", parquet(columns)))

    assert [row.values.get("ref") for row in rows] == refs.to_pylist()
    assert [row.values.get("name") for row in rows] == refs.to_pylist()
    assert [row.values.get("vat_id") for row in rows] == [None] * 3


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_instants_of_any_unit_and_zone_are_the_same_instants(unit: str) -> None:
    happened = HAPPENED.cast(pa.timestamp(unit, "Asia/Shanghai"))

    (row,) = rows_of_batches(pa.table({"ref": ["a"], "happened_at": happened}).to_reader())

    assert row.values["happened_at"] == datetime(2024, 1, 2, tzinfo=UTC)


def test_an_instant_finer_than_a_microsecond_is_not_rounded() -> None:
    fine = pa.array([1], pa.timestamp("ns", "UTC"))

    with pytest.raises(UnreadableReport, match="finer than microseconds"):
        list(read("parquet", parquet({"ref": pa.array(["a"]), "happened_at": fine})))


def test_days_and_instants_out_of_reach_are_left_to_the_schema() -> None:
    columns = {
        "ref": pa.array(["a"]),
        "happened_at": pa.array([2**62], pa.timestamp("us", "UTC")),
        "onboarded_on": pa.array([10**8], pa.int32()).cast(pa.date32()),
    }

    (row,) = rows_of_batches(pa.table(columns).to_reader())

    assert not isinstance(row.values["happened_at"], datetime)
    assert not isinstance(row.values["onboarded_on"], date)


def test_at_most_some_troubles_are_told_of_a_row() -> None:
    body = "{" + ",".join(f'"field{at}":1' for at in range(1_000)) + "}"

    (row,) = read("ndjson", body.encode())

    assert len(row.troubles) == read_rows.MOST_TROUBLES
    assert row.troubles[0].reason == "party has no such field; leave it out"


def test_all_that_is_wrong_with_a_row_is_told() -> None:
    body = '{"ref":"\\ud800","ref":NaN,"happened_at":"2024","onboarded_on":1e400,"colour":{}}'

    (row,) = read("json", body.encode())

    assert {trouble.field for trouble in row.troubles} == {
        "ref",
        "happened_at",
        "onboarded_on",
        "colour",
    }


def test_names_that_may_be_values_are_not_shown() -> None:
    (row,) = read("json", '[{"张三 13812345678": 1}]'.encode())

    assert row.troubles == (Trouble("(name not shown)", "party has no such field; leave it out"),)
