"""Cursors: where a page ended, of which reading, for which question.

A cursor is no secret and no right: whoever makes one up can ask for no more than without.
"""

from __future__ import annotations

import binascii
import struct
from base64 import b64decode, urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from ledger.clocks import from_micros, to_micros
from service.refusals import WrongCursor

FORM = struct.Struct(">Bqqq16s")
"""Version, position, head, instant, and which question: 41 bytes, so that one sign of padding is
left out."""

VERSION = 1
BEGIN_AGAIN = "begin again without cursor, or repeat all other parameters of the first page"


class Position(NamedTuple):
    """Where to read on.

    Attributes
    ----------
    after : int
        ``seq`` of the last fact given.
    through : int
        The ledger's head when the first page was read: later facts don't shift the pages.
    as_of : datetime
        The instant of all pages.
    """

    after: int
    through: int
    as_of: datetime


def cursor_of(position: Position, question: str) -> str:
    """The cursor of a position, good for one question (its text in full)."""
    after, through, as_of = position
    packed = FORM.pack(VERSION, after, through, to_micros(as_of), _mark(question))
    return urlsafe_b64encode(packed).decode().rstrip("=")


def position_of(cursor: str, question: str) -> Position:
    """The position of a cursor; raise `WrongCursor` where it is none or of another question."""
    try:
        packed = b64decode(f"{cursor}=", altchars=b"-_", validate=True)
        version, after, through, as_of, mark = FORM.unpack(packed)
        found = Position(after, through, from_micros(as_of))
    except (ValueError, binascii.Error, struct.error, OverflowError):
        raise WrongCursor("the cursor is none of ours", remedy=BEGIN_AGAIN) from None
    if version != VERSION or mark != _mark(question) or min(after, through) < 0:
        raise WrongCursor("the cursor is of another question", remedy=BEGIN_AGAIN)
    return found


def _mark(question: str) -> bytes:
    return sha256(question.encode()).digest()[:16]
