"""Payments between two parties that name no claim: what they sum up to, by a plain definition."""

import numpy as np
import pytest
from hypothesis import settings

from features.object import pair_usual
from tests.features.many_worlds import shared_worlds
from tests.features.plain_requests import Plain
from tests.features.trade_theme import THEME
from tests.features.worlds_of_facts import measured


def plain_unnamed(asked: Plain) -> float:
    amounts = [
        row["amount_minor"]
        for row in asked.facts("payment")
        if row["receivable"] is None
        and (row["payee"], row["payer"]) == (asked.supplier, asked.buyer)
        and row["paid_on"] <= asked.day
        and row["amount_minor"] is not None
    ]
    return float(sum(amounts)) if amounts else np.nan


def test_payments_that_name_no_claim_are_summed_by_pair() -> None:
    relation = measured(pair_usual.RELATION)
    place = [feature.name for feature in relation.features].index("pair_unnamed_minor")
    some = 0
    for shared in shared_worlds(THEME.worlds, settings().max_examples):
        asked = [Plain(world, request) for world in shared.worlds for request in world.requests]
        found = shared.features([relation])[:, place]
        expected = np.array([plain_unnamed(one) for one in asked])
        assert found == pytest.approx(expected, nan_ok=True)
        some += int((~np.isnan(expected)).sum())
    assert some > 0
