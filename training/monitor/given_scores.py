"""Scores that a bundle gave: the decisions of a ledger's records, as they were told then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select

from ledger.clocks import day_of, to_day_number
from ledger.database import reading
from ledger.kinds import table_of
from ledger.tenants import Book
from models.bundle import Bundle
from scoring.asking import Mode

IN_THE_LEDGERS_WORDS = {
    "APPROVE": "approved",
    "APPROVE_REDUCED": "reduced",
    "REFER": "referred",
    "DECLINE": "declined",
    "CANNOT_SCORE": "cannot_score",
}
"""What a score decides, in the words of the fact ``financing_request``."""


@dataclass(frozen=True)
class GivenScore:
    """A recorded decision.

    Attributes
    ----------
    score : str
        Id of the record.
    supplier : str
    day : int
        Day of its as_of, days since 1970-01-01.
    values : tuple of float
        Features of the bundle in its order; NaN where missing.
    probability : float
    decision : str
    only_receivable : str or None
        What was asked for, where it is one receivable.
    """

    score: str
    supplier: str
    day: int
    values: tuple[float, ...]
    probability: float
    decision: str
    only_receivable: str | None


def given_scores(engine: Engine, book: Book, bundle: Bundle) -> Sequence[GivenScore]:
    """Decisions recorded under a bundle, in the order of the ledger; of each request the last."""
    table = table_of("score_record")
    asked = (
        select(table.c.id, table.c.as_of, table.c.reply)
        .where(table.c.tenant == book.tenant, table.c.bundle == bundle.id)
        .where(table.c.seq <= book.last_seq)
        .order_by(table.c.seq)
    )
    last: dict[tuple[str, str], GivenScore] = {}
    with reading(engine) as connection:
        for row in connection.execute(asked):
            reply = json.loads(row.reply)
            if reply["mode"] != Mode.DECISION.value:
                continue
            supplier, claims = (reply["circumstances"][name] for name in ("supplier", "claims"))
            last[supplier["ref"], reply["request_id"]] = GivenScore(
                row.id,
                supplier["ref"],
                to_day_number(day_of(row.as_of, book.tz)),
                tuple(_value(reply["features"][name]) for name in bundle.feature_names),
                reply["probability"],
                IN_THE_LEDGERS_WORDS[reply["decision"]],
                claims[0]["ref"] if len(claims) == 1 else None,
            )
    return tuple(last.values())


def _value(told: float | None) -> float:
    return float("nan") if told is None else told
