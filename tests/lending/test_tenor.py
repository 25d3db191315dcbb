"""How long a financing runs: due dates, grace, what policy allows."""

from datetime import timedelta
from math import inf, nan

import pytest

from lending.bounds import WrongTerms
from lending.tenor import tenor
from tests.lending.financings import AS_OF as DAY
from tests.lending.financings import TERMS


@pytest.mark.parametrize(
    ("due", "delay", "days", "grace", "shortened"),
    [
        ([60], 12.4, 72, 12, False),
        ([60, 90], 0.0, 90, 0, False),
        ([60], -5.0, 60, 0, False),
        ([60], 45.0, 90, 30, False),
        ([60], inf, 90, 30, False),
        ([60], None, 90, 30, False),
        ([335], 30.0, 365, 30, False),
        ([336], 30.0, 365, 30, True),
        ([-10], 10.0, 0, 10, False),
        ([-40], 30.0, 0, 30, False),
    ],
)
def test_tenor(due: list[int], delay: float | None, days: int, grace: int, shortened: bool) -> None:
    found = tenor([DAY + timedelta(one) for one in due], delay, DAY, TERMS.tenor)

    assert (found.days, found.grace_days, found.shortened) == (days, grace, shortened)
    assert found.matures_on == DAY + timedelta(days)


def test_a_financing_needs_a_due_date() -> None:
    with pytest.raises(WrongTerms, match="never mature") as refused:
        tenor([], 1.0, DAY, TERMS.tenor)
    assert refused.value.field == "receivables.due_on"


def test_a_delay_is_a_number() -> None:
    with pytest.raises(WrongTerms) as refused:
        tenor([DAY], nan, DAY, TERMS.tenor)
    assert refused.value.field == "delay_p75_days"
