"""`tricredit ratings shadow`: accounts become ratings, which subject credit uses from then on."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from features.subject import buyer_credit, supplier_record
from ledger.audit.verifying import verify
from ledger.clocks import start_of_day, to_day_number, to_micros, zone
from ledger.database import reading
from ledger.principals import OWNER
from ledger.reader import facts, last_seq
from ledger.tenants import book
from models.account_ratios import NAMES, ratios_of
from models.shadow_model import ShadowModel, grade_of
from scoring.asking import Mode, Request
from scoring.gather import gather
from scoring.path import describe, with_sources
from scoring.shadow_ratings import VALID_DAYS, ShadowDay, accounts_known, write_shadow_ratings
from tests.command_results import told
from tests.ledger.made_rows import Row, a_ledger, put
from tests.models.made_shadow import made_shadow
from tests.models.test_account_ratios import BY_HAND, COMPANY
from tricredit import app

TZ = zone("America/Sao_Paulo")
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
TODAY, DAY = date(2024, 6, 1), date(2024, 5, 20)
NEXT = timedelta(days=1)
RELATIONS = (buyer_credit.RELATION, supplier_record.RELATION)
FEATURES = [feature.name for relation in RELATIONS for feature in relation.features]
HEAD = ("total_assets", "total_liabilities", "equity")


def at(day: date) -> datetime:
    return start_of_day(day, TZ)


def year(party: str, end: int, amounts: dict[str, int], known: date) -> dict[str, list[Row]]:
    """A yearly statement that ends with a year, known on a day."""
    when = {"happened_at": at(date(end + 1, 1, 1)), "known_at": at(known)}
    ref = f"{party}/{end}"
    head = {
        "ref": ref,
        **when,
        "party": party,
        "period_start": date(end, 1, 1),
        "period_end": date(end + 1, 1, 1),
        "period_type": "year",
        "currency": "BRL",
        **{f"{name}_minor": amounts[name] for name in HEAD if name in amounts},
    }
    lines = [
        {"ref": f"{ref}/{name}", **when, "statement": ref, "concept": name, "amount_minor": amount}
        for name, amount in amounts.items()
        if name not in HEAD
    ]
    return {"statement": [head], "statement_line": lines}


THIS = {name: amount for name, amount in COMPANY.items() if not name.endswith("_before")}
LAST = THIS | {
    name.removesuffix("_before"): amount
    for name, amount in COMPANY.items()
    if name.endswith("_before")
}
LAST["total_liabilities"] = LAST["total_assets"] - LAST["equity"]
BAD = THIS | {"total_liabilities": 1_300, "equity": -300, "net_profit": -200, "ebit": -150}


def rating(party: str, acted: date, pd_ppm: int | None = 9_000) -> Row:
    own = {"ref": f"{party}-{acted}", "happened_at": at(acted), "known_at": at(acted)}
    of = {"party": party, "agency": "an agency", "scale": "its own", "grade": "A"}
    return {**own, **of, "acted_on": acted, "pd_12m_ppm": pd_ppm}


def a_book() -> dict[str, list[Row]]:
    """A buyer and a supplier with accounts, a rated one, one that tells little, an old one."""
    founded = {"happened_at": at(date(2020, 1, 1))}
    spring = date(2024, 4, 30)
    told_by = [
        year("b1", 2022, LAST, date(2023, 4, 30)),
        year("b1", 2023, THIS, spring),
        year("s1", 2023, BAD, spring),
        year("rated", 2023, THIS, spring),
        year("little", 2023, {"total_assets": 10, "total_liabilities": 6}, spring),
        year("old", 2021, THIS, date(2022, 4, 30)),
    ]
    return {
        "party": [{"ref": ref, **founded} for ref in ("b1", "s1", "rated", "little", "old", "b2")],
        "statement": [row for one in told_by for row in one["statement"]],
        "statement_line": [row for one in told_by for row in one["statement_line"]],
        "rating": [rating("rated", date(2024, 1, 10))],
        "receivable": [
            {
                "ref": "r",
                "happened_at": at(date(2024, 2, 1)),
                "supplier": "s1",
                "buyer": "b1",
                "issued_on": date(2024, 2, 1),
                "due_on": date(2024, 12, 1),
                "face_minor": 3_000,
                "currency": "BRL",
            }
        ],
    }


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    with a_ledger(sqlite_url) as opened:
        put(opened, a_book(), recorded_at=NOW)
        yield opened


@pytest.fixture
def either(database_url: str) -> Iterator[Engine]:
    """The same in each store."""
    with a_ledger(database_url) as opened:
        put(opened, a_book(), recorded_at=NOW)
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shadow")


@pytest.fixture(scope="module")
def model(folder: Path) -> ShadowModel:
    return made_shadow(folder)


def rate(engine: Engine, model: ShadowModel, day: date | None, now: datetime = NOW) -> ShadowDay:
    return write_shadow_ratings(engine, OWNER, model, day, now)


def counts(day: ShadowDay) -> tuple[int, int, int]:
    return day.added, day.corrected, day.unchanged


def ratings(engine: Engine, party: str) -> list[dict[str, Any]]:
    """The shadow ratings of a party, in the order in which they were written."""
    head = last_seq(engine, OWNER.tenant)
    every = facts(engine, OWNER.tenant, "rating", through_seq=head).to_pylist()
    return [row for row in every if (row["party"], row["agency"]) == (party, "shadow")]


def seen(engine: Engine, day: date) -> dict[str, float | None]:
    """The features of a request of that day, by the keys of its parties."""
    asked = Request("q", "s1", "b1", ("r",), at(day) + timedelta(hours=9), mode=Mode.BACKTEST)
    with reading(engine) as connection:
        own = book(connection, OWNER.tenant)
    gathered = gather(engine, own, own.last_seq, [asked], relations=with_sources(RELATIONS))
    values = describe(gathered, [asked], relations=RELATIONS).features.values[0]
    return {
        name: None if np.isnan(value) else float(value)
        for name, value in zip(FEATURES, values, strict=True)
    }


def logit(ppm: int) -> Any:
    return pytest.approx(log(ppm / (1_000_000 - ppm)))


def test_a_rating_is_what_the_model_says_of_the_accounts(
    engine: Engine, model: ShadowModel
) -> None:
    done = rate(engine, model, DAY)
    (row,) = ratings(engine, "b1")
    by_hand = np.array([[BY_HAND[name] for name in NAMES]])

    assert row["pd_12m_ppm"] == round(1e6 * float(model.probabilities(by_hand)[0]))
    assert row["grade"] == str(grade_of(row["pd_12m_ppm"] / 1e6)) == str(row["notch"])
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
    sqlite_url: str, model: ShadowModel
) -> None:
    late = datetime(2025, 9, 1, 12, tzinfo=UTC)
    last = date(2024, 1, 1) + timedelta(days=VALID_DAYS - 1)
    with a_ledger(sqlite_url) as engine:
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


def run(url: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["ratings", "shadow", "--db", url, *words])


def test_the_command_rates_today_or_what_it_is_told(
    engine: Engine, sqlite_url: str, folder: Path, model: ShadowModel
) -> None:
    of = ("--model", str(folder / model.id))
    back = run(
        sqlite_url, *of, "--from", "2024-04-30", "--to", "2024-05-14", "--every", "7", "--json"
    )
    once = run(sqlite_url, *of, "--as-of", "2024-05-14", "--json")
    today = run(sqlite_url, *of)

    assert back.exit_code == once.exit_code == today.exit_code == 0, back.output + today.output
    days = json.loads(back.stdout)
    assert [day["day"] for day in days] == ["2024-04-30", "2024-05-07", "2024-05-14"]
    assert [day["added"] for day in days] == [1, 2, 0]
    assert json.loads(once.stdout) == days[-1:]
    assert "standing" in today.stdout


def test_wrong_use_is_told(sqlite_url: str, folder: Path, model: ShadowModel) -> None:
    of = ("--model", str(folder / model.id))
    both = run(sqlite_url, *of, "--as-of", "2024-05-02", "--from", "2024-05-01")
    assert both.exit_code == 2
    assert "either --as-of or" in " ".join(both.stderr.replace("│", " ").split())
    with a_ledger(sqlite_url):
        future = run(sqlite_url, *of, "--as-of", "2190-01-01")
    assert "name days up to today" in told(future, "day-not-begun")
    none = run(sqlite_url, "--model", str(folder / "none"))
    assert "training.shadow_rating" in told(none, "bundle-refused")
