"""Reasons: which contributions are told, grouped so that two reasons never say one thing."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from features.catalogue import BY_NAME
from models.assessment import Assessment

MOST = 4
"""More than four principal reasons are unlikely to help (domain.md section 3.8)."""

FAMILIES: dict[str, tuple[str, str]] = {
    "RS07": ("Small scale or short history", "经营规模较小、历史较短"),
    "RS09": ("The buyer's reported business is weak or shrinking", "买方申报经营情况偏弱或下滑"),
    "RS10": ("Buyers of its industry or area pay late", "同行业或同地区买方付款延迟"),
    "RO01": ("Tenor long or above usual terms", "融资期限偏长或超出惯例"),
    "RO02": ("Amount is high against what is usual", "金额相对惯常水平偏高"),
    "RO12": ("The rate charged on the claim is high", "该笔应收账款的费率偏高"),
    "RO13": ("The due date falls on days that are often paid late", "到期日落在常延迟付款的日子"),
    "RD02": ("Sales concentrated on few customers", "客户集中度过高"),
    "RD03": ("Trade unstable or interrupted", "交易不稳定或有断档"),
    "RD04": ("Buyer pays late", "买方付款持续延迟"),
    "RD07": ("Short relation with this buyer", "与该买方合作时间短"),
    "RD12": ("Claims on the buyer are overdue now", "买方目前存在逾期未付账款"),
    "RD13": (
        "Late payment is rising across the supplier's customers",
        "供应商客户整体付款延迟上升",
    ),
    "RN01": ("Key data missing", "关键数据缺失"),
}
"""Reason families: what is told in English and in Chinese."""


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
    en, zh = FAMILIES[code]
    return Reason(code, en, zh, *_told(heaviest, assessment.values[heaviest]), weight)


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
    """A value as people read it: shares as per cent, whole numbers without decimals."""
    if unit == "share":
        return f"{value:.1%}"
    if value == round(value):
        return f"{value:.0f}"
    return f"{value:.2f}"
