"""What the buyer owes now, and the rhythm of the trade with it."""

from __future__ import annotations

from features.claims_seen import seen
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source

NONE_KNOWN = "no claim on this buyer is known"

SQL = f"""
    WITH seen AS ({seen("buyer_day", ("buyer",))}),
    counts AS (
        SELECT buyer, day,
            COUNT(*) AS n,
            SUM(CASE WHEN day - issued_on <= 30 THEN 1 ELSE 0 END) AS issued_30,
            SUM(CASE WHEN day - issued_on <= 90 THEN 1 ELSE 0 END) AS issued_90,
            SUM(CASE WHEN day - issued_on <= 365 THEN 1 ELSE 0 END) AS issued_365,
            SUM(CASE WHEN day - issued_on <= 30 THEN face_minor END) AS face_30,
            SUM(CASE WHEN day - issued_on <= 365 THEN face_minor END) AS face_365,
            MIN(issued_on) AS first_issue, MAX(issued_on) AS last_issue,
            SUM(is_open) AS open_n,
            SUM(CASE WHEN is_open = 1 THEN face_minor END) AS open_face,
            SUM(CASE WHEN is_open = 1 AND past_days >= 2 THEN 1 ELSE 0 END) AS overdue_n,
            SUM(CASE WHEN is_open = 1 AND past_days >= 2 THEN face_minor ELSE 0 END)
                AS overdue_face,
            MAX(CASE WHEN is_open = 1 AND past_days >= 2 THEN LEAST(past_days - 1, 365) END)
                AS overdue_days,
            MAX(CASE WHEN past_days >= 2 AND late1 = 1 THEN due_on END) AS last_late1,
            MAX(CASE WHEN past_days >= 6 AND late5 = 1 THEN due_on END) AS last_late5
        FROM seen
        GROUP BY buyer, day
    )
    SELECT buyer, day,
        overdue_n AS buyer_overdue_claims,
        CASE WHEN open_face > 0 THEN CAST(overdue_face AS DOUBLE) / CAST(open_face AS DOUBLE) END
            AS buyer_overdue_share,
        COALESCE(overdue_days, 0) AS buyer_overdue_days,
        CAST(overdue_n AS DOUBLE) / CAST(GREATEST(issued_90, 1) AS DOUBLE) AS buyer_overdue_rate,
        open_n AS buyer_open_claims,
        CASE WHEN face_365 > 0
            THEN 12.0E0 * CAST(COALESCE(open_face, 0) AS DOUBLE) / CAST(face_365 AS DOUBLE) END
            AS buyer_open_months,
        CASE WHEN last_late1 IS NULL THEN 365 ELSE LEAST(day - last_late1, 365) END
            AS buyer_days_since_late1,
        CASE WHEN last_late5 IS NULL THEN 365 ELSE LEAST(day - last_late5, 365) END
            AS buyer_days_since_late5,
        CAST(LEAST(day - first_issue, 365) AS DOUBLE) / 30.4E0 AS buyer_months_known,
        issued_30 AS buyer_claims_30d,
        LEAST(day - last_issue, 365) AS buyer_days_since_claim,
        (CAST(issued_30 AS DOUBLE) + 1.0E0) / (CAST(issued_365 AS DOUBLE) / 12.0E0 + 1.0E0)
            AS buyer_claims_trend,
        CASE WHEN face_365 > 0
            THEN LN((1.0E0 + CAST(COALESCE(face_30, 0) AS DOUBLE))
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
