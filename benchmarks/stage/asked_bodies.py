"""Bodies of ``POST /score`` as a bank sends them: thirty receivables with all their terms."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from benchmarks.stage.lender_world import noon
from ledger.clocks import from_day_number, to_micros
from scoring.gather import Gathered

RECEIVABLES = 30
WARM = 40
COLD = 400
"""So many cold requests are made at most."""

Pair = tuple[str, str]
Row = dict[str, Any]

COLUMNS = (
    "ref",
    "supplier",
    "buyer",
    "issued_on",
    "due_on",
    "face_minor",
    "currency",
    "visible_at",
    "revision",
)


@dataclass(frozen=True)
class Bodies:
    """Requests of a day, each one line of JSON; REQUEST_ID stands where their id goes.

    Attributes
    ----------
    warm : tuple of str
        One for each of the pairs that trade most, with their newest receivables.
    first : tuple of str
        Other receivables of the same pairs: each in one request only.
    cold : tuple of str
        What-ifs of earlier days. None has a supplier, a buyer or a pair in common with another
        one of its day, so nothing of its history is kept.
    """

    warm: tuple[str, ...]
    first: tuple[str, ...]
    cold: tuple[str, ...]


def bodies_of(gathered: Gathered, last_day: date) -> Bodies:
    """Make the requests from a book whose last day is over."""
    trade = _by_pair(gathered)
    most = sorted(trade, key=lambda pair: (-len(trade[pair]), pair))[:WARM]
    chunks = {pair: list(_chunks(trade[pair])) for pair in most}
    first = [(pair, chunk) for pair in most for chunk in chunks[pair][1:]]
    return Bodies(
        tuple(_decision(pair, chunks[pair][0]) for pair in most),
        tuple(_decision(pair, chunk) for pair, chunk in first),
        tuple(body for _, body in zip(range(COLD), _cold(trade, last_day), strict=False)),
    )


def _by_pair(gathered: Gathered) -> dict[Pair, list[Row]]:
    """The receivables of each pair as last told, the newest first; of large pairs only."""
    latest: dict[str, Row] = {}
    for row in gathered.facts["receivable"].select(COLUMNS).sort_by("revision").to_pylist():
        latest[row["ref"]] = row
    found: dict[Pair, list[Row]] = defaultdict(list)
    for row in sorted(
        latest.values(), key=lambda one: (one["issued_on"], one["ref"]), reverse=True
    ):
        found[row["supplier"], row["buyer"]].append(row)
    return {pair: rows for pair, rows in found.items() if len(rows) >= RECEIVABLES}


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows) - RECEIVABLES + 1, RECEIVABLES):
        yield rows[start : start + RECEIVABLES]


def _decision(pair: Pair, rows: Iterable[Row]) -> str:
    return _body(pair, receivables=[_terms(row) for row in rows])


def _terms(row: Row) -> Row:
    return {
        "ref": row["ref"],
        "issued_on": from_day_number(row["issued_on"]).isoformat(),
        "due_on": from_day_number(row["due_on"]).isoformat(),
        "face_minor": row["face_minor"],
        "currency": row["currency"],
    }


def _cold(trade: dict[Pair, list[Row]], last_day: date) -> Iterator[str]:
    """From the last day backwards, until the pairs have no history."""
    day = last_day
    while True:
        as_of = noon(day)
        taken: set[str] = set()
        for pair, rows in trade.items():
            known = [row for row in rows if row["visible_at"] < to_micros(as_of)][:RECEIVABLES]
            if len(known) == RECEIVABLES and taken.isdisjoint(pair):
                taken |= set(pair)
                asked = [{"ref": row["ref"]} for row in known]
                yield _body(pair, receivables=asked, mode="what_if", as_of=as_of.isoformat())
        if not taken:
            return
        day -= timedelta(days=1)


def _body(pair: Pair, **more: Any) -> str:
    supplier, buyer = pair
    asked = {"request_id": "REQUEST_ID", "supplier": {"ref": supplier}, "buyer": {"ref": buyer}}
    return json.dumps({**asked, **more})
