"""Requests for money are possible ones, and what becomes of them follows from what happened."""

import numpy as np
import pytest

from simulator.arrays import Flags
from simulator.calendar import BURN_IN_MONTHS
from simulator.chances import CAUSES, DEFAULT_DAYS
from simulator.demand import LEAST_DAYS_TO_DUE, MOST_INVOICES, OLDEST_DAYS, SETTLED_DAYS
from simulator.endings import NO_DEFAULT
from simulator.intensities import NEVER
from simulator.policies import DECIDED, NOBODY, OURS, RIVAL_A, RIVAL_B
from simulator.story import NO_REQUEST
from simulator.world import World
from tests.simulator.known_worlds import supplier_of, world_of


@pytest.fixture(params=[1, 2, 3])
def world(request: pytest.FixtureRequest) -> World:
    return world_of(request.param)


def test_no_invoice_is_in_two_requests(world: World) -> None:
    claims = world.requests.claims

    assert len(np.unique(claims)) == len(claims)
    assert len(claims) > 1.2 * len(world.requests)


def test_claims_are_told_request_by_request(world: World) -> None:
    requests = world.requests

    assert np.array_equal(requests.first, np.cumsum(requests.count) - requests.count)
    assert requests.count.sum() == len(requests.claims)
    assert (np.diff(requests.day) >= 0).all()
    assert requests.count.min() == 1
    assert requests.count.max() == MOST_INVOICES


def test_invoices_of_a_request_are_of_one_pair_open_and_due_later(world: World) -> None:
    requests, flow = world.requests, world.chain.core
    claims, day = requests.claims, np.repeat(requests.day, requests.count)
    invoices = flow.invoices

    assert np.array_equal(invoices.pair[claims], np.repeat(requests.pair, requests.count))
    assert (invoices.issued[claims] <= day).all()
    assert (day - invoices.issued[claims] <= OLDEST_DAYS).all()
    assert (invoices.due[claims] >= day + LEAST_DAYS_TO_DUE).all()
    assert (flow.planned[claims] > day).all()
    assert not flow.dilution.redone[claims].any()


def test_a_request_matures_with_its_last_invoice_and_asks_for_part_of_them(world: World) -> None:
    requests, invoices = world.requests, world.chain.core.invoices
    due = np.maximum.reduceat(invoices.due[requests.claims], requests.first)
    face = np.add.reduceat(world.story.face_minor[requests.claims], requests.first)
    rounding = 5_000 / face * 2.5  # twice, where invoices were made larger

    assert np.array_equal(requests.matures, due)
    assert np.array_equal(requests.face_minor, face)
    assert (requests.amount_minor / face >= 0.60 - rounding).all()
    assert (requests.amount_minor / face <= 0.95 + rounding).all()
    assert (requests.amount_minor > 0).all()


def test_nobody_asks_in_the_burn_in_or_when_the_world_has_ended(world: World) -> None:
    calendar, day = world.chain.calendar, world.requests.day

    assert day.min() >= calendar.starts[BURN_IN_MONTHS]
    assert day.max() < calendar.last_day
    assert np.is_busday(day.astype("datetime64[D]")).all()
    told = np.bincount(calendar.month(day), minlength=calendar.months)[BURN_IN_MONTHS:]
    assert told.min() > 0.3 * told.mean()


def test_nobody_asks_when_ruined_nor_on_a_buyer_that_has_stopped(world: World) -> None:
    chain, requests = world.chain, world.requests

    assert (chain.ruin_day[supplier_of(world)] > requests.day).all()
    assert (chain.stop_day[requests.pair] > requests.day).all()


def test_most_ask_because_they_need_money_but_not_all(world: World) -> None:
    assert 0.6 <= world.requests.need.mean() <= 0.97


def test_an_ending_follows_from_what_happened(world: World) -> None:
    chain, endings, requests = world.chain, world.endings, world.requests
    ruined = chain.ruin_day[supplier_of(world)]
    gone = ruined <= requests.matures + DEFAULT_DAYS

    def ended(cause: str) -> Flags:
        by: Flags = endings.cause == CAUSES.index(cause)
        return by

    assert np.array_equal(endings.stopped, chain.stop_day[requests.pair] < endings.paid_on)
    assert endings.stopped[ended("buyer") | ended("supplier")].all()
    assert not (ended("buyer") & requests.recourse & gone).any()
    assert (requests.recourse & gone)[ended("supplier")].all()
    assert (ruined < endings.paid_on)[ended("diversion")].all()
    assert endings.disputed[ended("dilution")].all()
    assert (world.fraud > 0)[ended("fraud")].all()
    assert not (endings.stopped & (endings.cause == NO_DEFAULT) & ~requests.recourse).any()
    assert np.array_equal(endings.loss_share > 0, endings.defaulted)
    assert (endings.paid_on <= requests.matures + SETTLED_DAYS).all()


def test_one_lender_at_most_and_four_fifths_of_ours_are_approved(world: World) -> None:
    decisions = world.decisions

    assert np.array_equal(decisions.lender == RIVAL_A, ~decisions.ours)
    assert set(np.unique(decisions.lender)) == {NOBODY, OURS, RIVAL_A, RIVAL_B}
    approved = decisions.lender[decisions.ours] == OURS
    assert 0.78 <= approved.mean() <= 0.84
    assert (decisions.lender[decisions.at_random] == OURS).all()
    assert decisions.at_random.mean() == pytest.approx(0.03, abs=0.01)


def test_what_the_lot_approved_against_the_scorecard_is_on_record_as_such(world: World) -> None:
    decisions = world.decisions
    told = np.array(DECIDED)[decisions.recorded]

    assert np.array_equal(told != "declined", decisions.lender == OURS)
    lot = told == "approved_at_random"
    assert decisions.at_random[lot].all()
    # of those drawn, four fifths would have been approved anyway
    assert 0.1 <= lot.sum() / decisions.at_random.sum() <= 0.35


def test_the_old_scorecard_turns_down_the_worse(world: World) -> None:
    ours = world.decisions.lender == OURS
    turned_down = world.decisions.ours & ~ours

    chance = world.integrated.sum(axis=1)
    assert chance[turned_down].mean() > 1.3 * chance[ours].mean()


def test_the_story_of_an_invoice_is_that_of_its_request(world: World) -> None:
    story, requests, chain = world.story, world.requests, world.chain
    asked = story.request != NO_REQUEST
    never = story.paid_on == NEVER

    assert np.array_equal(np.flatnonzero(asked), np.sort(requests.claims))
    assert (world.decisions.lender[story.request[story.financed]] != NOBODY).all()
    lost = world.planned > chain.stop_day[chain.core.invoices.pair]
    assert never[lost].all()
    assert not (never & ~lost & ~asked).any()
    assert (story.paid_minor > 0).all()
    assert (story.paid_minor <= story.face_minor).all()
