"""The master scale: bands of domain.md section 3.2, told by the 12-month PD and never by points."""

from itertools import pairwise
from math import log, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.event import Event
from models.facility import facility, over
from models.scale import (
    BOUNDS,
    GRADES,
    IN_DEFAULT,
    RATIO,
    NoGrade,
    grade,
    grade_of,
    points,
    probability,
)
from tests.worlds import LATE

DEFAULT = Event(name="default", kind="default", days=90, en="in default", zh="违约")

TABLE = """
1 0.0300 0.0464 0.0373 817 842
2 0.0464 0.0717 0.0577 792 817
3 0.0717 0.1109 0.0892 767 792
4 0.1109 0.1714 0.1379 742 767
5 0.1714 0.2651 0.2132 716 742
6 0.2651 0.4099 0.3296 691 716
7 0.4099 0.6337 0.5096 666 691
8 0.6337 0.9798 0.7880 641 666
9 0.9798 1.5149 1.2183 615 641
10 1.5149 2.3423 1.8837 590 615
11 2.3423 3.6215 2.9125 564 590
12 3.6215 5.5994 4.5032 537 564
13 5.5994 8.6575 6.9626 510 537
14 8.6575 13.3859 10.7652 482 510
15 13.3859 20.6966 16.6446 452 482
16 20.6966 32.00 25.7350 418 452
"""
"""Grade; low, high and mid in percent; points low and high: the table as it is written."""

LINES = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_bands_are_those_of_the_table(line: list[str]) -> None:
    found = grade(int(line[0]))

    for told, here in zip(line[1:4], (found.low, found.high, found.mid), strict=True):
        assert 100 * here == pytest.approx(float(told), abs=5e-5)
    assert [found.low_points, found.high_points] == [int(told) for told in line[4:]]


def test_bands_touch_and_widen_by_one_ratio() -> None:
    assert pytest.approx(1.54615, abs=5e-6) == RATIO
    for low, high in pairwise(BOUNDS):
        assert high / low == pytest.approx(RATIO, rel=1e-12)
    for number in range(1, GRADES):
        assert grade(number).high == grade(number + 1).low


@pytest.mark.parametrize("number", range(1, GRADES + 1))
def test_a_band_holds_its_low_end_and_not_its_high_one(number: int) -> None:
    low, high = BOUNDS[number - 1], BOUNDS[number]

    assert grade_of(DEFAULT, low).name == str(number)
    assert grade_of(DEFAULT, nextafter(high, 0.0)).name == str(number)
    assert grade_of(DEFAULT, high).name == str(min(number + 1, GRADES))


def test_beyond_the_scale_are_its_ends_and_the_upper_one_is_flagged() -> None:
    for pd in (0.0, 1e-12, 0.000299):
        assert (grade_of(DEFAULT, pd).name, grade_of(DEFAULT, pd).flagged) == ("1", False)
    assert not grade_of(DEFAULT, nextafter(0.32, 0.0)).flagged
    for pd in (0.32, 0.7, 1.0):
        assert (grade_of(DEFAULT, pd).name, grade_of(DEFAULT, pd).flagged) == ("16", True)
    assert (IN_DEFAULT.name, IN_DEFAULT.low) == ("D", 1.0)


def test_lateness_has_no_grade() -> None:
    with pytest.raises(NoGrade, match="pays 5 days late") as refused:
        grade_of(LATE, 0.01)
    assert refused.value.remedy
    with pytest.raises(NoGrade):
        facility(LATE, -4.0, 60)


def test_the_facility_of_a_party_s_event_is_refused() -> None:
    party = DEFAULT.model_copy(update={"kind": "supplier", "days": 365})
    assert grade_of(party, 0.01).name == "9"
    with pytest.raises(NoGrade):
        facility(party, -4.0, 60)


def test_a_year_of_the_same_hazard() -> None:
    """domain.md section 3.1: PD_12m = 1 - (1 - PD_h) ** (365 / h), h = tenor + 90."""
    found = facility(DEFAULT, log(0.02 / 0.98), 90)

    assert found.pd_maturity == pytest.approx(0.02)
    assert found.horizon_days == 180
    assert found.pd_12m == pytest.approx(1 - 0.98 ** (365 / 180), rel=1e-12)
    assert found.grade == grade_of(DEFAULT, found.pd_12m)


@given(logit=st.floats(-40, 40), days=st.integers(1, 1000))
def test_a_horizon_is_kept_by_itself_and_composes(logit: float, days: int) -> None:
    assert over(logit, days, days) == pytest.approx(probability(logit), rel=1e-9, abs=1e-300)
    year = over(logit, days, 365)
    assert 0.0 <= year <= 1.0
    assert over(logit, days, 366) >= year


@given(first=st.floats(1e-9, 0.999), second=st.floats(1e-9, 0.999))
def test_more_risk_is_no_better_grade(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert int(grade_of(DEFAULT, low).name) <= int(grade_of(DEFAULT, high).name)


def test_clipped_points_decide_nothing() -> None:
    """Beyond the ends of the ruler the grade still follows the PD."""
    assert points(log(1e-5)) > 900
    assert grade_of(DEFAULT, 1e-5).name == "1"
