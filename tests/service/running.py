"""A real service for tests: a small known world, a bundle learned from it, uvicorn in a thread."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import uvicorn

from features.catalogue import BY_NAME, CREDIT_OF, fingerprints
from features.pipeline import silent
from ledger.clocks import to_day_number
from ledger.database import migrate, open_database, reading
from ledger.principals import OWNER
from ledger.tenants import book
from models.bundle import BundleCard, BundleFeature, save
from models.event import Event
from scoring.gather import gather
from service.server import build
from service.settings import Settings
from simulator.load import write_world
from simulator.scenario import read_scenario
from simulator.world import make_world
from training.examples import examples, labels
from training.fitting import ADDITIVE, CROSS, Fitter, raw, text
from training.recipe import Trees

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


@dataclass(frozen=True)
class Lender:
    """A lender's ledger and model.

    Attributes
    ----------
    ledger : Path
        SQLite file; a test that writes works on a copy.
    bundle : Path
        Folder of the bundle.
    supplier, buyer, receivable : str
        Keys of a receivable to ask about, and of its parties.
    """

    ledger: Path
    bundle: Path
    supplier: str
    buyer: str
    receivable: str

    def copy(self, folder: Path) -> str:
        """Copy the ledger into a folder and return its URL."""
        return f"sqlite:///{shutil.copy(self.ledger, folder / 'copy.db')}"

    def settings(self, db: str) -> Settings:
        """Settings of a service of this lender on another ledger."""
        return Settings(db=db, bundle=self.bundle)


def make_lender(folder: Path) -> Lender:
    """Make a world, write it into a ledger and learn a small bundle from it."""
    path = folder / "ledger.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    world = make_world(read_scenario("ci"), 7, LAST_DAY)
    write_world(world, engine, OWNER, RECORDED_AT)
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
    gathered = gather(engine, opened, opened.last_seq)
    engine.dispose()
    names = tuple(BY_NAME)
    known = examples(gathered, names, threads=2, progress=silent)
    learned = labels(gathered, known, LATE, to_day_number(LAST_DAY))
    rows, event = known.rows[learned.known], learned.event[learned.known]
    fitter = Fitter(names, TREES, seed=1, threads=1)
    additive = fitter.fit(rows, event, ADDITIVE, 30)
    cross = fitter.fit(rows, event, CROSS, 10, raw(additive, rows))
    bundle = save(folder / "bundles", _card(names), text(additive), text(cross))
    shown = next(
        row for row in world.rows["receivable"] if row["ref"] == world.showcase[0].receivable
    )
    return Lender(path, bundle, shown["supplier"], shown["buyer"], shown["ref"])


def _card(names: tuple[str, ...]) -> BundleCard:
    return BundleCard(
        name="small",
        event=LATE,
        features=tuple(
            BundleFeature(
                name=name,
                credit=CREDIT_OF[name],
                risk=int(BY_NAME[name].risk),
                fingerprint=fingerprints()[name],
            )
            for name in names
        ),
        cal_intercept=0.0,
        cal_slope=1.0,
        trained_through=RECORDED_AT,
        data="simulated, scenario ci",
        versions={},
    )


@contextmanager
def listening(server: uvicorn.Server) -> Iterator[int]:
    """Run a server on a free port of 127.0.0.1 while the block runs; yields the port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def serving(settings: Settings) -> Iterator[int]:
    """Serve as ``tricredit serve`` does while the block runs; yields the port."""
    with listening(build(settings)) as port:
        yield port
