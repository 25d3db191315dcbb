"""Reasons: few, distinct, true to the contributions, and said in two languages."""

import re
from collections.abc import Callable, Mapping
from math import isnan, log, log1p, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.at_hand import AtHand
from features.catalogue import BY_NAME
from features.sources import ASKED, State
from models.assessment import Assessment, assess
from models.bundle import Bundle
from models.families import FAMILIES
from models.reasons import MOST, Lacking, Reason, adverse, favourable, in_unit
from models.trees import Matrix

CHINESE = re.compile(r"[\u4e00-\u9fff]")
Peers = Mapping[str, float]
SIDES: tuple[Callable[[Assessment, Peers, Lacking], tuple[Reason, ...]], ...] = (
    adverse,
    favourable,
)
NOBODY = AtHand.of(*2 * ([State.NOT_CHECKED] * len(ASKED),))


def assessment(contributions: dict[str, float], values: dict[str, float]) -> Assessment:
    """An assessment of which only contributions and values are told."""
    return Assessment(
        probability=0.5,
        logit=0.0,
        base=0.0,
        parts={},
        points=374,
        part_points={},
        contributions=contributions,
        values=values,
    )


NAMES = tuple(BY_NAME)
ALIKE = dict.fromkeys(NAMES, 0.0)
"""Peers at whom nothing adds anything."""

some_peers: st.SearchStrategy[Peers] = st.fixed_dictionaries(
    dict.fromkeys(NAMES, st.floats(-1, 1) | st.just(0.0))
)


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=40, unique=True))
    weights = st.floats(-3, 3) | st.just(0.0)
    values = st.floats(-30, 30) | st.just(nan) | st.sampled_from([0.0, 1.0, 365.0])
    return assessment(
        {name: draw(weights) for name in names}, {name: draw(values) for name in names}
    )


@st.composite
def sources(draw: st.DrawFn) -> AtHand:
    """What sources have told of both parties."""
    states = st.lists(st.sampled_from(State), min_size=len(ASKED), max_size=len(ASKED))
    return AtHand.of(draw(states), draw(states))


def lacking(said: Assessment, at_hand: AtHand) -> Lacking:
    """Sources that haven't told, as a score hands them on."""
    lacks = at_hand.lacks(said.values)
    return {name: (one.source.value, one.of) for name, one in lacks.items() if one.source}


def code_of(said: Assessment, lacks: Lacking, name: str) -> str:
    if isnan(said.values[name]):
        return "RN01" if name in lacks else "RN02"
    return BY_NAME[name].reason


def told_by(said: Assessment, lacks: Lacking, code: str) -> list[str]:
    """Features whose contribution is told under a code, plainly."""
    return [name for name in said.contributions if code_of(said, lacks, name) == code]


def pattern(sentence: str) -> str:
    """A family's sentence, whatever sources it names."""
    return re.escape(sentence).replace(re.escape("{source}"), ".+")


def check(said: Assessment, peers: Peers, lacks: Lacking) -> None:
    """What every set of reasons obeys."""
    for side, sign in ((adverse(said, peers, lacks), 1), (favourable(said, peers, lacks), -1)):
        codes = [reason.code for reason in side]
        beyond = [sign * reason.beyond_peers for reason in side]
        assert len(side) <= MOST == 4
        assert len(set(codes)) == len(codes)
        assert beyond == sorted(beyond, reverse=True)
        for reason in side:
            members = told_by(said, lacks, reason.code)
            family = FAMILIES[reason.code]
            assert sign * reason.weight > 0
            assert sign * reason.beyond_peers > 0
            assert reason.weight == pytest.approx(
                sum(said.contributions[name] for name in members), abs=1e-12
            )
            assert reason.beyond_peers == pytest.approx(
                sum(said.contributions[name] - peers[name] for name in members), abs=1e-12
            )
            words = (family.en, family.zh) if sign > 0 else (family.safer_en, family.safer_zh)
            assert re.fullmatch(pattern(words[0]), reason.en)
            assert re.fullmatch(pattern(words[1]), reason.zh)
            # never a feature that pulls the other way, by itself or against the peers
            counting = {
                name: sign * (said.contributions[name] - peers[name])
                for name in members
                if sign * said.contributions[name] > 0
            }
            heaviest = max(counting.values())
            assert heaviest > 0
            possible = [name for name, pull in counting.items() if pull == heaviest]
            assert any(reason.detail_en.startswith(head(name)) for name in possible)


