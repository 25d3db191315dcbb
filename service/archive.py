"""What decided before, by its id: bundles from where they lie, policy packs from the ledger."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from sqlalchemy import Connection

from ledger.books import ScoreRecord
from ledger.pack_texts import kept_pack
from lending.pack import pack_of
from models.bundle import Bundle, load
from models.storage import BundleRefused, below
from scoring.party_models import PartyModels
from scoring.replaying import Parts, provenance_of
from service.settings import Settings

MOST = 8
"""Bundles kept at hand, those asked for last: each may have some megabytes of trees."""


class Archive:
    """Bundles and packs that records name."""

    def __init__(self, settings: Settings) -> None:
        self._places = _places(settings)
        self._trust = settings.trust
        self._bundles: OrderedDict[str, Bundle] = OrderedDict()
        self._loading = Lock()

    def parts_of(self, connection: Connection, tenant: str, record: ScoreRecord) -> Parts:
        """By what a score was decided.

        Raises
        ------
        NotReplayable, UnknownPack, PackRefused
        BundleRefused, WrongKeyFile
            Where a bundle isn't there any more, or isn't what it was.
        """
        made = provenance_of(record)
        return Parts(
            self.bundle(record.bundle),
            PartyModels({role: self.bundle(id) for role, id in made.party_bundles.items()}),
            pack_of(*kept_pack(connection, tenant, record.pack)),
        )

    def bundle(self, id: str) -> Bundle:
        """A bundle by its id, which ends in a digest of what it holds."""
        with self._loading:
            if id not in self._bundles:
                self._bundles[id] = self._load(id)
            self._bundles.move_to_end(id)
            while len(self._bundles) > MOST:
                self._bundles.popitem(last=False)
            return self._bundles[id]

    def _load(self, id: str) -> Bundle:
        faults = []
        for place in self._places:
            try:
                return load(below(place, id), self._trust)
            except BundleRefused as fault:
                faults.append(fault)
        raise BundleRefused(
            f"bundle {id} can't be used: {faults[0].message if faults else 'no folder is named'}",
            field="bundle",
            remedy="name the folder that holds it as TRICREDIT_BUNDLES; keep bundles that decided",
        )


def _places(settings: Settings) -> list[str]:
    """Folders or URLs in which bundles may lie under their ids."""
    named = (settings.bundle, settings.buyer_bundle, settings.supplier_bundle)
    beside = [one.rstrip("/").rpartition("/")[0] or "." for one in named if one is not None]
    first = [] if settings.bundles is None else [settings.bundles]
    return list(dict.fromkeys((*first, *beside)))
