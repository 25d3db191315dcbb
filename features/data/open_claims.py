"""What the buyer owes now, and the rhythm of the trade with it."""

from __future__ import annotations

from features.buyer_owed import LASTING, OWED, REVISED, YEAR
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source

NONE_KNOWN = "no claim on this buyer is known"

SQL = f"""
    WITH owed AS ({OWED}),
    lasting AS ({LASTING}),
    revised AS (
        SELECT buyer, day, MIN(issued_on) AS first_issue, MAX(issued_on) AS last_issue
        FROM ({REVISED}) AS r
        GROUP BY buyer, day
    ),
    lately AS (
        SELECT buyer, day,
            MIN(CASE WHEN is_open = 1 THEN due_on END) AS overdue_on,
            MAX(CASE WHEN late1 = 1 THEN due_on END) AS late1_on,
            MAX(CASE WHEN past_days >= 6 AND late5 = 1 THEN due_on END) AS late5_on
        FROM passing_claim
        GROUP BY buyer, day
    ),
    counts AS (
        SELECT i.*, o.open_n, o.open_face, o.overdue_n, o.overdue_face,
            CASE WHEN o.overdue_year > 0 THEN {YEAR}
                ELSE i.day - 1 - LEAST(l.overdue_on, p.overdue_on) END AS overdue_days,
            LEAST(i.day - GREATEST(l.late1_on, p.late1_on), {YEAR}) AS since_late1,
            LEAST(i.day - GREATEST(l.late5_on, p.late5_on), {YEAR}) AS since_late5,
            CASE WHEN o.old_n > 0 THEN {YEAR}
                ELSE i.day - LEAST(l.first_issue, r.first_issue) END AS since_first,
            LEAST(i.day - GREATEST(l.last_issue, r.last_issue), {YEAR}) AS since_last
        FROM buyer_issued AS i
        JOIN owed AS o ON o.buyer = i.buyer AND o.day = i.day
        JOIN lasting AS l ON l.buyer = i.buyer AND l.day = i.day
        LEFT JOIN lately AS p ON p.buyer = i.buyer AND p.day = i.day
        LEFT JOIN revised AS r ON r.buyer = i.buyer AND r.day = i.day
    )
    SELECT buyer, day,
        overdue_n AS buyer_overdue_claims,
        CASE WHEN open_face > 0 THEN CAST(overdue_face AS DOUBLE) / CAST(open_face AS DOUBLE) END
            AS buyer_overdue_share,
        COALESCE(overdue_days, 0) AS buyer_overdue_days,
        CAST(overdue_n AS DOUBLE) / CAST(GREATEST(issued_90, 1) AS DOUBLE) AS buyer_overdue_rate,
        open_n AS buyer_open_claims,
        CASE WHEN face_365 > 0 THEN 12.0E0 * CAST(open_face AS DOUBLE) / CAST(face_365 AS DOUBLE)
            END AS buyer_open_months,
        COALESCE(since_late1, {YEAR}) AS buyer_days_since_late1,
        COALESCE(since_late5, {YEAR}) AS buyer_days_since_late5,
        CAST(since_first AS DOUBLE) / 30.4E0 AS buyer_months_known,
        issued_30 AS buyer_claims_30d,
        COALESCE(since_last, {YEAR}) AS buyer_days_since_claim,
        (CAST(issued_30 AS DOUBLE) + 1.0E0) / (CAST(issued_365 AS DOUBLE) / 12.0E0 + 1.0E0)
            AS buyer_claims_trend,
        CASE WHEN face_365 > 0
            THEN LN((1.0E0 + CAST(face_30 AS DOUBLE))
                / (1.0E0 + CAST(face_365 AS DOUBLE) / 12.0E0)) END AS buyer_amount_trend
    FROM counts
"""  # noqa: S608 - composed of literals


def _feature(
    name: str, risk: Risk, unit: str, reason: str, definition: str, en: str, zh: str, code: str = ""
) -> Feature:
    return Feature(
        name,
        definition,
        risk,
        unit,
        NONE_KNOWN,
        reason,
        f"{en}: {{value}}",
        f"{zh}：{{value}}",
        code,
    )


RELATION = Relation(
    name="open_claims",
    credit=Credit.DATA,
    grain=Grain.BUYER,
    sql=SQL,
    needs=(Source.BANK,),
    features=(
        _feature(
            "buyer_overdue_claims",
            Risk.FREE,
            "count",
            "RD12",
            "open claims on the buyer known to be past due",
            "open claims past due",
            "逾期未付账款笔数",
        ),
        _feature(
            "buyer_overdue_share",
            Risk.FREE,
            "share",
            "RD12",
            "past-due share of the open face on the buyer",
            "past-due share of what is open",
            "未付账款中逾期占比",
        ),
        _feature(
            "buyer_overdue_days",
            Risk.FREE,
            "days",
            "RD12",
            "days past due of the oldest open claim, at most 365; 0 where none is past due",
            "oldest open claim, days past due",
            "最久逾期天数",
        ),
        _feature(
            "buyer_overdue_rate",
            Risk.FREE,
            "ratio",
            "RD12",
            "open claims past due over claims issued in 90 days",
            "past-due claims against recent ones",
            "逾期笔数与近期笔数之比",
        ),
        _feature(
            "buyer_open_claims",
            Risk.FREE,
            "count",
            "RD03",
            "open claims on the buyer, due or not",
            "open claims",
            "未付账款笔数",
        ),
        _feature(
            "buyer_open_months",
            Risk.FREE,
            "months",
            "RD03",
            "open face over a month's average face of the last 365 days",
            "open amount in months of trade",
            "未付金额折合交易月数",
        ),
        _feature(
            "buyer_days_since_late1",
            Risk.FREE,
            "days",
            "RD04",
            "days since the due date of the last late claim, paid or open, at most 365; 365 where "
            "there is none",
            "days since a claim was late",
            "距最近一次逾期天数",
        ),
        _feature(
            "buyer_days_since_late5",
            Risk.FREE,
            "days",
            "RD04",
            "the same for 5 or more days late",
            "days since a claim was 5+ days late",
            "距最近一次逾期5天以上天数",
        ),
        _feature(
            "buyer_months_known",
            Risk.FREE,
            "months",
            "RD07",
            "months of 30.4 days since the first claim on the buyer, at most 365 days",
            "months of trade known",
            "已知交易月数",
        ),
        _feature(
            "buyer_claims_30d",
            Risk.FREE,
            "count",
            "RD03",
            "claims on the buyer issued in 30 days",
            "claims in 30 days",
            "近30天账款笔数",
        ),
        _feature(
            "buyer_days_since_claim",
            Risk.FREE,
            "days",
            "RD03",
            "days since the last claim on the buyer, at most 365",
            "days since the last claim",
            "距上一笔账款天数",
            "D14",
        ),
        _feature(
            "buyer_claims_trend",
            Risk.FREE,
            "ratio",
            "RD03",
            "claims issued in 30 days against a month's average of 365 days, one added to each",
            "recent number of claims against the average",
            "近期笔数与月均之比",
        ),
        _feature(
            "buyer_amount_trend",
            Risk.FREE,
            "ln of a ratio",
            "RD03",
            "ln of the face issued in 30 days over a month's average of 365 days, a minor unit "
            "added to each",
            "recent amount as a multiple of the average",
            "近期金额为月均的倍数",
        ),
    ),
)
