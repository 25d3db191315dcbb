"""CSV as banks write it, and as it breaks."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.importing.delimited import LONGEST_LINE, open_delimited
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile, WrongHeader
from ledger.importing.opened_file import Record


def read(path: Path, data: bytes, formats: Formats | None = None) -> list[Record]:
    path.write_bytes(data)
    with open_delimited(path, formats or Formats()) as file:
        return list(file.records(file.header))


def seen(records: list[Record]) -> list[tuple[int, object]]:
    """Line, and the cells or the fault."""
    return [(r.line, r.wrong.fault if r.wrong else list(r.cells)) for r in records]


def test_quotes_line_ends_and_empty_lines(tmp_path: Path) -> None:
    data = b'a,b\r\n"x, ""y""",1\r\n\r\n"two\nlines",2\r\n3,4'
    assert seen(read(tmp_path / "f.csv", data)) == [
        (2, ['x, "y"', "1"]),
        (4, ["two\nlines", "2"]),
        (6, ["3", "4"]),
    ]


def test_a_row_that_breaks_costs_its_own_line_only(tmp_path: Path) -> None:
    lines = [
        b"a,b",
        b"1,2",
        b'"open,3',
        b"4,5",
        b'"x"y,6',
        b"7,8,9",
        b"10",
        b"1\x001,12",
        b"\xff,1",
        b"13,14",
    ]
    assert seen(read(tmp_path / "f.csv", b"\n".join(lines))) == [
        (2, ["1", "2"]),
        (3, "unclosed-quote"),
        (4, ["4", "5"]),
        (5, "unclosed-quote"),
        (6, "too-many-fields"),
        (7, "too-few-fields"),
        (8, "nul"),
        (9, "no-text"),
        (10, ["13", "14"]),
    ]


def test_a_quote_that_stays_open_does_not_swallow_the_file(tmp_path: Path) -> None:
    rows = [f"{number},x" for number in range(1_000)]
    data = "\n".join(["a,b", '"open,1', *rows]).encode()
    records = read(tmp_path / "f.csv", data)
    assert [r.line for r in records if r.wrong] == [2]
    assert [r.cells[0] for r in records if not r.wrong] == [str(n) for n in range(1_000)]


def test_a_line_without_end_is_refused_and_reading_goes_on(tmp_path: Path) -> None:
    data = b"a,b\n" + b"x" * (2 * LONGEST_LINE + 5) + b"\n1,2\n"
    assert seen(read(tmp_path / "f.csv", data)) == [(2, "too-long"), (3, ["1", "2"])]


@given(
    st.lists(
        st.lists(st.text(max_size=5).filter(lambda t: "\0" not in t), min_size=2, max_size=2),
        max_size=8,
    )
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    def cell(text: str) -> str:
        quoted = text.replace('"', '""')
        return f'"{quoted}"'

    text = "".join(",".join(map(cell, row)) + "\n" for row in [["a", "b"], *rows])
    records = read(tmp_path_factory.mktemp("csv") / "f.csv", text.encode("utf-8"))
    assert [list(r.cells) for r in records] == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    formats = Formats(delimiter=";", encoding=encoding)
    records = read(tmp_path / "f.csv", "Größe;b\ncafé;1\n".encode(encoding), formats)
    assert [list(r.cells) for r in records] == [["café", "1"]]


def test_chinese_exports(tmp_path: Path) -> None:
    records = read(
        tmp_path / "f.csv", "客户,金额\n华为,1\n".encode("gb18030"), Formats(encoding="gb18030")
    )
    assert list(records[0].cells) == ["华为", "1"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(b"\xef\xbb\xbfa,b\n1,2\n")
    with open_delimited(tmp_path / "f.csv", Formats()) as file:
        assert file.header == ("a", "b")


def test_a_file_without_header(tmp_path: Path) -> None:
    records = read(tmp_path / "f.csv", b"1,2\n", Formats(header=("a", "b")))
    assert seen(records) == [(1, ["1", "2"])]


def test_gzip(tmp_path: Path) -> None:
    records = read(tmp_path / "f.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    assert seen(records) == [(2, ["1", "2"])]


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2\n", gzip.compress(b"a,b\n" + b"1,2\n" * 50_000)[:-20], b"\x1f\x8b"]
)
def test_gzip_that_is_none_or_breaks_off(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read(tmp_path / "f.csv.gz", data)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a,b,a\n1,2,3\n"])
def test_headers_that_cannot_be_trusted(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(WrongHeader):
        read(tmp_path / "f.csv", data)


@pytest.mark.parametrize("data", ["Größe,b\n1,2\n".encode("latin-1"), b"a\0,b\n", b'"a,b\n1,2\n'])
def test_headers_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read(tmp_path / "f.csv", data)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile), open_delimited(tmp_path, Formats()):
        pass
