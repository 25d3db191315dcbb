"""Whether contract, delivery, invoice and payment match in a year's trade of the two parties."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.four_flows import IMPOSSIBLE_DAYS, matched, paid
from features.sources import TOLD, Source
from features.versions import KNOWN

SETTLED_DAYS = 30

NO_INVOICE = "no valid invoice between the two parties in 365 days is known"


def _share(ppm: str) -> str:
    """SQL of a mean by amount of what matches, in millionths: exact sums, one quotient."""
    whole = f"CAST(gross_minor AS DECIMAL(19, 0)) * CAST({ppm} AS DECIMAL(19, 0))"
    gross = f"SUM(CASE WHEN {ppm} IS NOT NULL THEN gross_minor END)"
    return (
        f"CASE WHEN {gross} > 0 "
        f"THEN CAST(SUM({whole}) AS DOUBLE) / (1000000.0E0 * CAST({gross} AS DOUBLE)) END"
    )


SQL = f"""
    WITH issue AS (
        SELECT k.supplier, k.buyer, k.day, i.ref AS invoice, i.gross_minor, i.issued_on, i.due_on,
            i.purchase_order
        FROM pair_day AS k
        JOIN known_invoice AS i ON i.seller = k.supplier AND i.buyer = k.buyer
            AND i.from_day <= k.day AND k.day < i.until_day
            AND i.gross_minor > 0 AND k.day - i.issued_on BETWEEN 0 AND 364
    ),
    state AS (
        SELECT i.supplier, i.buyer, i.day, i.invoice, s.status, ROW_NUMBER() OVER (
            PARTITION BY i.supplier, i.buyer, i.day, i.invoice
            ORDER BY s.happened_at DESC, s.seq DESC
        ) AS place
        FROM issue AS i
        JOIN known_invoice_status AS s ON s.invoice = i.invoice
            AND s.from_day <= i.day AND i.day < s.until_day
    ),
    claimed AS (
        SELECT i.supplier, i.buyer, i.day, i.invoice,
            SUM(COALESCE(m.amount_minor, i.gross_minor)) AS minor, MAX(r.due_on) AS due_on
        FROM issue AS i
        JOIN known_receivable_invoice AS m ON m.invoice = i.invoice
            AND m.from_day <= i.day AND i.day < m.until_day
        JOIN known_receivable AS r ON r.ref = m.receivable AND r.supplier = i.supplier
            AND r.from_day <= i.day AND i.day < r.until_day
        GROUP BY i.supplier, i.buyer, i.day, i.invoice
    ),
    billed AS (
        SELECT ROW_NUMBER() OVER (ORDER BY i.supplier, i.buyer, i.day, i.invoice) AS line,
            i.supplier, i.buyer, i.day, i.day AS moment, i.invoice, i.gross_minor, i.issued_on,
            COALESCE(i.due_on, c.due_on) AS due_on, i.purchase_order,
            LEAST(i.gross_minor, COALESCE(c.minor, i.gross_minor)) AS claim_minor
        FROM issue AS i
        LEFT JOIN state AS s ON s.supplier = i.supplier AND s.buyer = i.buyer AND s.day = i.day
            AND s.invoice = i.invoice AND s.place = 1
        LEFT JOIN claimed AS c ON c.supplier = i.supplier AND c.buyer = i.buyer AND c.day = i.day
            AND c.invoice = i.invoice
        WHERE COALESCE(s.status, 'valid') NOT IN ('void', 'full_red')
    ),
    {matched(KNOWN)},
    {paid(KNOWN)},
    flow AS (
        SELECT b.supplier, b.buyer, b.day, b.gross_minor,
            CASE WHEN t.platform_state {TOLD} THEN m.order_ppm END AS order_ppm,
            CASE WHEN t.platform_state {TOLD} THEN m.delivery_ppm END AS delivery_ppm,
            CASE WHEN t.bank_state {TOLD} AND b.due_on <= b.day - {SETTLED_DAYS}
                THEN COALESCE(p.payment_ppm, 0.0E0) END AS payment_ppm,
            CASE WHEN NOT t.platform_state {TOLD} OR m.ordered_on IS NULL THEN NULL
                WHEN m.ordered_on > b.issued_on + {IMPOSSIBLE_DAYS} THEN 1000000
                WHEN m.first_on < m.ordered_on THEN 1000000
                WHEN p.first_on < m.ordered_on AND t.bank_state {TOLD} THEN 1000000
                ELSE 0 END AS impossible_ppm,
            CASE WHEN t.bank_state {TOLD} AND p.linked = 1 THEN 1000000 * p.of_buyer END
                AS party_ppm
        FROM billed AS b
        JOIN matched AS m ON m.line = b.line
        JOIN made_supplier_sources AS t ON t.supplier = b.supplier AND t.day = b.day
        LEFT JOIN paid AS p ON p.line = b.line
    ),
    mean AS (
        SELECT supplier, buyer, day,
            {_share("order_ppm")} AS by_order, {_share("delivery_ppm")} AS by_delivery,
            {_share("payment_ppm")} AS by_payment, {_share("impossible_ppm")} AS impossible,
            {_share("party_ppm")} AS party
        FROM flow
        GROUP BY supplier, buyer, day
    ),
    counted AS (
        SELECT supplier, buyer, day, by_order, by_delivery, by_payment, impossible, party,
            CASE WHEN by_order IS NULL THEN 0 ELSE 1 END
                + CASE WHEN by_delivery IS NULL THEN 0 ELSE 1 END
                + CASE WHEN by_payment IS NULL THEN 0 ELSE 1 END AS flows
        FROM mean
    )
    SELECT supplier, buyer, day,
        by_order AS pair_match_order, by_delivery AS pair_match_delivery,
        by_payment AS pair_match_payment,
        CASE WHEN flows = 0 THEN NULL
            WHEN by_order = 0.0E0 OR by_delivery = 0.0E0 OR by_payment = 0.0E0 THEN 0.0E0
            ELSE CAST(flows AS DOUBLE) / (COALESCE(1.0E0 / NULLIF(by_order, 0.0E0), 0.0E0)
                + COALESCE(1.0E0 / NULLIF(by_delivery, 0.0E0), 0.0E0)
                + COALESCE(1.0E0 / NULLIF(by_payment, 0.0E0), 0.0E0)) END AS pair_four_flow,
        flows AS pair_flows_known,
        party AS pair_party_consistency, impossible AS pair_time_violation
    FROM counted
