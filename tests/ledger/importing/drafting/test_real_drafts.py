"""Drafts for the real files: what they become, and that the first rows load by them."""

import gzip
from pathlib import Path

import pytest

from tests.ledger.importing.drafting.drafted_runs import draft, drafted_and_loaded
from tests.ledger.importing.small_bank import facts

BR, CN = "receivables_br", "sme_invoices_cn"

KINDS = {
    f"{BR}/clients.csv.gz": ("party", ["party", "party_profile"]),
    f"{BR}/client_months.csv.gz": ("party_report", ["party", "party_report"]),
    f"{BR}/receivables.csv.gz": ("receivable", ["party", "receivable", "payment"]),
    f"{CN}/a1_firms.csv": ("party", ["party"]),
    f"{CN}/a2_firms.csv": ("party", ["party"]),
    **{
        f"{CN}/{name}.parquet": ("invoice", ["party", "party", "invoice", "invoice_status"])
        for name in ("a1_input", "a1_output", "a2_input", "a2_output")
    },
}


@pytest.mark.parametrize("name", KINDS)
def test_every_real_file_is_understood(real_data: Path, name: str) -> None:
    kind, becomes = KINDS[name]

    drafted = draft(real_data / name)

    found = drafted.findings
    assert (found.kind.value, found.kind.sure) == (kind, "sure")
    assert [fact.kind for fact in found.row.facts] == becomes
    assert drafted.problems == ()
    assert drafted.trial is not None
    assert drafted.trial.good == drafted.trial.rows == found.sample.rows
    chinese = name.startswith(CN)
    assert found.source.currency == ("CNY" if chinese else "BRL")
    assert found.source.time_zone == ("Asia/Shanghai" if chinese else "America/Sao_Paulo")


@pytest.mark.parametrize(
    ("name", "field"),
    [("a1_input", "invoice.buyer"), ("a1_output", "invoice.seller")],
)
def test_the_firm_buys_what_comes_in_and_sells_what_goes_out(
    real_data: Path, name: str, field: str
) -> None:
    assert field in draft(real_data / CN / f"{name}.parquet").findings.uses["firm"]


def test_the_columns_of_the_claims_become_what_the_mapping_by_hand_makes_of_them(
    real_data: Path,
) -> None:
    uses = draft(real_data / BR / "receivables.csv.gz").findings.uses

    assert {name: uses.get(name, ("",))[0] for name in uses} == {
        "ID_CLIENTE": "party.ref",
        "DATA_EMISSAO_DOCUMENTO": "receivable.issued_on",
        "DATA_VENCIMENTO": "receivable.due_on",
        "DATA_PAGAMENTO": "payment.paid_on",
        "VALOR_A_PAGAR": "receivable.face_minor",
        "TAXA": "receivable.rate_ppm",
    }


def test_clients_load_as_drafted(real_data: Path, sqlite_ledger: str, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv.gz"
    path.write_bytes((real_data / BR / path.name).read_bytes())

    _, engine = drafted_and_loaded(sqlite_ledger, path)

    assert len(facts(engine, "party")) == len(facts(engine, "party_profile")) == 1_315
    engine.dispose()


def test_the_first_claims_load_as_drafted(
    real_data: Path, sqlite_ledger: str, tmp_path: Path
) -> None:
    with gzip.open(real_data / BR / "receivables.csv.gz", "rb") as stream:
        lines = stream.read().splitlines(keepends=True)
    split = [line.split(b",") for line in lines[1:]]  # issued, paid and due are the third to fifth
    good = [b",".join(cells) for cells in split if cells[2] <= min(cells[3:5])][:1_500]
    path = tmp_path / "receivables.csv"
    path.write_bytes(lines[0] + b"".join(good))

    drafted, engine = drafted_and_loaded(sqlite_ledger, path)

    assert not drafted.findings.sample.whole
    assert len(facts(engine, "receivable")) == 1_500
    assert all(one["rate_ppm"] for one in facts(engine, "receivable"))
    engine.dispose()
