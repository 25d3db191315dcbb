"""Yearly statements: of all core enterprises, and of the suppliers that hand them in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ledger.clocks import from_day_number, to_day_number
from simulator.arrays import Flags, Floats, Ints
from simulator.cash import CREDIT_LINE_MONTHS
from simulator.observation.filings import period
from simulator.observation.sales import (
    OTHER_SALES,
    Booked,
    Sales,
    booked,
    core_turnover,
    core_usual,
    owed_on,
    supplier_sales,
    written_off,
)
from simulator.observation.view import CURRENCY, Sheets, View, joined, whole, words
from simulator.observation.yearly_books import Books, Year, draw_up

FLATTERY = 0.08
"""By what share suppliers of poor quality make EBITDA larger (domain.md section 4.7)."""

NET_OF_TAX = 0.9
"""Usual sales without tax, of those with it."""

BEFORE = 0.75
"""Share of today's pairs that traded before the world begins."""

OUTSIDE_MONTHS = 2.5
"""Months of sales that customers outside this world owe."""

OPINIONS = ("unqualified", "qualified", "none")
CORE_OPINIONS, SUPPLIER_OPINIONS = (0.96, 0.04, 0.0), (0.27, 0.03, 0.70)


def hands_in(view: View) -> Flags:
    """Which suppliers hand in statements: a share of tier T3."""
    suppliers = view.world.chain.suppliers
    draw = view.chance("statements").random(len(suppliers))
    given: Flags = (suppliers.data_tier == 3) & (draw < view.world.scenario.statement_share)
    return given


def year_ends(view: View) -> list[tuple[int, int]]:
    """Place of each January of the world, and its first day, where a year of it lies before."""
    calendar = view.world.chain.calendar
    january = np.flatnonzero(calendar.month_of_year()[: calendar.months] == 0)
    return [(int(place), int(calendar.starts[place])) for place in january if place > 0]


def core_statements_known(end: int) -> int:
    """Day on which statements of the year before a day are published: 30 April."""
    return to_day_number(date(from_day_number(end).year, 4, 30))


def supplier_statements_known(end: int) -> int:
    """Day on which suppliers hand in statements of the year before a day: 31 May."""
    return to_day_number(date(from_day_number(end).year, 5, 31))


def statement_sheets(view: View) -> Sheets:
    """Yield statements and their lines, year by year."""
    turnover, sales = core_turnover(view), supplier_sales(view)
    flows = list(booked(view))
    who = np.flatnonzero(hands_in(view))
    ruin_day = view.world.chain.ruin_day
    for place, end in year_ends(view):
        books = draw_up(_core_year(view, turnover, place))
        yield from _told(view, np.arange(view.buyers), books, (end, core_statements_known(end)))
        known = supplier_statements_known(end)
        # one that has failed hands in nothing
        alive = who[ruin_day[who] >= known]
        books = draw_up(_supplier_year(view, sales, flows, alive, place))
        yield from _told(view, alive + view.buyers, books, (end, known))


def _told(
    view: View, party: Ints, books: Books, clocks: tuple[int, int]
) -> Iterator[tuple[str, pa.Table]]:
    """Rows of companies, all core enterprises or all suppliers, of the year before a day."""
    end, known = clocks
    year = from_day_number(end).year - 1
    keys = view.parties.take(pa.array(party))
    statement = joined(keys, f"/statement/{year}")
    happened, told = np.full(len(party), end), np.full(len(party), known)
    heads = {
        "ref": statement,
        "party": keys,
        **period(to_day_number(date(year, 1, 1)), end),
        "period_type": "year",
        **_form(view, bool((party < view.buyers).all()), year, len(party)),
        "currency": CURRENCY,
        "total_assets_minor": whole(books.assets),
        "total_liabilities_minor": whole(books.liabilities),
        "equity_minor": whole(books.equity),
    }
    yield view.sheet("statement", heads, happened, told)
    count = len(books.lines)
    each = statement.take(pa.array(np.tile(np.arange(len(party)), count)))
    concept = words(list(books.lines), np.repeat(np.arange(count), len(party)))
    lines = {
        "ref": pc.binary_join_element_wise(each, concept, "/"),
        "statement": each,
        "concept": concept,
        "amount_minor": whole(np.concatenate(list(books.lines.values()))),
    }
    yield view.sheet("statement_line", lines, np.tile(happened, count), np.tile(told, count))


def _form(view: View, core: bool, year: int, count: int) -> dict[str, Any]:
    """Rules and opinion: few suppliers have an auditor."""
    chance = view.chance("opinions of cores" if core else "opinions of suppliers", year)
    shares = CORE_OPINIONS if core else SUPPLIER_OPINIONS
    return {
        "gaap": "CAS" if core else "CAS_small",
        "audit": words(OPINIONS, chance.choice(3, count, p=shares)),
        "consolidated": core,
    }


def _over_the_year(monthly: Floats, usual: Floats, season: Floats, place: int) -> Floats:
    """Sum of the twelve months before a place; those before the world are taken as usual."""
    missing = max(0, 12 - place)
    months = np.arange(max(0, place - 12), place)
    before = usual * season[(np.arange(missing) + place) % 12].sum()
    total: Floats = monthly[:, months].sum(axis=1) + before
    return total


