"""What an agency says of core enterprises: later than it is true, and not always right."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Ints
from simulator.observation.view import Sheets, View, days, joined, refs, whole, words

AGENCY = "蓬山资信（虚构）"
SCALE = "蓬山主体级别"

LETTERS = ("AAA", "AA+", "AA", "AA-", "A+", "A", "BBB", "BB")
NOTCHES = (1, 3, 5, 7, 9, 12, 15, 18)
PD_PPM = (600, 1_300, 2_400, 4_500, 8_500, 17_000, 45_000, 110_000)
"""Grades of the agency, best first, with the place and the chance of default that it gives them."""

LAG_MONTHS = (2, 9)
"""Least months from a change to the rating action, and the first number that is too many."""

OPINION_SHARES = (0.15, 0.70, 0.15)
"""How common it is that an agency sees a company one grade better, as it is, one worse."""

OUTLOOKS = ("positive", "stable", "negative")


def rating_sheets(view: View) -> Sheets:
    """Yield rating actions: a first one, one a change, and one a year that affirms."""
    seen, lately = _seen(view), _grades(view, 1)
    chance = view.chance("rating days")
    starts = view.world.chain.calendar.starts
    changed = np.diff(seen, axis=1, prepend=0) != 0
    affirmed = (np.arange(seen.shape[1]) + np.arange(view.buyers)[:, None]) % 12 == 0
    buyer, month = np.nonzero(changed | affirmed)
    day = starts[month] + chance.integers(0, 28, len(month))
    grade = seen[buyer, month]
    # the outlook says where the company has gone since
    outlook = 1 + np.sign(lately[buyer, month] - grade)
    firm = chance.random(len(month)) < 0.5
    keys = view.buyer(buyer)
    yield view.sheet(
        "rating",
        {
            "ref": joined(keys, refs("/rating/", month, 3)),
            "party": keys,
            "agency": AGENCY,
            "scale": SCALE,
            "grade": words(LETTERS, grade - 1),
            "outlook": words(OUTLOOKS, np.where(firm, 1, outlook)),
            "acted_on": days(day),
            "notch": whole(np.array(NOTCHES)[grade - 1]),
            "pd_12m_ppm": whole(np.array(PD_PPM)[grade - 1]),
        },
        day,
        day,
    )


def _seen(view: View) -> Ints:
    """The agency's grade in each month; shape (buyers, months up to the last day)."""
    chance = view.chance("ratings")
    lag = chance.integers(*LAG_MONTHS, view.buyers)
    opinion = chance.choice([-1, 0, 1], view.buyers, p=OPINION_SHARES)
    grades = _grades(view, lag)
    seen: Ints = np.clip(grades + opinion[:, None], 1, len(LETTERS))
    return seen


def _grades(view: View, lag: Ints | int) -> Ints:
    """Grades so many months ago; before the world, those of its first month."""
    chain = view.world.chain
    months = np.arange(chain.calendar.months)
    ago = np.maximum(months - np.reshape(lag, (-1, 1)), 0)
    ago = np.broadcast_to(ago, (view.buyers, len(months)))
    grades: Ints = np.take_along_axis(chain.grades, ago, axis=1)
    return grades
