"""The public keys of whoever issues tokens: a file, or an address that is asked now and then.

Whatever callers send, the address is asked at most once in `RETRY_S` seconds. While it can't be
reached, the keys that were read last hold for a bounded time; after that nobody's token can be
judged, which is no fault of theirs: 503.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWKClient, PyJWKClientError, PyJWKError

from service.refusals import IssuerUnreachable

log = logging.getLogger("tricredit.service")

FRESH_S = 300.0
"""Seconds after which the keys are read again, by the next token that comes."""

RETRY_S = 15.0
"""Seconds between two looks, whether the first one failed or only lacked a key."""

TIMEOUT_S = 5.0
LEAST_RSA_BITS = 2048


class IssuerKey:
    """A public key, and the one algorithm that its signatures are believed by.

    Attributes
    ----------
    algorithm : str
        ``PS256``, ``ES256`` or ``EdDSA``.
    key : object
        The public key, of ``cryptography``.
    """

    def __init__(self, algorithm: str, key: Any) -> None:
        self.algorithm = algorithm
        self.key = key


class IssuerKeys:
    """Keys by their ids, read again when they are old or one is asked for that isn't there.

    Parameters
    ----------
    where : str
        An address, https (or http of this machine), or the path of a file: a JWK set (RFC 7517).
    kept_s : float
        Seconds that keys hold after they were read last.
    """

    def __init__(self, where: str, kept_s: float) -> None:
        self._where = where
        self._kept_s = kept_s
        self._keys: Mapping[str, IssuerKey] = {}
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._failed = False
        self._lock = Lock()

    def at_hand(self, id: str | None) -> IssuerKey | None:
        """The key of that id where nothing has to be read for it; None where `find` must look."""
        read_at = self._read_at
        if read_at is None or monotonic() - read_at >= FRESH_S:
            return None
        return self._named(id)

    def find(self, id: str | None) -> IssuerKey | None:
        """The key of that id (None: the only one there is); None where there is none. Blocking.

        Raises
        ------
        IssuerUnreachable
            Where the keys can't be had, or are too old, or the one asked for may be a new one.
        """
        with self._lock:
            now = monotonic()
            old = self._read_at is None or now - self._read_at >= FRESH_S
            if (old or self._named(id) is None) and self._may_try(now):
                self._look(now)
            if self._read_at is None or now - self._read_at >= self._kept_s:
                raise _unreachable()
            found = self._named(id)
            if found is None and self._failed:
                raise _unreachable()
            return found

    def _named(self, id: str | None) -> IssuerKey | None:
        keys = self._keys
        if id is None:
            return next(iter(keys.values())) if len(keys) == 1 else None
        return keys.get(id)

    def _may_try(self, now: float) -> bool:
        return self._tried_at is None or now - self._tried_at >= RETRY_S

    def _look(self, now: float) -> None:
        self._tried_at, self._failed = now, False
        try:
            self._keys = _usable(_read(self._where))
        except (OSError, ValueError, PyJWKClientError) as error:
            self._failed = True
            log.warning("the keys of the issuer of tokens can't be read: %.300s", error)
        else:
            self._read_at = now


def _read(where: str) -> Any:
    if where.startswith(("https://", "http://")):
        return PyJWKClient(where, cache_jwk_set=False, timeout=TIMEOUT_S).fetch_data()
    return json.loads(Path(where).read_text(encoding="utf-8"))


def _usable(told: Any) -> dict[str, IssuerKey]:
    """The keys of a JWK set that may sign tokens, by id; raise `ValueError` where it is none."""
    if not isinstance(told, dict) or not isinstance(told.get("keys"), list):
        raise ValueError("it is no JWK set")
    found: dict[str, IssuerKey] = {}
    for one in told["keys"]:
        if isinstance(one, dict) and one.get("use", "sig") == "sig":
            key = _public(one)
            algorithm = None if key is None else _algorithm_of(key)
            if algorithm is not None and one.get("alg", algorithm) == algorithm:
                found[str(one.get("kid", ""))] = IssuerKey(algorithm, key)
    return found


def _public(told: dict[str, Any]) -> Any:
    try:
        return PyJWK.from_dict(told).key
    except (PyJWKError, ValueError, TypeError, KeyError):  # of a kind that isn't known here
        return None


def _algorithm_of(key: Any) -> str | None:
    """The algorithm of a public key; None of a weak, a private or another one."""
    if isinstance(key, RSAPublicKey):
        return "PS256" if key.key_size >= LEAST_RSA_BITS else None
    if isinstance(key, EllipticCurvePublicKey):
        return "ES256" if isinstance(key.curve, SECP256R1) else None
    return "EdDSA" if isinstance(key, Ed25519PublicKey) else None


def _unreachable() -> IssuerUnreachable:
    return IssuerUnreachable(
        "the keys of the issuer of tokens can't be read", remedy="send the request again"
    )
