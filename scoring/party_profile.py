"""An enterprise in the three credits: who it is, what it sells or owes, what its data shows.

The numbers are those of the catalogue that a score of that day would see: kept history where it is
there, worked out by the same SQL where it isn't. What it sells or owes is seen as a request would
see it, for its latest receivables with the parties it trades with most: bounded, however large it
is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine

from features.at_hand import AtHand
from features.catalogue import RELATION_OF, RELATIONS
from features.circumstances.request_seen import Circumstances
from features.feature import Grain, Relation
from features.pipeline import FeatureTable
from ledger.database import reading
from ledger.enterprise import Part, latest_naming
from ledger.seen_facts import told
from ledger.tenants import Book
from scoring.asking import Request
from scoring.history import Write, is_history
from scoring.memory import Memory
from scoring.party_models import PartyModels, PartyRisk
from scoring.path import MEASURED_BY
from scoring.seen import asking_of, live_view
from scoring.serving import look_up

ROLES = ("supplier", "buyer")
"""The parts that a party has in a receivable."""

MOST_CLAIMS = 200
"""So many receivables of each role are looked at, those recorded last."""

MOST_PARTNERS = 5
"""And of these those with so many others, with whom there are most."""

HISTORY: tuple[Relation, ...] = tuple(one for one in RELATIONS if is_history(one))


@dataclass(frozen=True)
class WithPartner:
    """What there is between a party and one that it trades with.

    Attributes
    ----------
    role : str
        The party's own: ``supplier`` or ``buyer``.
    partner : str
    seen : Circumstances
        Of the receivables looked at, as a request for them would see them.
    at_hand : AtHand
        What each source has told of the two.
    features : mapping of str to float
        Of the pair; NaN where missing.
    """

    role: str
    partner: str
    seen: Circumstances
    at_hand: AtHand
    features: Mapping[str, float]


@dataclass(frozen=True)
class PartyProfile:
    """A party at an instant.

    Attributes
    ----------
    features : mapping of str to float
        Of the party itself, as supplier and as buyer; NaN where missing.
    at_hand : AtHand
        What each source has told of it, in either role.
    seen : Circumstances
        In which it is both supplier and buyer, of no receivable.
    partners : tuple of WithPartner
    risks : mapping of str to PartyRisk
        Under ``supplier`` and ``buyer``, by models of parties whose features are all of parties.
    looked_at : mapping of str to int
        Receivables looked at, by its role in them.
    """

    features: Mapping[str, float]
    at_hand: AtHand
    seen: Circumstances
    partners: tuple[WithPartner, ...]
    risks: Mapping[str, PartyRisk]
    looked_at: Mapping[str, int]

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that it has in the receivables looked at; both where there are none."""
        return tuple(role for role in ROLES if self.looked_at.get(role)) or ROLES


def party_profile(
    engine: Engine,
    book: Book,
    party: str,
    as_of: datetime,
    models: PartyModels,
    *,
    write: Write | None = None,
    memory: Memory | None = None,
) -> PartyProfile:
    """Describe a party of the ledger; ``write`` and ``memory`` as of `scoring.history.history`.

    Raises
    ------
    UnknownParty
        Where the ledger has no such party, or not yet at that instant.
    """
    itself = Request("", party, party, (), as_of)
    with reading(engine) as connection:
        trades = [*_trades(connection, book, itself)]
    requests = [itself, *(request for _, request in trades)]
    gathered, described = look_up(
        engine, book, requests, HISTORY, MEASURED_BY, write=write, memory=memory
    )
    view = live_view(gathered, requests)
    seen = [
        view.circumstances(asking_of(one, book), described.measured[at], described.at_hand[at])
        for at, one in enumerate(requests)
    ]
    names, rows = described.features.names, described.features.values
    pairs = [name for name in names if RELATION_OF[name].grain is Grain.PAIR]
    partners = [
        WithPartner(
            role,
            request.buyer if role == "supplier" else request.supplier,
            seen[at],
            described.at_hand[at],
            _values(names, rows[at], pairs),
        )
        for at, (role, request) in enumerate(trades, 1)
    ]
    own = [name for name in names if RELATION_OF[name].grain is not Grain.PAIR]
    return PartyProfile(
        _values(names, rows[0], own),
        described.at_hand[0],
        seen[0],
        tuple(partners),
        _risks(models, FeatureTable(names, rows[:1]), own),
        Counter(role for role, request in trades for _ in request.receivables),
    )


def _trades(connection: Connection, book: Book, itself: Request) -> Iterator[tuple[str, Request]]:
    """The latest receivables of a party, by its role and the other party."""
    cut = itself.cut(book, book.last_seq)
    for role, other in zip(ROLES, reversed(ROLES), strict=True):
        part = Part("receivable", role)
        rows = latest_naming(connection, book.tenant, part, itself.supplier, cut, most=MOST_CLAIMS)
        claims = told(connection, book.tenant, "receivable", rows)
        largest = Counter(one[other] for one in claims).most_common(MOST_PARTNERS)
        for partner, _ in largest:
            refs = tuple(one["ref"] for one in claims if one[other] == partner)
            sides = {role: itself.supplier, other: partner}
            yield role, Request("", sides["supplier"], sides["buyer"], refs, itself.as_of)


def _values(
    names: Sequence[str], row: Sequence[float] | Any, wanted: Sequence[str]
) -> dict[str, float]:
    values = dict(zip(names, np.asarray(row).tolist(), strict=True))
    return {name: values[name] for name in wanted}


def _risks(
    models: PartyModels, features: FeatureTable, own: Sequence[str]
) -> Mapping[str, PartyRisk]:
    """Nothing is told by a bundle that looks at more than the party: that takes a request."""
    alone = {
        role: one for role, one in models.bundles.items() if set(one.feature_names) <= set(own)
    }
    if not alone:
        return {}
    (risks,) = PartyModels(alone).risks(features)
    return risks
