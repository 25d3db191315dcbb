"""The buyer's credit: its rating, what courts, lists and suppliers say of it, what it discloses.

A record is open until the day it is closed. Counts and sums of records are missing where courts and
lists weren't asked; a grave record that is known counts whoever was asked.
"""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import TOLD, Source
from features.subject import buyer_accounts, buyer_sources
from features.subject.rated import log_odds, rated
from features.subject.twelve_months import quotient

HALF_YEAR_DAYS, MONTHS = 182, 6
YEAR_DAYS = 365

GRAVE = ("dishonest_debtor", "bankruptcy", "bond_default", "bill_persistent_overdue")

SALES_CAUSES = (
    "sale",
    "sale contract",
    "买卖合同",
    "买卖合同纠纷",
    "分期付款买卖合同纠纷",
    "凭样品买卖合同纠纷",
    "试用买卖合同纠纷",
    "所有权保留买卖合同纠纷",
    "招标投标买卖合同纠纷",
    "互易纠纷",
    "国际货物买卖合同纠纷",
    "信息网络买卖合同纠纷",
)
"""Causes of action of sales; a suit whose cause isn't told is taken for one."""

OWNERSHIP = ("central_soe", "local_soe", "public_body", "lgfv", "private", "foreign")


def _one_of(names: tuple[str, ...]) -> str:
    quoted = ", ".join(f"'{name}'" for name in names)
    return f"({quoted})"


_CLASS = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(OWNERSHIP, start=1))

_MONTH = f"FLOOR(CAST(age_days * {MONTHS} AS DOUBLE) / {HALF_YEAR_DAYS}.0E0)"
"""Which of six equal parts of the half-year a record was opened in."""

SQL = f"""
    WITH {rated("buyer_day", "buyer")},
    record AS (
        SELECT k.buyer, k.day, a.adverse, a.amount_minor, a.role, a.cause,
            k.day - a.opened_on AS age_days,
            CASE WHEN a.closed_on <= k.day THEN 0 ELSE 1 END AS is_open
        FROM buyer_day AS k
        JOIN known_adverse_record AS a
            ON a.party = k.buyer AND a.from_day <= k.day AND k.day < a.until_day
        WHERE a.opened_on <= k.day
    ),
    recorded AS (
        SELECT buyer, day,
            COUNT(DISTINCT CASE WHEN adverse = 'bill_overdue' AND age_days < {HALF_YEAR_DAYS}
                THEN {_MONTH} END) AS overdue_months,
            MAX(CASE WHEN adverse IN {_one_of(GRAVE)} AND is_open = 1 THEN 1 ELSE 0 END) AS grave,
            COUNT(CASE WHEN adverse = 'enforcement' AND is_open = 1 THEN 1 END) AS enforced,
            SUM(CASE WHEN adverse = 'enforcement' AND is_open = 1 THEN amount_minor END)
                AS enforced_minor,
            COUNT(CASE WHEN adverse = 'lawsuit' AND role = 'defendant' AND age_days < {YEAR_DAYS}
                AND (cause IS NULL OR cause IN {_one_of(SALES_CAUSES)}) THEN 1 END) AS suits,
            COUNT(CASE WHEN adverse = 'sme_arrears_complaint' AND age_days < {YEAR_DAYS}
                THEN 1 END) AS complaints
        FROM record
        GROUP BY buyer, day
    ),
    disclosure AS (
        SELECT k.buyer, k.day, d.overdue_minor, d.suppliers,
            ROW_NUMBER() OVER (
                PARTITION BY k.buyer, k.day ORDER BY d.period_end DESC, d.seq DESC
            ) AS place
        FROM buyer_day AS k
        JOIN known_payment_disclosure AS d
            ON d.party = k.buyer AND d.from_day <= k.day AND k.day < d.until_day
    ),
    told AS (
        SELECT s.buyer, s.day, r.grave,
            CASE WHEN s.courts_state {TOLD} THEN 1 ELSE 0 END AS is_told,
            CASE WHEN s.courts_state {TOLD} THEN COALESCE(r.overdue_months, 0) END
                AS overdue_months,
            CASE WHEN NOT s.courts_state {TOLD} THEN NULL
                WHEN COALESCE(r.enforced, 0) = 0 THEN 0 ELSE r.enforced_minor END AS enforced_minor,
            CASE WHEN s.courts_state {TOLD} THEN COALESCE(r.suits, 0) END AS suits,
            CASE WHEN s.courts_state {TOLD} THEN COALESCE(r.complaints, 0) END AS complaints
        FROM made_buyer_sources AS s
        LEFT JOIN recorded AS r ON r.buyer = s.buyer AND r.day = s.day
    )
    SELECT t.buyer, t.day,
        {log_odds("rating.pd_ppm")} AS buyer_logit_pd,
        rating.notch_change AS buyer_notch_change_12m,
        CASE p.ownership {_CLASS} END AS buyer_ownership,
        t.overdue_months AS buyer_bill_overdue_6m,
        CASE WHEN t.grave = 1 THEN 1 WHEN t.is_told = 1 THEN 0 END AS buyer_severe_adverse,
        {quotient("t.enforced_minor", "a.buyer_equity_minor")} AS buyer_enforce_ratio,
        1.0E11 * {quotient("t.suits", "a.buyer_revenue_minor")} AS buyer_sales_suits_12m,
        1000.0E0 * {quotient("t.complaints", "d.suppliers")} AS buyer_sme_complaints_12m,
        1.0E11 * {quotient("t.complaints", "a.buyer_revenue_minor")} AS buyer_complaints_by_revenue,
        {
    quotient(
        "COALESCE(d.overdue_minor, a.buyer_sme_overdue_minor)", "a.buyer_accounts_payable_minor"
    )
} AS buyer_disclosed_overdue
    FROM told AS t
    LEFT JOIN rating ON rating.party = t.buyer AND rating.day = t.day
    LEFT JOIN known_profile AS p
        ON p.party = t.buyer AND p.from_day <= t.day AND t.day < p.until_day
    LEFT JOIN made_buyer_accounts AS a ON a.buyer = t.buyer AND a.day = t.day
    LEFT JOIN disclosure AS d ON d.buyer = t.buyer AND d.day = t.day AND d.place = 1
"""  # noqa: S608 - composed of literals

