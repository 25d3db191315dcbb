"""Whether what the supplier invoiced agrees with its tax returns and with the money it got."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import TOLD, Source

USUAL_TERM_DAYS = 60
"""An invoice without a due date counts as due after so many days: what the law allows a large
buyer of a small firm."""

SQL = f"""
    WITH ranked AS (
        SELECT k.point, k.firm, k.day, r.period_start, r.period_end, r.taxable_sales_minor,
            ROW_NUMBER() OVER (
                PARTITION BY k.point, r.period_start, r.period_end
                ORDER BY r.happened_at DESC, r.seq DESC
            ) AS place
        FROM supplier_point AS k
        JOIN known_tax_return AS r ON r.party = k.supplier AND r.tax = 'vat'
            AND r.from_day <= k.day AND k.day < r.until_day AND r.taxable_sales_minor IS NOT NULL
            AND r.period_end <= k.day AND r.period_end > k.day - 365
    ),
    declared AS (
        SELECT point, SUM(taxable_sales_minor) AS sales
        FROM ranked
        WHERE place = 1
        GROUP BY point
    ),
    invoiced AS (
        SELECT r.point, SUM(t.gross_minor - t.tax_minor) AS sales
        FROM ranked AS r
        JOIN trade AS t ON t.firm = r.firm AND t.sells = 1 AND t.dead = 0
            AND t.from_day <= r.day AND r.day < t.until_day
            AND r.period_start <= t.issued_on AND t.issued_on < r.period_end
        WHERE r.place = 1
        GROUP BY r.point
    ),
    due AS (
        SELECT k.point, SUM(t.gross_minor) AS gross
        FROM supplier_point AS k
        JOIN trade AS t ON t.firm = k.firm AND t.sells = 1 AND t.dead = 0
            AND t.from_day <= k.day AND k.day < t.until_day
            AND COALESCE(t.due_on, t.issued_on + {USUAL_TERM_DAYS}) <= k.day
            AND COALESCE(t.due_on, t.issued_on + {USUAL_TERM_DAYS}) > k.day - 365
        GROUP BY k.point
    ),
    inflow AS (
        SELECT k.point, SUM(p.amount_minor) AS amount,
            SUM(CASE WHEN p.amount_minor IS NULL THEN 1 ELSE 0 END) AS unknown
        FROM supplier_point AS k
        JOIN known_payment AS p ON p.payee = k.supplier
            AND p.from_day <= k.day AND k.day < p.until_day
            AND p.paid_on <= k.day AND p.paid_on > k.day - 365
            AND COALESCE(p.channel, 'bank') <> 'offset'
        JOIN trade_partner AS c ON c.point = k.point AND c.sells = 1 AND c.partner = p.payer
        GROUP BY k.point
    )
    SELECT k.supplier, k.day,
        CASE WHEN declared.sales > 0 AND invoiced.sales > 0
            THEN ABS(LN(CAST(invoiced.sales AS DOUBLE) / CAST(declared.sales AS DOUBLE))) END
            AS supplier_invoices_vs_return,
        CASE WHEN told.bank_state {TOLD} AND due.gross > 0 AND COALESCE(inflow.unknown, 0) = 0
            THEN 1.0E0 - GREATEST(0.0E0, LEAST(1.0E0,
                CAST(COALESCE(inflow.amount, 0) AS DOUBLE) / CAST(due.gross AS DOUBLE))) END
            AS supplier_invoices_vs_bank
    FROM supplier_point AS k
    LEFT JOIN declared ON declared.point = k.point
    LEFT JOIN invoiced ON invoiced.point = k.point
    LEFT JOIN due ON due.point = k.point
    LEFT JOIN inflow ON inflow.point = k.point
    LEFT JOIN made_supplier_sources AS told ON told.supplier = k.supplier AND told.day = k.day
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="supplier_cross_checks",
    credit=Credit.DATA,
    grain=Grain.SUPPLIER,
    sql=SQL,
    needs=(Source.INVOICES,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "supplier_invoices_vs_return",
            "absolute ln of invoiced sales without tax, red notes taken off, over those declared, "
            "both of the periods of VAT returns that ended within 365 days; of returns of one "
            "period the last counts",
            Risk.RISES,
            "ln",
            "no VAT return of such a period, or no sales above 0 in them, are known",
            "RD06",
            "distance of invoiced from declared sales, ln: {value}",
            "开票与申报销售额偏离：{value}",
            "D33",
            needs=(Source.INVOICES, Source.TAX),
        ),
        Feature(
            "supplier_invoices_vs_bank",
            "1 less the money that came in from customers within 365 days over the gross amount of "
            "valid sales invoices that fell due in them (60 days after issue where no day is "
            "printed); from 0 to 1, set-offs aren't money",
            Risk.RISES,
            "share",
            "the bank told nothing, nothing fell due, or the amount of a payment isn't known",
            "RD06",
            "share of what fell due that didn't come in at the bank: {value}",
            "到期开票额未见银行回款占比：{value}",
            "D34",
            needs=(Source.INVOICES, Source.BANK),
        ),
    ),
)
