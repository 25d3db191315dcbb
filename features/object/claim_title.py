"""Title to the claim: what confirms it, what proves it, and what may be set against it."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.object.claim_papers import DISPUTED, PAPER, capped
from features.sources import TOLD, Source
from features.spine import weighted_whole
from features.versions import seen_live

MILLION = 1_000_000

KEPT_PER_HOP = "0.95E0"
"""What of the buyer's credit each confirmed hop passes on."""

SQL = f"""
    WITH paper AS ({PAPER}),
    agreed AS (
        SELECT a.row_no, a.receivable, MIN(COALESCE(c.contract, p.contract, o.contract)) AS contract
        FROM asked AS a
        JOIN live_receivable AS c ON c.ref = a.receivable AND {seen_live("c", "a")}
        LEFT JOIN paper AS p ON p.row_no = a.row_no AND p.receivable = a.receivable
        LEFT JOIN live_purchase_order AS o ON o.ref = p.purchase_order AND {seen_live("o", "a")}
        GROUP BY a.row_no, a.receivable
    ),
    ordered AS (
        SELECT DISTINCT row_no, receivable, live_through, purchase_order
        FROM paper
        WHERE purchase_order IS NOT NULL
    ),
    sent AS (
        SELECT p.row_no, p.receivable, d.ref,
            MAX(CASE WHEN d.value_minor > 0 THEN {capped("d.value_minor", 10**14)} ELSE 1 END)
                AS worth,
            MAX(COALESCE(x.evidence_level, 0)) AS level,
            MAX(COALESCE(x.accepted_on, x.deemed_accepted_on, d.received_on)) AS taken_on
        FROM ordered AS p
        JOIN live_delivery AS d
            ON d.purchase_order = p.purchase_order AND {seen_live("d", "p")}
        LEFT JOIN live_acceptance AS x ON x.delivery = d.ref AND {seen_live("x", "p")}
        GROUP BY p.row_no, p.receivable, d.ref
    ),
    taken AS (
        SELECT row_no, receivable, MAX(taken_on) AS taken_on,
            CAST(SUM(level * worth) AS DOUBLE) / CAST(SUM(worth) AS DOUBLE) AS level
        FROM sent
        GROUP BY row_no, receivable
    ),
    named AS (SELECT DISTINCT row_no, receivable FROM ordered),
    answer AS (
        SELECT a.row_no, a.receivable, f.level, f.confirmed_on,
            ROW_NUMBER() OVER (
                PARTITION BY a.row_no, a.receivable ORDER BY f.happened_at DESC, f.seq DESC
            ) AS place
        FROM asked AS a
        JOIN live_confirmation AS f ON f.receivable = a.receivable AND {seen_live("f", "a")}
    ),
    disputed AS ({DISPUTED}),
    certificate AS (
        SELECT a.row_no, a.receivable, MAX(e.hop) AS hop,
            MAX(CASE WHEN e.status IN ('overdue', 'cancelled') OR NOT e.payment_promise
                THEN 1 ELSE 0 END) AS broken
        FROM asked AS a
        JOIN live_e_certificate AS e ON e.receivable = a.receivable AND {seen_live("e", "a")}
        WHERE e.hop IS NOT NULL
        GROUP BY a.row_no, a.receivable
    ),
    relation AS (
        SELECT r.row_no, t.tier_from_core,
            ROW_NUMBER() OVER (
                PARTITION BY r.row_no ORDER BY t.happened_at DESC, t.seq DESC
            ) AS place
        FROM request AS r
        JOIN live_trade_relation AS t ON t.supplier = r.supplier AND t.buyer = r.buyer
            AND {seen_live("t", "r")} AND t.tier_from_core IS NOT NULL
    ),
    stated AS (
        SELECT a.row_no, a.receivable, a.weight_ppm, a.face_minor, a.due_on, a.issued_on,
            CASE WHEN s.platform_state {TOLD} THEN 1 ELSE 0 END AS told,
            f.level AS said_level, f.confirmed_on, x.level AS taken_level, x.taken_on,
            n.receivable AS order_named, t.retention_ppm,
            CASE WHEN t.pay_when_paid THEN 1 WHEN NOT t.pay_when_paid THEN 0 END AS when_paid,
            CASE WHEN t.buyer_size IS NULL OR t.supplier_size IS NULL THEN NULL
                WHEN t.buyer_size = 'large' AND t.supplier_size <> 'large' THEN 1 ELSE 0
                END AS protected,
            d.minor AS disputed_minor, e.hop, e.broken, relation.tier_from_core
        FROM asked AS a
        LEFT JOIN made_supplier_sources AS s ON s.supplier = a.supplier AND s.day = a.day
        JOIN agreed AS g ON g.row_no = a.row_no AND g.receivable = a.receivable
        LEFT JOIN live_contract AS t ON t.ref = g.contract AND t.supplier = a.supplier
            AND {seen_live("t", "a")}
        LEFT JOIN named AS n ON n.row_no = a.row_no AND n.receivable = a.receivable
        LEFT JOIN taken AS x ON x.row_no = a.row_no AND x.receivable = a.receivable
        LEFT JOIN answer AS f
            ON f.row_no = a.row_no AND f.receivable = a.receivable AND f.place = 1
        LEFT JOIN disputed AS d ON d.row_no = a.row_no AND d.receivable = a.receivable
        LEFT JOIN certificate AS e ON e.row_no = a.row_no AND e.receivable = a.receivable
        LEFT JOIN relation ON relation.row_no = a.row_no AND relation.place = 1
    ),
    each AS (
        SELECT row_no, weight_ppm, retention_ppm, when_paid,
            CASE WHEN said_level IS NOT NULL THEN said_level WHEN told = 1 THEN 0 END AS level,
            confirmed_on - issued_on AS lag,
            CASE WHEN taken_level IS NOT NULL THEN taken_level
                WHEN told = 1 AND order_named IS NOT NULL THEN 0.0E0 END AS taken_level,
            CASE WHEN protected = 0 THEN 0
                WHEN protected = 1 AND due_on - taken_on > 60 THEN due_on - taken_on - 60
                WHEN protected = 1 AND taken_on IS NOT NULL THEN 0 END AS excess,
            CASE WHEN face_minor > 0 AND disputed_minor >= face_minor THEN 1.0E0
                WHEN face_minor > 0 AND disputed_minor IS NOT NULL
                    THEN CAST(disputed_minor AS DOUBLE) / CAST(face_minor AS DOUBLE)
                WHEN face_minor > 0 AND told = 1 THEN 0.0E0 END AS disputed,
            COALESCE(hop + 1, tier_from_core) AS tier,
            CASE WHEN broken = 1 THEN 0.0E0
                WHEN hop IS NOT NULL THEN EXP(LN({KEPT_PER_HOP}) * CAST(hop + 1 AS DOUBLE))
                WHEN tier_from_core IS NULL OR (said_level IS NULL AND told = 0) THEN NULL
                WHEN tier_from_core = 1 AND said_level >= 1 THEN {KEPT_PER_HOP}
                ELSE 0.0E0 END AS passed_on
        FROM stated
    )
    SELECT row_no,
        {weighted_whole("excess")} AS term_excess_60,
        {weighted_whole("level")} AS confirm_level,
        {weighted_whole("lag")} AS confirm_lag,
        {weighted_whole("taken_level", MILLION)} AS acceptance_level,
        {weighted_whole("CAST(retention_ppm AS DOUBLE) / 1000000.0E0", MILLION)} AS retention_pct,
        {weighted_whole("when_paid")} AS pay_when_paid,
        {weighted_whole("disputed", MILLION)} AS open_dispute_share,
        {weighted_whole("tier")} AS tier,
        {weighted_whole("passed_on", MILLION)} AS credit_transmit
    FROM each
    GROUP BY row_no
"""  # noqa: S608 - composed of literals

