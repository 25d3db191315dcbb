"""Why a person departs from a decision: a list that monitoring can count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class OverrideReason(StrEnum):
    """Codes of reasons; ``other`` is for what the list lacks, and the words then have to say it."""

    NEW_INFORMATION = "new_information"
    WRONG_DATA = "wrong_data"
    VERIFIED = "verified"
    CAUSE_GONE = "cause_gone"
    MORE_COVER = "more_cover"
    KNOWN_CUSTOMER = "known_customer"
    POLICY_EXCEPTION = "policy_exception"
    OUTSIDE_MODEL = "outside_model"
    ADVERSE_NEWS = "adverse_news"
    FRAUD_SUSPECTED = "fraud_suspected"
    RELATED_PARTY = "related_party"
    DOCUMENTS_MISSING = "documents_missing"
    CONCENTRATION = "concentration"
    APPETITE = "appetite"
    OTHER = "other"


@dataclass(frozen=True)
class ReasonWords:
    """A reason in both languages."""

    en: str
    zh: str


REASON_WORDS: Mapping[OverrideReason, ReasonWords] = {
    OverrideReason.NEW_INFORMATION: ReasonWords(
        "Information that the score could not see", "评分未能获取的新信息"
    ),
    OverrideReason.WRONG_DATA: ReasonWords(
        "A fact that the score rests on is wrong", "评分所依据的数据有误"
    ),
    OverrideReason.VERIFIED: ReasonWords(
        "Trade and papers were checked in person", "已实地核验贸易背景与单据"
    ),
    OverrideReason.CAUSE_GONE: ReasonWords(
        "The cause of an adverse reason has passed", "不利因素的成因已消除"
    ),
    OverrideReason.MORE_COVER: ReasonWords(
        "More guarantee, insurance or collateral", "追加担保、保险或抵质押"
    ),
    OverrideReason.KNOWN_CUSTOMER: ReasonWords(
        "A long record with this lender that the data doesn't show",
        "与本机构长期合作良好但数据未反映",
    ),
    OverrideReason.POLICY_EXCEPTION: ReasonWords(
        "An exception that a committee has approved", "经审批的政策例外"
    ),
    OverrideReason.OUTSIDE_MODEL: ReasonWords(
        "A case that the model was not made for", "超出模型适用范围"
    ),
    OverrideReason.ADVERSE_NEWS: ReasonWords("Adverse news about a party", "交易方负面信息"),
    OverrideReason.FRAUD_SUSPECTED: ReasonWords("Fraud is suspected", "疑似欺诈"),
    OverrideReason.RELATED_PARTY: ReasonWords(
        "Supplier and buyer may be linked", "供应商与买方疑似关联"
    ),
    OverrideReason.DOCUMENTS_MISSING: ReasonWords(
        "Papers are missing or don't agree", "资料缺失或不一致"
    ),
    OverrideReason.CONCENTRATION: ReasonWords(
        "Enough is lent to this party, group or sector", "对该主体、集团或行业的集中度已高"
    ),
    OverrideReason.APPETITE: ReasonWords(
        "Not a business that the lender wants", "不符合本机构业务偏好"
    ),
    OverrideReason.OTHER: ReasonWords("Another reason, in words", "其他原因，见说明"),
}
"""What each code means."""
