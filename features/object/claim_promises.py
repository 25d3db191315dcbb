"""Promises of others to pay for the claim: guarantees and credit insurance in force, live."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.object.claim_papers import DISPUTED, PAPER
from features.sources import Source
from features.spine import weighted_whole
from features.subject.rated import best_of
from features.versions import seen_live

EXPOSURE = """
    SELECT r.row_no, r.supplier, r.buyer, r.day, r.live_through,
        CASE WHEN r.amount_requested_minor > 0 THEN r.amount_requested_minor
            WHEN COUNT(a.face_minor) = COUNT(*) AND SUM(a.face_minor) > 0 THEN SUM(a.face_minor)
            END AS minor
    FROM request AS r
    JOIN asked AS a ON a.row_no = r.row_no
    GROUP BY r.row_no, r.supplier, r.buyer, r.day, r.live_through, r.amount_requested_minor
"""
"""What would be at risk: the amount asked for, else the face."""

SQL = f"""
    WITH exposure AS ({EXPOSURE}),
    paper AS ({PAPER}),
    disputed AS ({DISPUTED}),
    promise AS (
        SELECT e.row_no, g.ref, g.guarantor, g.share_ppm, g.cap_minor, e.minor, e.day,
            e.live_through
        FROM exposure AS e
        JOIN live_guarantee AS g ON g.debtor = e.supplier AND {seen_live("g", "e")}
        LEFT JOIN asked AS a ON a.row_no = e.row_no AND a.receivable = g.receivable
        WHERE (g.receivable IS NULL OR a.receivable IS NOT NULL)
            AND g.valid_from <= e.day AND (g.valid_until IS NULL OR g.valid_until > e.day)
    ),
    graded AS (
        SELECT p.row_no, p.ref, n.pd_12m_ppm,
            ROW_NUMBER() OVER (
                PARTITION BY p.row_no, p.ref
                ORDER BY {best_of("n.agency")}, n.acted_on DESC, n.seq DESC
            ) AS place
        FROM promise AS p
        JOIN live_rating AS n ON n.party = p.guarantor AND {seen_live("n", "p")}
            AND n.pd_12m_ppm IS NOT NULL AND n.acted_on <= p.day
            AND (n.valid_until IS NULL OR n.valid_until > p.day)
    ),
    judged AS (
        SELECT p.row_no, CAST(p.share_ppm AS DOUBLE) AS share_ppm,
            CASE WHEN p.minor IS NULL THEN NULL
                WHEN p.cap_minor IS NULL OR p.cap_minor >= p.minor THEN 1.0E0
                ELSE CAST(p.cap_minor AS DOUBLE) / CAST(p.minor AS DOUBLE) END AS part,
            CASE WHEN n.pd_12m_ppm < 1 THEN 0.000001E0 WHEN n.pd_12m_ppm > 999999 THEN 0.999999E0
                ELSE CAST(n.pd_12m_ppm AS DOUBLE) / 1000000.0E0 END AS pd,
            n.pd_12m_ppm
        FROM promise AS p
        LEFT JOIN graded AS n ON n.row_no = p.row_no AND n.ref = p.ref AND n.place = 1
    ),
    guaranteed AS (
        SELECT row_no, SUM(FLOOR(share_ppm * part * 1000.0E0 + 0.5E0)) AS cover,
            SUM(CASE WHEN pd_12m_ppm IS NOT NULL THEN share_ppm END) AS graded_ppm,
            SUM(CASE WHEN pd_12m_ppm IS NOT NULL THEN share_ppm
                * FLOOR(LN(pd / (1.0E0 - pd)) * 1000000.0E0 + 0.5E0) END) AS log_odds
        FROM judged
        GROUP BY row_no
    ),
    policy AS (
        SELECT a.row_no, a.receivable,
            MAX(CASE WHEN i.excludes_disputes AND d.minor > 0 THEN 0.0E0
                ELSE CAST(i.insured_ppm AS DOUBLE) / 1000000.0E0
                    * (1.0E0 - CAST(COALESCE(i.deductible_ppm, 0) AS DOUBLE) / 1000000.0E0)
                END) AS cover
        FROM asked AS a
        JOIN live_insurance AS i ON i.insured = a.supplier AND {seen_live("i", "a")}
            AND (i.receivable IS NULL OR i.receivable = a.receivable)
            AND (i.risk IS NULL OR i.risk = a.buyer)
            AND i.insurance IN ('trade_credit', 'export_credit')
            AND i.valid_from <= a.day AND (i.valid_until IS NULL OR i.valid_until > a.day)
        LEFT JOIN disputed AS d ON d.row_no = a.row_no AND d.receivable = a.receivable
        GROUP BY a.row_no, a.receivable
    ),
    each AS (
        SELECT a.row_no, a.weight_ppm, COALESCE(p.cover, 0.0E0) AS cover
        FROM asked AS a
        LEFT JOIN policy AS p ON p.row_no = a.row_no AND p.receivable = a.receivable
    ),
    insured AS (
        SELECT row_no, {weighted_whole("cover", 1_000_000)} AS cover FROM each GROUP BY row_no
    )
    SELECT e.row_no, i.cover AS insur_cover,
        CASE WHEN e.minor IS NULL THEN NULL WHEN g.cover IS NULL THEN 0.0E0
            WHEN g.cover > 1000000000.0E0 THEN 1.0E0 ELSE g.cover / 1000000000.0E0 END
            AS guar_cover,
        CASE WHEN g.graded_ppm > 0.0E0 THEN g.log_odds / (1000000.0E0 * g.graded_ppm) END
            AS guar_logit_pd
    FROM exposure AS e
    JOIN insured AS i ON i.row_no = e.row_no
    LEFT JOIN guaranteed AS g ON g.row_no = e.row_no
"""  # noqa: S608 - composed of literals

RELATION = Relation(
    name="claim_promises",
    credit=Credit.OBJECT,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.BOOK,),
    features=(
        Feature(
            "guar_cover",
            "share of the amount asked for (else of the face) that guarantees in force for the "
            "claims or for the supplier cover, each its share of its cap, at most 1",
            Risk.FREE,
            "0-1",
            "neither the amount asked for nor the face is known",
            "RO11",
            "covered by guarantees: {value}",
            "担保覆盖比例：{value}",
            "O35",
        ),
        Feature(
            "guar_logit_pd",
            "log-odds of the guarantors' probabilities of default by their latest ratings (the "
            "lender's own before an agency's, that before a shadow rating), weighted by the shares "
            "they guarantee",
            Risk.RISES,
            "log-odds",
            "no guarantor with a rating",
            "RO11",
            "log-odds of the guarantor's default: {value}",
            "担保人违约对数几率：{value}",
            "O36",
            (Source.RATINGS,),
        ),
        Feature(
            "insur_cover",
            "share insured less deductible of the credit insurance in force for the claim, the "
            "best one; 0 without, and where the policy excludes disputes and one is open; mean by "
            "face over the receivables asked for",
            Risk.FREE,
            "0-1",
            "never missing",
            "RO11",
            "covered by credit insurance: {value}",
            "信用保险覆盖比例：{value}",
            "O37",
        ),
    ),
)
