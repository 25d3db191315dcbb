"""Hostile texts: encodings, quotes, shapes, numbers, days, and gzip."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.ledger.importing.hostile_case import GOOD, HEADER, LAST, Case, rows, text

PLAIN = HEADER + GOOD + LAST
WIDE = b"," * 900_000
MEGABYTE = 1 << 20


def _bomb(unit: bytes, times: int) -> Callable[[Path], None]:
    """Write a gzip of a header and so many megabytes of a unit, without unpacking it here."""

    def make(path: Path) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        block = (unit * (MEGABYTE // len(unit) + 1))[: MEGABYTE - MEGABYTE % len(unit)]
        with path.open("wb") as stream:
            stream.write(packer.compress(HEADER + GOOD))
            for _ in range(times):
                stream.write(packer.compress(block))
            stream.write(packer.flush())

    return make


ENCODINGS: tuple[Case, ...] = (
    text("a byte order mark", b"\xef\xbb\xbf" + PLAIN, loaded=2),
    rows("GB18030 as UTF-8", "2,华为,1,2024-03-01".encode("gb18030"), rejected={3: "no-text"}),
    text("a header of GB18030 as UTF-8", "编号,名称\n1,2\n".encode("gb18030"),
         refused="unreadable-file"),
    rows(
        "lines of other encodings",
        "2,Größe,1,2024-03-01".encode("latin-1"),
        "3,Größe,1,2024-03-01".encode(),
        "4,é,1,2024-03-01".encode("cp1252"),
        rejected={3: "no-text", 5: "no-text"},
    ),
    text("UTF-16 as UTF-8", PLAIN.decode().encode("utf-16"), refused="unreadable-file"),
    text("UTF-16 without mark as UTF-8", PLAIN.decode().encode("utf-16-le"),
         refused="unreadable-file"),
    text(
        "UTF-16 without mark",
        PLAIN.decode().encode("utf-16-le"),
        format='encoding = "utf-16-le"',
        loaded=2,
    ),
    text(
        "UTF-16 that ends within a sign",
        PLAIN.decode().encode("utf-16") + b"\x00",
        format='encoding = "utf-16"',
        refused="unreadable-file",
    ),
    text("UTF-32 as UTF-8", PLAIN.decode().encode("utf-32"), refused="unreadable-file"),
    rows("half a pair of surrogates", b"2,\xed\xa0\x80,1,2024-03-01", rejected={3: "no-text"}),
    rows("a sign in too many bytes", b"2,\xc0\xaf,1,2024-03-01", rejected={3: "no-text"}),
    text("only a byte order mark", b"\xef\xbb\xbf", refused="wrong-header"),
    text("bytes of a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
         refused="unreadable-file"),
    text("zeros without end", b"\0" * (5 * MEGABYTE), refused="unreadable-file"),
)  # fmt: skip

QUOTES: tuple[Case, ...] = (
    rows("an open quote", b'"2,open,1,2024-03-01', rejected={3: "unclosed-quote"}),
    rows(
        "an open quote among many rows",
        b'"a,open,1,2024-03-01',
        *(b"%d,x,1,2024-03-01" % number for number in range(100, 400)),
        rejected={3: "unclosed-quote"},
    ),
    text("an open quote in the header", b'id,"name,amount,day\n' + GOOD, refused="unreadable-file"),
    rows("a quote inside", b'2,Ann "A" B,1,2024-03-01', rejected={}),
    rows("text after a quote", b'2,"Ann"x,1,2024-03-01', rejected={3: "unclosed-quote"}),
    rows("a quote in every line", *(b'"%d,x,1,2024-03-01' % n for n in range(20)),
         rejected=dict.fromkeys(range(3, 23), "unclosed-quote")),
    text("open quotes over and over", HEADER + GOOD + (b'"' + b"x\n" * 150) * 300 + LAST, loaded=2,
         rejected={line: "too-few-fields" if (line - 3) % 150 else "unclosed-quote"
                   for line in range(3, 3 + 150 * 300)}),
    rows("a cell of a million signs", b"2," + b"x" * 1_000_000 + b",1,2024-03-01",
         rejected={3: "too-long"}),
    rows("a quoted cell of a million signs", b'2,"' + b"x" * 1_000_000 + b'",1,2024-03-01',
         rejected={3: "too-long"}),
    rows("a line of ten million signs", b"2," + b"x" * 10_000_000, rejected={3: "too-long"}),
)  # fmt: skip

SHAPES: tuple[Case, ...] = (
    text("nothing", b"", refused="wrong-header"),
    text("only a header", HEADER, loaded=0),
    text("only line ends", b"\n\r\n\r\r\n" * 1_000, refused="wrong-header"),
    text("blank names", b",,,\n1,2,3,4\n", refused="wrong-header"),
    text("a name twice", b"id,name,amount,day,id\n", refused="wrong-header"),
    text("a name twice but for a blank", b"id,name,amount,day, id\n", refused="wrong-header"),
    text("a column that is missing", b"id,name,amount\n1,2,3\n", refused="wrong-mapping"),
    text("a million columns", b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n",
         refused="unreadable-file"),
    text("a hundred thousand columns",
         b",".join(b"c%d" % n for n in range(100_000)) + b"\n" + b"," * 99_999 + b"\n",
         refused="wrong-header"),
    text("a header of a hundred quoted lines",
         b'"' + (b"x" * 100_000 + b"\n") * 150 + b'",id\n1,2\n', refused="unreadable-file"),
    rows("a row of a million fields", b"2," + WIDE, rejected={3: "too-many-fields"}),
    rows("ragged rows", b"2", b"3,x", b"4,x,1,2024-03-01,5", b"", b" ", b",,,",
         rejected={3: "too-few-fields", 4: "too-few-fields", 5: "too-many-fields",
                   7: "too-few-fields", 8: "blank"}, loaded=2),
    text("every line end", b"id,name,amount,day\r1,a,1,2024-03-01\r\n2,b,1,2024-03-01\n\r"
         b"3,c,1,2024-03-01", loaded=3),
    text("a file without line ends", b"id,name,amount,day," + b"x" * (30 * MEGABYTE),
         refused="unreadable-file"),
    rows("a NUL", b"2,a\0b,1,2024-03-01", b"\0", rejected={3: "nul", 4: "nul"}),
    rows("control signs", b"2,bell\x07,1,2024-03-01", b"3\x1b[31m,x,1,2024-03-01",
         b"4,\x7f,1,2024-03-01", rejected={3: "ledger", 4: "ledger", 5: "ledger"}),
    rows("a sign that turns the reading", "2\u202e,gpj\u202d,1,2024-03-01".encode(), rejected={}),
    rows("formulas", b"=cmd|' /C calc'!A0,x,1,2024-03-01", b"+1,@SUM(A1),1,2024-03-01",
         b"-1,=HYPERLINK(1),1,2024-03-01", rejected={}),
    text("formulas in the name and in a row that is left out", HEADER + GOOD + b"=1+1,x,=1+1,now\n",
         file="=HYPERLINK(1).csv", loaded=1, rejected={3: "not-a-number"}),
    rows("a formula for a number and a day", b'2,x,=1+1,=NOW()', rejected={3: "not-a-number"}),
)  # fmt: skip

VALUES: tuple[Case, ...] = (
    rows("words for no value stay text", b"NA,null,1,2024-03-01", b"nan,NULL,2,2024-03-01",
         b"None,-,3,2024-03-01", rejected={}),
    rows("leading zeros stay", b"0010,x,1,2024-03-01", b"010,x,1,2024-03-01",
         b"10,x,1,2024-03-01", rejected={}),
    rows(
        "numbers that are none",
        *(b"%d,x,%b,2024-03-01" % (place, number) for place, number in enumerate((
            b"1e400", b"NaN", b"inf", b"-Infinity", b"9" * 5_000, b"0." + b"1" * 5_000, b"1e-400",
            b"0x10", b"1_000", "１２".encode(), "٣".encode(), b"--5", b"5-", b"1 000", b"1e99999",
            b"12.345", b"9223372036854775808", b"NA",
        ), start=100)),
        rejected={
            3: "not-finite", 4: "not-finite", 5: "not-finite", 6: "not-finite", 7: "not-finite",
            8: "not-finite", 9: "not-finite", **dict.fromkeys(range(10, 17), "not-a-number"),
            17: "not-a-number", 18: "amount-not-whole", 19: "not-finite", 20: "not-a-number",
        },
    ),
    rows("numbers that are odd and right", b"2,x,-0,2024-03-01", b"3,x,+5,2024-03-01",
         b"4,x, 7 ,2024-03-01", b"5,x,1E3,2024-03-01", b"6,x,.5,2024-03-01",
         b"7,x,,2024-03-01", rejected={}),
    rows("a negative turnover", b"2,x,-5,2024-03-01", rejected={3: "ledger"}),
    rows("days that are odd and right", "2,x,1,２０２４-01-01".encode(), b"3,x,1,2024-1-1",
         b"4,x,1, 2024-03-01 ", b"5,x,1,1900-01-01", b"6,x,1,2199-12-31", b"7,x,1,", rejected={}),
    rows(
        "days that are none",
        *(b"%d,x,1,%b" % (place, day) for place, day in enumerate((
            b"0000-00-00", b"2024-02-30", b"31.02.", b"0001-01-01", b"9999-12-31", b"12024-01-01",
            b"2024-01-32", b"2024-13-01", b"20240301", b"now", b"-1", b"2024-03-01T00",
        ), start=100)),
        rejected=dict.fromkeys(range(3, 15), "not-a-date"),
    ),
)  # fmt: skip

GZIP: tuple[Case, ...] = (
    text("a gzip that breaks off", gzip.compress(PLAIN * 1_000)[:-9], file="f.csv.gz",
         refused="unreadable-file"),
    text("a gzip that is none", PLAIN, file="f.csv.gz", refused="unreadable-file"),
    text("half a gzip", gzip.compress(PLAIN)[:12], file="f.csv.gz", refused="unreadable-file"),
    text("a gzip with a wrong sum", gzip.compress(PLAIN)[:-8] + b"\0" * 8, file="f.csv.gz",
         refused="unreadable-file"),
    text("a gzip in a gzip", gzip.compress(gzip.compress(PLAIN)), file="f.csv.gz",
         refused="unreadable-file"),
    text("junk after a gzip", gzip.compress(PLAIN) + b"junk", file="f.csv.gz",
         refused="unreadable-file"),
    text("two gzips in a row", gzip.compress(HEADER + GOOD) + gzip.compress(LAST),
         file="f.csv.gz", loaded=2),
    Case("a gzip of zeros without end", _bomb(b"\0", 300), "f.csv.gz", "unreadable-file",
         heavy=True),
    Case("a gzip of equal rows without end", _bomb(GOOD, 300), "f.csv.gz", "unreadable-file",
         heavy=True),
    Case("a gzip of line ends without end", _bomb(b"\n", 300), "f.csv.gz", "unreadable-file",
         heavy=True),
    Case("a gzip of quotes without end", _bomb(b'"', 300), "f.csv.gz", "unreadable-file",
         heavy=True),
)  # fmt: skip

TEXTS: tuple[Case, ...] = (*ENCODINGS, *QUOTES, *SHAPES, *VALUES, *GZIP)
