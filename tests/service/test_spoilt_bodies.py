"""Spoilt bodies on every route that takes one: an answer or a problem, and never what was sent."""

import csv
import io
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from service.problems import Problem, RowsProblem
from tests.service.offers import FACE, Lender, a_book, a_lender, a_pack, claim
from tests.service.spoilt_bytes import MARKER, spoilt
from tests.worlds import SmallWorld

SEED = 20261130
TOLD = (MARKER, "13812345678", json.dumps("张三")[1:-1])
NDJSON = "application/x-ndjson"

Json = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A route, the type of its bodies, and good ones."""

    path: str
    kind: str
    bodies: tuple[bytes, ...]


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lender(
    request: pytest.FixtureRequest,
    small_world: SmallWorld,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lender]:
    folder: Path = tmp_path_factory.mktemp("spoilt")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'book.db'}"
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_server")
            url = server.create_database(request.getfixturevalue("migrated_postgresql"))
            stack.callback(server.drop_database, url)
        engine = stack.enter_context(a_book(url, claim("I-1"), claim("I-2")))
        more = {"person_secret": "5a" * 32, "upload_folder": folder, "jobs_folder": folder / "jobs"}
        yield stack.enter_context(a_lender(small_world, engine, a_pack(folder), **more))


@pytest.fixture(scope="module")
def targets(lender: Lender) -> list[Target]:
    """Every route that reads a body."""
    drawn, held = (lender.score(FACE // 4, name) for name in ("I-1", "I-2"))
    assert lender.act("drawdown", drawn, FACE // 4).status_code == 200
    row: Json = {"ref": "P-1", "happened_at": "2026-01-05T09:00:00+08:00", "name": MARKER}
    row |= {"person_linked": True, "country": "CN"}
    paid: Json = {
        "ref": "F-1",
        "happened_at": "2026-01-05T09:00:00+08:00",
        "payer": "B",
        "payee": "S",
    }
    paid |= {"paid_on": "2026-01-05", "amount_minor": 700, "currency": "CNY"}
    table = io.StringIO()
    writer = csv.DictWriter(table, row)
    writer.writeheader()
    writer.writerows([{**row, "ref": ref, "person_linked": "true"} for ref in ("P-1", "P-2")])
    asked: Json = {
        "request_id": MARKER,
        "supplier": {"ref": "S"},
        "buyer": {"ref": "B", "name": MARKER},
    }
    asked |= {"receivables": [{"ref": "I-2"}], "amount_requested_minor": 5_000, "currency": "CNY"}
    named = {**asked, "buyer": {"ref": "B"}}
    lines = dumped(asked) + b"\n" + dumped(asked | {"mode": "what_if"}) + b"\n"
    amount = {"amount_minor": FACE // 4, "currency": "CNY"}
    change = {"name": MARKER, "amount_requested_minor": 1_000, "confirmed": ["I-2"]}
    what_if = {"score": held, "currency": "CNY", "changes": [change]}
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()  # as the book has it
    told: Json = {
        "outcome": "repaid",
        "on": day,
        "source": "core",
        "financing": drawn,
        "late_days": 0,
    }
    words = f"审批人 {MARKER}"
    decided = {"decision": "DECLINE", "reason": "other", "words": words, "by": "someone"}
    plain = "application/json"
    return [
        Target("/score", plain, (dumped(asked),)),
        Target(
            "/what-if",
            plain,
            (dumped(what_if), dumped({**what_if, "score": None, "request": named})),
        ),
        Target("/facts?source_system=x", plain, (dumped({"party": [row], "payment": [paid]}),)),
        Target("/facts/party?source_system=x", plain, (dumped([row, row]),)),
        Target("/facts/party?source_system=x", NDJSON, (dumped(row) + b"\n" + dumped(row),)),
        Target("/facts/party?source_system=x", "text/csv", (table.getvalue().encode(),)),
        Target("/score/batch", NDJSON, (lines,)),
        Target("/score/jobs", NDJSON, (lines,)),
        Target(f"/scores/{held}/reserve", plain, (dumped({**amount, "minutes": 5}),)),
        Target(f"/scores/{held}/drawdown", plain, (dumped({**amount, "product": "factoring"}),)),
        Target(f"/scores/{drawn}/outcomes", plain, (dumped(told),)),
        Target(f"/scores/{held}/overrides", plain, (dumped(decided),)),
    ]


def check(lender: Lender, target: Target, body: bytes) -> int:
    """The status of an answer; it is a success or a problem that repeats nothing."""
    answer = lender.client.post(target.path, content=body, headers={"content-type": target.kind})
    if answer.status_code < 300:
        if target.path == "/score/batch":
            refused = [one for one in answer.text.splitlines() if '"problem"' in one[:30]]
            assert not any(word in one for one in refused for word in TOLD), (refused, body)
        return int(answer.status_code)
    assert 400 <= answer.status_code < 500, (target.path, answer.status_code, answer.text, body)
    assert answer.headers["content-type"] == "application/problem+json"
    form = RowsProblem if answer.json()["type"] == "/problems/rows-refused" else Problem
    problem = form.model_validate_json(answer.content)
    assert (problem.status, bool(problem.detail)) == (answer.status_code, True)
    assert not any(word in answer.text for word in TOLD), (answer.text, body)
    return int(answer.status_code)


def test_good_bodies_are_good(lender: Lender, targets: list[Target]) -> None:
    """Else every change of them would be refused for another reason."""
    for target in targets:
        if not target.path.endswith(("/drawdown", "/overrides")):  # what they do, they do once
            for body in target.bodies:
                assert check(lender, target, body) in {200, 202}, (target.path, body)


@pytest.mark.parametrize("rounds", [96, pytest.param(6_000, marks=pytest.mark.long)])
def test_random_changes_of_good_bodies(lender: Lender, targets: list[Target], rounds: int) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same bodies in each run
    begin = time.perf_counter()
    seen: Counter[int] = Counter()
    for number in range(rounds):
        target = targets[number % len(targets)]
        seen[check(lender, target, spoilt(chance.choice(target.bodies), chance))] += 1

    print(
        f"{rounds} spoilt bodies to {len(targets)} routes: {dict(sorted(seen.items()))}, no 5xx, "
        f"in {time.perf_counter() - begin:.0f} s"
    )
    assert {200, 400, 422} <= set(seen)


UGLY_JSON = {
    "NaN": b'{"%b": NaN}',
    "no finite number": b'{"%b": 1e999}',
    "half a pair": b'{"%b": "\\ud800"}',
    "half a pair in a key": b'{"%b": 1, "\\udfff": 1}',
    "twice": b'{"%b": 5, "%b": 900000000}',
    "5,000 digits": b'{"%b": ' + b"9" * 5_000 + b"}",
    "deep": b'{"%b":' + b"[" * 100_000,
    "deep and closed": b'{"%b":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "NUL": b'{"%b": "\x00"}',
    "not UTF-8": b'{"%b": "\xff"}',
    "a mark of UTF-8": b'\xef\xbb\xbf{"%b": 1}',
    "UTF-16": '{"%b": 1}'.encode("utf-16"),
    "nothing": b"",
}


@pytest.mark.parametrize("ugly", UGLY_JSON)
def test_what_a_stock_service_lets_pass_is_400_on_every_route_of_json(
    lender: Lender, targets: list[Target], ugly: str
) -> None:
    for target in targets:
        if target.kind == "application/json" and not target.path.startswith("/facts/party"):
            field = b"amount_requested_minor"
            body = UGLY_JSON[ugly].replace(b"%b", field)
            began = time.perf_counter()
            assert check(lender, target, body) == 400, (target.path, ugly)
            took_ms = (time.perf_counter() - began) * 1_000
    print(f"{ugly}: 400 on every route, the last in {took_ms:.1f} ms")


@pytest.mark.parametrize("value", [True, "5", 5.5, 1e3, [5], {"a": 5}, 2**63, -(2**70)])
def test_nothing_is_taken_for_a_number_that_isn_t_one(
    lender: Lender, targets: list[Target], value: object
) -> None:
    for target in targets:
        body = target.bodies[0]
        if target.kind != "application/json" or b"amount_minor" not in body:
            continue
        given = json.loads(body)
        rows = given.get("payment", [given])
        rows[0]["amount_minor"] = value
        assert check(lender, target, dumped(given)) == 422, (target.path, value)
