"""Ids: UUIDv7 in lower-case text, which sort by the moment they were made."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """Return a fresh UUIDv7 (36 characters), greater than every earlier one of this process.

    The time inside an id comes from the machine's clock and only keeps indexes compact: nothing
    reads it. Order is what ``seq`` says, and time what the clocks of the fact say.
    """
    return str(uuid_utils.uuid7())
