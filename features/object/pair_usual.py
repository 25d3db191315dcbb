"""What is usual between supplier and buyer: numbers for what compares a request with it.

A pair without a claim in 24 months is compared with the buyer's claims on all its suppliers. Only
then are those looked at, so that a large buyer costs nothing where the pair has a history.
"""

from __future__ import annotations

from features.claims_seen import LONGEST_TERM_DAYS
from features.feature import Credit, Grain, Relation
from features.sources import Source

AGED_DAYS = 60
"""An open claim past due by more days is told apart: so much of a pool ages the rest."""

_OF_CLAIM = f"""LEAST(c.term_days, {LONGEST_TERM_DAYS}) AS term_days,
            LN(CAST(NULLIF(c.face_minor, 0) AS DOUBLE)) AS ln_amount"""

_IN_24_MONTHS = "c.issued_on <= k.day AND k.day - c.issued_on < 730"

SQL = f"""
    WITH seen AS (
        SELECT k.supplier, k.buyer, k.day, c.term_days, c.face_minor, c.issued_on, c.due_on,
            c.settled_on
        FROM pair_day AS k
        JOIN known_claim AS c ON c.supplier = k.supplier AND c.buyer = k.buyer
            AND c.from_day <= k.day AND k.day < c.until_day AND c.issued_on <= k.day
    ),
    total AS (
        SELECT supplier, buyer, day,
            CAST(SUM(CASE WHEN day - issued_on < 365 THEN face_minor END) AS DOUBLE)
                AS pair_sales_12m_minor,
            CAST(SUM(CASE WHEN settled_on IS NULL THEN face_minor END) AS DOUBLE)
                AS pair_open_minor,
            CAST(SUM(CASE WHEN settled_on IS NULL AND day - 1 - due_on > {AGED_DAYS}
                THEN face_minor END) AS DOUBLE) AS pair_past_due_minor
        FROM seen
        GROUP BY supplier, buyer, day
    ),
    unnamed AS (
        SELECT k.supplier, k.buyer, k.day,
            CAST(SUM(p.amount_minor) AS DOUBLE) AS pair_unnamed_minor
        FROM pair_day AS k
        JOIN known_payment AS p ON p.payee = k.supplier AND p.payer = k.buyer
            AND p.receivable IS NULL AND p.paid_on <= k.day
            AND p.from_day <= k.day AND k.day < p.until_day
        GROUP BY k.supplier, k.buyer, k.day
    ),
    own AS (
        SELECT c.supplier, c.buyer, c.day, {_OF_CLAIM}
        FROM seen AS c
        WHERE c.day - c.issued_on < 730
    ),
    traded AS (SELECT DISTINCT supplier, buyer, day FROM own),
    untraded AS (
        SELECT DISTINCT k.buyer, k.day
        FROM pair_day AS k
        LEFT JOIN traded AS t
            ON t.supplier = k.supplier AND t.buyer = k.buyer AND t.day = k.day
        WHERE t.day IS NULL
    ),
    basis AS (
        SELECT supplier AS whose, buyer, day, term_days, ln_amount FROM own
        UNION ALL
        SELECT '' AS whose, k.buyer, k.day, {_OF_CLAIM}
        FROM untraded AS k
        JOIN known_claim AS c ON c.buyer = k.buyer
            AND c.from_day <= k.day AND k.day < c.until_day AND {_IN_24_MONTHS}
    ),
    middle AS (
        SELECT whose, buyer, day, MEDIAN(term_days) AS term_days, MEDIAN(ln_amount) AS ln_amount
        FROM basis
        GROUP BY whose, buyer, day
    ),
    spread AS (
        SELECT b.whose, b.buyer, b.day, MEDIAN(ABS(b.ln_amount - m.ln_amount)) AS mad
        FROM basis AS b
        JOIN middle AS m ON m.whose = b.whose AND m.buyer = b.buyer AND m.day = b.day
        GROUP BY b.whose, b.buyer, b.day
    )
    SELECT k.supplier, k.buyer, k.day, total.pair_sales_12m_minor, total.pair_open_minor,
        total.pair_past_due_minor, unnamed.pair_unnamed_minor,
        CAST(m.term_days AS DOUBLE) AS usual_term_days, m.ln_amount AS usual_ln_amount,
        spread.mad AS usual_ln_mad
    FROM pair_day AS k
    LEFT JOIN total ON total.supplier = k.supplier AND total.buyer = k.buyer
        AND total.day = k.day
    LEFT JOIN unnamed ON unnamed.supplier = k.supplier AND unnamed.buyer = k.buyer
        AND unnamed.day = k.day
    LEFT JOIN traded AS t ON t.supplier = k.supplier AND t.buyer = k.buyer AND t.day = k.day
    LEFT JOIN middle AS m ON m.whose = COALESCE(t.supplier, '') AND m.buyer = k.buyer
        AND m.day = k.day
    LEFT JOIN spread ON spread.whose = COALESCE(t.supplier, '') AND spread.buyer = k.buyer
        AND spread.day = k.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="pair_usual",
    credit=Credit.OBJECT,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.BOOK,),
    measures=(
        "usual_term_days",
        "usual_ln_amount",
        "usual_ln_mad",
        "pair_sales_12m_minor",
        "pair_open_minor",
        "pair_past_due_minor",
        "pair_unnamed_minor",
    ),
    features=(),
)
