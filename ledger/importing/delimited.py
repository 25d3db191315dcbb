"""CSV, plain or gzipped, read record by record with its physical lines.

A record that can't be read (an unclosed quote, a NUL, bytes that are no text) costs its own first
line only: reading goes on with the line after it.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, TextIO

from ledger.importing.cell_faults import CellError
from ledger.importing.file_formats import Formats
from ledger.importing.import_faults import UnreadableFile
from ledger.importing.opened_file import Record, Stored, trusted_header

LONGEST_LINE = 1 << 20
"""Characters; a longer line is refused, so that a file without line ends can't fill memory."""

ENDLESS = 64 << 20
"""Characters after which a line is taken to have no end: what follows is never read."""

MOST_LINES = 200
"""Lines that one record may span; a quote that stays open longer was never closed."""

HIGHEST_RATIO = 200
"""Unpacked to packed size of a gzip above ``RATIO_COUNTS``; honest exports reach 5 to 50."""

RATIO_COUNTS = 8 << 20
TOO_LARGE_A_FIELD = "field larger than field limit"
"""How the csv module says that a field has more than its 131,072 characters."""

UNDECODED = re.compile("[\ud800-\udfff]")
UNREADABLE = (EOFError, zlib.error, OSError, UnicodeError)


class _LineTooLong(csv.Error):
    pass


class _NotToBeReadError(ValueError):
    """A file of which more would fill memory or time, and tell nothing."""


class _Lines:
    """Physical lines, with the means to take back those of a record that failed.

    Parameters
    ----------
    stream : TextIO
        The text.
    packed : callable
        How many bytes of the file were read, to tell a bomb by; as many as of the text if it isn't
        packed.
    """

    def __init__(self, stream: TextIO, packed: Callable[[], int]) -> None:
        self._stream = stream
        self._packed = packed
        self._unpacked = 0
        self._looked_at = RATIO_COUNTS
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._fresh()
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        if len(line) >= LONGEST_LINE:
            raise _LineTooLong(f"the line has {LONGEST_LINE} characters or more")
        if len(self.taken) > MOST_LINES:
            raise csv.Error(f"a quote stays open for more than {MOST_LINES} lines")
        return line

    def _fresh(self) -> str:
        line = rest = self._piece()
        length = 0
        while len(rest) == LONGEST_LINE and not rest.endswith(("\n", "\r")):
            length += len(rest)
            if length >= ENDLESS:
                raise _NotToBeReadError(f"a line of {ENDLESS:,} characters or more")
            rest = self._piece()
        return line

    def _piece(self) -> str:
        piece = self._stream.readline(LONGEST_LINE)
        self._unpacked += len(piece)
        if self._unpacked >= self._looked_at:
            self._looked_at += RATIO_COUNTS
            if self._unpacked > HIGHEST_RATIO * self._packed():
                raise _NotToBeReadError(f"it unpacks to over {HIGHEST_RATIO} times its size")
        return piece

    def begin(self) -> int:
        """Start a record; the number of its first line."""
        self.taken.clear()
        return self.number + 1

    def give_back(self) -> None:
        """Take back all lines of the record but its first."""
        self.number -= len(self.taken) - 1
        self._again.extendleft(reversed(self.taken[1:]))


class DelimitedFile:
    """An open CSV file (see ``OpenedFile``)."""

    def __init__(self, name: str, text: TextIO, raw: BinaryIO, size: int, formats: Formats) -> None:
        self._name = name
        self._lines = _Lines(text, raw.tell)
        self._raw = raw
        self._size = size
        self._formats = formats
        self.header = trusted_header(formats.header or self._first_line(), name)

    @property
    def stored(self) -> Mapping[str, Stored]:
        """Everything is text here."""
        return dict.fromkeys(self.header, "text")

    def records(self, columns: Sequence[str]) -> Iterator[Record]:
        """Yield the rows but empty lines, with the cells of these columns."""
        choose = _chooser([self.header.index(column) for column in columns])
        for line, cells, broken in self._all():
            wrong = broken or self._misfit(cells)
            yield Record(line, () if wrong else choose(cells), wrong)

    def share_read(self) -> float:
        """How much of the file (of its compressed bytes) was read, from 0 to 1."""
        return self._raw.tell() / self._size if self._size else 1.0

    def _all(self) -> Iterator[tuple[int, list[str], CellError | None]]:
        reader = self._reader()
        while True:
            first = self._lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield first, [], _broken(error)
                self._lines.give_back()
                reader = self._reader()
            except _NotToBeReadError as error:
                raise UnreadableFile(
                    f"{self._name}: is not read beyond line {self._lines.number:,}: {error}",
                    remedy="export it anew if it should hold rows; give it unpacked if it does",
                ) from error
            except UNREADABLE as error:
                raise self._unreadable(error) from error
            else:
                if cells:
                    yield first, cells, self._no_text()

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(
            self._lines,
            delimiter=self._formats.delimiter,
            quotechar=self._formats.quote,
            strict=True,
        )

    def _first_line(self) -> list[str]:
        _, cells, wrong = next(self._all(), (1, [], None))
        if wrong:
            raise UnreadableFile(
                f"{self._name}: the header can't be read: {wrong.reason}",
                field="header",
                remedy="set format.encoding, format.delimiter and format.quote as the bank exports",
            )
        return [cell.strip() for cell in cells]

    def _no_text(self) -> CellError | None:
        for line in self._lines.taken:
            if "\0" in line:
                return CellError("nul", "the row holds a NUL character")
            if not line.isascii() and UNDECODED.search(line):
                return CellError("no-text", f"the row holds bytes not of {self._formats.encoding}")
        return None

    def _misfit(self, cells: Sequence[str]) -> CellError | None:
        if len(cells) == len(self.header):
            return None
        fault = "too-many-fields" if len(cells) > len(self.header) else "too-few-fields"
        return CellError(fault, f"the row has {len(cells)} fields, the header {len(self.header)}")

    def _unreadable(self, error: Exception) -> UnreadableFile:
        return UnreadableFile(
            f"{self._name}: can't be read beyond line {self._lines.number}: {type(error).__name__}",
            remedy="fetch the file again; it is cut off, damaged or not in format.encoding",
        )


@contextmanager
def open_delimited(path: Path, formats: Formats) -> Iterator[DelimitedFile]:
    """Open a CSV file; one whose name ends in .gz is decompressed as it is read.

    Raises
    ------
    UnreadableFile
        Where it can't be opened, or its header is no text of the encoding.
    WrongHeader
        Where the header is missing or a name occurs twice.
    """
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(path.open("rb"))
            size = path.stat().st_size
        except OSError as error:
            raise UnreadableFile(
                f"{path.name}: can't be opened: {error.strerror}", remedy="check its permissions"
            ) from error
        packed = path.suffix == ".gz"
        data = stack.enter_context(gzip.GzipFile(fileobj=raw)) if packed else raw
        text = stack.enter_context(
            io.TextIOWrapper(
                data,
                encoding=_with_mark(formats.encoding),
                errors="surrogateescape",
                newline="",
            )
        )
        yield DelimitedFile(path.name, text, raw, size, formats)


def _with_mark(encoding: str) -> str:
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def _chooser(positions: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda cells: tuple(cells[position] for position in positions)


def _broken(error: csv.Error) -> CellError:
    if isinstance(error, _LineTooLong):
        return CellError("too-long", str(error))
    if str(error).startswith(TOO_LARGE_A_FIELD):
        return CellError("too-long", f"a cell has more than {csv.field_size_limit():,} characters")
    return CellError("unclosed-quote", f"a quote is not closed, or not at a field's end: {error}")
