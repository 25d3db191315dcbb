"""Live relations of one request, run again by the store as they would be after a change.

A relation is run where something that it reads is changed, and once for each way in which that is:
what 40 changes cost is what their few different parts cost.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from features.catalogue import RELATIONS
from features.feature import Relation, columns_named
from features.pipeline import Matrix
from features.spine import Spine
from features.versions import LIVE, fields_of
from ledger.keyed_rows import Row, keyed_rows
from lending.changes import OF_REQUEST, Change
from scoring.asking import request_table
from scoring.changed_facts import MADE, Facts
from scoring.gather import Gathered
from scoring.live_store import live_columns
from scoring.path import Described
from scoring.spines import spine_for


class LiveAgain:
    """The live relations of a described request.

    Parameters
    ----------
    gathered, described
        Of this request alone, as `scoring.serving.look_up` gives them.

    Attributes
    ----------
    relations : list of Relation
        The live ones, in an order in which they can be made.
    """

    def __init__(self, gathered: Gathered, described: Described) -> None:
        (self._request,) = described.requests
        self._gathered, self._columns = gathered, described.columns
        self.relations = [one for one in RELATIONS if one.is_live and one.name in self._columns]
        self._spine = spine_for(gathered, [self._request])
        self._there: dict[str, list[Row]] = {}
        as_it_is = self._keys(Change())
        self._made = {as_it_is[one.name]: self._columns[one.name] for one in self.relations}

    def after(self, connection: Connection, change: Change, facts: Facts) -> dict[str, Matrix]:
        """What every relation of the request says after a change, live or not."""
        columns, keys = dict(self._columns), self._keys(change)
        for one in self.relations:
            key = keys[one.name]
            if key not in self._made:
                self._made[key] = self._run(connection, one, change, facts, columns)
            columns[one.name] = self._made[key]
        return columns

    def _keys(self, change: Change) -> dict[str, Hashable]:
        """By relation all that it reads and a change may change."""
        request = replace(self._request, **change.of_request)
        keys: dict[str, Hashable] = {}
        for relation in self.relations:
            named = columns_named([relation])
            keys[relation.name] = (
                relation.name,
                *(getattr(request, name) for name in OF_REQUEST if name in named),
                *(
                    getattr(change, name)
                    for name, one in MADE.items()
                    if _reads(relation, one.kind)
                ),
                *(keys[one.name] for one in relation.after if one.name in keys),
            )
        return keys

    def _run(
        self,
        connection: Connection,
        relation: Relation,
        change: Change,
        facts: Facts,
        columns: Mapping[str, Matrix],
    ) -> Matrix:
        book = self._gathered.book
        request = replace(self._request, **change.of_request)
        spine = Spine(request_table([request], book), self._spine.asked)
        instead = {
            kind: [*self._as_it_is(connection, kind), *rows]
            for kind, rows in facts.items()
            if _reads(relation, kind)
        }
        found = live_columns(connection, book, spine, [relation], columns, instead=instead)
        return found[relation.name]

    def _as_it_is(self, connection: Connection, kind: str) -> list[Row]:
        """The facts of a kind that the request may see."""
        if kind not in self._there:
            (column,) = {one.by for one in MADE.values() if one.kind == kind}
            self._there[kind] = keyed_rows(
                connection,
                self._gathered.book.tenant,
                kind,
                through_seq=self._gathered.ledger_seq,
                where={column: self._keys_of(column)},
                within={},
                columns=frozenset(fields_of(kind)),
            )
        return self._there[kind]

    def _keys_of(self, column: str) -> Sequence[str]:
        if column == "receivable":
            return self._request.receivables
        if column == "delivery":
            return sorted({row["ref"] for row in (self._gathered.seen or {}).get("delivery", ())})
        return [self._request.supplier]


def _reads(relation: Relation, kind: str) -> bool:
    return f"{LIVE}{kind}" in relation.reads
