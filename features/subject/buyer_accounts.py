"""The buyer's accounts: what it owes, owns and earns by its last twelve months of statements.

Which statements these are says ``features.subject.twelve_months``. A quotient whose divisor isn't
above 0 is missing. Interest-bearing debt is short-term debt, the current part of long-term debt,
long-term debt and bonds.
"""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source
from features.subject.twelve_months import (
    listed,
    over_mean,
    quotient,
    twelve_months,
    within,
)

CONCEPTS = (
    "cash",
    "restricted_cash",
    "current_assets",
    "short_term_debt",
    "notes_payable",
    "accounts_payable",
    "current_part_of_long_term_debt",
    "current_liabilities",
    "long_term_debt",
    "bonds",
    "retained_earnings",
    "revenue",
    "cost_of_goods_sold",
    "interest_expense",
    "ebit",
    "net_profit",
    "operating_cash_flow",
    "external_guarantees",
    "sme_payables_overdue",
)

BEFORE = ("total_assets", "notes_payable", "accounts_payable", "cost_of_goods_sold")

_SHORT = listed("short_term_debt", "notes_payable", "current_part_of_long_term_debt")
_DEBT = listed("short_term_debt", "current_part_of_long_term_debt", "long_term_debt", "bonds")

SQL = f"""
    WITH {twelve_months("buyer_day", "buyer", CONCEPTS, BEFORE)},
    summed AS (
        SELECT party AS buyer, day, total_assets, total_assets_before, total_liabilities, equity,
            cash - COALESCE(restricted_cash, 0) AS free_cash, current_assets, current_liabilities,
            retained_earnings, revenue, cost_of_goods_sold, cost_of_goods_sold_before,
            interest_expense, ebit, net_profit, operating_cash_flow, external_guarantees,
            sme_payables_overdue, accounts_payable, {_SHORT} AS short_debt, {_DEBT} AS debt,
            {listed("accounts_payable", "notes_payable")} AS payables,
            {listed("accounts_payable_before", "notes_payable_before")} AS payables_before
        FROM account
    ),
    measured AS (
        SELECT buyer, day, total_assets, equity, revenue, accounts_payable, payables,
            sme_payables_overdue,
            {quotient("current_assets - current_liabilities", "total_assets")} AS working_capital,
            {quotient("retained_earnings", "total_assets")} AS retained,
            {quotient("ebit", "total_assets")} AS earned,
            {quotient("equity", "total_liabilities")} AS owned,
            {quotient("total_liabilities", "total_assets")} AS leverage,
            {quotient("free_cash", "short_debt")} AS liquid,
            {quotient("current_assets", "current_liabilities")} AS current_ratio,
            {quotient("operating_cash_flow", "debt")} AS flow,
            {quotient("ebit", "interest_expense")} AS cover,
            {over_mean("net_profit", "total_assets", "total_assets_before")} AS profit,
            {quotient("365 * payables", "cost_of_goods_sold")} AS days_now,
            {quotient("365 * payables_before", "cost_of_goods_sold_before")} AS days_before,
            {quotient("365 * (payables + payables_before)", "2 * cost_of_goods_sold")}
                AS days_usual,
            {quotient("external_guarantees", "equity")} AS contingent
        FROM summed
    )
    SELECT buyer, day,
        6.56E0 * working_capital + 3.26E0 * retained + 6.72E0 * earned + 1.05E0 * owned
            AS buyer_zscore2,
        leverage AS buyer_leverage,
        liquid AS buyer_cash_std,
        {within("current_ratio", most=5.0)} AS buyer_current_ratio,
        flow AS buyer_ocf_debt,
        {within("cover", least=-5.0, most=20.0)} AS buyer_icr,
        profit AS buyer_roa,
        COALESCE(days_usual, days_now) AS buyer_dpo,
        days_now - days_before AS buyer_dpo_chg,
        CASE WHEN total_assets > 0 THEN LN(CAST(total_assets AS DOUBLE) / 100.0E0) END
            AS buyer_size,
        contingent AS buyer_contingent,
        revenue AS buyer_revenue_minor,
        equity AS buyer_equity_minor,
        accounts_payable AS buyer_accounts_payable_minor,
        payables AS buyer_payables_minor,
        sme_payables_overdue AS buyer_sme_overdue_minor
    FROM measured
"""  # noqa: S608 - composed of literals


