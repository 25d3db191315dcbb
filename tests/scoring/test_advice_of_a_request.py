"""What advice promises is what a score says once the change is made, on both stores."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from ledger.database import open_database, writing
from lending.advice import Outcome
from lending.changes import Change
from lending.levers import Case, steps
from models.bundle import Bundle, load
from scoring.asking import Request
from scoring.history import Write
from scoring.party_models import NO_PARTIES
from scoring.path import MEASURED_BY, Scored, relations_for
from scoring.scored_again import Rescoring
from scoring.serving import look_up, serve
from tests.lending.changed_seen import changed
from tests.scoring.advised import ASKED, CLAIMS, NOW, REALLY, fill, really, save_bundle
from tests.scoring.asked import PACK, opened

LEVERS: list[Change] = [
    Change(accepted=CLAIMS),
    Change(recourse=True, tenor_days=62),
    Change(searched=CLAIMS),
    Change(guaranteed_share=0.5),
    Change(notified=True, account="locked"),
    Change(insured_share=0.8),
    Change(confirmed=CLAIMS),
    Change(amount_requested_minor=90_000_000),
]
"""Each kind of change, in an order in which they are made one after the other."""


@pytest.fixture(scope="session")
def advised(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load(save_bundle(tmp_path_factory.mktemp("advised")))


@pytest.fixture
def engine_of_both(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    try:
        fill(engine)
        yield engine
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def told_once(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same ledger for those that change nothing."""
    file = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("told") / "ledger.db")
    engine = open_database(f"sqlite:///{file}")
    try:
        fill(engine)
        yield engine
    finally:
        engine.dispose()


def rescoring(engine: Engine, bundle: Bundle, request: Request) -> Rescoring:
    book = opened(engine)
    gathered, described = look_up(
        engine, book, [request], relations_for(bundle), MEASURED_BY, write=writes(engine)
    )
    return Rescoring(engine, gathered, described, bundle, PACK, NO_PARTIES)


def scored(engine: Engine, bundle: Bundle, request: Request, *, advice: bool = False) -> Scored:
    return serve(
        engine, opened(engine), request, bundle, PACK, write=writes(engine), advice=advice
    ).scored


def writes(engine: Engine) -> Write:
    """Keeps history at once, so that the next score of the day finds it."""

    def write(work: Callable[[Connection], object]) -> None:
        with writing(engine) as connection:
            work(connection)

    return write


def outcome(answer: Scored) -> Outcome:
    """What a score says, as an option would promise it."""
    assert answer.assessment.interval is not None
    assert answer.terms is not None
    return Outcome(
        answer.offer.decision.value,
        list(type(answer.offer.decision)).index(answer.offer.decision),
        answer.assessment.probability,
        answer.assessment.interval.learned_high,
        answer.offer.advance_minor,
        answer.terms.price.quoted_rate,
    )


def unknown_peers(found: Outcome) -> Outcome:
    return replace(found, peers_share=None)


def test_each_change_once_made_brings_what_was_promised(
    engine_of_both: Engine, advised: Bundle
) -> None:
    """One after the other, and from the beginning all together: to the last bit."""
    engine, request, whole = engine_of_both, ASKED, Change()
    first = rescoring(engine, advised, request)
    assert first([Change()]) == [outcome(scored(engine, advised, request))]
    for at, change in enumerate(LEVERS):
        whole = whole.and_also(change)
        (one,) = rescoring(engine, advised, request)([change])
        (all_so_far,) = first([whole])
        now = NOW + timedelta(minutes=1 + at)
        request = replace(request, as_of=now, **change.of_request)
        for field in REALLY:
            if getattr(change, field):
                really(engine, field, now)
        found = outcome(scored(engine, advised, request))
        assert unknown_peers(one) == found
        assert unknown_peers(all_so_far) == found


def test_circumstances_after_a_change_are_those_of_its_facts(
    told_once: Engine, advised: Bundle
) -> None:
    """The plain definition, but for keys of what isn't there yet and signs of fraud."""
    again = rescoring(told_once, advised, ASKED)
    seen = again.seen_after(Change())
    assert seen == scored(told_once, advised, ASKED).seen
    for step in steps(Case(seen, "CNY"), PACK.terms.table.advice):
        after, plain = again.seen_after(step.change), changed(seen, step.change)
        assert after.claims == plain.claims
        assert [one.covered_share for one in after.guarantees] == [
            one.covered_share for one in plain.guarantees
        ]
        assert [one.insured_share for one in after.insurances] == [
            one.insured_share for one in plain.insurances
        ]
        assert replace(
            after,
            guarantees=(),
            insurances=(),
            evidence=seen.evidence,
            signs=seen.signs,
            fraud_score=seen.fraud_score,
        ) == replace(plain, guarantees=(), insurances=())


def test_advice_is_found_and_tells_what_each_amount_brings(
    told_once: Engine, advised: Bundle
) -> None:
    answer = scored(told_once, advised, ASKED, advice=True)
    assert answer.advice is not None
    assert scored(told_once, advised, ASKED).advice is None  # nobody asked
    now = outcome(answer)
    assert answer.advice.amounts[0] == (ASKED.amount_requested_minor, now)
    assert answer.advice.options
    again = rescoring(told_once, advised, ASKED)
    for option in answer.advice.options:
        assert again([option.change]) == [option.outcome]
        assert option.outcome.rank < now.rank
        assert option.outcome.pd <= now.pd


def test_a_structure_is_told_with_its_share_of_peers(told_once: Engine, advised: Bundle) -> None:
    again, structures = rescoring(told_once, advised, ASKED), advised.card.structures
    assert structures is not None
    recourse, evidence = again([Change(recourse=True), Change(confirmed=CLAIMS)])

    unsaid = dict.fromkeys(structures.names, float("nan"))
    now = structures.of({**unsaid, "recourse": 1.0, "guar_cover": 0.0, "insur_cover": 0.0})
    assert recourse.peers_share == structures.share(now) > 0.0
    assert evidence.peers_share is None


def test_what_hardly_any_peer_asks_for_says_so(advised: Bundle) -> None:
    structures = advised.card.structures
    assert structures is not None
    assert sum(one.share for one in structures.seen) == pytest.approx(1.0)
    assert set(structures.names) == {
        "recourse",
        "notified",
        "cash_control",
        "guar_cover",
        "insur_cover",
    }
    assert structures.share((1.0, 7.0, 1.0, 0.0, 0.0)) == 0.0
