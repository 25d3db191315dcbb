"""Which sources were asked about whom, and what they were allowed to tell (domain.md section 1.5).

Data tiers: T0 has invoices, T1 also the bank, T2 also the buyers' platform, T3 also registry,
bureau, tax office, courts and statements. What is not in the list of a tier was not asked: there is
no row of it, and no zero is a zero.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator.arrays import Flags, Ints
from simulator.intensities import NEVER
from simulator.observation.companies import registered_on
from simulator.observation.first_found import NOT_GIVEN, first_found
from simulator.observation.view import Sheets, View, days, hashes, instants, joined, words

SOURCES: tuple[tuple[str, ...], ...] = (
    ("party_relation", "invoice", "invoice_status", "receivable"),
    ("payment", "party_report"),
    ("contract", "purchase_order", "delivery", "acceptance", "confirmation", "dispute"),
    ("registration", "bureau_summary", "tax_return", "adverse_record", "statement"),
)
"""Kinds of facts that each tier adds to those before."""

CORE_SOURCES = (
    "party_relation",
    "party_report",
    "statement",
    "rating",
    "adverse_record",
    "payment_disclosure",
)

SCOPES = (("bank", 1), ("bureau", 3), ("tax", 3))
"""What a supplier must allow, and from which tier on."""

PURPOSES = ("scoring", "monitoring", "training")

CHECKED_DAYS = 365
"""A source is asked again after a year; facts that it sends come on their own."""

FIRST_CHECK = (28, 56)
"""Day of the world on which a company is first asked about, and the first that is too late."""

FOUND, NONE_FOUND, REFUSED, STALE = range(4)
RESULTS = ("FOUND", "NONE_FOUND", "REFUSED", "STALE")


def bank_told_until(view: View) -> Ints:
    """First day that each supplier's bank tells nothing of any more.

    Returns
    -------
    int array of shape (suppliers,)
        0 for tier T0, whose bank is never asked; `NEVER` where it goes on.
    """
    chain = view.world.chain
    last_year = int(chain.calendar.starts[max(0, chain.calendar.months - 12)])
    stops = view.chance("banks that stop").random(len(chain.suppliers))
    until = np.where(stops < view.world.scenario.missing_bank_share, last_year, NEVER)
    told: Ints = np.where(chain.suppliers.data_tier == 0, 0, until)
    return told


def coverage_sheets(view: View) -> Sheets:
    """Yield what came of asking each source, once a year about each party while it lives."""
    chain = view.world.chain
    offset = view.chance("checks").integers(*FIRST_CHECK, view.companies)
    tier = np.concatenate([np.full(view.buyers, -1), chain.suppliers.data_tier])
    ends = np.concatenate([np.full(view.buyers, NEVER), chain.ruin_day])
    first = first_found(view)
    years = range(-(-chain.calendar.months // 12))
    for source in first:
        who = np.flatnonzero(_asked(source, tier))
        since, gone = first[source][who], until_of(view, source)[who]
        for year in years:
            day = chain.calendar.begin + offset[who] + CHECKED_DAYS * year
            result = np.where(day >= since, FOUND, NONE_FOUND)
            result = np.where(since == NOT_GIVEN, REFUSED, np.where(day >= gone, STALE, result))
            yield _checked(view, (source, str(year + 1)), who, (day, result), ends[who] > day)
        stops = gone < NEVER
        day, stale = np.where(stops, gone, 0), np.full(len(who), STALE)
        yield _checked(view, (source, "stale"), who, (day, stale), stops & (ends[who] > gone))


def until_of(view: View, source: str) -> Ints:
    """First day from which a source tells nothing of a party any more, by number of party."""
    until = np.full(view.companies, NEVER)
    if source == "payment":
        until[view.buyers :] = bank_told_until(view)
    return until


def _asked(source: str, tier: Ints) -> Flags:
    """Who is asked about; core enterprises have tier -1."""
    least = next((place for place, one in enumerate(SOURCES) if source in one), len(SOURCES))
    return (tier >= least) | ((tier < 0) & (source in CORE_SOURCES))


def _checked(
    view: View, check: tuple[str, str], who: Ints, found: tuple[Ints, Ints], told: Flags
) -> tuple[str, pa.Table]:
    (source, name), (day, result) = check, found
    keys = view.parties.take(pa.array(who))
    columns = {
        "ref": joined(keys, f"/asked/{source}/{name}"),
        "party": keys,
        "source": source,
        "checked_at": instants(day),
        "result": words(RESULTS, result),
    }
    return view.sheet("source_coverage", columns, day, day, told)


def consent_sheets(view: View) -> Sheets:
    """Yield what suppliers allowed when they were registered."""
    tier = view.world.chain.suppliers.data_tier
    registered = registered_on(view)[view.buyers : view.companies]
    for place, (scope, least) in enumerate(SCOPES):
        who = np.flatnonzero(tier >= least)
        keys = view.supplier(who)
        for purpose in PURPOSES:
            yield view.sheet(
                "consent",
                {
                    "ref": joined(keys, f"/consent/{scope}/{purpose}"),
                    "party": keys,
                    "scope": scope,
                    "purpose": purpose,
                    "given_on": days(registered[who]),
                    "evidence_hash": hashes(who * len(SCOPES) + place, view.world.seed + 1),
                },
                registered[who],
                registered[who],
            )
