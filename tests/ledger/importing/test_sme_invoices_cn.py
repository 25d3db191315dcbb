"""The mapping of the Chinese invoices loses nothing: counts and sums equal the files'."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Connection, Engine, func, select

from ledger.database import reading
from ledger.importing.import_report import ImportReport
from ledger.importing.loading import import_folder
from ledger.importing.mapping import read_mapping
from ledger.kinds import table_of
from ledger.principals import OWNER
from tests.ledger.importing.small_bank import empty_ledger

MAPPING = Path(__file__).parents[3] / "mappings" / "sme_invoices_cn.toml"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
TRADE = {"output": "sale", "input": "purchase"}
FILES = [f"{part}_{direction}" for direction in TRADE for part in ("a1", "a2")]
FIRMS = {"a1": 123, "a2": 302}
AMOUNTS = ("net", "tax", "gross")


class Row(NamedTuple):
    """A row of a file as an independent reader sees it; amounts in fen."""

    line: int
    firm: str
    number: str
    day: date
    counterparty: str
    net: int
    tax: int
    gross: int
    void: bool

    @property
    def adds_up(self) -> bool:
        return abs(self.net + self.tax - self.gross) <= 1


def rows_of(folder: Path, name: str) -> list[Row]:
    columns = pq.read_table(folder / f"{name}.parquet").to_pydict()
    void = {"有效发票": False, "作废发票": True}
    return [
        Row(line, firm, number, at.date(), party, fen(net), fen(tax), fen(gross), void[status])
        for line, (firm, number, at, party, net, tax, gross, status) in enumerate(
            zip(*columns.values(), strict=True), start=1
        )
    ]


def fen(amount: float) -> int:
    return int(Decimal(repr(amount)).scaleb(2))


def hard_rows(table: pa.Table) -> pa.Table:
    """Some of the first rows, and some of each kind that is hard: void, red, equal, wrong."""
    net, tax, gross = (table[name].to_numpy() for name in AMOUNTS)
    kinds = [
        np.arange(len(table)) < 300,
        np.abs(net + tax - gross) > 0.015,
        table["status"].to_numpy() == "作废发票",
        gross < 0,
        table.to_pandas().duplicated(keep=False).to_numpy(),
    ]
    chosen = [np.flatnonzero(kind)[:100] for kind in kinds[1:]]
    return table.take(np.unique(np.concatenate([np.flatnonzero(kinds[0]), *chosen])))


@pytest.fixture(scope="module")
def some(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with hard rows of each file."""
    folder = tmp_path_factory.mktemp("sme")
    for part in FIRMS:
        shutil.copy(real_data / "sme_invoices_cn" / f"{part}_firms.csv", folder)
    for name in FILES:
        table = pq.read_table(real_data / "sme_invoices_cn" / f"{name}.parquet")
        pq.write_table(hard_rows(table), folder / f"{name}.parquet")
    return folder


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty ledger, on each store."""
    opened = empty_ledger(database_url)
    yield opened
    opened.dispose()


def load(engine: Engine, folder: Path) -> ImportReport:
    return import_folder(read_mapping(MAPPING), folder, engine, OWNER, NOW)


def one(connection: Connection, *columns: Any, where: Any) -> tuple[Any, ...]:
    return tuple(connection.execute(select(*columns).where(where)).one())


def expect_all_rows(engine: Engine, folder: Path, report: ImportReport) -> None:
    """Compare a ledger with the files: counts by file, sums to the fen, rejects by line."""
    wrong: list[tuple[str, int]] = []
    parties: set[str] = set()
    with reading(engine) as connection:
        invoice, status = table_of("invoice").c, table_of("invoice_status").c
        for name in FILES:
            part, _, direction = name.partition("_")
            begin = f"{part}:{TRADE[direction]}:%"
            rows = rows_of(folder, name)
            good = [row for row in rows if row.adds_up]
            wrong += [(f"{name}.parquet", row.line) for row in rows if not row.adds_up]
            parties |= {f"{part}:{row.counterparty}" for row in good}
            sums = tuple(sum(getattr(row, amount) for row in good) for amount in AMOUNTS)
            found = one(
                connection,
                func.count(),
                *(func.sum(invoice[f"{amount}_minor"]) for amount in AMOUNTS),
                func.count().filter(invoice.gross_minor < 0),
                where=invoice.ref.like(begin),
            )
            assert found == (len(good), *sums, sum(row.gross < 0 for row in good))
            voids = sum(row.void for row in good)
            assert one(connection, func.count(), where=status.ref.like(begin)) == (voids,)
        found = one(connection, func.count(), where=table_of("party").c.ref.is_not(None))
        assert found == (len(parties) + sum(FIRMS.values()),)
    assert [(reject.file, reject.line) for reject in report.rejects] == wrong
    assert all("are not gross" in reject.reason for reject in report.rejects)


def expect_nothing_new(engine: Engine, folder: Path, first: ImportReport) -> None:
    second = load(engine, folder)
    assert second.last_seq == first.last_seq
    assert [(f.added, f.corrected) for f in second.facts] == [(0, 0)] * 3
    assert second.rejects == first.rejects


def test_some_rows_of_every_kind_load_and_load_once(engine: Engine, some: Path) -> None:
    report = load(engine, some)
    expect_all_rows(engine, some, report)
    assert [cause.rejects for cause in report.causes] == [1, 2, 2]
    expect_nothing_new(engine, some, report)


@pytest.mark.long
def test_all_rows_load_and_load_once(engine: Engine, real_data: Path) -> None:
    folder = real_data / "sme_invoices_cn"
    report = load(engine, folder)
    expect_all_rows(engine, folder, report)
    assert (report.rows_read, report.rows_rejected) == (1_099_441 + 425, 5)
    expect_nothing_new(engine, folder, report)


@pytest.fixture(scope="module")
def loaded(
    some: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ImportReport, Connection]]:
    """The report on a ledger with these rows, and the ledger."""
    engine = empty_ledger(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}")
    report = load(engine, some)
    with reading(engine) as connection:
        yield report, connection
    engine.dispose()


def test_invoices_are_those_of_the_file(
    some: Path, loaded: tuple[ImportReport, Connection]
) -> None:
    _, connection = loaded
    invoice, status = table_of("invoice").c, table_of("invoice_status").c
    wanted: Counter[tuple[Any, ...]] = Counter()
    voids: Counter[tuple[Any, ...]] = Counter()
    for name in FILES:
        part, _, direction = name.partition("_")
        for row in rows_of(some, name):
            if row.adds_up:
                ends = (f"{part}:{row.firm}", f"{part}:{row.counterparty}")
                seller, buyer = ends if direction == "output" else ends[::-1]
                said = (seller, buyer, row.number, row.day, row.net, row.tax, row.gross)
                wanted[said] += 1
                voids[said] += row.void
    issue = (invoice.seller, invoice.buyer, invoice.number, invoice.issued_on)
    amounts = (invoice.net_minor, invoice.tax_minor, invoice.gross_minor)
    found = Counter(map(tuple, connection.execute(select(*issue, *amounts))))
    assert found == wanted
    assert max(wanted.values()) > 1
    of_voids = select(*issue, *amounts, invoice.happened_at, invoice.visible_at, status.visible_at)
    rows = connection.execute(
        of_voids.join_from(invoice.ref.table, status.ref.table, status.invoice == invoice.ref)
    ).all()
    assert Counter(tuple(row[:7]) for row in rows) == +voids
    for *_, day, _, _, _, happened_at, visible_at, void_at in rows:
        next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        assert happened_at == in_shanghai(day)
        assert visible_at == in_shanghai(day) + timedelta(days=1)
        assert void_at == in_shanghai(next_month)


def in_shanghai(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)


def test_the_label_and_the_rating_stay_out(loaded: tuple[ImportReport, Connection]) -> None:
    report, connection = loaded
    assert {fact.kind for fact in report.facts} == {"party", "invoice", "invoice_status"}
    party = table_of("party").c
    firms = connection.execute(
        select(party.ref, party.name, party.person_linked).where(party.country == "CN")
    ).all()
    names = Counter((person, name is None) for _, name, person in firms)
    assert names == {(False, False): 326, (True, True): 59, (None, False): 40}
