"""What the registry tells of models: all of them, one of them, two side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from ledger.aliases import ALIASES, Alias, held_by, holder
from ledger.database import reading
from ledger.registry import Registered, every_registered, registered
from ledger.registry_steps import REGISTER, RETIRE, Step, steps
from models.bundle import CREDITS, Bundle, understood
from models.signed_validation import Validation
from models.signing import Trusted
from scoring.model_registry import source_of, validation_of

Told = dict[str, Any]


@dataclass(frozen=True)
class Shop:
    """A lender's registry, and where its bundles lie.

    Attributes
    ----------
    engine : Engine
    tenant : str
    bundles : str or None
        Folder or URL of the bundles; without it nothing is told of what is in them.
    trusted : mapping of str to Ed25519PublicKey
    """

    engine: Engine
    tenant: str
    bundles: Path | str | None
    trusted: Trusted

    def every(self) -> list[Told]:
        """Each bundle in a line: what it is, who made it, which alias it holds."""
        with reading(self.engine) as connection:
            held = self._held(connection)
            said = steps(connection, self.tenant)
            known = every_registered(connection, self.tenant)
        return [line_of(entry, said, held) for entry in known]

    def one(self, named: str) -> Told:
        """A bundle by its id, or by the alias it holds, with all that was signed about it.

        Raises
        ------
        UnknownBundle, UnknownAlias
        BundleRefused
            Where its files or its validation aren't what was registered.
        """
        with reading(self.engine) as connection:
            entry = self._named(connection, named)
            held = self._held(connection)
            said = steps(connection, self.tenant, entry.id)
        bundle = self._bundle(entry)
        proof = validation_of(entry, self.trusted)
        return {
            **line_of(entry, said, held),
            "card": None if bundle is None else _card(bundle),
            "validation": None if proof is None else proof.model_dump(mode="json"),
            "history": [step_told(step) for step in said],
        }

    def two(self, first: str, second: str) -> Told:
        """Two bundles side by side; raises as `one` does."""
        with reading(self.engine) as connection:
            entries = self._named(connection, first), self._named(connection, second)
        bundles = [self._bundle(entry) for entry in entries]
        proofs = [validation_of(entry, self.trusted) for entry in entries]
        return {
            "bundles": [_entry(entry) for entry in entries],
            "features": _apart(*bundles),
            "same_rows": all(proofs) and len({proof.sample for proof in proofs if proof}) == 1,
            "figures": _beside(proofs),
            "validations": [
                None if proof is None else proof.model_dump(mode="json") for proof in proofs
            ],
        }

    def _named(self, connection: Connection, named: str) -> Registered:
        if named in ALIASES:
            return holder(connection, self.tenant, named)
        return registered(connection, self.tenant, named)

    def _held(self, connection: Connection) -> Mapping[Alias, str | None]:
        return {alias: held_by(connection, self.tenant, alias) for alias in ALIASES}

    def _bundle(self, entry: Registered) -> Bundle | None:
        if self.bundles is None:
            return None
        return understood(source_of(entry, self.bundles, self.trusted))


def line_of(entry: Registered, said: Sequence[Step], held: Mapping[Alias, str | None]) -> Told:
    """A bundle in a line: what it is, who made it, which aliases it holds."""
    about = {step.act: step for step in said if step.bundle == entry.id}
    made = about.get(REGISTER)
    return {
        **_entry(entry),
        "maker": None if made is None else {"name": made.said.by, "key": made.signing_key},
        "aliases": [alias for alias, bundle in held.items() if bundle == entry.id],
        "retired": RETIRE in about,
    }


def _entry(entry: Registered) -> Told:
    return {
        "bundle": entry.id,
        "model": entry.name,
        "version": entry.version,
        "trained_through": entry.trained_through.isoformat(),
        "manifest": entry.manifest.hex(),
        "signing_key": entry.signing_key,
        "gates": entry.gates,
    }


def step_told(step: Step) -> Told:
    """A step as JSON values, without what every step of a bundle repeats."""
    said = step.said.model_dump(mode="json", exclude={"format", "tenant", "previous", "bundle"})
    return {name: value for name, value in said.items() if value is not None}


def _card(bundle: Bundle) -> Told:
    card = bundle.card
    counted = Counter(feature.credit for feature in card.features)
    return {
        "event": card.event.model_dump(mode="json"),
        "trained_from": None if card.trained_from is None else card.trained_from.isoformat(),
        "data": card.data,
        "metrics": card.metrics,
        "features": {
            credit.value: [one.name for one in card.features if one.credit is credit]
            for credit in (*CREDITS, *(credit for credit in counted if credit not in CREDITS))
        },
    }


def _apart(first: Bundle | None, second: Bundle | None) -> Told | None:
    if first is None or second is None:
        return None
    one, other = set(first.feature_names), set(second.feature_names)
    return {
        "both": len(one & other),
        "first_only": sorted(one - other),
        "second_only": sorted(other - one),
    }


def _beside(proofs: Sequence[Validation | None]) -> Mapping[str, list[float | None]]:
    every = [{} if proof is None else proof.figures for proof in proofs]
    names = dict.fromkeys((*every[0], *every[1]))
    return {name: [figures.get(name) for figures in every] for name in names}
