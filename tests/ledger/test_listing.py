"""Pages of facts are what a slow reading finds, whatever the cut and the filter."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.clocks import Cut
from ledger.database import reading
from ledger.kinds import KINDS
from ledger.listing import Listing, fields_to_filter, page
from ledger.reader import last_seq
from ledger.seen_facts import told, told_columns
from ledger.stored_form import Stored
from tests.ledger.changing_facts import (
    START,
    TZ,
    cuts,
    has,
    ids,
    never,
    plainly,
    write_changing_facts,
)
from tests.ledger.made_kinds import every_kind
from tests.ledger.made_rows import NOW, a_ledger, party, put, receivable

Wanted = Callable[[Mapping[str, Any]], bool]
MARCH = datetime(2024, 1, 20, tzinfo=UTC)


def pages(engine: Engine, listing: Listing, cut: Cut, most: int) -> list[list[Stored]]:
    """All pages, one after the other."""
    found: list[list[Stored]] = []
    after = 0
    place = told_columns(listing.kind).index("seq")
    while True:
        with reading(engine) as connection:
            facts = page(connection, "default", listing, cut, after=after, most=most)
        if not facts:
            return found
        found.append(facts)
        after = facts[-1][place]


LISTINGS: list[tuple[Listing, Wanted]] = [
    (Listing("receivable"), has()),
    (Listing("party"), has()),
    (Listing("receivable", named={"buyer": "b"}), has(buyer="b")),
    (
        Listing("receivable", named={"buyer": "c", "supplier": "s"}),
        has(buyer="c", supplier="s"),
    ),
    (Listing("receivable", refs=("r2", "r5", "no")), lambda row: row["ref"] in {"r2", "r5"}),
    (Listing("receivable", source_system="test"), has()),
    (Listing("receivable", source_system="other"), never),
    (Listing("receivable", known_from=MARCH), lambda row: row["known_at"] >= MARCH),
    (Listing("receivable", known_until=MARCH), lambda row: row["known_at"] < MARCH),
    (Listing("receivable", batch="none"), never),
    (Listing("receivable", named={"contract": "k"}), never),
]


def test_a_page_is_what_a_slow_reading_finds(changing: Engine) -> None:
    head = last_seq(changing, "default")
    found = 0
    for cut in cuts(head):
        for listing, wanted in LISTINGS:
            for every in (False, True):
                asked = Listing(**{**vars(listing), "every_revision": every})
                facts = [fact for some in pages(changing, asked, cut, 1_000) for fact in some]
                expected = plainly(changing, listing.kind, cut, wanted, every_revision=every)
                assert ids(listing.kind, facts) == expected, (listing, every, cut)
                found += len(facts)

    assert found > 500


@pytest.mark.parametrize("most", [1, 3, 7])
def test_pages_make_up_the_whole_without_gap_or_twin(changing: Engine, most: int) -> None:
    cut = Cut.at(NOW, TZ, last_seq(changing, "default"))
    listing = Listing("receivable", every_revision=True)

    parts = pages(changing, listing, cut, most)
    (whole,) = pages(changing, listing, cut, 1_000)

    assert [fact for part in parts for fact in part] == whole
    assert {len(part) for part in parts[:-1]} == {most}


def test_facts_that_arrive_between_pages_don_t_shift_them(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger) as engine:
        write_changing_facts(engine)
        cut = Cut.at(START + timedelta(days=30), TZ, last_seq(engine, "default"))
        listing = Listing("receivable", named={"buyer": "b"})
        (before,) = pages(engine, listing, cut, 1_000)

        moved = [receivable(f"r{number}", buyer="c", face_minor=9) for number in range(1, 14)]
        put(engine, {"receivable": [*moved, receivable("new", buyer="b")]})

        assert pages(engine, listing, cut, 1_000) == [before]
        now = Cut.at(NOW, TZ, last_seq(engine, "default"))
        assert pages(engine, listing, now, 1_000) != [before]


def test_each_kind_is_told_as_it_was_reported_and_listed_by_its_batch(database_url: str) -> None:
    with a_ledger(database_url) as engine:
        rows = every_kind()
        batch = put(engine, rows).batch
        put(engine, {"party": [party("later")]})
        cut = Cut.at(NOW, TZ, last_seq(engine, "default"))
        for kind in KINDS:
            (facts,) = pages(engine, Listing(kind.name, batch=batch), cut, 1_000)
            with reading(engine) as connection:
                found = {
                    fact["ref"]: fact for fact in told(connection, "default", kind.name, facts)
                }
            assert found.keys() == {row["ref"] for row in rows[kind.name]}
            for row in rows[kind.name]:
                for name, value in row.items():
                    assert found[row["ref"]][name] == as_json(value), (kind.name, name)


def as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_facts_are_listed_by_what_they_name_and_by_what_has_an_index() -> None:
    assert fields_to_filter("receivable") == ("supplier", "buyer", "contract")
    assert "value_hash" in fields_to_filter("party_attribute")
    assert "series" in fields_to_filter("price_point")
    for kind in KINDS:
        assert set(kind.names) <= set(fields_to_filter(kind.name))
