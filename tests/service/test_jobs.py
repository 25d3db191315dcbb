"""A file of requests is a job: taken once, worked through, told of and removed, on both stores."""

import json
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from ledger.principals import Principal
from service.access import caller
from service.job_files import Claim, JobFolder
from tests.service.batches import NDJSON, Client, Json, asked, body_of, brings, send, told
from tests.service.offers import Lender, a_book, a_lender, a_pack, claim
from tests.worlds import SmallWorld

CSV = b"""request_id,supplier,buyer,receivables,amount_requested_minor,as_of
R-1,S,B,I-1;I-2,5000,
R-2,S,B,I-1,,2030-01-05T00:00:00Z
"R
3",S,B,I-1,12.50,
R-4,S,B,none,,
"""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A book with two claims, on each store."""
    with a_book(database_url, claim("I-1"), claim("I-2")) as opened:
        yield opened


@pytest.fixture
def approving(small_world: SmallWorld, engine: Engine, tmp_path: Path) -> Iterator[Lender]:
    """A service that approves whatever is asked."""
    more = {"jobs_folder": tmp_path / "jobs", "job_most_lines": 300}
    with a_lender(small_world, engine, a_pack(tmp_path), **more) as made:
        yield made


def post(client: Client, body: bytes, kind: str = NDJSON, key: str | None = None) -> Any:
    headers = {"content-type": kind} | ({} if key is None else {"idempotency-key": key})
    return client.post("/score/jobs", content=body, headers=headers)


def finished(client: Client, id: str) -> Json:
    for _ in range(1_200):
        job: Json = client.get(f"/score/jobs/{id}").json()
        if job["state"] not in {"queued", "running"}:
            return job
        time.sleep(0.05)
    pytest.fail(f"the job doesn't end: {job}")


def test_a_file_of_lines_is_answered_as_a_batch_is(approving: Lender) -> None:
    body = body_of([b"", asked(1), b"{", brings(3), asked(4, "N-3")]) + b'{"request_id":'
    taken = post(approving.client, body)
    id = taken.json()["id"]
    job = finished(approving.client, id)
    result = approving.client.get(f"/score/jobs/{id}/result")

    assert (taken.status_code, taken.headers["location"]) == (202, f"/score/jobs/{id}")
    assert (job["state"], job["lines_total"], job["lines_done"]) == ("done", 5, 5)
    assert (job["replies"], job["problems"], job["problem"]) == (3, 2, None)
    assert job["accepted_at"] <= job["started_at"] <= job["finished_at"]
    assert job["lines_per_s"] > 0
    assert (result.status_code, result.headers["content-type"]) == (200, NDJSON)
    batch = told(send(approving.client, body).content)
    answers = told(result.content)
    assert [(one.get("line"), *one.keys()) for one in answers] == [
        (one.get("line"), *one.keys()) for one in batch
    ]
    assert answers[-1] == batch[-1]
    for one in answers:
        if "reply" in one:
            found = approving.client.get(f"/scores/{one['reply']['score_id']}")
            assert found.json() == one["reply"]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_table_is_read_by_its_columns(approving: Lender, form: str) -> None:
    body, kind = CSV, "text/csv"
    if form == "parquet":
        rows: list[Json] = [
            {"request_id": "R-1", "receivables": "I-1;I-2", "amount_requested_minor": 5_000},
            {"request_id": "R-2", "receivables": "I-1", "as_of": "2030-01-05T00:00:00Z"},
            {"request_id": "R\n3", "receivables": "I-1"},
            {"request_id": "R-4", "receivables": "none"},
        ]
        table = pa.Table.from_pylist(
            [
                {"supplier": "S", "buyer": "B", "amount_requested_minor": None, "as_of": None} | row
                for row in rows
            ]
        )
        instants = table["as_of"].cast(pa.timestamp("us", "UTC"))
        table = table.set_column(table.schema.get_field_index("as_of"), "as_of", instants)
        written = BytesIO()
        pq.write_table(table, written)
        body, kind = written.getvalue(), "application/vnd.apache.parquet"
    id = post(approving.client, body, kind).json()["id"]
    job = finished(approving.client, id)
    answers = told(approving.client.get(f"/score/jobs/{id}/result").content)

    assert (job["form"], job["lines_done"], job["problems"]) == (form, 4, 3), answers
    assert answers[0]["reply"]["mode"] == "decision"
    wanted = {"csv": [2, 3, 4, 6], "parquet": [1, 2, 3, 4]}
    assert [one["line"] for one in answers[:-1]] == wanted[form]
    flaws = [one["problem"]["errors"][0]["pointer"] for one in answers[1:-1]]
    assert flaws == [
        "/as_of",
        "/amount_requested_minor" if form == "csv" else "/request_id",
        "/receivables/0",
    ]


@pytest.mark.parametrize(
    ("body", "kind", "wanted"),
    [
        (b"", "text/csv", (400, "unreadable-report")),
        (b"request_id,supplier\nR,S\n", "text/csv", (422, "wrong-columns")),
        (b"request_id,supplier,buyer,receivables,color\n", "text/csv", (422, "wrong-columns")),
        (b"PAR1 no", "application/vnd.apache.parquet", (400, "unreadable-report")),
        ("{}\n".encode("utf-16"), NDJSON, (400, "unreadable-report")),
        (b"{}\n" * 301, NDJSON, (413, "too-many-rows")),
        (b"[]", "application/json", (415, "unsupported-media-type")),
    ],
    ids=range(7),
)
def test_a_file_that_cant_be_read_is_refused_and_leaves_nothing(
    approving: Lender, tmp_path: Path, body: bytes, kind: str, wanted: tuple[int, str]
) -> None:
    refused = post(approving.client, body, kind)

    told_of = (refused.status_code, refused.json()["type"].removeprefix("/problems/"))
    assert told_of == wanted
    assert approving.client.get("/score/jobs").json() == {"jobs": [], "next": None}
    assert [path for path in (tmp_path / "jobs").rglob("*") if path.is_file()] == []


def test_a_file_with_a_key_is_one_job(approving: Lender) -> None:
    body = body_of([asked(1), asked(2)])
    first, again = post(approving.client, body, key="k"), post(approving.client, body, key="k")
    other = post(approving.client, body_of([asked(3)]), key="k")
    unkeyed = post(approving.client, body)

    assert first.json()["id"] == again.json()["id"] != unkeyed.json()["id"]
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    finished(approving.client, first.json()["id"])
    finished(approving.client, unkeyed.json()["id"])
    assert approving.counted("SELECT COUNT(*) FROM score_record") == 4


def test_jobs_are_listed_page_by_page_the_newest_first(approving: Lender) -> None:
    sent = [post(approving.client, body_of([b"{}"])).json()["id"] for _ in range(3)]
    for id in sent:
        finished(approving.client, id)
    first = approving.client.get("/score/jobs", params={"limit": 2}).json()
    sent.append(post(approving.client, body_of([b"{}"])).json()["id"])
    more = {"limit": 2, "cursor": first["next"]}
    second = approving.client.get("/score/jobs", params=more).json()
    wrong = approving.client.get("/score/jobs", params={**more, "state": "done"})

    assert [job["id"] for job in first["jobs"] + second["jobs"]] == sent[2::-1]
    assert second["next"] is None
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/wrong-cursor")
    assert approving.client.get("/score/jobs?state=failed").json()["jobs"] == []
    assert approving.client.get("/score/jobs?state=x").status_code == 422


def test_a_job_that_somebody_works_on_is_cancelled_and_removed(
    approving: Lender, tmp_path: Path
) -> None:
    id = post(approving.client, body_of([asked(1)] * 200)).json()["id"]
    gone = approving.client.delete(f"/score/jobs/{id}").json()
    again = approving.client.delete(f"/score/jobs/{id}").json()
    for _ in range(600):
        if not (tmp_path / "jobs" / id).exists():
            break
        time.sleep(0.05)

    assert gone["state"] == again["state"] == "cancelled"
    assert approving.client.get(f"/score/jobs/{id}").json()["answers_kept"] is False
    assert approving.client.get(f"/score/jobs/{id}/result").status_code in {200, 410}
    assert not (tmp_path / "jobs" / id).exists()
    assert approving.counted("SELECT COUNT(*) FROM score_record") < 200


def test_answers_that_were_removed_are_gone_and_scores_stay(approving: Lender) -> None:
    id = post(approving.client, body_of([asked(1)])).json()["id"]
    finished(approving.client, id)
    score = told(approving.client.get(f"/score/jobs/{id}/result").content)[0]["reply"]["score_id"]
    removed = approving.client.delete(f"/score/jobs/{id}").json()
    result = approving.client.get(f"/score/jobs/{id}/result")

    assert (removed["state"], removed["answers_kept"]) == ("done", False)
    assert (result.status_code, result.json()["type"]) == (410, "/problems/answers-removed")
    assert approving.client.get(f"/scores/{score}").status_code == 200


def test_jobs_of_another_lender_are_absent(approving: Lender) -> None:
    id = post(approving.client, body_of([asked(1)])).json()["id"]
    app: Any = approving.client.app  # type: ignore[union-attr]
    app.dependency_overrides[caller] = lambda: Principal("other", "x", frozenset({"scorer"}))
    asked_of = [
        approving.client.get(f"/score/jobs/{id}"),
        approving.client.get(f"/score/jobs/{id}/result"),
        approving.client.delete(f"/score/jobs/{id}"),
    ]
    listed = approving.client.get("/score/jobs").json()
    app.dependency_overrides.clear()

    assert {answer.json()["type"] for answer in asked_of} == {"/problems/unknown-job"}
    assert listed["jobs"] == []
    assert finished(approving.client, id)["state"] == "done"


def test_a_job_waits_for_what_is_not_there_and_goes_on(
    engine: Engine, small_world: SmallWorld, tmp_path: Path
) -> None:
    folder = tmp_path / "jobs"
    with a_lender(small_world, engine, str(tmp_path / "no.toml"), jobs_folder=folder) as without:
        id = post(without.client, body_of([asked(1), b"{"])).json()["id"]
        for _ in range(600):
            job = without.client.get(f"/score/jobs/{id}").json()
            if job["problem"]:
                break
            time.sleep(0.05)
        claimed = Claim.of(JobFolder(folder, id))
    with a_lender(small_world, engine, a_pack(tmp_path), jobs_folder=folder) as made:
        done = finished(made.client, id)

    assert (job["state"], job["lines_done"]) == ("running", 0)
    assert job["problem"]["type"] == "/problems/pack-refused"
    assert claimed is None  # its files are locked while somebody is at it
    assert (done["state"], done["replies"], done["problems"]) == ("done", 1, 1)


def test_a_full_folder_takes_no_file(
    engine: Engine, small_world: SmallWorld, tmp_path: Path
) -> None:
    more = {"jobs_folder": tmp_path / "jobs", "jobs_limit_bytes": 1_024}
    with a_lender(small_world, engine, a_pack(tmp_path), **more) as made:
        refused = post(made.client, body_of([asked(1)] * 20))

    assert (refused.status_code, refused.json()["type"]) == (507, "/problems/no-room")
    assert json.dumps(str(tmp_path)) not in refused.text
