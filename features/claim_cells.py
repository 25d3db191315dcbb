"""SQL of cells: how claims of like amount and like term fare in the supplier's whole book."""

from __future__ import annotations

from features.rates import logit, running, shrunk

YEAR_DAYS = 365
AMOUNT_KAPPA = 20
CELL_KAPPA = 10
ALL = "-9.0E0"
"""Band that stands for every claim."""

AMOUNT_BAND = """CASE WHEN face_minor IS NULL THEN -1.0E0
    ELSE FLOOR(LN(CAST(GREATEST(face_minor, 5000) AS DOUBLE) / 100.0E0) / 0.7E0) END"""
"""Bands of amounts, each twice the one before; a missing amount is a band of its own."""

TERM_BAND = """CAST(CASE WHEN due_on - issued_on <= 14 THEN 14
    WHEN due_on - issued_on <= 30 THEN (due_on - issued_on) - (due_on - issued_on) % 2
    WHEN due_on - issued_on <= 60 THEN (due_on - issued_on) - (due_on - issued_on) % 5
    WHEN due_on - issued_on <= 180 THEN (due_on - issued_on) - (due_on - issued_on) % 15
    ELSE 180 END AS DOUBLE)"""
"""Bands of terms: two days wide to 30 days, five to 60, fifteen to 180."""

_BANDS = (("amount_band", ALL), (ALL, "term_band"), ("amount_band", "term_band"))


def _thrice(source: str, rest: str) -> str:
    return " UNION ALL ".join(
        f"SELECT supplier, {amount} AS amount_band, {term} AS term_band, {rest} FROM {source}"  # noqa: S608
        for amount, term in _BANDS
    )


def _joined(alias: str, amount: str, term: str) -> str:
    return (
        f"LEFT JOIN running AS {alias} ON {alias}.supplier = b.supplier AND {alias}.day = b.day "
        f"AND {alias}.amount_band = {amount} AND {alias}.term_band = {term}"
    )


CLAIM_CELL = f"""
    WITH claim AS (
        SELECT supplier, {AMOUNT_BAND} AS amount_band, {TERM_BAND} AS term_band,
            CASE WHEN settled_on IS NULL OR settled_on - due_on >= 5 THEN 1 ELSE 0 END AS late,
            GREATEST(from_day, due_on + 6) AS enters,
            LEAST(until_day, due_on + 6 + {YEAR_DAYS}) AS leaves
        FROM known_claim
    ),
    banded AS (
        SELECT row_no, receivable, supplier, day,
            {AMOUNT_BAND} AS amount_band, {TERM_BAND} AS term_band
        FROM asked
    ),
    stay AS ({_thrice("claim", "late, enters, leaves")}),
    point AS (SELECT DISTINCT * FROM ({_thrice("banded", "day")}) AS every_band),
    {running(("supplier", "amount_band", "term_band"))},
    rated AS (
        SELECT b.row_no, b.receivable, r.rate5_365 AS book_rate, c.n AS cell_n, c.x AS cell_x,
            {shrunk("a.x", "a.n", "r.rate5_365", AMOUNT_KAPPA)} AS amount_rate,
            {shrunk("t.x", "t.n", "r.rate5_365", AMOUNT_KAPPA)} AS term_rate
        FROM banded AS b
        JOIN supplier_rate AS r ON r.supplier = b.supplier AND r.day = b.day
        {_joined("a", "b.amount_band", ALL)}
        {_joined("t", ALL, "b.term_band")}
        {_joined("c", "b.amount_band", "b.term_band")}
    ),
    expected AS (
        SELECT *, 1.0E0 / (1.0E0 + EXP(-(
            {logit("amount_rate")} + {logit("term_rate")} - {logit("book_rate")}
        ))) AS both_rate
        FROM rated
    )
    SELECT row_no, receivable, book_rate, amount_rate, term_rate,
        {shrunk("cell_x", "cell_n", "both_rate", CELL_KAPPA)} AS cell_rate
    FROM expected
"""  # noqa: S608 - composed of literals
"""``claim_cell``: for each receivable asked for, the share of the supplier's claims 5 or more days
late over 365 days: of its amount band, of its term band, and of both together, each shrunk."""
