"""A small bank: a mapping of two files that tests change line by line, and a way to run it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from ledger.database import migrate, open_database, reading
from ledger.importing.import_report import ImportReport
from ledger.importing.loading import import_folder
from ledger.importing.mapping import Mapping, read_mapping
from ledger.kinds import table_of
from ledger.principals import OWNER

NOW = datetime(2026, 1, 1, tzinfo=UTC)

MAPPING = """
[source]
name = "small"
time_zone = "Asia/Shanghai"
currency = "CNY"
historical = true

[[fact]]
kind = "party"
[fact.fields]
ref = { constant = "S" }
happened_at = { constant = 2020-01-01 }

[[file]]
name = "buyers.csv"
[file.columns]
id = "text"
size = { type = "enum", values = { big = "large", tiny = "micro" }, unknown = "reject" }
[[file.fact]]
kind = "party"
[file.fact.fields]
ref = { column = "id" }
happened_at = { constant = 2020-01-01 }
[[file.fact]]
kind = "party_profile"
[file.fact.fields]
ref = { column = "id" }
party = { column = "id" }
size_class = { column = "size" }
happened_at = { constant = 2020-01-01 }

[[file]]
name = "claims.csv"
[file.columns]
buyer = "text"
issued = "date"
due = "date"
amount = "decimal"
paid = "date"
[file.keys]
claim = ["buyer", "issued", "due", "amount"]
[[file.require]]
column = "paid"
op = ">="
other = "issued"
reason = "paid before it was issued"
[[file.fact]]
kind = "receivable"
[file.fact.fields]
ref = { key = "claim" }
supplier = { constant = "S" }
buyer = { column = "buyer" }
issued_on = { day = "issued" }
due_on = { day = "due" }
face_minor = { money = "amount" }
currency = { constant = "CNY" }
happened_at = { day = "issued" }
[[file.fact]]
kind = "payment"
when = ["paid"]
[file.fact.fields]
ref = { key = "claim" }
payer = { column = "buyer" }
payee = { constant = "S" }
paid_on = { day = "paid" }
amount_minor = { money = "amount" }
currency = { constant = "CNY" }
receivable = { key = "claim" }
happened_at = { day = "paid" }
known_at = { day = "paid", plus_days = 1 }
"""

BUYERS = "id,size\n001,big\n002,tiny\n003,\n"
HEADER = "buyer,issued,due,amount,paid\n"
GOOD = HEADER + "001,2024-01-31,2024-02-29,12.30,\n002,2024-02-28,2024-03-31,,2024-02-29\n"


def mapping_of(folder: Path, text: str = MAPPING) -> Mapping:
    """The mapping, read from a file beside the data."""
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def fill(folder: Path, claims: str | bytes = GOOD, buyers: str | bytes = BUYERS) -> None:
    """Write the two files of the bank."""
    for name, content in (("claims.csv", claims), ("buyers.csv", buyers)):
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)


def empty_ledger(url: str) -> Engine:
    """A ledger with tables and without a book."""
    engine = open_database(url)
    migrate(engine)
    return engine


def load(engine: Engine, folder: Path, text: str = MAPPING, now: datetime = NOW) -> ImportReport:
    """Import what is in the folder."""
    return import_folder(mapping_of(folder, text), folder, engine, OWNER, now)


def facts(engine: Engine, kind: str) -> list[dict[str, Any]]:
    """All facts of a kind, in the order of the ledger."""
    table = table_of(kind)
    with reading(engine) as connection:
        return [
            dict(row) for row in connection.execute(select(table).order_by(table.c.seq)).mappings()
        ]


def faults(report: ImportReport) -> list[tuple[int, str, str]]:
    """Line, column and fault of every reject."""
    return [(reject.line, reject.column, reject.fault) for reject in report.rejects]


def added(report: ImportReport) -> dict[str, int]:
    """New facts by kind."""
    return {count.kind: count.added for count in report.facts}
