"""Who asked: every request of a book, lent to or not, with what a bundle says of it.

A model is used on whoever comes through the door, so drift is drift of that population; outcomes
come of the part that was lent to. What was scored and recorded at the time is taken as it was told.
The other requests are scored anew, each at its own instant, as a batch scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from features.engine import session
from features.pipeline import Progress
from models.assessment import logits, parts
from models.bundle import Bundle
from models.trees import Matrix, Vector
from scoring.asking import MOST_RECEIVABLES
from scoring.gather import Gathered
from scoring.path import describe, relations_for
from training.asked_requests import Told, as_first_told
from training.events import KINDS
from training.examples import Days, Examples, Flags, Labels
from training.metrics import sigmoid
from training.monitor.given_scores import GivenScore
from training.validation.by_month import months_of

NO_OUTCOME = ""
"""Key of what nothing can come of: a request that wasn't lent to."""

Decisions = tuple[str | None, ...]


@dataclass(frozen=True)
class Door:
    """Requests in the order of their days; arrays are parallel.

    Attributes
    ----------
    outcomes : Examples
        Each request under the key of what may come of it: its first financing, its receivable, or
        `NO_OUTCOME`; clusters are suppliers (parties, where these are the examples).
    probability : float64 array
        Of the bundle's event.
    recorded : bool array
        Whether it was scored by this bundle at the time and recorded; the others are scored anew.
    decisions : tuple of (str or None)
        ``approved``, ``approved_at_random``, ``reduced``, ``referred``, ``declined``,
        ``withdrawn`` or ``cannot_score``, in the ledger's words; None where nobody told.
    """

    outcomes: Examples
    probability: Vector
    recorded: Flags
    decisions: Decisions

    @property
    def rows(self) -> Matrix:
        """Features of the bundle, in its order."""
        return self.outcomes.rows

    @property
    def day(self) -> Days:
        """Day of each request, days since 1970-01-01."""
        return self.outcomes.day

    @property
    def month(self) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
        """Month of each, as ``2026-01``."""
        return months_of(self.day)

    def taken(self, at: Days) -> Door:
        """Only some, by their places."""
        known, places = self.outcomes, at.tolist()
        return Door(
            Examples(
                tuple(known.keys[place] for place in places),
                tuple(known.clusters[place] for place in places),
                known.day[at],
                known.rows[at],
            ),
            self.probability[at],
            self.recorded[at],
            tuple(self.decisions[place] for place in places),
        )


def through_the_door(
    gathered: Gathered, bundle: Bundle, given: Sequence[GivenScore], progress: Progress
) -> Door:
    """Every request of a book.

    In a month in which decisions by this bundle were recorded these are the requests, the last one
    of each; in the others those that the ledger tells of. Of a bundle that isn't of the default of
    financings what the ledger tells of is its examples (``training.events``).

    Parameters
    ----------
    gathered : Gathered
        The whole book, with its lending (``training.default_examples.with_lending``).
    given : sequence of GivenScore
        Decisions by this bundle that were recorded.
    """
    told = _told(gathered, bundle, progress)
    both = _joined(told, _recorded(gathered, bundle, given)) if given else told
    month, recorded = both.month, both.recorded
    instead = np.isin(month, np.unique(month[recorded]))
    keep = np.flatnonzero(recorded | ~instead)
    return both.taken(keep[np.argsort(both.day[keep], kind="stable")])


def labels_of(gathered: Gathered, bundle: Bundle, door: Door, day: int) -> Labels:
    """What was known on a day of what came of requests."""
    event = bundle.card.event
    return KINDS[event.kind].labels(gathered, door.outcomes, event, day)


def _told(gathered: Gathered, bundle: Bundle, progress: Progress) -> Door:
    if bundle.card.event.kind == "default":
        known, decisions = _requests(gathered, bundle, progress)
    else:
        kind = KINDS[bundle.card.event.kind]
        known = kind.describe(gathered, bundle.feature_names, 1, progress)
        decisions = (None,) * len(known.keys)
    probability = sigmoid(logits(bundle, parts(bundle, known.rows)))
    return Door(known, probability, np.zeros(len(known.keys), dtype=bool), decisions)


def _requests(gathered: Gathered, bundle: Bundle, progress: Progress) -> tuple[Examples, Decisions]:
    """The requests that the ledger tells of, at the instants at which examples are described."""
    asked = _asked(gathered)
    requests = as_first_told(gathered, [row for row, _, _ in asked])
    described = describe(gathered, requests, relations=relations_for(bundle), progress=progress)
    known = Examples(
        tuple(financing or NO_OUTCOME for _, financing, _ in asked),
        tuple(request.supplier for request in requests),
        described.spine.request["day"].to_numpy().astype("int64"),
        described.features.select(bundle.feature_names),
    )
    return known, tuple(decision for _, _, decision in asked)


