"""Anchors of credit."""

from __future__ import annotations

from simulator.report import credit_measures as of
from simulator.report.anchor import Anchor, Group, Unit

DEFAULTS = (
    Anchor(
        "expected_defaults",
        "Default rate to be expected",
        "预期违约率",
        of.expected_defaults,
        0.01,
        0.05,
        Unit.SHARE,
        "Chinese small-firm loans 2025: 1 to 3 % non-performing, 3 to 6 % at some banks; "
        "ICC Trade Register 2021: less for trade loans",
        "中国小微贷款 2025：不良率约 1–3 %，部分银行 3–6 %；国际商会贸易登记 2021：贸易贷款更低",
    ),
    Anchor(
        "defaults",
        "Default rate as it came",
        "实际违约率",
        of.defaults,
        0.01,
        0.05,
        Unit.SHARE,
        "As above",
        "同上",
    ),
    Anchor(
        "defaults_per_expected",
        "Defaults that came, for each expected",
        "实际违约数与预期违约数之比",
        of.defaults_per_expected,
        0.75,
        1.25,
        Unit.NUMBER,
        "Our choice: 1 but for chance. A supplier that fails takes several requests along, "
        "so a small world sways by a tenth",
        "本项目设定：除随机性外应为 1；一家供应商违约会牵连多笔，小规模世界约有一成波动",
    ),
    Anchor(
        "supplier_defaults",
        "Suppliers of tier 1 that fail in a year",
        "一级供应商年违约率",
        of.supplier_defaults,
        0.02,
        0.05,
        Unit.SHARE,
        "Our choice: 3.2 % of small firms in usual times, more where contagion is strong",
        "本项目设定：一般时期 3.2 %，传染较强时更高",
    ),
    Anchor(
        "contagion_share",
        "Failures of tier 1 brought by late buyers",
        "由买方拖欠引发的一级供应商违约",
        of.contagion_share,
        0.15,
        0.25,
        Unit.SHARE,
        "Fujiwara 2008, Japanese bankruptcies: about 20 % from links between firms",
        "Fujiwara 2008（日本企业破产）：约 20 % 源于企业间关联",
    ),
)

CAUSES = (
    Anchor(
        "buyer_cause",
        "Defaults because the buyer stops paying",
        "因买方停止付款的违约",
        of.of_causes("buyer", "supplier"),
        0.10,
        0.45,
        Unit.SHARE,
        "Our choice: with disputes about 60 % in closed form; less where few buyers are weak",
        "本项目设定：连同争议约 60 %（闭式解）；弱买方较少的世界更低",
    ),
    Anchor(
        "dilution_cause",
        "Defaults because invoices are disputed away",
        "因发票争议的违约",
        of.of_causes("dilution"),
        0.20,
        0.50,
        Unit.SHARE,
        "As above",
        "同上",
    ),
    Anchor(
        "core_cause",
        "Both of these",
        "以上两项合计",
        of.of_causes("buyer", "supplier", "dilution"),
        0.50,
        0.75,
        Unit.SHARE,
        "Our closed form for requests drawn independently: 60 %",
        "独立抽样的闭式解：60 %",
    ),
    Anchor(
        "diversion_cause",
        "Defaults because collections are kept",
        "因回款被挪用的违约",
        of.of_causes("diversion"),
        0.04,
        0.20,
        Unit.SHARE,
        "Our closed form: 17 % at a horizon of 90 days past maturity; "
        "less here, for what is paid can be kept only before that",
        "闭式解：到期后 90 天期限内 17 %；此处只计付款前的失信，故更低",
    ),
    Anchor(
        "fraud_cause",
        "Defaults because of fraud",
        "因欺诈的违约",
        of.of_causes("fraud"),
        0.15,
        0.30,
        Unit.SHARE,
        "Our closed form: 23 %",
        "闭式解：23 %",
    ),
    Anchor(
        "office_cause",
        "Defaults because of mistakes in the office",
        "因操作差错的违约",
        of.of_causes("office"),
        0.03,
        0.12,
        Unit.SHARE,
        "Our choice: .15 % of requests, as overdue by mistake is rare and mostly noticed",
        "本项目设定：占申请的 0.15 %，操作性逾期少见且多能及时发现",
    ),
)

ORACLE = (
    Anchor(
        "full_auc",
        "AUC of the true PD, economy known",
        "真实违约概率的 AUC（已知宏观走势）",
        of.full_auc,
        0.78,
        0.88,
        Unit.NUMBER,
        "Our target .78 to .88 (closed form: .831): hard enough to be worth a model, not hopeless",
        "本项目目标 0.78–0.88（闭式解 0.831）：有难度但可学习",
    ),
    Anchor(
        "integrated_auc",
        "AUC of the true PD, economy averaged out",
        "真实违约概率的 AUC（对宏观走势取平均）",
        of.integrated_auc,
        0.78,
        0.88,
        Unit.NUMBER,
        "The same; no model can do better but by luck",
        "同上；任何模型除运气外不可能更好",
    ),
    Anchor(
        "state_auc",
        "AUC of the true PD, economy averaged out and fraud a chance",
        "真实违约概率的 AUC（对宏观走势与欺诈取平均）",
        of.state_auc,
        0.74,
        0.88,
        Unit.NUMBER,
        "Closed form, inputs independent: .807; planted frauds are chances by honesty in it",
        "独立输入的闭式解 0.807；其中欺诈按诚信程度计为概率",
    ),
)

FRAUD = (
    Anchor(
        "fraud_incidence",
        "Requests that are fraudulent",
        "欺诈申请占比",
        of.fraud_incidence,
        0.005,
        0.010,
        Unit.SHARE,
        "Our target: .5 to 1 %; no public statistics exist",
        "本项目目标 0.5–1 %；尚无公开统计",
    ),
    Anchor(
        "fraud_share_of_losses",
        "Losses to be expected from fraud, in money",
        "欺诈占预期损失的比例（按金额）",
        of.fraud_share_of_losses,
        0.15,
        0.35,
        Unit.SHARE,
        "Our target: 15 to 35 %; rare and large in practice (Chengxing 2019: over 30 bn yuan)",
        "本项目目标 15–35 %；实务中少而大（承兴系 2019：逾 300 亿元）",
    ),
)

LENDING = (
    Anchor(
        "approved_share",
        "Requests to us that we approve",
        "我方收到的申请的批准率",
        of.approved_share,
        0.78,
        0.83,
        Unit.SHARE,
        "Our choice: 80 % by the old scorecard, and a few at random",
        "本项目设定：旧评分卡批准 80 %，另有少量随机批准",
    ),
    Anchor(
        "random_share",
        "Requests approved whatever the score",
        "随机批准的申请",
        of.random_share,
        0.02,
        0.05,
        Unit.SHARE,
        "A study of selective labels, 2026: 2 to 5 % are enough to see what selection hides",
        "2026 年关于选择性标签的研究：2–5 % 足以识别选择偏差",
    ),
)

CREDIT = (
    Group("Defaults and contagion", "违约与传染", DEFAULTS),
    Group("Causes of default", "违约原因", CAUSES),
    Group("How well risk can be known", "风险可识别程度", ORACLE),
    Group("Fraud", "欺诈", FRAUD),
    Group("Our lending", "我方授信", LENDING),
)
"""Anchors of credit, by subject."""
