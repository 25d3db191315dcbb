"""An open financing looked at again: the same path, and it doesn't count against itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from features.catalogue import RELATIONS
from features.feature import Grain
from ledger.database import reading
from ledger.principals import DEFAULT_TENANT
from ledger.tenants import book
from scoring.asking import Request
from scoring.in_life import in_life
from scoring.serving import look_up
from tests.service.offers import FACE, TODAY, Lender, a_book, a_lender, a_pack, claim, put
from tests.worlds import SmallWorld

HALF = FACE // 2


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with a_book(database_url, claim("I-1"), claim("I-2")) as opened:
        yield opened


@pytest.fixture
def drawn(lender: SmallWorld, engine: Engine, tmp_path: Path) -> str:
    """A financing of half of I-1, by the id of its score."""
    with a_lender(lender, engine, a_pack(tmp_path)) as generous:
        score = generous.score(HALF)
        assert generous.act("drawdown", score, HALF).status_code == 200
    return score


@pytest.fixture
def strict(lender: SmallWorld, engine: Engine, drawn: str) -> Iterator[Lender]:
    """A lender whose policy finances no invoice twice."""
    with a_lender(lender, engine, "generic") as opened:
        yield opened


def codes(reply: dict[str, Any]) -> set[str]:
    return {rule["code"] for rule in reply["rules"]}


def test_a_financing_does_not_count_against_itself(strict: Lender, drawn: str) -> None:
    new = strict.asked(FACE).json()
    records = strict.counted("SELECT count(*) FROM score_record")

    again = strict.asked(FACE, mode="monitoring", financing=drawn)

    assert again.status_code == 200, again.text
    told = again.json()
    assert "RK13" in codes(new)
    assert "RK13" not in codes(told)
    assert (told["mode"], told["score_id"]) == ("monitoring", None)
    assert strict.counted("SELECT count(*) FROM score_record") == records
    (seen,) = told["circumstances"]["claims"]
    assert seen["financed_minor"] == 0
    assert new["circumstances"]["claims"][0]["financed_minor"] == HALF
    decisions = strict.client.get("/monitoring").json()
    assert decisions["records"] == records  # it is no decision


def test_what_is_unsaid_is_what_is_left_of_it(strict: Lender, engine: Engine, drawn: str) -> None:
    paid = {"financing": drawn, "repaid_on": TODAY, "payer": "buyer", "currency": "CNY"}
    amounts = {"amount_minor": 110_000, "interest_minor": 10_000}
    happened = datetime.now(UTC) - timedelta(seconds=1)
    put(engine, {"repayment": [{"ref": "P", "happened_at": happened, **paid, **amounts}]})

    told = strict.asked(None, mode="monitoring", financing=drawn, product=None).json()

    assert told["circumstances"]["amount_requested_minor"] == HALF - 100_000
    assert told["circumstances"]["tenor_days"] in (84, 85)  # the day in Shanghai may be the next
    assert told["circumstances"]["product"] == "factoring"


def test_another_financing_counts_as_ever(
    lender: SmallWorld, strict: Lender, engine: Engine, drawn: str, tmp_path: Path
) -> None:
    with a_lender(lender, engine, a_pack(tmp_path)) as generous:
        second = generous.score(HALF, "I-2")
        assert generous.act("drawdown", second, HALF).status_code == 200

    told = strict.asked(FACE, "I-2", mode="monitoring", financing=drawn).json()

    assert told["circumstances"]["claims"][0]["financed_minor"] == HALF
    assert "RK13" in codes(told)


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"financing": "none"}, 422, "unknown-financing"),
        ({"buyer": {"ref": "C"}}, 422, "unknown-financing"),
        ({"financing": None}, 422, "invalid-request"),
        ({"mode": "decision"}, 422, "invalid-request"),
        ({"as_of": "2021-01-01T00:00:00Z"}, 422, "unknown-financing"),
        ({"supplier": {"ref": "S", "name": "New"}}, 422, "invalid-request"),
    ],
)
def test_what_can_not_be_looked_at_again_is_refused(
    strict: Lender, drawn: str, more: dict[str, Any], status: int, code: str
) -> None:
    answer = strict.asked(HALF, **{"mode": "monitoring", "financing": drawn, **more})

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert drawn not in answer.text


def test_a_financing_that_is_over_is_refused(strict: Lender, engine: Engine, drawn: str) -> None:
    happened = datetime.now(UTC) - timedelta(seconds=1)
    ended = {"financing": drawn, "settled_on": TODAY, "defaulted": False}
    put(engine, {"outcome": [{"ref": "E", "happened_at": happened, **ended}]})

    answer = strict.asked(HALF, mode="monitoring", financing=drawn)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/financing-over")


def test_live_features_are_those_of_before_it_was_drawn(engine: Engine, drawn: str) -> None:
    """Over every relation: with the financing left out, and over the ledger as it was before."""
    relations = [one for one in RELATIONS if one.grain is Grain.REQUEST]
    reading_it = [one.name for one in relations if "live_financing" in one.reads]
    assert reading_it
    assert all(one.is_live for one in relations if "live_financing" in one.reads)
    with reading(engine) as connection:
        now = book(connection, DEFAULT_TENANT)
        first = connection.exec_driver_sql(
            "SELECT MIN(seq) FROM financing_request WHERE tenant = 'default'"
        ).scalar_one()
    new = Request("R", "S", "B", ("I-1",), datetime.now(UTC), HALF, tenor_days=80)
    own = replace(new, financing=drawn)
    with reading(engine) as connection:
        assert in_life(connection, now, own).amount_requested_minor == HALF

    def described(request: Request, last_seq: int) -> np.ndarray[Any, Any]:
        there = replace(now, last_seq=last_seq)
        _, found = look_up(engine, there, [request], relations, write=lambda _work: None)
        return found.features.values

    before, after = described(new, first - 1), described(own, now.last_seq)
    counted = described(new, now.last_seq)

    assert np.array_equal(before, after, equal_nan=True)
    assert not np.array_equal(before, counted, equal_nan=True)
