"""Reasons: which contributions are told, grouped so that two reasons never say one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, expm1, isnan

from features.catalogue import BY_NAME
from models.assessment import Assessment
from models.families import FAMILIES, PARTIES, SOURCES

MOST = 4
"""More than four principal reasons are unlikely to help (domain.md section 3.8)."""

UNHEARD, UNTOLD = "RN01", "RN02"
"""Families of missing values: of those whose source hasn't told, which can be authorised, and of
those whose sources have told and there is nothing to make them of."""

Lacking = Mapping[str, tuple[str, str]]
"""By feature, the source that would have to tell for it not to be missing, and of whom: names of
`SOURCES` and `PARTIES`."""


@dataclass(frozen=True)
class Reason:
    """One reason of an assessment.

    Attributes
    ----------
    code : str
        Family code.
    en, zh : str
        The family in words.
    detail_en, detail_zh : str
        The feature that weighs most in it, with its value.
    weight : float
        What the family adds, in log-odds; above 0 raises the risk.
    beyond_peers : float
        How much more that is than at approved peers: reasons are ranked by it.
    """

    code: str
    en: str
    zh: str
    detail_en: str
    detail_zh: str
    weight: float
    beyond_peers: float


def adverse(
    assessment: Assessment, peers: Mapping[str, float], lacking: Lacking
) -> tuple[Reason, ...]:
    """The families that raise the risk most against approved peers, at most `MOST`.

    A family or a feature that doesn't raise the risk in itself is never told, however much more it
    adds than at the peers, nor is one that adds no more than there.

    Parameters
    ----------
    assessment : Assessment
    peers : mapping of str to float
        What each feature adds at approved peers (``Bundle.peers``), log-odds.
    lacking : mapping of str to (str, str)
        As `Lacking`; without the features whose sources have told.

    Returns
    -------
    tuple of Reason
        By what they add beyond the peers, the most first.
    """
    return _principal(assessment, peers, lacking, 1.0)


def favourable(
    assessment: Assessment, peers: Mapping[str, float], lacking: Lacking
) -> tuple[Reason, ...]:
    """The families that lower the risk most against approved peers; as `adverse`, turned round."""
    return _principal(assessment, peers, lacking, -1.0)


@dataclass
class _Pulling:
    """What a family pulls in the direction told, in log-odds; a sum that grows by its features.

    Attributes
    ----------
    alone, beyond : float
        In itself, and beyond what it pulls at approved peers.
    counting : dict of str to float
        The features that pull that way by both measures, and how much beyond.
    """

    alone: float
    beyond: float
    counting: dict[str, float]


def _principal(
    assessment: Assessment, peers: Mapping[str, float], lacking: Lacking, sign: float
) -> tuple[Reason, ...]:
    """The families that pull most in one direction."""
    families: dict[str, _Pulling] = {}
    values = assessment.values
    for name, one in assessment.contributions.items():
        code = BY_NAME[name].reason
        if isnan(values[name]):  # told as missing data
            code = UNHEARD if name in lacking else UNTOLD
        if code not in families:
            families[code] = _Pulling(0.0, 0.0, {})
        family, alone, beyond = families[code], sign * one, sign * (one - peers[name])
        family.alone += alone
        family.beyond += beyond
        if alone > 0.0 and beyond > 0.0:
            family.counting[name] = beyond
    told = [
        (-family.beyond, code)
        for code, family in families.items()
        if family.counting and family.alone > 0.0 and family.beyond > 0.0
    ]
    return tuple(
        _reason(assessment, lacking, sign, code, families[code]) for _, code in sorted(told)[:MOST]
    )


def _reason(
    assessment: Assessment, lacking: Lacking, sign: float, code: str, pulling: _Pulling
) -> Reason:
    """A family in words, with the heaviest of the features that count."""
    heaviest = max(pulling.counting, key=pulling.counting.__getitem__)
    family = FAMILIES[code]
    en, zh = (family.en, family.zh) if sign > 0.0 else (family.safer_en, family.safer_zh)
    if code == UNHEARD:
        source_en, source_zh = _sources(lacking, pulling.counting)
        en, zh = en.format(source=source_en), zh.format(source=source_zh)
    detail = phrase(heaviest, assessment.values[heaviest])
    return Reason(code, en, zh, *detail, sign * pulling.alone, sign * pulling.beyond)


def _sources(lacking: Lacking, counting: Mapping[str, float]) -> tuple[str, str]:
    """The sources whose missing features count, heaviest first."""
    weights: dict[tuple[str, str], float] = {}
    for name, beyond in counting.items():
        weights[lacking[name]] = weights.get(lacking[name], 0.0) + beyond
    named = sorted(weights, key=lambda lack: (-weights[lack], lack))
    words = [(SOURCES[source], PARTIES[party]) for source, party in named]
    return (
        ", ".join(f"{source[0]} ({party[0]})" for source, party in words),
        "、".join(f"{party[1]}{source[1]}" for source, party in words),
    )


def phrase(name: str, value: float) -> tuple[str, str]:
    """A feature with its value, in English and Chinese; NaN where the value is missing."""
    feature = BY_NAME[name]
    if isnan(value):
        return (
            f"{feature.en.format(value='unknown')} ({feature.missing})",
            feature.zh.format(value="未知"),
        )
    text = in_unit(value, feature.unit)
    return feature.en.format(value=text), feature.zh.format(value=text)


def in_unit(value: float, unit: str) -> str:
    """A value as people read it: shares as per cent, logarithms as what they are of."""
    if unit == "share":
        return f"{value:.1%}"
    if unit == "ln of a ratio":
        return f"{exp(value):.2f}"
    if unit.startswith("ln(1 + "):
        return f"{expm1(value):,.0f}"
    if unit.startswith("ln of "):
        return f"{exp(value):,.2f}"
    return f"{value:.0f}" if value == round(value) else f"{value:.2f}"
