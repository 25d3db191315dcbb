"""How often each family of reasons is told of the riskiest requests of a test."""

from __future__ import annotations

from collections import Counter

import numpy as np

from models.assessment import assess
from models.families import FAMILIES
from models.reasons import adverse
from training.report.curves import Tested

RISKIEST_SHARE = 0.2
MOST_ROWS = 1000


def reasons_told(tested: Tested) -> tuple[tuple[str, dict[str, str], float], ...]:
    """Code, words in both languages and share of the riskiest fifth, the most told first.

    Which source would have to be asked isn't known of a row, so that missing values count as told
    with nothing to make them of.
    """
    riskiest = np.argsort(-tested.probability, kind="stable")
    taken = riskiest[: max(1, round(RISKIEST_SHARE * len(riskiest)))][:MOST_ROWS]
    counted: Counter[str] = Counter()
    for said in assess(tested.bundle, tested.rows[taken]):
        counted.update(reason.code for reason in adverse(said, tested.bundle.peers, {}))
    return tuple(
        (code, {"en": FAMILIES[code].en, "zh": FAMILIES[code].zh}, count / len(taken))
        for code, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    )
