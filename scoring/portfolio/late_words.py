"""Words of the report on late payers, in English and in Chinese: the same keys in both."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "title": "Late payment to small firms",
    "subtitle": "{day}: what was known before this day. Large firms and public bodies that owe "
    "small and medium ones, by the regulation on payment to them",
    "payers": "Late buyers",
    "of_claims": "{claims} claims that the law binds",
    "unpaid": "Late and unpaid",
    "claims": "{count} claims",
    "interest": "Statutory interest on it",
    "rate": "{rate} a day, where nothing was agreed",
    "paid_late": "Paid late within a year",
    "paid_interest": "interest then: {minor}",
    "chart": "Statutory interest on what is unpaid",
    "list": "By buyer",
    "none": "Nobody is late, as far as payments are told.",
    "buyer": "Buyer",
    "kind": "As",
    "large": "large firm",
    "public": "public body",
    "suppliers": "Small firms",
    "count": "Unpaid",
    "amount": "Amount",
    "longest": "Longest, days",
    "interest_short": "Interest",
    "paid_count": "Paid late",
    "long_terms": "Terms beyond the law",
    "not_judged": "Not judged",
    "not_judged_note": "{unknown} claims whose parties' sizes aren't told; {not_told} claims of "
    "pairs of which no payment was ever told. Unknown is neither late nor in time.",
    "made": "Sizes at signing, else today's; the day of the invoice where signing or delivery "
    "isn't told. Payments that name no claim pay what fell due first. A large firm may agree on "
    "more days where that is reasonable and usual; it has to show so. For information: no supplier "
    "is asked to claim or to waive anything.",
}

CHINESE: Mapping[str, str] = {
    "title": "拖欠中小企业款项报告",
    "subtitle": "{day}：依据该日之前已知的信息。按《保障中小企业款项支付条例》，"
    "统计大型企业与机关、事业单位对中小企业的逾期付款",
    "payers": "逾期买方",
    "of_claims": "适用条例的账款{claims}笔",
    "unpaid": "逾期未付",
    "claims": "{count}笔",
    "interest": "相应的法定逾期利息",
    "rate": "未约定时每日{rate}",
    "paid_late": "一年内逾期支付",
    "paid_interest": "相应利息：{minor}",
    "chart": "未付部分的法定逾期利息",
    "list": "按买方",
    "none": "就已知付款而言，没有逾期。",
    "buyer": "买方",
    "kind": "类型",
    "large": "大型企业",
    "public": "机关、事业单位",
    "suppliers": "中小企业数",
    "count": "未付笔数",
    "amount": "金额",
    "longest": "最长逾期天数",
    "interest_short": "利息",
    "paid_count": "逾期支付笔数",
    "long_terms": "约定期限超过法定",
    "not_judged": "未判断",
    "not_judged_note": "{unknown}笔账款因企业规模未知、{not_told}笔账款因双方付款从未被告知而"
    "未判断。未知既不算逾期，也不算按时。",
    "made": "规模以签约时为准，未知时以当前为准；签约日或交付日未知时以开票日代替。"
    "未注明用途的付款先冲抵最早到期的账款。大型企业约定更长期限须合理并符合行业惯例。"
    "本报告仅供参考，不要求供应商主张或放弃任何权利。",
}

LATE_WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
