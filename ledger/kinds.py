"""Which kinds of fact there are: the index of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Table
from sqlmodel import SQLModel

from ledger.books import Batch, ScoreRecord
from ledger.claims import Payment, PaymentRow, Receivable, ReceivableRow
from ledger.facts import Fact, Reported
from ledger.faults import UnknownKind
from ledger.parties import (
    Party,
    PartyProfile,
    PartyProfileRow,
    PartyReport,
    PartyReportRow,
    PartyRow,
)


@dataclass(frozen=True)
class Kind:
    """One kind of fact.

    Attributes
    ----------
    name : str
        Its name in mappings, batches and errors; the name of its table.
    row, table : type
        What a source reports, and the table that keeps it.
    names_parties, names_receivables : tuple of str
        Fields that hold the key of a party or a receivable, checked by the writer.
    latency : timedelta
        How long after ``happened_at`` the lender knows it, where the source doesn't say
        (domain.md section 0).
    """

    name: str
    row: type[Reported]
    table: type[Fact]
    names_parties: tuple[str, ...]
    names_receivables: tuple[str, ...]
    latency: timedelta


KINDS: tuple[Kind, ...] = (
    Kind("party", PartyRow, Party, (), (), timedelta(0)),
    Kind("party_profile", PartyProfileRow, PartyProfile, ("party",), (), timedelta(0)),
    Kind("party_report", PartyReportRow, PartyReport, ("party",), (), timedelta(days=15)),
    Kind("receivable", ReceivableRow, Receivable, ("supplier", "buyer"), (), timedelta(0)),
    Kind("payment", PaymentRow, Payment, ("payer", "payee"), ("receivable",), timedelta(days=1)),
)
"""Every kind, in the order in which a batch is written: what is named comes before who names it."""

BY_NAME = {kind.name: kind for kind in KINDS}

APPEND_ONLY: tuple[str, ...] = (
    *(kind.name for kind in KINDS),
    str(Batch.__tablename__),
    str(ScoreRecord.__tablename__),
)
"""Tables whose rows never change; triggers hold them to it (``ledger.triggers``)."""


def table_of(name: str) -> Table:
    """The table of a kind of fact or of a book, for SQLAlchemy Core."""
    return SQLModel.metadata.tables[name]


def kind_of(name: str) -> Kind:
    """The kind of that name; raise `UnknownKind` where there is none."""
    if name not in BY_NAME:
        raise UnknownKind(
            f"{name!r} is not a kind of fact",
            field="kind",
            remedy=f"use one of {', '.join(BY_NAME)}",
        )
    return BY_NAME[name]