"""  # noqa: S608 - composed of literals


def _flow(
    name: str,
    risk: Risk,
    definition: str,
    missing: str,
    en: str,
    zh: str,
    code: str,
    *sources: Source,
    unit: str = "0-1",
) -> Feature:
    return Feature(
        name,
        f"{definition}, over the valid invoices between the two parties issued in 365 days",
        risk,
        unit,
        f"{missing}{NO_INVOICE}",
        "RD01",
        f"{en}: {{value}}",
        f"{zh}：{{value}}",
        code,
        (Source.INVOICES, *sources),
    )


RELATION = Relation(
    name="pair_flows",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.INVOICES,),
    after=(supplier_sources.RELATION,),
    features=(
        _flow(
            "pair_match_order",
            Risk.FALLS,
            "mean by amount of the match with the order named, or one of the same amount between "
            "the two: amount, quantity, goods and days",
            "the platform hasn't told of the supplier, or ",
            "match of orders and invoices between the two",
            "双方订单与发票匹配度",
            "D01",
            Source.PLATFORM,
        ),
        _flow(
            "pair_match_delivery",
            Risk.FALLS,
            "mean by amount of the match with the deliveries of that order, or a delivery of the "
            "same value without an order: amount and days",
            "the platform hasn't told of the supplier, or ",
            "match of deliveries and invoices between the two",
            "双方交付与发票匹配度",
            "D02",
            Source.PLATFORM,
        ),
        _flow(
            "pair_match_payment",
            Risk.FALLS,
            "mean by amount of the match with what was paid on the invoice or its claim, or a "
            "payment of the same amount without a reference: amount and days; for those due for "
            "30 days or more",
            "the bank hasn't told of the supplier, none is due for 30 days, or ",
            "match of payments and invoices between the two",
            "双方付款与发票匹配度",
            "D03",
            Source.BANK,
        ),
        _flow(
            "pair_four_flow",
            Risk.FALLS,
            "harmonic mean of the matches with orders, deliveries and payments that are known",
            "neither platform nor bank has told of the supplier, or ",
            "match of order, delivery, invoice and payment between the two",
            "双方四流匹配度",
            "D04",
        ),
        _flow(
            "pair_flows_known",
            Risk.FREE,
            "how many of these three matches are known",
            "",
            "flows known between the two besides the invoice",
            "双方已知流数(发票之外)",
            "D04",
            unit="count",
        ),
        _flow(
            "pair_party_consistency",
            Risk.FALLS,
            "share by amount whose payments all go from the buyer to the supplier, of those that a "
            "payment names",
            "the bank hasn't told of the supplier, no payment names an invoice or its claim, or ",
            "share of invoices paid by the buyer to the supplier itself",
            "由买方本身付给供应商的发票占比",
            "D05",
            Source.BANK,
            unit="share",
        ),
        _flow(
            "pair_time_violation",
            Risk.RISES,
            "share by amount in an impossible order, of those with an order: ordered more than 30 "
            "days after the invoice, or delivered or paid before it was ordered",
            "the platform hasn't told of the supplier, no invoice has an order, or ",
            "share of invoices in an impossible order of time",
            "时间顺序不合理的发票占比",
            "D07",
            Source.PLATFORM,
            unit="share",
        ),
    ),
)
