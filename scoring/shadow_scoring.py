"""A score made again by a bundle that doesn't answer, from what the answer was made of.

Features, circumstances and sources are those of the answer: no fact is read twice. Where the bundle
wants a feature that the answer's hadn't, its relation is asked over the ledger as the answer saw
it, so that both speak of one moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from sqlalchemy import Engine

from features.catalogue import relations_of
from features.pipeline import FeatureTable
from ledger.tenants import Book
from lending.pack import Pack
from models.assessment import assess
from models.bundle import Bundle
from scoring.history import Write
from scoring.memory import Memory
from scoring.path import Scored, concluded
from scoring.reply import as_text, reply
from scoring.serving import look_up

TELLS = (
    "event",
    "probability",
    "logit",
    "base",
    "parts",
    "points",
    "part_points",
    "default",
    "decision",
    "by_model",
    "by_rules",
    "because",
    "advance_minor",
    "tenor_days",
    "currency",
    "terms",
    "terms_refused",
    "adverse",
    "favourable",
)
"""Fields of the reply that are the bundle's own; all others are as the record has them."""


@dataclass(frozen=True)
class Shadow:
    """What a bundle would have said.

    Attributes
    ----------
    features : str
        JSON: features that it saw beyond those of the answer; null is missing.
    reply : str
        JSON: the fields `TELLS` of a reply.
    """

    features: str
    reply: str


def shadow_of(
    engine: Engine,
    book: Book,
    answer: Scored,
    bundle: Bundle,
    pack: Pack,
    *,
    write: Write,
    memory: Memory | None = None,
) -> Shadow:
    """What a bundle would have said of a request that another has answered.

    Parameters
    ----------
    book : Book
        As it was read for the answer.
    answer : Scored
    pack : Pack
        The one that decided.
    write, memory
        As of `scoring.history.history`.
    """
    beyond = _beyond(engine, book, answer, bundle, write, memory)
    values = {**answer.features, **beyond}
    row = FeatureTable(tuple(values), np.array([list(values.values())], dtype=float))
    (assessment,) = assess(bundle, row.select(bundle.feature_names))
    scored = concluded(
        answer.request,
        answer.cut,
        values,
        answer.at_hand,
        answer.seen,
        assessment,
        answer.parties,
        bundle=bundle,
        pack=pack,
    )
    told = reply(scored, bundle, pack, score_id=None, currency=book.base_currency)
    features = {name: None if isnan(value) else value for name, value in beyond.items()}
    return Shadow(as_text(features), as_text({name: told[name] for name in TELLS}))


def _beyond(  # noqa: PLR0917 - handed on as they are
    engine: Engine,
    book: Book,
    answer: Scored,
    bundle: Bundle,
    write: Write,
    memory: Memory | None,
) -> dict[str, float]:
    """The features that the bundle wants and the answer hasn't, of the ledger as it saw it."""
    lacking = [name for name in bundle.feature_names if name not in answer.features]
    if not lacking:
        return {}
    _, described = look_up(
        engine,
        replace(book, last_seq=answer.cut.ledger_seq),
        [answer.request],
        relations_of(lacking),
        write=write,
        memory=memory,
    )
    (row,) = described.features.select(lacking).tolist()
    return dict(zip(lacking, row, strict=True))
