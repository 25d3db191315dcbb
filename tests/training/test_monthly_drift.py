"""Drift by month: faults that were planted are found, and a month like any other isn't one."""

from dataclasses import replace

import numpy as np
import pytest

from features.pipeline import silent
from models.assessment import logits, parts
from models.bundle import Bundle, load
from models.trees import Matrix
from tests.worlds import SmallWorld
from training.examples import Examples
from training.metrics import sigmoid
from training.monitor.alert_rules import read_rules
from training.monitor.monthly_drift import SCORE, Looks, Moved, Reference, moved, reference_of
from training.monitor.outcomes_so_far import Outcomes
from training.monitor.raised_alerts import Alert, MonthFigures, alerts_of
from training.monitor.through_the_door import Door
from training.monitor.usual_months import Baseline
from training.validation.drift import drift

MONTHS, ROWS = 8, 150
NOTHING_KNOWN = Outcomes(0, 0, 0, 0, 0.0, None, None, None, None, None, None, None, 0.99)
LOOKS = Looks(false_alarm=0.01, months=12, features=96)


@pytest.fixture(scope="module")
def bundle(small_world: SmallWorld) -> Bundle:
    return load(small_world.bundle)


def door_of(bundle: Bundle, rows: Matrix) -> Door:
    """Rows as requests of months one after the other."""
    n = len(rows)
    months = np.datetime64("2025-01") + np.arange(n) // ROWS
    known = Examples(("",) * n, ("s",) * n, months.astype("datetime64[D]").astype(np.int64), rows)
    probability = sigmoid(logits(bundle, parts(bundle, rows)))
    return Door(known, probability, np.zeros(n, dtype=bool), (None,) * n)


@pytest.fixture(scope="module")
def drawn(small_world: SmallWorld) -> Matrix:
    """Rows of the small world in any order: months that are alike."""
    order = np.random.default_rng(4).permutation(len(small_world.known.day))
    rows: Matrix = small_world.known.rows[order[: (MONTHS + 2) * ROWS]]
    return rows


@pytest.fixture(scope="module")
def reference(bundle: Bundle, drawn: Matrix) -> Reference:
    return reference_of(bundle, door_of(bundle, drawn[: MONTHS * ROWS]), 50, silent)


def of_month(bundle: Bundle, reference: Reference, rows: Matrix) -> dict[str, Moved]:
    return moved(bundle, reference, door_of(bundle, rows), LOOKS)


def raised(found: dict[str, Moved]) -> dict[tuple[str, str], str]:
    """Level by code and feature."""
    figures = MonthFigures("2026-01", ROWS, (ROWS,) * 3, (), found, None, NOTHING_KNOWN)
    baseline = Baseline(0.1, 0.1, (1.0, 1.0), 0.7, 0.0, None, (1.0, 1.0), {})
    alerts: tuple[Alert, ...] = alerts_of(figures, baseline, read_rules(), LOOKS)
    return {(alert.code, alert.about): alert.level for alert in alerts}


def heaviest(bundle: Bundle, reference: Reference) -> str:
    """The feature that can raise the risk most."""
    return bundle.feature_names[int(reference.added.max(axis=0).argmax())]


def test_a_month_like_any_other_raises_nothing(
    bundle: Bundle, reference: Reference, drawn: Matrix
) -> None:
    found = of_month(bundle, reference, drawn[MONTHS * ROWS :])

    assert set(found) == {SCORE, *bundle.feature_names}
    assert raised(found) == {}


def test_figures_are_those_of_plain_comparisons(
    bundle: Bundle, reference: Reference, drawn: Matrix
) -> None:
    name = heaviest(bundle, reference)
    at = bundle.feature_names.index(name)
    rows, before = drawn[MONTHS * ROWS :], reference.door

    one = of_month(bundle, reference, rows)[name]

    plain = drift(before.rows[:, at], rows[:, at], chance=1 - 0.01 / (12 * 96))
    assert (one.drift.psi, one.drift.by_chance) == (plain.psi, plain.by_chance)
    usual = [
        drift(before.rows[before.month != month, at], before.rows[before.month == month, at]).psi
        for month in set(before.month)
    ]
    assert one.usual == max(usual)
    assert one.missing == np.isnan(rows[:, at]).mean()


