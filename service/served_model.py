"""The model that a service scores with: the bundle it is told, or else the registry's champion."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from sqlalchemy import Engine

from ledger.acting import acting_for
from ledger.aliases import held_by
from ledger.database import reading
from ledger.faults import DatabaseUnreachable, Fault, SchemaBehind, WrongDatabaseUrl
from ledger.principals import OWNER
from ledger.registry_faults import UnknownAlias
from models.bundle import Bundle, load
from scoring.model_registry import load_holder
from service.refusals import NoBundle
from service.settings import Settings

log = logging.getLogger("tricredit.service")

TRAIN = (
    "train one with python -m training.retrain RECIPE --db URL --out FOLDER, "
    "then start with --bundle FOLDER/NAME"
)
PROMOTE = "register a bundle and make it champion: tricredit models register, then promote"
NO_CHAMPION = (UnknownAlias, DatabaseUnreachable, SchemaBehind, WrongDatabaseUrl)


class ServedModel:
    """Loads the model once. Until there is a champion it is looked for at each call.

    `look_again` takes the next champion when it is promoted: a score has one of the two, whole.
    """

    def __init__(self, settings: Settings, ledger: Callable[[], Engine]) -> None:
        self._settings = settings
        self._ledger = ledger
        self._found: Bundle | Fault | None = None
        self._looking = Lock()
        self._told = ""

    def bundle(self) -> Bundle:
        """The model; raise `NoBundle`, `BundleRefused` or `WrongKeyFile` where there is none."""
        found = self._found
        if isinstance(found, Bundle):
            return found
        with self._looking:
            if self._found is None:
                self._found = self._look()
            if isinstance(self._found, Fault):
                raise self._found.with_traceback(None)
            return self._found

    def look_again(self) -> None:
        """Take the registry's champion where it is another by now, or what was refused before.

        What can't be loaded changes nothing: the model that serves goes on, and the log says why.
        """
        with self._looking:
            served = self._found if isinstance(self._found, Bundle) else None
            if served is not None and (self._settings.bundle is not None or self._holds(served)):
                return
            try:
                found = self._look()
            except NoBundle:
                return
            if isinstance(found, Bundle):
                log.info("bundle %s serves, after %s", found.id, served.id if served else "none")
                self._found, self._told = found, ""
            elif served is None:
                self._found = found

    def _holds(self, served: Bundle) -> bool:
        """Whether what serves is the champion still, or nobody can tell."""
        try:
            with acting_for(OWNER.tenant), reading(self._ledger()) as connection:
                return held_by(connection, OWNER.tenant, "champion") in {served.id, None}
        except Fault as fault:
            self._tell(fault)
            return True

    def _look(self) -> Bundle | Fault:
        """The model, or why it is refused; raise `NoBundle` where there is no champion yet."""
        settings = self._settings
        if settings.bundle is None and settings.bundles is None:
            return NoBundle("no model bundle is loaded", remedy=TRAIN)
        try:
            if settings.bundle is not None:
                return load(settings.bundle, settings.trust)
            with acting_for(OWNER.tenant):
                return load_holder(
                    self._ledger(),
                    OWNER.tenant,
                    "champion",
                    str(settings.bundles),
                    trust=settings.trust,
                )
        except NO_CHAMPION as fault:
            raise NoBundle("there is no champion yet", remedy=PROMOTE) from fault
        except Fault as fault:
            self._tell(fault)
            return fault

    def _tell(self, fault: Fault) -> None:
        """Log a fault, once while it lasts."""
        if fault.message != self._told:
            log.error("the bundle is refused: %s; %s", fault.message, fault.remedy)
            self._told = fault.message
