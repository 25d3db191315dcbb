"""From text to the value of a field: one way to write each, and nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from ledger.importing.cell_faults import CellError
from ledger.importing.field_types import FieldType

REMEMBERED = 4096
LONGEST_NUMBER = 40
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
AN_INSTANT = "give date, time and offset, for example 2026-03-01T09:30:00+08:00"


def whole_of(text: str) -> int:
    """A whole number in plain digits; raise `CellError` for 1.0, 1e3, 007 and 1,000."""
    if len(text) > LONGEST_NUMBER or not WHOLE.fullmatch(text):
        raise CellError(
            "not-whole", "not a whole number in plain digits; write 1230, not 12.30, 1e3 or 01230"
        )
    return int(text)


def flag_of(text: str) -> bool:
    """True or false by these words alone."""
    if text not in ("true", "false"):
        raise CellError("not-a-flag", "neither true nor false; write one of these words")
    return text == "true"


@lru_cache(REMEMBERED)
def day_of_text(text: str) -> date:
    """A calendar day as YYYY-MM-DD."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CellError("not-a-day", "not a day of the calendar as YYYY-MM-DD")


@lru_cache(REMEMBERED)
def instant_of(text: str) -> datetime:
    """An instant of ISO 8601 with its offset, in UTC; microseconds at the finest."""
    found = INSTANT.fullmatch(text)
    if found is None:
        raise CellError("not-an-instant", f"not an instant of ISO 8601; {AN_INSTANT}")
    if found["offset"] is None:
        raise CellError(
            "no-offset", f"a time without an offset, which names no instant; {AN_INSTANT}"
        )
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError("not-an-instant", f"no such date or time; {AN_INSTANT}") from None


FROM_JSON: Mapping[FieldType, Callable[[str], Any]] = {"day": day_of_text, "instant": instant_of}
"""Types of field that JSON has no form of its own for: they come as texts."""

FROM_TEXT: Mapping[FieldType, Callable[[str], Any]] = {
    "integer": whole_of,
    "boolean": flag_of,
    **FROM_JSON,
}
"""How a cell of text becomes a value; text stays as it stands."""
