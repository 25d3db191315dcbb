"""Commercial values of a made-up world at twelve monthly days, beside what was really collected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256

import numpy as np

from benchmarks.stage.lent_world import book_of
from lending.commercial_value import quantiles
from lending.value_paths import AS_IT_IS, Outlook, draws_of, parts_on_paths
from lending.value_rules import ValueRules
from scoring.value_facts import Floats, Ints, TradeSeen, trade_seen, trade_views
from scoring.value_inputs import outlooks
from simulator.collectible import collected_minor, last_told
from simulator.observation.view import View
from simulator.scenario import Size, read_scenario
from simulator.world import World, make_world

LAST_DAY = date(2026, 6, 17)
ORIGINS = 12
MONTH_DAYS = 30.4375
YEAR = 12

AS_COLLECTED = ValueRules(discount_rate=0.0, lgd=1.0)
"""What is collected is counted as it comes, before costs; a buyer that stops pays nothing here."""

LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, eq=False)
class ValuedWorld:
    """Values and truth, a row a supplier and day; amounts in fen.

    Attributes
    ----------
    seed, origin, sector, tier : int array of shape (n,)
        The world, the day from 0 on, the supplier's sector and data tier.
    said : float array of shape (n, 3)
        P10, P50 and P90.
    naive : float array of shape (n, 3)
        Seasonal-naive: the same months a year ago over again and what is open, times the quantiles
        of the ratio of this year's sales to last year's over the suppliers of the book.
    repeated, past : float array of shape (n,)
        Seasonal-naive as one number; sales of the last twelve months alone.
    truth : float array of shape (n,)
        What was collected.
    """

    seed: Ints
    origin: Ints
    sector: Ints
    tier: Ints
    said: Floats
    naive: Floats
    repeated: Floats
    past: Floats
    truth: Floats

    def take(self, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> ValuedWorld:
        """Some of the rows."""
        return ValuedWorld(*(getattr(self, field.name)[rows] for field in fields(self)))


def valued_world(
    size: Size, seed: int, rules: ValueRules = AS_COLLECTED, origins: int = ORIGINS
) -> ValuedWorld:
    """Make a world and value all its suppliers of tier 1 a month apart."""
    world = make_world(read_scenario("baseline"), size, seed, LAST_DAY)
    gathered = book_of(world)
    last = last_told(world)
    days = [last - round(MONTH_DAYS * ago) for ago in range(origins - 1, -1, -1)]
    keys = View(world).parties.to_pylist()[View(world).buyers :]
    place = {key: at for at, key in enumerate(keys[: world.chain.suppliers.first])}
    with trade_views(gathered.facts, gathered.book.tz.key, 2) as views:
        parts = [
            _on_day(world, trade_seen(views, day), place, rules, origin)
            for origin, day in enumerate(days)
        ]
    return replace(pooled(parts), seed=np.full(sum(len(part.truth) for part in parts), seed))


def _on_day(
    world: World, known: TradeSeen, place: dict[str, int], rules: ValueRules, origin: int
) -> ValuedWorld:
    found = [one for one in outlooks(known, rules) if one.supplier in place]
    at = np.array([place[one.supplier] for one in found], dtype=np.int64)
    past = np.array([one.past_minor.sum() for one in found])
    repeated = past + np.array([one.open_minor.sum() for one in found])
    ratios = _ratios(known)
    return ValuedWorld(
        seed=np.zeros(len(at), dtype=np.int64),
        origin=np.full(len(at), origin),
        sector=world.chain.suppliers.trade[at],
        tier=world.chain.suppliers.data_tier[at],
        said=np.array([_said(one, rules) for one in found]),
        naive=repeated[:, None] * np.quantile(ratios, LEVELS),
        repeated=repeated,
        past=past,
        truth=collected_minor(world, at, np.full(len(at), known.day)),
    )


def _said(outlook: Outlook, rules: ValueRules) -> tuple[float, float, float]:
    seed = int.from_bytes(sha256(outlook.supplier.encode()).digest()[:8], "big")
    draws = draws_of(outlook, rules, seed)
    return quantiles(parts_on_paths(outlook, rules, draws, AS_IT_IS).sum(axis=0))


def _ratios(known: TradeSeen) -> Floats:
    """Sales of the last twelve months over those of the twelve before, by supplier."""
    suppliers = len(known.suppliers)
    now, before = (
        np.bincount(known.supplier, known.gross[:, months].sum(axis=1), suppliers)
        for months in (slice(0, YEAR), slice(YEAR, 2 * YEAR))
    )
    ratios: Floats = now[before > 0] / before[before > 0]
    return ratios


def pooled(worlds: Sequence[ValuedWorld]) -> ValuedWorld:
    """Several as one."""
    return ValuedWorld(
        *(
            np.concatenate([getattr(world, field.name) for world in worlds])
            for field in fields(ValuedWorld)
        )
    )


def coverage(of: ValuedWorld) -> float:
    """Share of what was collected that lies from P10 to P90."""
    return float(((of.said[:, 0] <= of.truth) & (of.truth <= of.said[:, 2])).mean())


def bias(of: ValuedWorld) -> float:
    """All P50 over all that was collected, less 1."""
    return float(of.said[:, 1].sum() / of.truth.sum() - 1)


def pinball(truth: Floats, said: Floats) -> float:
    """Mean pinball loss of the three levels over what was collected; one number counts thrice.

    Parameters
    ----------
    said : float array of shape (n, 3) or (n,)
    """
    quantile = np.broadcast_to(said.reshape(len(truth), -1), (len(truth), len(LEVELS)))
    short = truth[:, None] - quantile
    loss = np.maximum(np.array(LEVELS) * short, (np.array(LEVELS) - 1) * short)
    return float(loss.mean() / truth.mean())
