"""The open book against plain sums, and its financings against plain scores of the same moments."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.clocks import start_of_day
from ledger.database import open_database, reading
from ledger.principals import OWNER
from ledger.tenants import Book, book
from lending.default_risk import NoTerms
from lending.pack import load_pack
from lending.policy.tables import Lines
from lending.portfolio.portfolio_rules import load_portfolio_rules
from models.bundle import load
from scoring.asking import Mode, Request
from scoring.batch import replies
from scoring.portfolio.book_report import book_report, summed
from scoring.portfolio.book_views import BOOK_KINDS
from scoring.portfolio.open_book import OpenBook, groups, open_book
from scoring.portfolio.own_grades import own_grades
from scoring.portfolio.rescoring import MOMENT, Scorer, rescored
from tests.default_bundles import DefaultBundles
from tests.scoring.told_books import views_of
from tests.worlds import LAST_DAY, SmallWorld

RULES = load_portfolio_rules()
PACK = load_pack()


@pytest.fixture(scope="module")
def opened(small_world: SmallWorld) -> OpenBook:
    with views_of(small_world.gathered.facts, BOOK_KINDS, LAST_DAY) as views:
        return open_book(views, LAST_DAY, "CNY")


@pytest.fixture(scope="module")
def engine(small_world: SmallWorld) -> Engine:
    return open_database(small_world.url)


@pytest.fixture(scope="module")
def own(engine: Engine) -> Book:
    with reading(engine) as connection:
        return book(connection, OWNER.tenant)


@pytest.fixture(scope="module")
def scorer(default_bundles: DefaultBundles) -> Scorer:
    return Scorer(load(default_bundles.default), PACK)


def test_what_is_out_is_what_was_lent_and_neither_ended_nor_repaid(
    opened: OpenBook, small_world: SmallWorld
) -> None:
    rows, day = small_world.rows, LAST_DAY
    midnight = start_of_day(day, small_world.gathered.book.tz)
    ended = {row["financing"] for row in rows["outcome"] if row["known_at"] < midnight}
    back: Counter[str] = Counter()
    for row in rows["repayment"]:
        if row["known_at"] < midnight:
            back[row["financing"]] += row["amount_minor"]
    out = {
        row["ref"]: row["amount_minor"] - back[row["ref"]]
        for row in rows["financing"]
        if row["ref"] not in ended and row["known_at"] < midnight and row["drawn_on"] <= day
    }

    assert {one.ref: one.out_minor for one in opened.financings} == {
        ref: minor for ref, minor in out.items() if minor > 0
    }
    asked: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows["requested_receivable"]:
        asked[row["financing_request"]].add(row["receivable"])
    request = {row["ref"]: row["financing_request"] for row in rows["financing"]}
    assert opened.financings
    for one in opened.financings:
        assert set(one.receivables) == asked[request[one.ref]]


def test_every_view_of_the_book_adds_up_to_it(opened: OpenBook) -> None:
    lines = Lines(buyer_minor=opened.out_minor // 4, single_name_minor=10**12)
    pack = replace(PACK, policy=PACK.policy.model_copy(update={"lines": lines}))

    report = book_report(opened, pack)

    for view in report.views.values():
        assert sum(part.amount_minor for part in view.parts) == report.whole.minor
        assert sum(part.count for part in view.parts) == report.whole.financings
    for counts in report.tags.values():
        assert sum(one.financings for one in counts.values()) == report.whole.financings
    used = {line.name: line.used_minor for line in report.lines if line.over == "buyer"}
    assert used == {part.name: part.amount_minor for part in report.views["buyer"].parts}
    shares = [line.used_share for line in report.lines]
    assert shares == sorted(shares, key=lambda share: -(share or 0))
    assert report.rescored is None


def test_buyers_of_one_owner_are_a_group() -> None:
    held: list[dict[str, Any]] = [
        {"party": "p", "other": "b1", "relation": "shareholder", "share_ppm": 600_000},
        {"party": "p", "other": "b2", "relation": "ultimate_controller", "share_ppm": None},
        {"party": "q", "other": "b3", "relation": "shareholder", "share_ppm": 500_000},
        {"party": "b4", "other": "b2", "relation": "branch_of", "share_ppm": None},
    ]
    found = groups(held)

    assert {found[one] for one in ("p", "b1", "b2", "b4")} == {"b1"}
    assert "b3" not in found  # half is no control


def test_a_financing_scored_again_is_the_same_score_at_that_moment(
    opened: OpenBook, engine: Engine, own: Book, scorer: Scorer
) -> None:
    found = rescored(engine, own, opened, scorer)
    one = opened.financings[3]
    asked = Request(
        request_id="plain",
        supplier=one.supplier,
        buyer=one.buyer,
        receivables=tuple(sorted(one.receivables)),
        as_of=start_of_day(LAST_DAY, own.tz),
        amount_requested_minor=one.out_minor,
        mode=Mode.BACKTEST,
        product=one.product,
        tenor_days=max(1, (one.matures_on - LAST_DAY).days),
        recourse=one.recourse,
        notified=one.notified,
        account=one.account,
    )
    before = replace(
        asked,
        as_of=start_of_day(one.drawn_on, own.tz) - MOMENT,
        amount_requested_minor=one.principal_minor,
        tenor_days=(one.matures_on - one.drawn_on).days,
    )

    now, then = replies(engine, own, [asked, before], scorer.bundle, PACK)

    assert found.keys() == {financing.ref for financing in opened.financings}
    seen = found[one.ref]
    for standing, answer in ((seen.current, now["default"]), (seen.before, then["default"])):
        assert standing.pd_12m == answer["pd_facility_12m"]
        assert standing.pd_maturity == answer["pd_facility_maturity"]
        assert standing.grade == answer["grade"]["name"]
    assert seen.loss.expected_minor <= seen.loss.ead_minor
    assert seen.loss.ead_minor >= one.out_minor


def test_ninety_days_past_maturity_is_default(
    opened: OpenBook, engine: Engine, own: Book, scorer: Scorer
) -> None:
    late = replace(opened.financings[0], matures_on=LAST_DAY - timedelta(90))
    soon = replace(opened.financings[1], matures_on=LAST_DAY - timedelta(89))
    strange = replace(opened.financings[2], receivables={"nothing": date(2099, 1, 1)})
    some = replace(opened, financings=(late, soon, strange))

    found = rescored(engine, own, some, scorer)
    told = summed(some, found, PACK, RULES.loss, bundle="b", notches=2)

    assert (found[late.ref].current.grade, found[late.ref].current.pd_maturity) == ("D", 1.0)
    assert found[soon.ref].current.grade != "D"
    assert strange.ref not in found
    assert (told.scored.financings, told.left_out.minor) == (2, strange.out_minor)
    assert late.ref in {fall.financing for fall in told.falls}
    warnings = own_grades(some, found, RULES.warnings.grade)
    assert {one.evidence for one in warnings} == {
        (f"financing:{fall.financing}",) for fall in told.falls
    }
    certain = found[late.ref].loss
    assert told.loss.expected_minor >= certain.given_default.lgd_share * certain.ead_minor - 1
    assert told.loss.simulated_minor >= told.loss.expected_minor


def test_lateness_tells_no_loss(
    opened: OpenBook, engine: Engine, own: Book, small_world: SmallWorld
) -> None:
    with pytest.raises(NoTerms):
        rescored(engine, own, opened, Scorer(load(small_world.bundle), PACK))
