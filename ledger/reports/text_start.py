"""The first bytes of a text: what its encoding is, before anything is read."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from ledger.reports.report_faults import UnreadableReport

OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
"""That of UTF-32, low end first, begins as that of UTF-16."""

UTF_8 = "encode the rows in UTF-8"


def past_the_mark(stream: BinaryIO) -> BinaryIO:
    """Step over the byte order mark of UTF-8, if there is one.

    Raises
    ------
    UnreadableReport
        Where the bytes are those of UTF-16 or UTF-32, or there are none.
    """
    start = stream.tell()
    first = stream.read(4)
    if not first:
        raise UnreadableReport("there are no rows, not even an empty list", remedy="send rows")
    if first.startswith(OTHER_MARKS) or b"\0" in first:
        raise UnreadableReport("the rows are UTF-16 or UTF-32, not UTF-8", remedy=UTF_8)
    stream.seek(start + (len(codecs.BOM_UTF8) if first.startswith(codecs.BOM_UTF8) else 0))
    return stream
