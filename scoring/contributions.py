"""What every feature adds to a recorded score, and what the families of reasons sum up to."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, isnan
from typing import Any

from features.catalogue import BY_NAME, RELATION_OF
from models.bundle import Bundle
from models.families import FAMILIES, SOURCES
from models.reasons import UNHEARD, UNTOLD, phrase
from scoring.path import Scored


def contributions(scored: Scored, bundle: Bundle) -> dict[str, Any]:
    """A score taken apart, as JSON takes it.

    Returns
    -------
    dict
        ``base``, ``parts`` and ``logit`` as in the reply: ``logit`` is the base and the weights of
        all features together, to rounding. ``features``: each with its value (None where missing),
        its weight in log-odds and how much that is beyond approved peers, the heaviest first.
        ``families``: the sums of both by the family that a feature is told under, the heaviest
        first.
    """
    assessment = scored.assessment
    features = sorted(_features(scored, bundle), key=lambda one: -abs(one["weight"]))
    return {
        "bundle": bundle.id,
        "probability": assessment.probability,
        "logit": assessment.logit,
        "base": assessment.base,
        "parts": dict(assessment.parts),
        "features": features,
        "families": _families(features),
    }


def _features(scored: Scored, bundle: Bundle) -> Iterator[dict[str, Any]]:
    assessment = scored.assessment
    for name, weight in assessment.contributions.items():
        feature, value = BY_NAME[name], assessment.values[name]
        lack = scored.lacks.get(name)
        en, zh = phrase(name, value)
        yield {
            "name": name,
            "code": feature.code,
            "credit": RELATION_OF[name].credit.value,
            "family": feature.reason if lack is None else UNHEARD if lack.source else UNTOLD,
            "value": None if isnan(value) else value,
            "unit": feature.unit,
            "weight": weight,
            "beyond_peers": weight - bundle.peers[name],
            "missing": None if lack is None else {"source": lack.source, "why": lack.why},
            "en": en,
            "zh": zh,
        }


def _families(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in features:
        found.setdefault(one["family"], []).append(one)
    every = [_summed(code, members) for code, members in found.items()]
    return sorted(every, key=lambda one: -abs(one["weight"]))


def _summed(code: str, members: list[dict[str, Any]]) -> dict[str, Any]:
    """A family in the words of the direction in which it pulls."""
    family, weight = FAMILIES[code], fsum(one["weight"] for one in members)
    en, zh = (family.en, family.zh) if weight > 0.0 else (family.safer_en, family.safer_zh)
    lacking = [SOURCES[one["missing"]["source"]] for one in members] if code == UNHEARD else []
    sources = dict.fromkeys(lacking)
    return {
        "code": code,
        "en": en.format(source=", ".join(en for en, _ in sources)),
        "zh": zh.format(source="、".join(zh for _, zh in sources)),
        "weight": weight,
        "beyond_peers": fsum(one["beyond_peers"] for one in members),
    }
