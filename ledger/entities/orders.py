"""Facts on agreed and delivered goods: relations, contracts, orders, deliveries (E10-E13)."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    fine,
    flag,
    hashed,
    lasting,
    money,
    names,
    on,
    ppm,
    text,
    who,
    whole,
    words,
)
from ledger.entities.parties import SizeClass
from ledger.facts import CalendarDay, Currency, Fact, Key, Words
from ledger.hashing import Sha256
from ledger.identifiers import GoodsCode

_TWO: tuple[tuple[str, str], ...] = (("supplier", "buyer"),)


class TradeRelationRow(Stated):
    """That a supplier sells to a buyer, and on which terms in general (domain.md E10)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = _TWO
    together: ClassVar[tuple[tuple[str, str], ...]] = (("open_account_limit_minor", "currency"),)

    supplier: Key = who("Who sells.")
    buyer: Key = who("Who buys.")
    since: CalendarDay | None = on("Trade began.", "C")
    approved_supplier: bool | None = flag("On the buyer's list of approved suppliers.", "C")
    contract_terms_days: int | None = lasting("Usual days to pay.", "C")
    open_account_limit_minor: int | None = money("Limit of open account.", "O")
    currency: Currency | None = currency("C")
    category: Key | None = text("What is bought, in the buyer's words.", "O")
    strategic: bool | None = flag("The buyer calls the supplier strategic.", "O")
    tier_from_core: int | None = whole(
        "Hops to the core enterprise, 1 is direct.", "C", unit="hops", least=1, most=20
    )


class TradeRelation(Fact, TradeRelationRow, table=True):
    """The table of trade relations."""

    __tablename__ = "trade_relation"
    __table_args__ = fact_table("trade_relation", "supplier", "buyer")


class ContractRow(Stated):
    """A contract of sale or service (domain.md E11)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = _TWO
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("signed_on", "ends_on"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("amount_minor", "currency"),)

    supplier: Key = who("Who sells.")
    buyer: Key = who("Who buys.")
    number: Key | None = text("Number of the contract.", "C")
    signed_on: CalendarDay = on("Signed; fixes the size classes below by law.")
    ends_on: CalendarDay | None = on("Ends on this day.", "O", "open")
    supplier_size: SizeClass | None = choice("Supplier's size class at signing.", "C")
    buyer_size: SizeClass | None = choice("Buyer's size class at signing.", "C")
    amount_minor: int | None = money("Amount.", "C", "framework without an amount")
    currency: Currency | None = currency("C")
    payment_trigger: Literal["delivery", "acceptance", "invoice", "milestone"] | None = choice(
        "What the term of payment runs from.", "C"
    )
    payment_days: int | None = lasting("Days to pay from the trigger.", "C")
    retention_ppm: int | None = ppm("Retention 质保金, 0-100 % of the amount.", "C")
    pay_when_paid: bool | None = flag("背靠背 clause.", "C")
    assignment_prohibited: bool | None = flag("Claims may not be assigned.", "C")
    setoff_allowed: bool | None = flag("The buyer may set off.", "C")
    noncash: Literal["none", "bill", "e_certificate", "forced"] | None = choice(
        "Payment other than by cash.", "C"
    )
    governing_law: Key | None = text("Governing law.", "O")
    document_hash: Sha256 | None = hashed("SHA-256 of the document.")


class Contract(Fact, ContractRow, table=True):
    """The table of contracts."""

    __tablename__ = "contract"
    __table_args__ = fact_table("contract", "supplier", "buyer")


class PurchaseOrderRow(Stated):
    """An order of a buyer (domain.md E12)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = _TWO
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("ordered_on", "requested_on"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("amount_minor", "currency"),)

    supplier: Key = who("Who is to deliver.")
    buyer: Key = who("Who orders.")
    contract: Key | None = names("contract", "Contract it falls under.", "C", "none, or not known")
    number: Key | None = text("Number of the order.", "C")
    ordered_on: CalendarDay = on("Ordered.")
    requested_on: CalendarDay | None = on("Delivery wanted.", "O")
    amount_minor: int | None = money("Amount with tax.", "C")
    currency: Currency | None = currency("C")
    status: Literal["open", "confirmed", "delivered", "cancelled"] | None = choice("State.", "O")


