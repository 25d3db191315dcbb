"""Cross terms: what two credits say only together (domain.md section 2.4).

They are for the cross block of a model alone, and rest on the numbers of the three credits. Risks
are log-odds above those of the best grade, so that products grow with risk.
"""

from __future__ import annotations

from features.data import asked_flows, pair_flows, pair_invoices, pair_settlement, supplier_sources
from features.feature import Credit, Feature, Grain, Relation, Risk
from features.object import claim_asked, claim_rank, claim_title
from features.sources import TOLD, Source
from features.subject import buyer_credit, supplier_record

BEST_PD = "0.0003E0"
"""The upper end of the best grade."""


def _above_best(logit: str) -> str:
    over = f"{logit} - LN({BEST_PD} / (1.0E0 - {BEST_PD}))"
    return f"CASE WHEN {over} > 0.0E0 THEN {over} WHEN {logit} IS NOT NULL THEN 0.0E0 END"


SQL = f"""
    WITH factors AS (
        SELECT q.row_no, {_above_best("b.buyer_logit_pd")} AS buyer_risk,
            {_above_best("s.supplier_logit_pd")} AS supplier_risk,
            a.recourse, a.tenor, a.cash_control, t.confirm_level, t.credit_transmit,
            COALESCE(g.asked_four_flow, f.pair_four_flow) AS four_flow,
            i.pair_sales_share AS buyer_share, r.over_assignment, p.pair_dilution_rate,
            CASE WHEN k.registry_state {TOLD} THEN 0 ELSE 1 END AS unsearched
        FROM request AS q
        LEFT JOIN made_buyer_credit AS b ON b.buyer = q.buyer AND b.day = q.day
        LEFT JOIN made_supplier_record AS s ON s.supplier = q.supplier AND s.day = q.day
        LEFT JOIN made_supplier_sources AS k ON k.supplier = q.supplier AND k.day = q.day
        LEFT JOIN made_pair_flows AS f
            ON f.supplier = q.supplier AND f.buyer = q.buyer AND f.day = q.day
        LEFT JOIN made_pair_invoices AS i
            ON i.supplier = q.supplier AND i.buyer = q.buyer AND i.day = q.day
        LEFT JOIN made_pair_settlement AS p
            ON p.supplier = q.supplier AND p.buyer = q.buyer AND p.day = q.day
        LEFT JOIN made_claim_asked AS a ON a.row_no = q.row_no
        LEFT JOIN made_claim_title AS t ON t.row_no = q.row_no
        LEFT JOIN made_claim_rank AS r ON r.row_no = q.row_no
        LEFT JOIN made_asked_flows AS g ON g.row_no = q.row_no
    )
    SELECT row_no,
        CAST(recourse AS DOUBLE) * supplier_risk AS cross_recourse_supplier,
        buyer_risk * CAST(tenor AS DOUBLE) / 90.0E0 AS cross_buyer_tenor,
        (1.0E0 - CAST(cash_control AS DOUBLE) / 2.0E0) * supplier_risk AS cross_diversion,
        (4.0E0 - CAST(confirm_level AS DOUBLE)) / 4.0E0 * (1.0E0 - four_flow) AS cross_fictitious,
        buyer_share * buyer_risk AS cross_contagion,
        over_assignment * CAST(unsearched AS DOUBLE) AS cross_over_assigned,
        pair_dilution_rate * (1.0E0 - CAST(recourse AS DOUBLE)) AS cross_dilution,
        credit_transmit * buyer_risk AS cross_transmit
    FROM factors
"""  # noqa: S608 - composed of literals


def _term(
    named: tuple[str, str],
    risk: Risk,
    reason: str,
    definition: str,
    words: tuple[str, str],
    *,
    needs: tuple[Source, ...] = (),
) -> Feature:
    (name, code), (en, zh) = named, words
    told = (f"{en}: {{value}}", f"{zh}：{{value}}")
    return Feature(
        name, definition, risk, "product", "a factor is missing", reason, *told, code, needs
    )


BUYER_RISK = "log-odds of the buyer's rating above those of 0.03 %, at least 0"
SUPPLIER_RISK = "log-odds of the supplier's rating above those of 0.03 %, at least 0"

RELATION = Relation(
    name="cross_terms",
    credit=Credit.CROSS,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.RATINGS,),
    after=(
        buyer_credit.RELATION,
        supplier_record.RELATION,
        supplier_sources.RELATION,
        pair_flows.RELATION,
        pair_invoices.RELATION,
        pair_settlement.RELATION,
        claim_asked.RELATION,
        claim_title.RELATION,
        claim_rank.RELATION,
        asked_flows.RELATION,
    ),
    features=(
        _term(
            ("cross_recourse_supplier", "I1"),
            Risk.FREE,
            "RO10",
            f"recourse times the {SUPPLIER_RISK}",
            ("recourse to a supplier at risk", "追索权与供应商风险"),
        ),
        _term(
            ("cross_buyer_tenor", "I2"),
            Risk.RISES,
            "RS01",
            f"{BUYER_RISK}, times days to the due date over 90",
            ("the buyer's risk over the tenor", "买方风险与期限"),
        ),
        _term(
            ("cross_diversion", "I3"),
            Risk.RISES,
            "RO07",
            f"1 less half the control of the account, times the {SUPPLIER_RISK}",
            ("an open account with a supplier at risk", "账户未受控与供应商风险"),
        ),
        _term(
            ("cross_fictitious", "I4"),
            Risk.RISES,
            "RD01",
            "what confirmation lacks to 4, as a share, times what the four flows lack to 1 (those "
            "of the claims asked for, else of the pair)",
            ("neither confirmed nor matched", "未确权且四流不符"),
            needs=(Source.PLATFORM,),
        ),
        _term(
            ("cross_contagion", "I5"),
            Risk.RISES,
            "RD02",
            f"the buyer's share of the supplier's sales, times the {BUYER_RISK}",
            ("dependence on a buyer at risk", "对高风险买方的依赖"),
        ),
        _term(
            ("cross_over_assigned", "I6"),
            Risk.RISES,
            "RO05",
            "over-assignment where the registry has not told of the supplier, else 0",
            ("over-assigned, registry not searched", "重复转让且未查询登记"),
            needs=(Source.BOOK,),
        ),
        _term(
            ("cross_dilution", "I7"),
            Risk.RISES,
            "RD05",
            "dilution of the pair, times 1 less recourse",
            ("dilution without recourse", "无追索权下的贸易折让"),
            needs=(Source.PLATFORM,),
        ),
        _term(
            ("cross_transmit", "I8"),
            Risk.FREE,
            "RO09",
            f"credit passed on along the chain, times the {BUYER_RISK}",
            ("credit passed on of a buyer at risk", "传递的买方信用与其风险"),
        ),
    ),
)
