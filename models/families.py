"""Families of reasons, and the sources that a reason can name, in two languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """What several features tell together; with ``{source}`` where sources are named.

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
    "RS01": Family(
        "Core enterprise credit quality is low",
        "核心企业信用等级偏低",
        "Core enterprise credit quality is good",
        "核心企业信用等级较好",
    ),
    "RS02": Family(
        "Core enterprise credit has worsened recently",
        "核心企业近期信用状况恶化",
        "Core enterprise credit has held or improved",
        "核心企业近期信用状况稳定或改善",
    ),
    "RS03": Family(
        "Core enterprise has overdue bills",
        "核心企业商票逾期记录",
        "Core enterprise has no overdue bills",
        "核心企业无商票逾期记录",
    ),
    "RS04": Family(
        "Core enterprise has SME arrears records",
        "核心企业拖欠中小企业款项记录",
        "Core enterprise has few or no SME arrears records",
        "核心企业少有拖欠中小企业款项记录",
    ),
    "RS05": Family(
        "Supplier leverage is high", "企业负债率偏高", "Supplier leverage is low", "企业负债率较低"
    ),
    "RS06": Family(
        "Cash flow does not cover debt service",
        "偿债现金流不足",
        "Cash flow covers debt service",
        "偿债现金流充足",
    ),
    "RS08": Family(
        "Past-due, court or tax records",
        "存在逾期、司法或税务不良记录",
        "Clean past-due, court and tax records",
        "逾期、司法及税务记录良好",
    ),
    "RO03": Family(
        "Receivable not confirmed by the buyer",
        "应收账款未经核心企业确认",
        "Receivable confirmed by the buyer",
        "应收账款已经核心企业确认",
    ),
    "RO04": Family(
        "Delivery or acceptance evidence is weak",
        "验收或交付凭证不足",
        "Delivery and acceptance are well evidenced",
        "验收及交付凭证充分",
    ),
    "RO05": Family(
        "Prior registered claims, or the claim is assigned over",
        "登记存在在先权利或重复转让",
        "First in the registry, and not assigned elsewhere",
        "登记顺位在先且未重复转让",
    ),
    "RO06": Family(
        "Set-off, retention or disputed amount",
        "存在抵销、质保金或争议金额",
        "Little to set off, retain or dispute",
        "抵销、质保金及争议金额较少",
    ),
    "RO07": Family(
        "Collection account not controlled",
        "回款账户未锁定",
        "Collection account controlled",
        "回款账户已受控",
    ),
    "RO08": Family(
        "Collateral volatile or thin",
        "抵质押物价格波动大或覆盖不足",
        "Collateral stable and ample",
        "抵质押物稳定且覆盖充足",
    ),
    "RO09": Family(
        "Far tier, or the credit chain is broken",
        "距核心企业层级较远或信用传递中断",
        "Direct or well linked to the core enterprise",
        "直接面向核心企业或信用传递完整",
    ),
    "RO10": Family(
        "No recourse to the supplier", "无追索权", "Recourse to the supplier", "有追索权"
    ),
    "RO11": Family(
        "Guarantee or insurance cover is thin",
        "增信覆盖不足",
        "Well covered by guarantee or insurance",
        "增信覆盖充足",
    ),
    "RD01": Family(
        "Contract, invoice, delivery and payment do not match",
        "合同、发票、物流、资金四流不一致",
        "Contract, invoice, delivery and payment match",
        "合同、发票、物流、资金四流一致",
    ),
    "RD05": Family(
        "Dilution by credits and returns is high",
        "贸易折让、退货、红冲比例偏高",
        "Dilution by credits and returns is low",
        "贸易折让、退货、红冲比例较低",
    ),
    "RD06": Family(
        "Invoices, tax return and bank flow differ",
        "开票、申报、流水数据不一致",
        "Invoices, tax return and bank flow agree",
        "开票、申报、流水数据一致",
    ),
    "RD08": Family(
        "Related-party sales are high",
        "关联交易占比高",
        "Related-party sales are low",
        "关联交易占比低",
    ),
    "RD09": Family(
        "Financing is frequent or from many lenders",
        "融资频率或多头融资异常",
        "Financing frequency is usual",
        "融资频率正常",
    ),
    "RD10": Family(
        "Earlier financings repaid late",
        "历史融资还款表现不佳",
        "Earlier financings repaid well",
        "历史融资还款表现良好",
    ),
    "RD11": Family(
        "Two-way or circular trade",
        "存在对向或循环交易",
        "Little two-way or circular trade",
        "对向及循环交易较少",
    ),
    "RD14": Family(
        "Little data is at hand", "可用数据较少", "Much data is at hand", "可用数据较充分"
    ),
    "RN01": Family(
        "Key data missing: {source}",
        "关键数据缺失：{source}",
        "Missing data, mostly missing where payment is good: {source}",
        "缺失数据（多见于付款良好者）：{source}",
    ),
    "RN02": Family(
        "Too little history to tell",
        "历史不足、无从判断",
        "No history to tell from, mostly so where payment is good",
        "暂无历史可供判断（多见于付款良好者）",
    ),
}
"""Reason families; codes follow domain.md section 3.8 where it has them."""

SOURCES: dict[str, tuple[str, str]] = {
    "invoices": ("invoices", "发票"),
    "kinship": ("company links", "企业关联关系"),
    "bank": ("bank statements", "银行流水"),
    "reports": ("periodic reports", "定期申报"),
    "platform": ("records of the buyers' platform", "采购平台单据"),
    "registry": ("the registry of claims", "动产融资登记"),
    "bureau": ("the credit bureau", "征信"),
    "tax": ("tax returns", "纳税申报"),
    "courts": ("court records", "司法信息"),
    "accounts": ("financial statements", "财务报表"),
    "ratings": ("ratings", "评级"),
    "disclosures": ("payment disclosures", "付款信息披露"),
}
"""What a source that can be asked for tells, in English and Chinese."""

PARTIES: dict[str, tuple[str, str]] = {
    "supplier": ("supplier", "供应商"),
    "buyer": ("buyer", "买方"),
}
"""Of whom it tells."""
