"""A made-up world watched a month apart: who was warned of, and which financings defaulted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.stage.lent_world import LAST_DAY, book_of
from ledger.clocks import from_day_number, to_day_number
from lending.portfolio.portfolio_rules import WarningRules
from scoring.portfolio.book_views import WARNING_KINDS, book_views
from scoring.portfolio.warning_signs import early_warnings, kind_of
from simulator.chances import CAUSES, DEFAULT_DAYS
from simulator.observation.view import View
from simulator.policies import OURS
from simulator.scenario import Size, read_scenario
from simulator.world import World, make_world

MONTHS = 35
APART_DAYS = 30
LEAD_DAYS, HORIZON_DAYS = 30, 182
"""A warning precedes what comes so many days after it: a month at least, half a year at most."""

STRESS_MONTHS = 6
"""The stress begins so many months before the end (``simulator/scenarios/stress.toml``)."""

OTHERS = 20
"""Parties that a defaulted one is compared with."""

PartyDay = tuple[str, int]


@dataclass(frozen=True)
class Defaulted:
    """A financing of ours in default, as the world knows it; days since 1970-01-01.

    Attributes
    ----------
    party : str
        The buyer where it was the buyer's credit, else the supplier.
    stopped : int
        The buyer stopped paying this supplier for good; far in the future where it didn't.
    due, defaulted : int
        It should have been repaid, and was 90 days past due.
    """

    party: str
    stopped: int
    due: int
    defaulted: int


@dataclass(frozen=True, eq=False)
class Watched:
    """What was said of the buyers or the suppliers of a world, and what became of them.

    Attributes
    ----------
    days : tuple of int
        On which warnings were looked for.
    stress_from : int
        First day of the stress, or of the same months where there is none.
    warned : dict of str to set of (party, day)
        By kind of warning.
    exposed : set of (party, day)
        Those with money of ours out.
    defaults : tuple of Defaulted
    """

    days: tuple[int, ...]
    stress_from: int
    warned: dict[str, set[PartyDay]]
    exposed: set[PartyDay]
    defaults: tuple[Defaulted, ...]

    def of(self, kind: str | None) -> set[PartyDay]:
        """Those warned of by a kind of warning, or by any."""
        if kind is None:
            return set().union(*self.warned.values())
        return self.warned.get(kind, set())

    def others(self, party: str) -> list[str]:
        """The other parties that ever had money of ours out, at most `OTHERS` of them."""
        every = sorted({one for one, _ in self.exposed if one != party})
        return every[:: max(1, len(every) // OTHERS)]

    def judges(self, day: int) -> bool:
        """Whether warnings were looked for all through the half-year before a day."""
        return self.days[0] <= day - HORIZON_DAYS and day - LEAD_DAYS <= self.days[-1]

    def preceded(self, warned: set[PartyDay], party: str, day: int) -> bool:
        """Whether a party was warned of from half a year to a month before a day."""
        return any(
            (party, at) in warned for at in self.days if LEAD_DAYS <= day - at <= HORIZON_DAYS
        )

    def followed(self, party: str, day: int) -> bool:
        """Whether a default comes within half a year after a day."""
        return any(
            one.party == party and 0 < one.defaulted - day <= HORIZON_DAYS for one in self.defaults
        )


def warned_world(
    size: Size,
    seed: int,
    rules: WarningRules,
    *,
    scenario: str = "stress",
    months: int = MONTHS,
    threads: int = 2,
) -> dict[str, Watched]:
    """Make a world and look for warnings every 30 days up to its last; by ``buyer``, ``supplier``.

    The facts go straight to the views: a ledger in between would take most of the time.
    """
    world = make_world(read_scenario(scenario), size, seed, LAST_DAY)
    gathered = book_of(world)
    last = to_day_number(LAST_DAY)
    days = tuple(last - APART_DAYS * ago for ago in range(months - 1, -1, -1))
    facts = {kind: gathered.facts[kind] for kind in WARNING_KINDS}
    dates = [from_day_number(day) for day in days]
    warned: dict[str, dict[str, set[PartyDay]]] = {"buyer": {}, "supplier": {}}
    with book_views(facts, gathered.book.tz.key, dates, threads) as connection:
        for one in early_warnings(connection, rules):
            about = ("buyer", "supplier") if one.role == "both" else (one.role,)
            for role in about:
                said = warned[role].setdefault(kind_of(one.sign), set())
                said.add((one.party, to_day_number(one.day)))
        out = connection.sql("SELECT DISTINCT buyer, supplier, day FROM open_financing").fetchall()
    calendar = world.chain.calendar
    stress = int(calendar.starts[calendar.months - STRESS_MONTHS])
    return {
        role: Watched(
            days,
            stress,
            warned[role],
            {(row[place], row[2]) for row in out},
            tuple(_defaults(world, buyers=role == "buyer")),
        )
        for place, role in enumerate(warned)
    }


def _defaults(world: World, *, buyers: bool) -> Iterator[Defaulted]:
    """Defaults of ours by the buyer's credit, or by all else; those after the last day as well."""
    requests, pairs, view = world.requests, world.chain.core.pairs, View(world)
    by_buyer = world.endings.cause == CAUSES.index("buyer")
    ours = (world.decisions.lender == OURS) & world.endings.defaulted
    at = np.flatnonzero(ours & (by_buyer if buyers else ~by_buyer))
    pair = requests.pair[at]
    parties = view.buyer(pairs.buyer[pair]) if buyers else view.supplier(pairs.supplier[pair])
    stopped, due = world.chain.stop_day[pair].tolist(), requests.matures[at].tolist()
    for party, stop, day in zip(parties.to_pylist(), stopped, due, strict=True):
        yield Defaulted(party, stop, day, day + DEFAULT_DAYS)
