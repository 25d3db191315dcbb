"""Public records: suits and enforcement, and complaints of suppliers that are not paid.

A supplier's failure is on record after it happened; before it there is only what being out of cash
brings. Of suppliers only those of tier T3 are looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from simulator.arrays import Floats, Ints
from simulator.intensities import NEVER
from simulator.observation.view import CURRENCY, Sheets, View, days, refs, whole, words
from simulator.regimes import DISTRESSED, SLOW

RECORDS = (
    "lawsuit",
    "enforcement",
    "dishonest_debtor",
    "bankruptcy",
    "bill_overdue",
    "sme_arrears_complaint",
)
LAWSUIT, ENFORCEMENT, DISHONEST, BANKRUPTCY, BILL, COMPLAINT = range(len(RECORDS))
SEVERITY = (2, 3, 4, 5, 4, 2)
CAUSES = (
    "买卖合同纠纷",
    "执行裁定",
    "失信名单",
    "破产清算",
    "承兑人逾期名单",
    "拖欠中小企业款项投诉",
)

PUBLISHED_DAYS = 90
"""Courts publish within so many days; lists of overdue acceptors sooner."""

HANDLED_DAYS = 44
"""A complaint: ten working days to pass it on, and thirty to handle it (domain.md section 0)."""

BEFORE_RUIN = ((LAWSUIT, 0.08), (ENFORCEMENT, 0.04))
"""Records against a supplier out of cash for thirty days, and the chance of each in a month."""

AFTER_RUIN = (
    (LAWSUIT, 0.7, 5, 90),
    (ENFORCEMENT, 0.6, 30, 180),
    (DISHONEST, 0.4, 90, 270),
    (BANKRUPTCY, 0.2, 90, 360),
)
"""Record, chance of it, and the least and most days from a supplier's failure to it."""

ANYONE = 0.002
"""Chance in a month of a suit against a company in good health."""

BUYER_MONTHS = ((LAWSUIT, SLOW, 0.03), (LAWSUIT, DISTRESSED, 0.10), (ENFORCEMENT, DISTRESSED, 0.05),
                (BILL, DISTRESSED, 0.05))  # fmt: skip
"""Record against a core enterprise, the regime it comes in, and its chance in a month."""

SUED = (0.3, 60, 180)
"""Chance that a supplier sues a buyer that pays nothing any more, and days after it stopped."""

LONG_LATE_DAYS = 60
COMPLAINED_WITHIN = 60
"""Days past due from which suppliers complain, and within how many more."""


class Records(NamedTuple):
    """Int arrays of one entry a record: party by number, place in `RECORDS`, day, fen or -1."""

    party: Ints
    record: Ints
    opened: Ints
    amount: Ints


def record_sheets(view: View) -> Sheets:
    """Yield all public records."""
    records = all_records(view)
    known = published(view, records)
    yield view.sheet(
        "adverse_record",
        {
            "ref": refs("record-", np.arange(1, len(known) + 1)),
            "party": view.parties.take(pa.array(records.party)),
            "adverse": words(RECORDS, records.record),
            "opened_on": days(records.opened),
            "amount_minor": whole(records.amount, records.amount < 0),
            "currency": words((CURRENCY,), np.zeros(len(known), np.int64), records.amount < 0),
            "severity": whole(np.array(SEVERITY)[records.record]),
            "role": words(("defendant",), np.zeros(len(known), np.int64), records.record > 1),
            "cause": words(CAUSES, records.record),
            "stage": words(
                ("filed", "enforced"), np.minimum(records.record, 1), records.record > 1
            ),
        },
        records.opened,
        known,
    )


