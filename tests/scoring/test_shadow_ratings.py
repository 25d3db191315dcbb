"""Accounts become shadow ratings, which subject credit uses from the next day on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from ledger.audit.verifying import verify
from ledger.clocks import to_day_number, to_micros
from ledger.principals import OWNER
from ledger.reader import facts, last_seq
from models.account_ratios import NAMES, ratios_of
from models.scale import number_of
from models.shadow_model import ShadowModel
from scoring.shadow_ratings import VALID_DAYS, ShadowDay, accounts_known, write_shadow_ratings
from tests.ledger.made_rows import a_ledger, put
from tests.models.made_shadow import made_shadow
from tests.models.test_account_ratios import BY_HAND, COMPANY
from tests.scoring.shadow_book import (
    BAD,
    DAY,
    HEAD,
    NEXT,
    NOW,
    TODAY,
    TZ,
    a_book,
    at,
    rating,
    ratings,
    seen,
    year,
)


@pytest.fixture
def engine(sqlite_ledger: str) -> Iterator[Engine]:
    with a_ledger(sqlite_ledger) as opened:
        put(opened, a_book(), recorded_at=NOW)
        yield opened


@pytest.fixture
def either(database_url: str) -> Iterator[Engine]:
    """The same in each store."""
    with a_ledger(database_url) as opened:
        put(opened, a_book(), recorded_at=NOW)
        yield opened


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ShadowModel:
    return made_shadow(tmp_path_factory.mktemp("shadow"))


def rate(engine: Engine, model: ShadowModel, day: date | None, now: datetime = NOW) -> ShadowDay:
    return write_shadow_ratings(engine, OWNER, model, day, now)


def counts(day: ShadowDay) -> tuple[int, int, int]:
    return day.added, day.corrected, day.unchanged


def logit(ppm: int) -> Any:
    return pytest.approx(log(ppm / (1_000_000 - ppm)))


def test_a_rating_is_what_the_model_says_of_the_accounts(
    engine: Engine, model: ShadowModel
) -> None:
    done = rate(engine, model, DAY)
    (row,) = ratings(engine, "b1")
    by_hand = np.array([[BY_HAND[name] for name in NAMES]])

    assert row["pd_12m_ppm"] == round(1e6 * float(model.probabilities(by_hand)[0]))
    assert row["grade"] == str(number_of(row["pd_12m_ppm"] / 1e6)) == str(row["notch"])
    assert (row["agency"], row["scale"]) == ("shadow", model.id)
    assert row["acted_on"] == to_day_number(DAY)
    assert row["valid_until"] == to_day_number(date(2024, 1, 1)) + VALID_DAYS
    assert ratings(engine, "s1")[0]["pd_12m_ppm"] > row["pd_12m_ppm"]
    assert (done.accounts, done.rated, done.too_little, done.standing) == (4, 1, 1, 0)
    assert counts(done) == (2, 0, 0)


def test_subject_credit_of_the_day_after_uses_it_and_not_before(
    either: Engine, model: ShadowModel
) -> None:
    before = seen(either, DAY)
    rate(either, model, DAY)

    assert seen(either, DAY) == before
    assert before["buyer_logit_pd"] is None
    after = seen(either, DAY + NEXT)
    (buyer,), (supplier,) = ratings(either, "b1"), ratings(either, "s1")
    assert after["buyer_logit_pd"] == logit(buyer["pd_12m_ppm"])
    assert after["supplier_logit_pd"] == logit(supplier["pd_12m_ppm"])
    assert after["buyer_notch_change_12m"] is None  # nothing was in force a year ago


def test_an_agencys_rating_counts_before_it(engine: Engine, model: ShadowModel) -> None:
    rate(engine, model, DAY)
    put(engine, {"rating": [rating("b1", date(2024, 5, 10))]}, recorded_at=NOW)

    assert ratings(engine, "rated") == []
    assert seen(engine, DAY + NEXT)["buyer_logit_pd"] == logit(9_000)
    assert rate(engine, model, DAY + NEXT).rated == 2


def test_a_rating_that_tells_no_chance_leaves_room(engine: Engine, model: ShadowModel) -> None:
    put(engine, {"rating": [rating("b1", date(2024, 5, 10), None)]}, recorded_at=NOW)
    rate(engine, model, DAY)

    (row,) = ratings(engine, "b1")
    assert seen(engine, DAY + NEXT)["buyer_logit_pd"] == logit(row["pd_12m_ppm"])


def test_a_day_of_the_past_knows_the_accounts_of_then(engine: Engine, model: ShadowModel) -> None:
    done = rate(engine, model, date(2024, 4, 30))

    # those of 2023 are known on 30 April: the history of 1 May is the first to have them
    assert done.accounts == 1
    assert ratings(engine, "b1")[0]["valid_until"] == to_day_number(date(2023, 1, 1)) + VALID_DAYS
    assert counts(rate(engine, model, date(2024, 5, 1))) == (2, 0, 0)
    newer = {row["acted_on"]: row["pd_12m_ppm"] for row in ratings(engine, "b1")}
    for day in (date(2024, 5, 1), date(2024, 5, 2)):
        assert seen(engine, day)["buyer_logit_pd"] == logit(newer[to_day_number(day - NEXT)])


def test_what_was_said_already_is_not_said_again(either: Engine, model: ShadowModel) -> None:
    first = rate(either, model, DAY)
    again = rate(either, model, DAY, NOW + timedelta(hours=1))
    later = rate(either, model, DAY + NEXT)
    today = rate(either, model, None)

    assert (counts(first), counts(again)) == ((2, 0, 0), (0, 0, 2))
    assert [(day.standing, counts(day)) for day in (later, today)] == [(2, (0, 0, 0))] * 2
    assert verify(either, OWNER.tenant).ok


def test_todays_are_visible_when_they_are_written(engine: Engine, model: ShadowModel) -> None:
    assert rate(engine, model, None).day == TODAY

    (row,) = ratings(engine, "b1")
    assert (row["known_at"], row["visible_at"]) == (to_micros(at(TODAY)), to_micros(NOW))


def test_what_came_to_light_since_corrects_a_day_of_the_past(
    engine: Engine, model: ShadowModel
) -> None:
    rate(engine, model, DAY)
    (before,) = ratings(engine, "b1")
    worse = year("b1", 2023, BAD, date(2024, 5, 2))
    put(engine, worse, recorded_at=NOW)

    assert counts(rate(engine, model, DAY)) == (0, 1, 1)
    assert ratings(engine, "b1")[-1]["pd_12m_ppm"] > before["pd_12m_ppm"]


def test_what_the_ledger_got_later_does_not_reach_back(engine: Engine, model: ShadowModel) -> None:
    rate(engine, model, DAY)
    put(engine, year("b1", 2023, BAD, date(2024, 5, 2)), recorded_at=NOW, historical=False)

    assert counts(rate(engine, model, DAY)) == (0, 0, 2)


def test_a_rating_ends_eighteen_months_after_its_accounts(
    sqlite_ledger: str, model: ShadowModel
) -> None:
    late = datetime(2025, 9, 1, 12, tzinfo=UTC)
    last = date(2024, 1, 1) + timedelta(days=VALID_DAYS - 1)
    with a_ledger(sqlite_ledger) as engine:
        put(engine, a_book(), recorded_at=late)
        rate(engine, model, DAY, late)

        assert seen(engine, last)["buyer_logit_pd"] is not None
        assert seen(engine, last + NEXT)["buyer_logit_pd"] is None
        assert rate(engine, model, last, late).accounts == 4
        assert rate(engine, model, last + NEXT, late).accounts == 0


def test_another_model_rates_on_a_scale_of_its_own(
    engine: Engine, model: ShadowModel, tmp_path: Path
) -> None:
    other = made_shadow(tmp_path, intercept=1.0)
    rate(engine, model, DAY)

    assert counts(rate(engine, other, DAY + NEXT)) == (2, 0, 0)
    assert [row["scale"] for row in ratings(engine, "b1")] == [model.id, other.id]
    newest = ratings(engine, "b1")[-1]["pd_12m_ppm"]
    assert seen(engine, DAY + NEXT + NEXT)["buyer_logit_pd"] == logit(newest)


def test_amounts_are_those_of_the_statements(engine: Engine) -> None:
    """Lines and heads by name, a year before where it is known, and nothing for nothing told."""
    head = last_seq(engine, OWNER.tenant)
    kinds = ("statement", "statement_line", "rating")
    read = {kind: facts(engine, OWNER.tenant, kind, through_seq=head) for kind in kinds}
    rows = {row["party"]: row for row in accounts_known(read, TZ.key, DAY, "x").to_pylist()}

    assert {name: rows["b1"][name] for name in COMPANY} == COMPANY
    assert rows["s1"]["net_profit"] == -200
    assert rows["s1"]["total_assets_before"] is None
    told_little = {name for name in COMPANY if rows["little"][name] is not None}
    assert told_little == set(HEAD)  # equity is what the other two leave
    amounts = {name: np.array([float(rows["b1"][name])]) for name in COMPANY}
    assert ratios_of(amounts)[0].tolist() == pytest.approx([BY_HAND[name] for name in NAMES])