_ASKED = """
    WITH lent AS (
        SELECT financing_request, ARG_MIN(ref, seq) AS financing, MIN(visible_at) AS lent_at
        FROM fact_financing
        WHERE revision = 0 AND financing_request IS NOT NULL
        GROUP BY financing_request
    ),
    ended AS (
        SELECT ref, ARG_MAX(decision, seq) AS decision FROM fact_financing_request GROUP BY ref
    ),
    claim AS (SELECT ref, visible_at FROM fact_receivable WHERE revision = 0),
    named AS (
        SELECT asked.ref, link.receivable, MIN(claim.visible_at) AS known_at
        FROM fact_financing_request AS asked
        LEFT JOIN lent ON lent.financing_request = asked.ref
        JOIN fact_requested_receivable AS link ON link.financing_request = asked.ref
            AND link.revision = 0
            AND link.visible_at <= COALESCE(lent.lent_at, asked.visible_at + $told_within)
        LEFT JOIN claim ON claim.ref = link.receivable
        WHERE asked.revision = 0
        GROUP BY asked.ref, link.receivable
    ),
    whole AS (
        SELECT ref, MAX(known_at) AS known_at, COUNT(known_at) AS known, COUNT(*) AS named,
            LIST(receivable ORDER BY receivable) AS keys
        FROM named
        GROUP BY ref
    )
    SELECT asked.ref, GREATEST(asked.happened_at, whole.known_at), whole.keys,
        lent.financing, ended.decision
    FROM fact_financing_request AS asked
    JOIN whole ON whole.ref = asked.ref AND whole.known = whole.named AND whole.named <= $most
    LEFT JOIN lent ON lent.financing_request = asked.ref
    LEFT JOIN ended ON ended.ref = asked.ref
    WHERE asked.revision = 0
        AND (lent.lent_at IS NULL OR GREATEST(asked.happened_at, whole.known_at) < lent.lent_at)
    ORDER BY asked.seq
"""

TOLD_WITHIN = 86_400_000_000
"""Microseconds: what a request offers is told with it, or on the day after."""


def _asked(gathered: Gathered) -> Sequence[tuple[Told, str | None, str | None]]:
    """Each request with its first financing and what became of it.

    Left out are those that no score could have been asked for in time, as among examples
    (``training.asked_requests.asked_for``).
    """
    kinds = ("financing", "financing_request", "requested_receivable", "receivable")
    given = {"told_within": TOLD_WITHIN, "most": MOST_RECEIVABLES}
    with session(threads=1) as connection:
        for kind in kinds:
            connection.register(f"fact_{kind}", gathered.facts[kind])
        rows = connection.execute(_ASKED, given).fetchall()
    return [
        (Told(request, request, as_of, tuple(keys)), financing, decision)
        for request, as_of, keys, financing, decision in rows
    ]


def _recorded(gathered: Gathered, bundle: Bundle, scores: Sequence[GivenScore]) -> Door:
    """The decisions that were recorded."""
    financing = _financings(gathered) if bundle.card.event.kind == "default" else {}
    keys = tuple(
        financing.get(one.score, NO_OUTCOME)
        if bundle.card.event.kind == "default"
        else one.only_receivable or NO_OUTCOME
        for one in scores
    )
    rows = np.array([one.values for one in scores]).reshape(-1, len(bundle.feature_names))
    known = Examples(
        keys,
        tuple(one.supplier for one in scores),
        np.array([one.day for one in scores], dtype=np.int64),
        rows,
    )
    return Door(
        known,
        np.array([one.probability for one in scores], dtype=np.float64),
        np.ones(len(scores), dtype=bool),
        tuple(one.decision for one in scores),
    )


def _financings(gathered: Gathered) -> dict[str, str]:
    """First financing of each request; a score that was drawn names its request as itself."""
    facts = gathered.facts["financing"]
    first = facts.filter(pc.equal(facts["revision"], 0)).sort_by([("seq", "descending")])
    pairs = zip(first["financing_request"].to_pylist(), first["ref"].to_pylist(), strict=True)
    return {request: financing for request, financing in pairs if request is not None}


def _joined(told: Door, given: Door) -> Door:
    one, other = told.outcomes, given.outcomes
    return Door(
        Examples(
            one.keys + other.keys,
            one.clusters + other.clusters,
            np.concatenate([one.day, other.day]),
            np.vstack([one.rows, other.rows]),
        ),
        np.concatenate([told.probability, given.probability]),
        np.concatenate([told.recorded, given.recorded]),
        told.decisions + given.decisions,
    )
