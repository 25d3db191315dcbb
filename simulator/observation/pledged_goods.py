"""Goods in warehouses and emission rights that a few suppliers pledge, and other collateral."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from simulator.arrays import Flags, Floats, Ints
from simulator.observation.market_prices import GOODS, SERIES, TONNE, price_on
from simulator.observation.promises import chosen, first_claim
from simulator.observation.view import (
    CURRENCY,
    Sheets,
    View,
    days,
    flags,
    refs,
    whole,
    words,
)

STORING_SHARE = 0.04
OWNING_SHARE = 0.015
"""Shares of suppliers of tier T2 and above with goods in a warehouse, and with emission rights."""

RECEIPTS = 3
"""Receipts of each that stores."""

PLEDGED_SHARE = 0.7
PLEDGED_AFTER = 3
"""Days from storing to the pledge, when the lender gets to see the receipt."""

SCHEMES = ("national_ets", "ccer", "regional")

HAIRCUT_PPM = {"goods": 250_000, "rights": 400_000, "deposit": 0, "equipment": 500_000}

DEPOSIT_SHARE, EQUIPMENT_SHARE = 0.02, 0.015
"""Share of our financings with a deposit, and with a pledge of machines."""


class Receipts(NamedTuple):
    """Receipts: arrays of one entry each; the owner is a place in the suppliers."""

    owner: Ints
    series: Ints
    quantity_milli: Ints
    stored: Ints
    house: Ints
    pledged: Flags
    insured: Flags
    told: Flags


def receipts(view: View) -> Receipts:
    """Draw who stores what, and when."""
    chance = view.chance("receipts")
    owner, stored, told = _owners(view, chance, STORING_SHARE, RECEIPTS)
    count = len(owner)
    return Receipts(
        owner=owner,
        series=chance.integers(0, GOODS, count),
        quantity_milli=np.rint(1e4 * chance.lognormal(1.0, 0.6, count)).astype(np.int64),
        stored=stored,
        house=chance.integers(0, 2, count),
        pledged=chance.random(count) < PLEDGED_SHARE,
        insured=chance.random(count) < 0.8,
        told=told,
    )


def receipt_sheets(view: View) -> Sheets:
    """Yield the warehouse receipts."""
    found = receipts(view)
    number = np.arange(1, len(found.owner) + 1)
    yield view.sheet(
        "warehouse_receipt",
        {
            "ref": refs("WR-", number, 6),
            "number": refs("CK", number, 8),
            "warehouse": view.warehouse(found.house),
            "owner": view.supplier(found.owner),
            "warehouse_grade": whole(1 + found.house),
            "standard": flags(found.house == 0),
            "goods": words([name.split("-")[0] for name in SERIES], found.series),
            "quantity_milli": whole(found.quantity_milli),
            "unit": TONNE,
            "quality_certificate": refs("ZJ", number, 8),
            "stored_on": days(found.stored),
            "expires_on": days(found.stored + 365),
            "pledged": flags(found.pledged),
            "monitored": flags(found.house == 0),
        },
        found.stored,
        found.stored + PLEDGED_AFTER,
        found.told,
    )


def goods_insurance_sheets(view: View) -> Sheets:
    """Yield the insurance of pledged goods."""
    found = receipts(view)
    day = found.stored + PLEDGED_AFTER
    yield view.sheet(
        "insurance",
        {
            "ref": refs("IN-goods-", np.arange(1, len(day) + 1), 6),
            "insurer": view.insurer(found.house),
            "insured": view.supplier(found.owner),
            "insurance": "warehouse",
            "policy": refs("CB", np.arange(1, len(day) + 1)),
            "insured_ppm": 1_000_000,
            "valid_from": days(found.stored),
            "valid_until": days(found.stored + 365),
        },
        found.stored,
        day,
        found.told & found.pledged & found.insured,
    )


def right_sheets(view: View) -> Sheets:
    """Yield the emission rights, all of them frozen for the lender."""
    owner, day, units, scheme, told = _rights(view)
    number = np.arange(1, len(owner) + 1)
    year = _years(day)
    yield view.sheet(
        "environmental_right",
        {
            "ref": refs("ER-", number, 6),
            "scheme": words(SCHEMES, scheme),
            "owner": view.supplier(owner),
            "units_milli": whole(units),
            "vintage": whole(year - 1),
            "valid_until": days(day + 540),
            "frozen_ref": refs("DJ", number, 8),
        },
        day,
        day,
        told,
    )


def collateral_sheets(view: View) -> Sheets:
    """Yield what is pledged and what it is worth on the day of the pledge."""
    found = receipts(view)
    day = found.stored + PLEDGED_AFTER
    price = price_on(view, found.series, day)
    number = np.arange(1, len(day) + 1)
    goods: dict[str, Any] = {
        "collateral": "warehouse_receipt",
        "owner": view.supplier(found.owner),
        "warehouse_receipt": refs("WR-", number, 6),
        "quantity_milli": whole(found.quantity_milli),
        "unit": TONNE,
        "custodian": view.warehouse(found.house),
        "custodian_grade": whole(1 + found.house),
        "price_series": words(list(SERIES), found.series),
        "resale_class": 1,
        "liquidation_days": 20,
        "insured": flags(found.insured),
        "perfected": flags(found.house == 0),
    }
    value = found.quantity_milli / 1e3 * price
    yield _items(view, "goods", goods, (day, value), found.told & found.pledged)
    owner, day, units, scheme, told = _rights(view)
    rights: dict[str, Any] = {
        "collateral": "environmental_right",
        "owner": view.supplier(owner),
        "environmental_right": refs("ER-", np.arange(1, len(owner) + 1), 6),
        "price_series": list(SERIES)[-1],
        "resale_class": 2,
        "liquidation_days": 45,
        "perfected": flags(scheme == 0),
    }
    value = units / 1e3 * price_on(view, np.full(len(day), GOODS), day)
    yield _items(view, "rights", rights, (day, value), told)
    yield from _with_financings(view)


def _with_financings(view: View) -> Sheets:
    """A deposit, or machines, for the first claim of some of our financings."""
    requests = view.world.requests
    for name, share, part in (("deposit", DEPOSIT_SHARE, 0.1), ("equipment", EQUIPMENT_SHARE, 0.4)):
        which = chosen(view, name, share)
        chance = view.chance(f"value of {name}")
        worth = requests.amount_minor[which] / 100 * part * chance.uniform(0.8, 1.5, len(which))
        columns = {
            "collateral": name,
            "owner": view.supplier(view.world.chain.core.pairs.supplier[requests.pair[which]]),
            "receivable": first_claim(view, which),
            "resale_class": 1 if name == "deposit" else 4,
            "liquidation_days": 1 if name == "deposit" else 120,
            "perfected": flags(chance.random(len(which)) < 0.9),
        }
        day = requests.day[which] + 1
        yield _items(view, name, columns, (day, worth), np.ones(len(which), bool))


def _items(
    view: View, name: str, columns: dict[str, Any], worth: tuple[Ints, Floats], told: Flags
) -> tuple[str, pa.Table]:
    """Rows of collateral that was valued, in yuan, on a day."""
    day, yuan = worth
    chance = view.chance(f"rank of {name}")
    return view.sheet(
        "collateral_item",
        {
            "ref": refs(f"COL-{name}-", np.arange(1, len(day) + 1), 6),
            **columns,
            "valued_on": days(day),
            "value_minor": whole(100 * yuan),
            "currency": CURRENCY,
            "haircut_ppm": HAIRCUT_PPM[name],
            "exclusive": flags(chance.random(len(day)) < 0.95),
        },
        day,
        day,
        told,
    )


def _rights(view: View) -> tuple[Ints, Ints, Ints, Ints, Flags]:
    """Owner, day, thousandths of units, scheme of each right, and which are told."""
    chance = view.chance("rights")
    owner, day, told = _owners(view, chance, OWNING_SHARE, 1)
    units = np.rint(1e6 * chance.lognormal(0.5, 0.7, len(owner))).astype(np.int64)
    return owner, day, units, chance.integers(0, len(SCHEMES), len(owner)), told


def _owners(
    view: View, chance: np.random.Generator, share: float, times: int
) -> tuple[Ints, Ints, Flags]:
    """Suppliers, days of the world, and which of these come before the supplier's failure."""
    chain = view.world.chain
    some = (chain.suppliers.data_tier >= 2) & (chance.random(len(chain.suppliers)) < share)
    owner = np.repeat(np.flatnonzero(some), times)
    day = chance.integers(chain.calendar.begin + 5, view.end, len(owner))
    return owner, day, chain.ruin_day[owner] > day + PLEDGED_AFTER


def _years(day: Ints) -> Ints:
    years: Ints = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return years