class PurchaseOrder(Fact, PurchaseOrderRow, table=True):
    """The table of orders."""

    __tablename__ = "purchase_order"
    __table_args__ = fact_table(
        "purchase_order", "supplier", "buyer", pair=("supplier", "buyer", "amount_minor")
    )


class PurchaseOrderLineRow(Stated):
    """A line of an order (domain.md E12)."""

    together: ClassVar[tuple[tuple[str, str], ...]] = (("quantity_milli", "unit"),)

    purchase_order: Key = names("purchase_order", "The order.")
    position: int = whole("Number of the line.", unit="from 1", least=1)
    sku: Key | None = text("Article, in the buyer's words.", "O")
    goods_code: GoodsCode | None = text("商品和服务税收分类编码.", "C", longest=19)
    quantity_milli: int | None = fine("Quantity.", "thousandths of the unit", "C")
    unit: Key | None = text("Unit, UN/ECE Recommendation 20.", "C", longest=16)
    unit_price_micro: int | None = fine("Price without tax.", "millionths of the currency", "O")
    tax_rate_ppm: int | None = ppm("Tax rate.", "O")


class PurchaseOrderLine(Fact, PurchaseOrderLineRow, table=True):
    """The table of order lines."""

    __tablename__ = "purchase_order_line"
    __table_args__ = fact_table("purchase_order_line", "purchase_order")


class DeliveryRow(Stated):
    """Goods sent or a service done (domain.md E13)."""

    differ: ClassVar[tuple[tuple[str, str], ...]] = _TWO
    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("despatched_on", "received_on"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (
        ("quantity_milli", "unit"),
        ("value_minor", "currency"),
    )

    supplier: Key = who("Who delivers.")
    buyer: Key = who("Who receives.")
    purchase_order: Key | None = names("purchase_order", "The order filled.", "C")
    number: Key | None = text("Number of the despatch note.", "C")
    despatched_on: CalendarDay = on("Sent, or the service began.")
    received_on: CalendarDay | None = on("Arrived.", "C", "on its way, or not known")
    carrier: Key | None = who("Who carried.", "O")
    waybill: Key | None = text("Number of the waybill.", "O")
    quantity_milli: int | None = fine("Quantity.", "thousandths of the unit", "C")
    unit: Key | None = text("Unit, UN/ECE Recommendation 20.", "C", longest=16)
    goods_code: GoodsCode | None = text("商品和服务税收分类编码.", "O", longest=19)
    value_minor: int | None = money("Value with tax.", "C")
    currency: Currency | None = currency("C")


class Delivery(Fact, DeliveryRow, table=True):
    """The table of deliveries."""

    __tablename__ = "delivery"
    __table_args__ = fact_table(
        "delivery",
        "supplier",
        "buyer",
        "purchase_order",
        "carrier",
        pair=("supplier", "buyer", "value_minor"),
    )


class AcceptanceRow(Stated):
    """That the buyer took a delivery as good (domain.md E13); often dated back."""

    delivery: Key = names("delivery", "The delivery.")
    accepted_on: CalendarDay | None = on("Accepted.", "C", "not accepted expressly")
    deemed_accepted_on: CalendarDay | None = on("Accepted by lapse of time.", "C", "not by lapse")
    signer: Key | None = text("Role of who signed, never a name.", "O")
    evidence_level: int = whole(
        "0 none, 1 upload, 2 buyer's system, 3 signed and carrier or sensors.", unit="0-3", most=3
    )
    accepted_milli: int | None = fine("Quantity accepted.", "thousandths of the unit", "O")
    rejected_milli: int | None = fine("Quantity refused.", "thousandths of the unit", "O")
    remark: Words | None = words("Reservations.", "O", "none")


class Acceptance(Fact, AcceptanceRow, table=True):
    """The table of acceptances."""

    __tablename__ = "acceptance"
    __table_args__ = fact_table("acceptance", "delivery")
