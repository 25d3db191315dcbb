"""Concentration, delays, tags and the file of figures."""

from datetime import date
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from lending.portfolio.buyer_delay import DelayTrend
from lending.portfolio.concentration import concentration
from lending.portfolio.inclusive_tags import Tag, TagFacts, tags_of
from lending.portfolio.portfolio_rules import WrongPortfolioRules, load_portfolio_rules

DAY = date(2026, 6, 17)
RULES = load_portfolio_rules()
NOTHING_TOLD = TagFacts(None, None, None, False, "factoring", False, None, None, False)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(1, 10**12)), min_size=1)
)
def test_concentration_adds_up_and_lies_between_equal_names_and_one(
    exposed: list[tuple[str | None, int]],
) -> None:
    found = concentration(exposed)
    names = {name for name, _ in exposed}

    assert sum(part.amount_minor for part in found.parts) == sum(minor for _, minor in exposed)
    assert sum(part.share for part in found.parts) == pytest.approx(1)
    assert 1 / len(names) - 1e-12 <= found.hhi <= 1 + 1e-12
    assert found == concentration(exposed[::-1])
    amounts = [part.amount_minor for part in found.parts]
    assert amounts == sorted(amounts, reverse=True)


def test_nothing_out_is_not_concentrated() -> None:
    found = concentration([])

    assert (found.parts, found.hhi, found.equal_names) == ((), 0.0, 0.0)
    assert concentration([("a", 30), ("b", 10)]).hhi == pytest.approx(0.625)


@given(*[st.integers(1, 500)] * 2, *[st.floats(0, 1)] * 2)
def test_the_rise_of_delays_is_judged_as_a_chi_squared_test_judges_it(
    claims: int, before: int, share: float, share_before: float
) -> None:
    late, late_before = round(claims * share), round(before * share_before)
    trend = DelayTrend(claims, late, before, late_before)

    if not 0 < late + late_before < claims + before:
        assert trend.z == 0.0  # all alike: nothing rose
        return
    table = [[late, claims - late], [late_before, before - late_before]]
    chi = chi2_contingency(table, correction=False).statistic
    assert abs(trend.z) == pytest.approx(sqrt(chi), abs=1e-6)
    assert (trend.z > 0) == (late / claims > late_before / before)


@pytest.mark.parametrize(
    ("trend", "rises"),
    [
        (DelayTrend(100, 20, 400, 20), True),  # 20 % after 5 %
        (DelayTrend(100, 20, 400, 80), False),  # always so
        (DelayTrend(100, 7, 400, 20), False),  # 2 points are less than the 3 that are asked for
        (DelayTrend(19, 19, 400, 0), False),  # too few of late
        (DelayTrend(100, 90, 19, 0), False),  # too few before
    ],
)
def test_a_warning_wants_enough_claims_a_real_rise_and_no_chance(
    trend: DelayTrend, rises: bool
) -> None:
    assert trend.rises(RULES.warnings.delay) is rises


def test_what_nobody_told_is_unknown_and_not_no() -> None:
    tags = tags_of(NOTHING_TOLD, DAY)

    unknown = {tag for tag, told in tags.items() if told is None}
    assert unknown == set(Tag) - {Tag.UNSECURED}
    assert tags[Tag.UNSECURED] is False  # factoring rests on the claim


@pytest.mark.parametrize(
    ("told", "tag", "holds"),
    [
        ({"first_loan": True}, Tag.FIRST_LOAN, True),
        ({"first_loan": True, "borrowed_before": True}, Tag.FIRST_LOAN, False),
        ({"product": "order_finance"}, Tag.UNSECURED, True),
        ({"product": "order_finance", "covered": True}, Tag.UNSECURED, False),
        ({"renewal": False}, Tag.RENEWAL, False),
        ({"revolving": True}, Tag.REVOLVING, True),
        ({"innovation_tier": 1}, Tag.SPECIALISED, False),
        ({"innovation_tier": 2}, Tag.SPECIALISED, True),
        ({"innovation_tier": 3, "innovation_until": DAY}, Tag.SPECIALISED, False),
        ({"environmental": True}, Tag.GREEN, True),
    ],
)
def test_tags_go_by_what_is_told(told: dict[str, object], tag: Tag, holds: bool) -> None:
    facts = TagFacts(**{**vars(NOTHING_TOLD), **told})

    assert tags_of(facts, DAY)[tag] is holds


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("quantile = 0.999", "quantile = 1.5", "loss.quantile"),
        ("top_share = 0.5", "top = 0.5", "index"),
        ("valid_from = 2025-06-01", "valid_from = 2019-06-01", "late_payment"),
        ("notches = 2", "notches =", "rules"),
    ],
)
def test_a_wrong_figure_is_named(tmp_path: Path, before: str, after: str, field: str) -> None:
    shipped = Path("lending/portfolio/portfolio.toml").read_text(encoding="utf-8")
    assert before in shipped
    file = tmp_path / "own.toml"
    file.write_text(shipped.replace(before, after), encoding="utf-8")

    with pytest.raises(WrongPortfolioRules) as caught:
        load_portfolio_rules(file)

    assert caught.value.field is not None
    assert caught.value.field.startswith(field)
    assert caught.value.remedy
