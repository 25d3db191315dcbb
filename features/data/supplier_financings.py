"""How earlier financings of the supplier went: asked for, repaid, and what became of the invoices.

A financing without a lender is one of this book. It has ended on the day its outcome says, else
when repayments reach its principal; while it is open it is late by the days since it matured, less
the one whose repayments aren't known yet.
"""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import TOLD, Source
from features.views import MICROS_A_DAY

NONE_HERE = "no financing of this book has matured or ended"

SQL = f"""
    WITH asking AS (
        SELECT k.supplier, k.day,
            SUM(CASE WHEN k.day - q.requested_on < 30 THEN 1 ELSE 0 END) AS n_30, COUNT(*) AS n_365
        FROM supplier_day AS k
        JOIN known_financing_request AS q ON q.supplier = k.supplier
            AND q.from_day <= k.day AND k.day < q.until_day
            AND k.day - q.requested_on BETWEEN 0 AND 364
        GROUP BY k.supplier, k.day
    ),
    lent AS (
        SELECT k.supplier, k.day, f.ref AS financing, f.financing_request AS request,
            f.drawn_on, f.matures_on, f.amount_minor
        FROM supplier_day AS k
        JOIN known_financing AS f ON f.supplier = k.supplier AND f.lender IS NULL
            AND f.from_day <= k.day AND k.day < f.until_day
    ),
    back AS (
        SELECT l.supplier, l.day, l.financing, MAX(r.repaid_on) AS last_on,
            SUM(r.amount_minor) AS minor,
            SUM(CASE WHEN r.payer = 'buyer' THEN r.amount_minor ELSE 0 END) AS by_buyer
        FROM lent AS l
        JOIN known_repayment AS r ON r.financing = l.financing
            AND r.from_day <= l.day AND l.day < r.until_day
        GROUP BY l.supplier, l.day, l.financing
    ),
    told AS (
        SELECT l.supplier, l.day, l.financing, MIN(o.settled_on) AS settled_on,
            MAX(COALESCE(o.worst_dpd_days, 0)) AS worst,
            MAX(COALESCE(o.past_maturity_days, 0)) AS past
        FROM lent AS l
        JOIN known_outcome AS o ON o.financing = l.financing
            AND o.from_day <= l.day AND l.day < o.until_day
        GROUP BY l.supplier, l.day, l.financing
    ),
    ending AS (
        SELECT l.supplier, l.day, l.matures_on, b.minor, b.by_buyer,
            COALESCE(t.worst, 0) AS worst, COALESCE(t.past, 0) AS past,
            CASE WHEN t.settled_on IS NOT NULL THEN t.settled_on
                WHEN b.minor >= l.amount_minor THEN b.last_on END AS ended_on
        FROM lent AS l
        LEFT JOIN back AS b
            ON b.supplier = l.supplier AND b.day = l.day AND b.financing = l.financing
        LEFT JOIN told AS t
            ON t.supplier = l.supplier AND t.day = l.day AND t.financing = l.financing
    ),
    record AS (
        SELECT supplier, day,
            MAX(CASE WHEN ended_on IS NOT NULL OR day - matures_on >= 2 THEN LEAST(365, GREATEST(
                0, worst, past, COALESCE(ended_on, day - 1) - matures_on)) END) AS worst_dpd,
            SUM(minor) AS minor, SUM(by_buyer) AS by_buyer
        FROM ending
        GROUP BY supplier, day
    ),
    financed AS (
        SELECT l.supplier, l.day, i.ref AS invoice, i.gross_minor, MIN(l.drawn_on) AS drawn_on
        FROM lent AS l
        JOIN known_requested_receivable AS q ON q.financing_request = l.request
            AND q.from_day <= l.day AND l.day < q.until_day
        JOIN known_receivable AS r ON r.ref = q.receivable AND r.supplier = l.supplier
            AND r.from_day <= l.day AND l.day < r.until_day
        JOIN known_receivable_invoice AS m ON m.receivable = q.receivable
            AND m.from_day <= l.day AND l.day < m.until_day
        JOIN known_invoice AS i ON i.ref = m.invoice AND i.seller = l.supplier AND i.gross_minor > 0
            AND i.from_day <= l.day AND l.day < i.until_day
        GROUP BY l.supplier, l.day, i.ref, i.gross_minor
    ),
    state AS (
        SELECT f.supplier, f.day, f.invoice, s.status, s.happened_at, f.drawn_on,
            ROW_NUMBER() OVER (
                PARTITION BY f.supplier, f.day, f.invoice ORDER BY s.happened_at DESC, s.seq DESC
            ) AS place
        FROM financed AS f
        JOIN known_invoice_status AS s ON s.invoice = f.invoice
            AND s.from_day <= f.day AND f.day < s.until_day
    ),
    gone AS (
        SELECT supplier, day, invoice
        FROM state
        WHERE place = 1 AND status IN ('void', 'full_red')
            AND happened_at >= drawn_on * {MICROS_A_DAY}
    ),
    red AS (
        SELECT f.supplier, f.day, f.invoice, -SUM(n.gross_minor) AS minor
        FROM financed AS f
        JOIN known_invoice AS n ON n.red_of = f.invoice AND n.seller = f.supplier
            AND n.gross_minor < 0 AND n.issued_on >= f.drawn_on
            AND n.from_day <= f.day AND f.day < n.until_day
        GROUP BY f.supplier, f.day, f.invoice
    ),
    taken AS (
        SELECT f.supplier, f.day, SUM(f.gross_minor) AS gross,
            SUM(CASE WHEN g.invoice IS NOT NULL THEN f.gross_minor
                ELSE LEAST(f.gross_minor, COALESCE(r.minor, 0)) END) AS red
        FROM financed AS f
        LEFT JOIN gone AS g
            ON g.supplier = f.supplier AND g.day = f.day AND g.invoice = f.invoice
        LEFT JOIN red AS r
            ON r.supplier = f.supplier AND r.day = f.day AND r.invoice = f.invoice
        GROUP BY f.supplier, f.day
    )
    SELECT k.supplier, k.day,
        CASE WHEN s.invoices_state {TOLD} AND t.gross > 0
            THEN CAST(t.red AS DOUBLE) / CAST(t.gross AS DOUBLE) END AS supplier_red_after_finance,
        (COALESCE(CAST(a.n_30 AS DOUBLE), 0.0E0) + 1.0E0)
            / (COALESCE(CAST(a.n_365 AS DOUBLE), 0.0E0) / 12.0E0 + 1.0E0)
            AS supplier_finance_velocity,
        r.worst_dpd AS supplier_worst_dpd,
        CASE WHEN r.minor > 0 THEN CAST(r.by_buyer AS DOUBLE) / CAST(r.minor AS DOUBLE) END
            AS supplier_self_liquidation
    FROM supplier_day AS k
    LEFT JOIN made_supplier_sources AS s ON s.supplier = k.supplier AND s.day = k.day
    LEFT JOIN taken AS t ON t.supplier = k.supplier AND t.day = k.day
    LEFT JOIN asking AS a ON a.supplier = k.supplier AND a.day = k.day
    LEFT JOIN record AS r ON r.supplier = k.supplier AND r.day = k.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_financings",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.BOOK,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "supplier_red_after_finance",
            "share by value of the invoices financed in this book that were voided or taken back "
            "by red notes since they were financed",
            Risk.RISES,
            "share",
            "no invoice financed in this book is known, or invoices are refused",
            "RD05",
            "share of financed invoices taken back afterwards: {value}",
            "融资后被红冲或作废的发票占比：{value}",
            "D22",
            (Source.BOOK, Source.INVOICES),
        ),
        Feature(
            "supplier_finance_velocity",
            "requests for money in 30 days against a month's average of 365 days, one added to "
            "each",
            Risk.RISES,
            "ratio",
            "never missing",
            "RD09",
            "recent requests for money against the average: {value}",
            "近期融资申请与月均之比：{value}",
            "D54",
        ),
        Feature(
            "supplier_worst_dpd",
            "worst days past due of the supplier's financings of this book that have matured or "
            "ended, at most 365; an open one counts with the days it is late",
            Risk.RISES,
            "days",
            NONE_HERE,
            "RD10",
            "worst days past due on earlier financings here: {value}",
            "在本机构历史融资最长逾期天数：{value}",
            "D55",
        ),
        Feature(
            "supplier_self_liquidation",
            "share by value of the repayments of the supplier's financings of this book that the "
            "buyer paid",
            Risk.FALLS,
            "share",
            "nothing of a financing of this book has been repaid",
            "RD10",
            "share of earlier repayments that the buyer paid: {value}",
            "历史还款中由买方支付的占比：{value}",
            "D56",
        ),
    ),
)
