"""However many rows are sent, and whatever they try, the service keeps its memory."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import httpx2 as httpx
import pyarrow as pa
import pytest

from tests.ledger.hostile_corpus import FULL
from tests.ledger.written_reports import as_parquet, parquet
from tests.postgres import free_port
from tests.service.loading import TYPES, a_service, party, receivable
from tests.service.test_slow_clients import PROGRAM, ROOT, wait_until_live

MORE = 64 << 20
"""Bytes above what the service needs after its first load."""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A service as a program of its own: its address and its process."""
    url, port = f"sqlite:///{tmp_path / 'ledger.db'}", free_port()
    with a_service(url):
        pass
    environment = os.environ | {"TRICREDIT_DB": url, "TRICREDIT_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT)
    try:
        wait_until_live(f"http://127.0.0.1:{port}/health/live")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def peak(pid: int) -> int:
    """Most memory that a process has had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


def send(address: str, kind: str, body: bytes | Path | BinaryIO, form: str, **query: Any) -> Any:
    """Send a body, from a file as a stream."""
    if isinstance(body, Path):
        with body.open("rb") as file:
            return send(address, kind, file, form, **query)
    return httpx.post(
        f"{address}/facts/{kind}",
        params={"source_system": "erp", **query},
        content=body,
        headers={"content-type": TYPES[form]},
        timeout=600,
    )


def rows_of_csv(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, receivable("x"))
        writer.writeheader()
        writer.writerows(receivable(f"R-{at}", face_minor=at) for at in range(count))
    return path


def rows_with_errors(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for at in range(count):
            file.write(json.dumps(receivable(f"E-{at}", colour="red")) + "\n")
    return path


def long_rows(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for at in range(count):
            file.write(json.dumps(receivable(f"L-{at}", supplier="长" * 60_000)) + "\n")
    return path


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_doesn_t_grow_with_the_rows(program: tuple[str, int], tmp_path: Path) -> None:
    address, pid = program
    assert send(address, "party", json.dumps([party("S"), party("B")]).encode(), "json").is_success
    first = rows_of_csv(tmp_path / "first.csv", 20_000)
    assert send(address, "receivable", first, "csv").json()["added"] == 20_000
    before = peak(pid)

    many = send(address, "receivable", rows_of_csv(tmp_path / "many.csv", 300_000), "csv")
    bad = rows_with_errors(tmp_path / "bad.ndjson", 200_000)
    wrong = send(address, "receivable", bad, "ndjson", keep_good="true")
    long = send(address, "receivable", long_rows(tmp_path / "long.ndjson", 2_000), "ndjson")

    assert (many.json()["added"], many.json()["unchanged"]) == (280_000, 20_000)
    assert len(wrong.json()["errors"]) == 200_000
    assert long.json()["rejected"] == 2_000
    assert peak(pid) - before < MORE


BOMBS: dict[str, Callable[[], bytes]] = {
    "a long text": lambda: as_parquet(
        "party", [FULL[0] | {"name": "x" * (200 << 20)}], compression="zstd", use_dictionary=False
    ),
    "a text of many rows": lambda: parquet(
        {
            "ref": pa.DictionaryArray.from_arrays(
                pa.array([0] * 100_000, pa.int32()), ["x" * 50_000]
            ),
            "happened_at": pa.array([0] * 100_000, pa.timestamp("us", "UTC")),
        }
    ),
    "many columns": lambda: parquet({f"c{at}": pa.array(["x"]) for at in range(5_000)}),
    "many rows": lambda: parquet(
        {
            "ref": pa.array(["x"] * 25_000_000).dictionary_encode(),
            "happened_at": pa.array([0] * 25_000_000, pa.timestamp("us", "UTC")),
        }
    ),
}


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_small_file_that_unpacks_to_much_is_refused(program: tuple[str, int]) -> None:
    address, pid = program
    send(address, "party", as_parquet("party", []), "parquet")
    before = peak(pid)

    for name, bomb in BOMBS.items():
        body = bomb()
        assert len(body) < 3 << 20, name
        answer = send(address, "party", body, "parquet")
        assert 400 <= answer.status_code < 500, (name, answer.text)

    assert peak(pid) - before < MORE
    assert httpx.get(f"{address}/facts/party", timeout=60).json()["facts"] == []
