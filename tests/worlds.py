"""The small world that many tests share: a lender's ledger and a bundle learned from it.

It is made once for a run (fixture ``small_world``) and never written to: a test that writes works
on a copy.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from features.catalogue import RELATION_OF
from features.pipeline import silent
from ledger.clocks import to_day_number
from ledger.database import migrate, open_database, reading
from ledger.principals import OWNER
from ledger.tenants import book
from models.bundle import BundleCard, save
from models.event import Event
from models.signing import local_keys
from scoring.gather import Gathered, gather
from service.settings import Settings
from simulator.observation.observed import rows_of
from simulator.observation.showcase import Showcase, showcase, showcase_sheets
from simulator.observation.view import View
from simulator.oracle import oracle_of
from simulator.output import write_world
from simulator.scenario import read_scenario, size_of
from simulator.world import World, make_world
from tests.features import claim_theme
from training.champion import columns
from training.examples import Examples, examples, labels
from training.fitting import ADDITIVE, CROSS, Fitter, raw, text
from training.peers import added_at_peers
from training.recipe import Trees

SEED = 7
LAST_DAY = date(2026, 6, 17)
RECORDED_AT = datetime(2026, 6, 16, 16, tzinfo=UTC)  # midnight of the last day in Shanghai
LATE = Event(
    name="late5",
    kind="late",
    days=5,
    en="the buyer pays 5 days late or later",
    zh="买方逾期5天及以上付款",
)
TREES = Trees(
    rounds=40,
    additive_rounds=(30,),
    learning_rate=0.1,
    leaves=7,
    least_rows_in_leaf=20,
    feature_share=0.8,
    row_share=0.8,
    l2=1.0,
)
TAKEN = (
    *(relation.name for relation in claim_theme.THEME.relations),
    "supplier_sources",
    "claim_asked",
)
"""Relations that the small bundle learns from: each further one makes every score slower."""

NAMES = tuple(name for name, relation in RELATION_OF.items() if relation.name in TAKEN)
CALIBRATION = (0.05, 0.9)
"""Intercept and slope of the small bundle: unlike 0 and 1, so that forgetting them shows."""


@dataclass(frozen=True, eq=False)
class SmallWorld:
    """A lender's ledger and model of a small known world.

    Attributes
    ----------
    ledger : Path
        SQLite file; a test that writes works on a copy.
    bundle : Path
        Folder of the bundle.
    world : World
        What happened, and the truth.
    rows : dict
        What was written, by kind.
    showcase : list of Showcase
        A good, a doubtful and a fraudulent claim.
    late_chance : dict
        True chance of each receivable to be paid 5 or more days late, the regime when due known.
    gathered : Gathered
        The whole book.
    known : Examples
        Every receivable, described by all features.
    supplier, buyer, receivable : str
        Keys of a receivable to ask about, and of its parties.
    """

    ledger: Path
    bundle: Path
    world: World
    rows: dict[str, list[dict[str, Any]]]
    showcase: list[Showcase]
    late_chance: dict[str, float]
    gathered: Gathered
    known: Examples
    supplier: str
    buyer: str
    receivable: str

    @property
    def url(self) -> str:
        """URL of the ledger itself, to read only."""
        return f"sqlite:///{self.ledger}"

    def copy(self, folder: Path) -> str:
        """Copy the ledger into a folder and return its URL."""
        return f"sqlite:///{shutil.copy(self.ledger, folder / 'copy.db')}"

    @property
    def keys(self) -> Path:
        """Folder of the keys that signed the bundle."""
        return local_keys(self.bundle.parent)

    def settings(self, db: str) -> Settings:
        """Settings of a service of this lender on another ledger."""
        return Settings(db=db, bundle=str(self.bundle))


def make_small_world(folder: Path) -> SmallWorld:
    """Make a world, write it into a ledger and learn a small bundle from it."""
    path = folder / "ledger.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    world = small()
    view = View(world)
    write_world(world, engine, OWNER, RECORDED_AT, more=showcase_sheets(view))
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
    gathered = gather(engine, opened, opened.last_seq)
    engine.dispose()
    known = examples(gathered, NAMES, threads=2, progress=silent)
    shown = showcase(view)
    truth = oracle_of(world).receivables.to_pydict()
    return SmallWorld(
        path,
        _learned(folder / "bundles", gathered, known),
        world,
        told_rows(world),
        shown,
        dict(zip(truth["receivable"], truth["p_5_days_late_when_due"], strict=True)),
        gathered,
        known,
        shown[0].supplier,
        shown[0].buyer,
        shown[0].receivable,
    )


def small() -> World:
    """A world of a few parties, of which the ledger sees everything."""
    return make_world(read_scenario("full_view"), size_of("small"), SEED, LAST_DAY)


def told_rows(world: World) -> dict[str, list[dict[str, Any]]]:
    """The facts of a world as rows by kind, with those of the showcase."""
    rows = rows_of(world)
    for kind, table in showcase_sheets(View(world)):
        rows[kind].extend(table.to_pylist())
    return rows


def _learned(folder: Path, gathered: Gathered, known: Examples) -> Path:
    learned = labels(gathered, known, LATE, to_day_number(LAST_DAY))
    rows, event = known.rows[learned.known], learned.event[learned.known]
    fitter = Fitter(NAMES, TREES, seed=1, threads=1)
    additive = fitter.fit(rows, event, ADDITIVE, 30)
    cross = fitter.fit(rows, event, CROSS, 10, raw(additive, rows))
    peers = added_at_peers(additive, cross, CALIBRATION[1], rows)
    return save(folder, card(features=columns(peers)), text(additive), text(cross))


def card(**other: Any) -> BundleCard:
    """The card of a bundle over every feature of `TAKEN`."""
    given: dict[str, Any] = {
        "name": "small",
        "event": LATE,
        "features": columns(dict.fromkeys(NAMES, 0.0)),
        "cal_intercept": CALIBRATION[0],
        "cal_slope": CALIBRATION[1],
        "trained_through": RECORDED_AT,
        "data": "simulated, scenario full_view",
        "versions": {},
    }
    return BundleCard(**{**given, **other})
