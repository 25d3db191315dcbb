"""A program of its own: unpacks the Parquet file on its input into an Arrow stream on its output.

Whoever sends a file chooses what a native parser does with it: a changed byte can abort the
process, 10 kB can ask for 300 MB. So it is done here, where only this process ends, and with a
limit on memory. It imports nothing of ours, so that it starts quickly and from anywhere.

The schema comes first, with the number of rows that the footer claims. Exit status: 0 well, 3 no
Parquet or damaged, 4 too large; a signal where the parser itself broke.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq

MORE_MEMORY = 160 << 20
"""Bytes above what the program itself needs."""

SECONDS = 600
"""Of processor time."""

ROWS_A_BATCH = 4_096
LARGEST_BATCH = 32 << 20
"""Bytes; rows of a kind need some hundred each."""

MOST_COLUMNS = 1_000
ROWS = b"rows"
"""Key of the number of rows in the metadata of the stream's schema."""

WELL, DAMAGED, TOO_LARGE = 0, 3, 4
BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError)


def main() -> int:
    """Unpack; the exit status."""
    with suppress(ImportError, OSError, ValueError):  # there are systems without limits
        _set_limits()
    try:
        with os.fdopen(0, "rb") as packed, os.fdopen(1, "wb") as stream:
            return _unpack(packed, stream)
    except (MemoryError, pa.ArrowMemoryError):
        return TOO_LARGE
    except BROKEN:
        return DAMAGED


def _set_limits() -> None:
    import resource  # noqa: PLC0415 - not on every system

    with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123 - quick to start
        pages = int(sizes.read().split()[0])
    limit = pages * resource.getpagesize() + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _unpack(packed: object, stream: object) -> int:
    with pq.ParquetFile(packed, pre_buffer=False, buffer_size=1 << 16) as file:
        if len(file.schema_arrow) > MOST_COLUMNS:
            return TOO_LARGE
        told = pa.schema(map(_plain, file.schema_arrow))
        rows = str(file.metadata.num_rows).encode()
        with pa.ipc.new_stream(stream, told.with_metadata({ROWS: rows})) as writer:
            for batch in _batches(file, told):
                if batch.nbytes > LARGEST_BATCH:
                    return TOO_LARGE
                writer.write_batch(batch)
    return WELL


def _plain(field: pa.Field) -> pa.Field:
    """The field without metadata, and without a dictionary that its batches needn't share."""
    kind = field.type
    return pa.field(field.name, kind.value_type if pa.types.is_dictionary(kind) else kind)


def _batches(file: pq.ParquetFile, told: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in file.iter_batches(ROWS_A_BATCH, use_threads=False):
        columns = [
            column.cast(field.type) for column, field in zip(batch.columns, told, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=told)


if __name__ == "__main__":
    sys.exit(main())