def _core_year(view: View, turnover: Floats, place: int) -> Year:
    chain = view.world.chain
    lasting, chance = view.chance("books of cores"), view.chance("year of cores", place)
    count, grade = view.buyers, chain.grades[:, place] * 1.0
    size, style = core_usual(view) * 12, lasting.normal(0.0, 1.0, (4, count))
    revenue = _over_the_year(turnover, core_usual(view), chain.calendar.season(), place)
    debt = size * np.clip(0.08 + 0.05 * grade + 0.05 * style[0], 0.02, 1.0)
    debt *= chance.lognormal(0.0, 0.05, count)
    slow = 1 + 0.15 * chain.regimes[:, place]
    owed = size / 6 * np.exp(0.2 * style[1])
    return Year(
        revenue=revenue,
        ebit_share=0.13 - 0.012 * grade + chance.normal(0.0, 0.02, count),
        administration=np.full(count, 0.08),
        research=np.full(count, 0.03),
        receivables=owed * chance.lognormal(0.0, 0.05, count),
        receivables_before=owed,
        impairment=0.002 * revenue * chance.lognormal(0.0, 0.5, count),
        cash=size * np.exp(-1.6 - 0.15 * grade + 0.3 * style[2]),
        inventory=0.15 * revenue * chance.lognormal(0.0, 0.1, count),
        fixed=size * np.exp(-0.5 + 0.3 * style[3]),
        short_debt=0.6 * debt,
        long_debt=0.4 * debt,
        payables=size / 8 * slow * chance.lognormal(0.0, 0.1, count),
        notes=size / 24 * slow * chance.lognormal(0.0, 0.3, count),
        guarantees=0.04 * size * lasting.lognormal(0.0, 1.0, count),
        prepaid_by_customers=0.03 * revenue,
        capital=0.2 * size,
        flattered=np.zeros(count),
    )


def _supplier_year(view: View, sales: Sales, flows: list[Booked], who: Ints, place: int) -> Year:
    suppliers = view.world.chain.suppliers
    lasting, chance = view.chance("books of suppliers"), view.chance("year of suppliers", place)
    style = lasting.normal(0.0, 1.0, (5, len(suppliers)))[:, who]
    count = len(who)
    usual = sales.usual[who] * NET_OF_TAX
    season = view.world.chain.calendar.season()
    monthly = (sales.net + sales.other)[who]
    revenue = _over_the_year(monthly, (BEFORE + OTHER_SALES) * usual, season, place)
    revenue = np.maximum(revenue, 0.1 * usual)
    owed, before, lost = _claims(view, flows, place)[:, who]
    outside = OUTSIDE_MONTHS * OTHER_SALES * usual
    owed, before = owed + outside, before + outside
    free = _free_cash(view, place, chance)[who]
    costs = (1 + OTHER_SALES) * usual * (1 - suppliers.margin[who])
    drawn = np.minimum(np.maximum(-free, 0), 2 * CREDIT_LINE_MONTHS) * costs
    fixed = 12 * usual * np.exp(-1.4 + 0.4 * style[0])
    return Year(
        revenue=revenue,
        ebit_share=suppliers.margin[who] + 0.008 * style[4] + chance.normal(0.0, 0.015, count),
        administration=np.full(count, 0.10),
        research=np.clip(0.02 + 0.01 * style[1], 0.0, 0.06),
        receivables=owed,
        receivables_before=before if place >= 12 else owed,
        impairment=lost,
        cash=(0.3 + np.maximum(free, 0)) * costs,
        inventory=usual * np.exp(0.3 * style[2]) * chance.lognormal(0.0, 0.1, count),
        fixed=fixed,
        short_debt=np.clip(0.50 + 0.20 * style[3], 0.05, 0.95) * owed + drawn,
        long_debt=0.35 * fixed,
        payables=0.62 * revenue / 12 * 2.4 * chance.lognormal(0.0, 0.2, count),
        notes=np.zeros(count),
        guarantees=usual * (lasting.random(len(suppliers)) < 0.1)[who],
        prepaid_by_customers=0.02 * revenue,
        capital=1.2 * usual,
        flattered=np.where(suppliers.quality[who] < 0, FLATTERY, 0.0),
    )


def _claims(view: View, flows: list[Booked], place: int) -> Floats:
    """What suppliers are owed, were a year before, and gave up since; shape (3, suppliers)."""
    count = len(view.world.chain.suppliers)
    end = int(view.world.chain.calendar.starts[place])
    found = np.zeros((3, count))
    for books in flows:
        found[0] += owed_on(books, end, count)
        found[1] += owed_on(books, end - 365, count)
        found[2] += written_off(books, end - 365, end, count)
    return found


def _free_cash(view: View, place: int, chance: np.random.Generator) -> Floats:
    """Months of costs at the start of a month; of tiers 2 and 3 what they tend to, and luck."""
    chain = view.world.chain
    free = chain.suppliers.cash_months + chance.normal(0.0, 0.45, len(chain.suppliers))
    free[: chain.suppliers.first] = chain.liquidity.cash[:, place]
    return free
