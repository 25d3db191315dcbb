"""Where a feature measures what is seen of a claim, both say the same: by the plain definitions."""

from dataclasses import replace
from math import exp, floor, log

import pytest

from features.at_hand import AtHand
from features.circumstances.request_seen import Circumstances
from features.live import LiveView
from features.sources import ASKED, State
from scoring.seen import asking_of
from tests.features.graph.plain_graph import _holds, above
from tests.features.plain_live_claims import live, plain_claim_title, told
from tests.features.plain_live_cover import plain_claim_promises
from tests.features.plain_live_rank import plain_claim_rank
from tests.features.plain_requests import Plain
from tests.features.theme import Values
from tests.scoring.seen_worlds import NOTHING, seen_world

Case = tuple[Plain, Circumstances]


def cases(count: int) -> list[Case]:
    """Requests about one claim each, and what is seen of them with the sources of their ledgers."""
    found = []
    for seed in range(count):
        world = seen_world(seed)
        for request in world.requests:
            one = Plain(world, replace(request, receivables=request.receivables[:1]))
            states = {
                source: State.FOUND if told(one, source) else State.NOT_CHECKED for source in ASKED
            }
            view = LiveView(world.facts, (), world.book.tz)
            asking = asking_of(one.request, world.book)
            at_hand = AtHand({"supplier": states, "buyer": states})
            found.append((one, view.circumstances(asking, NOTHING, at_hand)))
    return found


@pytest.fixture(scope="module")
def seen() -> list[Case]:
    return cases(400)


def test_confirmation_dispute_and_acceptance_are_those_of_the_title(seen: list[Case]) -> None:
    shown: dict[str, set[object]] = {}
    for plain, found in seen:
        title, (claim,) = plain_claim_title(plain), found.claims
        assert claim.confirmation_level == title["confirm_level"]
        level = title["acceptance_level"]
        assert claim.evidence_level == (None if level is None else floor(level + 1e-9))
        assert claim.pay_when_paid == title["pay_when_paid"]
        share = title["open_dispute_share"]
        if share is not None:
            assert min(1.0, (claim.disputed_minor or 0) / (claim.face_minor or 1)) == pytest.approx(
                share, abs=1e-6
            )
        for name in ("confirmation_level", "evidence_level", "pay_when_paid", "disputed_minor"):
            shown.setdefault(name, set()).add(getattr(claim, name))
    assert all(len(values) > 2 for values in shown.values())


def test_an_overlap_is_seen_where_the_rank_is_not_the_first(seen: list[Case]) -> None:
    shown = set()
    for plain, found in seen:
        rank, (claim,) = plain_claim_rank(plain)["registry_rank"], found.claims
        searches = live(plain, "registry_search").values()
        own = live(plain, "receivable")[claim.ref]["contract"]
        simple = not searches and not claim.registered and own is not None
        if rank is not None and simple:
            assert (claim.earlier_overlap != "none") == (rank > 1)
            shown.add(claim.earlier_overlap)
        if not told(plain, "registry") and not searches:
            assert claim.registered in {None, True}
    assert {"floating", "none"} <= shown


def test_what_may_be_set_off_is_the_ratio_of_the_face(seen: list[Case]) -> None:
    compared = 0
    for plain, found in seen:
        ratio, (claim,) = plain_claim_rank(plain)["setoff_ratio"], found.claims
        contracts = live(plain, "contract").values()
        if ratio is None or any(row["retention_ppm"] for row in contracts):
            continue
        compared += ratio > 0
        part = (claim.contra_minor or 0) / (claim.face_minor or 1)
        assert min(1.0, part) == pytest.approx(min(1.0, ratio), rel=1e-9)
    assert compared > 5


def test_guarantees_and_insurance_cover_what_their_features_say(seen: list[Case]) -> None:
    compared = 0
    for plain, found in seen:
        promises = plain_claim_promises(plain)
        compared += bool(found.guarantees) + bool(found.insurances)
        assert _guaranteed(plain, found) == pytest.approx(_logit_pd(promises), abs=1e-5)
        disputed = bool(found.claims[0].disputed_minor)
        cover = max(
            (
                0.0
                if one.excludes_disputes and disputed
                else one.insured_share * (1.0 - one.deductible_share)
                for one in found.insurances
            ),
            default=0.0,
        )
        assert cover == pytest.approx(promises["insur_cover"], abs=1e-6)
    assert compared > 50


def _logit_pd(promises: Values) -> float:
    value = promises["guar_logit_pd"]
    return 0.0 if value is None else value


def _guaranteed(plain: Plain, found: Circumstances) -> float:
    """Log-odds of the guarantors' default by what is seen, weighted by the shares; 0 without."""
    graded = [
        (one.covered_share, log(one.pd_12m / (1.0 - one.pd_12m)))
        for one in found.guarantees
        if one.pd_12m is not None
    ]
    whole = sum(share for share, _ in graded)
    return sum(share * odds for share, odds in graded) / whole if whole else 0.0


def test_linked_is_the_control_of_the_graph(seen: list[Case]) -> None:
    shown = set()
    for plain, found in seen:
        rows = [
            row
            for row in live(plain, "party_relation").values()
            if (row["valid_from"] is None or row["valid_from"] <= plain.day)
            and (row["valid_until"] is None or row["valid_until"] > plain.day)
        ]
        holds = [hold for row in rows for hold in _holds(row)]
        one, other = above(plain.supplier, holds), above(plain.buyer, holds)
        level = max((min(one[each], other[each]) for each in one.keys() & other.keys()), default=0)
        assert bool(found.pair.linked) == (level == 2)
        assert found.pair.linked is not None or not told(plain, "kinship")
        shown.add(found.pair.linked)
    assert {True, False} <= shown


def test_the_chance_of_a_rating_comes_back_to_the_millionth() -> None:
    world = seen_world(1)
    request = world.requests[0]
    states = dict.fromkeys(ASKED, State.FOUND)
    view = LiveView(world.facts, (), world.book.tz)
    for ppm in (1, 19_999, 20_000, 999_999):
        logit = log(ppm) - log(1_000_000 - ppm)
        measured = {**NOTHING, "buyer_logit_pd": logit}
        at_hand = AtHand({"supplier": states, "buyer": states})
        found = view.circumstances(asking_of(request, world.book), measured, at_hand)
        assert found.buyer.pd_12m == ppm / 1e6
        assert found.buyer.pd_12m == pytest.approx(1 / (1 + exp(-logit)), abs=1e-9)
