"""How claims between the two parties are settled: less than invoiced, in parts, by whom."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.rates import shrunk
from features.sources import TOLD, Source

AGED_DAYS, REISSUE_DAYS, KAPPA = 60, 30, 10
QUARTERS = tuple(range(60, 271, 30))
"""Ages in days of the youngest invoices of three months that roll by one."""

LESSENS = "('credit_note', 'return', 'rebate', 'price_dispute', 'set_off', 'penalty')"
"""Kinds of dilution that count; a retention is paid later, a discount is paid for."""

_AGED = f"BETWEEN {AGED_DAYS} AND 364"


def _drawn(some: str, whole: str, count: str) -> str:
    """SQL of a share by amount, drawn with ten of the counted to none; missing without any."""
    share = f"CAST({some} AS DOUBLE) / CAST(NULLIF({whole}, 0) AS DOUBLE)"
    return (
        f"CASE WHEN {whole} > 0 THEN CAST({count} AS DOUBLE) * ({share}) "
        f"/ (CAST({count} AS DOUBLE) + {KAPPA}.0E0) END"
    )


SQL = f"""
    WITH cell AS (
        SELECT seller AS supplier, buyer, issued_on, from_day, until_day,
            SUM(gross_minor) AS gross, COUNT(*) AS n
        FROM known_invoice
        WHERE gross_minor > 0
        GROUP BY seller, buyer, issued_on, from_day, until_day
    ),
    sold AS (
        SELECT k.supplier, k.day, c.buyer, SUM(c.gross) AS gross, SUM(c.n) AS n
        FROM supplier_day AS k
        JOIN cell AS c ON c.supplier = k.supplier AND c.from_day <= k.day AND k.day < c.until_day
            AND k.day - c.issued_on {_AGED}
        GROUP BY k.supplier, k.day, c.buyer
    ),
    note AS (
        SELECT k.supplier, k.day, x.red_of AS invoice, -SUM(x.gross_minor) AS red, 0 AS told,
            MIN(x.issued_on) AS red_on
        FROM supplier_day AS k
        JOIN known_invoice AS x ON x.seller = k.supplier AND x.gross_minor < 0
            AND x.red_of IS NOT NULL AND x.from_day <= k.day AND k.day < x.until_day
        GROUP BY k.supplier, k.day, x.red_of
        UNION ALL
        SELECT k.supplier, k.day, e.invoice, 0 AS red, SUM(e.amount_minor) AS told, NULL AS red_on
        FROM supplier_day AS k
        JOIN known_dilution_event AS e ON e.supplier = k.supplier AND e.dilution IN {LESSENS}
            AND (e.non_cash IS NULL OR e.non_cash) AND e.invoice IS NOT NULL
            AND e.from_day <= k.day AND k.day < e.until_day
        GROUP BY k.supplier, k.day, e.invoice
    ),
    less AS (
        SELECT supplier, day, invoice, SUM(red) AS red, SUM(told) AS told, MIN(red_on) AS red_on
        FROM note
        GROUP BY supplier, day, invoice
    ),
    lessened AS (
        SELECT l.supplier, l.day, i.buyer, l.invoice, i.issued_on, i.gross_minor, l.red, l.red_on,
            LEAST(i.gross_minor, GREATEST(l.red, l.told)) AS credit
        FROM less AS l
        JOIN known_invoice AS i ON i.ref = l.invoice AND i.seller = l.supplier
            AND i.gross_minor > 0 AND i.from_day <= l.day AND l.day < i.until_day
            AND l.day - i.issued_on {_AGED}
    ),
    anew AS (
        SELECT DISTINCT l.supplier, l.day, l.invoice
        FROM lessened AS l
        JOIN known_invoice AS x ON x.seller = l.supplier AND x.buyer = l.buyer
            AND x.gross_minor = l.gross_minor AND x.ref <> l.invoice
            AND x.issued_on BETWEEN l.red_on AND l.red_on + {REISSUE_DAYS}
            AND x.from_day <= l.day AND l.day < x.until_day
        WHERE l.red >= l.gross_minor
    ),
    lost AS (
        SELECT l.supplier, l.day, l.buyer, l.issued_on, l.credit
        FROM lessened AS l
        LEFT JOIN anew AS a
            ON a.supplier = l.supplier AND a.day = l.day AND a.invoice = l.invoice
        WHERE a.invoice IS NULL
    ),
    credit AS (
        SELECT supplier, day, buyer, SUM(credit) AS minor
        FROM lost
        GROUP BY supplier, day, buyer
    ),
    diluted AS (
        SELECT s.supplier, s.day, s.buyer, s.gross, s.n, COALESCE(c.minor, 0) AS minor,
            SUM(s.gross) OVER (PARTITION BY s.supplier, s.day) AS all_gross,
            SUM(COALESCE(c.minor, 0)) OVER (PARTITION BY s.supplier, s.day) AS all_minor
        FROM sold AS s
        LEFT JOIN credit AS c
            ON c.supplier = s.supplier AND c.day = s.day AND c.buyer = s.buyer
    ),
    whole AS (
        SELECT DISTINCT supplier, day,
            CAST(all_minor AS DOUBLE) / CAST(all_gross AS DOUBLE) AS rate
        FROM diluted
    ),
    quarter AS ({" UNION ALL ".join(f"SELECT {youngest} AS youngest" for youngest in QUARTERS)}),
    quarter_sold AS (
        SELECT k.supplier, k.day, q.youngest, SUM(c.gross) AS gross, SUM(c.n) AS n
        FROM supplier_day AS k
        JOIN cell AS c ON c.supplier = k.supplier AND c.from_day <= k.day AND k.day < c.until_day
            AND k.day - c.issued_on {_AGED}
        JOIN quarter AS q ON k.day - c.issued_on BETWEEN q.youngest AND q.youngest + 90
        GROUP BY k.supplier, k.day, q.youngest
    ),
    quarter_lost AS (
        SELECT l.supplier, l.day, q.youngest, SUM(l.credit) AS minor
        FROM lost AS l
        JOIN quarter AS q ON l.day - l.issued_on BETWEEN q.youngest AND q.youngest + 90
        GROUP BY l.supplier, l.day, q.youngest
    ),
    spike AS (
        SELECT s.supplier, s.day, MAX({
    shrunk(
        "CAST(s.n AS DOUBLE) * CAST(COALESCE(l.minor, 0) AS DOUBLE) / CAST(s.gross AS DOUBLE)",
        "s.n",
        "w.rate",
        KAPPA,
    )
}) AS rate
        FROM quarter_sold AS s
        JOIN whole AS w ON w.supplier = s.supplier AND w.day = s.day
        LEFT JOIN quarter_lost AS l
            ON l.supplier = s.supplier AND l.day = s.day AND l.youngest = s.youngest
        GROUP BY s.supplier, s.day
    ),
    payment AS (
        SELECT k.supplier, k.buyer, k.day, p.amount_minor, p.channel, p.payer,
            p.payer_account_hash AS account
        FROM pair_day AS k
        JOIN known_payment AS p ON p.payee = k.supplier AND p.payer = k.buyer
            AND p.receivable IS NULL AND p.from_day <= k.day AND k.day < p.until_day
        WHERE p.amount_minor > 0 AND k.day - p.paid_on BETWEEN 0 AND 364
        UNION ALL
        SELECT k.supplier, k.buyer, k.day, p.amount_minor, p.channel, p.payer,
            p.payer_account_hash AS account
        FROM pair_day AS k
        JOIN known_receivable AS r ON r.supplier = k.supplier AND r.buyer = k.buyer
            AND r.from_day <= k.day AND k.day < r.until_day
        JOIN known_payment AS p ON p.receivable = r.ref
            AND p.from_day <= k.day AND k.day < p.until_day
        WHERE p.amount_minor > 0 AND k.day - p.paid_on BETWEEN 0 AND 364
    ),
    own AS (
        SELECT k.buyer, k.day, a.value_hash AS account
        FROM buyer_day AS k
        JOIN known_party_attribute AS a ON a.party = k.buyer AND a.attribute = 'bank_account'
            AND a.from_day <= k.day AND k.day < a.until_day
        UNION
        SELECT k.buyer, k.day, a.bank_account_hash AS account
        FROM buyer_day AS k
        JOIN known_party_profile AS a ON a.party = k.buyer AND a.bank_account_hash IS NOT NULL
            AND a.from_day <= k.day AND k.day < a.until_day
    ),
    having_one AS (SELECT DISTINCT buyer, day FROM own),
    settled AS (
        SELECT p.supplier, p.buyer, p.day, COUNT(*) AS n, SUM(p.amount_minor) AS minor,
            SUM(CASE WHEN p.channel = 'third_party' OR p.payer <> p.buyer
                    OR (p.account IS NOT NULL AND h.buyer IS NOT NULL AND o.account IS NULL)
                THEN p.amount_minor ELSE 0 END) AS third,
            SUM(CASE WHEN p.channel IN ('bill', 'e_certificate') THEN p.amount_minor ELSE 0 END)
                AS paper,
            SUM(CASE WHEN p.channel IS NOT NULL THEN p.amount_minor ELSE 0 END) AS told,
            COUNT(p.channel) AS n_told
        FROM payment AS p
        LEFT JOIN having_one AS h ON h.buyer = p.buyer AND h.day = p.day
        LEFT JOIN own AS o ON o.buyer = p.buyer AND o.day = p.day AND o.account = p.account
        WHERE COALESCE(p.channel, 'bank') <> 'offset'
        GROUP BY p.supplier, p.buyer, p.day
    )
    SELECT k.supplier, k.buyer, k.day,
        CASE WHEN t.invoices_state {TOLD} AND w.rate IS NOT NULL THEN {
    shrunk(
        "COALESCE(CAST(d.n AS DOUBLE) * CAST(d.minor AS DOUBLE) / CAST(d.gross AS DOUBLE), 0.0E0)",
        "d.n",
        "w.rate",
        KAPPA,
    )
} END AS pair_dilution_rate,
        CASE WHEN t.invoices_state {TOLD} THEN p.rate END AS supplier_dilution_spike,
        CASE WHEN t.bank_state {TOLD} THEN {_drawn("s.paper", "s.told", "s.n_told")} END
            AS pair_noncash_settled,
        CASE WHEN t.bank_state {TOLD} THEN {_drawn("s.third", "s.minor", "s.n")} END
            AS pair_third_party_payer
    FROM pair_day AS k
    JOIN made_supplier_sources AS t ON t.supplier = k.supplier AND t.day = k.day
    LEFT JOIN whole AS w ON w.supplier = k.supplier AND w.day = k.day
    LEFT JOIN spike AS p ON p.supplier = k.supplier AND p.day = k.day
    LEFT JOIN diluted AS d ON d.supplier = k.supplier AND d.buyer = k.buyer AND d.day = k.day
    LEFT JOIN settled AS s ON s.supplier = k.supplier AND s.buyer = k.buyer AND s.day = k.day
