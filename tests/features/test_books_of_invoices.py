"""Large books of invoices: what many amounts show, and that no amount and no thread matters."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from features.pipeline import build
from features.spine import ASKED, REQUEST, Spine
from ledger.clocks import from_micros
from ledger.kinds import KINDS
from ledger.money import LARGEST_MINOR
from scoring.asking import Request
from tests.features.feature_laws import differences
from tests.features.invoice_theme import THEME
from tests.features.many_worlds import Shared
from tests.features.plain_invoices import benford_z
from tests.features.small_ledgers import TODAY
from tests.features.test_feature_definitions import compare
from tests.features.test_feature_threads import columns_of
from tests.features.worlds_of_facts import DAY, Row, World, fact, table

MANY = 130_000
"""DuckDB divides work by groups of 122,880 rows."""


def a_book(gross: list[int], *, number_of_buyers: int = 3) -> World:
    """Sales of one supplier, one a day, and a request today."""
    parties = ["s0", *(f"b{at}" for at in range(number_of_buyers))]
    terms = {"issued_on": TODAY - 30, "due_on": TODAY + 60, "face_minor": 1_000}
    facts: dict[str, list[Row]] = {
        "party": [fact("party", party, at, 0) for at, party in enumerate(parties)],
        "receivable": [
            fact("receivable", "r0", 900, TODAY * DAY, supplier="s0", buyer="b0", **terms)
        ],
        "invoice": [
            fact(
                "invoice",
                f"i{at}",
                1_000 + at,
                (TODAY - 5 - at % 600) * DAY,
                seller="s0",
                buyer=f"b{at % number_of_buyers}",
                number=str(at),
                issued_on=TODAY - 6 - at % 600,
                net_minor=amount,
                tax_minor=0,
                gross_minor=amount,
            )
            for at, amount in enumerate(gross)
        ],
    }
    request = Request("q0", "s0", "b0", ("r0",), from_micros(TODAY * DAY))
    return World("UTC", facts, (request,))


@pytest.mark.parametrize("count", [99, 100, 250])
def test_first_digits_are_judged_from_a_hundred_invoices_on(count: int) -> None:
    dice = np.random.default_rng(5)
    compare(THEME, Shared((a_book(np.exp(dice.uniform(0, 36, count)).astype("int64").tolist()),)))


def test_digits_that_follow_the_law_are_within_its_spread() -> None:
    dice = np.random.default_rng(5)
    drawn = [
        benford_z([int(str(int(amount))[0]) for amount in 10 ** dice.uniform(2, 8, 400)])
        for _ in range(300)
    ]
    values = np.array([value for value in drawn if value is not None])

    assert len(values) == 300
    assert abs(values.mean()) < 0.2
    assert 0.85 < values.std() < 1.15


@pytest.mark.parametrize("number_of_buyers", [1, 500])
def test_no_number_of_largest_amounts_is_too_much(number_of_buyers: int) -> None:
    compare(THEME, Shared((a_book([LARGEST_MINOR] * 2_000, number_of_buyers=number_of_buyers),)))


def _many_invoices() -> dict[str, pa.Table]:
    dice = np.random.default_rng(11)
    number = np.arange(MANY)
    issued = TODAY - dice.integers(1, 900, MANY)
    gross = np.exp(dice.normal(12, 2, MANY)).astype("int64") + 1
    gross[::50] *= -1
    facts: dict[str, Any] = {kind.name: table(kind.name, ()) for kind in KINDS}
    facts["invoice"] = columns_of(
        "invoice",
        ref=np.char.add("i", number.astype("U7")),
        seq=number,
        revision=np.zeros(MANY, dtype="int64"),
        visible_at=(issued + 1) * DAY,
        seller=np.where(dice.random(MANY) < 0.6, "s0", "s1"),
        buyer=np.char.add("b", dice.integers(0, 90, MANY).astype("U7")),
        issued_on=issued,
        net_minor=gross,
        tax_minor=gross // 9,
        gross_minor=gross,
    )
    return facts


def test_two_threads_give_what_one_gives() -> None:
    facts = _many_invoices()
    empty = dict.fromkeys(REQUEST.names)
    rows = [
        {**empty, "row_no": at, "supplier": f"s{at % 2}", "buyer": f"b{at}", "day": TODAY - at}
        for at in range(40)
    ]
    spine = Spine(pa.Table.from_pylist(rows, schema=REQUEST), ASKED.empty_table())

    one, two = (
        build(facts, spine, "UTC", relations=THEME.relations, threads=n).values for n in (1, 2)
    )

    assert np.isnan(one).mean() < 0.4
    assert differences(THEME.relations, one, two) == []
