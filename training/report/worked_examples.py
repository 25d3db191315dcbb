"""Worked examples: requests of the test, one safe, one middling, one risky."""

from __future__ import annotations

import numpy as np

from models.assessment import Assessment, assess
from training.report.curves import Tested

AT = {"safe": 0.1, "middling": 0.5, "risky": 0.98}
"""Where the examples lie among the rows of the test by probability."""


def worked_examples(tested: Tested) -> tuple[tuple[str, Assessment], ...]:
    """Each example by its name, as the bundle assesses it."""
    order = np.argsort(tested.probability, kind="stable")
    places = [int(order[round(share * (len(order) - 1))]) for share in AT.values()]
    return tuple(zip(AT, assess(tested.bundle, tested.rows[places]), strict=True))
