"""SQL that matches invoices with orders, deliveries and payments, for history and for what is live.

Only what an invoice names, or what has the same amount between the same two parties, is compared,
so that the cost grows with the number of invoices. A match is a product of what fits, in millionths
(whole numbers in doubles: the same in every store): amounts and quantities by exp(-excess / 2 %),
the days by exp(-violation / 15), the goods by half of their Jaccard index and a half. What isn't
known on both sides doesn't count.
"""

from __future__ import annotations

from features.versions import KNOWN, LIVE

MOST_BEFORE, MOST_AFTER = 180, 90
"""An order or delivery of the same amount is looked for in so many days before the invoice, and
after."""

INVOICED_DAYS = 5
"""An order and a delivery come by so many days after the invoice."""

IMPOSSIBLE_DAYS = 30
"""An order so many days after the invoice can't be its order."""

PAID_DAYS = 365
"""A payment of the same amount is looked for in so many days from the invoice."""

_PERIODS = {KNOWN: ("from_day", "until_day"), LIVE: ("from_at", "until_at")}


def seen_at(clock: str, alias: str, point: str = "b") -> str:
    """SQL: whether a row of a view counts at the moment of a point."""
    since, until = _PERIODS[clock]
    return f"{alias}.{since} <= {point}.moment AND {point}.moment < {alias}.{until}"


def excess(over: str, whole: str) -> str:
    """SQL of what fits of an amount: 1 where nothing is over; of 2 % over, exp(-1)."""
    share = f"CAST(GREATEST({over}, 0) AS DOUBLE) / (0.02E0 * CAST({whole} AS DOUBLE))"
    return f"EXP(-LEAST({share}, 50.0E0))"


def _late(days: str) -> str:
    """SQL of what fits of days: 1 without a violation; of 15 days, exp(-1)."""
    return f"EXP(-LEAST(CAST(GREATEST({days}, 0) AS DOUBLE) / 15.0E0, 50.0E0))"


def _millionths(value: str) -> str:
    return f"FLOOR(1000000.0E0 * {value} + 0.5E0)"


