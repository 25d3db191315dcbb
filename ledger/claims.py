"""Facts about claims: receivables, and the payments that settle them."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from ledger.facts import CalendarDay, Currency, Fact, Key, Reported, day, key, minor


class ReceivableRow(Reported):
    """A claim of a supplier on a buyer (domain.md E19).

    Attributes
    ----------
    supplier, buyer : str
        Who is owed, and who must pay.
    issued_on, due_on : date
        Day the claim arose and day it falls due; due is not before issued.
    face_minor : int or None
        Amount claimed, in minor units; None where the source gives none.
    currency : str
        Currency of the amount.
    rate_ppm : int or None
        Rate charged on the claim for a month, in parts per million (5.99 % is 59,900); None where
        none is agreed or reported.
    """

    supplier: Key = key()
    buyer: Key = key()
    issued_on: CalendarDay = day()
    due_on: CalendarDay = day()
    face_minor: int | None = minor(default=None, nullable=True)
    currency: Currency = Field(max_length=3)
    rate_ppm: int | None = Field(default=None, ge=0, le=10_000_000)

    @model_validator(mode="after")
    def _due_after_issue(self) -> Self:
        if self.due_on < self.issued_on:
            raise ValueError(
                f"due_on {self.due_on} is before issued_on {self.issued_on}; correct one of them"
            )
        return self

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.supplier == self.buyer:
            raise ValueError("supplier and buyer are the same party")
        return self


class Receivable(Fact, ReceivableRow, table=True):
    """The table of receivables; ``ref`` is the key by which requests and payments name one."""

    __tablename__ = "receivable"
    __table_args__ = (
        UniqueConstraint("tenant", "ref", "revision"),
        Index("receivable_buyer", "tenant", "buyer"),
        Index("receivable_supplier", "tenant", "supplier"),
    )


class PaymentRow(Reported):
    """A payment of a buyer to a supplier (domain.md E15).

    Attributes
    ----------
    payer, payee : str
        Who paid whom.
    paid_on : date
        Value date.
    amount_minor : int or None
        Amount in minor units; None where the source says only that the claim was settled in full.
    currency : str
        Currency of the amount.
    receivable : str or None
        The receivable it settles, by the payer's own reference; None where the remittance has none.
    """

    payer: Key = key()
    payee: Key = key()
    paid_on: CalendarDay = day()
    amount_minor: int | None = minor(default=None, nullable=True)
    currency: Currency = Field(max_length=3)
    receivable: Key | None = key(default=None, nullable=True)


class Payment(Fact, PaymentRow, table=True):
    """The table of payments."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("tenant", "ref", "revision"),
        Index("payment_payer", "tenant", "payer"),
        Index("payment_payee", "tenant", "payee"),
        Index("payment_receivable", "tenant", "receivable"),
    )
