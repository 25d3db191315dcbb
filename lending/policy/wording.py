"""Observed values and thresholds in words, English and Chinese."""

from __future__ import annotations

from ledger.money import decimal_amount
from lending.policy.rule import Unit

ZH: dict[str, str] = {
    "supplier": "供应商",
    "buyer": "买方",
    "request": "申请",
    "revoked": "吊销",
    "deregistered": "注销",
    "moved_out": "迁出",
    "abnormal": "异常",
    "not_found": "查无",
    "void": "作废",
    "full_red": "全额红冲",
    "part_red": "部分红冲",
    "exact": "完全",
    "description": "描述",
    "floating": "浮动",
    "behind_by_notice": "按通知先后居后",
    "shared_by_notice": "同日通知",
    "shared_by_amount": "按融资额比例受偿",
    "expired": "已过期",
    "withdrawn": "已撤回",
    "missing": "缺失",
    "unpaid_certificate": "到期凭证未付",
    "dishonest_debtor": "失信被执行人",
    "enforcement": "被执行人",
    "lawsuit": "诉讼",
    "bankruptcy": "破产",
    "abnormal_operation": "经营异常",
    "serious_illegal": "严重违法",
    "tax_arrears": "欠税",
    "admin_penalty": "行政处罚",
    "env_penalty": "环保处罚",
    "bill_overdue": "票据逾期",
    "bill_persistent_overdue": "票据持续逾期",
    "bond_default": "债券违约",
    "consumption_ban": "限制高消费",
    "equity_frozen": "股权冻结",
    "asset_preservation": "财产保全",
    "sme_arrears_complaint": "拖欠中小企业款项投诉",
    "key_person_change": "关键人员变更",
    "sanctions": "制裁",
    "psi": "数据分布漂移",
    "model_expired": "模型已过期",
}
"""Words of the ledger in Chinese; a key or a number stays as it is."""


def in_english(value: str | float | None, unit: Unit, currency: str) -> str:
    """A value with its unit: ``25 %``, ``1,200.00 CNY``, ``dishonest debtor``."""
    if isinstance(value, str):
        return value.replace("_", " ") if value in ZH else value
    return _number(value, unit, currency)


def in_chinese(value: str | float | None, unit: Unit, currency: str) -> str:
    """The same in Chinese."""
    return ZH.get(value, value) if isinstance(value, str) else _number(value, unit, currency)


def _number(value: float | None, unit: Unit, currency: str) -> str:
    if value is None:
        return ""
    if unit is Unit.SHARE:
        return f"{value * 100:.4g} %"
    if unit is not Unit.MINOR:
        return str(value)
    return f"{decimal_amount(int(value), currency):,} {currency}" if currency else f"{value:,}"
