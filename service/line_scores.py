"""Scores of several lines: described together, which costs little more than describing one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from ledger.database import reading
from ledger.kinds import table_of
from ledger.tenants import Book, book
from scoring.asking import Request
from scoring.path import MEASURED_BY, Scored, relations_for, score
from scoring.serving import look_up, serve
from service.composition import Scoring
from service.store_faults import STORE_FAILED

KEYS_A_QUERY = 500

Found = Scored | Exception
"""The score of a line, or what went wrong with it."""


class Wanted(NamedTuple):
    """What is asked for."""

    request: Request
    advice: bool


def score_lines(parts: Scoring, tenant: str, wanted: Sequence[Wanted]) -> list[Found]:
    """Score requests, from one reading of the book; raise where the store fails.

    Those that ask for advice, look at an open financing, or name what the ledger doesn't have, are
    scored alone: the others needn't be described again for them.
    """
    with reading(parts.engine) as connection:
        opened = book(connection, tenant)
        absent = _absent(connection, tenant, [one.request for one in wanted])
    alone = [
        one.advice
        or one.request.financing is not None
        or not absent.isdisjoint(_named(one.request))
        for one in wanted
    ]
    together = iter(
        _together(
            parts,
            opened,
            [one.request for one, by_itself in zip(wanted, alone, strict=True) if not by_itself],
        )
    )
    return [
        _alone(parts, opened, one) if by_itself else next(together)
        for one, by_itself in zip(wanted, alone, strict=True)
    ]


def _together(parts: Scoring, opened: Book, requests: Sequence[Request]) -> list[Found]:
    """Describe requests together; where that fails, halve them until the one at fault is alone."""
    if len(requests) <= 1:
        return [_alone(parts, opened, Wanted(one, advice=False)) for one in requests]
    try:
        return _described(parts, opened, requests)
    except STORE_FAILED:
        raise
    except Exception:
        half = len(requests) // 2
        first = _together(parts, opened, requests[:half])
        return [*first, *_together(parts, opened, requests[half:])]


def _described(parts: Scoring, opened: Book, requests: Sequence[Request]) -> list[Found]:
    gathered, described = look_up(
        parts.engine,
        opened,
        requests,
        relations_for(parts.bundle, parts.parties),
        MEASURED_BY,
        write=_writer(parts, opened),
        memory=parts.memory,
    )
    return list(score(gathered, described, parts.bundle, parts.pack, parts.parties))


def _alone(parts: Scoring, opened: Book, one: Wanted) -> Found:
    try:
        return serve(
            parts.engine,
            opened,
            one.request,
            parts.bundle,
            parts.pack,
            parties=parts.parties,
            write=_writer(parts, opened),
            memory=parts.memory,
            advice=one.advice,
        ).scored
    except STORE_FAILED:
        raise
    except Exception as error:
        return error


def _writer(parts: Scoring, opened: Book) -> Callable[[Callable[[Connection], object]], None]:
    def write(work: Callable[[Connection], object]) -> None:
        parts.committer.submit(work, opened.tenant)  # not waited for: a score needs nothing of it

    return write


def _named(request: Request) -> list[tuple[str, str]]:
    """Facts that a request names, by kind and key."""
    parties = [("party", request.supplier), ("party", request.buyer)]
    return [*parties, *(("receivable", ref) for ref in request.receivables)]


def _absent(
    connection: Connection, tenant: str, requests: Sequence[Request]
) -> set[tuple[str, str]]:
    """What requests name and the ledger doesn't have."""
    named = {one for request in requests for one in _named(request)}
    there: set[tuple[str, str]] = set()
    for kind in ("party", "receivable"):
        columns = table_of(kind).c
        refs = sorted(ref for of, ref in named if of == kind)
        for at in range(0, len(refs), KEYS_A_QUERY):
            some = columns.ref.in_(refs[at : at + KEYS_A_QUERY])
            asked = select(columns.ref).where(columns.tenant == tenant, some)
            there |= {(kind, ref) for ref in connection.scalars(asked)}
    return named - there