NOT_ASKED = "courts and lists weren't asked about the buyer"

RELATION = Relation(
    name="buyer_credit",
    credit=Credit.SUBJECT,
    grain=Grain.BUYER,
    sql=SQL,
    needs=(Source.COURTS,),
    after=(buyer_sources.RELATION, buyer_accounts.RELATION),
    features=(
        Feature(
            "buyer_logit_pd",
            "log-odds of default in twelve months by the rating in force: the lender's own, else "
            "an agency's, else a shadow rating; the chance from one to 999,999 in a million",
            Risk.RISES,
            "log-odds",
            "no rating in force tells a chance of default",
            "RS01",
            "log-odds of the buyer's default by its rating: {value}",
            "买方评级对应违约对数几率：{value}",
            "S01",
            needs=(Source.RATINGS,),
        ),
        Feature(
            "buyer_notch_change_12m",
            "notch of the rating in force (1 best) less that of the same agency and scale in force "
            "365 days before, as known now",
            Risk.RISES,
            "notches",
            "no rating in force has a notch, or none was in force a year ago",
            "RS02",
            "notches by which the buyer's rating fell in a year: {value}",
            "买方评级一年内下调级数：{value}",
            "S02",
            needs=(Source.RATINGS,),
        ),
        Feature(
            "buyer_ownership",
            "class of owner: 1 central state, 2 local state, 3 public body, 4 financing vehicle of "
            "a local government, 5 private, 6 foreign",
            Risk.FREE,
            "class",
            "the owner isn't known",
            "RS01",
            "class of the buyer's owner: {value}",
            "买方所有制类别：{value}",
            "S13",
            needs=(Source.BOOK,),
        ),
        Feature(
            "buyer_bill_overdue_6m",
            "in how many of six equal parts of the last 182 days the buyer was listed as an "
            "acceptor of overdue bills",
            Risk.RISES,
            "count",
            NOT_ASKED,
            "RS03",
            "months of six in which the buyer was listed for overdue bills: {value}",
            "近六个月买方列入承兑人逾期名单的月数：{value}",
            "S14",
        ),
        Feature(
            "buyer_severe_adverse",
            "1 where an open record says that the buyer is a dishonest debtor, bankrupt, in "
            "default on a bond or persistently overdue on bills, else 0",
            Risk.RISES,
            "0/1",
            f"{NOT_ASKED}, and no such record is known",
            "RS01",
            "the buyer has an open grave record: {value}",
            "买方存在未了结的严重不良记录：{value}",
            "S16",
        ),
        Feature(
            "buyer_enforce_ratio",
            "amounts of open enforcements against the buyer, where told, over its equity",
            Risk.RISES,
            "ratio",
            f"{NOT_ASKED}, no amount is told, or equity isn't known or above 0",
            "RS01",
            "open enforcements over the buyer's equity: {value}",
            "买方未结执行金额对净资产比：{value}",
            "S17",
            needs=(Source.COURTS, Source.ACCOUNTS),
        ),
        Feature(
            "buyer_sales_suits_12m",
            "suits of 365 days with the buyer as defendant over a contract of sale, or of a cause "
            "not told, for each thousand million currency units of its yearly revenue",
            Risk.RISES,
            "per thousand million",
            f"{NOT_ASKED}, or its revenue isn't known or above 0",
            "RS04",
            "suits over sales for each thousand million of the buyer's revenue: {value}",
            "买方每十亿元营收的买卖合同被诉件数：{value}",
            "S18",
            needs=(Source.COURTS, Source.ACCOUNTS),
        ),
        Feature(
            "buyer_sme_complaints_12m",
            "complaints of small suppliers in 365 days for each thousand suppliers that the buyer "
            "disclosed last",
            Risk.RISES,
            "per 1,000 suppliers",
            f"{NOT_ASKED}, or the number of its suppliers isn't disclosed or above 0",
            "RS04",
            "arrears complaints for each thousand suppliers of the buyer: {value}",
            "买方每千家供应商的拖欠投诉件数：{value}",
            "S19",
            needs=(Source.COURTS, Source.DISCLOSURES),
        ),
        Feature(
            "buyer_complaints_by_revenue",
            "complaints of small suppliers in 365 days for each thousand million currency units "
            "of the buyer's yearly revenue",
            Risk.RISES,
            "per thousand million",
            f"{NOT_ASKED}, or its revenue isn't known or above 0",
            "RS04",
            "arrears complaints for each thousand million of the buyer's revenue: {value}",
            "买方每十亿元营收的拖欠投诉件数：{value}",
            "S19",
            needs=(Source.COURTS, Source.ACCOUNTS),
        ),
        Feature(
            "buyer_disclosed_overdue",
            "overdue payables to small suppliers, by the last disclosure or else the statements, "
            "over accounts payable",
            Risk.RISES,
            "ratio",
            "neither tells them, or accounts payable aren't known or above 0",
            "RS04",
            "overdue payables to small suppliers over the buyer's payables: {value}",
            "买方披露逾期中小企业账款占应付账款比：{value}",
            "S20",
            needs=(Source.ACCOUNTS,),
        ),
    ),
)
