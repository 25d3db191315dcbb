"""Digests: SHA-256 over what a row says, the same for equal content and for nothing else.

The bytes hashed are ``tricredit NAME VERSION``, then each field of the list that is not None as
``field=`` and a tagged value. A text carries its length, a number ends at the semicolon: no two
contents give the same bytes. None is absence, so that a column added later, None in older rows,
leaves their digests as they were. Whoever changes a tag or the order must raise ``VERSION``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from ledger.clocks import to_day_number, to_micros

VERSION = 1
"""Version of the bytes hashed; digests of different versions never compare equal."""

_REPORTED = ("ref", "happened_at", "known_at")

FIELDS: dict[str, tuple[str, ...]] = {
    "party": (*_REPORTED, "name", "country", "person_linked", "onboarded_on"),
    "party_profile": (
        *_REPORTED,
        "party",
        "industry",
        "size_class",
        "region",
        "phone_area",
        "mail_domain",
    ),
    "party_report": (
        *_REPORTED,
        "party",
        "period_start",
        "period_end",
        "turnover_minor",
        "currency",
        "employees",
    ),
    "receivable": (
        *_REPORTED,
        "supplier",
        "buyer",
        "issued_on",
        "due_on",
        "face_minor",
        "currency",
        "rate_ppm",
    ),
    "payment": (
        *_REPORTED,
        "payer",
        "payee",
        "paid_on",
        "amount_minor",
        "currency",
        "receivable",
    ),
    "score_record": (
        "tenant",
        "id",
        "seq",
        "recorded_at",
        "signed_by",
        "bundle",
        "pack",
        "as_of",
        "history_before",
        "cut_seq",
        "request",
        "features",
        "circumstances",
        "reply",
    ),
}
"""What is hashed, by kind: all that a source reports, and all of a score record."""


def canonical(name: str, values: Mapping[str, Any]) -> bytes:
    """The bytes that the digest of a row is taken over.

    Parameters
    ----------
    name : str
        Kind of fact or ``score_record``; a key of ``FIELDS``.
    values : Mapping
        The fields of the row; others are ignored. ``known_at`` is the one reported, not the one
        derived from a latency, which may change.

    Raises
    ------
    KeyError
        Where a field is missing: None must be said.
    TypeError
        Where a value is of no type that a ledger holds (a float, a naive idea of money).
    """
    parts = [f"tricredit {name} {VERSION}\n"]
    for field in FIELDS[name]:
        value = values[field]
        if value is not None:
            parts.append(f"{field}={_tagged(value)};")
    return "".join(parts).encode()


def digest(name: str, values: Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) over `canonical`."""
    return sha256(canonical(name, values)).digest()


def _tagged(value: object) -> str:
    if isinstance(value, str):
        return f"s{len(value)}:{value}"
    if isinstance(value, bool):
        return f"b{value:d}"
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, datetime):
        return f"t{to_micros(value)}"
    if isinstance(value, date):
        return f"d{to_day_number(value)}"
    raise TypeError(f"{type(value).__name__} is no type of a ledger row")