def head(name: str) -> str:
    return BY_NAME[name].en.partition("{value}")[0]


@given(said=assessments(), peers=some_peers, at_hand=sources())
def test_reasons_are_few_distinct_and_true(said: Assessment, peers: Peers, at_hand: AtHand) -> None:
    check(said, peers, lacking(said, at_hand))


@given(said=assessments(), peers=some_peers, at_hand=sources())
def test_no_family_left_out_weighs_more_than_one_told(
    said: Assessment, peers: Peers, at_hand: AtHand
) -> None:
    lacks = lacking(said, at_hand)
    left_out = []
    told = {reason.code: reason.beyond_peers for reason in adverse(said, peers, lacks)}
    for code in set(FAMILIES) - set(told):
        alone = [said.contributions[name] for name in told_by(said, lacks, code)]
        beyond = [said.contributions[name] - peers[name] for name in told_by(said, lacks, code)]
        counts = any(min(both) > 0 for both in zip(alone, beyond, strict=True))
        if counts and min(sum(alone), sum(beyond)) > 1e-12:
            left_out.append(sum(beyond))

    assert not left_out or (len(told) == MOST and max(left_out) <= min(told.values()) + 1e-12)


def test_reasons_of_the_world_are_few_distinct_and_true(bundle: Bundle, rows: Matrix) -> None:
    some = list(assess(bundle, rows[::20]))

    for said in some:
        check(said, bundle.peers, lacking(said, NOBODY))
    told = {reason.code for said in some for reason in adverse(said, bundle.peers, {})}
    assert told >= {"RD04", "RO01"}


@given(said=assessments(), peers=some_peers, at_hand=sources())
def test_details_are_filled_in_and_said_in_both_languages(
    said: Assessment, peers: Peers, at_hand: AtHand
) -> None:
    for side in SIDES:
        for reason in side(said, peers, lacking(said, at_hand)):
            for text in (reason.en, reason.zh, reason.detail_en, reason.detail_zh):
                assert text
                assert "{" not in text
                assert "nan" not in re.split(r"\W+", text)
            assert CHINESE.search(reason.zh)
            assert CHINESE.search(reason.detail_zh)
            assert not CHINESE.search(reason.en + reason.detail_en)


def test_a_missing_value_is_told_with_the_source_that_could_be_authorised() -> None:
    name, other = "buyer_late5_365d", "buyer_ln_turnover"
    said = assessment({name: 0.5, other: 0.3}, {name: 0.25, other: nan})

    late, missing = adverse(said, ALIKE, lacking(said, NOBODY))

    assert (late.code, missing.code) == (BY_NAME[name].reason, "RN01")
    assert "25.0%" in late.detail_en
    assert "25.0%" in late.detail_zh
    assert missing.en == "Key data missing: periodic reports (buyer)"
    assert missing.zh == "关键数据缺失：买方定期申报"
    assert "unknown" in missing.detail_en
    assert BY_NAME[other].missing in missing.detail_en
    assert "未知" in missing.detail_zh


def test_what_is_missing_though_its_source_has_told_asks_for_no_source() -> None:
    name = "buyer_ln_turnover"
    said = assessment({name: 0.3}, {name: nan})

    (only,) = adverse(said, ALIKE, {})

    assert only.code == "RN02"
    assert only.en == "Too little history to tell"
    assert BY_NAME[name].missing in only.detail_en


