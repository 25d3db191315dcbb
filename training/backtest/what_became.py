"""What became of past requests: known for what was lent and is ripe, unknown for all else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from features.engine import make_views, session
from models.event import Event
from scoring.gather import Gathered
from training.asked_requests import PastRequest
from training.default_examples import default_labels


class Known(StrEnum):
    """Whether the outcome of a request is known, and if not, why."""

    KNOWN = "known"
    NOT_RIPE = "not_ripe"
    NEVER_LENT = "never_lent"


@dataclass(frozen=True)
class Became:
    """What became of a request.

    Attributes
    ----------
    known : Known
        Not ripe is also what is ripe and was never told, or a technical default.
    defaulted : bool
        False where it isn't known.
    loss_share : float or None
        Lost of the principal, 0-1; None where it isn't known, as of a default that isn't settled.
    """

    known: Known
    defaulted: bool = False
    loss_share: float | None = None


def what_became(
    gathered: Gathered, past: Sequence[PastRequest], event: Event, day: int
) -> list[Became]:
    """What was known of each request on a day.

    A request with several drawdowns is known where all of them are, and in default where one is.

    Parameters
    ----------
    gathered : Gathered
        With the facts of ``default_examples.LENDING``.
    """
    keys = [key for one in past for key in one.financings]
    labels = default_labels(gathered, keys, event, day)
    flags = zip(labels.known.tolist(), labels.event.tolist(), strict=True)
    ended = dict(zip(keys, flags, strict=True))
    sums = _sums(gathered, day)
    return [_became(one.financings, ended, sums) for one in past]


def _became(
    financings: Sequence[str],
    ended: dict[str, tuple[bool, bool]],
    sums: dict[str, tuple[int, int | None]],
) -> Became:
    if not financings:
        return Became(Known.NEVER_LENT)
    if not all(ended[key][0] for key in financings):
        return Became(Known.NOT_RIPE)
    defaulted = any(ended[key][1] for key in financings)
    lost = 0
    for key in financings:
        of_it = sums[key][1]
        if of_it is None and ended[key][1]:
            return Became(Known.KNOWN, defaulted)
        lost += of_it or 0
    return Became(Known.KNOWN, defaulted, min(1.0, lost / sum(sums[key][0] for key in financings)))


def _sums(gathered: Gathered, day: int) -> dict[str, tuple[int, int | None]]:
    """Principal and loss of each financing, as known on a day; None where none was told."""
    columns = frozenset({"financing", "amount_minor", "loss_minor"})
    with session(threads=1) as connection:
        views = ["known_financing", "known_outcome"]
        make_views(connection, gathered.facts, gathered.book.tz.key, views, columns)
        rows = connection.execute(
            """
            WITH lost AS (
                SELECT financing, MAX(loss_minor) AS loss_minor
                FROM known_outcome WHERE from_day <= $day AND $day < until_day
                GROUP BY financing
            )
            SELECT loan.ref, loan.amount_minor, lost.loss_minor
            FROM known_financing AS loan LEFT JOIN lost ON lost.financing = loan.ref
            WHERE loan.from_day <= $day AND $day < loan.until_day
            """,
            {"day": day},
        ).fetchall()
    return {ref: (amount, lost) for ref, amount, lost in rows}
