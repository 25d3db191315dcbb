"""Digests: SHA-256 over what a row says, the same for equal content and for nothing else.

A *digest* is taken over what a source reports, a *seal* over all that a fact holds and over the
seal before it. The bytes hashed are ``tricredit NAME VERSION``, then each field of the list that
is not None as ``field=`` and a tagged value. A text carries its length, a number ends at the
semicolon: no two contents give the same bytes. None is absence, so that a column added later, None
in older rows, leaves their digests as they were. Whoever changes a tag, the order of fields or
their names must raise ``VERSION``; ``tests/ledger/audit/golden_fields.json`` notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Boolean, Integer

from ledger.clocks import to_day_number, to_micros
from ledger.columns import Day, Instant
from ledger.kinds import KINDS, table_of

VERSION = 1
"""Version of the bytes hashed; digests of different versions never compare equal."""

FIELDS: dict[str, tuple[str, ...]] = {kind.name: tuple(kind.row.model_fields) for kind in KINDS}
"""What a digest is taken over, by kind: all that a source reports, in the order of its class."""

SHARED = ("tenant", "batch", "source_system", "recorded_at")
"""Fields of a seal that all facts of a batch have in common."""

OWN = ("id", "seq", "revision", "supersedes", "known_at", "visible_at", "digest")
"""Fields of a seal that each fact has for itself; the digest stands for what was reported."""


def canonical(name: str, values: Mapping[str, Any]) -> bytes:
    """The bytes that the digest of a row is taken over.

    Parameters
    ----------
    name : str
        Kind of fact; a key of ``FIELDS``.
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
    return content(name, ((field, tagged(values[field])) for field in FIELDS[name]))


def content(name: str, fields: Iterable[tuple[str, str | None]]) -> bytes:
    """The bytes of `canonical` from fields whose values are tagged already; None is absence."""
    return f"tricredit {name} {VERSION}\n{_joined(fields)}".encode()


def digest(name: str, values: Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) over `canonical`."""
    return sha256(canonical(name, values)).digest()


@cache
def digesting(name: str) -> Callable[[Sequence[Any]], bytes]:
    """`digest` for the rows of a kind in stored form (``ledger.stored_form``), many of them.

    The function returned takes the values of ``FIELDS`` in their order: an instant as microseconds,
    a day as its number, a flag as 0 or 1.
    """
    head = f"tricredit {name} {VERSION}\n"
    columns = table_of(name).c
    befores = [(f"{field}=", _letter(columns[field].type)) for field in FIELDS[name]]
    marks = [(before + letter, letter == "s") for before, letter in befores]

    def over(stored: Sequence[Any]) -> bytes:
        said = [
            f"{mark}{len(value)}:{value};" if is_text else f"{mark}{value};"
            for (mark, is_text), value in zip(marks, stored, strict=True)
            if value is not None
        ]
        return sha256((head + "".join(said)).encode()).digest()

    return over


def possible_digests(name: str, fields: Mapping[str, str | None]) -> tuple[bytes, bytes]:
    """The digests that a stored fact may have, from its tagged fields.

    Its ``known_at`` was derived by the ledger, and so not digested, or else reported.
    """
    reported = [(field, fields[field]) for field in FIELDS[name]]
    derived = [(field, None if field == "known_at" else value) for field, value in reported]
    return sha256(content(name, derived)).digest(), sha256(content(name, reported)).digest()


class Sealer:
    """Seals the facts of a batch in the order of ``seq``, each onto the one before.

    Parameters
    ----------
    head : bytes
        Head of the chain before the batch, onto which its first fact is sealed.
    shared : Mapping
        The fields of ``SHARED``.
    """

    def __init__(self, head: bytes, shared: Mapping[str, Any]) -> None:
        self.last = head
        self._shared = joined_shared(shared)

    def seal(  # noqa: PLR0917 - called once a row, in the order of ``OWN``
        self,
        name: str,
        id: str,
        seq: int,
        revision: int,
        supersedes: str | None,
        known_at: int,
        visible_at: int,
        digest: bytes,
    ) -> bytes:
        """Seal a fact from the fields of ``OWN``, instants in microseconds; its seal (32 bytes)."""
        # spelt out, for this runs once a row: the bytes are those of `seal_over`
        behind = "" if supersedes is None else f"supersedes=s{len(supersedes)}:{supersedes};"
        own = (
            f"id=s{len(id)}:{id};seq=i{seq};revision=i{revision};{behind}"
            f"known_at=t{known_at};visible_at=t{visible_at};digest=x{digest.hex()};"
        )
        self.last = sealed(self.last, name, self._shared, own)
        return self.last


def joined_shared(values: Mapping[str, Any]) -> str:
    """The part of a seal's bytes that the facts of a batch have in common."""
    return _joined((field, tagged(values[field])) for field in SHARED)


def sealed(before: bytes, name: str, shared: str, own: str) -> bytes:
    """The seal (32 bytes) of a fact onto the seal ``before`` it, from its two joined parts."""
    return sha256(before + f"tricredit seal {name} {VERSION}\n{shared}{own}".encode()).digest()


def seal_over(before: bytes, name: str, fields: Mapping[str, str | None]) -> bytes:
    """The seal of a fact from all its sealed fields, tagged; for checking one by itself."""
    shared = _joined((field, fields[field]) for field in SHARED)
    return sealed(before, name, shared, _joined((field, fields[field]) for field in OWN))


def tagged(value: object) -> str | None:
    """A value as text that tells its type; None for None."""
    if value is None:
        return None
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
    if isinstance(value, bytes):
        return f"x{value.hex()}"
    raise TypeError(f"{type(value).__name__} is no type of a ledger row")


def _letter(declared: object) -> str:
    """The tag of the values of a column; see `tagged`."""
    if isinstance(declared, Instant):
        return "t"
    if isinstance(declared, Day):
        return "d"
    if isinstance(declared, Boolean):
        return "b"
    return "i" if isinstance(declared, Integer) else "s"


def _joined(fields: Iterable[tuple[str, str | None]]) -> str:
    return "".join(f"{field}={value};" for field, value in fields if value is not None)
