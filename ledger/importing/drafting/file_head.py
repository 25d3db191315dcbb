"""The first bytes of a file: what it is, and the beginning of its text."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from ledger.importing.import_faults import MissingFile, UnreadableFile
from ledger.importing.mapping import ENDINGS, Container

HEAD = 256 << 10
"""Bytes of the text by which its encoding and separators are told."""

PACKED = b"\x1f\x8b"
BROKEN = (EOFError, zlib.error, OSError)

CONTAINERS: tuple[tuple[bytes, Container], ...] = ((b"PAR1", "parquet"), (b"PK\x03\x04", "xlsx"))
"""How files begin that are no text."""

STRANGERS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        "of Excel before 2007, or has a password",
        "save it as .xlsx",
    ),
    (b"%PDF", "a PDF", "export the table as CSV or .xlsx"),
    (b"{\\rtf", "RTF", "export the table as CSV or .xlsx"),
    (b"BZh", "packed by bzip2", "unpack it, or pack it by gzip as .csv.gz"),
    (b"\xfd7zXZ", "packed by xz", "unpack it, or pack it by gzip as .csv.gz"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd", "unpack it, or pack it by gzip as .csv.gz"),
)
"""How files begin that the importer doesn't read, what they are and what to do."""


@dataclass(frozen=True)
class Head:
    """What a file begins with.

    Attributes
    ----------
    container : Container
        What kind of file it is, by its first bytes.
    named : Container
        The same by the ending of its name.
    text : bytes
        The beginning of a text, unpacked; empty for other files.
    """

    container: Container
    named: Container
    text: bytes

    def lines(self, encoding: str) -> str:
        """The text in an encoding, without a last line that is cut."""
        text = self.text.decode(encoding, errors="replace")
        if len(self.text) < HEAD:
            return text
        end = max(text.rfind("\n"), text.rfind("\r")) + 1
        return text[:end] if end else text


def read_head(path: Path) -> Head:
    """Look at the first bytes of a file.

    Raises
    ------
    MissingFile
        Where there is no file of that name: nothing, a folder, a pipe, a device.
    UnreadableFile
        Where it can't be opened, or is of a kind that the importer doesn't read.
    """
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not a file"
            raise MissingFile(f"{path} {what}", remedy="name one exported file")
        with path.open("rb") as stream:
            start = stream.read(HEAD)
    except OSError as error:
        raise UnreadableFile(
            f"{path.name}: can't be opened: {error.strerror}", remedy="check its permissions"
        ) from error
    _refuse_strangers(path.name, start)
    container: Container = "csv"
    for begins, kind in CONTAINERS:
        container = kind if start.startswith(begins) else container
    named: Container = "csv"
    for ending, kind in ENDINGS.items():
        named = kind if path.name.lower().endswith(ending) else named
    return Head(container, named, _text(path, start) if container == "csv" else b"")


def _refuse_strangers(name: str, start: bytes) -> None:
    for begins, what, remedy in STRANGERS:
        if start.startswith(begins):
            raise UnreadableFile(f"{name}: is {what}, which isn't read", remedy=remedy)
    if start.startswith(PACKED) and not name.endswith(".gz"):
        raise UnreadableFile(
            f"{name}: is packed by gzip", remedy=f"name it {name}.gz: the importer goes by the name"
        )


def _text(path: Path, start: bytes) -> bytes:
    if path.suffix != ".gz":
        return start
    try:
        with gzip.open(path) as stream:
            return stream.read(HEAD)
    except BROKEN as error:
        raise UnreadableFile(
            f"{path.name}: is no gzip, or is damaged: {type(error).__name__}",
            remedy="fetch the file again",
        ) from error
