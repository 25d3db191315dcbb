"""The secret that guards persons, and what is done under it: keys wrapped, texts encrypted.

Each natural person has a key of its own (``ledger.persons``). It lies in the database wrapped under
a secret that doesn't, so that a copy of the database alone names nobody. One text gives one
ciphertext under one key (AES-SIV, RFC 5297): a row sent again says nothing new.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.faults import WrongHashKey, WrongVault

MARK = "~person1~"
"""A stored text that begins so is ciphertext of this form."""

LEAST_SECRET_BYTES = 32
KEY_BYTES = 64
NONCE_BYTES = 12
SIV_BYTES = 16


class Vault:
    """Wraps and unwraps the keys of persons.

    Parameters
    ----------
    secret : bytes
        32 random bytes or more, kept as long as the ledger and apart from it.

    Raises
    ------
    WrongHashKey
        Where the secret is shorter.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < LEAST_SECRET_BYTES:
            raise WrongHashKey(
                f"a secret of {len(secret)} bytes is too short",
                field="person_secret",
                remedy=f"use {LEAST_SECRET_BYTES} random bytes, for example openssl rand -hex 32",
            )
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tricredit person keys 1")
        self._cipher = AESGCM(hkdf.derive(secret))

    @classmethod
    def of_hex(cls, digits: str) -> Self:
        """The vault of a secret in hexadecimal digits; raise `WrongHashKey` where it is none."""
        try:
            secret = bytes.fromhex(digits)
        except ValueError as error:
            raise WrongHashKey(
                "the secret is not in hexadecimal digits",
                field="person_secret",
                remedy="give 64 digits or more, as openssl rand -hex 32 makes them",
            ) from error
        return cls(secret)

    def wrap(self, key: bytes, tenant: str, person: str) -> bytes:
        """The key of a person as the database holds it."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, _joined(tenant, person))

    def unwrap(self, wrapped: bytes, tenant: str, person: str) -> bytes:
        """The key itself; raise `WrongVault` where it was wrapped under another secret."""
        nonce, rest = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, _joined(tenant, person))
        except InvalidTag as error:
            raise WrongVault(
                "the keys of the persons of this ledger were wrapped under another secret",
                field="person_secret",
                remedy="open the ledger with the secret that it was filled with",
            ) from error


class PersonCipher:
    """Encrypts the texts that name one person; what it makes can't be moved to another field.

    Parameters
    ----------
    key : bytes
        64 bytes, the person's own (`new_key`).
    tenant, person : str
        Whose it is.
    """

    def __init__(self, key: bytes, tenant: str, person: str) -> None:
        self._siv = AESSIV(key)
        self._whose = [tenant.encode(), person.encode()]

    def encrypt(self, field: str, text: str) -> str:
        """The ciphertext of a field, as text that begins with ``MARK``."""
        sealed = self._siv.encrypt(text.encode(), [*self._whose, field.encode()])
        return MARK + urlsafe_b64encode(sealed).decode()

    def decrypt(self, field: str, ciphertext: str) -> str | None:
        """The text of a field; None where it isn't of this person, this field and this key."""
        try:
            sealed = urlsafe_b64decode(ciphertext.removeprefix(MARK))
            return self._siv.decrypt(sealed, [*self._whose, field.encode()]).decode()
        except (InvalidTag, ValueError):
            return None


def new_key() -> bytes:
    """A fresh key for a person."""
    return os.urandom(KEY_BYTES)


def is_ciphertext(value: object) -> bool:
    """Whether a stored value is a text of `PersonCipher`."""
    return isinstance(value, str) and value.startswith(MARK)


def ciphertext_length(text: str) -> int:
    """Characters of the ciphertext of a text."""
    return len(MARK) + 4 * -(-(SIV_BYTES + len(text.encode())) // 3)


def _joined(tenant: str, person: str) -> bytes:
    return f"{len(tenant)}:{tenant}{person}".encode()
