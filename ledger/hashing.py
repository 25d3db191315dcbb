"""Attributes of persons and accounts enter the ledger only as keyed hashes.

Two parties that share a telephone share its hash, and nobody without the lender's key can tell
which telephone it is, or try all of them: an unkeyed hash of a telephone number is broken in
seconds. The key is the caller's, one a tenant; the ledger never holds it.
"""

from __future__ import annotations

import hmac
import unicodedata
from typing import Annotated

from pydantic import StringConstraints

from ledger.faults import WrongHashKey

LEAST_KEY_BYTES = 32

KeyedHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""HMAC-SHA256 in 64 lower-case hexadecimal digits; a raw value never has this form."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a document in 64 lower-case hexadecimal digits."""


def keyed_hash(key: bytes, attribute: str, value: str) -> str:
    """HMAC-SHA256 of an attribute under a lender's key, as 64 hexadecimal digits.

    Parameters
    ----------
    key : bytes
        The tenant's key, 32 bytes or more.
    attribute : str
        What it is: ``phone``, ``bank_account``, ``legal_rep``; part of what is hashed, so that
        equal digits of a telephone and an account stay apart.
    value : str
        As written. Taken in NFKC without spaces and hyphens, and in lower case, so that one thing
        written two ways has one hash.

    Raises
    ------
    WrongHashKey
        Where the key is shorter than 32 bytes.
    """
    if len(key) < LEAST_KEY_BYTES:
        raise WrongHashKey(
            f"a key of {len(key)} bytes is too short",
            field="key",
            remedy=f"use at least {LEAST_KEY_BYTES} random bytes, one key a tenant",
        )
    said = f"{attribute}\0{_plain(value)}".encode()
    return hmac.new(key, said, "sha256").hexdigest()


def _plain(value: str) -> str:
    # folding may leave what NFKC would change again
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    return "".join(sign for sign in folded if not sign.isspace() and sign not in "-‐‑–")
