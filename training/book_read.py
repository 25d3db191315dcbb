"""Reading a book to train on: of every kind of fact what a recipe's run looks at."""

from __future__ import annotations

from functools import partial
from typing import Any

import pyarrow as pa
from sqlalchemy import Engine

from features.catalogue import RELATIONS, relations_of
from features.feature import columns_named
from features.pipeline import Progress, columns_read, kinds_read, silent
from features.views import VIEWS
from ledger.bulk_reading import many_kinds
from ledger.database import reading, require_current
from ledger.principals import OWNER
from ledger.reader import facts as read_facts
from ledger.tenants import book
from scoring import gather_seen
from scoring.gather import KEYS, Gathered, facts_of, gather
from scoring.path import with_sources
from scoring.spines import TERMS
from training import asked_requests, groups, party_examples
from training.default_examples import ENDINGS, LENDING
from training.recipe import Recipe

KINDS = frozenset({*kinds_read(RELATIONS), *gather_seen.KINDS, *LENDING})
"""Kinds of fact that a run looks at. All of them, whatever the recipe: a book ends with the last
fact of any (`training.examples.last_day`)."""

_ALWAYS = frozenset[str]().union(
    *(KEYS, TERMS, groups.COLUMNS, asked_requests.COLUMNS, party_examples.COLUMNS, ENDINGS),
    columns_named((), [VIEWS["known_claim"][0]]),
)
"""Columns that examples, labels and groups are made of, whatever the features."""


def read_book(
    engine: Engine, recipe: Recipe | None = None, progress: Progress = silent
) -> Gathered:
    """Read the book of the owner's tenant, up to its head, with its lending.

    Parameters
    ----------
    recipe : Recipe, optional
        Of the facts, only what its run looks at is read: half of the columns or less. All of them
        where left out, and what circumstances rest on.
    """
    require_current(engine)
    with reading(engine) as connection:
        at_head = book(connection, OWNER.tenant)
    if recipe is None:
        return gather(engine, at_head, at_head.last_seq)
    columns = _columns_of(recipe)
    done = 0
    with reading(engine) as connection, many_kinds(connection):
        whole = partial(
            read_facts, connection, OWNER.tenant, through_seq=at_head.last_seq, columns=columns
        )

        def read(kind: str, **which: Any) -> pa.Table:
            nonlocal done
            progress("reading the ledger", done, len(KINDS))
            done += 1
            return whole(kind, **which)

        return Gathered(at_head, at_head.last_seq, facts_of(read, KINDS, None))


def _columns_of(recipe: Recipe) -> frozenset[str]:
    """Names of the columns that a run of a recipe reads, of whatever kind."""
    names = {name for event in recipe.events for name in recipe.names_for(event)}
    return _ALWAYS | columns_read(with_sources(relations_of(names)))
