"""Facts on security in goods and rights, and their prices (domain.md E23-E26)."""

from __future__ import annotations

from typing import ClassVar, Literal

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    fine,
    flag,
    lasting,
    money,
    names,
    on,
    ppm,
    text,
    who,
    whole,
)
from ledger.facts import CalendarDay, Currency, Fact, Key


class PricePointRow(Stated):
    """One price of a series; ``known_at`` is the next day (domain.md E26)."""

    series: Key = text("Name of the series: instrument and market.")
    priced_on: CalendarDay = on("Trading day.")
    price_micro: int = fine("Price of a unit.", "millionths of the currency")
    currency: Currency = currency()
    volume_milli: int | None = fine("Traded that day.", "thousandths of the unit", "C")


class PricePoint(Fact, PricePointRow, table=True):
    """The table of prices."""

    __tablename__ = "price_point"
    __table_args__ = fact_table("price_point", "series")


class WarehouseReceiptRow(Stated):
    """A warehouse receipt 仓单 (domain.md E24)."""

    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("stored_on", "expires_on"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("quantity_milli", "unit"),)

    number: Key = text("Number of the receipt.")
    warehouse: Key = who("Who keeps the goods.")
    owner: Key = who("Whose they are.")
    warehouse_grade: int | None = whole("1 best to 5.", "C", unit="1-5", least=1, most=5)
    standard: bool | None = flag("A standard receipt of an exchange.", "C")
    goods: Key = text("Goods, by the code of the market.")
    quantity_milli: int = fine("Quantity.", "thousandths of the unit")
    unit: Key = text("Unit, UN/ECE Recommendation 20.", longest=16)
    quality_certificate: Key | None = text("Number of the certificate.", "C", "none")
    stored_on: CalendarDay = on("Stored.")
    expires_on: CalendarDay | None = on("Ends on this day.", "C")
    pledged: bool | None = flag("Marked as pledged.", "C")
    national_id: Key | None = text("Id in the national registry.", "O")
    monitored: bool | None = flag("Sensors watch the goods.", "O")


class WarehouseReceipt(Fact, WarehouseReceiptRow, table=True):
    """The table of warehouse receipts."""

    __tablename__ = "warehouse_receipt"
    __table_args__ = fact_table("warehouse_receipt", "owner", "warehouse")


class EnvironmentalRightRow(Stated):
    """A right to emit, pollute or use (domain.md E25)."""

    scheme: Literal["national_ets", "ccer", "regional", "pollutant", "energy", "water"] = choice(
        "Which scheme."
    )
    owner: Key = who("Whose it is.")
    units_milli: int = fine("Units.", "thousandths of a unit (tCO2e)")
    vintage: int | None = whole("Year of the vintage.", "C", unit="year", least=1990, most=2199)
    valid_until: CalendarDay | None = on("Ends on this day.", "C")
    frozen_ref: Key | None = text("Reference of the account freeze.", "C", "not frozen")


class EnvironmentalRight(Fact, EnvironmentalRightRow, table=True):
    """The table of environmental rights."""

    __tablename__ = "environmental_right"
    __table_args__ = fact_table("environmental_right", "owner")


class CollateralItemRow(Stated):
    """What secures a financing, and what it is worth (domain.md E23)."""

    together: ClassVar[tuple[tuple[str, str], ...]] = (
        ("quantity_milli", "unit"),
        ("value_minor", "valued_on"),
        ("value_minor", "currency"),
    )

    collateral: Literal[
        "receivable_pool",
        "e_certificate",
        "bill",
        "warehouse_receipt",
        "inventory",
        "equipment",
        "environmental_right",
        "ip",
        "deposit",
    ] = choice("What it is.")
    owner: Key = who("Whose it is.")
    receivable: Key | None = names("receivable", "Claim it secures.", "C", "not one claim")
    warehouse_receipt: Key | None = names("warehouse_receipt", "The receipt.", "C", "no receipt")
    environmental_right: Key | None = names("environmental_right", "The right.", "C", "no right")
    e_certificate: Key | None = names("e_certificate", "The certificate.", "C", "no certificate")
    bill: Key | None = names("bill", "The bill.", "C", "no bill")
    quantity_milli: int | None = fine("Quantity.", "thousandths of the unit", "C")
    unit: Key | None = text("Unit, UN/ECE Recommendation 20.", "C", longest=16)
    grade: Key | None = text("Quality.", "O")
    location: Key | None = text("Where it is.", "O")
    custodian: Key | None = who("Who keeps it.", "C")
    custodian_grade: int | None = whole("1 best to 5.", "C", unit="1-5", least=1, most=5)
    price_series: Key | None = text("Series of its price.", "C", "no market price")
    valued_on: CalendarDay | None = on("Valued.", "C")
    value_minor: int | None = money("Value.", "C")
    currency: Currency | None = currency("C")
    haircut_ppm: int | None = ppm("Taken off the value.", "C")
    liquidation_days: int | None = lasting("Days to sell it.", "O")
    resale_class: int | None = whole(
        "1 commodity to 5 made to measure.", "O", unit="1-5", least=1, most=5
    )
    insured: bool | None = flag("Insured for the lender.", "C")
    perfected: bool | None = flag("Registered, delivered or frozen as the law wants.", "C")
    exclusive: bool | None = flag("Nobody else has a right in it.", "C")


class CollateralItem(Fact, CollateralItemRow, table=True):
    """The table of collateral; a new valuation is a correction of the same ``ref``."""

    __tablename__ = "collateral_item"
    __table_args__ = fact_table("collateral_item", "owner", "receivable", "custodian")
