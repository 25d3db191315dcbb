"""The back-test: what another bundle or pack would have answered, and what that says."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from benchmarks.stage.lent_world import DEFAULT
from ledger.database import open_database, reading
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import book
from lending.default_risk import NoTerms
from lending.pack import Pack, load_pack, shipped
from lending.policy.outcomes import Decision, Severity
from models.bundle import load
from scoring.reply import reply
from scoring.serving import serve
from tests.default_bundles import DefaultBundles
from tests.training.lent_books import MATURES, ended, lent, usual
from tests.worlds import SmallWorld
from training.asked_requests import past_requests
from training.backtest.backtest_run import Backtest, NothingAsked, Period, backtest
from training.backtest.both_sides import Answer, OtherEvent, Side, answer_of
from training.backtest.compared import Change, Compared
from training.backtest.figures_of_sides import changed_rows, defaults_of, figures_of
from training.backtest.turned import BAND, MATRIX, model_reasons, turned_by, words_of_code
from training.backtest.what_became import Became, Known, what_became

EVER = Period(date(2024, 1, 1))
OLD, MOVED = 0.03, 0.05
"""Where the first band of the shipped pack ends, and where that of the other does."""

RIPE = MATURES + 92


@pytest.fixture(scope="module")
def ledger(small_world: SmallWorld) -> Iterator[Engine]:
    engine = open_database(small_world.url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def base(default_bundles: DefaultBundles) -> Side:
    return Side(load(default_bundles.default), load_pack())


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The shipped pack with one threshold moved."""
    path = tmp_path_factory.mktemp("packs") / "moved.toml"
    text = shipped("generic").read_text(encoding="utf-8")
    old, new = (f"late = 0.15, default = {at:.2f}" for at in (OLD, MOVED))
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    (path.parent / "terms.toml").write_bytes(shipped("terms").read_bytes())
    return load_pack(path)


@pytest.fixture(scope="module")
def found(ledger: Engine, base: Side, moved: Pack) -> Backtest:
    return backtest(ledger, DEFAULT_TENANT, (base, replace(base, pack=moved)), EVER)


def test_a_side_against_itself_changes_nothing(ledger: Engine, base: Side) -> None:
    same = backtest(ledger, DEFAULT_TENANT, (base, base), EVER)

    assert len(same.rows) > 50
    assert {row.change for row in same.rows} == {Change.NONE}
    assert changed_rows(same.rows) == []
    assert all(one["base"] == one["other"] for one in same.report["matrix"])
    assert same.report["sides"]["base"] == same.report["sides"]["other"]
    for name, one in same.report["differences"].items():
        assert set(one.values()) <= {0.0, None}, name
    assert set(map(len, same.report["turned_by"].values())) == {0}


def test_a_request_is_answered_as_it_would_have_been_alone_on_the_store(
    ledger: Engine, base: Side, moved: Pack, found: Backtest
) -> None:
    with reading(ledger) as connection:
        own = book(connection, DEFAULT_TENANT)

    for at, row in enumerate(found.rows[::8]):
        answer, side = (row.base, base) if at % 2 else (row.other, replace(base, pack=moved))
        alone = serve(ledger, own, row.past.request, side.bundle, side.pack).scored
        assert answer_of(alone, side) == answer
        said = reply(alone, side.bundle, side.pack, score_id=None, currency=own.base_currency)
        _says_the_same(said, answer)


def _says_the_same(said: dict[str, Any], answer: Answer) -> None:
    """An answer is what the reply to a caller says, and its money follows from it."""
    assert answer.decision.value == said["decision"]
    assert answer.pd_maturity == said["default"]["pd_facility_maturity"]
    assert answer.amount_minor == (said["advance_minor"] or 0)
    if answer.amount_minor:
        price, loss = said["terms"]["price"], said["terms"]["loss"]
        over = answer.amount_minor * said["terms"]["amount"]["tenor"]["days"] / 365
        earning = answer.earning
        assert earning.income == pytest.approx(over * price["offered_rate"])
        assert earning.funding == pytest.approx(over * price["funding_rate"])
        assert earning.expected_loss == pytest.approx(
            answer.amount_minor * loss["pd_horizon"] * loss["lgd_share"]
            + over * price["dilution_rate"]
        )


