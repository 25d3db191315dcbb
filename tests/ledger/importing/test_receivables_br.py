"""The mapping of the Brazilian set loses nothing: counts and sums equal the file's to the cent."""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from ledger.database import migrate, open_database, reading
from ledger.importing.import_report import ImportReport
from ledger.importing.loading import import_folder
from ledger.importing.mapping import read_mapping
from ledger.kinds import table_of
from ledger.principals import OWNER

MAPPING = Path(__file__).parents[3] / "mappings" / "receivables_br.toml"
BOOK_OPENS = datetime(2018, 8, 1, 3, tzinfo=UTC)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def loaded(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Connection, list[ImportReport]]]:
    """The folder, a ledger into which it was imported twice, and both reports."""
    folder = real_data / "receivables_br"
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('br') / 'ledger.db'}")
    migrate(engine)
    mapping, now = read_mapping(MAPPING), datetime(2026, 11, 24, tzinfo=UTC)
    reports = [import_folder(mapping, folder, engine, OWNER, now) for _ in range(2)]
    with reading(engine) as connection:
        yield folder, connection, reports
    engine.dispose()


Loaded = tuple[Path, Connection, list[ImportReport]]


def one(connection: Connection, *columns: Any) -> tuple[Any, ...]:
    return tuple(connection.execute(select(*columns)).one())


def good(claims: list[dict[str, str]]) -> list[dict[str, str]]:
    return [
        row
        for row in claims
        if row["DATA_EMISSAO_DOCUMENTO"] <= min(row["DATA_VENCIMENTO"], row["DATA_PAGAMENTO"])
    ]


def centavos(amounts: list[str]) -> int:
    return sum(int(Decimal(amount) * 100) for amount in amounts if amount)


def test_every_receivable_loads_but_those_due_or_paid_before_issue(loaded: Loaded) -> None:
    folder, connection, (first, _) = loaded
    claims = rows(folder, "receivables.csv.gz")
    kept = good(claims)
    assert (len(claims), len(claims) - len(kept)) == (70_012, 45)
    for kind, column in (("receivable", "face_minor"), ("payment", "amount_minor")):
        amount = table_of(kind).c[column]
        amounts = [row["VALOR_A_PAGAR"] for row in kept]
        assert one(connection, func.count(), func.count(amount), func.sum(amount)) == (
            len(kept),
            len(kept) - amounts.count(""),
            centavos(amounts),
        )
    wrong = {number for number, row in enumerate(claims, start=2) if not good([row])}
    assert {reject.line for reject in first.rejects} == wrong
    reasons = [reject.reason for reject in first.rejects]
    assert reasons.count("due before it was issued") == 26
    assert reasons.count("paid before it was issued") == 25


def test_days_and_rates_are_those_of_the_file(loaded: Loaded) -> None:
    folder, connection, _ = loaded
    kept = good(rows(folder, "receivables.csv.gz"))
    claim, payment = table_of("receivable").c, table_of("payment").c
    found = connection.execute(
        select(
            claim.buyer, claim.issued_on, claim.due_on, payment.paid_on, claim.rate_ppm
        ).join_from(claim.ref.table, payment.ref.table, claim.ref == payment.receivable)
    )
    columns = ("DATA_EMISSAO_DOCUMENTO", "DATA_VENCIMENTO", "DATA_PAGAMENTO")
    assert sorted(map(tuple, found)) == sorted(
        (
            row["ID_CLIENTE"],
            *(date.fromisoformat(row[column]) for column in columns),
            int(Decimal(row["TAXA"]) * 10_000),
        )
        for row in kept
    )


def test_reports_are_of_the_month_before(loaded: Loaded) -> None:
    folder, connection, _ = loaded
    months = rows(folder, "client_months.csv.gz")
    table = table_of("party_report").c
    assert one(
        connection, func.count(), func.sum(table.turnover_minor), func.sum(table.employees)
    ) == (
        len(months),
        centavos([row["RENDA_MES_ANTERIOR"] for row in months]),
        sum(int(float(row["NO_FUNCIONARIOS"])) for row in months if row["NO_FUNCIONARIOS"]),
    )
    first = months[0]
    report = connection.execute(
        select(table.period_start, table.period_end, table.known_at).where(
            table.ref == f"{first['ID_CLIENTE']}:{first['SAFRA_REF']}"
        )
    ).one()
    assert first["SAFRA_REF"] == "2018-09"
    assert tuple(report) == (
        date(2018, 8, 1),
        date(2018, 9, 1),
        datetime(2018, 9, 1, 3, tzinfo=UTC),
    )


def test_buyers_are_visible_from_the_first_day_and_junk_is_missing(loaded: Loaded) -> None:
    folder, connection, _ = loaded
    clients = rows(folder, "clients.csv.gz")
    party, profile = table_of("party").c, table_of("party_profile").c
    assert one(connection, func.count(), func.max(party.visible_at)) == (1_316, BOOK_OPENS)
    persons = sum(row["FLAG_PF"] == "X" for row in clients)
    assert one(connection, func.count().filter(party.person_linked)) == (persons,)
    areas = [row["DDD"] for row in clients if row["DDD"].isdigit() and row["DDD"][0] != "0"]
    assert one(
        connection,
        func.max(profile.visible_at),
        func.count(profile.phone_area),
        func.count(profile.region),
        func.count(profile.industry),
        func.count(profile.size_class),
        func.count(profile.mail_domain),
    ) == (
        BOOK_OPENS,
        len(areas),
        len(clients) - 1,
        *(
            len(clients) - [row[column] for row in clients].count("")
            for column in ("SEGMENTO_INDUSTRIAL", "PORTE", "DOMINIO_EMAIL")
        ),
    )


def test_a_second_run_adds_nothing(loaded: Loaded) -> None:
    _, _, (first, second) = loaded
    assert second.last_seq == first.last_seq
    assert [(f.added, f.corrected, f.unchanged) for f in second.facts] == [
        (0, 0, f.added) for f in first.facts
    ]
    assert second.rejects == first.rejects
