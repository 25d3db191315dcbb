"""Who else may have a right in the claim, and what the buyer may set off against it: live."""

from __future__ import annotations

from features.data import supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.object import pair_usual
from features.object.claim_papers import MOST_MINOR, PAPER, capped
from features.sources import TOLD, Source
from features.spine import weighted_whole
from features.versions import seen_live

MILLION = 1_000_000

SQL = f"""
    WITH paper AS ({PAPER}),
    registered AS (
        SELECT r.row_no, g.ref, g.buyer, g.invoice_number, g.contract_number, g.amount_minor,
            g.receivable
        FROM request AS r
        JOIN live_registration AS g ON g.debtor = r.supplier AND {seen_live("g", "r")}
        WHERE g.registered_at <= r.live_through
            AND g.business IN ('assignment', 'pledge', 'factoring', 'other')
            AND (g.ended_on IS NULL OR g.ended_on > r.day)
            AND (g.expires_on IS NULL OR g.expires_on > r.day)
    ),
    rival AS (
        SELECT row_no, ref, buyer, invoice_number, contract_number, amount_minor
        FROM registered
        WHERE receivable IS NULL
    ),
    overlap AS (
        SELECT a.row_no, a.receivable, g.ref, g.amount_minor
        FROM asked AS a
        JOIN paper AS p ON p.row_no = a.row_no AND p.receivable = a.receivable
        JOIN rival AS g ON g.row_no = a.row_no AND g.invoice_number = p.number
        UNION
        SELECT a.row_no, a.receivable, g.ref, g.amount_minor
        FROM asked AS a
        JOIN live_receivable AS c ON c.ref = a.receivable AND {seen_live("c", "a")}
        JOIN live_contract AS t ON t.ref = c.contract AND t.supplier = a.supplier
            AND {seen_live("t", "a")}
        JOIN rival AS g ON g.row_no = a.row_no AND g.contract_number = t.number
            AND g.invoice_number IS NULL
        UNION
        SELECT a.row_no, a.receivable, g.ref, g.amount_minor
        FROM asked AS a
        JOIN rival AS g ON g.row_no = a.row_no AND g.invoice_number IS NULL
            AND g.contract_number IS NULL AND (g.buyer IS NULL OR g.buyer = a.buyer)
    ),
    searched AS (
        SELECT a.row_no, a.receivable, s.rank, s.overlap_minor,
            ROW_NUMBER() OVER (
                PARTITION BY a.row_no, a.receivable ORDER BY s.happened_at DESC, s.seq DESC
            ) AS place
        FROM asked AS a
        JOIN live_registry_search AS s ON s.receivable = a.receivable AND {seen_live("s", "a")}
    ),
    counted AS (
        SELECT a.row_no, a.receivable, COUNT(g.ref) AS n,
            SUM(CASE WHEN g.ref IS NULL THEN 0 WHEN g.amount_minor < a.face_minor
                THEN {capped("g.amount_minor")} ELSE {capped("a.face_minor")} END) AS minor
        FROM asked AS a
        LEFT JOIN overlap AS g ON g.row_no = a.row_no AND g.receivable = a.receivable
        GROUP BY a.row_no, a.receivable
    ),
    stated AS (
        SELECT a.row_no, a.weight_ppm, a.face_minor,
            CASE WHEN k.registry_state {TOLD} OR s.place IS NOT NULL
                THEN COALESCE(s.rank, 1 + c.n) END AS rank,
            CASE WHEN k.registry_state {TOLD} OR s.place IS NOT NULL
                THEN COALESCE(s.overlap_minor, c.minor) END AS minor
        FROM asked AS a
        JOIN counted AS c ON c.row_no = a.row_no AND c.receivable = a.receivable
        LEFT JOIN searched AS s
            ON s.row_no = a.row_no AND s.receivable = a.receivable AND s.place = 1
        LEFT JOIN made_supplier_sources AS k ON k.supplier = a.supplier AND k.day = a.day
    ),
    each AS (
        SELECT row_no, weight_ppm, rank,
            CASE WHEN face_minor <= 0 OR minor IS NULL THEN NULL
                WHEN CAST(minor AS DOUBLE) > 100.0E0 * CAST(face_minor AS DOUBLE) THEN 100.0E0
                WHEN face_minor > 0 THEN CAST(minor AS DOUBLE) / CAST(face_minor AS DOUBLE)
                END AS overlap
        FROM stated
    ),
    mean AS (
        SELECT row_no, MAX(rank) AS rank, {weighted_whole("overlap", MILLION)} AS overlap
        FROM each
        GROUP BY row_no
    ),
    repaid AS (
        SELECT r.row_no, p.financing, SUM({capped("p.amount_minor")}) AS minor
        FROM request AS r
        JOIN live_financing AS f ON f.supplier = r.supplier AND f.buyer = r.buyer
            AND {seen_live("f", "r")}
        JOIN live_repayment AS p ON p.financing = f.ref AND {seen_live("p", "r")}
        GROUP BY r.row_no, p.financing
    ),
    lent AS (
        SELECT r.row_no, SUM(CASE WHEN {capped("f.amount_minor")} > COALESCE(p.minor, 0)
            THEN {capped("f.amount_minor")} - COALESCE(p.minor, 0) ELSE 0 END) AS minor
        FROM request AS r
        JOIN live_financing AS f ON f.supplier = r.supplier AND f.buyer = r.buyer
            AND {seen_live("f", "r")} AND f.drawn_on <= r.day AND r.day - f.matures_on < 90
        LEFT JOIN repaid AS p ON p.row_no = r.row_no AND p.financing = f.ref
        GROUP BY r.row_no
    ),
    assigned AS (
        SELECT r.row_no, SUM({capped("g.amount_minor")}) AS minor
        FROM request AS r
        JOIN registered AS g ON g.row_no = r.row_no AND g.buyer = r.buyer
        WHERE g.amount_minor IS NOT NULL
        GROUP BY r.row_no
    ),
    near AS (
        SELECT a.row_no, a.supplier, a.live_through, o.ref,
            MAX((1.0E0 - CAST(ABS(a.face_minor - o.face_minor) AS DOUBLE)
                    / (0.03E0 * CAST(a.face_minor AS DOUBLE)))
                * (1.0E0 - CAST(ABS(a.issued_on - o.issued_on) AS DOUBLE) / 6.0E0)) AS alike
        FROM asked AS a
        JOIN live_receivable AS o ON o.supplier = a.supplier AND o.buyer = a.buyer
            AND {seen_live("o", "a")} AND o.issued_on BETWEEN a.issued_on - 5 AND a.issued_on + 5
            AND ABS(a.face_minor - o.face_minor) * 100 <= 3 * a.face_minor AND a.face_minor > 0
        LEFT JOIN asked AS x ON x.row_no = a.row_no AND x.receivable = o.ref
        WHERE x.receivable IS NULL
        GROUP BY a.row_no, a.supplier, a.live_through, o.ref
    ),
    financed AS (
        SELECT n.row_no, n.alike
        FROM near AS n
        JOIN live_assignment AS s ON s.receivable = n.ref AND {seen_live("s", "n")}
        UNION ALL
        SELECT n.row_no, n.alike
        FROM near AS n
        JOIN live_requested_receivable AS q ON q.receivable = n.ref AND {seen_live("q", "n")}
        JOIN live_financing AS f ON f.financing_request = q.financing_request
            AND f.supplier = n.supplier AND {seen_live("f", "n")}
    ),
    owed AS (
        SELECT r.row_no, SUM(CASE WHEN i.gross_minor < -{MOST_MINOR} THEN -{MOST_MINOR}
            ELSE {capped("i.gross_minor")} END) AS minor
        FROM request AS r
        JOIN live_invoice AS i ON i.seller = r.buyer AND i.buyer = r.supplier
            AND {seen_live("i", "r")} AND i.issued_on <= r.day
            AND (i.due_on > r.day OR (i.due_on IS NULL AND r.day - i.issued_on < 90))
        GROUP BY r.row_no
    ),
    bill AS (SELECT DISTINCT row_no, invoice FROM paper),
    kept AS (
        SELECT r.row_no, SUM({capped("e.amount_minor")}) AS minor
        FROM request AS r
        JOIN live_dilution_event AS e ON e.supplier = r.supplier AND e.buyer = r.buyer
            AND {seen_live("e", "r")} AND e.dilution IN ('retention', 'penalty', 'set_off')
            AND e.noted_on <= r.day AND r.day - e.noted_on < 365
        LEFT JOIN bill ON bill.row_no = r.row_no AND bill.invoice = e.invoice
        WHERE e.invoice IS NULL OR bill.invoice IS NOT NULL
        GROUP BY r.row_no
    ),
    faces AS (
        SELECT row_no, CASE WHEN COUNT(*) = COUNT(face_minor) THEN SUM(face_minor) END AS minor
        FROM asked
        GROUP BY row_no
    ),
    double_of AS (SELECT row_no, MAX(alike) AS alike FROM financed GROUP BY row_no)
    SELECT r.row_no, m.rank AS registry_rank, m.overlap AS registry_overlap_amt,
        CASE WHEN u.pair_open_minor > 0.0E0 THEN CAST(
            CASE WHEN COALESCE(g.minor, 0) > COALESCE(f.minor, 0) THEN g.minor
                ELSE COALESCE(f.minor, 0) END AS DOUBLE) / u.pair_open_minor END
            AS over_assignment,
        CASE WHEN t.minor > 0 AND k.invoices_state {TOLD} AND k.platform_state {TOLD} THEN
            (CASE WHEN o.minor > 0 THEN CAST(o.minor AS DOUBLE) ELSE 0.0E0 END
                + CAST(COALESCE(h.minor, 0) AS DOUBLE)) / CAST(t.minor AS DOUBLE) END
            AS setoff_ratio,
        CASE WHEN d.alike > 0.0E0 THEN d.alike ELSE 0.0E0 END AS dup_soft
    FROM request AS r
    JOIN mean AS m ON m.row_no = r.row_no
    LEFT JOIN lent AS f ON f.row_no = r.row_no
    LEFT JOIN assigned AS g ON g.row_no = r.row_no
    JOIN faces AS t ON t.row_no = r.row_no
    LEFT JOIN owed AS o ON o.row_no = r.row_no
    LEFT JOIN kept AS h ON h.row_no = r.row_no
    LEFT JOIN made_supplier_sources AS k ON k.supplier = r.supplier AND k.day = r.day
    LEFT JOIN double_of AS d ON d.row_no = r.row_no
    LEFT JOIN made_pair_usual AS u
        ON u.supplier = r.supplier AND u.buyer = r.buyer AND u.day = r.day
"""  # noqa: S608 - composed of literals

