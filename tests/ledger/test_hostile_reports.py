"""Reports made to break a reader: refused, or the row refused with its line; never more memory."""

import json
import os
import random
from pathlib import Path

import pyarrow as pa
import pytest

from ledger.reports import parquet_rows
from ledger.reports.read_rows import ReadRow
from ledger.reports.reading import Form
from ledger.reports.report_faults import ReportFault, UnreadableReport
from tests.ledger.hostile_corpus import CELLS, FULL, GOOD, HEAD, QUARANTINED, REFUSED
from tests.ledger.written_reports import as_parquet, parquet, read, written

SEED = 20261124


@pytest.mark.parametrize(("form", "body"), REFUSED, ids=range(len(REFUSED)))
def test_a_report_that_can_t_be_read_is_refused_as_a_whole(form: Form, body: bytes) -> None:
    with pytest.raises(ReportFault) as caught:
        list(read(form, body))

    assert caught.value.remedy
    assert "张" not in caught.value.message


@pytest.mark.parametrize(("form", "rows", "bad"), QUARANTINED, ids=range(len(QUARANTINED)))
def test_a_row_that_can_t_be_read_is_told_by_its_line(
    form: Form, rows: str, bad: dict[int, str]
) -> None:
    found = {row.line: row for row in read(form, rows.encode()) if row.troubles}

    assert found.keys() == bad.keys()
    for line, part in bad.items():
        assert part in found[line].troubles[0].reason


def test_rows_not_in_utf_8_are_told_by_their_lines() -> None:
    lines = read("ndjson", GOOD.encode() + b"\n\xff\n" + GOOD.encode())
    cells = read("csv", HEAD.encode() + b"a,2024-01-02T00:00:00Z,\xe9\n" + CELLS.encode())

    assert [(row.line, bool(row.troubles)) for row in lines] == [(1, False), (2, True), (3, False)]
    assert [(row.line, bool(row.troubles)) for row in cells] == [(2, True), (3, False)]


def outcome(form: Form, body: bytes) -> str:
    """What a reader makes of a body: it must be rows or a refusal, and nothing else."""
    try:
        rows: list[ReadRow] = list(read(form, body))
    except ReportFault as fault:
        said, found = fault.message, "refused"
    else:
        told = [trouble for row in rows for trouble in row.troubles]
        said, found = str(told), "rows with faults" if told else "rows"
    assert "13812345678" not in said
    return found


def changed(body: bytes, chance: random.Random) -> bytes:
    out = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(out))
        match chance.randrange(4):
            case 0:
                out[at] = chance.randrange(256)
            case 1:
                del out[at : at + chance.randint(1, 9)]
            case 2:
                out[at:at] = out[at : at + chance.randint(1, 30)]
            case _:
                out[at:at] = chance.choice([b'"', b"\0", b"\xff", b"[", b"}", b",", b"\n", b"NaN"])
    return bytes(out)


@pytest.mark.parametrize(
    ("form", "rounds"),
    [
        ("json", 400),
        ("ndjson", 400),
        ("csv", 400),
        ("parquet", 12),  # each starts a process
        pytest.param("json", 10_000, marks=pytest.mark.long),
        pytest.param("ndjson", 10_000, marks=pytest.mark.long),
        pytest.param("csv", 10_000, marks=pytest.mark.long),
        pytest.param("parquet", 1_000, marks=pytest.mark.long),
    ],
)
def test_random_changes_of_good_reports_are_read_or_refused(form: Form, rounds: int) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same bodies in each run
    rows = [{**row, "name": "张三·13812345678"} for row in FULL]
    good = written(form, "party", rows)

    seen = {outcome(form, changed(good, chance)) for _ in range(rounds)}

    assert "rows" in seen
    assert seen - {"rows"}


def test_a_text_that_grows_when_unpacked_is_refused() -> None:
    long, huge = (
        as_parquet(
            "party", [FULL[0] | {"name": "x" * size}], compression="zstd", use_dictionary=False
        )
        for size in (10 << 20, 50 << 20)
    )

    assert len(huge) < 20_000
    assert [row.troubles[0].reason for row in read("parquet", long)] == [
        "the row has more than 262144 characters"
    ]
    with pytest.raises(UnreadableReport, match="too large when unpacked"):
        list(read("parquet", huge))


def test_a_long_text_that_thousands_of_rows_share_is_refused() -> None:
    word = pa.DictionaryArray.from_arrays(pa.array([0] * 4_000, pa.int32()), ["x" * 200_000])
    body = parquet({"ref": word, "happened_at": pa.array([0] * 4_000, pa.timestamp("us", "UTC"))})

    assert len(body) < 20_000
    with pytest.raises(UnreadableReport, match="too large when unpacked"):
        list(read("parquet", body))


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import sys; sys.exit(3)",
        "print('no stream')",
        "import pyarrow as pa, sys, os\n"
        "schema = pa.schema([('ref', 'string'), ('happened_at', pa.timestamp('us', 'UTC'))])\n"
        "with os.fdopen(1, 'wb') as out:\n"
        "    with pa.ipc.new_stream(out, schema.with_metadata({'rows': '0'})):\n"
        "        pass\n"
        "os.abort()\n",
    ],
    ids=["at once", "with its status", "other output", "at the end"],
)
def test_a_parser_that_breaks_takes_only_its_report_with_it(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking = tmp_path / "breaking.py"
    breaking.write_text(program, encoding="utf-8")
    monkeypatch.setattr(parquet_rows, "PROGRAM", breaking)

    with pytest.raises(UnreadableReport, match="damaged"):
        list(read("parquet", as_parquet("party", FULL)))


def test_a_parser_that_waits_is_ended_with_its_report() -> None:
    body = as_parquet("party", [FULL[0] | {"ref": f"{at:0200d}"} for at in range(30_000)])
    rows = read("parquet", body)
    next(rows)

    rows.close()  # type: ignore[attr-defined]

    assert children() == []


def children() -> list[str]:
    """Command lines of the processes that this one has started and that still run."""
    own = f"/proc/{os.getpid()}/task/{os.getpid()}/children"
    found = Path(own).read_text(encoding="ascii").split() if Path(own).exists() else []
    return [one for one in found if b"unpack" in Path(f"/proc/{one}/cmdline").read_bytes()]


def test_a_million_columns_of_parquet_are_refused() -> None:
    columns = {f"c{at}": pa.array(["x"]) for at in range(20_000)}

    with pytest.raises(UnreadableReport, match="too large"):
        list(read("parquet", parquet(columns)))


def test_a_json_report_of_many_rows_is_read_with_little_memory() -> None:
    body = f"[{','.join([GOOD] * 2_000)}]"

    assert sum(1 for _ in read("json", body.encode())) == 2_000
    assert json.loads(body)[0]["ref"] == "a"
