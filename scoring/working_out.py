"""History that nobody has kept, worked out from the facts: the costly part of a cold request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from features.feature import Relation
from features.pipeline import Matrix, columns_of, columns_read
from ledger.tenants import Book
from scoring.asking import Request
from scoring.gather import gather
from scoring.spines import spine_of_parties

WorkOut = Callable[[Engine, Book, Sequence[Request], Sequence[Relation]], dict[str, Matrix]]
"""Does what `worked_out` does, here or elsewhere."""


def worked_out(
    engine: Engine, book: Book, requests: Sequence[Request], relations: Sequence[Relation]
) -> dict[str, Matrix]:
    """What relations of history say of the parties of requests.

    Parameters
    ----------
    book : Book
        Nothing recorded after its ``last_seq`` is used.
    relations : sequence of Relation
        Of history.

    Returns
    -------
    dict of relation to float64 array of shape (requests, columns)
        NaN where missing, and for a party that the ledger doesn't have.
    """
    columns = columns_read(relations)
    gathered = gather(engine, book, book.last_seq, requests, relations=relations, columns=columns)
    spine = spine_of_parties(gathered, requests)
    return columns_of(gathered.facts, spine, book.tz.key, relations)
