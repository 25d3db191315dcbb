"""Rows of a report reach the writer; faults and doubts are told by line, in order."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.checking import check_rows
from ledger.database import writing
from ledger.doubts import warnings
from ledger.kinds import KINDS
from ledger.loads import Load, Receipt
from ledger.principals import OWNER
from ledger.reports import read_rows
from ledger.reports.reading import Form, read_report
from ledger.reports.row_shape import shape_of
from ledger.reports.taking import RowError, Taken, check_chunk, take
from tests.ledger.made_kinds import full_row
from tests.ledger.made_rows import NOW, a_ledger, everything, party, put, receivable
from tests.ledger.written_reports import FORMS, plain, written


@dataclass
class Noted:
    errors: list[RowError] = field(default_factory=list)
    doubts: list[RowError] = field(default_factory=list)

    def error(self, found: RowError) -> None:
        self.errors.append(found)

    def doubt(self, found: RowError) -> None:
        self.doubts.append(found)


@pytest.fixture
def books(sqlite_ledger: str) -> Iterator[Engine]:
    with a_ledger(sqlite_ledger) as engine:
        put(engine, {"party": [party("s"), party("b")]})
        yield engine


def taken(engine: Engine, form: Form, kind: str, body: bytes) -> tuple[Taken, Receipt, Noted]:
    noted = Noted()
    with writing(engine) as connection:
        load = Load(connection, OWNER, source_system="test", historical=False, recorded_at=NOW)
        chunks = read_report(io.BytesIO(body), form, kind)
        checked = (check_chunk(kind, chunk, load.check) for chunk in chunks)
        done = take(load, kind, checked, noted)
        return done, load.close(), noted


def test_a_report_is_loaded_once_however_often_and_in_whatever_form(database_url: str) -> None:
    rows = [receivable(f"r{at}") for at in range(5)]
    with a_ledger(database_url) as engine:
        put(engine, {"party": [party("s"), party("b")]})
        done, first, noted = taken(
            engine, "json", "receivable", written("json", "receivable", rows)
        )
        before = everything(engine)
        again = [
            taken(engine, form, "receivable", written(form, "receivable", rows)) for form in FORMS
        ]

        assert (done, first.added, first.unchanged) == (Taken(5, 0), 5, 0)
        assert noted.errors == []
        assert [receipt.unchanged for _, receipt, _ in again] == [5] * len(FORMS)
        assert {receipt.batch for _, receipt, _ in again} == {None}
        assert everything(engine) == before


def test_all_forms_say_the_same_of_the_same_rows(books: Engine) -> None:
    rows = [receivable("r1"), receivable("r2", face_minor=-1), receivable("r3", buyer="x")]

    told = {}
    for form in FORMS:
        _, _, noted = taken(books, form, "receivable", written(form, "receivable", rows))
        first = 2 if form == "csv" else 1
        told[form] = [(error.line - first, error.field, error.reason) for error in noted.errors]

    assert told["json"] == told["ndjson"] == told["csv"] == told["parquet"]
    assert [(at, name) for at, name, _ in told["json"]] == [(1, "face_minor"), (2, "buyer")]


def test_errors_come_in_the_order_of_the_lines(
    books: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_rows, "ROWS_A_CHUNK", 3)
    good = json.dumps(plain(receivable("r")))
    lines = [
        "x",
        good.replace('"r"', '"r1"'),
        good.replace('"b"', '"nobody"'),
        good.replace("10000", "1.5"),
        "{}",
        good.replace('"r"', '"r2"'),
        good.replace('"BRL"', '"USD"'),
    ]

    done, receipt, noted = taken(books, "ndjson", "receivable", "\n".join(lines).encode())

    assert [error.line for error in noted.errors if error.line != 5] == [1, 3, 4, 7]
    assert {error.field for error in noted.errors if error.line == 5} >= {"ref", "supplier"}
    assert (done, receipt.added) == (Taken(7, 5), 2)


def test_rows_that_contradict_each_other_are_told_by_their_lines(books: Engine) -> None:
    rows = "\n\n".join(
        json.dumps(plain(row))
        for row in (receivable("r"), receivable("q"), receivable("r", face_minor=5))
    )

    _, _, noted = taken(books, "ndjson", "receivable", rows.encode())

    assert [(error.line, error.field) for error in noted.errors] == [(1, "ref"), (5, "ref")]
    assert noted.errors[0].reason.startswith("lines 1 and 5 both have ref 'r'")
    assert noted.errors[1].reason.startswith("lines 5 and 1 both have ref 'r'")


def test_a_row_that_is_odd_is_loaded_and_told(books: Engine) -> None:
    rows = [party("p1", country="CN"), party("p2"), party("p3", country="Brasil")]

    done, receipt, noted = taken(books, "csv", "party", written("csv", "party", rows))

    assert (done.rejected, receipt.added) == (1, 2)
    assert [(doubt.line, doubt.field) for doubt in noted.doubts] == [(2, "uscc")]
    assert [(error.line, error.field) for error in noted.errors] == [(4, "country")]


MARKERS = (
    "张三13812345678",
    "13812345678",
    "张三李四王五赵六孙七周八吴九郑十冯陈",
    "A" * 400 + "7",
)


@pytest.mark.parametrize("marker", MARKERS, ids=range(len(MARKERS)))
@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_no_reason_repeats_a_text_that_may_be_personal(kind: str, marker: str) -> None:
    """Refs of the row and of what it names are told; every other text may be a name."""
    declared = next(one for one in KINDS if one.name == kind)
    texts = [
        name
        for name, form in shape_of(kind).types.items()
        if form == "text" and name != "ref" and name not in declared.names
    ]
    for name in texts:
        verdict = check_rows(declared, [full_row(declared) | {name: marker}], "BRL", NOW)
        said: list[Any] = [fault.reason for fault in verdict.faults]
        said += [doubt.reason for row in verdict.good for doubt in warnings(kind, row.values)]
        for reason in said:
            assert marker not in reason
            assert not {"张", "三", "冯"} & set(reason), (name, reason)
