"""Ratings, records, disclosures and families: late, incomplete, and never ahead of the event."""

from datetime import date

import numpy as np
import pytest

from simulator.fraud import RELATED
from simulator.grades import GRADE_PD12
from simulator.observation.public_records import LONG_LATE_DAYS
from simulator.observation.ratings import PD_PPM
from tests.simulator.told_worlds import core_keys, number, rows, supplier_places, view_of


def test_a_rating_is_late_and_not_always_right() -> None:
    view = view_of("ci")
    chain = view.world.chain
    buyer = {key: place for place, key in enumerate(core_keys(view))}
    right = [
        PD_PPM.index(row["pd_12m_ppm"]) + 1
        == chain.grades[
            buyer[row["party"]], chain.calendar.month(np.array([number(row["acted_on"])]))[0]
        ]
        for row in rows("ci", "rating")
    ]

    assert {row["party"] for row in rows("ci", "rating")} == set(buyer)
    assert 0.3 < np.mean(right) < 0.9
    assert not {round(1e6 * chance) for chance in GRADE_PD12} & set(PD_PPM)


def test_a_failure_is_on_record_only_after_it() -> None:
    view = view_of("ci", "full_view")
    ruin, place = view.world.chain.ruin_day, supplier_places(view)
    graver = [
        (place[row["party"]], row)
        for row in rows("ci", "adverse_record", "full_view")
        if row["party"] in place and row["adverse"] in {"dishonest_debtor", "bankruptcy"}
    ]

    assert graver
    assert all(number(row["opened_on"]) > ruin[one] for one, row in graver)


def test_a_complaint_is_of_an_invoice_that_is_long_past_due_and_unpaid() -> None:
    view = view_of("ci", "full_view")
    flow, story = view.world.chain.core, view.world.story
    owed: dict[tuple[str, int], list[int]] = {}
    keys = core_keys(view)
    for place in np.flatnonzero(story.happened).tolist():
        key = keys[flow.pairs.buyer[flow.invoices.pair[place]]]
        owed.setdefault((key, int(story.face_minor[place])), []).append(place)
    complaints = [
        row
        for row in rows("ci", "adverse_record", "full_view")
        if row["adverse"] == "sme_arrears_complaint"
    ]

    assert len(complaints) > 1_000  # this scenario has every complaint on record
    for row in complaints:
        day = number(row["opened_on"])
        assert any(
            flow.invoices.due[place] + LONG_LATE_DAYS <= day < story.paid_on[place]
            for place in owed[row["party"], row["amount_minor"]]
        )


def test_few_complaints_are_on_record() -> None:
    def complaints(scenario: str) -> int:
        found = rows("ci", "adverse_record", scenario)
        return sum(row["adverse"] == "sme_arrears_complaint" for row in found)

    assert complaints("baseline") == pytest.approx(0.1 * complaints("full_view"), rel=0.2)


def test_a_buyer_discloses_most_of_what_is_overdue() -> None:
    view = view_of("ci")
    flow, story = view.world.chain.core, view.world.story
    buyer = {key: place for place, key in enumerate(core_keys(view))}
    of = flow.pairs.buyer[flow.invoices.pair]
    for row in rows("ci", "payment_disclosure"):
        end = number(row["period_end"])
        due = story.happened & ~story.nothing_behind & (of == buyer[row["party"]])
        overdue = due & (flow.invoices.due < end) & (story.paid_on >= end)
        true = int(flow.invoices.face_minor[overdue].sum())
        assert 0.69 * true <= row["overdue_minor"] <= true


def test_families_are_known_before_they_inflate_their_trade() -> None:
    view = view_of("ci", "fraud_wave")
    chain, requests = view.world.chain, view.world.requests
    since = {
        (row["party"], row["other"]): row["known_at"]
        for row in rows("ci", "party_relation", "fraud_wave")
    }
    cores, suppliers = core_keys(view), list(supplier_places(view))
    inflated = np.flatnonzero(view.world.fraud == RELATED)

    assert len(inflated) > 0
    for one in inflated.tolist():
        pair = requests.pair[one]
        ends = cores[chain.core.pairs.buyer[pair]], suppliers[chain.core.pairs.supplier[pair]]
        day = date.fromordinal(date(1970, 1, 1).toordinal() + int(requests.day[one]))
        assert since[ends].date() < day
    related = chain.core.pairs.related.sum() + chain.upstream.pairs.related.sum()
    assert len(since) == related
