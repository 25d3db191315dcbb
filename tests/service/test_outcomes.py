"""What came of a score becomes a fact that training and monitoring read, and can be corrected."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from ledger.audit.verifying import verify
from ledger.clocks import to_day_number
from ledger.database import reading
from ledger.principals import DEFAULT_TENANT, Principal
from ledger.tenants import book
from models.event import Event
from scoring.gather import Gathered, gather
from service.access import caller
from service.outcome_bodies import OutcomeReply, OutcomesReply
from tests.service.offers import TODAY, Lender, a_book, a_lender, a_pack, claim
from tests.worlds import SmallWorld
from training.asked_requests import decisions
from training.default_examples import default_examples, default_labels, with_lending

EVENT = Event(name="default", kind="default", days=90, en="it defaults", zh="违约")
HERE = datetime.now(ZoneInfo("Asia/Shanghai")).date()
"""Today as the book has it."""

SOON = HERE.isoformat()
DEFAULTED: dict[str, Any] = {
    "outcome": "defaulted",
    "on": SOON,
    "source": "collections",
    "cause": "DISPUTE",
    "late_days": 95,
    "note": "C-17",
}


@pytest.fixture(scope="module")
def lender(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lender]:
    folder = tmp_path_factory.mktemp("outcomes")
    claims = [claim(f"I-{number}") for number in range(1, 12)]
    with (
        a_book(f"sqlite:///{folder / 'ledger.db'}", *claims) as engine,
        a_lender(small_world, engine, a_pack(folder)) as made,
    ):
        yield made


def drawn(lender: Lender, claim: str, amount: int = 300_000) -> str:
    score = lender.score(amount, claim)
    assert lender.act("drawdown", score, amount).status_code == 200
    return score


def tell(lender: Lender, score: str, key: str | None = None, **said: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return lender.client.post(f"/scores/{score}/outcomes", json=said, headers=headers)


def came(lender: Lender, score: str) -> OutcomesReply:
    answer = lender.client.get(f"/scores/{score}/outcomes")
    return OutcomesReply.model_validate_json(answer.content)


def refused(answer: Any) -> str:
    assert answer.status_code in {400, 403, 404, 409, 422}, answer.text
    kind: str = answer.json()["type"]
    return kind.removeprefix("/problems/")


def whole(engine: Engine) -> Gathered:
    with reading(engine) as connection:
        opened = book(connection, DEFAULT_TENANT)
    return with_lending(engine, gather(engine, opened, opened.last_seq))


def label(engine: Engine, score: str, day: date) -> tuple[bool, bool, str | None]:
    """What training knows of a financing on a day: known, defaulted, why."""
    found = default_labels(whole(engine), [score], EVENT, to_day_number(day))
    return bool(found.known[0]), bool(found.event[0]), found.causes[0]


def test_an_outcome_is_a_label_and_its_correction_another_on_both_stores(
    small_world: SmallWorld, database_url: str, tmp_path: Path
) -> None:
    with (
        a_book(database_url, claim("I-1"), claim("I-2")) as engine,
        a_lender(small_world, engine, a_pack(tmp_path)) as lender,
    ):
        score = drawn(lender, "I-1")
        ripe = TODAY + timedelta(days=400)
        assert label(engine, score, ripe) == (False, False, None)

        told = OutcomeReply.model_validate_json(tell(lender, score, **DEFAULTED).content)

        assert (told.added, told.corrected, told.financings) == (1, 0, (score,))
        assert label(engine, score, ripe) == (True, True, "DISPUTE")
        examples = default_examples(whole(engine), ("supplier_ln_customers",), threads=1)
        assert score in examples.keys
        again = OutcomeReply.model_validate_json(tell(lender, score, **DEFAULTED).content)
        assert (again.added, again.corrected, again.unchanged) == (0, 0, 1)
        paid: dict[str, Any] = {"outcome": "repaid", "on": SOON, "source": "core", "late_days": 3}
        amount: dict[str, Any] = {"amount_minor": 300_000, "currency": "CNY", "payer": "buyer"}
        last = OutcomeReply.model_validate_json(tell(lender, score, **paid, **amount).content)
        assert (last.added, last.corrected) == (1, 1)  # the repayment, and the outcome
        assert label(engine, score, ripe) == (True, False, None)
        one, two = came(lender, score).outcomes
        assert (one.outcome, one.superseded, one.cause, one.note) == (
            "defaulted",
            True,
            "DISPUTE",
            "C-17",
        )
        assert (two.outcome, two.superseded, two.revision, two.late_days) == ("repaid", False, 1, 3)
        assert lender.act("release", score).status_code == 200
        other = lender.score(200_000, "I-2")
        said = {"outcome": "not_drawn", "on": SOON, "source": "sales"}
        assert tell(lender, other, **said).status_code == 200
        known = decisions(whole(engine), to_day_number(TODAY + timedelta(days=2)))
        assert known[other] == "withdrawn"
        assert verify(engine, DEFAULT_TENANT).ok


def test_what_was_written_off_has_its_loss(lender: Lender) -> None:
    score = drawn(lender, "I-1")
    loss: dict[str, Any] = {"outcome": "written_off", "loss_minor": 120_000, "currency": "CNY"}

    tell(lender, score, **{**DEFAULTED, **loss})

    (told,) = came(lender, score).outcomes
    assert (told.outcome, told.loss_minor, told.past_maturity_days) == ("written_off", 120_000, 0)
    assert lender.counted("SELECT COUNT(*) FROM outcome WHERE loss_minor = 120000") == 1


def test_what_was_never_drawn_is_kept_as_a_request(lender: Lender) -> None:
    score = lender.score(200_000, "I-2")
    assert refused(tell(lender, score, **DEFAULTED)) == "not-drawn"

    first = tell(lender, score, outcome="refused", on=SOON, source="credit")
    second = tell(lender, score, outcome="not_drawn", on=SOON, source="sales")

    assert first.json()["added"] == 2  # the request and its receivable
    assert second.json()["corrected"] == 1
    told = came(lender, score)
    assert [(one.outcome, one.superseded, one.source) for one in told.outcomes] == [
        ("refused", True, "credit"),
        ("not_drawn", False, "sales"),
    ]
    assert told.financings == ()
    assert lender.act("drawdown", score, 200_000).status_code == 200  # the offer stood still
    assert refused(tell(lender, score, outcome="refused", on=SOON, source="x")) == "already-drawn"


def test_a_request_that_names_too_little_is_asked_for_the_rest(lender: Lender) -> None:
    score = lender.asked(None, "I-3", product=None).json()["score_id"]
    said = {"outcome": "not_drawn", "on": SOON, "source": "sales"}
    answer = tell(lender, score, **said)
    assert refused(answer) == "unsaid-of-request"
    assert answer.json()["errors"][0]["pointer"] == "/product"
    answer = tell(lender, score, **said, product="factoring")
    assert answer.json()["errors"][0]["pointer"] == "/amount_minor"
    more: dict[str, Any] = {"product": "factoring", "amount_minor": 100_000, "currency": "CNY"}
    assert tell(lender, score, **said, **more).status_code == 200


def test_the_same_key_gives_the_same_bytes(lender: Lender) -> None:
    score = drawn(lender, "I-4")
    first = tell(lender, score, "o-1", **DEFAULTED)
    assert first.status_code == 200, first.text
    assert tell(lender, score, "o-1", **DEFAULTED).content == first.content
    assert refused(tell(lender, score, "o-1", **{**DEFAULTED, "cause": "DILUTION"})) == "key-reused"


def test_an_outcome_loaded_before_is_corrected_and_no_second_one_made(lender: Lender) -> None:
    score = drawn(lender, "I-5")
    row = {
        "ref": "bank-9",
        "happened_at": datetime.now(UTC).isoformat(),
        "financing": score,
        "settled_on": SOON,
        "defaulted": False,
    }
    loaded = lender.client.post("/facts/outcome?source_system=core", json=[row])
    assert loaded.status_code == 200, loaded.text

    told = tell(lender, score, **DEFAULTED).json()

    assert (told["added"], told["corrected"]) == (0, 1)
    assert [(one["ref"], one["superseded"]) for one in told["outcomes"]] == [
        ("bank-9", True),
        ("bank-9", False),
    ]


def test_days_that_can_not_be_are_refused(lender: Lender) -> None:
    score = drawn(lender, "I-6")
    for on in (TODAY - timedelta(days=30), TODAY + timedelta(days=30)):
        answer = tell(lender, score, **{**DEFAULTED, "on": on.isoformat()})
        assert refused(answer) == "wrong-outcome-day"
        assert answer.json()["errors"][0]["pointer"] == "/on"


BODIES: list[tuple[dict[str, Any], str]] = [
    ({**DEFAULTED, "outcome": "lost"}, "/outcome"),
    ({**DEFAULTED, "on": "tomorrow"}, "/on"),
    ({**DEFAULTED, "cause": None}, "/cause"),
    ({**DEFAULTED, "cause": "WEATHER"}, "/cause"),
    ({**DEFAULTED, "late_days": -1}, "/late_days"),
    ({**DEFAULTED, "loss_minor": 5, "currency": "CNY"}, "/loss_minor"),
    ({**DEFAULTED, "outcome": "written_off"}, "/loss_minor"),
    ({**DEFAULTED, "outcome": "written_off", "loss_minor": 5}, "/currency"),
    ({**DEFAULTED, "outcome": "repaid"}, "/cause"),
    ({"outcome": "repaid", "on": SOON, "source": "x", "payer": "buyer"}, "/amount_minor"),
    (
        {"outcome": "repaid", "on": SOON, "source": "x", "amount_minor": 1, "currency": "CNY"},
        "/payer",
    ),
    ({**DEFAULTED, "source": ""}, "/source"),
    ({**DEFAULTED, "source": "a\u0000b"}, "/source"),
    ({**DEFAULTED, "paid": True}, "/paid"),
    ({**DEFAULTED, "dilution_minor": 1, "currency": "USD"}, "/currency"),
    ({**DEFAULTED, "financing": "another"}, "/financing"),
    ({"outcome": "not_drawn", "on": SOON, "source": "x", "late_days": 1}, "/late_days"),
]


@pytest.mark.parametrize(("body", "place"), BODIES)
def test_a_wrong_body_is_refused_by_its_field(
    lender: Lender, body: dict[str, Any], place: str
) -> None:
    if not SCORES:
        SCORES.append(drawn(lender, "I-7"))
    answer = tell(lender, SCORES[0], **body)
    assert answer.status_code in {409, 422}, answer.text
    assert place in [one["pointer"] for one in answer.json()["errors"]]
    assert came(lender, SCORES[0]).outcomes == ()


SCORES: list[str] = []


def test_another_lender_and_an_unknown_score_are_404(lender: Lender) -> None:
    score = lender.score(100_000, "I-8")
    assert refused(tell(lender, "x", **DEFAULTED)) == "unknown-record"
    app: Any = lender.client.app  # type: ignore[union-attr]
    app.dependency_overrides[caller] = lambda: Principal("other", "x", frozenset({"analyst"}))
    try:
        answer = lender.client.get(f"/scores/{score}/outcomes")
    finally:
        app.dependency_overrides.clear()
    assert (answer.status_code, refused(answer)) == (404, "unknown-record")
