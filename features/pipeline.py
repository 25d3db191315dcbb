"""The feature pipeline: the same function for one request and for a million."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from features.catalogue import RELATIONS
from features.engine import evaluate, load, session
from features.feature import DEFINITIONS, Relation, columns_named, reads, with_those_before
from features.parquet_facts import Facts
from features.spine import Spine
from features.views import kinds_behind

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


def kinds_read(
    relations: Sequence[Relation] = RELATIONS, made: Container[str] = ()
) -> tuple[str, ...]:
    """Kinds of fact that relations need, and those before them but for what is ``made``."""
    needed = reads([one for one in with_those_before(relations) if one.name not in made])
    return tuple(sorted({kind for name in needed for kind in kinds_behind(name)}))


def columns_read(relations: Sequence[Relation]) -> frozenset[str]:
    """Every name of a column that relations, and all they stand on, speak of."""
    every = with_those_before(relations)
    return columns_named(every, [DEFINITIONS[name] for name in reads(every) & DEFINITIONS.keys()])


def build(
    facts: Facts,
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
    facts : mapping of kind to pyarrow.Table, or to pyarrow's Dataset
        As `ledger.reader.facts` gives them, already limited to ``Cut.ledger_seq``, or as
        `features.parquet_facts.read_facts` finds them in files. They may hold more than the spine
        needs; facts a request may not see are not used.
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
    columns = columns_of(facts, spine, time_zone, relations, threads=threads, progress=progress)
    return features_among(columns, relations, len(spine))


def columns_of(
    facts: Facts,
    spine: Spine,
    time_zone: str,
    relations: Sequence[Relation],
    *,
    made: Mapping[str, Matrix] = MappingProxyType({}),
    threads: int = 1,
    progress: Progress = silent,
) -> dict[str, Matrix]:
    """Compute features and measures of every request, by relation; arguments as of `build`.

    Parameters
    ----------
    made : mapping of relation to float64 array of shape (requests, columns)
        Rows of relations that are known already and others come after.
    """
    columns = {}
    with session(threads) as connection:
        known = {one.name: one for one in with_those_before(relations) if one.name in made}
        rows = {name: _rows(one, spine, made[name]) for name, one in known.items()}
        there = load(connection, facts, time_zone, spine, relations, made=rows, progress=progress)
        for done, relation in enumerate(relations):
            progress(relation.name, done, len(relations))
            columns[relation.name] = evaluate(connection, relation, len(spine), there=there)
        progress("features", len(relations), len(relations))
    return columns


def features_among(
    columns: Mapping[str, Matrix], relations: Sequence[Relation], rows: int
) -> FeatureTable:
    """The features among the columns of relations, without the measures."""
    blocks = [columns[relation.name][:, : len(relation.features)] for relation in relations]
    names = tuple(feature.name for relation in relations for feature in relation.features)
    return FeatureTable(names, np.hstack([np.empty((rows, 0)), *blocks]))


def _rows(relation: Relation, spine: Spine, columns: Matrix) -> pa.Table:
    """Rows of a relation as its statement would yield them, each key once."""
    keys = spine.request.select(list(relation.grain.keys))
    table = keys
    for name, values in zip(relation.columns, columns.T, strict=True):
        table = table.append_column(name, pa.array(values, from_pandas=True))  # NaN is null
    first = {key: at for at, key in reversed(list(enumerate(_tuples(keys))))}
    return table.take(sorted(first.values()))


def _tuples(keys: pa.Table) -> list[tuple[object, ...]]:
    return list(zip(*(column.to_pylist() for column in keys.columns), strict=True))
