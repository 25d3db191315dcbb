"""Whether the tax office's register has lately confirmed the invoices asked for."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import TOLD, Source
from features.spine import weighted_whole

FRESH_DAYS = 3
SQL = f"""
    WITH part AS (
        SELECT DISTINCT a.row_no, a.receivable, a.live_through AS moment, i.ref AS invoice
        FROM asked AS a
        JOIN live_receivable_invoice AS m ON m.receivable = a.receivable
            AND m.from_at <= a.live_through AND a.live_through < m.until_at
        JOIN live_invoice AS i ON i.ref = m.invoice AND i.seller = a.supplier
            AND i.buyer = a.buyer AND i.gross_minor > 0
            AND i.from_at <= a.live_through AND a.live_through < i.until_at
    ),
    stated AS (
        SELECT p.row_no, p.receivable, p.invoice, s.status, s.happened_at, ROW_NUMBER() OVER (
                PARTITION BY p.row_no, p.receivable, p.invoice
                ORDER BY s.happened_at DESC, s.seq DESC
            ) AS latest
        FROM part AS p
        JOIN live_invoice_status AS s ON s.invoice = p.invoice AND s.happened_at <= p.moment
            AND s.from_at <= p.moment AND p.moment < s.until_at
    ),
    claim AS (
        SELECT p.row_no, p.receivable, CAST(SUM(
                CASE WHEN s.status = 'valid'
                    AND p.moment - s.happened_at <= {FRESH_DAYS * 86_400_000_000}
                THEN 1 ELSE 0 END
            ) AS DOUBLE) / CAST(COUNT(*) AS DOUBLE) AS sealed
        FROM part AS p
        LEFT JOIN stated AS s ON s.row_no = p.row_no AND s.receivable = p.receivable
            AND s.invoice = p.invoice AND s.latest = 1
        GROUP BY p.row_no, p.receivable
    ),
    each AS (
        SELECT a.row_no, a.weight_ppm, CASE WHEN t.invoices_state {TOLD} THEN c.sealed END AS sealed
        FROM asked AS a
        JOIN made_supplier_sources AS t ON t.supplier = a.supplier AND t.day = a.day
        LEFT JOIN claim AS c ON c.row_no = a.row_no AND c.receivable = a.receivable
    )
    SELECT row_no, {weighted_whole("sealed", 1_000_000)} AS asked_sealed
    FROM each
    GROUP BY row_no
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="asked_seals",
    credit=Credit.DATA,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.INVOICES,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "asked_sealed",
            "share of the invoices asked for whose latest state is valid and was told by the tax "
            "office's register in the 3 days before as_of; mean by face over the receivables",
            Risk.FALLS,
            "share",
            "invoices haven't been told of the supplier, or none between the two parties is known "
            "of the receivables asked for",
            "RD01",
            "share of the invoices asked for that were checked within three days: {value}",
            "三日内查验有效的申请发票占比：{value}",
            "D08",
        ),
    ),
)
