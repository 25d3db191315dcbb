"""SQL of what is left of each claim on the only day of ``cut``, as far as payments are told."""

from __future__ import annotations

from scoring.portfolio.open_book_sql import KNOWN

OWED = f"""
    CREATE OR REPLACE TABLE owed AS
    WITH payment AS (
        SELECT p.payer AS buyer, p.payee AS supplier, p.receivable, p.amount_minor
        FROM cut AS k JOIN known_payment AS p ON {KNOWN.format("p")}
    ),
    told AS (SELECT DISTINCT buyer, supplier FROM payment),
    loose AS (
        SELECT buyer, supplier, SUM(amount_minor) AS minor FROM payment
        WHERE receivable IS NULL AND amount_minor > 0 GROUP BY buyer, supplier
    ),
    paid AS (
        SELECT receivable, SUM(amount_minor) AS minor FROM payment
        WHERE receivable IS NOT NULL GROUP BY receivable
    ),
    claimed AS (
        SELECT c.receivable, c.supplier, c.buyer, c.due_on,
            told.buyer IS NOT NULL AS payments_told, COALESCE(loose.minor, 0) AS loose_minor,
            CASE WHEN c.settled_on IS NULL AND c.face_minor IS NOT NULL
                THEN GREATEST(c.face_minor - COALESCE(p.minor, 0), 0) ELSE 0 END AS owed_minor
        FROM cut AS k
        JOIN claim AS c ON {KNOWN.format("c")}
        LEFT JOIN told ON told.buyer = c.buyer AND told.supplier = c.supplier
        LEFT JOIN loose ON loose.buyer = c.buyer AND loose.supplier = c.supplier
        LEFT JOIN paid AS p ON p.receivable = c.receivable
    )
    SELECT receivable, payments_told,
        LEAST(owed_minor, GREATEST(0, SUM(owed_minor) OVER (
            PARTITION BY supplier, buyer ORDER BY due_on, receivable
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - loose_minor)) AS left_minor
    FROM claimed
"""  # noqa: S608 - composed of literals
"""``owed``: money of a pair that names no claim has paid what fell due first, on a day not told.
``payments_told`` says whether any payment of the pair ever was."""
