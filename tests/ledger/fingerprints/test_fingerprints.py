"""Two lenders find the invoice that both finance, and learn nothing of the others."""

import json
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from ledger.canonical import canonical_hash
from ledger.database import reading
from ledger.fingerprints.consortium_key import ConsortiumKey, load_key, make_key
from ledger.fingerprints.financed_invoices import financed_on, hits
from ledger.fingerprints.fingerprint_file import WrongFingerprints, read_file, write_file
from ledger.principals import OWNER
from tests.ledger.made_rows import EARLIER, OTHER, a_ledger, party, put, receivable
from tricredit import app

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
USCC = {"s": "91110108MA01A2B3C1", "b": "91310115MA1K4D5E6X"}

Row = dict[str, Any]


def stated(ref: str, **more: Any) -> Row:
    return {"ref": ref, "happened_at": EARLIER, **more}


def lent(ref: str, day: date, *numbers: str, **more: Any) -> dict[str, list[Row]]:
    """A financing of so many invoices, one receivable each."""
    sides: Row = {"supplier": "s", "buyer": "b", "currency": "BRL", "product": "factoring"}
    asked: Row = {**sides, "requested_on": day, "amount_minor": 500, "tenor_days": 30}
    drawn: Row = {**sides, "drawn_on": day, "matures_on": date(2025, 6, 1), "amount_minor": 500}
    invoice: Row = {"kind": "other", "seller": "s", "buyer": "b", "issued_on": date(2024, 1, 2)}
    amounts: Row = {"net_minor": 900, "tax_minor": 0, "gross_minor": 900, "currency": "BRL"}
    return {
        "receivable": [receivable(f"{ref}-{number}") for number in numbers],
        "invoice": [stated(f"{ref}-{one}", number=one, **invoice, **amounts) for one in numbers],
        "receivable_invoice": [
            stated(f"{ref}-{one}", receivable=f"{ref}-{one}", invoice=f"{ref}-{one}")
            for one in numbers
        ],
        "financing_request": [stated(ref, **asked)],
        "requested_receivable": [
            stated(f"{ref}-{one}", financing_request=ref, receivable=f"{ref}-{one}")
            for one in numbers
        ],
        "financing": [stated(ref, financing_request=ref, **{**drawn, **more})],
    }


