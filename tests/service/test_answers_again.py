"""What holds still is answered at once and recorded like any other, until something has come."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import Engine, text

from ledger.asked_amounts import Asked, InvoiceAmount
from ledger.audit.verifying import verify
from ledger.database import reading, writing
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.reservations import reserve
from ledger.writer import append
from scoring.kept_answers import HOLES
from tests.service.running import serving
from tests.worlds import SmallWorld

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
PARTIES = ("S", "T", "B")


def claims(supplier: str, count: int) -> list[dict[str, Any]]:
    """Claims of a supplier on B."""
    return [
        {
            "ref": f"{supplier}-{at}",
            "supplier": supplier,
            "buyer": "B",
            "issued_on": (NOW - 20 * DAY).date(),
            "due_on": (NOW + (40 + at) * DAY).date(),
            "face_minor": 100_000 + at,
            "currency": "CNY",
            "happened_at": NOW - 20 * DAY,
            "known_at": NOW - 20 * DAY,
        }
        for at in range(count)
    ]


def tell(engine: Engine, **rows: list[dict[str, Any]]) -> None:
    with writing(engine) as connection:
        append(
            connection,
            OWNER,
            rows,
            source_system="t",
            historical=False,
            recorded_at=datetime.now(UTC),
        )


@pytest.fixture
def told(ledger: Engine) -> Engine:
    """A book with two suppliers and a buyer."""
    parties = [{"ref": ref, "happened_at": NOW - 400 * DAY} for ref in PARTIES]
    tell(ledger, party=parties, receivable=[*claims("S", 3), *claims("T", 3)])
    return ledger


@pytest.fixture
def client(told: Engine, lender: SmallWorld) -> Iterator[httpx.Client]:
    """A client of a service over real sockets, on either store."""
    url = told.url.render_as_string(hide_password=False)
    with (
        serving(lender.settings(url)) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as made,
    ):
        yield made


def body(request_id: str, supplier: str = "S", **more: Any) -> dict[str, Any]:
    """A request for a supplier's claims, all of their terms brought along."""
    terms = ("ref", "issued_on", "due_on", "face_minor", "currency")
    return {
        "request_id": request_id,
        "supplier": {"ref": supplier},
        "buyer": {"ref": "B"},
        "receivables": [
            {name: str(one[name]) if name.endswith("_on") else one[name] for name in terms}
            for one in claims(supplier, 3)
        ],
        **more,
    }


def ask(client: httpx.Client, asked: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = client.post("/score", json=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    return reply


def settle(engine: Engine, claim: str) -> None:
    """Pay a claim in full."""
    paid = {
        "ref": f"paid-{claim}",
        "payer": "B",
        "payee": claim[0],
        "paid_on": (NOW - DAY).date(),
        "amount_minor": 100_000 + int(claim[2:]),
        "currency": "CNY",
        "receivable": claim,
        "happened_at": NOW - DAY,
    }
    tell(engine, payment=[paid])


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two answers differ at most in what is said of the asking."""
    return all(one[name] == other[name] for name in one if name not in HOLES)


def worked_out(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether an answer was worked out anew: then it has read the ledger as far as it goes.

    The record of the one before is in it by then.
    """
    read: bool = after["ledger_seq"] > before["ledger_seq"]
    return read


def counted(engine: Engine, table: str) -> int:
    with reading(engine) as connection:
        found: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
        return found


def test_the_same_asked_again_is_the_same_answer_under_another_id(
    client: httpx.Client, told: Engine
) -> None:
    first, again = ask(client, body("R-1")), ask(client, body("R-2"))

    assert not worked_out(first, again)
    assert same(first, again)
    assert (again["request_id"], again["as_of"] > first["as_of"]) == ("R-2", True)
    assert again["score_id"] != first["score_id"]
    assert client.get(f"/scores/{again['score_id']}").json() == again
    assert counted(told, "score_record") == 2


def test_another_question_is_worked_out(client: httpx.Client) -> None:
    first = ask(client, body("R-1"))
    assert worked_out(first, ask(client, body("R-2", tenor_days=50)))


def test_a_fact_about_a_claim_is_seen_at_once(client: httpx.Client, told: Engine) -> None:
    first = ask(client, body("R-1"))
    settle(told, "S-0")
    again = ask(client, body("R-2"))

    assert worked_out(first, again)
    assert any(claim["settled"] for claim in again["circumstances"]["claims"])
    assert not any(claim["settled"] for claim in first["circumstances"]["claims"])


def test_facts_of_others_change_nothing(client: httpx.Client, told: Engine) -> None:
    first = ask(client, body("R-1"))
    tell(told, party=[{"ref": "X", "happened_at": NOW - 400 * DAY}])
    again, third = ask(client, body("R-2")), ask(client, body("R-3"))

    assert same(first, again)
    assert same(first, third)
    assert third["ledger_seq"] == again["ledger_seq"]  # known to hold by then


def test_what_is_held_for_the_supplier_is_seen(client: httpx.Client, told: Engine) -> None:
    first = ask(client, body("R-1"))
    with writing(told) as connection:
        asked = Asked(
            score="another",
            buyer="B",
            supplier="S",
            invoices=(InvoiceAmount("f" * 64, 100_000, 5_000),),
            lasts=DAY,
        )
        reserve(connection, OWNER, asked, datetime.now(UTC))
    assert worked_out(first, ask(client, body("R-2")))


def test_a_key_gets_one_answer_and_another_body_none(client: httpx.Client, told: Engine) -> None:
    ask(client, body("R-0"))
    first, again = (ask(client, body("R-1"), key="k") for _ in range(2))
    other = client.post("/score", json=body("R-2"), headers={"Idempotency-Key": "k"})

    assert first == again
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    assert counted(told, "score_record") == 2


def test_many_at_once_are_recorded_once_each_in_one_chain(
    client: httpx.Client, told: Engine
) -> None:
    ask(client, body("R-0"))

    def one(number: int) -> bytes:
        headers = {"Idempotency-Key": f"k-{number // 4}"}  # four callers for each key
        text = json.dumps(body(f"R-{number // 4}", "S"))
        json_ = {"content-type": "application/json", **headers}
        answer = client.post("/score", content=text, headers=json_)
        assert answer.status_code == 200, answer.text
        return answer.content

    with ThreadPoolExecutor(16) as callers:
        answers = list(callers.map(one, range(160)))

    assert all(len(set(answers[at : at + 4])) == 1 for at in range(0, 160, 4))
    assert len(set(answers)) == 40
    assert counted(told, "score_record") == 41
    assert verify(told, DEFAULT_TENANT).findings == ()


@pytest.mark.parametrize("way", ["inputs", "facts"])
def test_it_is_made_again_to_the_byte(client: httpx.Client, told: Engine, way: str) -> None:
    ask(client, body("R-1"))
    again = ask(client, body("R-2"))
    settle(told, "S-1")
    replayed = client.post(f"/scores/{again['score_id']}/replay", params={"from": way}).json()

    assert replayed["same"], replayed