def test_missing_data_names_the_sources_that_pull_that_way_heaviest_first() -> None:
    names = ("buyer_ln_turnover", "supplier_adverse_24m", "supplier_invoices_vs_bank")
    said = assessment(dict(zip(names, (0.1, 0.3, -0.2), strict=True)), dict.fromkeys(names, nan))
    lacks = {names[0]: ("reports", "buyer"), names[1]: ("courts", "supplier")}

    (told,) = adverse(said, ALIKE, {**lacks, names[2]: ("bank", "supplier")})

    assert told.en == "Key data missing: court records (supplier), periodic reports (buyer)"
    assert told.zh == "关键数据缺失：供应商司法信息、买方定期申报"
    assert told.weight == pytest.approx(0.2)


def test_several_features_of_a_family_are_one_reason_with_the_heaviest_told() -> None:
    names = [name for name in NAMES if BY_NAME[name].reason == "RD04"][:3]
    said = assessment(dict(zip(names, (0.1, 0.4, -0.2), strict=True)), dict.fromkeys(names, 0.125))

    (only,) = adverse(said, ALIKE, {})

    assert only.weight == pytest.approx(0.3)
    assert only.detail_en.startswith(head(names[1]))
    assert favourable(said, ALIKE, {}) == ()


LATE, TERM = "buyer_late5_365d", "tenor_vs_usual"


def test_what_sets_apart_from_approved_peers_is_told_first() -> None:
    """0.5 where peers have 0.4 is less of a reason than 0.3 where they have -0.1."""
    said = assessment({LATE: 0.5, TERM: 0.3}, {LATE: 0.2, TERM: 1.5})

    first, second = adverse(said, {LATE: 0.4, TERM: -0.1}, {})

    assert (first.code, second.code) == (BY_NAME[TERM].reason, BY_NAME[LATE].reason)
    assert (first.weight, second.weight) == (0.3, 0.5)
    assert (first.beyond_peers, second.beyond_peers) == pytest.approx((0.4, 0.1))


@pytest.mark.parametrize(("adds", "at_peers"), [(-0.1, -0.9), (0.0, -0.9), (0.3, 0.3), (0.3, 0.8)])
def test_what_is_good_in_itself_or_no_worse_than_at_peers_is_not_adverse(
    adds: float, at_peers: float
) -> None:
    said = assessment({LATE: adds}, {LATE: 0.2})

    assert adverse(said, {LATE: at_peers}, {}) == ()
    assert favourable(assessment({LATE: -adds}, {LATE: 0.2}), {LATE: -at_peers}, {}) == ()


def test_what_weighs_nothing_is_no_reason() -> None:
    said = assessment(dict.fromkeys(NAMES, 0.0), dict.fromkeys(NAMES, 1.0))

    assert adverse(said, ALIKE, {}) == favourable(said, ALIKE, {}) == ()


def test_ties_are_told_in_the_order_of_their_codes() -> None:
    by_family = {BY_NAME[name].reason: name for name in NAMES}
    said = assessment(
        dict.fromkeys(by_family.values(), 0.25), dict.fromkeys(by_family.values(), 1.0)
    )

    assert [reason.code for reason in adverse(said, ALIKE, {})] == sorted(by_family)[:MOST]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.123, "share", "12.3%"),
        (1.0, "share", "100.0%"),
        (30.0, "days", "30"),
        (2.345, "ratio", "2.35"),
        (-4.0, "z", "-4"),
        (0.0, "count", "0"),
        (log(2.5), "ln of a ratio", "2.50"),
        (log1p(12_345.0), "ln(1 + currency units)", "12,345"),
        (log(1_234.5), "ln of currency units", "1,234.50"),
    ],
)
def test_a_value_is_told_in_its_unit(value: float, unit: str, text: str) -> None:
    assert in_unit(value, unit) == text
