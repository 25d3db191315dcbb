"""Regulatory losses: LGD* and the floors of the advanced approach, by hand and as a law."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.bounds import WrongTerms
from lending.regulatory import Eligible, advanced_floor, foundation_lgd
from tests.lending.financings import TERMS

LGD = TERMS.regulatory_lgd


def test_lgd_star_by_hand() -> None:
    """E 80, receivables 100: secured 60, unsecured 20; .40 x .25 + .20 x .75 = 25 %."""
    assert foundation_lgd(80, [Eligible("receivables", 100)], "senior", LGD) == 0.25
    # the floors, weighted alike: .25 x .25 + .10 x .75
    assert advanced_floor(80, [Eligible("receivables", 100)], LGD) == pytest.approx(0.1375)


@pytest.mark.parametrize(
    ("kind", "full", "floor"),
    [
        ("receivables", 0.20, 0.10),
        ("real_estate", 0.20, 0.10),
        ("other_physical", 0.25, 0.15),
        ("financial", 0.0, 0.0),
    ],
)
def test_fully_secured_parts(kind: str, full: float, floor: float) -> None:
    enough = [Eligible(kind, 1_000), Eligible(kind, 1_000)]

    assert foundation_lgd(100, enough, "senior", LGD) == full
    assert advanced_floor(100, enough, LGD) == floor


@pytest.mark.parametrize(
    ("rank", "lgd"), [("senior", 0.40), ("financial", 0.45), ("subordinated", 0.75)]
)
def test_unsecured_parts(rank: Any, lgd: float) -> None:
    assert foundation_lgd(100, [], rank, LGD) == lgd
    assert advanced_floor(100, [], LGD) == 0.25


def test_financial_collateral_brings_its_own_haircut() -> None:
    assert foundation_lgd(100, [Eligible("financial", 100, 0.15)], "senior", LGD) == pytest.approx(
        0.40 * 0.15
    )


@given(
    exposure=st.integers(1, 10**9),
    held=st.lists(
        st.builds(Eligible, st.sampled_from(sorted(LGD.secured)), st.integers(0, 10**9)), max_size=3
    ),
    more=st.builds(Eligible, st.sampled_from(sorted(LGD.secured)), st.integers(0, 10**9)),
)
def test_more_collateral_never_raises_lgd_star(
    exposure: int, held: list[Eligible], more: Eligible
) -> None:
    before = foundation_lgd(exposure, held, "senior", LGD)

    assert foundation_lgd(exposure, [*held, more], "senior", LGD) <= before + 1e-12
    assert advanced_floor(exposure, held, LGD) <= before


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("exposure_minor", lambda: foundation_lgd(0, [], "senior", LGD)),
        ("collateral.kind", lambda: foundation_lgd(1, [Eligible("art", 1)], "senior", LGD)),
        ("collateral.value_minor", lambda: Eligible("financial", -1)),
        ("collateral.haircut_share", lambda: Eligible("financial", 1, 2.0)),
    ],
)
def test_what_has_no_regulatory_loss_is_refused(field: str, wrong: Any) -> None:
    with pytest.raises(WrongTerms) as refused:
        wrong()
    assert refused.value.field == field
    assert refused.value.remedy
