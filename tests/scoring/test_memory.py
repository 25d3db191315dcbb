"""What a process remembers of kept rows is given out only where it is surely true."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from ledger.snapshots import Kept, Point
from ledger.tenants import Book
from scoring.memory import Memory

BOOK = Book("lender", ZoneInfo("Asia/Shanghai"), "CNY", last_seq=100, told_day=20_000)
POINT = Point("acme", "", 20_000)


def row(through_seq: int = 100, point: Point = POINT) -> Kept:
    return Kept(point, "digest", through_seq, np.array([1.0, np.nan]))


def test_a_row_is_given_to_a_book_that_was_read_after_it_was_made() -> None:
    memory = Memory()
    memory.remember("lender", row(through_seq=80))

    assert memory.look_up(BOOK, POINT, "digest") is not None
    assert memory.look_up(replace(BOOK, last_seq=79), POINT, "digest") is None
    assert memory.look_up(replace(BOOK, last_seq=80), POINT, "digest") is not None


def test_a_row_is_not_given_once_any_fact_came_late_after_it() -> None:
    memory = Memory()
    memory.remember("lender", row(through_seq=80))

    assert memory.look_up(replace(BOOK, late_seq=80), POINT, "digest") is not None
    assert memory.look_up(replace(BOOK, late_seq=81), POINT, "digest") is None


def test_lenders_points_and_relations_are_told_apart() -> None:
    memory = Memory()
    memory.remember("lender", row())

    assert memory.look_up(replace(BOOK, tenant="other"), POINT, "digest") is None
    assert memory.look_up(BOOK, replace(POINT, day=20_001), "digest") is None
    assert memory.look_up(BOOK, POINT, "another") is None


def test_the_row_asked_for_longest_ago_goes_first() -> None:
    memory, points = Memory(most=2), [Point(name, "", 20_000) for name in "abc"]
    for point in points[:2]:
        memory.remember("lender", row(point=point))
    memory.look_up(BOOK, points[0], "digest")
    memory.remember("lender", row(point=points[2]))

    assert len(memory) == 2
    assert memory.look_up(BOOK, points[1], "digest") is None
    assert memory.look_up(BOOK, points[0], "digest") is not None
