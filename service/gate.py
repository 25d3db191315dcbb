"""The gate: who calls, by what the request presents.

On one's own machine the service is open: whoever reaches it is the owner of the one book. It is
guarded, and takes nobody without a key or a token, as soon as any of these is so: a key was ever
made, an issuer of tokens is named, ``TRICREDIT_ENV`` is production, or it listens to others
(docs/decisions/0031).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from sqlalchemy import Engine

from ledger.acting import EVERY, acting_for
from ledger.api_keys import parts_of
from ledger.database import reading
from ledger.faults import SchemaBehind, UnknownTenant
from ledger.principals import OWNER, Principal
from ledger.tenants import book
from service.key_ring import KeyRing, keys_were_made
from service.presented import HOW, presented, refuse
from service.refusals import IdentityUnchecked
from service.settings import Settings
from service.tokens import Tokens

log = logging.getLogger("tricredit.service")

LOOKS_AT_ONCE = 4
"""Threads that read keys; callers wait for them and not for those that score."""


class Gate:
    """Lets callers in; one a process.

    Parameters
    ----------
    settings : Settings
    ledger : function
        Gives the engine, or raises where there is none yet.
    """

    def __init__(self, settings: Settings, ledger: Callable[[], Engine]) -> None:
        self._settings = settings
        self._ledger = ledger
        pepper = settings.pepper()
        self._ring = None if pepper is None else KeyRing(ledger, pepper, settings.keys_kept_s)
        self._tokens = None if settings.token_issuer is None else Tokens(settings)
        self._guarded = settings.always_guarded
        self._open_until = 0.0
        self._books: set[str] = {OWNER.tenant}
        self._looks = CapacityLimiter(LOOKS_AT_ONCE)
        self._certificate = settings.proxy_certificate_header.lower().encode()
        self._proxies = settings.proxies()

    async def admit(self, request: Request) -> Principal:
        """Who calls.

        Raises
        ------
        Unauthenticated
            Where nobody can be told, or a key or token opens nothing.
        IdentityUnchecked, IssuerUnreachable, DatabaseUnreachable, WrongDatabaseUrl
            Where it can't be checked for now.
        """
        found = await self.perhaps(request)
        return found if found is not None else refuse("the request presents no key", HOW)

    async def perhaps(self, request: Request) -> Principal | None:
        """The same, and None of a request that presents nothing to a service that is guarded."""
        shown = presented(request.scope, self._certificate, self._proxies)
        if shown.text is None:
            return OWNER if await self._is_open() else None
        now = datetime.now(UTC)
        parts = parts_of(shown.text)
        if parts is not None:
            return await self._by_key(*parts, now)
        return await self._by_token(shown.text, shown.thumbprint, now)

    async def _by_key(self, id: str, secret: str, now: datetime) -> Principal:
        ring = self._ring
        if ring is None:
            raise IdentityUnchecked(
                "the service can't check keys", remedy="the operator sets TRICREDIT_KEY_PEPPER"
            )
        key = ring.at_hand(id)
        if key is None:
            key = await to_thread.run_sync(ring.look_up, id, limiter=self._looks)
        return ring.checked(key, secret, now)

    async def _by_token(self, text: str, thumbprint: str | None, now: datetime) -> Principal:
        tokens = self._tokens
        if tokens is None:
            refuse("what the request presents is no key", HOW)
        identity = tokens.at_hand(text)
        if identity is None:
            look = partial(tokens.look_at, text, now)
            identity = await to_thread.run_sync(look, limiter=self._looks)
        principal = tokens.checked(identity, thumbprint, now)
        if principal.tenant not in self._books:
            await to_thread.run_sync(self._require_book, principal.tenant, limiter=self._looks)
        return principal

    def _require_book(self, tenant: str) -> None:
        """A token may name a lender that isn't here: it opens nothing. Books never go again."""
        try:
            with acting_for(EVERY), reading(self._ledger()) as connection:
                book(connection, tenant)
        except UnknownTenant:
            refuse("the token names a lender that has no book here", "ask the operator for one")
        self._books.add(tenant)

    async def _is_open(self) -> bool:
        if self._guarded:
            return False
        if monotonic() < self._open_until:
            return True
        return await to_thread.run_sync(self._look_for_keys, limiter=self._looks)

    def _look_for_keys(self) -> bool:
        """Whether no key was made yet; looked at every few seconds, and once there is one, done."""
        try:
            made = keys_were_made(self._ledger())
        except SchemaBehind:  # no tables yet, so no keys; and no facts that could be seen
            return True
        if made:
            log.info("there are API keys: from now on every caller needs one")
            self._guarded = True
            return False
        self._open_until = monotonic() + self._settings.keys_kept_s
        return True
