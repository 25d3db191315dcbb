"""Answers that still hold: what is asked again, under another id, needn't be worked out anew.

An answer follows from the facts that can be reached from the request, from what is held against its
parties, from its day, and from models and policy. While none of these changes it stays, but for
what is said of the asking itself: ids, the instant, the head of the ledger. The head of the book
tells whether anything has changed (`ledger.tenants.Book.changes`), the keys in the facts that came
tell whether it touches this answer (``ledger.touched_keys``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, Self

from sqlalchemy import Connection

from features.live_parties import STALE_MICROS
from ledger.audit.chain import sealed
from ledger.clocks import end_of_day, from_micros, to_micros
from ledger.kinds import kind_of
from ledger.late_facts import late_parties
from ledger.pending_holds import PendingHold, pending_holds
from ledger.records import NewRecord
from ledger.tenants import Book
from ledger.touched_keys import keys_of
from lending.pack import Pack
from scoring.gather import Gathered, holders
from scoring.gather_seen import Rows
from scoring.path import Scored
from scoring.recorded import Provenance
from scoring.reply import as_text, instant_told, valid_until

HOLES = ("score_id", "request_id", "as_of", "ledger_seq", "offer_valid_until")
"""Fields of a reply that are said of the asking, in the order of the reply."""

COUNTED = ("mode", "decision", "event", "probability")

MARK = token_hex(16)
"""What no text of a reply has in it."""


@dataclass(frozen=True)
class KeptAnswer:
    """An answer to a decision that was worked out, and on what it rests.

    Attributes
    ----------
    scored : Scored
        As it was worked out.
    pack : Pack
        The policy that decided.
    pieces : tuple of str
        The text of the reply between its `HOLES`.
    features, circumstances, provenance : str
        As a record keeps them.
    seals : mapping of str to str
        What a header of the audit chain says of these.
    reach : frozenset of str
        The keys in the request and in all facts behind it.
    parties : frozenset of str
        The parties among them.
    held_of : pair of sets of str
        Buyers and suppliers whose reservations count.
    pending : tuple of PendingHold
        These.
    until : datetime
        From this instant on time alone may have changed it.
    book : Book
        As of which it is known to hold.
    counted : mapping of str to object
        Of its reply what is counted of every answer: mode, decision, event, probability.
    """

    scored: Scored
    pack: Pack
    pieces: tuple[str, ...]
    features: str
    circumstances: str
    provenance: str
    seals: Mapping[str, str]
    reach: frozenset[str]
    parties: frozenset[str]
    held_of: tuple[set[str], set[str]]
    pending: tuple[PendingHold, ...]
    until: datetime
    book: Book
    counted: Mapping[str, Any]

    @classmethod
    def of(cls, scored: Scored, gathered: Gathered, told: Mapping[str, Any], pack: Pack) -> Self:
        """Keep an answer to a decision; ``told`` is its reply, ``gathered`` is of it alone."""
        seen, book = gathered.seen or {}, gathered.book
        request = scored.request
        whole = as_text({**told, **{hole: _marked(hole) for hole in HOLES}})
        pieces = []
        for hole in HOLES:
            piece, whole = whole.split(as_text(_marked(hole)), 1)
            pieces.append(piece)
        texts = {
            "features": as_text(told["features"]),
            "circumstances": as_text(told["circumstances"]),
            "provenance": Provenance.of(scored).as_text(),
        }
        parties = frozenset({request.supplier, request.buyer, *_parties(seen)})
        return cls(
            scored,
            pack,
            (*pieces, whole),
            **texts,
            seals={name: sealed(text) for name, text in texts.items()},
            reach=frozenset({*parties, *request.receivables, *_keys(seen)}),
            parties=parties,
            held_of=holders(seen, [request]),
            pending=gathered.pending,
            until=_until(gathered, scored.cut.live_through),
            book=book,
            counted={name: told[name] for name in COUNTED},
        )

    def holds_at(self, book: Book, instant: datetime) -> bool:
        """Whether it is known to hold for a book as it was read, at an instant."""
        return book.changes == self.book.changes and self.timely(instant)

    def timely(self, instant: datetime) -> bool:
        """Whether time alone has changed nothing since it was worked out."""
        return self.scored.cut.live_through <= instant < self.until

    def untouched(self, keys: frozenset[str] | None) -> bool:
        """Whether facts that speak of some keys (None: of everything) leave it as it is."""
        return keys is not None and self.reach.isdisjoint(keys)

    def as_held(self, connection: Connection, book: Book, instant: datetime) -> bool:
        """Whether no fact came late for its parties, and the same is held against them."""
        late = book.late_seq > self.book.last_seq and late_parties(
            connection, book.tenant, sorted(self.parties), after_seq=self.book.last_seq
        )
        if late:
            return False
        now = pending_holds(connection, book.tenant, instant, self.held_of)
        return tuple(now) == self.pending

    def seen_in(self, book: Book) -> Self:
        """The same, known to hold for a later book."""
        return replace(self, book=book)

    def asked_again(self, request_id: str, instant: datetime) -> Scored:
        """The score of another request that asks the same at another instant of its day."""
        request = replace(self.scored.request, request_id=request_id, as_of=instant)
        cut = replace(self.scored.cut, live_through=instant, ledger_seq=self.book.last_seq)
        return replace(self.scored, request=request, cut=cut)

    def record(
        self, score_id: str, request_id: str, instant: datetime, *, request: str, bundle: str
    ) -> NewRecord:
        """What is put on record where it is asked again at another instant of its day.

        Parameters
        ----------
        request_id : str
            Of the request that asks the same.
        request : str
            That request as received.
        """
        until = valid_until(self.scored.offer, instant, self.pack)
        said = {
            "score_id": score_id,
            "request_id": request_id,
            "as_of": instant_told(instant),
            "ledger_seq": self.book.last_seq,
            "offer_valid_until": until,
        }
        parts = [self.pieces[0]]
        for hole, piece in zip(HOLES, self.pieces[1:], strict=True):
            parts += [as_text(said[hole]), piece]
        return NewRecord(
            score_id,
            instant,
            bundle,
            self.pack.id,
            instant,
            self.scored.cut.history_before,
            self.book.last_seq,
            request,
            self.features,
            self.circumstances,
            "".join(parts),
            self.provenance,
            self.scored.request.supplier,
            self.seals,
        )


def _marked(hole: str) -> str:
    return f"{MARK} {hole}"


def _parties(seen: Mapping[str, Rows]) -> Iterator[str]:
    for kind, rows in seen.items():
        fields = [name for name, of in kind_of(kind).names.items() if of == "party"]
        fields += ["ref"] if kind == "party" else []
        yield from _values(rows, fields)


def _keys(seen: Mapping[str, Rows]) -> Iterator[str]:
    for kind, rows in seen.items():
        yield from _values(rows, keys_of(kind_of(kind)))


def _values(rows: Rows, fields: Any) -> Iterator[str]:
    for row in rows:
        for field in fields:
            value = row.get(field)
            if value is not None:
                yield value


def _until(gathered: Gathered, instant: datetime) -> datetime:
    """The first instant after this one at which time alone may change what is seen.

    The day ends, a hold expires, a fact becomes visible that was recorded by a faster clock, an
    entry in a register takes effect, a check grows stale.
    """
    now = to_micros(instant)
    ends = [to_micros(end_of_day(instant, gathered.book.tz))]
    for hold in gathered.pending:
        ends += [hold.since, hold.until]
    for rows in (gathered.seen or {}).values():
        for row in rows:
            ends.append(row["visible_at"])
            if row.get("registered_at") is not None:
                ends.append(row["registered_at"])
            if row.get("checked_at") is not None:
                ends.append(row["checked_at"] + STALE_MICROS + 1)
    return from_micros(min(end for end in ends if end > now))
