"""How large the pages of a Parquet file grow when unpacked: looked at before they are.

A reader makes room for whole pages, and 10 kB can say that they unpack to 300 MB; the totals of the
footer needn't agree with the pages. So the header of every page is read: Thrift's compact protocol
(PageHeader of parquet.thrift), of which only two numbers matter here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import pyarrow.parquet as pq

from ledger.reports.report_faults import UnreadableReport

LARGEST_UNPACKED = 64 << 20
"""Bytes that the largest pages of all columns may need together, in any group of rows."""

MOST_PAGES = 200_000
LONGEST_HEADER = 1 << 16
"""Bytes; a header is about 30, and up to some kilobytes with statistics of long texts."""

DEEPEST = 16
BOOLEANS = (1, 2)
WHOLE = (4, 5, 6)
BYTE, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = 3, 7, 8, 9, 10, 11, 12
PAGE_TYPE, UNPACKED, PACKED = 1, 2, 3
DICTIONARY_PAGE = 2


class Page(NamedTuple):
    """A page: whether it is a dictionary, its bytes when unpacked, and where the next begins."""

    is_dictionary: bool
    unpacked: int
    next_at: int


class BadHeaderError(ValueError):
    """Bytes that are no page header."""


def require_small_pages(stream: BinaryIO, footer: pq.FileMetaData) -> None:
    """Refuse a file whose pages need too much memory.

    Raises
    ------
    UnreadableReport
        Where the pages of a group of rows need more than `LARGEST_UNPACKED`, there are more than
        `MOST_PAGES`, or a header can't be read.
    """
    seen = 0
    for group_at in range(footer.num_row_groups):
        group = footer.row_group(group_at)
        largest: defaultdict[tuple[int, bool], int] = defaultdict(int)
        for column in range(group.num_columns):
            for page in _pages(stream, group.column(column)):
                place = (column, page.is_dictionary)
                largest[place] = max(largest[place], page.unpacked)
                seen += 1
                if seen > MOST_PAGES:
                    raise _refused(f"it has more than {MOST_PAGES} pages", "larger pages")
        if sum(largest.values()) > LARGEST_UNPACKED:
            raise _refused(
                f"a page of each column needs more than {LARGEST_UNPACKED >> 20} MiB unpacked",
                "smaller groups of rows, say 100,000",
            )


def _pages(stream: BinaryIO, column: pq.ColumnChunkMetaData) -> Iterator[Page]:
    at = column.data_page_offset
    if column.has_dictionary_page:
        at = min(at, column.dictionary_page_offset or at)
    end = at + column.total_compressed_size
    while at < end:
        stream.seek(at)
        try:
            page = page_at(at, stream.read(LONGEST_HEADER))
        except (BadHeaderError, IndexError):
            raise _refused("a page header is damaged", "it again") from None
        yield page
        at = page.next_at


def page_at(at: int, head: bytes) -> Page:
    """The page whose header stands at the beginning of these bytes, which are at ``at``.

    Raises
    ------
    BadHeaderError, IndexError
        Where they are no page header, or end inside of it.
    """
    reader = _Compact(head)
    numbers: dict[int, int] = {}
    for field, kind in reader.fields():
        if kind in WHOLE:
            numbers.setdefault(field, reader.number())
        else:
            reader.skip(kind, 0)
    packed, unpacked = numbers.get(PACKED, -1), numbers.get(UNPACKED, -1)
    if packed < 0 or unpacked < 0:
        raise BadHeaderError("a size is missing or negative")
    return Page(numbers.get(PAGE_TYPE) == DICTIONARY_PAGE, unpacked, at + reader.at + packed)


class _Compact:
    """Thrift's compact protocol, as far as it takes to step over what isn't wanted."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """Number and type of each field of a struct; the caller reads its value in between."""
        field = 0
        while head := self._byte():
            step, kind = divmod(head, 16)
            field = field + step if step else self.number()
            yield field, kind

    def number(self) -> int:
        """A zigzag number."""
        value = self._plain()
        return (value >> 1) ^ -(value & 1)

    def skip(self, kind: int, depth: int) -> None:
        """Step over a value."""
        if depth > DEEPEST or self.at > len(self._data):
            raise BadHeaderError("nested too deep, or beyond the end")
        if kind in BOOLEANS:
            return
        if kind in WHOLE:
            self.number()
        elif kind == BYTE:
            self.at += 1
        elif kind == DOUBLE:
            self.at += 8
        elif kind == BINARY:
            length = self._plain()
            self.at += length
        elif kind in (LIST, SET):
            self._skip_list(depth)
        elif kind == STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        else:
            raise BadHeaderError("a type that page headers don't have")

    def _skip_list(self, depth: int) -> None:
        size, kind = divmod(self._byte(), 16)
        size = self._plain() if size == 15 else size
        if size > len(self._data):
            raise BadHeaderError("a list longer than the header")
        for _ in range(size):
            if kind in BOOLEANS:
                self.at += 1
            else:
                self.skip(kind, depth + 1)

    def _byte(self) -> int:
        self.at += 1
        return self._data[self.at - 1]

    def _plain(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise BadHeaderError("a number that doesn't end")


def _refused(what: str, how: str) -> UnreadableReport:
    return UnreadableReport(f"the Parquet file can't be read: {what}", remedy=f"write {how}")
