"""Circumstances as they are told and recorded: JSON values, and back to the same."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from features.circumstances.request_seen import Circumstances


def seen_as_json(seen: Circumstances) -> dict[str, Any]:
    """Circumstances as JSON values: days as YYYY-MM-DD, tuples as lists."""
    told: dict[str, Any] = _adapter().dump_python(seen, mode="json")
    return told


def seen_from_json(recorded: str | bytes) -> Circumstances:
    """Circumstances from the text of a record, equal to those that were recorded.

    Raises
    ------
    pydantic.ValidationError
        Where it isn't the text of circumstances.
    """
    return _adapter().validate_json(recorded)


@cache
def _adapter() -> TypeAdapter[Circumstances]:
    return TypeAdapter(Circumstances)
