"""What is seen of requests: circumstances from the facts that were gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from features.live import Asking, LiveView, Worth
from ledger.clocks import day_of, to_day_number, to_micros
from ledger.keyed_rows import Unless, read_columns
from ledger.tenants import Book
from scoring.asking import SAID, SAID_OF_ITSELF, Request
from scoring.gather import Gathered
from scoring.gather_seen import COLUMNS, Keys, Rows, facts_seen
from scoring.in_life import seen_without_own


def live_view(gathered: Gathered, requests: Sequence[Request]) -> LiveView:
    """The live facts of requests; of the whole book those that they may rest on."""
    facts = gathered.seen
    if facts is None:
        facts = facts_seen(_Whole(gathered.facts).read, requests)
    if len(requests) == 1:
        facts = seen_without_own(facts, requests[0])
    return LiveView(facts, gathered.pending, gathered.book.tz)


class _Whole:
    """Reads facts of the whole book as `ledger.keyed_rows` reads them from the ledger."""

    def __init__(self, facts: Mapping[str, pa.Table]) -> None:
        self._facts = facts

    def read(
        self,
        kind: str,
        *,
        where: Keys,
        within: Keys,
        unless: Unless | None = None,  # noqa: ARG002 - what may be left out needn't be
    ) -> Rows:
        """Of what circumstances need the columns; nothing is left out."""
        every = self._facts.get(kind)
        if every is None or every.num_rows == 0 or not any(where.values()):
            return []
        table = every.select(read_columns(kind, COLUMNS))
        wanted = reduce(pc.or_, (_among(table[name], keys) for name, keys in where.items()))
        wanted = reduce(
            pc.and_, (_among(table[name], keys) for name, keys in within.items()), wanted
        )
        matching = table["ref"].filter(wanted)
        return table.filter(_among(table["ref"], matching)).to_pylist() if len(matching) else []


def _among(column: pa.ChunkedArray, keys: Sequence[str] | pa.ChunkedArray) -> pa.ChunkedArray:
    known = keys if isinstance(keys, pa.ChunkedArray) else pa.array(keys, pa.string())
    return pc.is_in(column, value_set=known)


def asking_of(request: Request, book: Book, worth: Worth | None = None) -> Asking:
    """A request, as far as circumstances go; ``worth`` is what its supplier is worth, if known."""
    return Asking(
        supplier=request.supplier,
        buyer=request.buyer,
        receivables=request.receivables,
        through=to_micros(request.as_of),
        day=to_day_number(day_of(request.as_of, book.tz)),
        currency=book.base_currency,
        worth=worth,
        **{name: getattr(request, name) for name in (*SAID, *SAID_OF_ITSELF)},
    )
