"""Where the event is default the reply tells PDs, their interval and the grade; else nothing."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from math import exp
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from sqlalchemy import Engine

from ledger.clocks import day_of
from models.assessment import assess
from models.bundle import Bundle, load
from models.scale import grade_of
from models.storage import BundleRefused
from scoring.asking import Request
from scoring.batch import replies
from scoring.gather import gather
from scoring.party_models import PartyModels, load_party_models
from scoring.path import MEASURED_BY, Scored, describe, relations_for, score
from scoring.reply import reply
from scoring.serving import serve
from scoring.sheet import sheet
from tests.default_bundles import DEFAULT, DefaultBundles
from tests.scoring.asked import PACK, opened, request, served, some_requests, told
from tests.worlds import RECORDED_AT, SmallWorld


@pytest.fixture(scope="module")
def default(default_bundles: DefaultBundles) -> Bundle:
    return load(default_bundles.default)


@pytest.fixture(scope="module")
def parties(default_bundles: DefaultBundles) -> PartyModels:
    return load_party_models(str(default_bundles.buyer), str(default_bundles.supplier))


@pytest.fixture(scope="module")
def asked(small_world: SmallWorld) -> list[Request]:
    return some_requests(small_world, 8, seed=6)


def answered(engine: Engine, bundle: Bundle, parties: PartyModels, one: Request) -> dict[str, Any]:
    scored = serve(engine, opened(engine), one, bundle, PACK, parties=parties).scored
    return reply(scored, bundle, PACK, score_id=None, currency="CNY")


def last_due(small_world: SmallWorld, one: Request) -> Any:
    rows = small_world.rows["receivable"]
    return max(row["due_on"] for row in rows if row["ref"] in one.receivables)


def test_lateness_tells_no_default(engine: Engine, bundle: Bundle, asked: list[Request]) -> None:
    (one,) = replies(engine, opened(engine), asked[:1], bundle, PACK)

    assert one["default"] is one["pd_buyer_12m"] is one["pd_supplier_12m"] is None
    assert one["party_bundles"] == {}
    assert one["terms_refused"]


def test_the_pd_of_a_financing_is_told_to_maturity_and_for_a_year(
    engine: Engine, default: Bundle, asked: list[Request], small_world: SmallWorld
) -> None:
    """domain.md section 3.1; it matures when its last receivable falls due."""
    assert any(len(one.receivables) > 1 for one in asked)
    tz = opened(engine).tz
    for one, answer in zip(
        asked, replies(engine, opened(engine), asked, default, PACK), strict=True
    ):
        found, pd = answer["default"], answer["probability"]
        days = max(0, (last_due(small_world, one) - day_of(one.as_of, tz)).days) + 90

        assert answer["terms_refused"] == ""
        assert (found["pd_facility_maturity"], found["horizon_days"]) == (pd, days)
        assert found["pd_facility_12m"] == pytest.approx(1 - (1 - pd) ** (365 / days), rel=1e-9)
        assert found["grade"]["low"] <= found["pd_facility_12m"] < found["grade"]["high"]
        assert found["grade"]["name"] == grade_of(DEFAULT, found["pd_facility_12m"]).name


@pytest.mark.parametrize("tenor_days", [1, 276])
def test_a_tenor_that_is_said_goes_before_the_due_dates(
    engine: Engine, default: Bundle, asked: list[Request], tenor_days: int
) -> None:
    found = served(engine, default, replace(asked[0], tenor_days=tenor_days)).facility

    assert found is not None
    assert found.horizon_days == tenor_days + 90
    assert (found.pd_12m < found.pd_maturity) == (found.horizon_days > 365)


def test_past_due_there_are_still_ninety_days(
    engine: Engine, default: Bundle, small_world: SmallWorld
) -> None:
    due = [
        row
        for row in small_world.rows["receivable"]
        if row["due_on"] < (RECORDED_AT - timedelta(days=5)).date()
    ]
    found = served(engine, default, request(due[:1])).facility

    assert found is not None
    assert found.horizon_days == 90


def test_its_interval_is_that_of_the_bags(
    engine: Engine, default: Bundle, asked: list[Request]
) -> None:
    bare = replace(default, intervals=None)
    for answer in replies(engine, opened(engine), asked[:2], default, PACK):
        found = answer["default"]["interval"]

        assert found["low"] < found["learned_low"] < answer["probability"]
        assert answer["probability"] < found["learned_high"] < found["high"]
    for answer in replies(engine, opened(engine), asked[:1], bare, PACK):
        assert answer["default"]["interval"] is None


def test_parties_are_told_by_their_own_models(
    engine: Engine, default: Bundle, parties: PartyModels, asked: list[Request]
) -> None:
    for one in asked[:2]:
        answer = answered(engine, default, parties, one)
        for role, days in (("buyer", 365), ("supplier", 182)):
            bundle = parties.bundles[role]
            row = [answer["features"][name] for name in bundle.feature_names]
            (said,) = assess(bundle, np.array([row], dtype=np.float64))
            survives = 1 / (1 + exp(said.logit))
            year = 1 - survives ** (365 / days)
            assert answer[f"pd_{role}_12m"] == pytest.approx(year, rel=1e-9)
            assert answer["party_bundles"][role] == bundle.id


def test_a_party_without_a_model_has_no_pd(
    engine: Engine, bundle: Bundle, default_bundles: DefaultBundles, asked: list[Request]
) -> None:
    """And one with a model has, also beside a bundle of lateness."""
    only = load_party_models(None, str(default_bundles.supplier))

    answer = answered(engine, bundle, only, asked[0])

    assert answer["pd_buyer_12m"] is None
    assert 0.0 < answer["pd_supplier_12m"] < 1.0
    assert answer["party_bundles"] == {"supplier": default_bundles.supplier.name}


def test_one_by_one_they_are_told_as_all_at_once(
    engine: Engine, default: Bundle, parties: PartyModels, asked: list[Request]
) -> None:
    book, some = opened(engine), asked[:3]
    gathered = gather(engine, book, book.last_seq)
    relations = relations_for(default, parties)
    described = describe(gathered, some, relations=relations, also=MEASURED_BY, threads=2)
    together: list[Scored] = list(score(gathered, described, default, PACK, parties))
    alone = [serve(engine, book, one, default, PACK, parties=parties).scored for one in some]

    assert [told(one) for one in alone] == [told(one) for one in together]


def test_a_bundle_of_another_event_is_no_model_of_a_party(
    default_bundles: DefaultBundles,
) -> None:
    of_supplier, of_financing = str(default_bundles.supplier), str(default_bundles.default)
    for buyer, supplier in ((of_supplier, None), (None, of_financing)):
        with pytest.raises(BundleRefused, match="no default of a") as refused:
            load_party_models(buyer, supplier)
        assert refused.value.field == ("buyer_bundle" if buyer else "supplier_bundle")
        assert refused.value.remedy


def test_the_sheet_shows_grade_interval_and_parties(
    engine: Engine, default: Bundle, parties: PartyModels, asked: list[Request]
) -> None:
    answer = answered(engine, default, parties, asked[0])
    stream = io.StringIO()
    Console(file=stream, width=200).print(sheet(json.loads(json.dumps(answer))))

    text = stream.getvalue()
    for shown in (
        f"grade {answer['default']['grade']['name']}: ",
        f"{answer['default']['pd_facility_12m']:.2%} within 12 months",
        f"{answer['default']['interval']['high']:.2%}",
        f"buyer defaults within 12 months: {answer['pd_buyer_12m']:.2%}",
        f"supplier defaults within 12 months: {answer['pd_supplier_12m']:.2%}",
    ):
        assert shown in text
