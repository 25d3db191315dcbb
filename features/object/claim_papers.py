"""SQL that several live relations share: the papers behind the receivables asked for."""

from __future__ import annotations

from features.versions import seen_live

MOST_MINOR = 1_000_000_000_000_000
"""Amounts of which any number may come count at most so much each: sums stay in 64 bits."""

PAPER = f"""
    SELECT a.row_no, a.receivable, a.day, a.live_through, i.ref AS invoice, i.number,
        i.contract, i.purchase_order
    FROM asked AS a
    JOIN live_receivable_invoice AS m
        ON m.receivable = a.receivable AND {seen_live("m", "a")}
    JOIN live_invoice AS i ON i.ref = m.invoice AND {seen_live("i", "a")}
"""  # noqa: S608 - composed of literals
"""Invoices of each receivable asked for."""


def capped(amount: str, most: int = MOST_MINOR) -> str:
    """SQL of an amount that isn't null, cut at the most."""
    return f"CASE WHEN {amount} > {most} THEN {most} ELSE {amount} END"


DISPUTED = f"""
    SELECT row_no, receivable, SUM({capped("amount_minor")}) AS minor
    FROM (
        SELECT a.row_no, a.receivable, d.amount_minor, d.ref
        FROM asked AS a
        JOIN live_dispute AS d ON d.receivable = a.receivable AND {seen_live("d", "a")}
        WHERE d.opened_on <= a.day AND (d.resolved_on IS NULL OR d.resolved_on > a.day)
            AND d.supplier = a.supplier AND d.buyer = a.buyer
        UNION
        SELECT a.row_no, a.receivable, d.amount_minor, d.ref
        FROM asked AS a
        JOIN paper AS p ON p.row_no = a.row_no AND p.receivable = a.receivable
        JOIN live_dispute AS d ON d.invoice = p.invoice AND d.receivable IS NULL
            AND {seen_live("d", "a")}
        WHERE d.opened_on <= a.day AND (d.resolved_on IS NULL OR d.resolved_on > a.day)
            AND d.supplier = a.supplier AND d.buyer = a.buyer
    ) AS found
    GROUP BY row_no, receivable
"""  # noqa: S608 - composed of literals
"""What is disputed now of each receivable asked for, by itself or by its invoices; expects a CTE
``paper``."""