NOT_SEARCHED = "the registry wasn't searched"

RELATION = Relation(
    name="claim_rank",
    credit=Credit.OBJECT,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.REGISTRY,),
    after=(supplier_sources.RELATION, pair_usual.RELATION),
    features=(
        Feature(
            "setoff_ratio",
            "what the supplier owes the buyer by invoices not yet due (of 90 days where one says "
            "no due date), and retention, penalties and set-off of 12 months on the claims or on "
            "the account, over the face",
            Risk.RISES,
            "ratio",
            "invoices or the buyers' platform haven't told of the supplier, or no face is known",
            "RO06",
            "what may be set off against the face: {value}",
            "可抵销金额与面额之比：{value}",
            "O11",
            (Source.INVOICES, Source.PLATFORM),
        ),
        Feature(
            "registry_rank",
            "rank that the lender has or would have in the registry, the worst of the receivables "
            "asked for: by the latest search for it, else 1 and the registrations in force of "
            "others that name its invoice, its contract, or neither and the buyer or nobody",
            Risk.RISES,
            "rank",
            NOT_SEARCHED,
            "RO05",
            "rank in the registry: {value}",
            "登记顺位：{value}",
            "O15",
        ),
        Feature(
            "registry_overlap_amt",
            "earlier registered claims of others that overlap over the face, each at most the face "
            "and the face where it says no amount, at most 100; mean by face over the receivables "
            "asked for",
            Risk.RISES,
            "ratio",
            f"{NOT_SEARCHED}, or the face isn't known",
            "RO05",
            "earlier registered claims against the face: {value}",
            "在先登记金额与面额之比：{value}",
            "O16",
        ),
        Feature(
            "over_assignment",
            "the larger of what is lent and not repaid on the pair's claims (until 90 days past "
            "maturity) and what is registered on them, over the face of the pair's open claims",
            Risk.RISES,
            "ratio",
            "no open claim between the two is known",
            "RO05",
            "lent or assigned against open claims: {value}",
            "已融资或转让与未结应收账款之比：{value}",
            "O17",
            (Source.BOOK,),
        ),
        Feature(
            "dup_soft",
            "likeness, 0 to 1, of the most alike claim between the two that is financed or "
            "assigned and not asked for: (1 - difference of the faces / 3 %) (1 - days apart / 6)",
            Risk.RISES,
            "0-1",
            "never missing",
            "RO05",
            "likeness to a claim already financed: {value}",
            "与已融资账款的相似度：{value}",
            "O18",
            (Source.BOOK,),
        ),
    ),
)
