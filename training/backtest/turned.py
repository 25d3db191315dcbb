"""Why a request changes side: what holds in the harder answer and not in the softer."""

from __future__ import annotations

from collections.abc import Mapping

from lending.decision import (
    LIMITED,
    NO_FACE,
    NO_RECEIVABLE,
    NOTHING_LEFT,
    OTHER_CURRENCY,
    UNDERPRICED,
    UNSURE,
)
from lending.policy.outcomes import HARDNESS
from lending.policy.rulebook import BY_NAME
from models.families import FAMILIES
from training.backtest.both_sides import Answer

BAND, MATRIX = "band", "matrix"
BAND_WORDS = ("The probability is in a riskier band", "概率落入更高风险档")
MATRIX_WORDS = ("The policy matrix answers the same more strictly", "政策矩阵对相同情形从严处理")
BECAUSE = {
    why.code: why
    for why in (
        *(NO_RECEIVABLE, NO_FACE, OTHER_CURRENCY),
        *(UNSURE, UNDERPRICED, LIMITED, NOTHING_LEFT),
    )
}


def in_order(base: Answer, other: Answer) -> tuple[Answer, Answer]:
    """The softer answer, then the harder."""
    return (base, other) if HARDNESS[base.decision] <= HARDNESS[other.decision] else (other, base)


def turned_by(base: Answer, other: Answer) -> tuple[str, ...]:
    """Codes of what turned the decision; none where both decide alike.

    Rules that act on the harder side only, or act harder there; what else made that answer (a
    doubt, the price, the limit); the band of the probability; and where it is none of these, the
    matrix.
    """
    if base.decision is other.decision:
        return ()
    softer, harder = in_order(base, other)
    rules = sorted({name for name, _ in harder.rules - softer.rules})
    because = [code for code in harder.because if code not in softer.because]
    band = [BAND] if HARDNESS[harder.by_band] > HARDNESS[softer.by_band] else []
    return tuple(dict.fromkeys([*rules, *because, *band])) or (MATRIX,)


def model_reasons(base: Answer, other: Answer) -> tuple[str, ...]:
    """Families that raise the risk most on the harder side, where its band turned the decision."""
    return in_order(base, other)[1].reasons if BAND in turned_by(base, other) else ()


def words_of_code(code: str) -> Mapping[str, str]:
    """A code in English and Chinese."""
    if code in {BAND, MATRIX}:
        en, zh = BAND_WORDS if code == BAND else MATRIX_WORDS
    elif code in BECAUSE:
        en, zh = BECAUSE[code].en, BECAUSE[code].zh
    elif code in FAMILIES:
        family = FAMILIES[code]
        en, zh = (text.partition("{source}")[0].rstrip(": ：") for text in (family.en, family.zh))
    else:
        rule = BY_NAME[code.removeprefix("R")]
        en, zh = rule.subject_en, rule.subject_zh
    return {"en": en, "zh": zh}
