"""Alerts by their rules: large enough, beyond chance, and each named once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from training.examples import Examples, Labels
from training.metrics import figures
from training.monitor.alert_rules import Above, Band, RulesRefused, read_rules
from training.monitor.early_lateness import Late
from training.monitor.expected_performance import expected
from training.monitor.monthly_drift import Looks
from training.monitor.outcomes_so_far import Outcomes, outcomes_so_far
from training.monitor.raised_alerts import MonthFigures, alerts_of, retraining_due
from training.monitor.through_the_door import NO_OUTCOME, Door
from training.monitor.usual_months import Baseline
from training.validation.ranking import auc_and_error

RULES = read_rules()
LOOKS = Looks(false_alarm=0.01, months=12, features=100)
USUAL_LATENESS = {5: 1.1, 30: 1.1}
CALM = Baseline(0.02, 0.02, (0.9, 1.1), 0.75, 0.01, 0.75, (0.9, 1.2), USUAL_LATENESS)
NOTHING = Outcomes(0, 0, 0, 0, 0.0, None, None, None, None, None, None, None, 0.99)
SHIPPED = Path(__file__).parents[2] / "training" / "monitor" / "alert_rules.toml"


def month(requests: int = 300, before: tuple[int, ...] = (300,) * 3) -> MonthFigures:
    return MonthFigures("2026-01", requests, before, (), {}, None, NOTHING)


def raised(figures: MonthFigures, baseline: Baseline = CALM) -> list[tuple[str, str]]:
    found = alerts_of(figures, baseline, RULES, LOOKS)
    return [(alert.code, alert.level) for alert in found]


@pytest.mark.parametrize(
    ("requests", "before", "level"),
    [
        (300, (300,) * 3, None),
        (222, (300,) * 3, "amber"),
        (149, (300,) * 3, "red"),
        (601, (300,) * 3, "red"),
        (0, (300,) * 3, "red"),
        (40, (60,) * 3, None),  # two thirds of sixty are chance
        (3, (10,) * 3, None),  # too few to tell
        (3, (), None),
    ],
)
def test_volume_is_an_alert_where_it_is_large_and_no_chance(
    requests: int, before: tuple[int, ...], level: str | None
) -> None:
    assert raised(month(requests, before)) == ([] if level is None else [("volume", level)])


def test_a_fall_that_was_usual_before_is_none() -> None:
    assert raised(month(200)) == [("volume", "amber")]
    assert raised(month(200), replace(CALM, usual_volumes=(0.6, 1.2))) == []


def late(days: int, ripe: int, late: int, ripe_before: int = 12_000) -> MonthFigures:
    """A month of such lateness, after a year in which 40 % were late."""
    return replace(month(), late=(Late(days, ripe, late, ripe_before, 4 * ripe_before // 10),))


@pytest.mark.parametrize(
    ("days", "ripe", "late_ones", "level"),
    [
        (5, 1000, 400, None),
        (5, 1000, 455, None),  # more than usual, and not many more
        (5, 1000, 470, "amber"),
        (5, 1000, 510, "red"),
        (5, 1000, 200, None),  # fewer than before
        (30, 1000, 510, "amber"),
        (30, 1000, 610, "red"),
        (5, 80, 40, None),  # a quarter more of eighty is chance
        (5, 49, 49, None),  # too few to tell
        (5, 0, 0, None),
    ],
)
def test_lateness_is_an_alert_where_it_is_large_and_no_chance(
    days: int, ripe: int, late_ones: int, level: str | None
) -> None:
    found = alerts_of(late(days, ripe, late_ones), CALM, RULES, LOOKS)

    told = [] if level is None else [("lateness", f"{days}", level)]
    assert [(alert.code, alert.about, alert.level) for alert in found] == told


def test_a_lateness_that_was_usual_before_is_none_and_so_is_one_without_a_year_before() -> None:
    assert raised(late(5, 1000, 600)) == [("lateness", "red")]
    assert raised(late(5, 1000, 600), replace(CALM, usual_lateness={5: 1.5, 30: 1.0})) == []
    assert raised(late(5, 1000, 600, ripe_before=0)) == []


def test_riskier_requests_are_told_before_any_outcome() -> None:
    p = np.random.default_rng(1).beta(1.0, 24.0, 400)  # .04, where .02 was usual

    found = raised(replace(month(400), expected=expected(p, seed=1)))

    assert ("expected_rate", "red") in found
    usual = replace(CALM, usual_rates=(0.9, 2.5))
    assert ("expected_rate", "red") not in raised(
        replace(month(400), expected=expected(p, seed=1)), usual
    )


def test_requests_that_are_all_alike_to_a_model_are_told() -> None:
    p = np.linspace(0.0195, 0.0205, 400)

    assert raised(replace(month(400), expected=expected(p, seed=1))) == [("expected_auc", "red")]


def door(n: int, probability: float | np.ndarray, lent: int | None = None) -> Door:
    keys = tuple("f" if at < (n if lent is None else lent) else NO_OUTCOME for at in range(n))
    known = Examples(keys, ("s",) * n, np.zeros(n, dtype=np.int64), np.zeros((n, 0)))
    held = np.broadcast_to(np.asarray(probability, dtype=np.float64), (n,)).copy()
    return Door(known, held, np.zeros(n, dtype=bool), (None,) * n)


def test_outcomes_are_those_that_are_ripe_and_the_others_are_counted() -> None:
    ripe = np.arange(500) < 300
    event = np.arange(500) < 30

    found = outcomes_so_far(door(500, 0.05, lent=400), Labels(ripe, event, ripe), level=0.95)

    assert (found.requests, found.lent, found.ripe, found.open) == (500, 400, 300, 100)
    assert found.events == 30
    assert found.expected == pytest.approx(15.0)
    assert found.ratio == pytest.approx(0.5)
    exact = binomtest(30, 300).proportion_ci(0.95, method="exact")
    low, high = exact.low, exact.high
    assert found.ratio_low == pytest.approx(15.0 / 300 / high)
    assert found.ratio_high == pytest.approx(15.0 / 300 / low)


def test_calibration_and_area_are_those_of_the_validation() -> None:
    generator = np.random.default_rng(3)
    p = generator.beta(1.0, 9.0, 900)
    event = generator.random(900) < p
    ripe = generator.random(900) < 0.6

    found = outcomes_so_far(door(900, p), Labels(ripe, event & ripe, ripe), level=0.95)

    plain = figures(event[ripe], p[ripe])
    area, error = auc_and_error(event[ripe], p[ripe])
    assert found.slope == pytest.approx(plain.calibration_slope)
    assert found.auc == pytest.approx(plain.auc)
    assert found.auc_high == pytest.approx(min(1.0, area + 1.959964 * error), abs=1e-6)


@pytest.mark.parametrize(
    ("events", "probability", "alerts"),
    [
        (60, 0.06, []),
        (60, 0.05, []),  # a sixth too few forecast: not large
        (60, 0.03, [("calibration", "red")]),
        (60, 0.045, []),  # 0.75: large, but by chance
        (6, 0.003, []),
        (0, 0.03, [("calibration", "red")]),  # thirty forecast, none came
        (1000, 0.9, []),  # a tenth of events more than forecast, without exception
    ],
)
def test_calibration_is_an_alert_where_it_is_off_and_no_chance(
    events: int, probability: float, alerts: list[tuple[str, str]]
) -> None:
    ripe = np.ones(1000, dtype=bool)
    known = Labels(ripe, np.arange(1000) < events, ripe)
    so_far = outcomes_so_far(door(1000, probability), known, level=LOOKS.of_month)

    assert raised(replace(month(), outcomes=so_far), replace(CALM, rehearsal_auc=None)) == alerts


@pytest.mark.parametrize(("ripe", "alerts"), [(2, []), (1, []), (60, [("calibration", "red")])])
def test_the_first_event_of_few_outcomes_is_no_proof(
    ripe: int, alerts: list[tuple[str, str]]
) -> None:
    every = np.ones(ripe, dtype=bool)
    known = Labels(every, np.arange(ripe) < max(1, ripe // 10), every)
    so_far = outcomes_so_far(door(ripe, 0.01), known, level=LOOKS.of_month)

    assert raised(replace(month(), outcomes=so_far), replace(CALM, rehearsal_auc=None)) == alerts


def test_an_area_that_surely_fell_is_an_alert() -> None:
    generator = np.random.default_rng(3)
    p = generator.beta(1.0, 9.0, 2_000)
    event = generator.random(2_000) < p.mean()  # what the model says doesn't matter any more
    ripe = np.ones(2_000, dtype=bool)
    known = Labels(ripe, event, ripe)
    so_far = outcomes_so_far(door(2_000, p), known, level=LOOKS.of_month)

    assert raised(replace(month(), outcomes=so_far)) == [("auc", "red")]
    assert raised(replace(month(), outcomes=so_far), replace(CALM, rehearsal_auc=0.5)) == []


@pytest.mark.parametrize(
    ("red", "due"),
    [
        ([False, True, True, False], True),
        ([True, False, True, False, True], False),
        ([True], False),
        ([], False),
    ],
)
def test_training_again_is_due_after_two_red_months_in_a_row(red: list[bool], due: bool) -> None:
    assert retraining_due(red, RULES) is due


def test_levels_are_told_with_the_threshold_that_was_reached() -> None:
    band = Band(amber=(0.8, 1.25), red=(0.5, 2.0))

    assert [band.level(one) for one in (0.4, 0.6, 1.0, 1.3, 2.0)] == [
        ("red", 0.5),
        ("amber", 0.8),
        None,
        ("amber", 1.25),
        ("red", 2.0),
    ]
    assert Above(amber=0.1, red=0.2).level(0.2) == ("red", 0.2)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("false_alarm = 0.01", "false_alarm = 2", "false_alarm"),
        ("amber = [0.75, 1.5]", "amber = [0.45, 1.5]", "volume"),
        ("red_months = 2", "red_months = 0", "retraining.red_months"),
        ("least_rows = 50", "least_rows = 50\nmost_rows = 3", "most_rows"),
        ("amber = 0.01\nred = 0.05", "amber = 0.1\nred = 0.05", "unseen"),
        ("least_rows = 50", "least_rows = ", "rules"),
    ],
)
def test_wrong_thresholds_are_refused_by_name(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "rules.toml").write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(RulesRefused) as refused:
        read_rules(tmp_path / "rules.toml")

    assert refused.value.field == field
    assert refused.value.remedy
