"""Examples of default: every financing that came of a request, and how it ended.

An example is what was asked when the money was asked for: the request's parties, receivables and
terms, described at that instant. Its label is the outcome of the financing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc
from sqlalchemy import Engine

from features.catalogue import relations_of
from features.engine import make_views, session
from features.pipeline import Progress, silent
from ledger.clocks import from_micros
from ledger.reader import facts as read_facts
from models.event import Event
from scoring.asking import MOST_RECEIVABLES, Mode, Request
from scoring.gather import Gathered
from scoring.path import describe
from training.examples import Examples, Flags
from training.groups import groups_of

LENDING = ("financing_request", "requested_receivable", "financing", "outcome")
"""Kinds of fact that examples and labels are made of."""

TOLD_AFTER_DAYS = 2
"""An outcome of the last day that decides is known on the day after it, and history uses it on the
day after that."""


@dataclass(frozen=True)
class Asked:
    """The requests behind the financings of a book.

    Attributes
    ----------
    financings : tuple of str
        Keys; two drawdowns of one request are two examples.
    requests : tuple of Request
        One for each financing, in the same order.
    without_request, without_receivables, too_late : int
        Financings left out: of a request made elsewhere; of one that named no receivable by then,
        or more than a score may be asked for; known before all that was asked for, so that no score
        could have been asked in time (as in a backfill that isn't historical).
    """

    financings: tuple[str, ...]
    requests: tuple[Request, ...]
    without_request: int
    without_receivables: int
    too_late: int


@dataclass(frozen=True)
class DefaultLabels:
    """What was known, on one day, of how each financing ended.

    Attributes
    ----------
    known : bool array
        Whether the label is ripe and told; the others are censored and not learned from, however
        they look so far: a loan repaid early is known sooner than one in default.
    event : bool array
        Whether it defaulted; False where it isn't known.
    causes : tuple of (str or None)
        Why; None where there was no default or none was told.
    technical, untold : int
        Ripe financings that are left out: technical defaults, and those whose outcome nobody told.
    """

    known: Flags
    event: Flags
    causes: tuple[str | None, ...]
    technical: int
    untold: int


def with_lending(engine: Engine, gathered: Gathered) -> Gathered:
    """The same facts and those of `LENDING`, which no score needs."""
    more = {
        kind: read_facts(engine, gathered.book.tenant, kind, through_seq=gathered.ledger_seq)
        for kind in LENDING
    }
    return replace(gathered, facts={**gathered.facts, **more})


def asked_for(gathered: Gathered) -> Asked:
    """Find the request of each financing, as it was when it was made.

    The instant of a request is when it happened, or when the last of its receivables became known
    where that was later. The request is taken as first reported, with the receivables it named
    before the money was lent. The fact of the request itself needn't be known: its terms are
    asked with, and what became of it (``decision``) would tell.
    """
    kept: list[_Lent] = []
    without_request = without_receivables = too_late = 0
    for row in _lent(gathered):
        if row.told.request is None:
            without_request += 1
        elif not 0 < len(row.told.receivables) <= MOST_RECEIVABLES:
            without_receivables += 1
        elif row.told.as_of >= row.lent_at:
            too_late += 1
        else:
            kept.append(row)
    return Asked(
        tuple(row.told.id for row in kept),
        as_first_told(gathered, [row.told for row in kept]),
        without_request,
        without_receivables,
        too_late,
    )


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


def default_labels(
    gathered: Gathered, financings: Sequence[str], event: Event, cut_day: int
) -> DefaultLabels:
    """What was known on a day of how financings ended.

    A label is ripe once maturity lies ``event.days`` and `TOLD_AFTER_DAYS` back, whatever was known
    sooner, so that no kind of outcome is favoured. A technical default is no example.
    """
    matures, endings = _endings(gathered, cut_day)
    never = cut_day + 1
    due = np.array([matures.get(key, never) for key in financings], dtype="int64")
    ripe = cut_day - due >= event.days + TOLD_AFTER_DAYS
    told = np.array([key in endings for key in financings], dtype=bool)
    ended = [endings.get(key, _NOT_TOLD) for key in financings]
    technical = np.array([ending.technical for ending in ended], dtype=bool)
    known = ripe & told & ~technical
    happened = known & np.array([ending.defaulted for ending in ended], dtype=bool)
    return DefaultLabels(
        known,
        happened,
        tuple(
            ending.cause if flag else None
            for ending, flag in zip(ended, happened.tolist(), strict=True)
        ),
        technical=int((ripe & technical).sum()),
        untold=int((ripe & ~told).sum()),
    )


class Told(NamedTuple):
    """What a ledger tells of a request: ``as_of`` is when all of it was known, in microseconds.

    ``id`` is the name that it will have as a `Request`; ``request`` that of its fact.
    """

    id: str
    request: str | None
    as_of: int
    receivables: tuple[str, ...]


class _Lent(NamedTuple):
    """A financing as told, and when the money was lent, in microseconds."""

    told: Told
    lent_at: int


_LENT = """
    WITH loan AS (
        SELECT ref, financing_request, visible_at, seq FROM fact_financing WHERE revision = 0
    ),
    claim AS (SELECT ref, visible_at FROM fact_receivable WHERE revision = 0),
    named AS (
        SELECT loan.ref AS financing, link.receivable, MIN(claim.visible_at) AS known_at
        FROM loan
        JOIN fact_requested_receivable AS link ON link.financing_request = loan.financing_request
            AND link.revision = 0 AND link.visible_at <= loan.visible_at
        LEFT JOIN claim ON claim.ref = link.receivable
        GROUP BY loan.ref, link.receivable
    ),
    whole AS (
        SELECT financing, MAX(known_at) AS known_at, LIST(receivable ORDER BY receivable) AS keys
        FROM named
        GROUP BY financing
    )
    SELECT loan.ref, loan.visible_at, asked.ref,
        GREATEST(asked.happened_at, whole.known_at), COALESCE(whole.keys, [])
    FROM loan
    LEFT JOIN fact_financing_request AS asked
        ON asked.ref = loan.financing_request AND asked.revision = 0
    LEFT JOIN whole ON whole.financing = loan.ref
    ORDER BY loan.seq
"""


def _lent(gathered: Gathered) -> Iterator[_Lent]:
    """Each financing as first reported, with what its request named before the money was lent."""
    kinds = ("financing", "financing_request", "requested_receivable", "receivable")
    with session(threads=1) as connection:
        for kind in kinds:
            connection.register(f"fact_{kind}", gathered.facts[kind])
        rows = connection.execute(_LENT).fetchall()
    for financing, lent_at, request, as_of, keys in rows:
        yield _Lent(Told(financing, request, as_of, tuple(keys)), lent_at)


def as_first_told(gathered: Gathered, rows: Sequence[Told]) -> tuple[Request, ...]:
    """What was asked, in the terms first reported."""
    facts = gathered.facts["financing_request"]
    first = facts.filter(pc.equal(facts["revision"], 0))
    terms = {row["ref"]: row for row in first.select(["ref", *_TERMS]).to_pylist()}
    return tuple(
        Request(
            request_id=row.id,
            supplier=said["supplier"],
            buyer=said["buyer"],
            receivables=row.receivables,
            as_of=from_micros(row.as_of),
            amount_requested_minor=said["amount_minor"],
            mode=Mode.BACKTEST,
            product=said["product"],
            tenor_days=said["tenor_days"],
            recourse=said["recourse"],
            notified=said["notified"],
            account=said["account"],
        )
        for row in rows
        for said in (terms[str(row.request)],)
    )


_ASKED = ("supplier", "buyer", "amount_minor")
_TERMS = (*_ASKED, "product", "tenor_days", "recourse", "notified", "account")


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
    columns = frozenset({"matures_on", "financing", "defaulted", "technical", "cause"})
    with session(threads=1) as connection:
        make_views(connection, gathered.facts, gathered.book.tz.key, views, columns)
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
