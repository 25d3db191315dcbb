"""On real invoices the features say what was measured before, and none points the wrong way."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.stage.directions import Direction
from benchmarks.stage.vat_invoices import LABELLED, Firms, read_firms
from benchmarks.vat_features import built, directions_of
from features.catalogue import RELATIONS

FOUND = {
    "supplier_ln_sales_12m": 0.131,
    "supplier_sales_cv_24m": 0.835,
    "supplier_zero_month_share_24m": 0.823,
    "supplier_invoice_customer_hhi": 0.724,
    "supplier_history_months": 0.198,
    "supplier_ln_invoice_customers": 0.248,
}
"""Area under the curve against default, high values bad. Over the whole time of each firm, where a
feature takes a window, .111, .833, .812, .708, .192 and .243 were measured before."""

KEPT = {
    "supplier_sales_cv_24m": 1,
    "supplier_invoice_customer_hhi": 1,
    "supplier_history_months": -1,
    "supplier_ln_invoice_customers": -1,
}
"""Features that say something beside the size, and on which side."""


@pytest.fixture(scope="module")
def firms(real_data: Path) -> Firms:
    return read_firms(real_data / "sme_invoices_cn", (LABELLED,))


@pytest.fixture(scope="module")
def directions(firms: Firms) -> dict[str, Direction]:
    return {one.name: one for one in directions_of(firms, built(firms))}


SALES = ("supplier_sales", "supplier_partners", "supplier_rhythm", "supplier_invoice_habits")
"""Relations that need invoices alone."""


def test_every_labelled_firm_is_there(firms: Firms) -> None:
    assert len(firms.names) == firms.labelled.sum() == 123
    assert firms.defaulted.sum() == 27


def test_features_rank_firms_as_was_measured_before(directions: dict[str, Direction]) -> None:
    found = {name: directions[name].auc for name in FOUND}

    assert found == pytest.approx(FOUND, abs=0.01)


def test_what_says_something_beside_size_says_it_on_its_side(
    directions: dict[str, Direction],
) -> None:
    for name, sign in KEPT.items():
        assert sign * directions[name].z > 1.96


def test_no_feature_contradicts_its_direction(directions: dict[str, Direction]) -> None:
    constrained = [one for one in directions.values() if one.expected and one.known]

    assert len(constrained) >= 14
    assert [one.name for one in constrained if one.contradicts] == []


def test_a_missing_value_is_rare(firms: Firms) -> None:
    table = built(firms)
    of_invoices = {
        feature.name
        for relation in RELATIONS
        if relation.name in SALES
        for feature in relation.features
    }
    known = {
        name: float((~np.isnan(table.select([name]))).mean())
        for name in of_invoices - {"supplier_red_late"}
    }

    assert min(known.values()) > 0.7, known
