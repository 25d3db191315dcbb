"""What the service is made of: the ledger, the model and the policy, put together once.

A part that is missing doesn't stop the service: it is up, says so under ``/health/ready`` and
answers 503. The ledger is tried again until it is there, for a database may start later, and so is
the champion. A champion that is promoted and a pack whose file is replaced serve from then on; a
score takes both once, and never a part of each. Bundles that are named are read once, at start.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Self

from sqlalchemy import Engine

from ledger.clocks import day_of, zone
from ledger.committing import Committer
from ledger.database import open_database, reading, require_current
from ledger.faults import Fault
from ledger.tenants import Book, book
from lending.pack import Pack
from lending.pack_faults import PackRefused
from models.bundle import Bundle
from scoring.answer_memory import AnswerMemory
from scoring.memory import Memory
from scoring.model_pages import Cards
from scoring.party_models import PartyModels, load_party_models
from service.archive import Archive
from service.cold_process import ColdProcess
from service.meters import Meters
from service.served_model import ServedModel
from service.served_pack import ServedPack
from service.served_shadows import ServedShadows
from service.settings import Settings
from service.shadowing import Shadows
from service.watching import Watch

log = logging.getLogger("tricredit.service")


@dataclass(frozen=True)
class Scoring:
    """What a score needs beside its request, all of it there.

    Attributes
    ----------
    packs_kept : set of (str, str)
        Tenants, and packs of which the ledger is known to keep the texts.
    shadows : Shadows
        Who scores along; an answer on record is handed in there.
    meters : Meters
    """

    engine: Engine
    committer: Committer
    bundle: Bundle
    parties: PartyModels
    pack: Pack
    memory: Memory
    answers: AnswerMemory
    packs_kept: set[tuple[str, str]]
    shadows: Shadows
    meters: Meters


@dataclass(frozen=True)
class Paying:
    """What holding and drawing an offer needs: no model, for what it offers is decided."""

    engine: Engine
    committer: Committer
    pack: Pack
    memory: Memory


class Composition:
    """The parts of a running service."""

    def __init__(
        self, settings: Settings, parties: PartyModels | Fault, meters: Meters | None = None
    ) -> None:
        self.settings = settings
        self._model = ServedModel(settings, self.ledger)
        self._pack = ServedPack(settings.pack)
        self._parties = parties
        self._engine: Engine | None = None
        self._committer: Committer | None = None
        self.cold = ColdProcess(settings.db, allowed=settings.cold_process)
        self.memory = Memory(work_out=self.cold)
        self.answers = AnswerMemory(settings.answers_kept)
        self._packs_kept: set[tuple[str, str]] = set()
        self.archive = Archive(settings)
        self.cards = Cards(settings.bundles, settings.trust)
        self.meters = Meters() if meters is None else meters
        self.along = ServedShadows(settings, self.ledger)
        self.shadows = Shadows(
            self.along.bundles,
            lambda: (self.ledger(), self.committer()),
            self.memory,
            settings.shadow_queue,
        )
        self._current = False
        self._watch: Watch | None = None
        self._opening = Lock()

    @classmethod
    def load(cls, settings: Settings, meters: Meters | None = None) -> Self:
        """Read bundles and pack; a fault is logged, kept and told to whoever needs the part."""
        loaded = cls(settings, _load_parties(settings), meters)
        with suppress(Fault):
            loaded.bundle()
        with suppress(Fault):
            loaded.along.look_again()
        looks = (loaded._model.look_again, loaded._pack.look_again, loaded.along.look_again)
        loaded._watch = Watch(looks, settings.watch_s)
        return loaded

    def ledger(self) -> Engine:
        """The ledger, opened and checked the first time it is there.

        Raises
        ------
        DatabaseUnreachable, WrongDatabaseUrl, SchemaBehind
        """
        with self._opening:
            if self._engine is None:
                self._engine = open_database(self.settings.db, self.settings.vault())
            if not self._current:
                try:
                    require_current(self._engine)
                except Fault:  # once there are tables, what holds the role is looked at anew
                    self._engine.dispose()
                    self._engine = None
                    raise
                self._current = True
            return self._engine

    def committer(self) -> Committer:
        """Who writes to the ledger, for all requests of this process: hand the work in there.

        Raises
        ------
        DatabaseUnreachable, WrongDatabaseUrl, SchemaBehind
        """
        engine = self.ledger()
        with self._opening:
            if self._committer is None:
                self._committer = Committer(engine, grouped=self.meters.grouped)
            return self._committer

    def check_ledger(self, tenant: str | None) -> Book | None:
        """Look at the ledger anew: tables, triggers and the tenant's book, if one is named.

        Raises
        ------
        DatabaseUnreachable, WrongDatabaseUrl, SchemaBehind, UnknownTenant
        """
        engine = self.ledger()
        require_current(engine)
        if tenant is None:
            return None
        with reading(engine) as connection:
            return book(connection, tenant)

    def bundle(self) -> Bundle:
        """The model; raises as ``service.served_model`` does where there is none."""
        return self._model.bundle()

    def parties(self) -> PartyModels:
        """The models of parties; raise `BundleRefused` or `WrongKeyFile` where one is refused."""
        if isinstance(self._parties, Fault):
            raise self._parties.with_traceback(None)
        return self._parties

    def pack(self, on: date) -> Pack:
        """The policy; raise `PackRefused` where it can't be read or doesn't hold on that day."""
        pack = self.latest_pack()
        if not pack.in_force(on):
            raise PackRefused(
                f"{pack.id} is not in force on {on}",
                remedy="name a policy pack that holds today in TRICREDIT_PACK, and start again",
            )
        return pack

    def latest_pack(self) -> Pack:
        """The policy as it was read last, in force or not; raise `PackRefused` without one."""
        return self._pack.pack()

    def scoring(self, on: date) -> Scoring:
        """All that a score needs; raise the fault of what is missing."""
        return Scoring(
            bundle=self.bundle(),
            parties=self.parties(),
            pack=self.pack(on),
            engine=self.ledger(),
            committer=self.committer(),
            memory=self.memory,
            answers=self.answers,
            packs_kept=self._packs_kept,
            shadows=self.shadows,
            meters=self.meters,
        )

    def paying(self, on: date) -> Paying:
        """All that a drawdown needs; raise the fault of what is missing."""
        return Paying(self.ledger(), self.committer(), self.pack(on), self.memory)

    def missing(self, tenant: str | None, now: datetime) -> list[Fault]:
        """What a score would lack now: the faults of the bundle, the ledger and the pack."""
        faults: list[Fault] = []
        on = day_of(now, zone("UTC"))
        with _kept_in(faults):
            self.bundle()
        with _kept_in(faults):
            self.parties()
        with _kept_in(faults):
            opened = self.check_ledger(tenant)
            on = on if opened is None else day_of(now, opened.tz)
        with _kept_in(faults):
            self.pack(on)
        return faults

    def close(self) -> None:
        """Write what was handed in, then close the connections to the ledger."""
        if self._watch is not None:
            self._watch.close()
        self.shadows.close()
        if self._committer is not None:
            self._committer.close()
        self.memory.pairs.close()
        self.cold.close()
        if self._engine is not None:
            self._engine.dispose()


@contextmanager
def _kept_in(faults: list[Fault]) -> Iterator[None]:
    """Go on after a fault, and keep it."""
    try:
        yield
    except Fault as fault:
        faults.append(fault)


def _load_parties(settings: Settings) -> PartyModels | Fault:
    try:
        return load_party_models(settings.buyer_bundle, settings.supplier_bundle, settings.trust)
    except Fault as fault:
        log.error("a bundle of parties is refused: %s; %s", fault.message, fault.remedy)
        return fault
