"""A JSON array of rows, cut into its rows as it is read: memory holds a block and a row.

An array that isn't well formed can't be read beyond the place: the report is refused as a whole.
What is wrong inside a row costs that row alone.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ledger.reports.json_rows import DECODER, JsonRows
from ledger.reports.read_rows import LONGEST_ROW, ReadRow
from ledger.reports.report_faults import UnreadableReport
from ledger.reports.row_shape import RowShape
from ledger.reports.text_start import UTF_8, past_the_mark

BYTES_A_BLOCK = 1 << 16
BLANKS = re.compile(r"[ \t\n\r]*")
AN_ARRAY = "send one array of rows: [{...}, {...}]; rows one a line are application/x-ndjson"


def rows_of_array(stream: BinaryIO, shape: RowShape) -> Iterator[ReadRow]:
    """Yield the rows of a JSON array in UTF-8; a single object is a row too.

    Raises
    ------
    UnreadableReport
        Where the text is no JSON array or object, not UTF-8, or has a row of more than
        `LONGEST_ROW` characters.
    """
    text = _Text(past_the_mark(stream))
    rows = JsonRows(shape)
    if text.next_sign() == "{":
        yield rows.row(1, *text.value(1))
    else:
        text.expect("[", 0)
        yield from _elements(text, rows)
    if text.next_sign():
        raise UnreadableReport("there is text after the end of the rows", remedy=AN_ARRAY)


def _elements(text: _Text, rows: JsonRows) -> Iterator[ReadRow]:
    number = 0
    if text.next_sign() == "]":
        text.expect("]", number)
        return
    while True:
        number += 1
        yield rows.row(number, *text.value(number))
        if text.next_sign() == "]":
            text.expect("]", number)
            return
        text.expect(",", number)


class _Text:
    """A text that is read forward, in blocks."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._ended = False

    def next_sign(self) -> str:
        """The next character that is no blank, and stay before it; empty at the end."""
        while True:
            self._at = self._skip(self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, sign: str, number: int) -> None:
        """Step over a character; refuse the text where there is another, or none."""
        found = self.next_sign()
        if found != sign:
            where = f"after row {number}" if number else "at the beginning"
            what = f"there is no {sign} {where}" if found else f"the text ends {where}"
            raise UnreadableReport(f"the rows can't be read: {what}", remedy=AN_ARRAY)
        self._at += 1

    def value(self, number: int) -> tuple[Any, int]:
        """Parse the next value and step over it; the value and its length in characters."""
        self.next_sign()
        while True:
            try:
                parsed, end = DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if len(self._text) - self._at > LONGEST_ROW or not self._more():
                    raise self._broken(number, error) from None
            except RecursionError:
                raise UnreadableReport(
                    f"row {number} is nested too deep", remedy="a row is flat"
                ) from None
            else:
                # a number that ends with the block may go on in the next
                if end < len(self._text) or not self._more():
                    size, self._at = end - self._at, end
                    return parsed, size

    def _skip(self, at: int) -> int:
        found = BLANKS.match(self._text, at)
        return found.end() if found else at

    def _more(self) -> bool:
        """Read on and forget what was passed; False at the end."""
        if self._ended:
            return False
        block = self._stream.read(BYTES_A_BLOCK)
        self._ended = not block
        try:
            fresh = self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError:
            raise UnreadableReport("the rows are not UTF-8", remedy=UTF_8) from None
        self._text, self._at = self._text[self._at :] + fresh, 0
        return True

    def _broken(self, number: int, error: json.JSONDecodeError) -> UnreadableReport:
        if len(self._text) - self._at > LONGEST_ROW:
            what = f"it is no JSON, or has more than {LONGEST_ROW} characters"
        elif error.pos >= len(self._text):
            what = "the text ends inside it"
        else:
            what = f"{error.msg} at its character {error.pos - self._at + 1}"
        return UnreadableReport(f"row {number} can't be read: {what}", remedy=AN_ARRAY)
