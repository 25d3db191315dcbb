"""A JSON value becomes a row; what parsers let pass in silence costs the row.

Python's parser takes the last of two equal keys, NaN, half a surrogate pair and numbers beyond any
field. yajl, the parser behind ijson, writes a question mark for half a pair, so that the loss can't
be seen afterwards: therefore rows are cut out and parsed one by one, by the standard library.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import Any

from ledger.importing.cell_faults import CellError
from ledger.reports.cell_values import FROM_JSON, LONGEST_NUMBER
from ledger.reports.read_rows import ReadRow, Trouble, unread
from ledger.reports.report_faults import shown_name
from ledger.reports.row_shape import RowShape

HALF_A_PAIR = re.compile("[\ud800-\udfff]")
AN_OBJECT = 'a row is an object: {"ref": "...", "happened_at": "...", ...}'


class Members(list[tuple[str, Any]]):
    """The members of a JSON object in order, twins included."""


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else inf


DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_int=_whole)
"""Parses one value; objects come as `Members`. NaN and 1e400 come as floats, and no field takes
one."""


class JsonRows:
    """Makes rows of a shape from parsed JSON values."""

    def __init__(self, shape: RowShape) -> None:
        self._shape = shape
        self._texts = [
            (name, FROM_JSON[one]) for name, one in shape.types.items() if one in FROM_JSON
        ]

    def row(self, line: int, parsed: Any, size: int) -> ReadRow:
        """The row that a parsed value stands for."""
        if not isinstance(parsed, Members):
            return unread(line, Trouble("", AN_OBJECT))
        values = dict(parsed)
        troubles = [*self._of_names(parsed, values), *_of_values(values)]
        for name, read in self._texts:
            text = values.get(name)
            if isinstance(text, str):
                try:
                    values[name] = read(text)
                except CellError as wrong:
                    troubles.append(Trouble(name, wrong.reason))
        return unread(line, *troubles) if troubles else ReadRow(line, values, (), size)

    def _of_names(self, parsed: Members, values: dict[str, Any]) -> Iterator[Trouble]:
        if len(values) != len(parsed):
            for name, times in Counter(name for name, _ in parsed).items():
                if times > 1:
                    yield Trouble(shown_name(name), "the same key twice; keep one of them")
        for name in values.keys() - self._shape.types.keys():
            yield Trouble(shown_name(name), f"{self._shape.kind} has no such field; leave it out")


def _of_values(values: dict[str, Any]) -> Iterator[Trouble]:
    for name, value in values.items():
        if isinstance(value, str):
            if not value.isascii() and HALF_A_PAIR.search(value):
                yield Trouble(
                    shown_name(name), "half a surrogate pair; write the character in full"
                )
        elif isinstance(value, float):
            yield Trouble(
                shown_name(name),
                "a number with decimals or an exponent, not finite or too long; "
                "give a whole number, or null",
            )
        elif isinstance(value, list):
            yield Trouble(
                shown_name(name), "an object or a list; every field is a single value, or null"
            )
