"""A world lies where real trade lies, and its report says so where it doesn't."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from simulator.fraud import FICTITIOUS
from simulator.intensities import NEVER
from simulator.report.anchor import Anchor, Unit
from simulator.report.anchors import ANCHORS, GROUPS, measure
from simulator.report.credit_measures import integrated_pd, true_pd
from simulator.report.diagrams import DIAGRAMS
from simulator.report.discrimination import expected_auc
from simulator.report.page import report, shown, write_report
from simulator.report.tenths import calibrate
from simulator.report.trade_measures import tail_exponent
from simulator.scenario import read_scenario, scenario_names, size_of
from simulator.world import World, make_world

SEEDS = (1, 2, 3)
KEYS = [anchor.key for anchor in ANCHORS]
HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def world_of(seed: int, size: str = "ci") -> World:
    return make_world(read_scenario("baseline"), size_of(size), seed, date(2026, 6, 30))


@cache
def page_of(seed: int) -> str:
    return report(world_of(seed))


def outside(world: World) -> dict[str, float]:
    return {found.anchor.key: found.value for found in measure(world) if not found.inside}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_world_lies_within_every_anchor(seed: int) -> None:
    assert outside(world_of(seed)) == {}


@pytest.mark.long
def test_a_large_world_lies_within_every_anchor() -> None:
    assert outside(world_of(1, "bench")) == {}


def test_each_anchor_has_a_name_of_its_own_a_band_and_a_source_in_both_languages() -> None:
    assert len(set(KEYS)) == len(KEYS) > 50
    assert [anchor.key for anchor in ANCHORS if not anchor.low < anchor.high] == []
    assert [anchor.key for anchor in ANCHORS if not HAN.search(anchor.chinese)] == []
    assert [anchor.key for anchor in ANCHORS if not HAN.search(anchor.source_chinese)] == []
    assert [a.key for a in ANCHORS if HAN.search(a.english + a.source) or not a.source] == []


def everybody_late(world: World) -> World:
    story = world.story
    paid_on = np.where(story.paid_on < NEVER, story.paid_on + 60, NEVER)
    return replace(world, story=replace(story, paid_on=paid_on))


def everybody_punctual(world: World) -> World:
    core = world.chain.core
    payments = replace(core.payments, days_late=np.minimum(core.payments.days_late, 0))
    chain = replace(world.chain, core=replace(core, payments=payments))
    story = replace(world.story, paid_on=np.minimum(world.story.paid_on, core.invoices.due))
    return replace(world, chain=chain, story=story)


def all_frauds(world: World) -> World:
    full = world.full.copy()
    full[:, 4] = 0.65
    return replace(world, fraud=np.full(len(world.fraud), FICTITIOUS), full=full)


def all_alike(world: World) -> World:
    full = np.broadcast_to(world.full.mean(axis=0), world.full.shape)
    return replace(world, full=full, integrated=full)


def no_contagion(world: World) -> World:
    return replace(world, chain=replace(world.chain, ruin_anyway=world.chain.ruin))


def links_of_two_years(world: World) -> World:
    core = world.chain.core
    core = replace(core, pairs=replace(core.pairs, until_month=core.pairs.from_month + 24))
    return replace(world, chain=replace(world.chain, core=core))


DOCTORED: dict[Callable[[World], World], set[str]] = {
    everybody_late: {"late_share", "mean_days_late", "sales_outstanding", "disputed_late"},
    everybody_punctual: {"late_share", "mean_days_late", "disputed_late"}
    | {key for key in KEYS if re.search("_late$|_over_", key)},
    all_frauds: {"fraud_incidence", "fraud_cause", "fraud_share_of_losses", "expected_defaults"},
    all_alike: {"full_auc", "integrated_auc", "state_auc"},
    no_contagion: {"contagion_share"},
    links_of_two_years: {"links_surviving"},
}


@pytest.mark.parametrize("doctor", DOCTORED, ids=lambda doctor: str(doctor.__name__))
def test_a_doctored_world_falls_out(doctor: Callable[[World], World]) -> None:
    found = outside(doctor(world_of(1)))

    assert DOCTORED[doctor] - found.keys() == set()


def test_the_burn_in_and_what_did_not_happen_do_not_count() -> None:
    world = world_of(1)
    calendar, invoices = world.chain.calendar, world.chain.core.invoices
    early = invoices.due < calendar.starts[12]
    aside = early | ~world.story.happened | (invoices.due >= calendar.last_day)
    paid_on = np.where(aside, invoices.due + 300, world.story.paid_on)
    doctored = replace(world, story=replace(world.story, paid_on=paid_on))

    values = {found.anchor.key: found.value for found in measure(doctored)}
    before = {found.anchor.key: found.value for found in measure(world)}

    assert aside.sum() > 10_000
    assert values["late_share"] == before["late_share"]
    assert values["mean_days_late"] == before["mean_days_late"]


def test_a_band_has_its_ends_and_no_place_for_what_cannot_be_measured() -> None:
    anchor = Anchor("a", "a", "甲", lambda _: 0.0, 1.0, 2.0, Unit.DAYS, "s", "源")

    assert anchor.holds(1.0)
    assert anchor.holds(2.0)
    assert not anchor.holds(np.nextafter(2.0, 3.0))
    assert not anchor.holds(float("nan"))


def weighted_auc(scores: np.ndarray, chances: np.ndarray) -> float:
    """Each request twice: as an event with its chance, and as none with the rest."""
    truth = np.repeat([1, 0], len(scores))
    weights = np.concatenate([chances, 1 - chances])
    return float(roc_auc_score(truth, np.tile(scores, 2), sample_weight=weights))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_expected_auc_is_that_of_requests_weighted_by_their_chances(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chances = rng.beta(0.5, 3, 400)
    scores = np.round(chances + rng.normal(0, 0.2, 400), 1)  # many ties

    assert expected_auc(scores, chances) == pytest.approx(weighted_auc(scores, chances), abs=1e-12)


def test_the_oracle_is_measured_as_sklearn_measures_it() -> None:
    world = world_of(1)
    values = {found.anchor.key: found.value for found in measure(world)}
    full, integrated = true_pd(world), integrated_pd(world)

    assert values["full_auc"] == pytest.approx(weighted_auc(full, full), abs=1e-9)
    assert values["integrated_auc"] == pytest.approx(weighted_auc(integrated, full), abs=1e-9)


def test_an_auc_of_nothing_to_rank_is_none() -> None:
    scores = np.arange(3.0)

    assert np.isnan(expected_auc(scores, np.zeros(3)))
    assert np.isnan(expected_auc(scores, np.ones(3)))
    assert expected_auc(scores, np.array([0.0, 1.0, 1.0])) == 1.0


@pytest.mark.parametrize("exponent", [1.0, 1.3])
def test_the_tail_of_a_power_law_has_its_exponent(exponent: float) -> None:
    draws = np.random.default_rng(1).random(20_000) ** (-1 / exponent)
    counts = np.sort(np.rint(50 * draws)).astype(np.int64)[::-1]

    assert tail_exponent(counts) == pytest.approx(exponent, rel=0.05)


def test_tenths_are_calibrated_where_chances_are_true_and_not_where_they_are_halved() -> None:
    rng = np.random.default_rng(1)
    chances = rng.beta(1, 9, 50_000)
    defaulted = rng.random(50_000) < chances
    right, wrong = calibrate(chances, defaulted), calibrate(chances / 2, defaulted)

    assert right.requests.sum() == 50_000
    assert right.defaults.sum() == defaulted.sum()
    assert ((right.low <= right.expected) & (right.expected <= right.high)).sum() >= 9
    assert not ((wrong.low <= wrong.expected) & (wrong.expected <= wrong.high)).any()


def test_the_page_holds_every_anchor_with_value_and_source() -> None:
    page = page_of(1)
    rows = {
        row.group(1): row.group(0)
        for row in re.finditer(r'<tr [^>]*id="(\w+)".*?</tr>', page, re.S)
    }

    assert list(rows) == KEYS
    for found in measure(world_of(1)):
        anchor, row = found.anchor, rows[found.anchor.key]
        assert shown(found.value, anchor.unit) in row
        assert anchor.chinese in row
        assert anchor.source_chinese in row
        assert "in 达标" in row


def test_the_page_says_what_is_out() -> None:
    page = report(everybody_late(world_of(1)))

    assert re.search(r'<tr class="out" id="late_share">.*?out 偏离.*?</tr>', page, re.S)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = page_of(1)

    assert re.findall(r"\w+://|url\(\s*['\"]?(?!#)|@import|<script|<link|\bsrc=", page) == []
    targets = set(re.findall(r'(?:href="#|url\(#)([^")]+)', page))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(targets) > 20
    assert targets <= set(ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("scenario", scenario_names())
def test_every_scenario_has_a_page_however_small(scenario: str) -> None:
    world = make_world(read_scenario(scenario), size_of("demo"), 1, date(2026, 6, 17))
    page = report(world)

    assert f"<dd>{scenario}</dd>" in page
    assert "<dd>demo</dd>" in page
    assert "nan" not in re.findall(r"[a-z]+", page.lower())


def test_the_page_speaks_english_and_chinese() -> None:
    page = page_of(1)
    words = [text for group in GROUPS for text in (group.english, group.chinese)]
    words += [text for each in DIAGRAMS for text in (each.english, each.chinese, each.says_chinese)]

    assert [text for text in words if text not in page] == []


def test_the_same_world_makes_the_same_page(tmp_path: Path) -> None:
    first, again = tmp_path / "first.html", tmp_path / "again.html"
    write_report(world_of(2), first)
    write_report(world_of(2), again)

    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes() != page_of(1).encode()
    assert first.read_text(encoding="utf-8").rstrip().endswith("</html>")
