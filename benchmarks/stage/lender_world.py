"""A lender's world for benchmarks: facts in a ledger, and a model of the usual size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from features.catalogue import BY_NAME
from features.pipeline import silent
from ledger.clocks import to_day_number
from ledger.database import migrate, open_database, reading
from ledger.principals import OWNER
from ledger.tenants import book
from models.bundle import BundleCard, save
from models.event import Event
from models.trees import Matrix
from scoring.asking import Request
from scoring.gather import Gathered, gather
from simulator.output import write_world
from simulator.scenario import read_scenario, size_of
from simulator.world import World, make_world
from training.champion import columns
from training.examples import Flags, examples, labels
from training.fitting import ADDITIVE, CROSS, Fitter, raw, text
from training.peers import added_at_peers
from training.recipe import Trees

SEED = 7
LAST_DAY = date(2026, 6, 17)


def noon(day: date) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


RECORDED_AT = noon(LAST_DAY)

NAMES = tuple(BY_NAME)
ADDITIVE_ROUNDS, CROSS_ROUNDS = 300, 100
LATE = Event(name="late5", kind="late", days=5, en="paid 5 days late", zh="逾期5天付款")
TREES = Trees(
    rounds=ADDITIVE_ROUNDS + CROSS_ROUNDS,
    additive_rounds=(ADDITIVE_ROUNDS,),
    learning_rate=0.05,
    leaves=31,
    least_rows_in_leaf=10,
    feature_share=0.8,
    row_share=0.8,
    l2=1.0,
)


@dataclass(frozen=True)
class Lender:
    """A lender: its ledger, what is in it, and a bundle learned from it.

    Attributes
    ----------
    db : str
        URL of the ledger, SQLite.
    engine : Engine
    gathered : Gathered
        The whole book.
    learned : (rows, event)
        What the bundle was learned from.
    bundle : Path
        Folder of a bundle of 400 trees of up to 31 leaves.
    requests : tuple of Request
        One for each of the newest receivables, as of noon of the last day.
    """

    db: str
    engine: Engine
    gathered: Gathered
    learned: tuple[Matrix, Flags]
    bundle: Path
    requests: tuple[Request, ...]


def world_of(times: int = 1, *, orders: int = 1, last_day: date = LAST_DAY) -> World:
    """The small world of the tests, with so many times the parties, and each pair's orders."""
    small = size_of("small")
    size = replace(
        small,
        core_buyers=small.core_buyers * times,
        suppliers=small.suppliers * times,
        orders_a_pair_month=small.orders_a_pair_month * orders,
    )
    return make_world(read_scenario("full_view"), size, SEED, last_day)


def write_book(world: World, folder: Path, db: str | None = None) -> tuple[str, Engine, Gathered]:
    """Write a world into a ledger: its URL, engine and the whole book.

    ``db`` is the URL of an empty database; None makes a SQLite file in the folder.
    """
    db = db or f"sqlite:///{folder / 'ledger.db'}"
    engine = open_database(db)
    migrate(engine)
    write_world(world, engine, OWNER, noon(world.last_day))
    with reading(engine) as connection:
        at_head = book(connection, OWNER.tenant)
    return db, engine, gather(engine, at_head, at_head.last_seq)


def make_lender(folder: Path, *, requests: int) -> Lender:
    """Make a world, write it into a ledger and learn a bundle from it."""
    db, engine, gathered = write_book(world_of(), folder)
    learned = _learned(gathered)
    bundle = _bundle(learned, folder / "bundles")
    return Lender(db, engine, gathered, learned, bundle, requests_of(gathered)[-requests:])


def requests_of(gathered: Gathered) -> tuple[Request, ...]:
    """A request for each receivable of a book, as of noon of the last day."""
    columns = ["ref", "supplier", "buyer"]
    return tuple(
        Request(row["ref"], row["supplier"], row["buyer"], (row["ref"],), as_of=RECORDED_AT)
        for row in gathered.facts["receivable"].select(columns).to_pylist()
    )


def _learned(gathered: Gathered) -> tuple[Matrix, Flags]:
    known = examples(gathered, NAMES, threads=2, progress=silent)
    then = labels(gathered, known, LATE, to_day_number(LAST_DAY))
    learn = np.flatnonzero(then.known)
    return known.rows[learn], then.event[learn]


def _bundle(learned: tuple[Matrix, Flags], folder: Path) -> Path:
    rows, event = learned
    fitter = Fitter(NAMES, TREES, seed=SEED, threads=2)
    additive = fitter.fit(rows, event, ADDITIVE, ADDITIVE_ROUNDS)
    cross = fitter.fit(rows, event, CROSS, CROSS_ROUNDS, raw(additive, rows))
    card = BundleCard(
        name="benchmark",
        event=LATE,
        features=columns(added_at_peers(additive, cross, 1.0, rows)),
        cal_intercept=0.0,
        cal_slope=1.0,
        trained_through=RECORDED_AT,
        data="simulated",
        versions={},
    )
    return save(folder, card, text(additive), text(cross))
