"""Examples of lateness: every receivable of a book as a request, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc

from features.catalogue import relations_of
from features.engine import make_views, session
from features.pipeline import Progress
from features.views import first_day_of_use
from ledger.clocks import from_micros
from models.event import Event
from models.trees import Matrix, Vector
from scoring.asking import Mode, Request
from scoring.gather import Gathered
from scoring.path import describe
from training.groups import Groups, groups_of

Days = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Examples:
    """What an event is learned from, one row each.

    Attributes
    ----------
    keys : tuple of str
        Of the receivable, the financing, or the party and day.
    clusters : tuple of str
        Key of the party whose rows aren't independent of each other: a receivable's buyer, a
        financing's supplier, the party itself.
    day : int64 array
        Day for which each was scored: that on which the lender first knew the receivable, on which
        money was asked for, or the party was looked at; days since 1970-01-01.
    rows : float64 array of shape (n, features)
        In the order of the names asked for; NaN where missing.
    groups : Groups
        What the rows may be told apart by when a model is judged; none where empty.
    weight : float64 array of shape (n,) or None
        What each counts for when it is learned from (``training.acceptance``); None where all count
        alike.
    """

    keys: tuple[str, ...]
    clusters: tuple[str, ...]
    day: Days
    rows: Matrix
    groups: Groups = field(default_factory=dict)
    weight: Vector | None = None

    def weights(self, places: Days) -> Vector | None:
        """What rows count for; None where all count alike."""
        return None if self.weight is None else self.weight[places]


@dataclass(frozen=True)
class Labels:
    """What was known, at one cut, of what became of each example.

    Attributes
    ----------
    known : bool array
        Whether the outcome was settled at the cut; the others are censored and not learned from.
    event : bool array
        Whether the event has happened; False where it isn't known.
    ripe : bool array
        Whether enough time had passed for it to be known; what isn't ripe is never known, whatever
        has been told.
    """

    known: Flags
    event: Flags
    ripe: Flags

    def taken(self, places: Days) -> Labels:
        """Those of some examples."""
        return Labels(self.known[places], self.event[places], self.ripe[places])


def examples(
    gathered: Gathered, feature_names: tuple[str, ...], *, threads: int, progress: Progress
) -> Examples:
    """Describe every receivable at the instant the lender first knew it."""
    claims = gathered.facts["receivable"]
    first = claims.filter(pc.equal(claims["revision"], 0)).sort_by("seq")
    requests = [
        Request(
            request_id=row["ref"],
            supplier=row["supplier"],
            buyer=row["buyer"],
            receivables=(row["ref"],),
            as_of=from_micros(row["visible_at"]),
            mode=Mode.BACKTEST,
        )
        for row in first.select(["ref", "supplier", "buyer", "visible_at"]).to_pylist()
    ]
    relations = relations_of(feature_names)
    described = describe(
        gathered, requests, relations=relations, threads=threads, progress=progress
    )
    day = described.spine.request["day"].to_numpy().astype("int64")
    suppliers = [request.supplier for request in requests]
    return Examples(
        keys=tuple(request.receivables[0] for request in requests),
        clusters=tuple(request.buyer for request in requests),
        day=day,
        rows=described.features.select(feature_names),
        groups=groups_of(gathered, suppliers, day.tolist(), described.at_hand),
    )


def last_day(gathered: Gathered) -> int:
    """The first day whose history may use every fact of the book."""
    time_zone = gathered.book.tz.key
    return max(
        int(np.max(first_day_of_use(facts["visible_at"], time_zone).to_numpy()))
        for facts in gathered.facts.values()
        if facts.num_rows
    )


def needs(event: Event) -> int:
    """Days from the due date until an outcome is settled: a payment in time would be known."""
    return event.days + 1


def labels(
    gathered: Gathered,
    known: Examples,
    event: Event,
    cut_day: int,
    *,
    maturity_days: int | None = None,
) -> Labels:
    """What was known on a day of the outcome of each example.

    An outcome is settled once the due date lies `needs` days back, or the ``maturity_days`` given:
    an unpaid claim is then late for certain. What is settled doesn't depend on the payment, so that
    no kind of outcome is favoured.
    """
    state = _state(gathered, cut_day)
    due = np.array([state.get(key, (0, None))[0] for key in known.keys], dtype="int64")
    seen = np.array([key in state for key in known.keys], dtype=bool)
    settled = [state.get(key, (0, None))[1] for key in known.keys]
    delay = np.array(
        [np.inf if on is None else on - at for on, at in zip(settled, due.tolist(), strict=True)]
    )
    mature = seen & (cut_day - due >= (needs(event) if maturity_days is None else maturity_days))
    return Labels(known=mature, event=mature & (delay >= event.days), ripe=mature)


def _state(gathered: Gathered, day: int) -> Mapping[str, tuple[int, int | None]]:
    """Due and settlement day of each claim, as known on a day."""
    with session(threads=1) as connection:
        make_views(connection, gathered.facts, gathered.book.tz.key, ["known_claim"])
        rows = connection.execute(
            "SELECT receivable, due_on, settled_on FROM known_claim "
            "WHERE from_day <= ? AND ? < until_day",
            [day, day],
        ).fetchall()
    return {receivable: (due_on, settled_on) for receivable, due_on, settled_on in rows}
