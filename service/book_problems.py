"""Examples of problems of a request that is right, and to which the book says no."""

from __future__ import annotations

from service.occurrence import Occurrence
from service.refusals import Flaw

OF_THE_BOOK: dict[str, Occurrence] = {
    "nothing-offered": Occurrence(
        "该评分未给出额度",
        remedy="draw on a score that is APPROVE or APPROVE_REDUCED and names an amount: "
        "advance_minor of its reply",
    ),
    "offer-expired": Occurrence(
        "报价已过期", remedy="ask for a new score: what was found then may hold no more"
    ),
    "already-drawn": Occurrence(
        "该评分已放款",
        remedy="ask for a new score for more money; send the same request again with the same "
        "Idempotency-Key to get its answer again",
    ),
    "drawdown-blocked": Occurrence(
        "放款被规则阻止，未付款",
        "rules of drawdown stop it",
        "see errors; nothing was paid out",
        (
            Flaw(
                "",
                "RK04: Receivable INV-2026-0042 is already settled / 应收账款 INV-2026-0042 已结清",
                "put it right first (common practice)",
            ),
        ),
    ),
    "nothing-left": Occurrence(
        "应收账款可用余额不足",
        remedy="ask for at most 6000000; more may be free once a hold of others ends",
        pointer="/amount_minor",
    ),
    "face-exceeded": Occurrence("超过发票面额", remedy="ask for at most 6000000 of this invoice"),
    "limit-exceeded": Occurrence(
        "超过买方、集团或单户限额", remedy="ask for at most 250000000 on this buyer"
    ),
    "nothing-held": Occurrence(
        "没有预占也没有放款", remedy="reserve or draw first; what was released stays so"
    ),
    "not-replayable": Occurrence(
        "早期记录不含重放所需内容",
        remedy="its request, features, circumstances and reply can still be read",
    ),
    "unknown-pack": Occurrence(
        "未保存该策略包文本",
        remedy="they are kept since schema 0012, with the first decision by the pack",
    ),
    "not-repaid": Occurrence(
        "融资尚未还清",
        remedy="load its repayments or its outcome first (POST /facts/repayment)",
    ),
    "financing-over": Occurrence(
        "融资已结清",
        remedy="only what is open is watched; its outcome says how it ended",
        pointer="/financing",
    ),
    "overridden": Occurrence(
        "评分已被人工改判", remedy="see GET /scores/{score_id}/overrides for what holds now"
    ),
    "rule-not-overridden": Occurrence(
        "规则禁止，不得改判",
        remedy="RK06 of its reply: put it right and score again, or change the policy pack",
    ),
    "not-overridable": Occurrence(
        "无法评分的申请不得改判",
        remedy="see because of its reply; put it right and score again",
    ),
    "nothing-overridden": Occurrence(
        "与现有决定相同",
        remedy="decide otherwise, or leave it",
        pointer="/decision",
    ),
    "not-drawn": Occurrence(
        "该评分没有放款",
        remedy="draw it, or load the fact financing with the score's id as its "
        "financing_request; of what was never drawn tell not_drawn or refused",
        pointer="/outcome",
    ),
}
"""By code."""
