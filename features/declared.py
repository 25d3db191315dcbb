"""Declarations as plain values, for the page, the command line and the service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from features.feature import Feature, Grain, Relation

GRAINS: dict[Grain, str] = {
    Grain.BUYER: "buyer and day",
    Grain.SUPPLIER: "supplier and day",
    Grain.PAIR: "supplier, buyer and day",
    Grain.REQUEST: "request",
}
"""What a row of a relation describes, in words."""


def declared(relation: Relation, feature: Feature) -> dict[str, Any]:
    """What a feature declares, as JSON values.

    Returns
    -------
    dict
        ``tier`` is the data tier, T0 to T3, from which on there can be a value; ``needs`` are the
        sources that must have told; ``risk`` is ``rises``, ``falls`` or ``free``.
    """
    return {
        "name": feature.name,
        "code": feature.code,
        "credit": relation.credit.value,
        "relation": relation.name,
        "describes": GRAINS[relation.grain],
        "definition": feature.definition,
        "unit": feature.unit,
        "risk": feature.risk.name.lower(),
        "tier": f"T{relation.tier(feature)}",
        "needs": [source.value for source in relation.needs_of(feature)],
        "missing": feature.missing,
        "reason": feature.reason,
        "en": feature.en,
        "zh": feature.zh,
        "fingerprint": relation.fingerprint(feature),
    }


def every_declared(relations: Sequence[Relation]) -> Iterator[dict[str, Any]]:
    """Yield what every feature of relations declares, in their order."""
    for relation in relations:
        for feature in relation.features:
            yield declared(relation, feature)
