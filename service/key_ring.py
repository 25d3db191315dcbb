"""API keys as the service checks them: read from the ledger, and remembered for a few seconds.

So a request costs one digest and no query, and a key that is revoked opens nothing any more once
these seconds have passed, in every process. A key that isn't there is never remembered: one that
was just made works at once.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

from sqlalchemy import Engine

from ledger.acting import EVERY, acting_for
from ledger.api_keys import KeyOnFile, Pepper, any_key, key_on_file
from ledger.database import reading
from ledger.principals import Principal
from service.presented import HOW, refuse

MOST = 10_000
"""Keys remembered."""

NOBODY = bytes(32)
"""What the digest of a key that isn't there is compared with."""

WRONG = "the API key is not valid"


@dataclass(frozen=True)
class _Read:
    key: KeyOnFile
    at: float


class KeyRing:
    """The API keys of a ledger; for all threads of a process.

    Parameters
    ----------
    ledger : function
        Gives the engine, or raises where there is none yet.
    pepper : Pepper
        What the digests were made with.
    kept_s : float
        Seconds that a key is remembered.
    """

    def __init__(self, ledger: Callable[[], Engine], pepper: Pepper, kept_s: float) -> None:
        self._ledger = ledger
        self._pepper = pepper
        self._kept_s = kept_s
        self._read: OrderedDict[str, _Read] = OrderedDict()
        self._lock = Lock()
        self._looking = Lock()

    def at_hand(self, id: str) -> KeyOnFile | None:
        """The key as it was read not long ago; None where it must be read (`look_up`)."""
        with self._lock:
            read = self._read.get(id)
            if read is None or monotonic() - read.at >= self._kept_s:
                return None
            self._read.move_to_end(id)
            return read.key

    def look_up(self, id: str) -> KeyOnFile | None:
        """The key as the ledger has it now; None where there is none. Blocking.

        Raises
        ------
        DatabaseUnreachable, WrongDatabaseUrl, SchemaBehind
        """
        with self._looking:  # of many requests that come with one key, the first one reads it
            known = self.at_hand(id)
            if known is not None:
                return known
            began = monotonic()
            with acting_for(EVERY), reading(self._ledger()) as connection:
                key = key_on_file(connection, id)
            if key is not None:
                self._remember(_Read(key, began))
            return key

    def checked(self, key: KeyOnFile | None, secret: str, now: datetime) -> Principal:
        """Whom a key makes of its caller; raise `Unauthenticated` where it opens nothing."""
        digest = self._pepper.digest(secret)
        same = hmac.compare_digest(digest, NOBODY if key is None else key.digest)
        if key is None or not same:
            refuse(WRONG, HOW)
        if key.revoked_at is not None:
            refuse("the API key was revoked", "ask an admin for another one")
        if key.expires_at is not None and key.expires_at <= now:
            refuse("the API key has expired", "ask an admin for another one")
        return key.principal

    def _remember(self, read: _Read) -> None:
        with self._lock:
            self._read[read.key.id] = read
            self._read.move_to_end(read.key.id)
            if len(self._read) > MOST:
                self._read.popitem(last=False)


def keys_were_made(engine: Engine) -> bool:
    """Whether the ledger has or had a key of anybody."""
    with acting_for(EVERY), reading(engine) as connection:
        return any_key(connection)