def all_records(view: View) -> Records:
    """All records, in the same order each time."""
    sources = (_of_poor, _of_failed, _of_anyone, _of_regime, _of_stopped, _complaints)
    parts = [part for source in sources for part in source(view)]
    return Records(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def published(view: View, records: Records) -> Ints:
    """Day on which each record is known."""
    chance = view.chance("publication")
    most = np.where(records.record == BILL, 20, PUBLISHED_DAYS)
    later = np.floor(chance.random(len(most)) * (most + 1)).astype(np.int64)
    return records.opened + np.where(records.record == COMPLAINT, HANDLED_DAYS, later)


def _monthly(view: View, chance: np.random.Generator, likely: Floats) -> tuple[Ints, Ints]:
    """Draw rows and days from chances of shape (rows, months up to the last day)."""
    row, month = np.nonzero(chance.random(likely.shape) < likely)
    starts = view.world.chain.calendar.starts
    length = starts[month + 1] - starts[month]
    day = starts[month] + np.floor(chance.random(len(month)) * length).astype(np.int64)
    return row.astype(np.int64), day


def _amounts(chance: np.random.Generator, count: int) -> Ints:
    """Amounts at stake, in fen, median 300,000 yuan."""
    return np.rint(3e7 * chance.lognormal(0.0, 1.0, count)).astype(np.int64)


def _looked_up(view: View) -> Ints:
    return np.flatnonzero(view.world.chain.suppliers.data_tier == 3)


def _of_poor(view: View) -> Iterator[Records]:
    """Suppliers of tier 1 that are out of cash, until they fail."""
    chain = view.world.chain
    who = _looked_up(view)
    who = who[who < chain.suppliers.first]
    dry = chain.liquidity.dry[who, : chain.calendar.months]
    for record, likely in BEFORE_RUIN:
        chance = view.chance("poor", record)
        row, day = _monthly(view, chance, np.where(dry, likely, 0.0))
        alive = day <= chain.ruin_day[who[row]]
        yield _records(chance, who[row][alive] + view.buyers, record, day[alive])


def _of_failed(view: View) -> Iterator[Records]:
    chain = view.world.chain
    who = _looked_up(view)
    who = who[chain.ruin_day[who] < view.end]
    for record, likely, least, most in AFTER_RUIN:
        chance = view.chance("failed", record)
        day = chain.ruin_day[who] + chance.integers(least, most + 1, len(who))
        comes = chance.random(len(who)) < likely
        yield _records(chance, who[comes] + view.buyers, record, day[comes])


def _of_anyone(view: View) -> Iterator[Records]:
    chain = view.world.chain
    who = np.concatenate([np.arange(view.buyers), _looked_up(view) + view.buyers])
    chance = view.chance("anyone")
    row, day = _monthly(view, chance, np.full((len(who), chain.calendar.months), ANYONE))
    ends = np.concatenate([np.full(view.buyers, NEVER), chain.ruin_day])[who[row]]
    yield _records(chance, who[row][day <= ends], LAWSUIT, day[day <= ends])


def _of_regime(view: View) -> Iterator[Records]:
    """Core enterprises that pay slowly, or hardly."""
    chain = view.world.chain
    regimes = chain.regimes[:, : chain.calendar.months]
    for place, (record, regime, likely) in enumerate(BUYER_MONTHS):
        chance = view.chance("regime", place)
        buyer, day = _monthly(view, chance, np.where(regimes == regime, likely, 0.0))
        yield _records(chance, buyer, record, day)


def _of_stopped(view: View) -> Iterator[Records]:
    """Core enterprises that a supplier sues, because it is paid nothing any more."""
    chain, story = view.world.chain, view.world.story
    chance = view.chance("stopped")
    likely, least, most = SUED
    pair_of, due = chain.core.invoices.pair, chain.core.invoices.due
    lost = story.happened & (chain.core.planned > chain.stop_day[pair_of])
    owed = np.full(len(chain.stop_day), NEVER)
    np.minimum.at(owed, pair_of[lost], due[lost])
    sued = chance.random(len(owed)) < likely
    later = chance.integers(least, most + 1, len(owed))
    day = np.maximum(chain.stop_day, owed) + later
    pair = np.flatnonzero(sued & (owed < NEVER) & (day < view.end))
    yield _records(chance, chain.core.pairs.buyer[pair], LAWSUIT, day[pair])


def _complaints(view: View) -> Iterator[Records]:
    """Suppliers complain of invoices long past due, a few of them, and while they are unpaid.

    Neither fraud nor what is disputed comes to a complaint.
    """
    world, story = view.world, view.world.story
    flow = world.chain.core
    chance = view.chance("complaints")
    draw = chance.random(len(flow.invoices))
    days_on = chance.integers(0, COMPLAINED_WITHIN, len(flow.invoices))
    opened = flow.invoices.due + LONG_LATE_DAYS + days_on
    honest = (story.request < 0) | (world.fraud[story.request] == 0)
    long_late = story.happened & honest & (flow.dilution.disputed_on == 0)
    long_late &= (story.paid_on > opened) & (opened <= world.chain.ruin_day[flow.seller])
    place = np.flatnonzero(long_late & (draw < world.scenario.complaint_share))
    yield Records(
        flow.pairs.buyer[flow.invoices.pair[place]],
        np.full(len(place), COMPLAINT),
        opened[place],
        story.face_minor[place],
    )


def _records(chance: np.random.Generator, party: Ints, record: int, day: Ints) -> Records:
    amount = _amounts(chance, len(party))
    told = record in {LAWSUIT, ENFORCEMENT, DISHONEST}
    return Records(
        party, np.full(len(party), record), day, amount if told else np.full_like(amount, -1)
    )
