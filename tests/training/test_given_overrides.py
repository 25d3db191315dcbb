"""What people decide in a bundle's place is counted by month, way and reason."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.database import reading, writing
from ledger.overrides import Departure, append_override
from ledger.principals import OWNER
from ledger.records import append_record
from ledger.tenants import book
from lending.policy.outcomes import Decision
from tests.ledger.made_rows import EARLIER, a_ledger
from training.monitor.given_overrides import GivenOverride, departures, departures_told

JANUARY = datetime(2026, 2, 1, 2, 59, tzinfo=UTC)  # a minute before February in São Paulo
FEBRUARY = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Named:
    """A bundle, as far as its id."""

    id: str


def record(engine: Engine, as_of: datetime, decision: str, bundle: str = "b", **more: Any) -> str:
    advised = [{"decision": "REFER", "pd": 0.1}]
    reply: dict[str, Any] = {"mode": "decision", "decision": decision, "by_model": "APPROVE"}
    reply |= {"advance_minor": None, "advice": advised, **more}
    texts = dict.fromkeys(("request", "features", "circumstances"), "{}")
    with writing(engine) as connection:
        return append_record(
            connection,
            OWNER,
            recorded_at=as_of,
            bundle=bundle,
            pack="p",
            as_of=as_of,
            history_before=EARLIER,
            cut_seq=0,
            reply=json.dumps(reply, separators=(",", ":")),
            **texts,
        ).id


def depart(engine: Engine, score: str, decision: str, reason: str, **more: Any) -> None:
    said = Departure(score, "Zhang", "REFER", decision, reason, "because", **more)
    with writing(engine) as connection:
        append_override(connection, OWNER, said, recorded_at=FEBRUARY)


def told(engine: Engine, *months: str) -> Any:
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
    return departures_told(departures(engine, opened, Named("b")), months)  # type: ignore[arg-type]


def test_departures_are_counted_by_the_month_of_the_score(database_url: str) -> None:
    with a_ledger(database_url) as engine:
        assert told(engine, "2026-01") is None
        approved = record(engine, JANUARY, "APPROVE", advance_minor=100)
        record(engine, JANUARY, "APPROVE", advance_minor=100)
        referred = record(engine, JANUARY, "REFER")
        record(engine, JANUARY, "APPROVE", bundle="another")
        record(engine, JANUARY, "APPROVE", mode="shadow")
        declined = record(engine, FEBRUARY, "DECLINE")
        undone = record(engine, FEBRUARY, "DECLINE")
        depart(engine, approved, "DECLINE", "adverse_news")
        depart(engine, approved, "APPROVE_REDUCED", "concentration", amount_minor=50)
        depart(engine, referred, "APPROVE", "verified", amount_minor=70)
        depart(engine, declined, "APPROVE", "verified", amount_minor=70)
        depart(engine, undone, "APPROVE", "other", amount_minor=70)
        depart(engine, undone, "DECLINE", "other")

        found = told(engine, "2026-01", "2026-02", "2026-03")

    january, february, march = found["by_month"]
    assert (january["decisions"], january["referred"]) == (3, 1)
    assert (january["overridden"], january["rate"], january["stricter"]) == (1, 0.5, 1)
    assert (january["reviewed"], january["reviewed_rate"]) == (1, 1.0)
    assert january["reasons"] == {"concentration": 1, "verified": 1}
    assert january["turned"] == {"APPROVE to APPROVE_REDUCED": 1, "REFER to APPROVE": 1}
    assert (february["decisions"], february["easier"], february["rate"]) == (2, 1, 0.5)
    assert (march["decisions"], march["rate"], march["overridden"]) == (0, None, 0)
    assert (found["decisions"], found["overridden"], found["rate"]) == (5, 2, 0.5)
    assert found["reasons"] == {"concentration": 1, "verified": 2}


APPROVE, REDUCED = Decision.APPROVE, Decision.APPROVE_REDUCED


@pytest.mark.parametrize(
    ("scored", "decided", "amounts", "repriced", "way"),
    [
        (APPROVE, Decision.DECLINE, (100, None), False, "stricter"),
        (APPROVE, REDUCED, (100, 50), False, "stricter"),
        (REDUCED, REDUCED, (100, 50), False, "stricter"),
        (REDUCED, REDUCED, (50, 100), False, "easier"),
        (REDUCED, APPROVE, (50, 100), False, "easier"),
        (Decision.DECLINE, Decision.REFER, (None, None), False, "easier"),
        (Decision.REFER, Decision.DECLINE, (None, None), False, "reviewed"),
        (Decision.REFER, Decision.REFER, (None, None), False, None),
        (APPROVE, APPROVE, (100, 100), True, "repriced"),
        (APPROVE, APPROVE, (100, 100), False, None),
    ],
)
def test_the_way_of_a_departure(
    scored: Decision,
    decided: Decision,
    amounts: tuple[int | None, int | None],
    repriced: bool,
    way: str | None,
) -> None:
    assert GivenOverride("2026-01", scored, decided, *amounts, "other", repriced).way == way