def test_what_the_parts_carry_is_what_the_score_carries(
    bundle: Bundle, reference: Reference, drawn: Matrix
) -> None:
    rows = drawn[MONTHS * ROWS :]
    found = of_month(bundle, reference, rows)

    parts_carry = sum(one.carried for name, one in found.items() if name != SCORE)
    before, now = (
        logits(bundle, parts(bundle, some)).mean() for some in (reference.door.rows, rows)
    )
    assert found[SCORE].carried == pytest.approx(parts_carry)
    assert found[SCORE].carried == pytest.approx(now - before, abs=1e-6)


def test_a_heavy_feature_that_moves_is_named_and_so_is_the_score(
    bundle: Bundle, reference: Reference, drawn: Matrix
) -> None:
    name = heaviest(bundle, reference)
    at, rows = bundle.feature_names.index(name), drawn[MONTHS * ROWS :].copy()
    riskiest = reference.added[:, at].argmax()
    rows[:, at] = reference.door.rows[riskiest, at]

    levels = raised(of_month(bundle, reference, rows))

    assert levels["feature_drift", name] == "amber"
    assert ("score_drift", "") in levels
    assert {about for _, about in levels} == {name, ""}


def test_a_feature_that_moves_and_carries_nothing_is_left_alone(
    bundle: Bundle, reference: Reference, drawn: Matrix
) -> None:
    at = int(np.abs(reference.added).max(axis=0).argmin())
    assert np.abs(reference.added[:, at]).max() == 0.0
    rows = drawn[MONTHS * ROWS :].copy()
    rows[:, at] = 1e6

    found = of_month(bundle, reference, rows)

    assert found[bundle.feature_names[at]].drift.psi > 1.0
    assert raised(found) == {}


def test_a_source_that_stops_telling_is_named(
    bundle: Bundle, reference: Reference, drawn: Matrix
) -> None:
    full = np.isnan(reference.door.rows).mean(axis=0) < 0.05
    at = int(np.flatnonzero(full)[0])
    rows = drawn[MONTHS * ROWS :].copy()
    rows[: ROWS // 3, at] = np.nan
    few = rows.copy()
    few[3 : ROWS // 3, at] = drawn[MONTHS * ROWS + 3 : MONTHS * ROWS + ROWS // 3, at]

    levels = raised(of_month(bundle, reference, rows[:ROWS]))

    assert levels["missing", bundle.feature_names[at]] == "red"
    assert ("missing", bundle.feature_names[at]) not in raised(
        of_month(bundle, reference, few[:ROWS])
    )


def test_a_class_that_the_model_never_saw_is_told(
    bundle: Bundle, reference: Reference, drawn: Matrix
) -> None:
    at = bundle.feature_names.index("instrument")
    rows = drawn[MONTHS * ROWS :].copy()
    rows[:10, at] = 77.0

    found = of_month(bundle, reference, rows)

    assert found["instrument"].unseen == 10 / len(rows)
    assert raised(found)["unseen", "instrument"] == "amber"


def test_what_months_of_the_reference_did_themselves_is_usual(
    bundle: Bundle, drawn: Matrix
) -> None:
    rows = drawn[: MONTHS * ROWS].copy()
    probe = reference_of(bundle, door_of(bundle, rows), 50, silent)
    at = bundle.feature_names.index(heaviest(bundle, probe))
    riskiest = rows[probe.added[:, at].argmax(), at]
    rows[ROWS : 2 * ROWS, at] = riskiest  # one month of the past was like that
    now = drawn[MONTHS * ROWS :].copy()
    now[: 9 * len(now) // 10, at] = riskiest

    used_to_it = reference_of(bundle, door_of(bundle, rows), 50, silent)

    assert ("feature_drift", bundle.feature_names[at]) in raised(of_month(bundle, probe, now))
    assert raised(of_month(bundle, used_to_it, now)) == {}
    lone = replace(used_to_it, usual=dict.fromkeys(used_to_it.usual, 0.0))
    assert raised(of_month(bundle, lone, now)) != {}
