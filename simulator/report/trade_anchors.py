"""Anchors of trade."""

from __future__ import annotations

from simulator.report import trade_measures as of
from simulator.report.anchor import Anchor, Group, Unit

NETWORK = (
    Anchor(
        "degree_exponent",
        "Exponent of the number of suppliers (CCDF)",
        "供应商数量分布的尾部指数（CCDF）",
        of.degree_exponent,
        0.8,
        1.4,
        Unit.NUMBER,
        "Mizuno et al. 2014, a million Japanese firms: about 1; other studies 1.2 to 1.4. "
        "Over all who buy; a regression on few firms is good to 0.2",
        "Mizuno 等 2014（日本约百万家企业）：约为 1；其他研究为 1.2–1.4。"
        "覆盖全部采购方；企业数少时回归误差约 0.2",
    ),
    Anchor(
        "links_surviving",
        "Trading links still there a year later",
        "一年后仍存续的交易关系",
        of.links_surviving,
        0.915,
        0.935,
        Unit.SHARE,
        "Mizuno et al. 2014: 92 to 93 % a year; half a point more on either side for a small world",
        "Mizuno 等 2014：每年 92–93 %；小规模世界两侧各放宽 0.5 个百分点",
    ),
    Anchor(
        "main_buyer_share",
        "Orders from a supplier's largest buyer",
        "最大买方占供应商订单的比重",
        of.main_buyer_share,
        0.45,
        0.65,
        Unit.SHARE,
        "Our choice: half on average where there are several buyers, all where there is one",
        "本项目设定：有多个买方时平均约一半，只有一个买方时为全部",
    ),
)

TERMS = (
    Anchor(
        "mean_terms",
        "Terms of payment, mean",
        "平均账期",
        of.mean_terms,
        74.0,
        90.0,
        Unit.DAYS,
        "Coface China 2024: 76 days, and 70 the year before, over all sizes of firms; "
        "we aim at 82 for small suppliers",
        "科法斯中国 2024：平均 76 天，上年 70 天（各种规模企业）；小供应商目标值为 82 天",
    ),
    Anchor(
        "sales_outstanding",
        "Days sales outstanding",
        "应收账款周转天数",
        of.sales_outstanding,
        66.8,
        141.0,
        Unit.DAYS,
        "Between NBS, August 2024, industry as a whole (66.8), and Coface China 2024, firms "
        "surveyed (141)",
        "介于国家统计局 2024 年 8 月工业企业平均回收期（66.8 天）"
        "与科法斯中国 2024 调查企业（141 天）之间",
    ),
)

DILUTION = (
    Anchor(
        "dilution_share",
        "Credit notes, share of what is invoiced",
        "贷项通知占开票金额的比例（稀释率）",
        of.dilution_share,
        0.020,
        0.035,
        Unit.SHARE,
        "Our choice: 2.5 % for a usual supplier and 1.8 times that for a poor one",
        "本项目设定：一般供应商 2.5 %，质量差的供应商为其 1.8 倍",
    ),
    Anchor(
        "disputed_share",
        "Invoices disputed over quality",
        "存在质量争议的发票",
        of.disputed_share,
        0.022,
        0.038,
        Unit.SHARE,
        "Our choice: about 3 %. Debtors of collection samples dispute far more (IBM's: 24 %)",
        "本项目设定：约 3 %；催收样本中的争议率高得多（IBM 样本 24 %）",
    ),
    Anchor(
        "redone_share",
        "Invoices cancelled by a harmless red note",
        "因开票差错而红冲重开的发票（无害）",
        of.redone_share,
        0.012,
        0.018,
        Unit.SHARE,
        "Our choice: 1.5 %, so that a red note alone is no proof of fraud",
        "本项目设定：1.5 %，使红冲本身不构成欺诈证据",
    ),
)

TRADE = (
    Group("Network", "交易网络", NETWORK),
    Group("Terms and receivables", "账期与应收账款", TERMS),
    Group("Dilution and mistakes", "稀释与差错", DILUTION),
)
"""Anchors of trade, by subject."""
