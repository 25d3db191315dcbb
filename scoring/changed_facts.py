"""The facts of a change that advice tries, as if they had been loaded at the request's instant.

They are in memory only. Each says no more than the change: a guarantor is one of whom nothing is
known, an acceptance is of the day on which the goods came, a search of the registry finds what is
known already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from features.circumstances.claim_seen import AskedClaim
from features.circumstances.request_seen import Circumstances
from features.live import LiveView
from features.live_papers import deliveries_of, papers_of
from features.live_rows import latest
from features.versions import fields_of
from ledger.clocks import to_day_number, to_micros
from ledger.keyed_rows import Row
from lending.changes import CARRIED, SIGNED, Change
from scoring.asking import Request

ADVISED = "advised"
"""Who stands in or insures, and the keys of facts that aren't there yet."""

PPM = 1_000_000

Facts = Mapping[str, Sequence[Row]]
"""Facts by kind, as ``ledger.keyed_rows`` gives them."""

Said = Iterator[dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """The request that is changed, and what is seen of it."""

    request: Request
    seen: Circumstances
    live: LiveView

    @property
    def day(self) -> int:
        """Its day."""
        return to_day_number(self.seen.day)

    @property
    def through(self) -> int:
        """Its instant, in microseconds."""
        return to_micros(self.request.as_of)


def facts_of(change: Change, asked: Asked, last_seq: int) -> Facts:
    """What a change adds to the facts, by kind.

    Parameters
    ----------
    last_seq : int
        Of the ledger: these facts come after it.
    """
    found = {
        one.kind: [*one.said(getattr(change, field), asked)]
        for field, one in MADE.items()
        if getattr(change, field)
    }
    return {
        kind: [_row(kind, said, at, asked.through, last_seq) for at, said in enumerate(every)]
        for kind, every in found.items()
        if every
    }


def _row(kind: str, said: Mapping[str, Any], at: int, through: int, last_seq: int) -> Row:
    """A fact as the ledger gives it, with what isn't said missing."""
    key = f"{ADVISED}-{kind}-{at}"
    head = {"ref": key, "id": key, "revision": 1, "visible_at": through, "happened_at": through}
    return {**dict.fromkeys(fields_of(kind)), **head, "seq": last_seq + 1 + at, **said}


def _confirmed(refs: tuple[str, ...], asked: Asked) -> Said:
    """Over all that is owed."""
    for claim in _claims(refs, asked):
        owed = claim.face_minor if claim.owed_minor is None else claim.owed_minor
        yield {
            "receivable": claim.ref,
            "level": SIGNED,
            "confirmed_on": asked.day,
            "amount_minor": owed,
            "currency": None if owed is None else asked.seen.currency,
        }


def _accepted(refs: tuple[str, ...], asked: Asked) -> Said:
    """Of each delivery of the receivables, on the day on which it was taken as far as known."""
    sight = asked.live.sight(asked.through)
    for delivery in deliveries(refs, asked):
        known = latest(sight.of("acceptance", "delivery", delivery["ref"]))
        days = [] if known is None else [known["accepted_on"], known["deemed_accepted_on"]]
        taken = [day for day in (*days, delivery["received_on"], asked.day) if day is not None]
        yield {
            "delivery": delivery["ref"],
            "accepted_on": taken[0],
            "evidence_level": CARRIED,
        }


def deliveries(refs: tuple[str, ...], asked: Asked) -> list[Mapping[str, Any]]:
    """The known deliveries behind receivables, each once."""
    sight = asked.live.sight(asked.through)
    claims = [row for row in (sight.one("receivable", ref) for ref in refs) if row is not None]
    papers = [papers_of(sight, claim, asked.request.supplier) for claim in claims]
    return list({row["ref"]: row for one in papers for row in deliveries_of(sight, one)}.values())


def _searched(refs: tuple[str, ...], asked: Asked) -> Said:
    for claim in _claims(refs, asked):
        yield {
            "searched": asked.request.supplier,
            "receivable": claim.ref,
            "found": 0,
            "overlap": claim.earlier_overlap or "none",
        }


def _guaranteed(share: float, asked: Asked) -> Said:
    yield {
        "guarantor": ADVISED,
        "debtor": asked.request.supplier,
        "guarantee": "joint",
        "share_ppm": round(share * PPM),
        "valid_from": asked.day,
    }


def _insured(share: float, asked: Asked) -> Said:
    yield {
        "insurer": ADVISED,
        "insured": asked.request.supplier,
        "risk": asked.request.buyer,
        "insurance": "trade_credit",
        "insured_ppm": round(share * PPM),
        "valid_from": asked.day,
    }


def _claims(refs: tuple[str, ...], asked: Asked) -> list[AskedClaim]:
    return [claim for claim in asked.seen.claims if claim.ref in refs]


@dataclass(frozen=True)
class Made:
    """How a field of a change becomes facts: their kind, and what they say.

    Attributes
    ----------
    kind : str
    said : function of (value of the field, Asked)
        Fields of each fact, but for those that are missing.
    by : str
        The column by which facts of this kind are found for a request.
    """

    kind: str
    said: Callable[[Any, Asked], Said]
    by: str


MADE: dict[str, Made] = {
    "confirmed": Made("confirmation", _confirmed, "receivable"),
    "accepted": Made("acceptance", _accepted, "delivery"),
    "searched": Made("registry_search", _searched, "receivable"),
    "guaranteed_share": Made("guarantee", _guaranteed, "debtor"),
    "insured_share": Made("insurance", _insured, "insured"),
}
"""By the fields of `Change` that are no fields of the request."""