def matched(clock: str) -> str:
    """SQL of CTEs, the last of them ``matched``: a row per line of ``billed``.

    Expects a CTE ``billed``: ``line`` (unique), ``moment`` (the moment of the clock), ``supplier``,
    ``buyer``, ``invoice``, ``gross_minor`` (above 0), ``issued_on`` and ``purchase_order``. Columns
    are ``order_ppm`` and ``delivery_ppm`` (0 where nothing fits), ``ordered_on`` (missing without
    an order) and ``first_on`` (the first delivery of the order).
    """
    of_pair = "o.supplier = b.supplier AND o.buyer = b.buyer"
    around = f"BETWEEN b.issued_on - {MOST_BEFORE} AND b.issued_on + {MOST_AFTER}"
    return f"""candidate AS (
        SELECT b.line, b.issued_on, o.ref AS purchase_order, o.amount_minor, o.ordered_on,
            1 AS named
        FROM billed AS b
        JOIN {clock}purchase_order AS o ON o.ref = b.purchase_order AND {of_pair}
            AND {seen_at(clock, "o")}
        WHERE COALESCE(o.status, 'open') <> 'cancelled'
        UNION ALL
        SELECT b.line, b.issued_on, o.ref AS purchase_order, o.amount_minor, o.ordered_on,
            0 AS named
        FROM billed AS b
        JOIN {clock}purchase_order AS o ON {of_pair} AND o.amount_minor = b.gross_minor
            AND o.ordered_on {around} AND {seen_at(clock, "o")}
        WHERE b.purchase_order IS NULL AND COALESCE(o.status, 'open') <> 'cancelled'
    ),
    ranked AS (
        SELECT line, purchase_order, amount_minor, ordered_on, named, ROW_NUMBER() OVER (
            PARTITION BY line
            ORDER BY GREATEST(ordered_on - issued_on - {INVOICED_DAYS}, 0),
                ABS(issued_on - ordered_on), purchase_order
        ) AS place
        FROM candidate
    ),
    chosen AS (
        SELECT b.line, b.moment, b.supplier, b.buyer, b.invoice, b.gross_minor, b.issued_on,
            r.purchase_order, r.amount_minor, r.ordered_on, r.named
        FROM ranked AS r JOIN billed AS b ON b.line = r.line
        WHERE r.place = 1
    ),
    purchase AS (SELECT DISTINCT supplier, buyer, purchase_order, moment FROM chosen),
    total AS (
        SELECT b.purchase_order, b.supplier, b.buyer, b.moment, SUM(i.gross_minor) AS minor
        FROM purchase AS b
        JOIN {clock}invoice AS i ON i.purchase_order = b.purchase_order AND i.seller = b.supplier
            AND i.buyer = b.buyer AND {seen_at(clock, "i")}
        GROUP BY b.purchase_order, b.supplier, b.buyer, b.moment
    ),
    arrived AS (
        SELECT b.purchase_order, b.supplier, b.buyer, b.moment, MIN(o.received_on) AS first_on,
            CASE WHEN COUNT(*) = COUNT(o.value_minor) THEN SUM(o.value_minor) END AS minor
        FROM purchase AS b
        JOIN {clock}delivery AS o ON o.purchase_order = b.purchase_order AND {of_pair}
            AND o.received_on IS NOT NULL AND {seen_at(clock, "o")}
        GROUP BY b.purchase_order, b.supplier, b.buyer, b.moment
    ),
    alone AS (
        SELECT b.line, MAX({_millionths(_late(f"o.received_on - b.issued_on - {INVOICED_DAYS}"))})
            AS delivery_ppm
        FROM billed AS b
        JOIN {clock}delivery AS o ON {of_pair} AND o.purchase_order IS NULL
            AND o.value_minor = b.gross_minor AND o.received_on {around} AND {seen_at(clock, "o")}
        GROUP BY b.line
    ),
    written AS (
        SELECT b.line, o.goods_code, o.quantity_milli, o.unit, 1 AS of_order, 0 AS of_invoice
        FROM chosen AS b
        JOIN {clock}purchase_order_line AS o ON o.purchase_order = b.purchase_order
            AND {seen_at(clock, "o")}
        UNION ALL
        SELECT b.line, o.goods_code, o.quantity_milli, o.unit, 0 AS of_order, 1 AS of_invoice
        FROM chosen AS b
        JOIN {clock}invoice_line AS o ON o.invoice = b.invoice AND {seen_at(clock, "o")}
    ),
    quantity AS (
        SELECT line,
            CASE WHEN COUNT(*) = COUNT(quantity_milli) AND COUNT(*) = COUNT(unit)
                AND MIN(unit) = MAX(unit)
                AND MAX(of_order) = 1 AND MAX(of_invoice) = 1
                THEN SUM(of_order * quantity_milli) END AS ordered,
            SUM(of_invoice * quantity_milli) AS invoiced
        FROM written
        GROUP BY line
    ),
    code AS (
        SELECT line, goods_code, MAX(of_order) AS of_order, MAX(of_invoice) AS of_invoice
        FROM written
        WHERE goods_code IS NOT NULL
        GROUP BY line, goods_code
    ),
    goods AS (
        SELECT line, CASE WHEN MAX(of_order) = 1 AND MAX(of_invoice) = 1
            THEN CAST(SUM(of_order * of_invoice) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) END
            AS jaccard
        FROM code
        GROUP BY line
    ),
    behind AS (
        SELECT c.line, c.issued_on, c.amount_minor, c.ordered_on, a.first_on,
            COALESCE(t.minor, 0) + (1 - c.named) * c.gross_minor AS billed_minor,
            a.minor AS arrived_minor
        FROM chosen AS c
        LEFT JOIN total AS t ON t.purchase_order = c.purchase_order AND t.supplier = c.supplier
            AND t.buyer = c.buyer AND t.moment = c.moment
        LEFT JOIN arrived AS a ON a.purchase_order = c.purchase_order AND a.supplier = c.supplier
            AND a.buyer = c.buyer AND a.moment = c.moment
    ),
    matched AS (
        SELECT b.line, h.ordered_on, h.first_on,
            CASE WHEN h.line IS NULL THEN 0.0E0 ELSE {
        _millionths(
            f'''CASE WHEN h.amount_minor > 0
                    THEN {excess("h.billed_minor - h.amount_minor", "h.amount_minor")}
                    ELSE 1.0E0 END
                * CASE WHEN q.ordered > 0 THEN {excess("q.invoiced - q.ordered", "q.ordered")}
                    ELSE 1.0E0 END
                * (0.5E0 + 0.5E0 * COALESCE(g.jaccard, 1.0E0))
                * {_late(f"h.ordered_on - h.issued_on - {INVOICED_DAYS}")}'''
        )
    } END AS order_ppm,
            CASE WHEN h.first_on IS NOT NULL THEN {
        _millionths(
            f'''CASE WHEN h.arrived_minor IS NOT NULL AND h.billed_minor > 0
                    THEN {excess("h.billed_minor - h.arrived_minor", "h.billed_minor")}
                    ELSE 1.0E0 END
                * {_late(f"h.first_on - h.issued_on - {INVOICED_DAYS}")}'''
        )
    } ELSE COALESCE(a.delivery_ppm, 0.0E0) END AS delivery_ppm
        FROM billed AS b
        LEFT JOIN behind AS h ON h.line = b.line
        LEFT JOIN alone AS a ON a.line = b.line
        LEFT JOIN quantity AS q ON q.line = b.line
        LEFT JOIN goods AS g ON g.line = b.line
    )"""  # noqa: S608 - composed of literals


