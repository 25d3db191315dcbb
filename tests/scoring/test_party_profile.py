"""A profile tells the numbers that a score of that day sees, of supplier and buyer, bounded."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from features.catalogue import RELATION_OF, RELATIONS
from features.feature import Grain
from ledger.database import open_database
from scoring.gather import gather
from scoring.party_models import NO_PARTIES
from scoring.party_profile import MOST_CLAIMS, MOST_PARTNERS, PartyProfile, party_profile
from scoring.party_profile_sheet import credits_sheet
from scoring.path import describe
from tests.scoring.advised import ASKED, CLAIMS, FACE_MINOR, NOW, claim, fact, fill, really
from tests.scoring.asked import opened, tell


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = open_database(database_url)
    try:
        fill(made)
        yield made
    finally:
        made.dispose()


def of(engine: Engine, party: str, **more: Any) -> PartyProfile:
    return party_profile(engine, opened(engine), party, NOW, NO_PARTIES, **more)


def by_request(engine: Engine) -> dict[str, float]:
    """The features of the request, from the whole book: what training learns from."""
    book = opened(engine)
    request = replace(ASKED, amount_requested_minor=None)
    described = describe(gather(engine, book, book.last_seq), [request], relations=RELATIONS)
    return dict(zip(described.features.names, described.features.values[0].tolist(), strict=True))


def same(one: float, other: float) -> bool:
    return np.array_equal([one], [other], equal_nan=True)


def test_features_are_those_of_a_score_of_the_day(engine: Engine) -> None:
    plain = by_request(engine)
    supplier, buyer = of(engine, "S"), of(engine, "B")
    (with_buyer,) = supplier.partners
    (with_supplier,) = buyer.partners

    assert (with_buyer.role, with_buyer.partner) == ("supplier", "B")
    assert (with_supplier.role, with_supplier.partner) == ("buyer", "S")
    checked = 0
    for name, value in plain.items():
        grain = RELATION_OF[name].grain
        if grain is Grain.SUPPLIER:
            assert same(supplier.features[name], value), name
        elif grain is Grain.BUYER:
            assert same(buyer.features[name], value), name
        elif grain is Grain.PAIR:
            assert same(with_buyer.features[name], value), name
            assert same(with_supplier.features[name], value), name
        checked += grain is not Grain.REQUEST
    assert checked > 100
    again = of(engine, "S")  # from what was kept
    assert all(same(again.features[name], one) for name, one in supplier.features.items())


def test_receivables_are_seen_at_the_instant_and_summed(engine: Engine) -> None:
    before = credits_sheet(of(engine, "S"))["object"]["supplier"]
    assert (before["looked_at"], before["open"]) == (6, 2)  # four were paid
    assert before["face_minor"] == before["owed_minor"] == 2 * FACE_MINOR
    assert before["confirmed_minor"] == 0
    assert before["cover"]["guarantees"] == 0

    for field in ("confirmed", "guaranteed_share"):
        really(engine, field, NOW)
    after = credits_sheet(of(engine, "S"))["object"]["supplier"]

    assert (after["confirmed_minor"], after["confirmed_share"]) == (2 * FACE_MINOR, 1.0)
    assert after["cover"]["most_guaranteed_share"] == 0.5
    bought = credits_sheet(of(engine, "B"))["object"]
    assert bought["supplier"] is None
    assert bought["buyer"]["confirmed_minor"] == 2 * FACE_MINOR


def test_what_is_told_is_json_in_both_languages(engine: Engine) -> None:
    told = credits_sheet(of(engine, "S"))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    every = [one for credit in told.values() for one in credit["features"]]
    every += [one for partner in told["data"]["partners"] for one in partner["features"]]
    assert {one["of"] for one in every} == {"supplier", "pair"}
    for one in every:
        assert one["en"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one["zh"])
        assert (one["value"] is None) == (one["missing"] is not None)
    known = {one["name"] for one in every if one["value"] is not None}
    assert "supplier_ln_customers" in known


def test_a_party_without_trade_has_no_receivables_and_says_what_nobody_told(
    engine: Engine,
) -> None:
    told = credits_sheet(of(engine, "G"))
    assert (told["object"]["supplier"], told["object"]["buyer"]) == (None, None)
    assert told["data"]["partners"] == []
    assert {one["of"] for one in told["subject"]["features"]} == {"supplier", "buyer"}
    assert told["subject"]["standing"]["open_records"] is None
    assert told["data"]["sources"]["courts"] == "NOT_CHECKED"


def test_a_large_party_is_looked_at_in_part(sqlite_url: str) -> None:
    engine = open_database(sqlite_url)
    fill(engine)
    then = NOW - timedelta(days=3)
    others = [f"T-{number}" for number in range(8)]
    rows = {
        "party": [fact(ref, then, name=ref, country="CN", person_linked=False) for ref in others],
        "receivable": [
            {**claim(f"X-{at}", then), "supplier": others[at % 8]} for at in range(MOST_CLAIMS + 50)
        ],
    }
    tell(engine, rows, NOW - timedelta(days=2), old=True)

    found = of(engine, "B")

    assert len(found.partners) == MOST_PARTNERS
    assert 0 < found.looked_at["buyer"] <= MOST_CLAIMS
    assert all(len(one.seen.claims) <= MOST_CLAIMS for one in found.partners)
    assert not set(CLAIMS) & {one.ref for each in found.partners for one in each.seen.claims}
    engine.dispose()
