"""Examples of a party's default: what tells of one, when it is ripe, and who is no example."""

import numpy as np
import pytest

from models.event import Event
from tests.features.worlds_of_facts import DAY, Row, fact
from tests.training.lent_books import TODAY, claim, ended, usual
from training.examples import Examples
from training.party_examples import defaults, party_examples, party_labels

YEAR = Event(name="year", kind="supplier", days=365, en="defaults within a year", zh="一年内违约")
RIPE = TODAY + 365 + 90
"""The first day on which the label of a row of `TODAY` is ripe."""


def record(party: str, adverse: str, opened_on: int, told_on: int | None = None) -> Row:
    visible = (opened_on if told_on is None else told_on) * DAY
    more = {"party": party, "adverse": adverse, "opened_on": opened_on, "severity": 5}
    return fact("adverse_record", f"{party}/{adverse}/{opened_on}", 9, visible, **more)


def classed(party: str, five_class: str, on: int) -> Row:
    more = {"party": party, "bureau": "B", "reported_on": on, "five_class": five_class}
    return fact("bureau_summary", f"{party}/{on}", 10, on * DAY, **more)


def seen(days: list[int], party: str = "s") -> Examples:
    keys = tuple(f"{party}/{day}" for day in days)
    rows = np.zeros((len(days), 1))
    return Examples(keys, (party,) * len(days), np.array(days, dtype="int64"), rows)


@pytest.mark.parametrize(
    ("kind", "row", "on"),
    [
        ("adverse_record", record("s", "bankruptcy", TODAY + 30), TODAY + 30),
        ("adverse_record", record("s", "dishonest_debtor", TODAY + 30), TODAY + 30),
        ("adverse_record", record("s", "lawsuit", TODAY + 30), None),
        ("bureau_summary", classed("s", "loss", TODAY + 40), TODAY + 40),
        ("bureau_summary", classed("s", "special_mention", TODAY + 40), None),
        ("outcome", ended("f", TODAY + 60, defaulted=True, cause="DIVERSION"), TODAY + 58),
        ("outcome", ended("f", TODAY + 60, defaulted=True, cause="BUYER_CREDIT"), None),
        ("outcome", ended("f", TODAY + 60, defaulted=False), None),
        (
            "outcome",
            ended("f", TODAY + 60, defaulted=True, cause="SUPPLIER_CREDIT", technical=True),
            None,
        ),
    ],
)
def test_three_kinds_of_fact_tell_of_a_supplier_s_default(
    kind: str, row: Row, on: int | None
) -> None:
    found = defaults(usual((kind, row)), "supplier", TODAY + 100)
    assert found == ({} if on is None else {"s": on})


def test_the_buyer_s_default_is_told_by_its_own_causes() -> None:
    book = usual(("outcome", ended("f", TODAY + 60, defaulted=True, cause="BUYER_CREDIT")))
    assert defaults(book, "buyer", TODAY + 100) == {"b": TODAY + 58}


def test_what_is_told_later_is_not_known_yet() -> None:
    book = usual(("adverse_record", record("s", "bankruptcy", TODAY + 30, told_on=TODAY + 80)))
    assert defaults(book, "supplier", TODAY + 80) == {}
    assert defaults(book, "supplier", TODAY + 81) == {"s": TODAY + 30}


@pytest.mark.parametrize(
    ("day", "known", "event"),
    [
        (TODAY - 366 + 30, True, False),  # a year and a day before it
        (TODAY - 365 + 30, True, True),
        (TODAY + 29, True, True),
        (TODAY + 30, False, False),  # in default already
        (TODAY + 31, False, False),
    ],
)
def test_a_default_within_the_year_is_the_event_and_after_it_there_is_none(
    day: int, known: bool, event: bool
) -> None:
    book = usual(("adverse_record", record("s", "bankruptcy", TODAY + 30)))
    found = party_labels("supplier", book, seen([day]), YEAR, TODAY + 1_000)
    assert (found.known.tolist(), found.event.tolist()) == ([known], [event])


def test_a_label_is_ripe_once_all_have_told_whatever_is_known_sooner() -> None:
    book = usual(("adverse_record", record("s", "bankruptcy", TODAY + 30)))
    assert [
        party_labels("supplier", book, seen([TODAY]), YEAR, day).known.tolist()
        for day in (RIPE - 1, RIPE)
    ] == [[False], [True]]


def test_a_party_is_looked_at_once_a_quarter() -> None:
    days = [TODAY - 200, TODAY - 199, TODAY - 5, TODAY]
    book = usual(*(("receivable", claim(f"more {on}", on * DAY)) for on in days))
    found = party_examples(book, "supplier", ("data_tier",))
    assert set(found.clusters) == {"s"}
    assert len(found.keys) == len({on // 91 for on in [*days, TODAY - 10]})
    assert found.rows.shape == (len(found.keys), 1)
