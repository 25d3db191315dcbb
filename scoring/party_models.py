"""Models of the parties beside that of the request: the 12-month PDs of its buyer and supplier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from features.pipeline import FeatureTable
from models.assessment import logits, parts
from models.bundle import Bundle, load
from models.facility import YEAR_DAYS, over
from models.signing import Trusted
from models.storage import BundleRefused


@dataclass(frozen=True)
class PartyRisk:
    """What a model says of a party.

    Attributes
    ----------
    pd_12m : float
        Probability that it defaults within 12 months, whatever becomes of the financing.
    bundle : str
        Id of the bundle that says so.
    """

    pd_12m: float
    bundle: str


@dataclass(frozen=True)
class PartyModels:
    """The bundles of parties at hand.

    Attributes
    ----------
    bundles : mapping of str to Bundle
        Under ``buyer`` and ``supplier``, the kinds of their events; either may be absent.
    """

    bundles: Mapping[str, Bundle]

    @property
    def feature_names(self) -> frozenset[str]:
        """The features that they want."""
        return frozenset(name for one in self.bundles.values() for name in one.feature_names)

    @property
    def ids(self) -> dict[str, str]:
        """Their ids."""
        return {role: one.id for role, one in self.bundles.items()}

    def risks(self, features: FeatureTable) -> Iterator[Mapping[str, PartyRisk]]:
        """The risk of the parties of each request, under the keys of ``bundles``.

        An event over other days than a year is told for a year of the same hazard.
        """
        said = {
            role: logits(one, parts(one, features.select(one.feature_names))).tolist()
            for role, one in self.bundles.items()
        }
        for at in range(len(features.values)):
            yield {
                role: PartyRisk(over(said[role][at], one.card.event.days, YEAR_DAYS), one.id)
                for role, one in self.bundles.items()
            }


NO_PARTIES = PartyModels({})


def load_party_models(
    buyer: str | None, supplier: str | None, trust: Path | Trusted | None = None
) -> PartyModels:
    """Load the bundles of parties that are named.

    Parameters
    ----------
    buyer, supplier : str or None
        Folder or URL of a bundle whose event is of that kind.
    trust
        As in ``models.bundle.load``.

    Raises
    ------
    BundleRefused, WrongKeyFile
        As ``models.bundle.load`` does, or where the event is of another kind.
    """
    named = {"buyer": buyer, "supplier": supplier}
    found = {role: load(where, trust) for role, where in named.items() if where is not None}
    for role, bundle in found.items():
        event = bundle.card.event
        if event.kind != role:
            raise BundleRefused(
                f"{bundle.id} tells the chance that {event.en}, which is no default of a {role}",
                field=f"{role}_bundle",
                remedy=f"name a bundle whose event is of kind {role}, as training prints it",
            )
    return PartyModels(found)
