"""The views give what a slow plain definition gives, on every day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings

from features.almanac import almanac
from features.data import supplier_trade
from features.engine import load, make_views, session, spine_of
from features.object import claim_record
from features.views import VIEWS
from ledger.clocks import from_day_number, to_day_number
from scoring.asking import request_table, wanted_table
from tests.features.many_worlds import shared_worlds
from tests.features.plain_claims import (
    BOOK,
    book_rate,
    cell,
    first_day,
    known_claims,
    known_profile,
)
from tests.features.small_ledgers import BUYERS, SUPPLIERS, worlds
from tests.features.worlds_of_facts import World

RATED = (claim_record.RELATION, supplier_trade.RELATION)
"""Relations that read cells and the rates of suppliers; what is shared is the same for any."""


_PERIODS = "SELECT COUNT(*), COUNT(*) FILTER (from_day >= until_day) FROM {}"


@contextmanager
def loaded(world: World) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session with the views and points of a world's requests."""
    with session(1) as connection:
        spine = spine_of(
            connection,
            request_table(world.requests, world.book),
            wanted_table(world.requests),
            world.tables["receivable"],
        )
        load(connection, world.tables, world.time_zone, spine, RATED)
        yield connection


def days_of(world: World) -> list[int]:
    """Every day from which a fact is used, the day before and the day after."""
    first = {
        first_day(row["visible_at"], world.time_zone)
        for kind in ("receivable", "payment", "party_profile")
        for row in world.facts[kind]
    }
    return sorted({day + more for day in first for more in (-1, 0, 1)})


@given(worlds())
def test_a_known_claim_is_what_its_facts_say_on_each_day(world: World) -> None:
    with session(1) as connection:
        make_views(connection, world.tables, world.time_zone, ["known_claim"])
        rows = connection.sql(
            "SELECT receivable, supplier, buyer, issued_on, due_on, face_minor, rate_ppm, "
            "settled_on, from_day, until_day FROM known_claim ORDER BY receivable"
        ).fetchall()

    for day in days_of(world):
        viewed = [row[:-2] for row in rows if row[-2] <= day < row[-1]]
        assert viewed == [astuple(c)[:-1] for c in known_claims(world.facts, day, world.time_zone)]


@given(worlds(most_claims=1))
def test_a_party_looks_like_the_profile_that_happened_last(world: World) -> None:
    with session(1) as connection:
        make_views(connection, world.tables, world.time_zone, ["known_profile"])
        rows = connection.sql(
            "SELECT party, industry, size_class, phone_area, from_day, until_day FROM known_profile"
        ).fetchall()

    for day in days_of(world):
        viewed = {row[0]: row[1:4] for row in rows if row[-2] <= day < row[-1]}
        assert len(viewed) == sum(row[-2] <= day < row[-1] for row in rows)
        for party in (*SUPPLIERS, *BUYERS):
            row = known_profile(world.facts, party, day, world.time_zone)
            traits = ("industry", "size_class", "phone_area")
            assert viewed.get(party) == (row and tuple(row[name] for name in traits))


def test_every_view_holds_periods_that_have_days() -> None:
    for shared in shared_worlds(worlds(most_claims=6), settings().max_examples // 3):
        with session(1) as connection:
            world = shared.ledger
            make_views(connection, world.tables, world.time_zone, tuple(VIEWS))
            counts = {view: connection.sql(_PERIODS.format(view)).fetchall()[0] for view in VIEWS}

        assert {view for view, (_, empty) in counts.items() if empty} == set()
        assert counts["known_claim"][0] > 10


@settings(max_examples=settings().max_examples // 2)
@given(worlds())
def test_a_suppliers_rates_are_counted_over_its_whole_book(world: World) -> None:
    names = ", ".join(f"rate{days}_{within}" for days, within in BOOK)
    with loaded(world) as connection:
        rows = connection.sql(f"SELECT supplier, day, {names} FROM supplier_rate").fetchall()  # noqa: S608

    assert len(rows) == len({row[:2] for row in rows})
    for supplier, day, *rates in rows:
        claims = known_claims(world.facts, day, world.time_zone)
        counted = [book_rate(claims, supplier, *window) for window in BOOK]
        assert rates == pytest.approx(counted, abs=1e-12)


@settings(max_examples=settings().max_examples // 2)
@given(worlds())
def test_a_cell_is_counted_over_claims_of_its_amount_and_term(world: World) -> None:
    with loaded(world) as connection:
        rows = connection.sql(
            "SELECT a.day, a.supplier, a.face_minor, a.due_on - a.issued_on, "
            "c.book_rate, c.amount_rate, c.term_rate, c.cell_rate FROM asked AS a LEFT JOIN "
            "claim_cell AS c ON c.row_no = a.row_no AND c.receivable = a.receivable"
        ).fetchall()

    for day, supplier, face_minor, term_days, *rates in rows:
        claims = known_claims(world.facts, day, world.time_zone)
        counted = cell(claims, supplier, face_minor, term_days)
        assert rates == pytest.approx(astuple(counted), abs=1e-12)


def test_the_almanac_is_the_calendar() -> None:
    table = almanac()
    rows = table.to_pylist()

    assert table.schema.types == [pa.int32()] * 5
    assert [row["day"] for row in rows] == list(range(rows[0]["day"], rows[-1]["day"] + 1))
    assert str(from_day_number(rows[0]["day"])) == "1899-01-01"
    assert str(from_day_number(rows[-1]["day"])) == "2200-12-31"
    for row in rows:
        day = from_day_number(row["day"])
        ends = to_day_number(day.replace(day=28)) + 4
        following = from_day_number(ends).replace(day=1)
        assert row["weekday"] == day.weekday()
        assert row["day_of_month"] == day.day
        assert row["days_left"] == to_day_number(following) - 1 - row["day"]
        assert row["month"] == 12 * (day.year - 1970) + day.month - 1
