"""Which facts a set of requests needs, read from the ledger as Arrow.

Relations read some, and circumstances others: what few requests need of either is looked up by
keys, and where they are many both take theirs from the whole book.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

import pyarrow as pa
from sqlalchemy import Connection, Engine

from features.catalogue import RELATIONS
from features.feature import Relation
from features.live import Worth
from features.pipeline import kinds_read
from ledger.bulk_reading import many_kinds
from ledger.clocks import EPOCH, day_of
from ledger.database import reading
from ledger.keyed_rows import keyed_rows
from ledger.pending_holds import PendingHold, pending_holds
from ledger.reader import facts as read_facts
from ledger.tenants import Book
from scoring.asking import Request
from scoring.gather_seen import COLUMNS, KINDS, Rows, facts_seen
from scoring.kept_values import value_of

Where = Mapping[str, Sequence[str]]

FEW = 64
"""Up to this many requests are read by the keys of their parties; more read the whole book once."""

PARTIES, ASKED = "parties", "asked"
"""Keys that the requests give; others are ``kind.column``: those in facts read before."""

Columns = dict[str, tuple[str, ...]]

_OF_PAIR: Columns = {"supplier": (PARTIES,), "buyer": (PARTIES,)}
_OF_PARTY: Columns = {"party": (PARTIES,)}
_OF_CLAIM: Columns = {"receivable": ("receivable.ref",)}

READ_BY: dict[str, Columns] = {
    "receivable": {"supplier": (PARTIES,), "buyer": (PARTIES,), "ref": (ASKED,)},
    "party": {"ref": (PARTIES,)},
    "party_profile": {"party": (PARTIES, "receivable.buyer")},
    "party_report": _OF_PARTY,
    "party_attribute": _OF_PARTY,
    "party_relation": {"party": (PARTIES,), "other": (PARTIES,)},
    "source_coverage": _OF_PARTY,
    "consent": _OF_PARTY,
    "statement": _OF_PARTY,
    "statement_line": {"statement": ("statement.ref",)},
    "tax_return": _OF_PARTY,
    "payment_disclosure": _OF_PARTY,
    "bureau_summary": _OF_PARTY,
    "trade_relation": _OF_PAIR,
    "contract": _OF_PAIR,
    "purchase_order": _OF_PAIR,
    "purchase_order_line": {"purchase_order": ("purchase_order.ref",)},
    "delivery": _OF_PAIR,
    "acceptance": {"delivery": ("delivery.ref",)},
    "invoice": {"seller": (PARTIES,), "buyer": (PARTIES,)},
    "invoice_line": {"invoice": ("invoice.ref",)},
    "invoice_status": {"invoice": ("invoice.ref",)},
    "receivable_invoice": {"receivable": ("receivable.ref",), "invoice": ("invoice.ref",)},
    "assignment": _OF_CLAIM,
    "payment": {"receivable": ("receivable.ref",), "payer": (PARTIES,), "payee": (PARTIES,)},
    "payment_allocation": {"payment": ("payment.ref",), "invoice": ("invoice.ref",)},
    "dilution_event": _OF_PAIR,
    "dispute": _OF_PAIR,
    "confirmation": _OF_CLAIM,
    "e_certificate": {
        "receivable": ("receivable.ref",),
        "opener": (PARTIES,),
        "holder": (PARTIES,),
    },
    "bill": {"acceptor": (PARTIES,), "drawer": (PARTIES,)},
    "collateral_item": {"owner": (PARTIES,), "receivable": ("receivable.ref",)},
    "warehouse_receipt": {
        "owner": (PARTIES,),
        "ref": ("collateral_item.warehouse_receipt",),
    },
    "environmental_right": {
        "owner": (PARTIES,),
        "ref": ("collateral_item.environmental_right",),
    },
    "price_point": {"series": ("collateral_item.price_series",)},
    "registration": {"debtor": (PARTIES,), "receivable": ("receivable.ref",)},
    "registry_search": {"searched": (PARTIES,), "receivable": ("receivable.ref",)},
    "guarantee": {"debtor": (PARTIES,), "receivable": ("receivable.ref",)},
    "insurance": {"insured": (PARTIES,), "receivable": ("receivable.ref",)},
    "rating": {"party": (PARTIES, "guarantee.guarantor")},
    "adverse_record": {"party": (PARTIES, "invoice.buyer", "receivable.buyer")},
    "financing_request": _OF_PAIR,
    "requested_receivable": {
        "financing_request": ("financing_request.ref",),
        "receivable": ("receivable.ref",),
    },
    "financing": _OF_PAIR,
    "repayment": {"financing": ("financing.ref",)},
    "outcome": {"financing": ("financing.ref",)},
    "graph_measure": _OF_PARTY,
    "business_value": _OF_PARTY,
}
"""How the facts of a kind that few requests need are found: columns, and the keys to look for in
them, any of which will do. What is named comes before what names it. A relation sees the same as
in the whole book: a law compares both."""


KEYS = frozenset(
    name.rpartition(".")[2]
    for columns in READ_BY.values()
    for name in (*columns, *(key for keys in columns.values() for key in keys))
)
"""Columns by which facts are found, or that name others."""

ALWAYS: dict[str, Columns] = {"party": {"ref": (PARTIES,)}, "receivable": {"ref": (ASKED,)}}
"""What every score reads of what is asked for; more where a relation does."""


@dataclass(frozen=True)
class Gathered:
    """Facts at hand.

    Attributes
    ----------
    book : Book
        The tenant's book.
    ledger_seq : int
        The facts are those recorded up to it.
    facts : mapping of kind to pyarrow.Table
        As `ledger.reader` gives them.
    seen : mapping of kind to rows or None
        What the circumstances of few requests rest on (``scoring.gather_seen``); None where
        ``facts`` are the whole book, which has it.
    pending : tuple of PendingHold
        Reservations that are held.
    worth : mapping of (supplier, day) to Worth
        Where a value of the supplier is kept that history tells on that day.
    """

    book: Book
    ledger_seq: int
    facts: Mapping[str, pa.Table]
    seen: Mapping[str, Rows] | None = None
    pending: tuple[PendingHold, ...] = ()
    worth: Mapping[tuple[str, date], Worth] = field(default_factory=dict)


def gather(
    engine: Engine,
    book: Book,
    ledger_seq: int,
    requests: Sequence[Request] | None = None,
    *,
    relations: Sequence[Relation] = RELATIONS,
    made: Container[str] = (),
    columns: Iterable[str] | None = None,
) -> Gathered:
    """Read what relations need of the requests; the whole book where they are many or not named.

    Parameters
    ----------
    made : container of str
        Relations whose rows are known already: their facts aren't needed.
    columns : iterable of str or None
        What to read of the facts besides the keys, and nothing for circumstances; all where None.
    """
    named = requests if requests is not None and len(requests) <= FEW else None
    kinds = {*kinds_read(relations, made)}
    wanted = None if columns is None else {*columns, *KEYS}
    with reading(engine) as connection, ExitStack() as stack:
        if named is None:
            stack.enter_context(many_kinds(connection))
        read = partial(read_facts, connection, book.tenant, through_seq=ledger_seq)
        if columns is not None:
            return Gathered(book, ledger_seq, facts_of(partial(read, columns=wanted), kinds, named))
        if named is not None:
            facts = facts_of(read, kinds, named)
            seen, pending = _seen(connection, book, ledger_seq, named)
            worth = _worth(connection, book, ledger_seq, named)
            return Gathered(book, ledger_seq, facts, seen, pending, worth)
        facts = facts_of(read, kinds, None)
        more = {kind: read(kind, columns=COLUMNS) for kind in KINDS if kind not in facts}
        pending = tuple(pending_holds(connection, book.tenant, _earliest(requests)))
        worth = _worth(connection, book, ledger_seq, requests or ())
        return Gathered(book, ledger_seq, {**facts, **more}, None, pending, worth)


def _worth(
    connection: Connection, book: Book, ledger_seq: int, requests: Sequence[Request]
) -> dict[tuple[str, date], Worth]:
    """The value of each supplier on each day that is asked about, where one is kept."""
    cuts = {
        (one.supplier, day_of(one.as_of, book.tz)): one.cut(book, ledger_seq) for one in requests
    }
    found = {
        key: value_of(connection, book.tenant, key[0], cut) for key, cut in sorted(cuts.items())
    }
    return {
        key: Worth(kept.fact_id, kept.value.after_costs(kept.value.p10_minor))
        for key, kept in found.items()
        if kept is not None
    }


def _seen(
    connection: Connection, book: Book, ledger_seq: int, requests: Sequence[Request]
) -> tuple[dict[str, Rows], tuple[PendingHold, ...]]:
    """What the circumstances of few requests rest on."""
    read = partial(keyed_rows, connection, book.tenant, through_seq=ledger_seq, columns=COLUMNS)
    facts = facts_seen(read, requests)
    held = holders(facts, requests)
    return facts, tuple(pending_holds(connection, book.tenant, _earliest(requests), held))


def holders(facts: Mapping[str, Rows], requests: Sequence[Request]) -> tuple[set[str], set[str]]:
    """The buyers and the suppliers whose reservations count for requests."""
    kin = {row[side] for row in facts["party_relation"] for side in ("party", "other")}
    return {one.buyer for one in requests} | kin, {one.supplier for one in requests}


def _earliest(requests: Sequence[Request] | None) -> datetime:
    return min((request.as_of for request in requests or ()), default=EPOCH)


def facts_of(
    read: Callable[..., pa.Table], kinds: Iterable[str], requests: Sequence[Request] | None
) -> dict[str, pa.Table]:
    """Read kinds of fact, and what every score reads: what requests need of them, or all.

    Parameters
    ----------
    read : function of a kind and ``where``
        As `ledger.reader.facts` with the rest given.
    """
    wanted = _with_those_that_name(set(kinds))
    keys = {} if requests is None else _keys(requests)
    facts: dict[str, pa.Table] = {}
    for kind in (kind for kind in READ_BY if kind in wanted | _with_those_that_name({*ALWAYS})):
        columns = READ_BY[kind] if kind in wanted else ALWAYS[kind]
        facts[kind] = read(kind, where=None if requests is None else _where(columns, keys, facts))
    return facts


def _with_those_that_name(kinds: set[str]) -> set[str]:
    """The kinds, and those whose facts are read before to know the keys."""
    names = {
        key.partition(".")[0]
        for kind in kinds
        for keys in READ_BY[kind].values()
        for key in keys
        if "." in key
    }
    return kinds if names <= kinds else _with_those_that_name(kinds | names)


def _keys(requests: Sequence[Request]) -> Where:
    """The keys that the requests give."""
    suppliers = {request.supplier for request in requests}
    buyers = {request.buyer for request in requests}
    return {
        PARTIES: sorted(suppliers | buyers),
        ASKED: sorted({key for request in requests for key in request.receivables}),
    }


def _where(columns: Columns, keys: Where, facts: Mapping[str, pa.Table]) -> Where:
    """Columns of a kind and the keys to look for in them."""
    return {
        column: sorted({key for name in names for key in _named(name, keys, facts)})
        for column, names in columns.items()
    }


def _named(name: str, keys: Where, facts: Mapping[str, pa.Table]) -> Iterable[str]:
    kind, _, column = name.partition(".")
    if not column:
        return keys[name]
    return set(facts[kind][column].to_pylist()) - {None}