def put_all(engine: Engine, *facts: dict[str, list[Row]], principal: Any = OWNER) -> None:
    """Write financings and the parties of both lenders' books."""
    rows: dict[str, list[Row]] = {"party": [party(ref) for ref in ("s", "b", "elsewhere")]}
    for one in facts:
        for kind, more in one.items():
            rows.setdefault(kind, []).extend(more)
    put(engine, rows, principal=principal)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Lender one has financed A, B, C; lender two holds C and D under keys of its own."""
    with a_ledger(database_url) as opened:
        repaid = {"repaid_on": LAST, "currency": "BRL", "payer": "buyer", "interest_minor": 7}
        over = {
            "repayment": [stated("r", financing="paid", amount_minor=507, **repaid)],
            "outcome": [stated("o", financing="ended", settled_on=LAST, defaulted=False)],
        }
        put_all(
            opened,
            lent("one", date(2024, 3, 1), "A", "B"),
            lent("two", LAST, "C"),
            lent("bare", LAST),
            lent("before", date(2023, 12, 31), "E"),
            lent("paid", FIRST, "F"),
            lent("ended", FIRST, "G"),
            lent("theirs", FIRST, "H", lender="elsewhere"),
            over,
        )
        put_all(opened, lent("x", LAST, "C", "D"), principal=OTHER)
        yield opened


def key_of(byte: int) -> ConsortiumKey:
    return ConsortiumKey.of(bytes([byte]) * 32)


def test_what_is_out_is_told_and_found_by_whoever_holds_it(engine: Engine, tmp_path: Path) -> None:
    key, path = key_of(1), tmp_path / "told.ndjson"
    with reading(engine) as connection:
        found = financed_on(connection, OWNER.tenant, FIRST, LAST)
        head = write_file(path, key, FIRST, LAST, found.hashes)
        asked, hit = hits(connection, OTHER.tenant, key, [path])

    assert (found.financings, found.unnamed, len(found.hashes), head.count) == (3, 1, 3, 3)
    assert (asked, [one.invoice for one in hit]) == (2, ["x-C"])
    text = path.read_text()
    assert not any(one in text for one in found.hashes)
    first, *lines = (json.loads(line) for line in text.splitlines())
    assert first.keys() == {"fingerprints", "key", "first_day", "last_day", "count", "seal"}
    assert lines == sorted(key.blinded(one) for one in found.hashes)
    # the lender that told it comes to the same case by its own book
    with reading(engine) as connection:
        _, own = hits(connection, OWNER.tenant, key, [path])
    assert {one.invoice: one.case for one in own}["two-C"] == hit[0].case
    assert len({one.case for one in own}) == 3


def test_a_file_of_another_key_or_one_that_was_changed_is_refused(tmp_path: Path) -> None:
    key, path = key_of(1), tmp_path / "told.ndjson"
    hashes = [
        canonical_hash(
            seller=USCC["s"], buyer=USCC["b"], number=f"{at}", issued_on=LAST, gross_minor=5,
            currency="CNY",
        )
        for at in range(3)
    ]  # fmt: skip
    write_file(path, key, FIRST, LAST, hashes)
    assert len(read_file(path, key)[1]) == 3

    with pytest.raises(WrongFingerprints, match=f"under key '{key.id}', not '{key_of(2).id}'"):
        read_file(path, key_of(2))
    lines = path.read_text().splitlines(keepends=True)
    changes = {
        "cut off": lines[:-1],
        "added to": [*lines, lines[-1]],
        "another day": [lines[0].replace("2024-01-01", "2024-01-02"), *lines[1:]],
        "another form": [lines[0].replace('"fingerprints": 1', '"fingerprints": 2'), *lines[1:]],
        "no head": lines[1:],
        "nothing": [],
        "no hash": [*lines[:-1], '"x"\n'],
    }
    for number, changed in enumerate(changes.values()):
        other = tmp_path / f"{number}.ndjson"
        other.write_text("".join(changed))
        with pytest.raises(WrongFingerprints):
            read_file(other, key)


def test_files_of_several_keys_are_not_mixed(tmp_path: Path, engine: Engine) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    for byte, path in enumerate(paths):
        write_file(path, key_of(byte), FIRST, LAST, ["0" * 64])

    with reading(engine) as connection, pytest.raises(WrongFingerprints, match="under key"):
        hits(connection, OWNER.tenant, key_of(0), paths)


def test_blinding_needs_the_key_and_its_parts_are_apart() -> None:
    one, other = key_of(1), key_of(2)
    blinded = one.blinded("0" * 64)

    assert blinded == key_of(1).blinded("0" * 64) != other.blinded("0" * 64)
    assert one.id != other.id
    assert len({one.blinded("x"), one.seal("x"), one.id}) == 3


def test_the_commands_make_a_key_tell_and_check(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    key, out = tmp_path / "key", tmp_path / "told.ndjson"
    runner, db = CliRunner(), ["--db", database_url, "--key", str(key)]
    assert runner.invoke(app, ["fingerprints", "key", "--out", str(key)]).exit_code == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert runner.invoke(app, ["fingerprints", "key", "--out", str(key)]).exit_code == 2
    assert load_key(key).id

    days = ["--from", "2024-01-01", "--to", "2024-12-31"]
    told = runner.invoke(app, ["fingerprints", "export", *db, *days, "--out", str(out), "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["count"] == 3
    again = runner.invoke(app, ["fingerprints", "export", *db, *days, "--out", str(out)])
    assert (again.exit_code, "file-in-the-way" in again.stderr) == (2, True)
    theirs = [*db, "--tenant", OTHER.tenant]
    found = runner.invoke(app, ["fingerprints", "check", str(out), *theirs, "--json"])
    assert found.exit_code == 1
    assert [one["invoice"] for one in json.loads(found.stdout)["hits"]] == ["x-C"]
    shown = runner.invoke(app, ["fingerprints", "check", str(out), *theirs])
    assert "他行已融资" in shown.stdout
    wrong = tmp_path / "other-key"
    make_key(wrong)
    refused = runner.invoke(
        app, ["fingerprints", "check", str(out), "--db", database_url, "--key", str(wrong)]
    )
    assert (refused.exit_code, "wrong-fingerprints" in refused.stderr) == (2, True)
