"""Facts on invoices: heads, lines and what became of them, as rows with times (domain.md E14)."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    fine,
    hashed,
    money,
    names,
    on,
    ppm,
    text,
    who,
    whole,
    words,
)
from ledger.facts import CalendarDay, Currency, Fact, Key, Words
from ledger.hashing import Sha256
from ledger.identifiers import GoodsCode, checked_e_invoice, checked_legacy_invoice

InvoiceKind = Literal[
    "e_vat_special",
    "e_vat_general",
    "tax_control_special",
    "tax_control_general",
    "vehicle",
    "commercial",
    "credit_note",
    "corrected",
    "other",
]
"""数电专票, 数电普票, 税控专票, 税控普票, 机动车; UNTDID 1001: 380, 381, 384."""

RedReason = Literal["wrong_invoice", "goods_returned", "service_stopped", "allowance"]
ROUNDING_MINOR = 1
"""How far gross may be from net and tax, in minor units: each is rounded by itself."""


class InvoiceRow(Stated):
    """An invoice as issued; it never changes, what becomes of it are ``invoice_status`` rows.

    A red note (红字) has negative amounts and names the invoice it corrects, where that is known.
    """

    differ: ClassVar[tuple[tuple[str, str], ...]] = (("seller", "buyer"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("verified_on", "verify_result"),)

    seller: Key = who("Who sells.")
    buyer: Key = who("Who buys.")
    kind: InvoiceKind = choice("What kind of invoice.")
    number: Key = text("Number; unique with seller and code.")
    code: Key | None = text("Code of a 税控 invoice.", "C", "the kind has none", longest=12)
    issued_on: CalendarDay = on("Issued.")
    due_on: CalendarDay | None = on("Falls due.", "C", "not printed: follows from the contract")
    net_minor: int = money("Amount without tax; negative on a red note.", signed=True)
    tax_minor: int = money("Tax; negative on a red note.", signed=True)
    gross_minor: int = money("Amount with tax; negative on a red note.", signed=True)
    currency: Currency = currency()
    red_of: Key | None = names(
        "invoice", "The invoice that this one corrects.", "C", "blue, or not known"
    )
    red_confirmation: Key | None = text("红字信息确认单编号.", "O", "blue, or not known")
    red_reason: RedReason | None = choice(
        "开票有误、销货退回、服务中止、销售折让.", "C", "blue, or not known"
    )
    contract: Key | None = names("contract", "Contract it bills.", "C")
    purchase_order: Key | None = names("purchase_order", "Order it bills.", "C")
    buyer_use: Literal["unused", "deducted"] | None = choice("已勾选抵扣 by the buyer.", "O")
    verified_on: CalendarDay | None = on("Checked with the tax bureau.", "C", "not checked")
    verify_result: Literal["matched", "differs", "not_found"] | None = choice(
        "What the check said.", "C", "not checked"
    )
    xml_hash: Sha256 | None = hashed("SHA-256 of the file.")
    canonical_hash: Sha256 | None = hashed(
        "SHA-256 of seller|buyer|number|date|gross|currency, for double financing.",
        "C",
        "filled in by the ledger (ledger.canonical)",
    )

    @model_validator(mode="after")
    def _number_of_its_kind(self) -> Self:
        if self.kind in ("e_vat_special", "e_vat_general"):
            checked_e_invoice(self.number)
        elif self.kind in ("tax_control_special", "tax_control_general"):
            checked_legacy_invoice(self.code, self.number)
        return self

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if abs(self.net_minor + self.tax_minor - self.gross_minor) > ROUNDING_MINOR:
            raise ValueError(
                f"net {self.net_minor} and tax {self.tax_minor} are not gross {self.gross_minor}"
            )
        if self.red_of is not None and self.gross_minor > 0:
            raise ValueError("red_of is given and the amount is positive; a red note is negative")
        if self.red_of == self.ref:
            raise ValueError("red_of is the invoice itself")
        return self


class Invoice(Fact, InvoiceRow, table=True):
    """The table of invoices."""

    __tablename__ = "invoice"
    __table_args__ = fact_table(
        "invoice",
        "seller",
        "buyer",
        "purchase_order",
        "red_of",
        "canonical_hash",
        pair=("seller", "buyer", "issued_on"),
    )


class InvoiceLineRow(Stated):
    """A line of an invoice."""

    together: ClassVar[tuple[tuple[str, str], ...]] = (("quantity_milli", "unit"),)

    invoice: Key = names("invoice", "The invoice.")
    position: int = whole("Number of the line.", unit="from 1", least=1)
    goods_code: GoodsCode | None = text("商品和服务税收分类编码.", "C", longest=19)
    description: Words | None = words("Goods or service.", "O")
    quantity_milli: int | None = fine("Quantity.", "thousandths of the unit", "O")
    unit: Key | None = text("Unit, as printed.", "O", longest=16)
    unit_price_micro: int | None = fine("Price without tax.", "millionths of the currency", "O")
    tax_rate_ppm: int | None = ppm("Tax rate: 13, 9, 6, 3, 1, 0 %.", "C", "exempt, or not known")
    net_minor: int = money("Amount without tax.", signed=True)
    tax_minor: int = money("Tax.", signed=True)
    gross_minor: int = money("Amount with tax.", signed=True)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if abs(self.net_minor + self.tax_minor - self.gross_minor) > ROUNDING_MINOR:
            raise ValueError(
                f"net {self.net_minor} and tax {self.tax_minor} are not gross {self.gross_minor}"
            )
        return self


class InvoiceLine(Fact, InvoiceLineRow, table=True):
    """The table of invoice lines."""

    __tablename__ = "invoice_line"
    __table_args__ = fact_table("invoice_line", "invoice")


class InvoiceStatusRow(Stated):
    """That an invoice took a state at ``happened_at``; the latest visible one counts."""

    invoice: Key = names("invoice", "The invoice.")
    status: Literal["valid", "void", "part_red", "full_red", "abnormal"] = choice(
        "有效、作废、部分红冲、全额红冲、异常凭证."
    )
    reason: Words | None = words("Why.", "O")


class InvoiceStatus(Fact, InvoiceStatusRow, table=True):
    """The table of the states of invoices; an invoice without one is valid."""

    __tablename__ = "invoice_status"
    __table_args__ = fact_table("invoice_status", "invoice")
