"""Keys for rows whose source has none: what the row says, and which of its equals it is.

The key is the first 20 hexadecimal digits of the SHA-256 of the row's key columns, a hyphen, and
the row's number among the rows of the same file that say the same, from 1. It doesn't depend on
other rows, so a file that has grown, or that is read again, gives its old rows their old keys.
Columns that are filled in later (the day of payment) don't belong in a key.

The form of a value counts, not its writing: 1182.0 and 1182.00 are equal, and so are 17.08.2018
and 2018-08-17. Numbering begins anew with each file, so a row that two monthly files share is one.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

DIGITS = 20
"""80 bits: among ten million different rows two meet with a chance of one in 20 billion."""


class OccurrenceKey:
    """The key of each row of one file, by its key columns.

    Parameters
    ----------
    columns : sequence of str
        The key columns.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._seen: defaultdict[str, int] = defaultdict(int)

    def next(self, values: Mapping[str, Any]) -> str:
        """The key of the next row of the file; call it once a row, in the order of the file.

        Parameters
        ----------
        values : mapping
            The row's values by column; None (missing) is a value like others.
        """
        stem = digest_of([values[column] for column in self._columns])
        self._seen[stem] += 1
        return f"{stem}-{self._seen[stem]}"


def digest_of(values: Sequence[Any]) -> str:
    """The hexadecimal digits that stand for these values."""
    said = json.dumps(
        [None if value is None else plain_text(value) for value in values],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(said.encode()).hexdigest()[:DIGITS]


def plain_text(value: Any) -> str:
    """The one way in which a value is written in a key: 1182.50, 2018-08-17, true."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value.normalize() + 0, "f")
        case date():
            return value.isoformat()
        case _:
            return str(value)