def test_a_moved_threshold_changes_those_on_its_other_side_and_no_other(found: Backtest) -> None:
    """By brute force: only the matrix reads the threshold, so nothing else can differ."""
    between = {
        row.past.request.request_id
        for row in found.rows
        if OLD <= row.base.pd_maturity < MOVED
        and not {severity for _, severity in row.base.rules} & {Severity.REFER, Severity.BLOCK}
        and not {"unsure", "nothing_left"} & set(row.other.because)
    }
    changed = [row for row in found.rows if row.base.decision is not row.other.decision]

    assert {row.past.request.request_id for row in changed} == between
    assert len(between) > 5
    assert {row.change for row in changed} == {Change.IN}
    assert {turned_by(row.base, row.other) for row in changed} == {(BAND,)}
    assert all(model_reasons(row.base, row.other) == row.base.reasons for row in changed)
    assert len(changed_rows(found.rows)) == len(changed) == found.report["sets"]["swapped_in"]["n"]


def test_an_event_of_another_kind_or_horizon_is_refused(
    ledger: Engine, base: Side, small_world: SmallWorld
) -> None:
    late = Side(load(small_world.bundle), base.pack)
    with pytest.raises(NoTerms) as caught:
        backtest(ledger, DEFAULT_TENANT, (base, late), EVER)
    assert caught.value.field == "other_bundle"

    longer = base.bundle.card.event.model_copy(update={"days": 180})
    card = base.bundle.card.model_copy(update={"event": longer})
    with pytest.raises(OtherEvent, match="180 days"):
        backtest(
            ledger, DEFAULT_TENANT, (base, Side(replace(base.bundle, card=card), base.pack)), EVER
        )


def test_without_a_period_nothing_is_answered_that_a_bundle_has_learned_from(
    ledger: Engine, base: Side, found: Backtest
) -> None:
    with pytest.raises(NothingAsked, match="neither bundle has learned from"):
        backtest(ledger, DEFAULT_TENANT, (base, base))

    assert found.report["bundles"]["base"]["asked_before"] == len(found.rows)


def rows_with_endings(found: Backtest) -> list[Compared]:
    """The small world knows of few endings: these are made up, of every kind."""
    endings = (
        Became(Known.KNOWN, loss_share=0.0),
        Became(Known.KNOWN, defaulted=True, loss_share=0.4),
        Became(Known.KNOWN, defaulted=True),
        Became(Known.NOT_RIPE),
        Became(Known.NEVER_LENT),
    )
    return [replace(row, became=endings[at % len(endings)]) for at, row in enumerate(found.rows)]


def test_money_is_the_sum_of_what_each_request_brings(found: Backtest) -> None:
    rows = rows_with_endings(found)
    report = figures_of(rows)

    for side in ("base", "other"):
        told = report["sides"][side]
        lent_on = [(getattr(row, side), row.became) for row in rows if getattr(row, side).approves]
        realised = expected = least = 0.0
        for answer, became in lent_on:
            earning = answer.earning
            before_loss = earning.income - earning.funding - earning.costs
            if became.known is not Known.KNOWN:
                expected += before_loss - earning.expected_loss
                least += before_loss - earning.given_default
            elif became.defaulted and became.loss_share is None:
                realised += before_loss - earning.given_default
            else:
                realised += before_loss - answer.amount_minor * (became.loss_share or 0.0)
        assert told["realised"]["profit_minor"] == pytest.approx(realised)
        assert told["expected"]["profit_minor"] == pytest.approx(expected)
        assert told["profit_bounds_minor"]["low"] == pytest.approx(realised + least)
        assert told["profit_bounds_minor"]["low"] < told["profit_bounds_minor"]["high"]
        assert told["amount_minor"] == sum(answer.amount_minor for answer, _ in lent_on)
        assert sum(told["decisions"].values()) == len(rows)
        assert sum(told["grades"].values()) == told["approved"] == len(lent_on)
    both = [report["sides"][side]["realised"]["profit_minor"] for side in ("other", "base")]
    less = report["differences"]["realised_profit_minor"]
    assert less["difference"] == pytest.approx(both[0] - both[1])
    assert less["low"] <= less["difference"] <= less["high"]
    assert report["requests"]["loss_not_told"] == len(rows[2::5])


