"""A batch answers line by line as POST /score would, on both stores."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.audit.verifying import verify
from service import line_desk as desk
from service.desk import recording
from tests.service.batches import NDJSON, asked, body_of, brings, replies_of, send, told
from tests.service.offers import Lender, a_book, a_lender, a_pack, claim
from tests.worlds import SmallWorld

HOSTILE: tuple[bytes, ...] = (
    b"{",
    b"\xff\xfe{}",
    b'{"request_id":"x","request_id":"y"}',
    b'{"request_id":NaN}',
    b'{"request_id":"\\ud800"}',
    b"[" * 100_000,
    b"null",
    b'"text"',
    b'{"line":1}',
    b"9" * 5_000,
    b"\0",
    b'\xef\xbb\xbf{"request_id":"x"}',
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A book with two claims, on each store."""
    with a_book(database_url, claim("I-1"), claim("I-2")) as opened:
        yield opened


@pytest.fixture
def approving(small_world: SmallWorld, engine: Engine, tmp_path: Path) -> Iterator[Lender]:
    """A service that approves whatever is asked."""
    more = {"body_limit_bytes": 200_000, "jobs_folder": tmp_path / "jobs"}
    with a_lender(small_world, engine, a_pack(tmp_path), **more) as made:
        yield made


def test_each_line_is_decided_and_recorded_as_a_request_by_itself(approving: Lender) -> None:
    lines = [asked(1), asked(2, "I-2", amount_requested_minor=5_000, currency="CNY")]
    answer = send(
        approving.client, b"\n \r\n" + body_of(lines)[:-1]
    )  # blank lines; no last newline
    single = approving.client.post("/score", json=lines[1]).json()

    assert (answer.status_code, answer.headers["content-type"]) == (200, NDJSON)
    first, second, last = told(answer.content)
    assert (first["line"], second["line"]) == (3, 4)
    assert last == {"lines": 2, "replies": 2, "problems": 0}
    for reply in replies_of(answer.content):
        again = approving.client.get(f"/scores/{json.loads(reply)['score_id']}")
        assert again.content == reply
    own = {"score_id", "as_of", "ledger_seq", "offer_valid_until"}
    assert {name for name in single if single[name] != second["reply"][name]} <= own
    score = second["reply"]["score_id"]
    assert approving.client.get(f"/scores/{score}/explain").status_code == 200
    replay = approving.client.post(f"/scores/{score}/replay", params={"from": "facts"}).json()
    assert replay["same"] is True, replay
    assert verify(approving.engine, "default").ok


def test_a_line_may_name_what_a_line_before_it_brings(approving: Lender) -> None:
    lines = [asked(1, "N-2"), brings(2), asked(3, "N-2"), brings(2)]
    answers = told(send(approving.client, body_of(lines)).content)

    assert answers[0]["problem"]["type"] == "/problems/unknown-receivable"
    assert answers[2]["reply"]["request_id"] == "R-3"
    assert answers[-1] == {"lines": 4, "replies": 3, "problems": 1}
    assert approving.counted("SELECT COUNT(*) FROM receivable WHERE ref = 'N-2'") == 1


def test_a_bad_line_spoils_no_other(approving: Lender) -> None:
    modes = [
        asked(1, mode="what_if", as_of="2026-01-05T00:00:00Z"),
        asked(2, mode="what_if", as_of="2999-01-05T00:00:00Z"),
        asked(3, "none"),
        {**asked(4), "supplier": {"ref": "nobody"}},
        {**asked(5), "colour": "red"},
        asked(6, amount_requested_minor=1, currency="EUR"),
        asked(7, advice=True),
    ]
    lines: list[Any] = []
    for bad in [*HOSTILE, b'{"request_id":"' + b"x" * 300_000 + b'"}', *modes]:
        lines += [bad, asked(100 + len(lines))]
    answer = send(approving.client, body_of(lines))

    answers = told(answer.content)
    assert [one["line"] for one in answers[:-1]] == list(range(1, len(lines) + 1))
    assert all("reply" in one for one in answers[1:-1:2])
    problems = [one["problem"] for one in answers[:-1:2] if "problem" in one]
    assert len(problems) == len(lines) // 2 - 1  # all but the one that asks for advice
    assert {one["status"] for one in problems} <= {400, 413, 422}
    assert answers[-1]["problems"] == len(problems)
    assert b"xxx" not in answer.content
    assert b"EUR" not in answer.content


def test_a_batch_sent_again_with_its_key_decides_nothing_twice(approving: Lender) -> None:
    lines = [asked(number) for number in range(5)]
    whole = body_of([*lines, asked(5, mode="what_if", as_of="2030-01-05T00:00:00Z"), brings(6)])
    torn = body_of(lines[:3])

    first = send(approving.client, torn, "k")
    again = send(approving.client, whole, "k")
    once_more = send(approving.client, whole, "k")
    unkeyed = send(approving.client, torn)

    assert again.content.startswith(first.content[: first.content.rindex(b'{"lines"')])
    assert once_more.content == again.content
    assert replies_of(unkeyed.content) != replies_of(first.content)
    assert approving.counted("SELECT COUNT(*) FROM score_record") == 5 + 1 + 3


def test_another_line_under_a_key_is_refused_alone(approving: Lender) -> None:
    send(approving.client, body_of([asked(1), asked(2)]), "k")
    answers = told(send(approving.client, body_of([asked(1), asked(3)]), "k").content)

    assert "reply" in answers[0]
    assert answers[1]["problem"]["type"] == "/problems/key-reused"
    single = approving.client.post("/score", json=asked(9), headers={"Idempotency-Key": "k"})
    assert single.status_code == 200  # the key of a batch is none of a request


def test_an_empty_batch_is_answered_with_its_count(approving: Lender) -> None:
    assert told(send(approving.client, b"\n\n").content) == [
        {"lines": 0, "replies": 0, "problems": 0}
    ]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"content-type": "application/json"}, 415, "unsupported-media-type"),
        ({"content-type": NDJSON, "content-encoding": "gzip"}, 415, "unsupported-media-type"),
        ({"content-type": NDJSON, "accept": "text/html"}, 406, "not-acceptable"),
        ({"content-type": NDJSON, "idempotency-key": "two words"}, 400, "wrong-idempotency-key"),
        ({"content-type": NDJSON, "idempotency-key": "k" * 120}, 400, "wrong-idempotency-key"),
    ],
)
def test_what_is_no_batch_is_refused(
    bare: Any, headers: dict[str, str], status: int, code: str
) -> None:
    answer = bare.post("/score/batch", content=gzip.compress(b"{}"), headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")


def test_a_service_without_a_model_tells_each_line(bare: Any) -> None:
    answers = told(send(bare, body_of([asked(1), b"{", asked(2)])).content)

    assert [one["problem"]["status"] for one in answers[:-1]] == [503, 400, 503]


def test_a_failure_at_one_line_is_that_lines_problem(
    approving: Lender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(parts: Any, principal: Any, scored: Any, **named: Any) -> Any:
        if scored.request.request_id == "R-2":
            raise ZeroDivisionError
        return recording(parts, principal, scored, **named)

    monkeypatch.setattr(desk, "recording", fails)
    answers = told(send(approving.client, body_of([asked(1), asked(2), asked(3)])).content)

    assert ["reply" in one for one in answers[:-1]] == [True, False, True]
    assert answers[1]["problem"]["type"] == "/problems/unexpected"
