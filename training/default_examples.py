"""Examples of default: every financing that came of a request, and how it ended.

An example is what was asked when the money was asked for: the request's parties, receivables and
terms, described at that instant. Its label is the outcome of the financing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from sqlalchemy import Engine

from features.catalogue import relations_of
from features.engine import make_views, session
from features.pipeline import Progress, silent
from ledger.reader import arrow_schema
from ledger.reader import facts as read_facts
from models.event import Event
from scoring.gather import Gathered
from scoring.path import describe
from training.asked_requests import asked_for
from training.examples import Examples, Flags
from training.groups import groups_of

LENDING = ("financing_request", "requested_receivable", "financing", "outcome")
"""Kinds of fact that examples and labels are made of."""

ENDINGS = frozenset({"matures_on", "financing", "defaulted", "technical", "cause"})
"""What is read of financings and outcomes for the labels."""

TOLD_AFTER_DAYS = 2
"""An outcome of the last day that decides is known on the day after it, and history uses it on the
day after that."""


@dataclass(frozen=True)
class DefaultLabels:
    """What was known, on one day, of how each financing ended.

    Attributes
    ----------
    known, ripe : bool array
        Whether the label is ripe and told, and whether it is ripe; the others are censored, however
        they look so far: a loan repaid early is known sooner than one in default.
    event : bool array
        Whether it defaulted; False where it isn't known.
    causes : tuple of (str or None)
        Why; None where there was no default or none was told.
    technical, untold : int
        Ripe financings that are left out: technical defaults, and those whose outcome nobody told.
    """

    known: Flags
    ripe: Flags
    event: Flags
    causes: tuple[str | None, ...]
    technical: int
    untold: int


def with_lending(engine: Engine, gathered: Gathered) -> Gathered:
    """The same facts and those of `LENDING`, which no score needs, unless they are there whole."""
    facts = gathered.facts
    more = {
        kind: read_facts(engine, gathered.book.tenant, kind, through_seq=gathered.ledger_seq)
        for kind in LENDING
        if kind not in facts or facts[kind].schema != arrow_schema(kind)
    }
    return replace(gathered, facts={**facts, **more})


def default_examples(
    gathered: Gathered,
    feature_names: Sequence[str],
    *,
    threads: int = 1,
    progress: Progress = silent,
) -> Examples:
    """Describe every financing at the instant it was asked for.

    Parameters
    ----------
    gathered : Gathered
        The whole book, with the facts of `LENDING` (`with_lending`).
    """
    asked = asked_for(gathered)
    described = describe(
        gathered,
        asked.requests,
        relations=relations_of(feature_names),
        threads=threads,
        progress=progress,
    )
    day = described.spine.request["day"].to_numpy().astype("int64")
    suppliers = tuple(request.supplier for request in asked.requests)
    return Examples(
        keys=asked.financings,
        clusters=suppliers,
        day=day,
        rows=described.features.select(feature_names),
        groups=groups_of(gathered, suppliers, day.tolist(), described.at_hand),
    )


def needs(event: Event) -> int:
    """Days from maturity until the label of a financing is ripe."""
    return event.days + TOLD_AFTER_DAYS


def default_labels(
    gathered: Gathered,
    financings: Sequence[str],
    event: Event,
    cut_day: int,
    *,
    maturity_days: int | None = None,
) -> DefaultLabels:
    """What was known on a day of how financings ended.

    A label is ripe once maturity lies `needs` days back, or ``maturity_days``, whatever was known
    sooner, so that no kind of outcome is favoured. A technical default is no example.
    """
    matures, endings = _endings(gathered, cut_day)
    never = cut_day + 1
    due = np.array([matures.get(key, never) for key in financings], dtype="int64")
    ripe = cut_day - due >= (needs(event) if maturity_days is None else maturity_days)
    told = np.array([key in endings for key in financings], dtype=bool)
    ended = [endings.get(key, _NOT_TOLD) for key in financings]
    technical = np.array([ending.technical for ending in ended], dtype=bool)
    known = ripe & told & ~technical
    happened = known & np.array([ending.defaulted for ending in ended], dtype=bool)
    return DefaultLabels(
        known,
        ripe,
        happened,
        tuple(
            ending.cause if flag else None
            for ending, flag in zip(ended, happened.tolist(), strict=True)
        ),
        technical=int((ripe & technical).sum()),
        untold=int((ripe & ~told).sum()),
    )


class _Ending(NamedTuple):
    defaulted: bool
    technical: bool
    cause: str | None


_NOT_TOLD = _Ending(defaulted=False, technical=False, cause=None)


def _endings(gathered: Gathered, day: int) -> tuple[Mapping[str, int], Mapping[str, _Ending]]:
    """Maturity of each financing and how it ended, as known on a day.

    Of several outcomes of one financing the worst counts: a default before none, and a real one
    before a technical one.
    """
    views = ["known_financing", "known_outcome"]
    with session(threads=1) as connection:
        make_views(connection, gathered.facts, gathered.book.tz.key, views, ENDINGS)
        matures = connection.execute(
            "SELECT ref, matures_on FROM known_financing WHERE from_day <= ? AND ? < until_day",
            [day, day],
        ).fetchall()
        outcomes = connection.execute(
            "SELECT financing, defaulted, COALESCE(technical, FALSE), cause FROM known_outcome "
            "WHERE from_day <= ? AND ? < until_day "
            "ORDER BY defaulted, technical DESC, ref",
            [day, day],
        ).fetchall()
    return dict(matures), {financing: _Ending(*rest) for financing, *rest in outcomes}
