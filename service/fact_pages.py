"""Facts over HTTP: a page of a kind, in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from ledger.clocks import Cut
from ledger.database import reading
from ledger.kinds import kind_of
from ledger.listing import Listing, fields_to_filter, page
from ledger.principals import Principal
from ledger.seen_facts import instant_text, told, told_columns
from ledger.stored_form import Stored
from ledger.tenants import book
from service.composition import Composition
from service.load_desk import dumped
from service.page_cursor import Position, cursor_of, position_of
from service.parameters import Parameters, a_key, an_instant, as_it_is, one_of, whole_within

FACTS_A_PAGE = 100
MOST_FACTS_A_PAGE = 1_000
IN_THE_FUTURE = ("an instant in the future", "give one that has passed, or leave it out for now")


class Question(NamedTuple):
    """What a caller asks for.

    Attributes
    ----------
    listing : Listing
        Which facts.
    as_of : datetime or None
        The instant; None is now, or that of the cursor.
    most : int
        Facts of a page.
    cursor : str
        Where to read on; empty for the first page.
    text : str
        All that a cursor is bound to.
    """

    listing: Listing
    as_of: datetime | None
    most: int
    cursor: str
    text: str


def fact_page(
    composition: Composition, principal: Principal, kind: str, given: QueryParams, now: datetime
) -> bytes:
    """A page of facts, as JSON in UTF-8.

    Parameters
    ----------
    given : QueryParams
        Parameters of the address.
    now : datetime
        The server's clock, aware.

    Raises
    ------
    UnknownKind, WrongParameter, WrongCursor
    """
    question = _question(principal, kind, given, now)
    with reading(composition.ledger()) as connection:
        return _page(connection, principal.tenant, question, now)


def _question(principal: Principal, kind: str, given: QueryParams, now: datetime) -> Question:
    fields = fields_to_filter(kind_of(kind).name)
    asked = Parameters(given)
    named = {name: asked.one(name, a_key, "") for name in fields}
    listing = Listing(
        kind,
        refs=tuple(asked.several("ref", a_key)),
        named={name: value for name, value in named.items() if value},
        source_system=asked.one("source_system", a_key, None),
        batch=asked.one("batch", a_key, None),
        known_from=asked.one("known_from", an_instant, None),
        known_until=asked.one("known_until", an_instant, None),
        every_revision=asked.one("revisions", one_of("latest", "all"), "latest") == "all",
    )
    as_of = asked.one("as_of", an_instant, None)
    if as_of is not None and as_of > now:
        asked.wrong("as_of", *IN_THE_FUTURE)
    most = asked.one("limit", whole_within(1, MOST_FACTS_A_PAGE), FACTS_A_PAGE)
    cursor = asked.one("cursor", as_it_is, "")
    asked.refuse_others()
    return Question(listing, as_of, most, cursor, _text(principal, kind, given))


def _text(principal: Principal, kind: str, given: QueryParams) -> str:
    bound = sorted(pair for pair in given.multi_items() if pair[0] not in ("cursor", "limit"))
    return repr((principal.tenant, kind, bound))


def _page(connection: Connection, tenant: str, question: Question, now: datetime) -> bytes:
    opened = book(connection, tenant)
    if question.cursor:
        begun = position_of(question.cursor, question.text)
    else:
        begun = Position(0, opened.last_seq, question.as_of or now)
    cut = Cut.at(begun.as_of, opened.tz, begun.through)
    found = page(
        connection, tenant, question.listing, cut, after=begun.after, most=question.most + 1
    )
    shown = found[: question.most]
    last = len(found) <= question.most
    kind = question.listing.kind
    return dumped(
        {
            "kind": kind,
            "as_of": instant_text(begun.as_of),
            "ledger_seq": begun.through,
            "facts": told(connection, tenant, kind, shown),
            "next": None if last else cursor_of(_after(begun, kind, shown), question.text),
        }
    )


def _after(begun: Position, kind: str, shown: list[Stored]) -> Position:
    return begun._replace(after=shown[-1][told_columns(kind).index("seq")])
