"""A what-if says what a score says once its facts are loaded, to the bit, on both stores."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.database import open_database
from lending.changes import Change
from lending.pack import load_pack
from models.bundle import Bundle, load
from scoring.asking import Request
from scoring.party_models import NO_PARTIES
from scoring.replaying import Parts
from scoring.serving import serve
from scoring.what_if import Asked, NothingToAccept, Trial, Tried, try_out
from scoring.what_if_sheet import answer_sheet, differences_sheet
from tests.ledger.made_rows import everything
from tests.scoring.advised import ASKED, CLAIMS, NOW, REALLY, fill, really, save_bundle
from tests.scoring.asked import PACK, opened

CHANGES: list[Change] = [
    Change(accepted=CLAIMS),
    Change(recourse=True, tenor_days=62),
    Change(searched=CLAIMS),
    Change(guaranteed_share=0.5),
    Change(notified=True, account="locked"),
    Change(insured_share=0.8),
    Change(confirmed=CLAIMS),
    Change(amount_requested_minor=90_000_000),
]


@pytest.fixture(scope="session")
def advised(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load(save_bundle(tmp_path_factory.mktemp("what_if")))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = open_database(database_url)
    try:
        fill(made)
        yield made
    finally:
        made.dispose()


def asked_of(engine: Engine, bundle: Bundle, request: Request = ASKED) -> Asked:
    return Asked(opened(engine), request, Parts(bundle, NO_PARTIES, PACK))


def tried(engine: Engine, bundle: Bundle, *trials: Trial, **more: Any) -> list[dict[str, Any]]:
    every = try_out(engine, asked_of(engine, bundle, **more), trials, write=lambda _work: None)
    return [answer_sheet(one, bundle, "CNY") for one in every]


def scored(engine: Engine, bundle: Bundle, request: Request) -> dict[str, Any]:
    """What a score answers, told in the same way."""
    answer = serve(engine, opened(engine), request, bundle, PACK, write=lambda _work: None).scored
    return answer_sheet(Tried(answer, PACK), bundle, "CNY")


def test_each_what_if_is_the_score_after_its_facts_are_loaded(
    engine: Engine, advised: Bundle
) -> None:
    """All of them first, from the beginning; then they come true one after the other."""
    whole, so_far = Change(), []
    for change in CHANGES:
        whole = whole.and_also(change)
        so_far.append(Trial(whole))
    foretold = tried(engine, advised, Trial(), *so_far)
    assert foretold[0] == scored(engine, advised, ASKED)
    assert len({str(one) for one in foretold}) == len(foretold)  # each of them says something
    request = ASKED
    for at, change in enumerate(CHANGES):
        (alone,) = tried(engine, advised, Trial(change), request=request)
        now = NOW + timedelta(minutes=1 + at)
        request = replace(request, as_of=now, **change.of_request)
        for field in REALLY:
            if getattr(change, field):
                really(engine, field, now)
        answer = scored(engine, advised, request)
        assert alone == answer
        assert foretold[1 + at] == answer


def test_less_receivables_and_another_pack_are_what_a_score_of_these_says(
    engine: Engine, advised: Bundle
) -> None:
    cn = load_pack("cn")
    base, fewer, other, both = tried(
        engine,
        advised,
        Trial(),
        Trial(without=CLAIMS[:1]),
        Trial(pack=cn),
        Trial(Change(recourse=True), CLAIMS[:1], cn),
    )

    assert fewer == scored(engine, advised, replace(ASKED, receivables=CLAIMS[1:])) != base
    answer = serve(engine, opened(engine), ASKED, advised, cn, write=lambda _work: None).scored
    assert other == answer_sheet(Tried(answer, cn), advised, "CNY") != base
    request = replace(ASKED, receivables=CLAIMS[1:], recourse=True)
    answer = serve(engine, opened(engine), request, advised, cn, write=lambda _work: None).scored
    assert both == answer_sheet(Tried(answer, cn), advised, "CNY")


def test_nothing_of_it_is_written(engine: Engine, advised: Bundle) -> None:
    before = everything(engine)

    try_out(engine, asked_of(engine, advised), [Trial(one) for one in CHANGES], write=lambda _: 0)

    assert everything(engine) == before


def test_what_has_no_delivery_can_not_be_accepted(sqlite_url: str, advised: Bundle) -> None:
    made = open_database(sqlite_url)
    fill(made)
    request = replace(ASKED, receivables=("H-0", "R-1"))
    with pytest.raises(NothingToAccept) as told:
        tried(made, advised, Trial(), Trial(Change(accepted=("R-1", "H-0"))), request=request)
    made.dispose()
    assert told.value.field == "/changes/0/accepted/1"


def test_differences_name_each_figure_and_what_came_and_went() -> None:
    rule = {"code": "RK18", "severity": "REFER", "about": "request", "en": "before"}
    said = {**rule, "en": "otherwise said"}
    warn = {**rule, "severity": "WARN"}
    one, other = {"code": "RO01", "weight": 1.0}, {"code": "RO02", "weight": 1.0}
    plain: dict[str, Any] = {"favourable": [], "because": []}
    before = {"a": 1, "parts": {"x": 1.0, "y": 2.0}, "rules": [rule], "adverse": [one], **plain}
    after = {"a": 1, "parts": {"x": 1.5, "y": 2.0}, "rules": [said], "adverse": [other], **plain}

    told = differences_sheet(before, after)

    assert told["differences"] == [{"field": "/parts/x", "before": 1.0, "after": 1.5}]
    assert (told["rules_fired"], told["rules_gone"]) == ([], [])
    assert (told["reasons_new"], told["reasons_gone"]) == ([other], [one])
    harder = differences_sheet(before, {**after, "rules": [warn]})
    assert (harder["rules_fired"], harder["rules_gone"]) == ([warn], [rule])
