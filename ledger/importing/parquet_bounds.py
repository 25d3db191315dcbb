"""What a Parquet file claims of its sizes, before any of it is unpacked.

A file of some kilobytes may claim millions of rows, or hold gigabytes of equal signs. Its metadata
say so beforehand. Texts are read as they lie in it, each different one once (``columnar``), so that
a long text in many rows costs no more than its length.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.parquet as pq

from ledger.importing.import_faults import UnreadableFile

MOST_ROWS_A_BATCH = 8_192
BYTES_A_BATCH = 32 << 20
"""What the rows of a batch may take in memory, by the sizes that the file claims."""

HIGHEST_RATIO = 200
"""Unpacked to packed size of a column above ``RATIO_COUNTS``; honest columns reach 5 to 50."""

RATIO_COUNTS = 64 << 20
ROWS_COUNT = 1_000_000
ROWS_A_BYTE = 8
"""A file of more rows than ``ROWS_COUNT`` has at least a bit for each."""


def trust(name: str, metadata: pq.FileMetaData, size: int, most_rows: int) -> None:
    """Refuse a file by what it claims; raise `UnreadableFile`.

    Parameters
    ----------
    name : str
        Of the file.
    metadata : FileMetaData
        Its footer.
    size : int
        Bytes, as it lies on disk.
    most_rows : int
        Rows that it may have.
    """
    rows = metadata.num_rows
    if rows > most_rows:
        raise UnreadableFile(
            f"{name}: has {rows} rows, more than the {most_rows} allowed",
            remedy="raise format.max_rows if the file is what it should be, or split it",
        )
    if rows > ROWS_COUNT and rows > ROWS_A_BYTE * size:
        raise UnreadableFile(
            f"{name}: claims {rows:,} rows in {size:,} bytes",
            remedy="export it anew: so many rows can't hold anything of their own",
        )
    for group, column, unpacked, packed in _chunks(metadata):
        if unpacked > RATIO_COUNTS and unpacked > HIGHEST_RATIO * packed:
            raise UnreadableFile(
                f"{name}: column {column + 1} of row group {group + 1} unpacks from {packed:,} to "
                f"{unpacked:,} bytes, more than {HIGHEST_RATIO} times as many",
                remedy="export it anew, or as CSV, if the file is what it should be",
            )


def rows_a_batch(metadata: pq.FileMetaData) -> int:
    """How many rows to read at once: fewer where they are long."""
    longest = 1
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        longest = max(longest, group.total_byte_size // max(group.num_rows, 1))
    return max(1, min(MOST_ROWS_A_BATCH, BYTES_A_BATCH // longest))


def _chunks(metadata: pq.FileMetaData) -> Iterator[tuple[int, int, int, int]]:
    """Of each column in each row group its place, and its size unpacked and packed."""
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        if group.total_byte_size > RATIO_COUNTS:
            for column in range(group.num_columns):
                chunk = group.column(column)
                yield number, column, chunk.total_uncompressed_size, chunk.total_compressed_size