"""  # noqa: S608 - composed of literals

NO_PAYMENT = (
    "the bank hasn't told of the supplier, or no payment{} between the two in 365 days is known"
)

RELATION = Relation(
    name="pair_settlement",
    credit=Credit.DATA,
    grain=Grain.PAIR,
    sql=SQL,
    needs=(Source.BANK,),
    after=(supplier_sources.RELATION,),
    features=(
        Feature(
            "pair_dilution_rate",
            "what lessened the invoices between the two parties that are 60 to 364 days old, over "
            "their gross, drawn with 10 invoices to all of the supplier: red notes, or credit "
            "notes, returns, rebates, price disputes, set-off and penalties without cash if that "
            "is more; not where the same amount is invoiced anew within 30 days of the red note",
            Risk.RISES,
            "share",
            "invoices haven't been told, or none of the supplier that old is known",
            "RD05",
            "share of invoices lost to credits and returns: {value}",
            "折让、退货与红冲占开票额之比：{value}",
            "D42",
            (Source.INVOICES,),
        ),
        Feature(
            "supplier_dilution_spike",
            "the same of all of the supplier's invoices of three months, drawn with 10 invoices to "
            "the year: the largest of eight such rates, each a month earlier",
            Risk.RISES,
            "share",
            "invoices haven't been told, or none of the supplier that old is known",
            "RD05",
            "highest share of three months' invoices lost to credits and returns: {value}",
            "三个月开票额中折让、退货与红冲的最高占比：{value}",
            "D43",
            (Source.INVOICES,),
        ),
        Feature(
            "pair_noncash_settled",
            "share by amount paid with bills or e-certificates, of the payments between the two "
            "parties in 365 days whose channel is known, set-off left out, drawn with 10 to none",
            Risk.RISES,
            "share",
            NO_PAYMENT.format(" of a known channel"),
            "RD05",
            "share paid with bills or e-certificates: {value}",
            "以票据或电子凭证支付的占比：{value}",
            "D45",
        ),
        Feature(
            "pair_third_party_payer",
            "share by amount paid by another party, through a third one, or from an account that "
            "isn't one of the buyer's where some are known, of the payments between the two "
            "parties in 365 days, set-off left out, drawn with 10 to none",
            Risk.RISES,
            "share",
            NO_PAYMENT.format(""),
            "RD01",
            "share paid by others than the buyer: {value}",
            "由买方以外付款的占比：{value}",
            "D46",
        ),
    ),
)
