"""Whether an order and a delivery stand behind the invoices of the receivables asked for.

The same matches as ``pair_flows``, of live facts; payments are left out, for what is asked for
isn't due yet.
"""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.four_flows import IMPOSSIBLE_DAYS, matched
from features.sources import TOLD, Source
from features.spine import weighted_whole
from features.versions import LIVE

_MATCHES = ("by_order", "by_delivery", "impossible")


def _mean(ppm: str) -> str:
    """SQL of the mean of millionths over the invoices of a receivable, by their amounts."""
    known = f"SUM(CASE WHEN {ppm} IS NOT NULL THEN share_ppm END)"
    total = f"SUM(CASE WHEN {ppm} IS NOT NULL THEN share_ppm * {ppm} END)"
    return f"CASE WHEN {known} > 0.0E0 THEN {total} / (1000000.0E0 * {known}) END"


SQL = f"""
    WITH part AS (
        SELECT DISTINCT a.row_no, a.receivable, a.supplier, a.buyer, a.live_through AS moment,
            i.ref AS invoice, i.gross_minor, i.issued_on, i.purchase_order
        FROM asked AS a
        JOIN live_receivable_invoice AS m ON m.receivable = a.receivable
            AND m.from_at <= a.live_through AND a.live_through < m.until_at
        JOIN live_invoice AS i ON i.ref = m.invoice AND i.seller = a.supplier
            AND i.buyer = a.buyer AND i.gross_minor > 0
            AND i.from_at <= a.live_through AND a.live_through < i.until_at
    ),
    largest AS (
        SELECT row_no, receivable, MAX(gross_minor) AS gross FROM part GROUP BY row_no, receivable
    ),
    billed AS (
        SELECT ROW_NUMBER() OVER (ORDER BY p.row_no, p.receivable, p.invoice) AS line,
            p.row_no, p.receivable, p.supplier, p.buyer, p.moment, p.invoice, p.gross_minor,
            p.issued_on, p.purchase_order, GREATEST(1.0E0, FLOOR(1000000.0E0
                * CAST(p.gross_minor AS DOUBLE) / CAST(l.gross AS DOUBLE) + 0.5E0)) AS share_ppm
        FROM part AS p
        JOIN largest AS l ON l.row_no = p.row_no AND l.receivable = p.receivable
    ),
    {matched(LIVE)},
    flow AS (
        SELECT b.row_no, b.receivable, b.share_ppm, m.order_ppm, m.delivery_ppm,
            CASE WHEN m.ordered_on IS NULL THEN NULL
                WHEN m.ordered_on > b.issued_on + {IMPOSSIBLE_DAYS} THEN 1000000.0E0
                WHEN m.first_on < m.ordered_on THEN 1000000.0E0 ELSE 0.0E0 END AS impossible_ppm
        FROM billed AS b JOIN matched AS m ON m.line = b.line
    ),
    claim AS (
        SELECT row_no, receivable, {_mean("order_ppm")} AS by_order,
            {_mean("delivery_ppm")} AS by_delivery, {_mean("impossible_ppm")} AS impossible
        FROM flow
        GROUP BY row_no, receivable
    ),
    each AS (
        SELECT a.row_no, a.weight_ppm, {
    ", ".join(f"CASE WHEN t.platform_state {TOLD} THEN c.{name} END AS {name}" for name in _MATCHES)
}
        FROM asked AS a
        JOIN made_supplier_sources AS t ON t.supplier = a.supplier AND t.day = a.day
        LEFT JOIN claim AS c ON c.row_no = a.row_no AND c.receivable = a.receivable
    ),
    mean AS (
        SELECT row_no, {
    ", ".join(f"{weighted_whole(name, 1_000_000)} AS {name}" for name in _MATCHES)
}
        FROM each
        GROUP BY row_no
    )
    SELECT row_no, by_order AS asked_match_order, by_delivery AS asked_match_delivery,
        CASE WHEN by_order IS NULL THEN NULL
            WHEN by_order = 0.0E0 OR by_delivery = 0.0E0 THEN 0.0E0
            ELSE 2.0E0 * by_order * by_delivery / (by_order + by_delivery) END AS asked_four_flow,
        impossible AS asked_time_violation
    FROM mean
"""  # noqa: S608 - composed of literals

NO_INVOICE = (
    "the platform hasn't told of the supplier, or no invoice between the two parties is known of "
    "the receivables asked for"
)


def _asked(
    name: str, risk: Risk, unit: str, definition: str, en: str, zh: str, code: str, missing: str
) -> Feature:
    return Feature(
        name,
        f"{definition}; mean by amount over the invoices, then by face over the receivables",
        risk,
        unit,
        missing,
        "RD01",
        f"{en}: {{value}}",
        f"{zh}：{{value}}",
        code,
    )


RELATION = Relation(
    name="asked_flows",
    credit=Credit.DATA,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.INVOICES, Source.PLATFORM),
    after=(supplier_sources.RELATION,),
    features=(
        _asked(
            "asked_match_order",
            Risk.FALLS,
            "0-1",
            "match of the invoices asked for with the order named, or one of the same amount "
            "between the two: amount, quantity, goods and days",
            "match of orders and the invoices asked for",
            "申请发票与订单匹配度",
            "D01",
            NO_INVOICE,
        ),
        _asked(
            "asked_match_delivery",
            Risk.FALLS,
            "0-1",
            "match of the invoices asked for with the deliveries of that order, or a delivery of "
            "the same value without an order: amount and days",
            "match of deliveries and the invoices asked for",
            "申请发票与交付匹配度",
            "D02",
            NO_INVOICE,
        ),
        _asked(
            "asked_four_flow",
            Risk.FALLS,
            "0-1",
            "harmonic mean of the matches of the invoices asked for with orders and deliveries",
            "match of order, delivery and the invoices asked for",
            "申请发票与订单、交付总匹配度",
            "D04",
            NO_INVOICE,
        ),
        _asked(
            "asked_time_violation",
            Risk.RISES,
            "share",
            "share of the invoices asked for in an impossible order, of those with an order: "
            "ordered more than 30 days after the invoice, or delivered before it was ordered",
            "share of the invoices asked for in an impossible order of time",
            "申请发票时间顺序不合理的占比",
            "D07",
            f"{NO_INVOICE}, or none has an order",
        ),
    ),
)
