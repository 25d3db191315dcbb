"""What a credit bureau says every quarter of suppliers of tier T3."""

from __future__ import annotations

import numpy as np

from ledger.clocks import from_day_number
from simulator.arrays import Flags, Floats, Ints
from simulator.chances import CAUSES
from simulator.endings import DRAWN_DAYS
from simulator.observation.sales import OTHER_SALES, totals, usual_sales
from simulator.observation.view import CURRENCY, Sheets, View, days, joined, whole, words
from simulator.policies import NOBODY

BUREAU = "征信中心（虚构）"

LAG_DAYS = (1, 5)
"""Least and most days until a report is known (domain.md section 0)."""

BANKS = (1, 4)
"""Least number of a supplier's banks, besides who lends on receivables, and the first too many."""

USE = (0.50, 0.10)
"""Usual use of bank lines, and how much less of it for a month of costs in free cash."""

OTHER_INQUIRIES = 0.4
"""Inquiries in a quarter that are no request of this world."""

DRY_DAYS_LATE = (5, 45)
DRY_LATE_SHARE = 0.3
"""Days that a supplier out of cash is late with its bank, and how often in a quarter."""

CLASSES = ("normal", "special_mention", "substandard", "doubtful", "loss")
CLASS_FROM_DAYS = (1, 91, 271, 361)
"""Days past due from which a debt is in the classes after the first (2023 rules)."""

FIRST_MONTH = 2
"""Month of the world at whose beginning the first report is drawn."""

WORST_QUARTERS = 8
"""Reports whose worst days past due are told: two years."""

OWN_CAUSES = [CAUSES.index(cause) for cause in ("diversion", "fraud")]
"""Causes of default that are the supplier's own, with recourse or without."""

KEPT_DAYS = 360
"""Days after a failure for which the bureau is asked."""


def bureau_sheets(view: View) -> Sheets:
    """Yield the summaries, quarter by quarter."""
    chain = view.world.chain
    who = np.flatnonzero(chain.suppliers.data_tier == 3)
    lasting = view.chance("banks")
    banks = lasting.integers(*BANKS, len(who))
    costs = (1 + OTHER_SALES) * usual_sales(view)[who] * (1 - chain.suppliers.margin[who])
    limit = costs * lasting.lognormal(0.4, 0.4, len(who))
    guarantees = costs * (lasting.random(len(who)) < 0.1)
    worst: list[Ints] = []
    for month in range(FIRST_MONTH, chain.calendar.months, 3):
        day = int(chain.calendar.starts[month])
        chance = view.chance("bureau", month)
        free = _free_cash(view, who, month)
        use = np.clip(USE[0] - USE[1] * free + chance.normal(0, 0.08, len(who)), 0.0, 1.2)
        owed, lenders, late = _financed(view, day)
        dry = _dry(view, who, month) & (chance.random(len(who)) < DRY_LATE_SHARE)
        slow = np.where(dry, chance.integers(*DRY_DAYS_LATE, len(who)), 0)
        now = np.maximum(np.maximum(late[who], slow), np.maximum(day - chain.ruin_day[who], 0))
        worst = [*worst, now][-WORST_QUARTERS:]
        drawn, lines = limit * use + owed[who], limit + owed[who]
        keys = view.supplier(who)
        known = day + chance.integers(LAG_DAYS[0], LAG_DAYS[1] + 1, len(who))
        yield view.sheet(
            "bureau_summary",
            {
                "ref": joined(keys, f"/bureau/{from_day_number(day):%Y-%m}"),
                "party": keys,
                "bureau": BUREAU,
                "reported_on": days(np.full(len(who), day)),
                "lenders": whole(banks + lenders[who]),
                "outstanding_minor": whole(drawn),
                "limit_minor": whole(lines),
                "currency": CURRENCY,
                "utilisation_ppm": whole(1e6 * drawn / lines),
                "max_dpd_24m_days": whole(np.max(worst, axis=0)),
                "five_class": words(CLASSES, np.digitize(now, CLASS_FROM_DAYS)),
                "external_guarantee_minor": whole(guarantees),
                "inquiries_3m": whole(_inquiries(view, day, chance)[who]),
            },
            np.full(len(who), day),
            known,
            chain.ruin_day[who] + KEPT_DAYS > day,
        )


def _free_cash(view: View, who: Ints, month: int) -> Floats:
    """Months of costs; of tiers 2 and 3 what they tend to."""
    chain = view.world.chain
    free = chain.suppliers.cash_months.copy()
    free[: chain.suppliers.first] = chain.liquidity.cash[:, month]
    found: Floats = free[who]
    return found


def _dry(view: View, who: Ints, month: int) -> Flags:
    chain = view.world.chain
    dry = np.zeros(len(chain.suppliers), dtype=bool)
    dry[: chain.suppliers.first] = chain.liquidity.dry[:, month]
    found: Flags = dry[who]
    return found


def _financed(view: View, day: int) -> tuple[Floats, Ints, Ints]:
    """What each supplier owes on receivables, to how many lenders, and how many days late.

    A financing in default stays; one that is repaid is gone when its last invoice is paid.
    """
    world = view.world
    requests, lender = world.requests, world.decisions.lender
    defaulted, repaid = world.endings.defaulted, world.endings.paid_on
    drawn = requests.day + DRAWN_DAYS < day
    place = np.flatnonzero((lender != NOBODY) & drawn & (defaulted | (repaid >= day)))
    count = len(world.chain.suppliers)
    supplier = world.chain.core.pairs.supplier[requests.pair[place]]
    owed = totals(supplier, requests.amount_minor[place], count)
    pairs = np.unique(supplier * 4 + lender[place]) // 4
    # without recourse what a buyer does not pay is no debt of the supplier
    own = requests.recourse[place] | np.isin(world.endings.cause[place], OWN_CAUSES)
    late = np.zeros(count, np.int64)
    np.maximum.at(late, supplier[own], day - requests.matures[place[own]])
    return owed, np.bincount(pairs, minlength=count).astype(np.int64), late


def _inquiries(view: View, day: int, chance: np.random.Generator) -> Ints:
    """Requests in the 91 days before a day, wherever they went, and others."""
    requests = view.world.requests
    count = len(view.world.chain.suppliers)
    asked = np.flatnonzero((requests.day >= day - 91) & (requests.day < day))
    supplier = view.world.chain.core.pairs.supplier[requests.pair[asked]]
    inquiries: Ints = np.bincount(supplier, minlength=count) + chance.poisson(
        OTHER_INQUIRIES, count
    )
    return inquiries
