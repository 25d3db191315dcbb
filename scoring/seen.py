"""What is seen of requests: circumstances from the facts that were gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pyarrow as pa

from features.live import Asking, LiveView
from ledger.clocks import day_of, to_day_number, to_micros
from ledger.reader import ALWAYS_READ, arrow_schema, filtered
from ledger.tenants import Book
from scoring.asking import SAID, SAID_OF_ITSELF, Request
from scoring.gather import Gathered
from scoring.gather_seen import COLUMNS, facts_seen


def live_view(gathered: Gathered, requests: Sequence[Request]) -> LiveView:
    """The live facts of requests; of the whole book those that they may rest on."""
    facts = gathered.seen
    if facts is None:
        hashes = {one for hold in gathered.pending for one in hold.invoices}
        facts = facts_seen(_Whole(gathered.facts).read, requests, lambda _buyers: hashes)
    rows = {kind: table.to_pylist() for kind, table in facts.items()}
    return LiveView(rows, gathered.pending, gathered.book.tz)


class _Whole:
    """Reads facts of the whole book as they would be read from the ledger."""

    def __init__(self, facts: Mapping[str, pa.Table]) -> None:
        self._facts = facts

    def read(
        self,
        kind: str,
        *,
        where: Mapping[str, Sequence[str]],
        within: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> pa.Table:
        """As ``ledger.reader.facts``; of what circumstances need the columns."""
        schema = arrow_schema(kind)
        names = [name for name in schema.names if name in ALWAYS_READ or name in COLUMNS]
        if kind not in self._facts or not any(where.values()):
            return schema.empty_table().select(names)
        return filtered(self._facts[kind].select(names), where, within)


def asking_of(request: Request, book: Book) -> Asking:
    """A request, as far as circumstances go."""
    return Asking(
        supplier=request.supplier,
        buyer=request.buyer,
        receivables=request.receivables,
        through=to_micros(request.as_of),
        day=to_day_number(day_of(request.as_of, book.tz)),
        currency=book.base_currency,
        **{name: getattr(request, name) for name in (*SAID, *SAID_OF_ITSELF)},
    )
