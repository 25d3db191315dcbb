"""Requests about the small world, and two ways to answer them: one by one, and all at once."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine

from ledger.database import reading, writing
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.tenants import Book, book
from ledger.writer import append
from lending.pack import load_pack
from models.bundle import Bundle
from scoring.asking import Mode, Request
from scoring.gather import gather
from scoring.path import MEASURED_BY, Scored, describe, relations_for, score
from scoring.serving import serve
from tests.worlds import RECORDED_AT, SmallWorld

PACK = load_pack()


def opened(engine: Engine) -> Book:
    """The lender's book as it is now."""
    with reading(engine) as connection:
        return book(connection, DEFAULT_TENANT)


def request(
    claims: Sequence[dict[str, Any]], as_of: datetime = RECORDED_AT, amount: int | None = None
) -> Request:
    """Ask about claims of one pair."""
    return Request(
        request_id="+".join(claim["ref"] for claim in claims),
        supplier=claims[0]["supplier"],
        buyer=claims[0]["buyer"],
        receivables=tuple(claim["ref"] for claim in claims),
        as_of=as_of,
        amount_requested_minor=amount,
        mode=Mode.WHAT_IF,
    )


def some_requests(small_world: SmallWorld, count: int, seed: int) -> list[Request]:
    """Requests about one to three claims of a pair, at some instant since the last was issued."""
    chance = Random(seed)  # noqa: S311 - nothing secret
    claims: list[Any] = list(small_world.rows["receivable"])
    by_pair: dict[tuple[str, str], list[Any]] = {}
    for claim in claims:
        by_pair.setdefault((claim["supplier"], claim["buyer"]), []).append(claim)
    found = []
    for first in chance.sample(claims, count):
        pair = by_pair[first["supplier"], first["buyer"]]
        some = chance.sample(pair, min(len(pair), chance.randint(1, 3)))
        issued = max(claim["happened_at"] for claim in some)
        as_of = min(issued + timedelta(days=chance.choice([0, 1, 30])), RECORDED_AT)
        asked = chance.choice([None, 1, sum(claim["face_minor"] for claim in some)])
        found.append(request(some, as_of, asked))
    return found


def tell(
    engine: Engine, rows: dict[str, list[dict[str, Any]]], recorded_at: datetime, *, old: bool
) -> int:
    """Write facts, ``old`` ones as a historical batch; returns the head of the ledger."""
    with writing(engine) as connection:
        receipt = append(
            connection,
            OWNER,
            rows,
            source_system="another",
            historical=old,
            recorded_at=recorded_at,
        )
    return receipt.last_seq


def served(engine: Engine, bundle: Bundle, asked: Request, seq: int | None = None) -> Scored:
    """Answer one request as the service does: from what is kept, and the facts its keys name."""
    at = opened(engine)
    return serve(
        engine, at if seq is None else replace(at, last_seq=seq), asked, bundle, PACK
    ).scored


def together(engine: Engine, bundle: Bundle, asked: Sequence[Request]) -> list[Scored]:
    """Answer all requests at once, as training does: from the whole book."""
    at = opened(engine)
    gathered = gather(engine, at, at.last_seq)
    relations = relations_for(bundle)
    described = describe(gathered, asked, relations=relations, also=MEASURED_BY, threads=2)
    return list(score(gathered, described, bundle, PACK))


def told(answer: Scored) -> dict[str, str]:
    """An answer to compare to the last bit, without where in the ledger it was read."""
    every = asdict(replace(answer, terms=None)) | {"terms": answer.terms}
    every["cut"].pop("ledger_seq")
    return {name: repr(value) for name, value in every.items()}


def features_told(answer: Scored) -> dict[str, str]:
    """The features of an answer, to the last bit."""
    return {name: repr(value) for name, value in answer.features.items()}


def settled(answer: Scored) -> int:
    """How many of the receivables asked for are known to be settled."""
    return sum(claim.settled for claim in answer.seen.claims)
