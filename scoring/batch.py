"""Many requests at once: read what they need, describe them, and answer one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Engine

from features.pipeline import Progress, silent
from ledger.tenants import Book
from lending.pack import Pack
from models.bundle import Bundle
from scoring.asking import Request
from scoring.gather import gather
from scoring.party_models import NO_PARTIES, PartyModels
from scoring.path import MEASURED_BY, describe, relations_for, score, with_sources
from scoring.reply import reply
from scoring.serving import serve

SHOW_EVERY = 500
"""Progress is told once in so many replies."""


def replies(
    engine: Engine,
    book: Book,
    requests: Sequence[Request],
    bundle: Bundle,
    pack: Pack,
    *,
    parties: PartyModels = NO_PARTIES,
    advice: bool = False,
    progress: Progress = silent,
) -> Iterator[dict[str, Any]]:
    """Yield the reply to each request, in order, as `scoring.reply` gives it; without a score_id.

    Parameters
    ----------
    advice : bool
        Whether to look for what would help: then each is served by itself.

    Raises
    ------
    UnknownParty, UnknownReceivable
        Before the first reply.
    """
    if not requests:
        return
    if advice:
        for done, request in enumerate(requests):
            progress("advice", done, len(requests))
            served = serve(engine, book, request, bundle, pack, parties=parties, advice=True)
            yield reply(served.scored, bundle, pack, score_id=None, currency=book.base_currency)
        return
    relations = relations_for(bundle, parties)
    every = with_sources(relations, MEASURED_BY)
    gathered = gather(engine, book, book.last_seq, requests, relations=every)
    described = describe(
        gathered, requests, relations=relations, also=MEASURED_BY, progress=progress
    )
    for done, scored in enumerate(score(gathered, described, bundle, pack, parties)):
        if done % SHOW_EVERY == 0:
            progress("scores", done, len(requests))
        yield reply(scored, bundle, pack, score_id=None, currency=book.base_currency)
