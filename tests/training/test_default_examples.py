"""Examples of default: what was asked and when, and what was known of how it ended."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stage.lent_world import DEFAULT, LAST_DAY, book_of
from ledger.clocks import from_micros, to_day_number
from ledger.database import open_database, reading
from ledger.principals import OWNER
from ledger.tenants import book
from scoring.asking import Mode, Request
from scoring.gather import gather
from simulator.oracle import oracle_of
from tests.features.worlds_of_facts import DAY, corrected
from tests.training.lent_books import MATURES, TODAY, asked, claim, ended, lent, link, usual
from tests.worlds import SmallWorld
from training.asked_requests import asked_for
from training.default_examples import (
    LENDING,
    default_examples,
    default_labels,
    with_lending,
)

RIPE = MATURES + 92
"""The first day on which a label is ripe: 90 days, told on the next day, used on the one after."""


def test_an_example_is_the_request_as_it_was_made() -> None:
    found = asked_for(usual())
    assert found.financings == ("f",)
    assert found.requests == (
        Request(
            "f",
            "s",
            "b",
            ("r",),
            from_micros(TODAY * DAY),
            900,
            Mode.BACKTEST,
            product="factoring",
            tenor_days=60,
        ),
    )


def test_a_later_correction_of_the_request_changes_no_example() -> None:
    change = corrected(asked("q"), (TODAY + 40) * DAY, tenor_days=365, buyer="s")
    assert asked_for(usual(("financing_request", change))) == asked_for(usual())


def test_a_request_is_as_of_the_instant_when_its_last_receivable_became_known() -> None:
    later = TODAY * DAY + DAY // 2
    found = asked_for(
        usual(("receivable", claim("r2", later)), ("requested_receivable", link("q", "r2")))
    )
    assert found.requests[0].receivables == ("r", "r2")
    assert found.requests[0].as_of == from_micros(later)


def test_a_receivable_named_after_the_money_was_lent_was_not_asked_with() -> None:
    named = link("q", "r2", (TODAY + 3) * DAY)
    found = asked_for(usual(("receivable", claim("r2")), ("requested_receivable", named)))
    assert found.requests[0].receivables == ("r",)


def test_what_can_t_be_an_example_is_left_out_and_counted() -> None:
    found = asked_for(
        usual(
            ("financing", lent("elsewhere", None)),
            ("financing_request", asked("bare")),
            ("financing", lent("of nothing", "bare")),
            ("receivable", claim("r2", (TODAY + 5) * DAY)),
            ("financing_request", asked("late")),
            ("requested_receivable", link("late", "r2")),
            ("financing", lent("of what was not known", "late")),
        )
    )
    assert found.financings == ("f",)
    assert (found.without_request, found.without_receivables, found.too_late) == (1, 1, 1)


def test_two_drawdowns_of_a_request_are_two_examples() -> None:
    found = asked_for(usual(("financing", lent("f2", "q"))))
    assert found.financings == ("f", "f2")
    assert found.requests[0].receivables == found.requests[1].receivables


@pytest.mark.parametrize("defaulted", [False, True])
def test_a_label_isn_t_known_before_it_is_ripe_however_early_its_outcome_is(
    defaulted: bool,
) -> None:
    told = usual(("outcome", ended("f", TODAY + 10, defaulted=defaulted, cause="DISPUTE")))
    early, ripe = (default_labels(told, ["f"], DEFAULT, day) for day in (RIPE - 1, RIPE))
    assert (early.known.tolist(), early.event.tolist()) == ([False], [False])
    assert early.causes == (None,)
    assert (ripe.known.tolist(), ripe.event.tolist()) == ([True], [defaulted])
    assert ripe.causes == ("DISPUTE" if defaulted else None,)


def test_a_ripe_financing_of_which_no_outcome_is_told_is_not_taken_for_good() -> None:
    late = usual(("outcome", ended("f", RIPE + 5, defaulted=True)))
    untold, told = (default_labels(late, ["f"], DEFAULT, day) for day in (RIPE + 4, RIPE + 5))
    assert (untold.known.tolist(), untold.untold) == ([False], 1)
    assert (told.event.tolist(), told.untold) == ([True], 0)


def test_a_technical_default_is_no_example() -> None:
    told = usual(("outcome", ended("f", RIPE, defaulted=True, technical=True)))
    found = default_labels(told, ["f"], DEFAULT, RIPE)
    assert (found.known.tolist(), found.event.tolist(), found.technical) == ([False], [False], 1)


def test_a_label_is_what_was_known_on_the_day_not_what_was_corrected_later() -> None:
    outcome = ended("f", RIPE, defaulted=False)
    change = corrected(outcome, (RIPE + 30) * DAY, defaulted=True, cause="FRAUD_DOUBLE")
    told = usual(("outcome", outcome), ("outcome", change))
    before, after = (default_labels(told, ["f"], DEFAULT, day) for day in (RIPE + 30, RIPE + 31))
    assert (before.event.tolist(), after.event.tolist()) == ([False], [True])
    assert after.causes == ("FRAUD_DOUBLE",)


def test_of_two_outcomes_the_worse_counts() -> None:
    good, bad = ended("f", RIPE, defaulted=False), ended("f", RIPE, defaulted=True)
    for first, second in ((good, bad), (bad, good)):
        told = usual(("outcome", {**first, "ref": "1"}), ("outcome", {**second, "ref": "2"}))
        assert default_labels(told, ["f"], DEFAULT, RIPE).event.tolist() == [True]


@given(
    day=st.integers(RIPE - 3, RIPE + 20),
    told_on=st.integers(TODAY + 3, RIPE + 20),
    longer=st.sampled_from((0, 10)),
    defaulted=st.booleans(),
)
def test_what_is_known_follows_from_maturity_and_from_what_is_told(
    day: int, told_on: int, longer: int, defaulted: bool
) -> None:
    prolonged = corrected(lent("f", "q"), (TODAY + 20) * DAY, matures_on=MATURES + longer)
    outcome = ended("f", told_on, defaulted=defaulted)
    found = default_labels(
        usual(("financing", prolonged), ("outcome", outcome)), ["f"], DEFAULT, day
    )
    known = day >= RIPE + longer and day >= told_on
    assert found.known.tolist() == [known]
    assert found.event.tolist() == [known and defaulted]


def test_a_financing_that_the_book_doesn_t_have_yet_isn_t_known() -> None:
    found = default_labels(usual(), ["f", "nobody's"], DEFAULT, TODAY)
    assert found.known.tolist() == [False, False]


def test_examples_are_described_as_any_request() -> None:
    names = ("claim_term_days", "data_tier")
    found = default_examples(usual(), names)
    assert found.day.tolist() == [TODAY]
    assert found.rows.shape == (1, 2)
    assert found.rows[0, 0] == 70.0


def test_a_book_read_for_scores_is_completed_by_what_was_lent(small_world: SmallWorld) -> None:
    engine = open_database(small_world.url)
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
    read = with_lending(engine, gather(engine, opened, opened.last_seq))
    engine.dispose()
    assert {kind: read.facts[kind].num_rows for kind in LENDING} == {
        kind: len(small_world.rows[kind]) for kind in LENDING
    }
    assert len(asked_for(read).financings) > 0


def test_labels_of_a_world_are_what_became_of_its_financings(small_world: SmallWorld) -> None:
    gathered = book_of(small_world.world)
    found = asked_for(gathered)
    labels = default_labels(gathered, found.financings, DEFAULT, to_day_number(LAST_DAY))
    truth = oracle_of(small_world.world).requests.to_pylist()
    ends = {row["request"].replace("RQ-", "FN-"): row for row in truth}
    assert len(found.financings) == gathered.facts["financing"].num_rows
    assert (labels.technical, labels.untold) == (0, 0)
    for key, known, event in zip(found.financings, labels.known, labels.event, strict=True):
        matures: date = ends[key]["matures_on"]
        assert known == (to_day_number(LAST_DAY) - to_day_number(matures) >= 92)
        assert event == (known and ends[key]["defaulted"])
    assert labels.known.any()
    assert np.count_nonzero(labels.event) == sum(cause is not None for cause in labels.causes)
