"""A world of facts and requests in the tests of features, and its features by the path of all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from features.catalogue import RELATIONS
from features.feature import Feature, Relation, Risk
from features.pipeline import Matrix
from ledger.clocks import zone
from ledger.kinds import KINDS
from ledger.reader import arrow_schema
from ledger.tenants import Book
from scoring.asking import Request
from scoring.gather import Gathered
from scoring.path import describe

Row = dict[str, Any]
Facts = Mapping[str, Sequence[Row]]

DAY = 86_400_000_000
"""A day in microseconds."""


@dataclass(frozen=True)
class World:
    """A ledger, its time zone, and the requests made of it."""

    time_zone: str
    facts: Facts
    requests: tuple[Request, ...]

    @property
    def book(self) -> Book:
        return Book("default", zone(self.time_zone), "BRL", 1_000_000)

    def of(self, facts: Facts) -> "World":
        """The same requests of other facts."""
        return replace(self, facts=facts)

    def asking(self, *requests: Request) -> "World":
        """Other requests of the same facts."""
        return replace(self, requests=requests)

    @property
    def tables(self) -> dict[str, pa.Table]:
        return {kind.name: table(kind.name, self.facts.get(kind.name, ())) for kind in KINDS}


def table(kind: str, rows: Iterable[Row]) -> pa.Table:
    """Rows as the reader of the ledger gives them."""
    schema = arrow_schema(kind)
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    return pa.Table.from_pylist(full, schema=schema)


def features_of(
    world: World, relations: Sequence[Relation] = RELATIONS, *, threads: int = 1
) -> Matrix:
    """The features of the world's requests, by the path that training and serving take."""
    gathered = Gathered(world.book, 1_000_000, world.tables)
    return describe(gathered, world.requests, relations=relations, threads=threads).features.values


def fact(kind: str, ref: str, seq: int, visible_at: int, **more: Any) -> Row:
    """A first revision as the reader gives it; what isn't named is null."""
    own = {"tenant": "default", "id": f"{kind}-{ref}-0", "seq": seq, "revision": 0, "ref": ref}
    times = {"happened_at": visible_at, "known_at": visible_at, "visible_at": visible_at}
    empty: Row = dict.fromkeys(arrow_schema(kind).names)
    return {**empty, **own, **times, "currency": "BRL", **more}


def corrected(row: Row, visible_at: int, *, revision: int | None = None, **changes: Any) -> Row:
    """A later revision of a fact."""
    number = int(row["revision"]) + 1 if revision is None else revision
    own = {"revision": number, "supersedes": row["id"], "id": f"{row['id'][:-1]}{number}"}
    times = {"known_at": visible_at, "visible_at": visible_at, "seq": int(row["seq"]) + 100_000}
    return {**row, **own, **times, **changes}


def same_bits(one: Matrix, other: Matrix) -> bool:
    """Whether two matrices are equal bit for bit; a missing value equals another."""
    if one.shape != other.shape or not np.array_equal(np.isnan(one), np.isnan(other)):
        return False
    known = ~np.isnan(one)
    return bool(np.array_equal(one[known].view("int64"), other[known].view("int64")))


def measured(relation: Relation) -> Relation:
    """The relation with its measures as features, so that tests see them."""
    shown = tuple(Feature(name, "", Risk.FREE, "", "", "", "", "") for name in relation.measures)
    return replace(relation, features=(*relation.features, *shown), measures=())
