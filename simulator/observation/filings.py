"""What companies file each month: reports of turnover and headcount, and returns of VAT."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from simulator.arrays import Flags, Ints
from simulator.observation.companies import YUAN_A_HEAD
from simulator.observation.sales import OTHER_SALES, core_turnover, core_usual, supplier_sales
from simulator.observation.view import CURRENCY, Sheets, View, joined, whole

FILED_DAYS = 14
"""A month is filed on the 15th of the next."""

MISSING_SHARE = 0.06
SILENT_SHARE = 0.10
UNTOLD_HEADCOUNT_SHARE = 0.10
"""Reports missing; parties that never report; reports without the headcount."""

TURNOVER_NOISE = 0.08
HEADCOUNT_DRIFT = 0.01

PURCHASES = (0.62, 0.10)
"""Mean and deviation of purchases as a share of sales (domain.md section 4.3)."""

INPUT_TAX = 0.13
OTHER_TAX = 0.13
LATE_FEE_A_DAY = 0.0005
"""Tax on purchases and on sales outside this world; 滞纳金 a day."""

UNPAID_SHARE = 0.5
"""Part of the tax due that a supplier out of cash leaves unpaid."""


def silent(view: View) -> Flags:
    """Which core enterprises and suppliers never report."""
    never: Flags = view.chance("silence").random(view.companies) < SILENT_SHARE
    return never


def months_of(view: View) -> list[tuple[int, int, int, str]]:
    """Place, first day, first day after, and name of each month up to the last day."""
    calendar = view.world.chain.calendar
    starts = calendar.starts
    names = np.datetime_as_string(starts.astype("datetime64[D]"), unit="M")
    return [
        (place, int(starts[place]), int(starts[place + 1]), str(names[place]))
        for place in range(calendar.months)
    ]


def period(start: int, end: int) -> dict[str, Any]:
    """Fields of a period that ends before a day."""
    return {
        "period_start": pa.scalar(start, pa.int32()).cast(pa.date32()),
        "period_end": pa.scalar(end, pa.int32()).cast(pa.date32()),
    }


def report_sheets(view: View) -> Sheets:
    """Yield the reports of core enterprises, and of suppliers of tier T1 and above, by month."""
    chain = view.world.chain
    sales = supplier_sales(view)
    turnover = np.concatenate([core_turnover(view), sales.invoiced + sales.other])
    monthly = np.concatenate([core_usual(view), (1 + OTHER_SALES) * sales.usual]) / 100
    heads = 12 * monthly / np.where(np.arange(view.companies) < view.buyers, *YUAN_A_HEAD)
    asked = np.concatenate([np.ones(view.buyers, bool), chain.suppliers.data_tier >= 1])
    asked &= ~silent(view)
    ends = np.concatenate([np.full(view.buyers, chain.calendar.end), chain.ruin_day])
    for month, start, end, name in months_of(view):
        chance = view.chance("reports", month)
        heads = heads * np.exp(chance.normal(0.0, HEADCOUNT_DRIFT, len(heads)))
        noise = chance.lognormal(0.0, TURNOVER_NOISE, len(heads))
        given = asked & (chance.random(len(heads)) >= MISSING_SHARE) & (ends >= end)
        untold = chance.random(len(heads)) < UNTOLD_HEADCOUNT_SHARE
        keys = view.parties[: view.companies]
        yield view.sheet(
            "party_report",
            {
                "ref": joined(keys, f"/{name}"),
                "party": keys,
                **period(start, end),
                "turnover_minor": whole(turnover[:, month] * noise),
                "currency": CURRENCY,
                "employees": whole(np.maximum(heads, 1), untold),
            },
            np.full(len(heads), end),
            np.full(len(heads), end + FILED_DAYS),
            given,
        )


def tax_sheets(view: View) -> Sheets:
    """Yield the VAT returns of suppliers of tier T3, by month."""
    chain = view.world.chain
    who = np.flatnonzero(chain.suppliers.data_tier == 3)
    sales = supplier_sales(view)
    needs = np.clip(view.chance("purchases").normal(*PURCHASES, len(who)), 0.3, 0.9)
    declared = (sales.net + sales.other)[who]
    output = (sales.tax + OTHER_TAX * sales.other)[who]
    short = _out_of_cash(view, who)
    arrears = np.zeros(len(who))
    for month, start, end, name in months_of(view):
        chance = view.chance("taxes", month)
        around = declared[:, max(0, month - 1) : month + 1].mean(axis=1)
        bought = needs * np.maximum(around, 0) * chance.lognormal(0.0, 0.12, len(who))
        due = np.maximum(output[:, month] - INPUT_TAX * bought, 0)
        unpaid = UNPAID_SHARE * due * short[:, month]
        late = arrears
        arrears = np.where(short[:, month], arrears + unpaid, 0.0)
        keys = view.supplier(who)
        yield view.sheet(
            "tax_return",
            {
                "ref": joined(keys, f"/vat/{name}"),
                "party": keys,
                "tax": "vat",
                **period(start, end),
                "currency": CURRENCY,
                "taxable_sales_minor": whole(declared[:, month]),
                "output_tax_minor": whole(output[:, month]),
                "input_tax_minor": whole(INPUT_TAX * bought),
                "tax_paid_minor": whole(due - unpaid + np.where(short[:, month], 0.0, late)),
                "late_fee_minor": whole(LATE_FEE_A_DAY * (end - start) * late),
                "arrears_minor": whole(arrears),
            },
            np.full(len(who), end),
            np.full(len(who), end + FILED_DAYS),
            chain.ruin_day[who] >= end,
        )


def _out_of_cash(view: View, who: Ints) -> Flags:
    """Whether each supplier ends each month without cash; tiers 2 and 3 are taken never to."""
    chain = view.world.chain
    months = chain.calendar.months
    short = np.zeros((len(chain.suppliers), months), dtype=bool)
    short[: chain.suppliers.first] = chain.liquidity.cash[:, 1 : months + 1] < 0
    out: Flags = short[who]
    return out
