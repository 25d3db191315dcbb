"""Reasons: which contributions are told, grouped so that two reasons never say one thing."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, isnan

from features.catalogue import BY_NAME
from models.assessment import Assessment

MOST = 4
"""More than four principal reasons are unlikely to help (domain.md section 3.8)."""


@dataclass(frozen=True)
class Family:
    """What several features tell together.

    Attributes
    ----------
    en, zh : str
        Told where it raises the risk.
    safer_en, safer_zh : str
        Told where it lowers it.
    """

    en: str
    zh: str
    safer_en: str
    safer_zh: str


FAMILIES: dict[str, Family] = {
    "RS07": Family(
        "Small scale or short history",
        "经营规模较小、历史较短",
        "Good size or long history",
        "经营规模或历史较好",
    ),
    "RS09": Family(
        "The buyer's reported business is weak or uneven",
        "买方申报经营情况偏弱或波动",
        "The buyer's reported business is sound",
        "买方申报经营情况良好",
    ),
    "RS10": Family(
        "Buyers of its industry or area pay late",
        "同行业或同地区买方付款延迟",
        "Buyers of its industry or area pay well",
        "同行业或同地区买方付款良好",
    ),
    "RO01": Family(
        "Tenor long or above usual terms",
        "融资期限偏长或超出惯例",
        "Tenor short or within usual terms",
        "融资期限较短或符合惯例",
    ),
    "RO02": Family(
        "Amount stands out against what is usual",
        "金额偏离惯常水平",
        "Amount is in line with what is paid well",
        "金额处于付款良好的水平",
    ),
    "RO12": Family(
        "The rate charged on the claim is that of late payers",
        "该笔应收账款的费率属于延迟付款水平",
        "The rate charged on the claim is that of good payers",
        "该笔应收账款的费率属于良好付款水平",
    ),
    "RO13": Family(
        "The due date falls where payment is often late",
        "到期日落在常延迟付款的时点",
        "The due date falls where payment is mostly in time",
        "到期日落在付款较及时的时点",
    ),
    "RD02": Family(
        "Sales concentrated on few customers", "客户集中度过高", "Sales well spread", "客户较分散"
    ),
    "RD03": Family(
        "Trade unstable or interrupted", "交易不稳定或有断档", "Trade is steady", "交易稳定"
    ),
    "RD04": Family("Buyer pays late", "买方付款延迟", "Buyer pays well", "买方付款良好"),
    "RD07": Family(
        "Short relation with this buyer",
        "与该买方合作时间短",
        "Long relation with this buyer",
        "与该买方合作时间长",
    ),
    "RD12": Family(
        "Claims on the buyer are overdue now",
        "买方目前存在逾期未付账款",
        "Little or nothing on the buyer is overdue",
        "买方目前几乎无逾期账款",
    ),
    "RD13": Family(
        "The supplier's customers pay late as a whole",
        "供应商客户整体付款延迟",
        "The supplier's customers pay well as a whole",
        "供应商客户整体付款良好",
    ),
    "RN01": Family(
        "Key data missing",
        "关键数据缺失",
        "What is missing is mostly missing where payment is good",
        "缺失的数据多见于付款良好者",
    ),
}
"""Reason families; codes follow domain.md section 3.8 where it has them."""


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


def adverse(assessment: Assessment) -> tuple[Reason, ...]:
    """The families that raise the risk most, at most `MOST`, heaviest first."""
    ranked = [reason for reason in _families(assessment) if reason.weight > 0.0]
    return tuple(sorted(ranked, key=lambda reason: (-reason.weight, reason.code))[:MOST])


def favourable(assessment: Assessment) -> tuple[Reason, ...]:
    """The families that lower the risk most, at most `MOST`, heaviest first."""
    ranked = [reason for reason in _families(assessment) if reason.weight < 0.0]
    return tuple(sorted(ranked, key=lambda reason: (reason.weight, reason.code))[:MOST])


def _families(assessment: Assessment) -> list[Reason]:
    members: dict[str, list[str]] = {}
    for name in assessment.contributions:
        members.setdefault(_family(assessment, name), []).append(name)
    return [_reason(assessment, code, names) for code, names in members.items()]


def _family(assessment: Assessment, name: str) -> str:
    """The family of a feature; a missing value is told as missing data."""
    return "RN01" if isnan(assessment.values[name]) else BY_NAME[name].reason


def _reason(assessment: Assessment, code: str, names: list[str]) -> Reason:
    weight = sum(assessment.contributions[name] for name in names)
    sign = 1.0 if weight > 0.0 else -1.0
    heaviest = max(names, key=lambda name: sign * assessment.contributions[name])
    family = FAMILIES[code]
    words = (family.en, family.zh) if weight > 0.0 else (family.safer_en, family.safer_zh)
    return Reason(code, *words, *_told(heaviest, assessment.values[heaviest]), weight)


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
