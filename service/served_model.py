"""The model that a service scores with: the bundle it is told, or else the registry's champion."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from sqlalchemy import Engine

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
    """Loads the model once. Until there is a champion it is looked for at each call."""

    def __init__(self, settings: Settings, ledger: Callable[[], Engine]) -> None:
        self._settings = settings
        self._ledger = ledger
        self._found: Bundle | Fault | None = None
        self._looking = Lock()

    def bundle(self) -> Bundle:
        """The model; raise `NoBundle`, `BundleRefused` or `WrongKeyFile` where there is none.

        What was refused stays so until the service starts again.
        """
        with self._looking:
            if self._found is None:
                self._found = self._look()
            if isinstance(self._found, Fault):
                raise self._found.with_traceback(None)
            return self._found

    def _look(self) -> Bundle | Fault:
        settings = self._settings
        if settings.bundle is None and settings.bundles is None:
            return NoBundle("no model bundle is loaded", remedy=TRAIN)
        try:
            if settings.bundle is not None:
                return load(settings.bundle, settings.trust)
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
            log.error("the bundle is refused: %s; %s", fault.message, fault.remedy)
            return fault