def _account(
    name: str,
    definition: str,
    risk: Risk,
    unit: str,
    missing: str,
    reason: str,
    en: str,
    zh: str,
    code: str,
) -> Feature:
    return Feature(
        name,
        definition,
        risk,
        unit,
        f"no twelve months of statements are known, or in them {missing}",
        reason,
        f"{en}: {{value}}",
        f"{zh}：{{value}}",
        code,
    )


RELATION = Relation(
    name="buyer_accounts",
    credit=Credit.SUBJECT,
    grain=Grain.BUYER,
    sql=SQL,
    needs=(Source.ACCOUNTS,),
    measures=(
        "buyer_revenue_minor",
        "buyer_equity_minor",
        "buyer_accounts_payable_minor",
        "buyer_payables_minor",
        "buyer_sme_overdue_minor",
    ),
    features=(
        _account(
            "buyer_zscore2",
            "Altman's Z'': 6.56 times working capital, 3.26 times retained earnings and 6.72 times "
            "EBIT over total assets, and 1.05 times equity over liabilities",
            Risk.FALLS,
            "points",
            "one of these isn't told, or assets or liabilities aren't above 0",
            "RS01",
            "the buyer's Z-score from its accounts",
            "买方财务Z值",
            "S03",
        ),
        _account(
            "buyer_leverage",
            "liabilities over total assets",
            Risk.RISES,
            "ratio",
            "either isn't told, or assets aren't above 0",
            "RS01",
            "the buyer's liabilities over its assets",
            "买方资产负债率",
            "S04",
        ),
        _account(
            "buyer_cash_std",
            "cash less restricted cash, over short-term debt, notes payable and the current part "
            "of long-term debt",
            Risk.FALLS,
            "multiple",
            "cash isn't told, or there is no such debt",
            "RS01",
            "the buyer's free cash over its short-term debt",
            "买方非受限现金对短期债务倍数",
            "S05",
        ),
        _account(
            "buyer_current_ratio",
            "current assets over current liabilities, at most 5",
            Risk.FALLS,
            "multiple",
            "either isn't told, or current liabilities aren't above 0",
            "RS01",
            "the buyer's current assets over its current liabilities",
            "买方流动比率",
            "S06",
        ),
        _account(
            "buyer_ocf_debt",
            "operating cash flow of twelve months over interest-bearing debt",
            Risk.FALLS,
            "ratio",
            "the cash flow isn't told, or there is no such debt",
            "RS01",
            "the buyer's operating cash flow over its debt",
            "买方经营现金流对有息负债比",
            "S07",
        ),
        _account(
            "buyer_icr",
            "EBIT over interest of twelve months, between -5 and 20",
            Risk.FALLS,
            "multiple",
            "either isn't told, or interest isn't above 0",
            "RS01",
            "the buyer's earnings over its interest",
            "买方利息保障倍数",
            "S08",
        ),
        _account(
            "buyer_roa",
            "net profit of twelve months over the mean of total assets at their beginning and "
            "end, or over those at the end where the others aren't known",
            Risk.FALLS,
            "ratio",
            "profit or assets aren't told, or assets aren't above 0",
            "RS01",
            "the buyer's profit over its assets",
            "买方总资产收益率",
            "S09",
        ),
        _account(
            "buyer_dpo",
            "365 times accounts and notes payable, mean of the beginning and end of twelve months "
            "or at the end where the others aren't known, over their costs of goods sold",
            Risk.RISES,
            "days",
            "payables or costs aren't told, or costs aren't above 0",
            "RS02",
            "days of purchases that the buyer owes",
            "买方应付账款周转天数",
            "S10",
        ),
        _account(
            "buyer_dpo_chg",
            "365 times accounts and notes payable at the end of twelve months over their costs of "
            "goods sold, less the same of the twelve months before",
            Risk.RISES,
            "days",
            "payables or costs of either year aren't told, or costs aren't above 0",
            "RS02",
            "change of the days of purchases that the buyer owes",
            "买方应付账款周转天数变动",
            "S11",
        ),
        _account(
            "buyer_size",
            "ln of total assets",
            Risk.FALLS,
            "ln of currency units",
            "assets aren't told, or not above 0",
            "RS07",
            "the buyer's total assets",
            "买方总资产",
            "S12",
        ),
        _account(
            "buyer_contingent",
            "guarantees given for others, over equity",
            Risk.RISES,
            "ratio",
            "either isn't told, or equity isn't above 0",
            "RS01",
            "the buyer's guarantees for others over its equity",
            "买方对外担保对净资产比",
            "S22",
        ),
    ),
)
