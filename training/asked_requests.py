"""What was asked for in the past: the request behind each financing, and those without one.

All are described alike, as they were when they were made, so that what was lent can be compared
with what wasn't.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow.compute as pc

from features.engine import make_views, session
from ledger.clocks import from_micros
from scoring.asking import MOST_RECEIVABLES, Mode, Request
from scoring.gather import Gathered


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


def asked_for(gathered: Gathered) -> Asked:
    """Find the request of each financing, as it was when it was made.

    The instant of a request is when it happened, or when the last of its receivables became known
    where that was later. The request is taken as first reported, with the receivables it named
    before the money was lent. The fact of the request itself needn't be known: its terms are
    asked with, and what became of it (``decision``) would tell.
    """
    kept: list[_Asked] = []
    without_request = without_receivables = too_late = 0
    for row in _asked(gathered, LENT):
        if row.request is None:
            without_request += 1
        elif not 0 < len(row.receivables) <= MOST_RECEIVABLES:
            without_receivables += 1
        elif row.as_of >= row.lent_at:
            too_late += 1
        else:
            kept.append(row)
    financings = tuple(row.financing for row in kept)
    return Asked(
        financings,
        as_first_told(gathered, [row.named(row.financing) for row in kept]),
        without_request,
        without_receivables,
        too_late,
    )


@dataclass(frozen=True)
class PastRequest:
    """A request of the book, whatever came of it.

    Attributes
    ----------
    request : Request
        ``request_id`` is the key of the fact.
    financings : tuple of str
        Keys of what was lent on it, the first drawdown first; empty where nothing was.
    """

    request: Request
    financings: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """The requests of a book in the order of their instants.

    Attributes
    ----------
    requests : tuple of PastRequest
    without_receivables, too_late : int
        Requests left out, as in `Asked`; too late is one that was lent on before all of it was
        known.
    """

    requests: tuple[PastRequest, ...]
    without_receivables: int
    too_late: int


def past_requests(gathered: Gathered) -> Past:
    """Find every request, as it was when it was made: as `asked_for`, and those not lent on too.

    A request with several drawdowns is one, as it was before the first. One on which nothing was
    lent is taken with all the receivables that it named as first reported.
    """
    lent: dict[str, list[_Asked]] = {}
    for row in _asked(gathered, LENT):
        if row.request is not None:
            lent.setdefault(row.request, []).append(row)
    first = [rows[0] for rows in lent.values()] + list(_asked(gathered, NOT_LENT))
    named = [row for row in first if 0 < len(row.receivables) <= MOST_RECEIVABLES]
    kept = sorted(
        (row for row in named if row.as_of < row.lent_at), key=lambda row: (row.as_of, row.request)
    )
    requests = as_first_told(gathered, [row.named(str(row.request)) for row in kept])
    return Past(
        tuple(
            PastRequest(one, tuple(row.financing for row in lent.get(one.request_id, ())))
            for one in requests
        ),
        len(first) - len(named),
        len(named) - len(kept),
    )


def decisions(gathered: Gathered, day: int) -> dict[str, str | None]:
    """What was known on a day of what became of each request; None where it was open."""
    views = ["known_financing_request"]
    with session(threads=1) as connection:
        make_views(connection, gathered.facts, gathered.book.tz.key, views, frozenset({DECISION}))
        return dict(
            connection.execute(
                "SELECT ref, decision FROM known_financing_request "
                "WHERE from_day <= ? AND ? < until_day",
                [day, day],
            ).fetchall()
        )


class Told(NamedTuple):
    """What a ledger tells of a request: ``as_of`` is when all of it was known, in microseconds.

    ``id`` is the name that it will have as a `Request`; ``request`` that of its fact.
    """

    id: str
    request: str | None
    as_of: int
    receivables: tuple[str, ...]


class _Asked(NamedTuple):
    """A financing, and when all of its request was known: times in microseconds.

    Of a request on which nothing was lent its own key stands for the financing's, and never for
    when it was lent.
    """

    financing: str
    lent_at: int
    request: str | None
    as_of: int
    receivables: tuple[str, ...]

    def named(self, name: str) -> Told:
        """Its request, under a name."""
        return Told(name, self.request, self.as_of, self.receivables)


LENT = """
    SELECT ref, financing_request, visible_at, seq FROM fact_financing WHERE revision = 0
"""
NOT_LENT = """
    SELECT ref, ref AS financing_request, 9223372036854775807 AS visible_at, seq
    FROM fact_financing_request
    WHERE revision = 0 AND ref NOT IN (
        SELECT financing_request FROM fact_financing
        WHERE revision = 0 AND financing_request IS NOT NULL
    )
"""

_ASKED = """
    WITH loan AS ({loans}),
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


def _asked(gathered: Gathered, loans: str) -> Iterator[_Asked]:
    """Each financing as first reported, with what its request named before the money was lent."""
    kinds = ("financing", "financing_request", "requested_receivable", "receivable")
    with session(threads=1) as connection:
        for kind in kinds:
            connection.register(f"fact_{kind}", gathered.facts[kind])
        rows = connection.execute(_ASKED.format(loans=loans)).fetchall()
    for financing, lent_at, request, as_of, keys in rows:
        yield _Asked(financing, lent_at, request, as_of, tuple(keys))


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


_TERMS = (
    *("supplier", "buyer", "amount_minor", "product", "tenor_days"),
    *("recourse", "notified", "account"),
)

DECISION = "decision"

COLUMNS = frozenset({"financing_request", "receivable", DECISION, *_TERMS})
"""What is read of the facts of requests and financings."""
