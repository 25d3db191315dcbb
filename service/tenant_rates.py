"""Rates: how often the callers of a tenant may do something, so that none takes all there is.

A rate is a text as ``200/second`` or ``50/10 seconds; 5000/minute``. Windows slide, by the counters
of this one and the one before (``limits``), so that no double burst fits across a border; and a
clock that is set back leaves nobody waiting. What is counted is counted in this process.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from math import ceil
from time import time
from typing import Annotated, get_args

from fastapi import Depends, Request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import Scope

from ledger.faults import Fault
from ledger.principals import Principal
from service.access import Act, caller
from service.refusals import TooManyRequests

OTHER_ACTS = "*"
"""Stands for every act that has no rate of its own, each by itself."""

TOLD = "tricredit.rates"
"""Where a request's scope has what its answer tells of rates (``envelope``)."""

Told = tuple[tuple[str, str], ...]
"""Headers of an answer, by name."""


class WrongRates(Fault):
    """A setting of rates that can't be read, or names an act that isn't one."""

    code = "wrong-rates"


class Rates:
    """Counts what the callers of each tenant do.

    Parameters
    ----------
    of_all : mapping
        Rates by act, or `OTHER_ACTS`, for every tenant that has no others. An act without a rate
        isn't counted.
    of_tenants : mapping
        By tenant; its acts go before those of all.

    Raises
    ------
    WrongRates
    """

    def __init__(
        self, of_all: Mapping[str, str], of_tenants: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._of_all = _read(of_all, "TRICREDIT_RATES")
        self._of_tenants = {
            tenant: _read(rates, f"TRICREDIT_TENANT_RATES of {tenant}")
            for tenant, rates in of_tenants.items()
        }
        self._counts: SlidingWindowCounterRateLimiter | None = None
        if self.any:  # it has a thread that forgets
            self._counts = SlidingWindowCounterRateLimiter(MemoryStorage())

    @property
    def any(self) -> bool:
        """Whether there is anything to count."""
        return bool(self._of_all or any(self._of_tenants.values()))

    def count(self, tenant: str, act: Act) -> Told:
        """Count one request, and return what its answer tells of the rates it is under.

        Raises
        ------
        TooManyRequests
            Where a rate is used up; the request isn't counted by any slower one.
        """
        if self._counts is None:
            return ()
        items = self._items(tenant, act)
        for item in items:
            if not self._counts.hit(item, tenant, act):
                raise self._refusal(item, tenant, act)
        return self._told(items, tenant, act)

    def _items(self, tenant: str, act: Act) -> tuple[RateLimitItem, ...]:
        for rates in (self._of_tenants.get(tenant, {}), self._of_all):
            for name in (act, OTHER_ACTS):
                if name in rates:
                    return rates[name]
        return ()

    def _told(self, items: tuple[RateLimitItem, ...], tenant: str, act: Act) -> Told:
        if not items or self._counts is None:
            return ()
        now = time()
        policies, left = [], []
        for item in items:
            window = item.get_expiry()
            reset, remaining = self._counts.get_window_stats(item, tenant, act)
            policies.append(f'"{act} {window}s";q={item.amount};w={window}')
            left.append(f'"{act} {window}s";r={remaining};t={max(0, ceil(reset - now))}')
        return (("RateLimit-Policy", ", ".join(policies)), ("RateLimit", ", ".join(left)))

    def _refusal(self, item: RateLimitItem, tenant: str, act: Act) -> TooManyRequests:
        assert self._counts is not None  # noqa: S101 - something was counted
        reset, _ = self._counts.get_window_stats(item, tenant, act)
        wait_s = max(1, ceil(reset - time()))
        return TooManyRequests(
            f"more than {item.amount} requests in {item.get_expiry()} s to {act}",
            remedy="send the request again after Retry-After seconds, and fewer at once",
            wait_s=wait_s,
            headers=dict(self._told((item,), tenant, act)),
        )


def counting(act: Act) -> Callable[[Request, Principal], Awaitable[None]]:
    """A dependency that counts a request, and raises `TooManyRequests` where there are too many."""

    async def count(request: Request, principal: Annotated[Principal, Depends(caller)]) -> None:
        request.scope[TOLD] = request.app.state.rates.count(principal.tenant, act)

    return count


def told_of(scope: Scope) -> Told:
    """What an answer tells of rates; nothing where none is counted."""
    told: Told = scope.get(TOLD, ())
    return told


def _read(rates: Mapping[str, str], where: str) -> dict[str, tuple[RateLimitItem, ...]]:
    return {act: _items_of(act, text, where) for act, text in rates.items()}


def _items_of(act: str, text: str, where: str) -> tuple[RateLimitItem, ...]:
    acts = (*get_args(Act), OTHER_ACTS)
    if act not in acts:
        raise WrongRates(
            f"{where}: there is no act {act!r}", field=act, remedy=f"use one of {', '.join(acts)}"
        )
    try:
        items = parse_many(text)
    except ValueError as error:
        raise WrongRates(
            f"{where}: {text!r} is no rate",
            field=act,
            remedy="write it as 200/second or 50/10 seconds; 5000/minute",
        ) from error
    if any(item.amount < 1 or item.get_expiry() < 1 for item in items):
        raise WrongRates(
            f"{where}: {text!r} lets nothing pass",
            field=act,
            remedy="give at least 1; a tenant that may do nothing has no key",
        )
    # the quickest window first: a burst that it stops uses nothing of the others up
    return tuple(sorted(items, key=lambda item: item.get_expiry()))
