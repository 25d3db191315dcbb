"""What a service tells of models: cards read without the trees, and what became of each bundle.

A card is read only from files that a trusted key signed. What can't be read or believed is told as
such, beside what the registry says: a list of models is wanted most where something is wrong.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection

from features.catalogue import BY_NAME
from features.feature import Feature
from ledger.aliases import ALIASES, held_by, history
from ledger.audit.signing_keys import load_trusted
from ledger.faults import Fault
from ledger.registry import Registered, every_registered, registered
from ledger.registry_faults import UnknownAlias, UnknownBundle
from ledger.registry_steps import Step, steps
from models.bundle import CARD, BundleCard, BundleFeature
from models.families import FAMILIES
from models.manifest import Verified
from models.sealing import card_of, read_fields
from models.signing import Trusted, local_keys
from models.storage import local_folder
from scoring.model_cards import Told, line_of, step_told
from scoring.model_registry import source_of, validation_of

MOST = 64
"""Cards kept at hand: bundles never change."""

REMEDY = "see GET /models for those there are"


class Cards:
    """Reads the cards of registered bundles.

    Parameters
    ----------
    bundles : str or None
        Folder or URL in which the bundles lie; None, and nothing is told of what is in them.
    trust : Path or None
        Public key, or folder of public keys; None takes the local ones.
    """

    def __init__(self, bundles: str | None, trust: Path | None) -> None:
        self._bundles = bundles
        self._trust = trust
        self._kept: OrderedDict[str, tuple[BundleCard, Verified]] = OrderedDict()
        self._reading = Lock()

    @property
    def trusted(self) -> Trusted:
        """The keys that are believed; none where they can't be read."""
        folder = None if self._bundles is None else local_folder(self._bundles)
        named = self._trust or (None if folder is None else local_keys(folder))
        try:
            return {} if named is None else load_trusted(named)
        except Fault:
            return {}

    def of(self, entry: Registered) -> tuple[BundleCard, Verified]:
        """Card and source of a bundle, the source without its files.

        Raises
        ------
        BundleRefused, WrongKeyFile
        """
        with self._reading:
            if entry.id not in self._kept:
                self._kept[entry.id] = self._read(entry)
            self._kept.move_to_end(entry.id)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
            return self._kept[entry.id]

    def _read(self, entry: Registered) -> tuple[BundleCard, Verified]:
        if self._bundles is None:
            raise UnknownBundle("no folder of bundles is named", field="bundles")
        source = source_of(entry, self._bundles, self._trust)
        card = card_of(source, BundleCard, CARD, read_fields(source.content[CARD]))
        return card, replace(source, content={})


def every_model(connection: Connection, tenant: str, cards: Cards) -> list[Told]:
    """Every registered bundle, by name and version."""
    held = {alias: held_by(connection, tenant, alias) for alias in ALIASES}
    said = steps(connection, tenant)
    return [
        {**line_of(entry, said, held), **_who_promoted(entry, said), **_about(entry, cards)}
        for entry in every_registered(connection, tenant)
    ]


def one_model(connection: Connection, tenant: str, named: str, cards: Cards) -> Told:
    """One of them, by its id or the alias it holds, with all that is known of it.

    Raises
    ------
    UnknownBundle
        Where there is none, or none holds that alias.
    """
    entry = named_bundle(connection, tenant, named)
    held = {alias: held_by(connection, tenant, alias) for alias in ALIASES}
    said = steps(connection, tenant)
    own = [step for step in said if step.bundle == entry.id]
    return {
        **line_of(entry, own, held),
        **_who_promoted(entry, own),
        **_about(entry, cards),
        **_inside(entry, cards),
        "validation": _proof(entry, cards),
        "history": [step_told(step) for step in own],
    }


def named_bundle(connection: Connection, tenant: str, named: str) -> Registered:
    """A bundle by its id, or the alias that it holds; raise `UnknownBundle` where there is none."""
    try:
        if named in ALIASES:
            held = held_by(connection, tenant, named)
            if held is None:
                raise UnknownBundle(f"no bundle is {named}", field="bundle", remedy=REMEDY)
            return registered(connection, tenant, held)
        return registered(connection, tenant, named)
    except UnknownAlias as fault:
        raise UnknownBundle(fault.message, field="bundle", remedy=REMEDY) from fault


def moves_told(connection: Connection, tenant: str) -> dict[str, list[Told]]:
    """How each alias moved, the last move first."""
    return {
        alias: [
            {**vars(move), "recorded_at": move.recorded_at.isoformat()}
            for move in reversed(history(connection, tenant, alias))
        ]
        for alias in ALIASES
    }


def _who_promoted(entry: Registered, said: Sequence[Step]) -> Told:
    """Who gave the bundle its last alias, and when."""
    moves = [step for step in said if step.bundle == entry.id and step.said.alias is not None]
    if not moves:
        return {"promoted": None}
    last = moves[-1].said
    names = ("alias", "by", "key", "at", "reason")
    return {"promoted": {name: getattr(last, name) for name in names}}


def _about(entry: Registered, cards: Cards) -> Told:
    """What a card says in a line; None where it can't be read, and why."""
    try:
        card, _ = cards.of(entry)
    except Fault as fault:
        return {"card": None, "card_refused": fault.code}
    return {
        "card": {
            "event": card.event.model_dump(mode="json"),
            "trained_from": _iso(card.trained_from),
            "trained_through": _iso(card.trained_through),
            "data": card.data,
            "features": len(card.features),
            "metrics": card.metrics,
        },
        "card_refused": None,
    }


def _inside(entry: Registered, cards: Cards) -> Told:
    """Features, calibration and signature; None where they can't be read."""
    try:
        card, source = cards.of(entry)
    except Fault:
        return {"features": None, "calibration": None, "signature": None}
    return {
        "features": [_feature(one) for one in card.features],
        "calibration": {"intercept": card.cal_intercept, "slope": card.cal_slope},
        "signature": {
            "key": source.key,
            "manifest_sha256": source.digest.hex(),
            "data_sha256": card.data_sha256,
            "recipe_sha256": card.recipe_sha256,
            "files": {
                name: file.model_dump(mode="json") for name, file in source.manifest.files.items()
            },
            "versions": card.versions,
        },
    }


RISES: Mapping[int, str] = {1: "rises", -1: "falls", 0: "free"}


def _feature(one: BundleFeature) -> Told:
    declared: Feature | None = BY_NAME.get(one.name)
    family = FAMILIES.get(declared.reason) if declared is not None else None
    return {
        "name": one.name,
        "credit": one.credit.value,
        "risk": RISES[one.risk],
        "family": None if declared is None else declared.reason,
        "en": None if family is None else family.en,
        "zh": None if family is None else family.zh,
        "peers": one.peers,
    }


def _proof(entry: Registered, cards: Cards) -> Any:
    """The validation, where a trusted key signed it."""
    try:
        proof = validation_of(entry, cards.trusted)
    except Fault:
        return None
    return None if proof is None else proof.model_dump(mode="json")


def _iso(instant: Any) -> str | None:
    return None if instant is None else str(instant.isoformat()).replace("+00:00", "Z")
