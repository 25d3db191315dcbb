"""The key that lenders of a consortium share: it blinds hashes, so that only they can compare them.

It is kept as what it can do is: whoever has it and knows all that is printed on an invoice can ask
a file about that invoice.
"""

from __future__ import annotations

import hmac
import os
from base64 import b32encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.faults import FileInTheWay, WrongKeyFile

KEY_BYTES = 32
CASE_CHARACTERS = 12
"""Of a case number: 60 bits, so that two cases of a million share one in a million years."""


@dataclass(frozen=True)
class ConsortiumKey:
    """A shared key, derived into one for each of its uses.

    Attributes
    ----------
    id : str
        16 hexadecimal digits that tell it from others and tell nothing of it.
    """

    id: str
    _blinding: bytes
    _sealing: bytes
    _naming: bytes

    @classmethod
    def of(cls, secret: bytes) -> ConsortiumKey:
        """The key of a secret of `KEY_BYTES` random bytes."""
        return cls(_derived(secret, "id")[:8].hex(), *(_derived(secret, use) for use in _USES))

    def blinded(self, canonical_hash: str) -> str:
        """HMAC-SHA-256 of an invoice's canonical hash, 64 hexadecimal digits."""
        return _mac(self._blinding, canonical_hash).hex()

    def seal(self, text: str) -> str:
        """HMAC-SHA-256 of what a file says, 64 hexadecimal digits."""
        return _mac(self._sealing, text).hex()

    def case(self, blinded: str) -> str:
        """A number by which two lenders speak of one invoice without naming it."""
        return b32encode(_mac(self._naming, blinded)).decode()[:CASE_CHARACTERS]


_USES = ("blinding", "sealing", "naming")


def make_key(path: Path) -> ConsortiumKey:
    """Make a key and write it into a new file (mode 0600), in hexadecimal digits.

    Raises
    ------
    FileInTheWay
        Where there is a file already.
    WrongKeyFile
        Where it can't be written.
    """
    secret = os.urandom(KEY_BYTES)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{secret.hex()}\n")
    except FileExistsError as error:
        raise FileInTheWay(
            f"{path} is there already",
            field="out",
            remedy="name another file; files made under the old key can be checked with it alone",
        ) from error
    except OSError as error:
        raise WrongKeyFile(
            f"{path} can't be written: {error.strerror}", field="out", remedy="name a file"
        ) from error
    return ConsortiumKey.of(secret)


def load_key(path: Path) -> ConsortiumKey:
    """Load a key; raise `WrongKeyFile` where the file holds none."""
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise _wrong(path) from error
    if len(secret) != KEY_BYTES:
        raise _wrong(path)
    return ConsortiumKey.of(secret)


def _derived(secret: bytes, use: str) -> bytes:
    info = f"tricredit fingerprints 1 {use}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _wrong(path: Path) -> WrongKeyFile:
    return WrongKeyFile(
        f"{path} holds no key of a consortium",
        field="key",
        remedy=f"give a file of {2 * KEY_BYTES} hexadecimal digits, as tricredit fingerprints key "
        "makes it; all lenders of the consortium need the same",
    )