def test_no_outcome_is_unknown_and_not_good(found: Backtest) -> None:
    rows = rows_with_endings(found)[:50]
    told = defaults_of(rows)

    assert (told.known, told.not_ripe, told.never_lent, told.defaults) == (30, 10, 10, 20)
    assert told.rate == pytest.approx(2 / 3)
    assert (told.bound_low, told.bound_high) == (0.4, 0.8)
    assert told.low is not None
    assert told.high is not None
    assert told.low < 2 / 3 < told.high
    assert defaults_of(rows[3::5]).rate is None


def test_what_became_of_a_request_counts_all_that_was_lent_on_it() -> None:
    """Half of one drawdown is lost and nothing of the other: a quarter of what was lent."""
    lost = ended("f", RIPE, defaulted=True, cause="DISPUTE", loss_minor=400)
    repaid = ended("f2", RIPE, defaulted=False, loss_minor=0)
    book = usual(("financing", lent("f2", "q")), ("outcome", lost), ("outcome", repaid))
    past = past_requests(book).requests

    early, ripe = (what_became(book, past, DEFAULT, day) for day in (RIPE - 1, RIPE))

    assert early == [Became(Known.NOT_RIPE)]
    assert ripe == [Became(Known.KNOWN, defaulted=True, loss_share=0.25)]


def test_a_loss_that_is_not_told_is_none_and_not_zero() -> None:
    untold = usual(("outcome", ended("f", RIPE, defaulted=True, cause="DISPUTE")))
    good = usual(("outcome", ended("f", RIPE, defaulted=False)))

    past = past_requests(untold).requests
    assert what_became(untold, past, DEFAULT, RIPE) == [Became(Known.KNOWN, defaulted=True)]
    assert what_became(good, past, DEFAULT, RIPE) == [Became(Known.KNOWN, loss_share=0.0)]


def test_a_decision_is_turned_by_what_holds_on_the_harder_side_alone(found: Backtest) -> None:
    soft = next(row.base for row in found.rows if row.base.decision is Decision.APPROVE)
    hard = replace(soft, decision=Decision.REFER)
    rules = frozenset({("RK16", Severity.REFER), *soft.rules})
    both = replace(hard, rules=rules, because=("unsure",), by_band=Decision.REFER)

    assert turned_by(soft, soft) == ()
    assert turned_by(soft, replace(hard, rules=rules)) == ("RK16",)
    assert turned_by(both, soft) == turned_by(soft, both) == ("RK16", "unsure", BAND)
    assert turned_by(soft, hard) == (MATRIX,)
    assert model_reasons(soft, replace(hard, rules=rules)) == ()


def test_every_code_that_may_turn_a_decision_has_words_in_both_languages() -> None:
    rules = tomllib.loads(shipped("cn").read_text(encoding="utf-8"), parse_float=Decimal)["rules"]
    names = {f"R{one['code']}" + (f".{one['case']}" if "case" in one else "") for one in rules}

    for code in (*names, BAND, MATRIX, "unsure", "limited", "RN01", "RO10"):
        words = words_of_code(code)
        assert words["en"].isascii(), code
        assert not words["zh"].isascii(), code
        assert "{" not in words["en"] + words["zh"]


def test_intervals_hold_suppliers_together(found: Backtest) -> None:
    """Of one supplier alone there is nothing to draw: every draw is the whole."""
    rows = rows_with_endings(found)
    alone = [
        replace(
            row, past=replace(row.past, request=replace(row.past.request, supplier="the only one"))
        )
        for row in rows
    ]

    of_one = figures_of(alone)["differences"]["profit_minor"]
    of_many = figures_of(rows)["differences"]["profit_minor"]

    assert np.allclose([of_one["low"], of_one["high"]], of_one["difference"])
    assert of_many["difference"] == pytest.approx(of_one["difference"])
    assert of_many["high"] - of_many["low"] > 0