NO_CONTRACT = "no contract of the claim is known, or it doesn't say"
NO_PLATFORM = "the buyers' platform hasn't told of the supplier"


def _by_face(
    code: str,
    name: str,
    risk: Risk,
    unit: str,
    missing: str,
    reason: str,
    definition: str,
    phrases: tuple[str, str],
) -> Feature:
    en, zh = f"{phrases[0]}: {{value}}", f"{phrases[1]}：{{value}}"
    words = f"{definition}; mean by face over the receivables asked for"
    return Feature(name, words, risk, unit, missing, reason, en, zh, code)


RELATION = Relation(
    name="claim_title",
    credit=Credit.OBJECT,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.PLATFORM,),
    after=(supplier_sources.RELATION,),
    features=(
        _by_face(
            "O04",
            "term_excess_60",
            Risk.RISES,
            "days",
            "the sizes at signing aren't known, or a large buyer's delivery isn't",
            "RO01",
            "days from the last acceptance (else receipt) of the order billed to the due date "
            "beyond 60, where the buyer was large and the supplier not at signing, else 0",
            ("days beyond the legal 60 from delivery", "超出法定60天付款期的天数"),
        ),
        _by_face(
            "O08",
            "confirm_level",
            Risk.FALLS,
            "0-4",
            f"no answer of the buyer is on file, and {NO_PLATFORM}",
            "RO03",
            "latest confirmation by the buyer: 0 none, 1 tacit, 2 click, 3 signed, 4 notary",
            ("level of confirmation (0-4)", "确权级别(0至4)"),
        ),
        _by_face(
            "O09",
            "confirm_lag",
            Risk.RISES,
            "days",
            "not confirmed, or not known",
            "RO03",
            "days from issue to confirmation",
            ("days to confirmation", "确权用时天数"),
        ),
        _by_face(
            "O10",
            "acceptance_level",
            Risk.FALLS,
            "0-3",
            f"no invoice of the claim names an order, or {NO_PLATFORM}",
            "RO04",
            "evidence of acceptance of the deliveries of the orders billed, weighted by value: 0 "
            "none, 1 upload, 2 buyer's system, 3 signed and carrier or sensors",
            ("evidence of acceptance (0-3)", "验收凭证级别(0至3)"),
        ),
        _by_face(
            "O12",
            "retention_pct",
            Risk.RISES,
            "share",
            NO_CONTRACT,
            "RO06",
            "retention of the contract",
            ("retention", "质保金比例"),
        ),
        _by_face(
            "O13",
            "pay_when_paid",
            Risk.FREE,
            "0/1",
            NO_CONTRACT,
            "RO06",
            "1 where the contract has a pay-when-paid clause, else 0",
            ("pay-when-paid clause (1 yes)", "背靠背条款(1为是)"),
        ),
        _by_face(
            "O14",
            "open_dispute_share",
            Risk.RISES,
            "share",
            f"the face isn't known, or {NO_PLATFORM}",
            "RO06",
            "open disputes of the receivable or of its invoices over the face, at most 1",
            ("share in open dispute", "争议未决占比"),
        ),
        _by_face(
            "O23",
            "tier",
            Risk.RISES,
            "hops",
            "neither a certificate nor the trade relation says",
            "RO09",
            "hops from the core enterprise, 1 is direct: by the certificate, else by the latest "
            "trade relation",
            ("hops from the core enterprise", "距核心企业层级"),
        ),
        _by_face(
            "O24",
            "credit_transmit",
            Risk.FALLS,
            "0-1",
            "neither certificate nor tier and confirmation are known",
            "RO09",
            "0.95 for each hop of a certificate that holds, 0.95 for a direct claim that is "
            "confirmed, 0 where the chain is broken",
            ("credit passed on along the chain", "信用传递系数"),
        ),
    ),
)
