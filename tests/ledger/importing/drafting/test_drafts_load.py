"""A draft for a sensible file passes every check, and the file loads by it as it stands."""

from collections import Counter
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.ledger.importing.drafting import made_exports as made
from tests.ledger.importing.drafting.drafted_runs import draft, drafted_and_loaded
from tests.ledger.importing.small_bank import facts


def cents(text: str) -> int:
    return int(Decimal(text.replace(",", "")) * 100)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_chinese_invoices_with_parties_and_states(
    sqlite_ledger: str, tmp_path: Path, encoding: str
) -> None:
    rows = made.chinese_invoices()
    path = made.write(tmp_path / "开票明细.csv", rows, encoding=encoding)

    drafted, engine = drafted_and_loaded(sqlite_ledger, path)

    assert (drafted.findings.kind.value, drafted.findings.kind.sure) == ("invoice", "sure")
    invoices = facts(engine, "invoice")
    assert len(invoices) == 60
    assert [one["number"] for one in invoices] == [row[0] for row in rows[1:]]
    assert sum(one["gross_minor"] for one in invoices) == sum(cents(row[8]) for row in rows[1:])
    assert {one["kind"] for one in invoices} == {"e_vat_special"}
    assert {one["currency"] for one in invoices} == {"CNY"}
    assert Counter(one["status"] for one in facts(engine, "invoice_status")) == {
        "valid": 54,
        "void": 6,
    }
    parties = facts(engine, "party")
    assert len(parties) == 7
    assert {(one["ref"], one["name"], one["country"]) for one in parties} == {
        (row[2 + side], row[3 + side], "CN") for row in rows[1:] for side in (0, 2)
    }
    assert all(one["uscc"] == one["ref"] for one in parties)
    engine.dispose()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_portuguese_claims_with_payments_and_a_key_that_is_made(
    database_url: str, tmp_path: Path, encoding: str
) -> None:
    rows = made.brazilian_claims()
    path = made.write(tmp_path / "titulos.csv", rows, delimiter=";", encoding=encoding)

    drafted, engine = drafted_and_loaded(database_url, path)

    assert drafted.findings.kind.value == "receivable"
    claims, paid = facts(engine, "receivable"), facts(engine, "payment")
    assert (len(claims), len(paid)) == (80, 64)
    assert sum(one["face_minor"] for one in claims) == sum(
        cents(row[4].replace(".", "").replace(",", ".")) for row in rows[1:]
    )
    assert {one["rate_ppm"] for one in claims} == {59_900}
    assert [f"{one['issued_on']:%d/%m/%Y}" for one in claims] == [row[1] for row in rows[1:]]
    assert {one["receivable"] for one in paid} <= {one["ref"] for one in claims}
    assert {one["supplier"] for one in claims} == {"titulos-supplier"}
    assert len(facts(engine, "party")) == 8
    engine.dispose()


def test_a_list_of_parties_with_their_profiles(sqlite_ledger: str, tmp_path: Path) -> None:
    path = made.write(tmp_path / "customers.csv", made.english_parties(), encoding="utf-8-sig")

    drafted, engine = drafted_and_loaded(sqlite_ledger, path)

    assert drafted.findings.kind.value == "party"
    parties, profiles = facts(engine, "party"), facts(engine, "party_profile")
    assert parties[0]["ref"] == "00001"
    assert {one["country"] for one in parties} == {"GB", "IE"}
    assert Counter(one["size_class"] for one in profiles) == {
        "small": 10,
        "medium": 10,
        "large": 10,
        None: 10,
    }
    assert [one["employees"] for one in profiles] == list(range(6, 46))
    engine.dispose()


def test_payments_with_a_time_of_day_and_a_currency(sqlite_ledger: str, tmp_path: Path) -> None:
    path = made.write(tmp_path / "payments.tsv", made.payments(), delimiter="\t")

    drafted, engine = drafted_and_loaded(sqlite_ledger, path)

    assert drafted.findings.source.currency == "EUR"
    paid = facts(engine, "payment")
    assert len(paid) == 50
    assert [one["ref"] for one in paid[:2]] == ["T000000", "T000001"]
    assert paid[1]["happened_at"] == datetime.fromisoformat(f"{made.day(1)}T01:01:00+00:00")
    assert paid[1]["paid_on"] == made.day(1)
    names = {one["ref"]: one["name"] for one in facts(engine, "party")}
    assert names["D-3"] == "Debtor 3"
    engine.dispose()


def test_a_workbook_with_a_title_above_its_header(sqlite_ledger: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["开票明细表"])
    sheet.append([])
    for row in made.chinese_invoices(20):
        sheet.append(list(row))
    book.save(tmp_path / "发票.xlsx")

    drafted, engine = drafted_and_loaded(sqlite_ledger, tmp_path / "发票.xlsx")

    assert "header_row = 3" in drafted.text
    assert len(facts(engine, "invoice")) == 20
    engine.dispose()


def test_parquet_with_types_of_its_own(sqlite_ledger: str, tmp_path: Path) -> None:
    days = [made.day(number) for number in range(30)]
    times = [datetime.combine(day, time()) for day in days]
    table = pa.table(
        {
            "firm": ["E1"] * 30,
            "invoice_no": [f"{number:08d}" for number in range(30)],
            "date": pa.array(times, pa.timestamp("us")),
            "counterparty": [f"B{number % 5}" for number in range(30)],
            "net": [100.5 + number for number in range(30)],
            "tax": [13.0] * 30,
            "gross": [113.5 + number for number in range(30)],
            "status": ["有效发票", "作废发票"] * 15,
        }
    )
    pq.write_table(table, tmp_path / "sales_output.parquet")

    drafted, engine = drafted_and_loaded(sqlite_ledger, tmp_path / "sales_output.parquet")

    assert drafted.findings.source.time_zone == "Asia/Shanghai"  # its words are Chinese
    invoices = facts(engine, "invoice")
    assert [one["issued_on"] for one in invoices] == days
    assert {one["seller"] for one in invoices} == {"E1"}
    assert sum(one["gross_minor"] for one in invoices) == 30 * 11_350 + sum(range(30)) * 100
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "seller"), [("input", "buyer"), ("output", "seller"), ("x", "seller")]
)
def test_which_way_a_file_of_ones_own_invoices_goes_is_asked(
    tmp_path: Path, name: str, seller: str
) -> None:
    rows = [
        ("firm", "invoice no", "date", "counterparty", "net", "tax", "gross"),
        ("E1", "1", "2024-03-01", "B1", "1.00", "0.13", "1.13"),
        ("E1", "2", "2024-03-02", "B2", "1.00", "0.13", "1.13"),
    ]

    found = draft(made.write(tmp_path / f"{name}.csv", rows)).findings

    assert f"invoice.{seller}" in found.uses["firm"]
    assert any("'firm' sell to 'counterparty'" in ask for ask in found.undecided)


def test_a_file_without_header_is_read_by_numbered_columns(tmp_path: Path) -> None:
    path = made.write(tmp_path / "claims.csv", made.brazilian_claims()[1:], delimiter=";")

    drafted = draft(path, kind="receivable")

    assert drafted.findings.sample.formats.header == tuple(f"column {n}" for n in range(1, 7))
    assert drafted.findings.lacking == tuple(
        f"receivable.{name}" for name in ("ref", "buyer", "issued_on", "due_on")
    )
    assert {problem.place for problem in drafted.problems} == {"/file/0/fact/0/fields"}
    assert '"column 2" = "date"' in drafted.text
    assert "# issued_on =" in drafted.text
