"""The bundles that score along without answering: the registry's shadow and challenger."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from ledger.acting import acting_for
from ledger.aliases import Alias, held_by
from ledger.database import reading
from ledger.faults import Fault
from ledger.principals import OWNER
from models.bundle import Bundle
from scoring.model_registry import load_holder
from service.settings import Settings

log = logging.getLogger("tricredit.service")

ALONG: tuple[Alias, ...] = ("shadow", "challenger")
"""Aliases whose holders score along."""


class ServedShadows:
    """Loads the holders of `ALONG`; one that can't be loaded is left out, and the log says why.

    Where there is no folder of many bundles, or no place in the queue, nobody scores along.
    """

    def __init__(self, settings: Settings, ledger: Callable[[], Engine]) -> None:
        self._settings = settings
        self._ledger = ledger
        self._found: Mapping[str, Bundle] = {}
        self._told: dict[str, str] = {}

    def bundles(self) -> Mapping[str, Bundle]:
        """The bundles as they are now, by alias; one that holds both is there once."""
        return self._found

    def look_again(self) -> None:
        """Take the holders that the registry names by now."""
        if self._settings.bundles is None or self._settings.shadow_queue == 0:
            return
        found: dict[str, Bundle] = {}
        try:
            for alias in ALONG:
                bundle = self._held(alias)
                if bundle is not None and bundle.id not in {one.id for one in found.values()}:
                    found[alias] = bundle
        except Fault as fault:
            self._tell("ledger", fault.message)  # as they were: nobody can tell
            return
        before = {alias: one.id for alias, one in self._found.items()}
        after = {alias: one.id for alias, one in found.items()}
        if after != before:
            log.info("scoring along: %s, after %s", after or "none", before or "none")
        self._found = found

    def _held(self, alias: Alias) -> Bundle | None:
        """The holder of an alias: the one at hand, or loaded; None where it can't be."""
        with acting_for(OWNER.tenant), reading(self._ledger()) as connection:
            held = held_by(connection, OWNER.tenant, alias)
        if held is None:
            return None
        for one in self._found.values():
            if one.id == held:
                return one
        try:
            with acting_for(OWNER.tenant):
                return load_holder(
                    self._ledger(),
                    OWNER.tenant,
                    alias,
                    str(self._settings.bundles),
                    trust=self._settings.trust,
                )
        except Fault as fault:
            self._tell(alias, fault.message)
            return None

    def _tell(self, about: str, message: str) -> None:
        if self._told.get(about) != message:
            self._told[about] = message
            log.error("the %s scores nothing: %s", about, message)
