"""A look through an .xlsx before any parser sees it: what it unpacks to, its rows, merged cells.

An .xlsx is a zip of XML parts, of which the parser keeps more in memory than a small file suggests:
a zip may unpack to a thousand times its size, a row claim a million cells, a text never end. So
every part is unpacked here once, in pieces, and only counted. What spreadsheet programs never
write (comments, DOCTYPE, rows in rows or out of order) is refused, for it could hide the rest.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ledger.importing.import_faults import UnreadableFile

PIECE = 1 << 20
LONGEST_TEXT = 1 << 20
"""Bytes between two tags."""

MOST_TAGS = 1_000_000
"""Tags between two rows or shared texts; 16,384 cells, the most a row can have, take a tenth."""

MOST_TEXTS = 2_000_000
"""Shared texts: the parser keeps them in memory."""

LAST_ROW = 1_048_576
MOST_PARTS = 10_000
HIGHEST_RATIO = 200
"""Unpacked to packed bytes of a part above ``RATIO_COUNTS``. Honest sheets reach 8 to 40, bombs 400
to 1,000."""

RATIO_COUNTS = 10 << 20

OLE = b"\xd0\xcf\x11\xe0"
"""How files of Excel before 2007, and encrypted ones of today, begin."""

UNIT = re.compile(rb"<(/?)(?:\w+:)?(row|si)(?=[\s/>])([^>]*)>")
ROW_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["']([^"']*)["']""")
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z0-9:$]{1,40})["']""")
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)
SAVE_AGAIN = "open it in a spreadsheet program and save it anew as .xlsx, or export CSV"


@dataclass
class Outline:
    """What was counted in one part.

    Attributes
    ----------
    last_row : int
        Number of its last row; 0 where it has none.
    texts : int
        Shared texts.
    merged : list of str
        Merged ranges, such as ``A2:A5``.
    """

    last_row: int = 0
    texts: int = 0
    merged: list[str] = field(default_factory=list)


def scan(path: Path, most_bytes: int) -> Mapping[str, Outline]:
    """Go through a workbook and return the outline of each of its XML parts, by name.

    Parameters
    ----------
    most_bytes : int
        What all parts together may unpack to.

    Raises
    ------
    UnreadableFile
        Where it is no .xlsx, is encrypted or damaged, or asks for more than a parser should give.
    """
    try:
        with path.open("rb") as stream:
            if stream.read(len(OLE)) == OLE:
                raise _unreadable(
                    path.name,
                    "is encrypted, or of Excel before 2007",
                    "save it as .xlsx without a password",
                )
        with zipfile.ZipFile(path) as archive:
            _trust(path.name, archive.infolist(), most_bytes)
            return {
                part.filename: _outline(f"{path.name}, {part.filename}", stream)
                for part in archive.infolist()
                for stream in _xml(archive, part)
            }
    except BROKEN as error:
        raise _unreadable(
            path.name, f"is no .xlsx, or is damaged: {type(error).__name__}", SAVE_AGAIN
        ) from error


def _trust(name: str, parts: list[zipfile.ZipInfo], most_bytes: int) -> None:
    """Refuse by what the zip declares; zipfile never unpacks more than that."""
    unpacked = sum(part.file_size for part in parts)
    if unpacked > most_bytes or len(parts) > MOST_PARTS:
        raise _unreadable(
            name,
            f"unpacks to {unpacked:,} bytes in {len(parts):,} parts; {most_bytes:,} are allowed",
            "raise format.max_bytes if the file is what it should be, or export CSV",
        )
    for part in parts:
        if part.flag_bits & 1:
            raise _unreadable(name, "is encrypted", "save it without a password")
        if part.file_size > RATIO_COUNTS and part.file_size > HIGHEST_RATIO * part.compress_size:
            raise _unreadable(
                name,
                f"{part.filename} unpacks from {part.compress_size:,} to {part.file_size:,} bytes, "
                f"more than {HIGHEST_RATIO} times as many",
                "export CSV if the file is what it should be",
            )


def _xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    """The part, opened, if it can be XML at all."""
    with archive.open(part) as stream:
        start = stream.read(64).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if start.startswith(b"<"):
        with archive.open(part) as stream:
            yield stream


def _outline(name: str, stream: IO[bytes]) -> Outline:
    found = Outline()
    rest, tags, inside = b"", 0, False
    while piece := stream.read(PIECE):
        text, bracket, rest = (rest + piece).rpartition(b"<")
        rest = bracket + rest
        if len(rest) > LONGEST_TEXT or b"\0" in piece or b"<!" in text:
            what = "a text without end, a comment, a DOCTYPE or no UTF-8"
            raise _unreadable(name, f"holds {what}", SAVE_AGAIN)
        end, most = 0, 0
        for unit in UNIT.finditer(text):
            most = max(most, tags + text.count(b"<", end, unit.start()))
            inside = _counted(name, found, unit, inside=inside)
            tags, end = 0, unit.end()
        tags += text.count(b"<", end)
        if max(most, tags) > MOST_TAGS:
            raise _unreadable(name, f"has more than {MOST_TAGS:,} tags in one row", SAVE_AGAIN)
        found.merged += (ref.decode() for ref in MERGED.findall(text))
    return found


def _counted(name: str, found: Outline, unit: re.Match[bytes], *, inside: bool) -> bool:
    """Count a row or a shared text where it begins; True where what follows is inside of it."""
    closing, kind, attributes = unit.groups()
    if closing:
        return False
    if inside:
        raise _unreadable(name, "has a row in a row, or a text in a text", SAVE_AGAIN)
    if kind == b"si":
        found.texts += 1
    else:
        found.last_row = _row_number(name, attributes, found.last_row)
    if found.texts > MOST_TEXTS:
        raise _unreadable(name, f"has more than {MOST_TEXTS:,} different texts", "export CSV")
    return not attributes.endswith(b"/")


def _row_number(name: str, attributes: bytes, before: int) -> int:
    number = ROW_NUMBER.search(attributes)
    if number is None:
        return before + 1
    row = int(number[1]) if number[1].isdigit() and len(number[1]) <= len(str(LAST_ROW)) else 0
    if not before < row <= LAST_ROW:
        what = f"after row {before:,} a row that is none of the {LAST_ROW:,} in order"
        raise _unreadable(name, f"has {what}", SAVE_AGAIN)
    return row


def _unreadable(name: str, message: str, remedy: str) -> UnreadableFile:
    return UnreadableFile(f"{name}: {message}", remedy=remedy)
