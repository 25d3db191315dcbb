"""Requests from files as people keep them; a line that can't be right is named."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from ledger.spreadsheet_cells import FORMULA_STARTS
from models.bundle import Bundle
from scoring.asking import MOST_RECEIVABLES, Mode, Request
from scoring.batch import replies
from scoring.request_files import SUMMARY, WrongRequestFile, read_requests, write_replies
from tests.scoring.asked import PACK, opened, some_requests
from tests.worlds import SmallWorld

NOW = datetime(2026, 6, 17, 1, tzinfo=UTC)
EARLIER = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
LINES: list[dict[str, Any]] = [
    {"request_id": "R-1", "supplier": "S", "buyer": "B 买方", "receivables": ["I-1"]},
    {
        "request_id": "R-2",
        "supplier": "S",
        "buyer": "B",
        "receivables": ["I-2", "I\u20283"],  # a line separator, but not of NDJSON
        "as_of": "2026-03-01T09:30:00+08:00",
        "amount_requested_minor": 9_007_199_254_740_993,
        "product": "factoring",
        "tenor_days": 60,
        "recourse": True,
        "notified": False,
        "account": "locked",
    },
]
EXPECTED = [
    Request("R-1", "S", "B 买方", ("I-1",), NOW),
    Request(
        *("R-2", "S", "B", ("I-2", "I\u20283"), EARLIER, 9_007_199_254_740_993, Mode.BACKTEST),
        product="factoring",
        tenor_days=60,
        recourse=True,
        notified=False,
        account="locked",
    ),
]


def as_csv(path: Path, lines: list[dict[str, Any]]) -> None:
    names = list(dict.fromkeys(name for line in lines for name in line))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(
            {
                name: ";".join(value) if isinstance(value, list) else value
                for name, value in line.items()
            }
            for line in lines
        )


def as_ndjson(path: Path, lines: list[dict[str, Any]]) -> None:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text + "\n\n", encoding="utf-8")


def as_parquet(path: Path, lines: list[dict[str, Any]]) -> None:
    names = dict.fromkeys(name for line in lines for name in line)
    pq.write_table(pa.table({name: [line.get(name) for line in lines] for name in names}), path)


WAYS: dict[str, Callable[[Path, list[dict[str, Any]]], None]] = {
    "requests.csv": as_csv,
    "requests.ndjson": as_ndjson,
    "requests.jsonl": as_ndjson,
    "requests.parquet": as_parquet,
}
FIRST_LINE = {"requests.csv": 2, "requests.ndjson": 1, "requests.jsonl": 1, "requests.parquet": 1}


@pytest.mark.parametrize("name", WAYS)
def test_every_kind_of_file_says_the_same(tmp_path: Path, name: str) -> None:
    WAYS[name](tmp_path / name, LINES)

    assert read_requests(tmp_path / name, NOW) == EXPECTED


def test_a_spreadsheets_mark_and_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    text = "request_id,supplier,buyer,receivables\r\nR-1,S,B 买方,I-1\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert read_requests(path, NOW) == EXPECTED[:1]


def test_parquet_may_hold_instants_and_text(tmp_path: Path) -> None:
    path = tmp_path / "requests.parquet"
    columns = {
        "request_id": ["R-1"],
        "supplier": ["S"],
        "buyer": ["B"],
        "receivables": ["I-1;I-2"],
        "as_of": pa.array([EARLIER], pa.timestamp("us", tz="UTC")),
    }
    pq.write_table(pa.table(columns), path)

    (read,) = read_requests(path, NOW)
    assert (read.receivables, read.as_of, read.mode) == (("I-1", "I-2"), EARLIER, Mode.BACKTEST)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no supplier": ({"supplier": None}, "supplier"),
    "an unknown field": ({"tenor": 30}, "tenor"),
    "no receivable": ({"receivables": []}, "receivables"),
    "too many receivables": (
        {"receivables": [f"I-{at}" for at in range(MOST_RECEIVABLES + 1)]},
        "receivables",
    ),
    "a receivable twice": ({"receivables": ["I-1", "I-2", "I-1"]}, "'I-1' is named twice"),
    "an empty key": ({"receivables": ["I-1", ""]}, "receivables.1"),
    "a control character": ({"buyer": "B\x07"}, "buyer"),
    "a key too long": ({"request_id": "R" * 129}, "request_id"),
    "a naive time": ({"as_of": "2026-03-01T09:30:00"}, "no offset"),
    "a day for an instant": ({"as_of": "2026-03-01"}, "as_of"),
    "no time at all": ({"as_of": "yesterday"}, "as_of"),
    "a negative amount": ({"amount_requested_minor": -1}, "amount_requested_minor"),
    "an amount of nothing": ({"amount_requested_minor": 0}, "amount_requested_minor"),
    "half a cent": ({"amount_requested_minor": 0.5}, "amount_requested_minor"),
    "an amount in words": ({"amount_requested_minor": "much"}, "amount_requested_minor"),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("name", WAYS)
def test_a_line_that_can_t_be_right_is_named(tmp_path: Path, name: str, what: str) -> None:
    change, told = BAD[what]
    wrong = {**LINES[0], **change}
    if wrong["supplier"] is None:
        del wrong["supplier"]
    WAYS[name](tmp_path / name, [LINES[0], LINES[0], wrong])

    with pytest.raises(WrongRequestFile, match=told) as refused:
        read_requests(tmp_path / name, NOW)
    assert refused.value.field == f"line {FIRST_LINE[name] + 2}"
    assert refused.value.message.startswith(refused.value.field)
    assert refused.value.remedy


HEAD = b"request_id,supplier,buyer,receivables\n"
BROKEN = {
    "broken JSON": ("x.ndjson", json.dumps(LINES[0]).encode() + b"\n\n{", "line 3 is not JSON"),
    "deep JSON": ("x.ndjson", b"[" * 100_000, "line 1"),
    "a list for an object": ("x.ndjson", b"[1, 2]", "line 1"),
    "a number for an object": ("x.jsonl", b"{}\n7", "line 1"),
    "a blank line before": ("x.csv", b"request_id,supplier\n\nR,S\n", "line 3"),
    "a cell too many": (
        "x.csv",
        HEAD + b"R,S,B,I,more\n",
        "line 2",
    ),
    "a cell too few": ("x.csv", HEAD + b"R,S,B\n", "line 2"),
    "an open quote": ("x.csv", b'request_id,supplier\n"R,S\nR,S\n', "line 3"),
    "not UTF-8": ("x.csv", b"request_id\n\xff\n", "utf-8"),
    "no Parquet": ("x.parquet", b"PAR1", "x.parquet"),
    "another ending": ("x.xlsx", b"PK", ".parquet"),
    "a folder": (".", b"", "ending"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_file_that_can_t_be_read_is_refused(tmp_path: Path, how: str) -> None:
    name, content, told = BROKEN[how]
    if name != ".":
        (tmp_path / name).write_bytes(content)

    with pytest.raises(WrongRequestFile, match=told) as refused:
        read_requests(tmp_path / name, NOW)
    assert refused.value.remedy


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongRequestFile, match=r"none\.csv"):
        read_requests(tmp_path / "none.csv", NOW)


@pytest.mark.parametrize("name", ["x.ndjson", "x.csv"])
def test_an_empty_file_has_no_requests(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    assert read_requests(tmp_path / name, NOW) == []


@pytest.fixture(scope="module")
def answers(engine: Engine, bundle: Bundle, small_world: SmallWorld) -> list[dict[str, Any]]:
    asked = some_requests(small_world, 5, seed=3)
    return list(replies(engine, opened(engine), asked, bundle, PACK))


def test_ndjson_holds_the_whole_reply(tmp_path: Path, answers: list[dict[str, Any]]) -> None:
    path = tmp_path / "replies.ndjson"

    assert write_replies(path, answers) == len(answers)
    lines = path.read_text(encoding="utf-8").splitlines()
    # the evidence is a tuple, which JSON has as a list
    assert [json.loads(line) for line in lines] == json.loads(json.dumps(answers))
    assert all(reply["features"].values() for reply in answers)


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_of_a_summary_is_run_by_a_spreadsheet(
    tmp_path: Path, answers: list[dict[str, Any]], start: str
) -> None:
    path = tmp_path / "replies.csv"

    write_replies(path, [{**answers[0], "request_id": f"{start}cmd|' /C calc'!A0"}])

    with path.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["request_id"] == f"'{start}cmd|' /C calc'!A0"
    assert float(row["probability"]) == answers[0]["probability"]


def test_csv_holds_a_summary_that_adds_up(tmp_path: Path, answers: list[dict[str, Any]]) -> None:
    path = tmp_path / "replies.csv"

    assert write_replies(path, answers) == len(answers)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row, answer in zip(rows, answers, strict=True):
        assert tuple(row) == SUMMARY
        assert row["request_id"] == answer["request_id"]
        assert row["decision"] == answer["decision"]
        assert float(row["probability"]) == answer["probability"]
        parts = [float(row[name]) for name in SUMMARY[4:]]
        assert answer["base"] + sum(parts) == pytest.approx(answer["logit"], abs=1e-9)


def test_another_ending_is_refused_before_anything_is_scored(tmp_path: Path) -> None:
    scored = []

    def answering() -> Iterator[dict[str, Any]]:
        scored.append("one")
        yield {}

    with pytest.raises(WrongRequestFile) as refused:
        write_replies(tmp_path / "replies.xlsx", answering())
    assert ".ndjson" in refused.value.remedy
    assert scored == []
    assert not (tmp_path / "replies.xlsx").exists()
