"""Files made to break whoever reads them, sent as jobs: refused, or answered line by line."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.database import reading
from ledger.reports.reading import Form
from service.problems import Problem
from tests.ledger.hostile_corpus import QUARANTINED, REFUSED
from tests.service.loading import TYPES
from tests.service.offers import Lender, a_book, a_lender, a_pack, claim
from tests.worlds import SmallWorld

HEAD = "request_id,supplier,buyer,receivables\n"
ASKED = (
    '{"request_id":"张三","supplier":{"ref":"S"},"buyer":{"ref":"B"},"receivables":[{"ref":"X"}]}'
)

OF_REQUESTS: list[tuple[Form, bytes]] = [
    ("csv", (HEAD + 'R,S,B,"I-9\n' + "R,S,B,X\n" * 3).encode()),
    ("csv", (HEAD + "R,S\n" + "R,S,B,X,Y\n").encode()),
    ("csv", (HEAD + "R,S,B,\0\n").encode()),
    ("csv", (HEAD + "R,S,B," + "X;" * 100_000 + "\n").encode()),
    ("csv", (HEAD + "R" * 2_000_000 + "\n").encode()),
    ("csv", HEAD.replace("buyer", "supplier").encode()),
    ("csv", HEAD.encode("utf-16") + b"R,S,B,X\n"),
    ("csv", (HEAD[:-1] + ",as_of\nR,S,B,X,2026-01-01T00:00:00\n").encode()),
    ("csv", (HEAD[:-1] + ",amount_requested_minor\nR,S,B,X,1e400\nR,S,B,X,NaN\n").encode()),
    ("csv", (HEAD + "=cmd|' /C calc'!A0,S,B,X\n").encode()),
    ("ndjson", ASKED.encode()[:-1]),
    ("ndjson", ASKED.encode("utf-16")),
    ("ndjson", ASKED.replace("张三", "\0").encode()),
    ("ndjson", ASKED.replace('"S"', '"S","ref":"T"').encode()),
    ("ndjson", ASKED.replace("张三", "张" * 1_000_000).encode()),
    ("ndjson", b"\n" * 1_000_000 + b"{"),
    ("ndjson", b"[" * 900_000),
]
"""Files with the columns of requests."""

CORPUS: list[tuple[Form, bytes]] = [
    *((form, body) for form, body in REFUSED if form != "json"),
    *((form, rows.encode()) for form, rows, _ in QUARANTINED if form != "json"),
    *OF_REQUESTS,
]


@pytest.fixture(scope="module")
def desk(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lender]:
    folder: Path = tmp_path_factory.mktemp("jobs")
    with ExitStack() as stack:
        book = a_book(f"sqlite:///{folder / 'book.db'}", claim("I-1"))
        engine = stack.enter_context(book)
        yield stack.enter_context(
            a_lender(small_world, engine, a_pack(folder), jobs_folder=folder / "jobs")
        )


def ended(desk: Lender, id: str) -> dict[str, object]:
    """A job that is over."""
    for _ in range(2_400):
        job: dict[str, object] = desk.client.get(f"/score/jobs/{id}").json()
        if job["state"] not in {"queued", "running"}:
            return job
        time.sleep(0.05)
    pytest.fail(f"the job doesn't end: {job}")


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 60


@pytest.mark.parametrize("each", [5, pytest.param(1, marks=pytest.mark.long)])
def test_no_file_breaks_the_desk_of_jobs_or_decides_anything(desk: Lender, each: int) -> None:
    seen: Counter[str] = Counter()
    slowest = 0.0
    for form, body in CORPUS[::each]:
        begin = time.perf_counter()
        answer = desk.client.post(
            "/score/jobs", content=body, headers={"content-type": TYPES[form]}
        )
        if answer.status_code == 202:
            job = ended(desk, answer.json()["id"])
            assert job["replies"] == 0, (form, body[:80], job)
            result = desk.client.get(f"/score/jobs/{job['id']}/result")
            assert "张" not in result.text
            assert '"status": 500' not in result.text
            lines = [json.loads(line) for line in result.text.splitlines()]
            assert all("line" in one for one in lines[:-1])
            seen["answered line by line"] += 1
        else:
            assert 400 <= answer.status_code < 500, (form, body[:80], answer.text)
            assert Problem.model_validate_json(answer.content).detail
            assert "张" not in answer.text
            seen[f"refused, {answer.status_code}"] += 1
        slowest = max(slowest, time.perf_counter() - begin)

    print(f"{seen.total()} files: {dict(seen)}, the slowest in {slowest:.1f} s")
    if each == 1:
        assert slowest <= 10
    assert len(seen) >= 2
    with reading(desk.engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM score_record")) == 0
