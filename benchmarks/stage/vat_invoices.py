"""The real VAT invoices of small firms as facts, and how each firm ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from features.pipeline import kinds_read
from features.spine import ASKED, REQUEST, Spine
from ledger.reader import arrow_schema

TIME_ZONE = "Asia/Shanghai"
LABELLED, OTHER = "a1", "a2"
DAY = 86_400_000_000
EIGHT_HOURS = DAY // 3
"""Shanghai is so far ahead, without summer time in the years of the data."""

Facts = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Firms:
    """The firms with sales, and the facts about them.

    Attributes
    ----------
    facts : mapping of kind to pyarrow.Table
        As `ledger.reader` gives them.
    spine : Spine
        One request for each firm, made as soon as its last invoice is known, with its largest
        customer as the buyer.
    names : tuple of str
        The firm of each request.
    defaulted : bool array
        Of each firm; only those of `labelled` have ended in one way or the other.
    labelled : bool array
    """

    facts: Facts
    spine: Spine
    names: tuple[str, ...]
    defaulted: np.ndarray[Any, np.dtype[np.bool_]]
    labelled: np.ndarray[Any, np.dtype[np.bool_]]

    @property
    def invoices(self) -> int:
        """How many invoices there are."""
        return int(self.facts["invoice"].num_rows)


def columns_of(kind: str, **columns: Any) -> pa.Table:
    """Facts of a kind in the reader's schema from some of its columns; the others are null."""
    rows = len(columns["ref"])
    arrays = [
        pa.array(columns[field.name]).cast(field.type)
        if field.name in columns
        else pa.nulls(rows, type=field.type)
        for field in arrow_schema(kind)
    ]
    return pa.table(arrays, schema=arrow_schema(kind))


def read_firms(folder: Path, sets: Sequence[str] = (LABELLED, OTHER)) -> Firms:
    """Read the attachments of a folder (``mappings/sme_invoices_cn.toml`` says what they are)."""
    rows = pa.concat_tables(
        _read(folder, name, way) for name in sets for way in ("output", "input")
    )
    facts = {**_empty(), "invoice": _invoices(rows), "invoice_status": _statuses(rows)}
    return _asked(facts, _defaults(folder, sets))


def _read(folder: Path, name: str, way: str) -> pa.Table:
    """Rows of one file, with the amounts in fen and the two parties by side."""
    table = pq.read_table(folder / f"{name}_{way}.parquet")
    firm, other = (
        pc.binary_join_element_wise(f"{name}:", table[column].cast(pa.string()), "")
        for column in ("firm", "counterparty")
    )
    fen = {
        amount: np.rint(table[amount].to_numpy() * 100).astype("int64")
        for amount in ("net", "tax", "gross")
    }
    months = table["date"].to_numpy().astype("datetime64[M]")
    rows = pa.table(
        {
            "seller": firm if way == "output" else other,
            "buyer": other if way == "output" else firm,
            "number": table["invoice_no"].cast(pa.string()),
            "day": table["date"].to_numpy().astype("datetime64[D]").astype("int64"),
            "next_month": (months + 1).astype("datetime64[D]").astype("int64"),
            "void": pc.not_equal(table["status"].cast(pa.string()), "有效发票"),
            **fen,
        }
    )
    return rows.filter(np.abs(fen["net"] + fen["tax"] - fen["gross"]) <= 1)


def _refs(count: int) -> pa.Array:
    return pa.array(np.arange(count)).cast(pa.string())


def _micros(days: Any) -> Any:
    return np.asarray(days) * DAY - EIGHT_HOURS


def _invoices(rows: pa.Table) -> pa.Table:
    day = rows["day"].to_numpy()
    return columns_of(
        "invoice",
        ref=_refs(len(rows)),
        seq=np.arange(len(rows)),
        revision=np.zeros(len(rows), dtype="int64"),
        happened_at=_micros(day),
        visible_at=_micros(day + 1),
        seller=rows["seller"].combine_chunks(),
        buyer=rows["buyer"].combine_chunks(),
        number=rows["number"].combine_chunks(),
        issued_on=day,
        net_minor=rows["net"].combine_chunks(),
        tax_minor=rows["tax"].combine_chunks(),
        gross_minor=rows["gross"].combine_chunks(),
    )


def _statuses(rows: pa.Table) -> pa.Table:
    """A void invoice was made void on the last day of its month; that is known the day after."""
    void = np.flatnonzero(rows["void"].to_numpy())
    ends = rows["next_month"].to_numpy()[void]
    return columns_of(
        "invoice_status",
        ref=_refs(len(rows)).take(void),
        seq=len(rows) + np.arange(len(void)),
        revision=np.zeros(len(void), dtype="int64"),
        happened_at=_micros(ends - 1),
        visible_at=_micros(ends),
        invoice=_refs(len(rows)).take(void),
        status=pa.array(["void"] * len(void)),
    )


def _empty() -> dict[str, pa.Table]:
    return {kind: arrow_schema(kind).empty_table() for kind in kinds_read()}


def _defaults(folder: Path, sets: Sequence[str]) -> dict[str, bool]:
    """Whether each labelled firm defaulted, in the order of the file."""
    if LABELLED not in sets:
        return {}
    table = pc_csv.read_csv(folder / f"{LABELLED}_firms.csv")
    firms, labels = table["企业代号"].to_pylist(), table["是否违约"].to_pylist()
    return {f"{LABELLED}:{firm}": label == "是" for firm, label in zip(firms, labels, strict=True)}


def _asked(facts: Facts, defaults: Mapping[str, bool]) -> Firms:
    """A request for each firm that sells."""
    invoices = facts["invoice"]
    sellers, buyers = invoices["seller"].to_pylist(), invoices["buyer"].to_pylist()
    last: dict[str, int] = {}
    customers: dict[str, Counter[str]] = {}
    for seller, buyer, day, gross in zip(
        sellers,
        buyers,
        invoices["issued_on"].to_pylist(),
        invoices["gross_minor"].to_pylist(),
        strict=True,
    ):
        for party in (seller, buyer):
            last[party] = max(day, last.get(party, day))
        customers.setdefault(seller, Counter())[buyer] += gross
    firms = sorted(party for party in customers if party.split(":")[1].startswith("E"))
    requests = [
        _request(at, firm, customers[firm].most_common(1)[0][0], last[firm] + 2)
        for at, firm in enumerate(firms)
    ]
    spine = Spine(pa.Table.from_pylist(requests, schema=REQUEST), ASKED.empty_table())
    defaulted = np.array([defaults.get(firm, False) for firm in firms])
    return Firms(facts, spine, tuple(firms), defaulted, np.array([f in defaults for f in firms]))


def _request(row_no: int, supplier: str, buyer: str, day: int) -> dict[str, Any]:
    return {
        "row_no": row_no,
        "supplier": supplier,
        "buyer": buyer,
        "day": day,
        "live_through": int(_micros(day)),
    }
