"""From which day on each source has something to tell of a party."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from simulator.arrays import Flags, Ints
from simulator.intensities import NEVER
from simulator.observation.accounts import (
    core_statements_known,
    hands_in,
    supplier_statements_known,
    year_ends,
)
from simulator.observation.bureau import FIRST_MONTH, LAG_DAYS
from simulator.observation.disclosures import disclosed_on, discloses, half_years
from simulator.observation.filings import FILED_DAYS, silent
from simulator.observation.financed_twice import doubles
from simulator.observation.kinship import related
from simulator.observation.public_records import all_records, published
from simulator.observation.view import View
from simulator.policies import NOBODY

NOT_GIVEN = NEVER + 1
"""Day where the party lets nobody see."""

Days: TypeAlias = dict[str, Ints]
"""By source, the first day by number of party: `NEVER` for nothing, `NOT_GIVEN` for refused."""


def first_found(view: View) -> Days:
    """The first day on which each source would tell something of each company."""
    calendar = view.world.chain.calendar
    filed = np.full(view.companies, int(calendar.starts[1]) + FILED_DAYS)
    rated = np.full(view.companies, calendar.begin + 28)
    summed = np.full(view.companies, int(calendar.starts[FIRST_MONTH]) + LAG_DAYS[1])
    return {
        **_by_trade(view),
        "party_relation": _relation(view),
        "party_report": np.where(silent(view), NOT_GIVEN, filed),
        "tax_return": filed,
        "bureau_summary": summed,
        "rating": rated,
        "statement": _statement(view),
        "payment_disclosure": _disclosure(view),
        "adverse_record": _record(view),
        "registration": _registration(view),
    }


def _earliest(view: View, party: Ints, day: Ints) -> Ints:
    first = np.full(view.companies, NEVER)
    np.minimum.at(first, party, day)
    return first


def _by_trade(view: View) -> Days:
    """What comes with invoices: of suppliers alone, the buyers being on the other side of each."""
    chain, story = view.world.chain, view.world.story
    above = chain.upstream
    sold = (above.invoices.issued <= chain.ruin_day[above.seller]) & (
        above.invoices.issued < view.end
    )
    lost = above.planned > chain.upstream_stop_day[above.invoices.pair]

    def first(of_core: Ints, of_above: Ints) -> Ints:
        seller = np.concatenate([chain.core.seller[story.happened], above.seller[sold]])
        day = np.concatenate([of_core[story.happened], of_above[sold]])
        return _earliest(view, seller + view.buyers, day + 1)

    issued = first(chain.core.invoices.issued, above.invoices.issued)
    paid = first(story.paid_on, np.where(lost, NEVER, above.planned))
    disputed = first(_disputes(chain.core.dilution.disputed_on), np.full(len(sold), NEVER))
    same = ("invoice", "invoice_status", "receivable", "contract", "purchase_order", "delivery")
    return {
        **dict.fromkeys((*same, "acceptance", "confirmation"), issued),
        "payment": paid,
        "dispute": disputed,
    }


def _disputes(day: Ints) -> Ints:
    return np.where(day > 0, day, NEVER)


def _relation(view: View) -> Ints:
    both = np.concatenate(related(view))
    return _earliest(view, both, np.zeros(len(both), np.int64))


def _statement(view: View) -> Ints:
    ends = [end for _, end in year_ends(view)]
    first = np.full(view.companies, NEVER)
    if ends:
        first[: view.buyers] = core_statements_known(ends[0])
        first[view.buyers :] = supplier_statements_known(ends[0])
    first[view.buyers :] = np.where(hands_in(view), first[view.buyers :], NOT_GIVEN)
    return first


def _disclosure(view: View) -> Ints:
    first = np.full(view.companies, NEVER)
    starts = view.world.chain.calendar.starts
    known = [disclosed_on(int(starts[month])) for month in half_years(view)]
    does: Flags = discloses(view)
    first[: view.buyers] = np.where(does, min(known, default=NEVER), NEVER)
    return first


def _record(view: View) -> Ints:
    records = all_records(view)
    return _earliest(view, records.party, published(view, records))


def _registration(view: View) -> Ints:
    """Lenders register what they finance as they pay out, two days after the request, or before."""
    requests = view.world.requests
    lent = view.world.decisions.lender != NOBODY
    supplier = view.world.chain.core.pairs.supplier[requests.pair[lent]]
    place, _, day = doubles(view)
    party = np.concatenate([supplier, view.world.chain.core.seller[place]]) + view.buyers
    return _earliest(view, party, np.concatenate([requests.day[lent] + 2, day]))
