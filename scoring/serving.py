"""One request, soon: only what the model needs, from what was kept where it may be.

The same numbers as `scoring.path.describe` gives from the whole book, to the bit: a law says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from features.feature import Relation, with_those_before
from features.pipeline import columns_of
from ledger.database import reading
from ledger.tenants import Book
from lending.pack import Pack
from models.bundle import Bundle
from scoring.advising import advice_for
from scoring.asking import Request
from scoring.gather import Gathered, gather
from scoring.history import Write, history, is_history
from scoring.in_life import instead_of_own
from scoring.live_store import live_columns
from scoring.memory import Memory
from scoring.open_pairs import may_stand
from scoring.party_models import NO_PARTIES, PartyModels
from scoring.path import MEASURED_BY, Described, Scored, relations_for, score, with_sources
from scoring.scored_again import Rescoring
from scoring.spines import spine_for


@dataclass(frozen=True)
class Served:
    """An answer, and the facts that it rests on but for those of history."""

    scored: Scored
    gathered: Gathered


def serve(
    engine: Engine,
    book: Book,
    request: Request,
    bundle: Bundle,
    pack: Pack,
    *,
    parties: PartyModels = NO_PARTIES,
    write: Write | None = None,
    memory: Memory | None = None,
    advice: bool = False,
) -> Served:
    """Answer one request from a book as it was read; ``write`` and ``memory`` as of `history`.

    Parameters
    ----------
    advice : bool
        Whether to look for changes that would help as well.

    Raises
    ------
    UnknownParty, UnknownReceivable
        Where it names one that the ledger doesn't have, or not yet at its live cut.
    """
    relations = relations_for(bundle, parties)
    gathered, described = look_up(
        engine, book, [request], relations, MEASURED_BY, write=write, memory=memory
    )
    scored = next(score(gathered, described, bundle, pack, parties))
    if advice:
        rescore = Rescoring(engine, gathered, described, bundle, pack, parties)
        scored = replace(scored, advice=advice_for(scored, rescore, bundle, pack))
    return Served(scored, gathered)


def look_up(
    engine: Engine,
    book: Book,
    requests: Sequence[Request],
    relations: Sequence[Relation],
    also: Sequence[Relation] = (),
    *,
    write: Write | None = None,
    memory: Memory | None = None,
) -> tuple[Gathered, Described]:
    """Describe a few requests: history as kept, the rest from the facts that it needs.

    ``also`` as of `scoring.path.describe`.

    Raises
    ------
    UnknownParty, UnknownReceivable
    """
    every = with_those_before(with_sources(relations, also))
    past = [one for one in every if is_history(one)]
    alone = len(requests) == 1 and memory is not None
    live = [one for one in every if one.is_live] if len(requests) == 1 else []
    standing = [one for one in relations if may_stand(one)] if alone else []
    asked = [one for one in relations if not is_history(one) and one not in (*live, *standing)]
    names = {one.name for one in (*past, *live, *standing)}
    gathered = gather(engine, book, book.last_seq, requests, relations=asked, made=names)
    spine = spine_for(gathered, requests)
    known = history(engine, book, requests, past, write=write, memory=memory)
    if live:
        with reading(engine) as connection:
            instead = instead_of_own(connection, book, requests[0])
            known |= live_columns(connection, book, spine, live, known, instead=instead)
    if standing and memory is not None:
        known |= memory.pairs.columns(engine, book, requests[0], spine, standing)
    before = {one.name for relation in asked for one in relation.after}
    made = {name: columns for name, columns in known.items() if name in before}
    now = columns_of(gathered.facts, spine, book.tz.key, asked, made=made) if asked else {}
    columns = {**known, **now}
    described = Described.of(requests, spine, relations, columns)
    return gathered, replace(described, columns=columns)
