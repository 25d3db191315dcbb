"""A rehearsal learns from what was known at its origin, and from nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clocks import from_day_number, start_of_day, to_day_number, to_micros
from scoring.gather import Gathered
from tests.worlds import LAST_DAY, LATE, SmallWorld
from training.rehearsal import Fold, both_outcomes, folds
from training.split import Folds, months_before

PLAN = Folds(count=3, months=2)
ORIGINS = [months_before(LAST_DAY, months) for months in (6, 4, 2)]


@pytest.fixture(scope="module")
def laid_out(small_world: SmallWorld) -> list[Fold]:
    return folds(small_world.gathered, small_world.known, LATE, LAST_DAY, PLAN)


@given(cut=st.dates(date(1990, 1, 1), date(2150, 12, 31)), months=st.integers(0, 300))
def test_months_before_are_those_of_pandas(cut: date, months: int) -> None:
    expected = pd.Timestamp(cut) - pd.DateOffset(months=months)

    assert months_before(cut, months) == expected.date()


@pytest.mark.parametrize(
    ("cut", "months", "expected"),
    [
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2023, 3, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 15), 1, date(2023, 12, 15)),
        (date(2024, 1, 1), 13, date(2022, 12, 1)),
        (date(2024, 5, 31), 0, date(2024, 5, 31)),
    ],
)
def test_months_before_worked_by_hand(cut: date, months: int, expected: date) -> None:
    assert months_before(cut, months) == expected


def test_each_learns_before_its_origin_and_predicts_the_months_after(
    small_world: SmallWorld, laid_out: list[Fold]
) -> None:
    day = small_world.known.day
    ends = [*ORIGINS[1:], LAST_DAY]

    assert len(laid_out) == PLAN.count
    for fold, origin, end in zip(laid_out, ORIGINS, ends, strict=True):
        assert day[fold.learn].max() < to_day_number(origin) <= day[fold.predict].min()
        assert day[fold.predict].max() < to_day_number(end)
        assert both_outcomes(fold.learn_event)
        assert both_outcomes(fold.predict_event)
        assert len(fold.learn) == len(fold.learn_event)
        assert len(fold.predict) == len(fold.predict_event)
    predicted = np.concatenate([fold.predict for fold in laid_out])
    assert len(set(predicted.tolist())) == len(predicted)


def test_what_is_learned_was_settled_at_the_origin(
    small_world: SmallWorld, laid_out: list[Fold]
) -> None:
    due = {row["ref"]: row["due_on"] for row in small_world.rows["receivable"]}
    for fold, origin in zip(laid_out, ORIGINS, strict=True):
        learned = [small_world.known.keys[at] for at in fold.learn]
        assert max(due[ref] for ref in learned) <= origin - timedelta(days=LATE.days + 1)


def with_payments(
    gathered: Gathered, payments: list[tuple[int, int]], visible_from: date, *, dropping: bool
) -> Gathered:
    """Other facts from a day on: payments of (receivable, days after) added, or all others gone."""
    facts = gathered.facts["payment"]
    first = to_micros(start_of_day(visible_from, gathered.book.tz))
    kept = facts.filter(pa.compute.less(facts["visible_at"], first)) if dropping else facts
    claims = gathered.facts["receivable"].to_pylist()
    new = []
    for number, (place, days) in enumerate(payments):
        claim = claims[place % len(claims)]
        example = facts.slice(number % facts.num_rows, 1).to_pylist()[0]
        new.append(
            {
                **example,
                "ref": f"P-new-{number}",
                "id": f"new-{number}",
                "revision": 0,
                "receivable": claim["ref"],
                "amount_minor": claim["face_minor"],
                "paid_on": claim["due_on"] + days - 30,
                "visible_at": first + days * 3_600_000_000,
            }
        )
    added = pa.Table.from_pylist(new, schema=facts.schema)
    return replace(gathered, facts={**gathered.facts, "payment": pa.concat_tables([kept, added])})


@settings(max_examples=8)
@given(
    fold=st.integers(0, PLAN.count - 1),
    payments=st.lists(
        st.tuples(st.integers(0, 3_000), st.integers(0, 60)), min_size=1, max_size=400
    ),
    dropping=st.booleans(),
)
def test_what_was_paid_or_known_from_the_origin_on_changes_nothing_learned(
    small_world: SmallWorld,
    laid_out: list[Fold],
    fold: int,
    payments: list[tuple[int, int]],
    dropping: bool,
) -> None:
    other = with_payments(small_world.gathered, payments, ORIGINS[fold], dropping=dropping)

    again = folds(other, small_world.known, LATE, LAST_DAY, PLAN)

    # a fold whose outcomes to predict became all the same is left out: compare from the first
    for was, now in zip(laid_out[: fold + 1], again[: fold + 1], strict=False):
        assert was.learn.tobytes() == now.learn.tobytes()
        assert was.learn_event.tobytes() == now.learn_event.tobytes()


def test_payments_before_the_origin_do_change_what_is_learned(
    small_world: SmallWorld, laid_out: list[Fold]
) -> None:
    """The test above sees something."""
    payments = [(place, 0) for place in range(0, 2_000, 3)]
    other = with_payments(
        small_world.gathered, payments, ORIGINS[0] - timedelta(days=60), dropping=False
    )

    again = folds(other, small_world.known, LATE, LAST_DAY, PLAN)

    assert laid_out[0].learn.tobytes() == again[0].learn.tobytes()  # what is settled is due alone
    assert laid_out[0].learn_event.sum() > again[0].learn_event.sum()


def test_rehearsals_that_had_seen_one_outcome_only_are_left_out(small_world: SmallWorld) -> None:
    first = from_day_number(int(small_world.known.day.min()))
    plan = Folds(count=24, months=1)

    found = folds(small_world.gathered, small_world.known, LATE, LAST_DAY, plan)

    assert 0 < len(found) < 24
    assert folds(small_world.gathered, small_world.known, LATE, first, plan) == []
