"""The feature pipeline: the same function for one request and for a million."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from features.catalogue import RELATIONS
from features.engine import evaluate, load, session
from features.feature import Relation, reads
from features.spine import Spine
from features.views import VIEWS

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done and how many there are."""


def silent(_what: str, _done: int, _all: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class FeatureTable:
    """Features of many requests.

    Attributes
    ----------
    names : tuple of str
        Names of the columns.
    values : float64 array of shape (requests, features)
        NaN where missing.
    """

    names: tuple[str, ...]
    values: Matrix

    def select(self, names: Sequence[str]) -> Matrix:
        """Return the columns of those names, in that order; raise KeyError for one it hasn't."""
        place = {name: at for at, name in enumerate(self.names)}
        return np.ascontiguousarray(self.values[:, [place[name] for name in names]])


def kinds_read(relations: Sequence[Relation] = RELATIONS) -> tuple[str, ...]:
    """Kinds of fact that the relations need."""
    needed = reads(relations)
    kinds = {kind for name, (_, read) in VIEWS.items() if name in needed for kind in read}
    return tuple(sorted(kinds))


def build(
    facts: Mapping[str, pa.Table],
    spine: Spine,
    time_zone: str,
    *,
    relations: Sequence[Relation] = RELATIONS,
    threads: int = 1,
    progress: Progress = silent,
) -> FeatureTable:
    """Compute the features of every request of a spine.

    Parameters
    ----------
    facts : mapping of kind to pyarrow.Table
        As `ledger.reader.facts` gives them, already limited to ``Cut.ledger_seq``. They may hold
        more than the spine needs; facts a request may not see are not used.
    spine : Spine
        The requests.
    time_zone : str
        IANA name of the tenant's time zone: a day of history starts at its midnight.
    relations : sequence of Relation
        What to compute; all of the catalogue unless named.

    Returns
    -------
    FeatureTable
        One row per request, in the order of ``row_no``.
    """
    blocks = []
    with session(threads) as connection:
        load(connection, facts, time_zone, spine, relations)
        for done, relation in enumerate(relations):
            progress(relation.name, done, len(relations))
            blocks.append(evaluate(connection, relation, len(spine)))
        progress("features", len(relations), len(relations))
    names = tuple(f.name for relation in relations for f in relation.features)
    return FeatureTable(names, np.hstack(blocks))
