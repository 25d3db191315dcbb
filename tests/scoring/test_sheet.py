"""The sheet shows the decision, the split and the reasons, in a terminal of any width."""

import io
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import Engine

from models.bundle import Bundle
from scoring.asking import Request
from scoring.reply import reply
from scoring.sheet import PART_NAMES, sheet
from tests.scoring.asked import PACK, request, served, some_requests
from tests.worlds import SmallWorld


def answer(engine: Engine, bundle: Bundle, asked: Request) -> dict[str, Any]:
    return reply(served(engine, bundle, asked), bundle, PACK, score_id=None, currency="CNY")


@pytest.fixture(scope="module")
def shown(engine: Engine, bundle: Bundle, small_world: SmallWorld) -> dict[str, Any]:
    """The reply to a request for more than the cap allows."""
    (claim,) = (
        dict(row) for row in small_world.rows["receivable"] if row["ref"] == small_world.receivable
    )
    return answer(engine, bundle, request([claim], amount=claim["face_minor"]))


def printed(given: dict[str, Any], width: int = 200, title: str = "") -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(sheet(given, title))
    return stream.getvalue()


def test_it_shows_the_decision_and_the_probability_of_what(shown: dict[str, Any]) -> None:
    text = printed(shown, title="Request [1] of 好")

    assert "Request [1] of 好" in text
    assert shown["decision"] in text
    assert f"{shown['probability']:.2%} that {shown['event']['en']}" in text
    assert f"({shown['points']} points)" in text


def test_it_shows_base_parts_and_sum(shown: dict[str, Any]) -> None:
    text = printed(shown)

    for words in PART_NAMES.values():
        assert words in text
    for value in (shown["base"], shown["logit"], *shown["parts"].values()):
        assert f"{value:+.3f}" in text
    assert set(PART_NAMES) == set(shown["parts"])


def test_it_shows_rules_and_reasons_in_both_languages(shown: dict[str, Any]) -> None:
    text = printed(shown)

    assert [rule["code"] for rule in shown["rules"]] == ["RK18"]
    for told in (*shown["rules"], *shown["adverse"], *shown["favourable"]):
        assert told["code"] in text
        assert told["en"] in text
        assert told["zh"] in text
    for reason in (*shown["adverse"], *shown["favourable"]):
        assert reason["detail_en"] in text
        assert f"{reason['weight']:+.2f}" in text


def test_a_key_of_the_caller_is_shown_as_it_is_and_what_else_made_the_answer(
    shown: dict[str, Any],
) -> None:
    rules = [{**rule, "en": "Receivable [/bold] is settled"} for rule in shown["rules"]]
    because = [{"code": "no_face", "en": "The face of no receivable is known", "zh": "面额未知"}]

    text = printed({**shown, "decision": "CANNOT_SCORE", "rules": rules, "because": because})

    assert "Receivable [/bold] is settled" in text
    assert "CANNOT_SCORE" in text
    assert "The face of no receivable is known" in text


def test_an_advance_is_shown_as_money(shown: dict[str, Any]) -> None:
    text = printed({**shown, "decision": "APPROVE_REDUCED", "advance_minor": 123_456_789})

    assert "advance 1,234,567.89 CNY" in text or "advance 1234567.89 CNY" in text
    assert "advance" not in printed({**shown, "advance_minor": None}).rpartition("history")[0][-80:]


@pytest.mark.parametrize("width", [20, 80, 300])
def test_it_fits_any_width(
    engine: Engine, bundle: Bundle, small_world: SmallWorld, width: int
) -> None:
    for asked in some_requests(small_world, 3, seed=4):
        lines = printed(answer(engine, bundle, asked), width).splitlines()
        assert max(len(line) for line in lines) <= width
