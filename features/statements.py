"""What a session makes before relations run, and in which order: the same SQL on every engine.

An engine registers ``request``, ``asked``, ``almanac`` and the facts of each kind with ``seen_day``
(``fact_<kind>``), makes the tables of a plan one after another, and asks each relation beside the
requests. Statements are in DuckDB's dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from features.feature import (
    MADE,
    SPINE,
    Relation,
    columns_named,
    reads,
    tables_of,
    with_those_before,
)
from features.versions import fields_of, kind_viewed, versions
from features.views import DERIVED, POINTS, VIEWS, kinds_behind

Corrected = Callable[[str], bool]
"""Whether any fact of a kind has a second revision (``features.versions``)."""


@dataclass(frozen=True)
class Single:
    """A view of one kind of fact, none of which was corrected."""

    kind: str
    clock: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What to make.

    Attributes
    ----------
    kinds : tuple of str
        Kinds of fact that are read, as ``fact_<kind>``.
    tables : tuple of (str, str)
        Name and SQL of each table, in an order in which they can be made.
    single : mapping of str to Single
        Those tables that are but the facts of a kind, by name.
    made : frozenset of str
        Relations whose rows are among the tables.
    """

    kinds: tuple[str, ...]
    tables: tuple[tuple[str, str], ...]
    single: Mapping[str, Single]
    made: frozenset[str] = frozenset()

    def without(self, names: Container[str]) -> Plan:
        """The same plan but for some tables."""
        return replace(self, tables=tuple(one for one in self.tables if one[0] not in names))


def plan(relations: Sequence[Relation], corrected: Corrected, made: Container[str] = ()) -> Plan:
    """All that relations read: views, points, what is shared, and rows that others come after.

    Parameters
    ----------
    made : container of str
        Names of relations whose rows are known already, and registered by the engine.
    """
    every = [one for one in with_those_before(relations) if one.name not in made]
    needed = reads(every)
    shared = [(name, sql) for name, (sql, _) in DERIVED.items() if name in needed]
    columns = columns_named(every, [sql for _, sql in shared])
    viewed = plan_of_views(sorted(needed), corrected, columns)
    before = {one.name for relation in every for one in relation.after}
    rows = [(f"{MADE}{one.name}", one.sql) for one in every if one.name in before]
    tables = (*viewed.tables, *POINTS.items(), *shared, *rows)
    there = frozenset(one.name for one in every if one.name in before)
    return Plan(viewed.kinds, tables, viewed.single, there)


def plan_of_views(
    names: Sequence[str], corrected: Corrected, columns: frozenset[str] = frozenset()
) -> Plan:
    """Views alone; what is no view is passed over.

    Parameters
    ----------
    names : sequence of str
        Names of `features.views` and of the views of single kinds (``features.versions``).
    columns : frozenset of str
        What to keep of the fields of the views of single kinds.
    """
    tables, single = [], {}
    for name in names:
        viewed = kind_viewed(name)
        if name in VIEWS:
            tables.append((name, VIEWS[name][0]))
        elif viewed is not None:
            clock, kind = viewed
            kept = tuple(one for one in fields_of(kind) if one in columns or one == "ref")
            changed = corrected(kind)
            tables.append((name, versions(f"fact_{kind}", kept, clock, corrected=changed)))
            if not changed:
                single[name] = Single(kind, clock, kept)
    kinds = sorted({kind for name in names for kind in kinds_behind(name)})
    return Plan(tuple(kinds), tuple(tables), single)


def beside_requests(relation: Relation, *, made: bool = False) -> str:
    """SQL of the columns of a relation beside the requests, as doubles, in the order of row_no.

    Its rows are a table already where they are ``made``.
    """
    names = ", ".join(f"CAST(f.{name} AS DOUBLE) AS {name}" for name in relation.columns)
    keys = " AND ".join(f"f.{key} = r.{key}" for key in relation.grain.keys)
    source = f"{MADE}{relation.name}" if made else f"({relation.sql})"
    return (
        f"SELECT {names} FROM request AS r LEFT JOIN {source} AS f ON {keys} "  # noqa: S608
        "ORDER BY r.row_no"
    )


def moved_by_what_is_asked(planned: Plan) -> tuple[tuple[str, str], ...]:
    """The tables of a plan that say another thing when the same parties ask for another.

    The points don't: they are the parties and the day.
    """
    moved: dict[str, str] = {}
    for name, sql in planned.tables:
        if name not in POINTS and not tables_of(sql).isdisjoint(SPINE | moved.keys()):
            moved[name] = sql
    return tuple(moved.items())


def row_of(
    relation: Relation, answer: Sequence[Sequence[float | None]], rows: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """As `matrix_of`, of an answer in Python's own values: quicker for a row or two."""
    _refuse_twice(relation, len(answer), rows)
    return np.array(answer, dtype=np.float64).reshape(rows, len(relation.columns))


def matrix_of(
    relation: Relation, answer: pa.Table, rows: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """What an engine answered to `beside_requests`, as an array; NaN where null.

    Raises
    ------
    RuntimeError
        Where there are more rows than requests: the relation yields a key twice.
    """
    _refuse_twice(relation, answer.num_rows, rows)
    columns = [column.to_numpy(zero_copy_only=False) for column in answer.columns]
    return np.column_stack(columns).astype(np.float64, copy=False)


def _refuse_twice(relation: Relation, found: int, rows: int) -> None:
    if found != rows:
        raise RuntimeError(
            f"relation {relation.name} gave {found} rows for {rows} requests: "
            f"it is not unique by {relation.grain.keys}"
        )
