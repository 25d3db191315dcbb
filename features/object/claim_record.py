"""How claims of this amount and this term fare, over all buyers of the supplier."""

from __future__ import annotations

from features.feature import Credit, Feature, Grain, Relation, Risk
from features.sources import Source
from features.spine import weighted

SQL = f"""
    SELECT c.row_no,
        {weighted("amount_rate")} AS claim_amount_late5,
        {weighted("term_rate")} AS claim_term_late5,
        {weighted("cell_rate")} AS claim_cell_late5
    FROM claim_cell AS c
    JOIN asked AS a ON a.row_no = c.row_no AND a.receivable = c.receivable
    GROUP BY c.row_no
"""  # noqa: S608 - composed of literals


BOOK = "20 claims to the supplier's whole book"


def _record(
    name: str, which: str, prior: str, reason: str, en: str, zh: str, risk: Risk = Risk.RISES
) -> Feature:
    return Feature(
        name,
        f"share of the supplier's claims {which} 5 or more days late, over 365 days, drawn with "
        f"{prior}; mean by face over the receivables asked for",
        risk,
        "share",
        "never missing: without such claims it is the supplier's rate",
        reason,
        f"late share of claims {en}: {{value}}",
        f"{zh}账款逾期5天以上占比：{{value}}",
    )


RELATION = Relation(
    name="claim_record",
    credit=Credit.OBJECT,
    grain=Grain.REQUEST,
    sql=SQL,
    needs=(Source.BANK,),
    features=(
        _record("claim_amount_late5", "of like amount", BOOK, "RO02", "of like amount", "同等金额"),
        _record(
            "claim_term_late5", "of like term", BOOK, "RO01", "of like term", "同等期限", Risk.FREE
        ),
        _record(
            "claim_cell_late5",
            "of like amount and term",
            "10 claims to what amount and term each lead to expect",
            "RO02",
            "of like amount and term",
            "同等金额与期限",
        ),
    ),
)
