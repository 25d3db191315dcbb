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
    """

    code: str
    en: str
    zh: str
    detail_en: str
    detail_zh: str
    weight: float


def adverse(assessment: Assessment, lacking: Lacking) -> tuple[Reason, ...]:
    """The families that raise the risk most, at most `MOST`, heaviest first.

    Parameters
    ----------
    assessment : Assessment
    lacking : mapping of str to (str, str)
        As `Lacking`; without the features whose sources have told.
    """
    return _principal(assessment, lacking, 1.0)


def favourable(assessment: Assessment, lacking: Lacking) -> tuple[Reason, ...]:
    """The families that lower the risk most, at most `MOST`, heaviest first; as `adverse`."""
    return _principal(assessment, lacking, -1.0)


def _principal(assessment: Assessment, lacking: Lacking, sign: float) -> tuple[Reason, ...]:
    """The families that weigh most in one direction."""
    added: dict[str, dict[str, float]] = {}
    for name, one in assessment.contributions.items():
        code = BY_NAME[name].reason
        if isnan(assessment.values[name]):  # told as missing data
            code = UNHEARD if name in lacking else UNTOLD
        added.setdefault(code, {})[name] = one
    weights = {code: sum(each.values()) for code, each in added.items()}
    told = [code for code, weight in weights.items() if sign * weight > 0.0]
    told.sort(key=lambda code: (-sign * weights[code], code))
    return tuple(
        _reason(assessment, lacking, code, {name: sign * one for name, one in added[code].items()})
        for code in told[:MOST]
    )


def _reason(
    assessment: Assessment, lacking: Lacking, code: str, added: Mapping[str, float]
) -> Reason:
    """A family in words; ``added`` is above 0 where a feature pulls in the direction told."""
    weight = sum(assessment.contributions[name] for name in added)
    heaviest = max(added, key=added.__getitem__)
    family = FAMILIES[code]
    en, zh = (family.en, family.zh) if weight > 0.0 else (family.safer_en, family.safer_zh)
    if code == UNHEARD:
        source_en, source_zh = _sources(lacking, added)
        en, zh = en.format(source=source_en), zh.format(source=source_zh)
    return Reason(code, en, zh, *_told(heaviest, assessment.values[heaviest]), weight)


def _sources(lacking: Lacking, added: Mapping[str, float]) -> tuple[str, str]:
    """The sources whose missing features pull in the direction told, heaviest first."""
    weights: dict[tuple[str, str], float] = {}
    for name, one in added.items():
        weights[lacking[name]] = weights.get(lacking[name], 0.0) + one
    heaviest = sorted(weights, key=lambda lack: (-weights[lack], lack))
    named = [lack for lack in heaviest if weights[lack] > 0.0] or heaviest[:1]
    words = [(SOURCES[source], PARTIES[party]) for source, party in named]
    return (
        ", ".join(f"{source[0]} ({party[0]})" for source, party in words),
        "、".join(f"{party[1]}{source[1]}" for source, party in words),
    )


def _told(name: str, value: float) -> tuple[str, str]:
    """A feature with its value, in English and Chinese."""
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
