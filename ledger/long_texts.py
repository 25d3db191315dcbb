"""Long texts of the ledger: packed on SQLite, which would keep every byte of them.

A record of thirty receivables has 130 kB of JSON; packed it has 17 kB, and a group of records is
written in half the time. PostgreSQL packs such texts itself, so there they are as they are. Rows
of before stay unpacked.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from threading import local
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator
from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError

from ledger.faults import RecordDamaged

PACKED_FROM = 2_048
"""Characters; shorter texts stay as they are."""

QUICK = 1
"""Level of Zstandard: higher ones take longer and save next to nothing of such texts."""

LARGEST = 256 * 1024 * 1024
"""Bytes that a text may have when it is unpacked: more was never packed."""

CHECK_BYTES = 4

UNPACKED = "unpacked_text"
"""SQL function of `as_text` on every SQLite connection, for what reads a text in the database."""


class LongText(TypeDecorator[str]):
    """A text in Python; on SQLite a BLOB where it is long.

    Parameters
    ----------
    often : bool
        The same text is written again and again: it is packed once.
    """

    impl = Text
    cache_ok = True

    def __init__(self, *, often: bool = False) -> None:
        super().__init__()
        self.often = often

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Pack a long text for SQLite."""
        if value is None or dialect.name != "sqlite" or len(value) < PACKED_FROM:
            return value
        return _packed_once(value) if self.often else packed(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> str | None:
        """Unpack what was packed; raise `RecordDamaged` where it isn't as it was written."""
        return as_text(value)


def as_text(value: Any) -> str | None:
    """A stored value as text, packed or not; None stays None."""
    return unpacked(value) if isinstance(value, bytes) else value


def packed(text: str) -> bytes:
    """The CRC-32 of what follows, and the text in UTF-8 as a frame of Zstandard."""
    content = _compressor().compress(text.encode())
    return zlib.crc32(content).to_bytes(CHECK_BYTES) + content


def _compressor() -> ZstdCompressor:
    """That of this thread: several may pack at once, none of them with that of another."""
    made: ZstdCompressor | None = getattr(_of_thread, "compressor", None)
    if made is None:
        made = _of_thread.compressor = ZstdCompressor(level=QUICK)
    return made


_of_thread = local()
_packed_once = lru_cache(maxsize=1_024)(packed)


def unpacked(stored: bytes) -> str:
    """The text that was `packed`; raise `RecordDamaged` where a byte of it is another."""
    check, content = stored[:CHECK_BYTES], stored[CHECK_BYTES:]
    try:
        # one text can be packed in several ways: without the check another one would pass
        if zlib.crc32(content).to_bytes(CHECK_BYTES) == check:
            plain = ZstdDecompressor().decompress(content, max_output_size=LARGEST)
            return plain.decode()
    except (ZstdError, UnicodeDecodeError):
        pass
    raise RecordDamaged(
        "a stored text isn't as it was written",
        remedy="run tricredit ledger verify, which names the row; restore it from a backup",
    )