def paid(clock: str) -> str:
    """SQL of CTEs, the last of them ``paid``: lines of ``billed`` that a payment may settle.

    Expects ``billed`` with ``claim_minor``, the part of the invoice that is claimed. Columns are
    ``payment_ppm``, ``first_on``, ``linked`` (1 where a payment names the invoice or its claim) and
    ``of_buyer`` (1 where all that do are the buyer's, to the supplier).
    """
    to_supplier = "MIN(CASE WHEN p.payee = b.supplier THEN 1 ELSE 0 END)"
    of_buyer = "MIN(CASE WHEN p.payee = b.supplier AND p.payer = b.buyer THEN 1 ELSE 0 END)"
    payment = f"JOIN {clock}payment AS p"
    return f"""settling AS (
        SELECT b.line, b.issued_on, SUM(a.amount_minor) AS minor, b.claim_minor AS owed,
            MIN(p.paid_on) AS first_on, {to_supplier} AS to_supplier, {of_buyer} AS of_buyer,
            1 AS linked
        FROM billed AS b
        JOIN {clock}payment_allocation AS a ON a.invoice = b.invoice AND {seen_at(clock, "a")}
        {payment} ON p.ref = a.payment AND (p.payee = b.supplier OR p.payer = b.buyer)
            AND {seen_at(clock, "p")}
        GROUP BY b.line, b.issued_on, b.claim_minor
        UNION ALL
        SELECT b.line, b.issued_on,
            CASE WHEN COUNT(*) = COUNT(p.amount_minor) AND r.face_minor IS NOT NULL
                THEN SUM(p.amount_minor) END AS minor, r.face_minor AS owed,
            MIN(p.paid_on) AS first_on, {to_supplier} AS to_supplier, {of_buyer} AS of_buyer,
            1 AS linked
        FROM billed AS b
        JOIN {clock}receivable_invoice AS m ON m.invoice = b.invoice AND {seen_at(clock, "m")}
        JOIN {clock}receivable AS r ON r.ref = m.receivable AND r.supplier = b.supplier
            AND {seen_at(clock, "r")}
        {payment} ON p.receivable = r.ref AND {seen_at(clock, "p")}
        GROUP BY b.line, b.issued_on, r.ref, r.face_minor
        UNION ALL
        SELECT b.line, b.issued_on, b.claim_minor AS minor, b.claim_minor AS owed,
            MIN(p.paid_on) AS first_on, 1 AS to_supplier, 1 AS of_buyer, 0 AS linked
        FROM billed AS b
        {payment} ON p.payee = b.supplier AND p.payer = b.buyer AND p.receivable IS NULL
            AND p.amount_minor = b.claim_minor
            AND p.paid_on BETWEEN b.issued_on AND b.issued_on + {PAID_DAYS}
            AND {seen_at(clock, "p")}
        GROUP BY b.line, b.issued_on, b.claim_minor
    ),
    paid AS (
        SELECT line, MIN(first_on) AS first_on, MAX(linked) AS linked,
            MIN(CASE WHEN linked = 1 THEN of_buyer END) AS of_buyer,
            MAX(to_supplier * {
        _millionths(
            f'''CASE WHEN minor IS NOT NULL AND owed > 0
                    THEN {excess("ABS(minor - owed)", "owed")} ELSE 1.0E0 END
                * {_late("issued_on - first_on")}'''
        )
    }) AS payment_ppm
        FROM settling
        GROUP BY line
    )"""  # noqa: S608 - composed of literals
