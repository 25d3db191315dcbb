"""`tricredit value`: values are refreshed, and shown as JSON, in the terminal and as a page."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page
from typer.testing import CliRunner, Result

from scoring.value_words import CHINESE, ENGLISH
from tests.command_results import told
from tests.worlds import SmallWorld
from tricredit import app

HAN = re.compile(r"[\u4e00-\u9fff]")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["value", *words])


@pytest.fixture(scope="module")
def valued(small_world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = small_world.copy(tmp_path_factory.mktemp("valued"))
    done = run("refresh", "--db", url, "--day", "2026-06-16", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)[0]["added"] > 0
    return url


def shown(url: str, supplier: str, *words: str) -> Result:
    return run("show", supplier, "--db", url, "--as-of", "2026-06-17T04:00:00", *words)


def test_the_numbers_are_told_to_programs_and_to_people(
    valued: str, small_world: SmallWorld
) -> None:
    as_json = shown(valued, small_world.supplier, "--json")
    sheet = shown(valued, small_world.supplier, "--lang", "zh")

    assert as_json.exit_code == sheet.exit_code == 0, as_json.output + sheet.output
    found = json.loads(as_json.stdout)
    assert found["p10_minor"] < found["p50_minor"] < found["p90_minor"]
    assert found["after_costs_minor"]["p10"] == int(found["p10_minor"] * found["margin_share"])
    assert "neither equity value nor a rating" in found["not"]["en"]
    assert f"{found['p50_minor'] // 100:,}"[:5] in sheet.stdout
    assert CHINESE["not"] in sheet.stdout


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_opens_without_asking_the_network(
    valued: str, small_world: SmallWorld, tmp_path: Path, page: Page, language: str
) -> None:
    path = tmp_path / "value.html"
    done = shown(valued, small_world.supplier, "--html", str(path), "--lang", language, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))

    page.goto(path.as_uri())

    assert (asked, broken) == ([path.as_uri()], [])
    words = CHINESE if language == "zh" else ENGLISH
    text = page.inner_text("main")
    assert words["not"] in text
    assert found["supplier"] in text
    middle = round(found["p50_minor"] / 100)
    assert f"{middle:,}" in page.inner_text("table.levels tr.strong")
    assert page.locator("table.takes tbody tr").count() == len(found["takes_minor"])
    assert page.locator("table.buyers tbody tr").count() == len(found["buyers"]) + 1
    bars = page.locator("table.levels .place div")
    lengths = [bars.nth(at).bounding_box() for at in range(3)]
    widths = [box["width"] for box in lengths if box is not None]
    assert widths == sorted(widths)
    assert widths[0] > 0
    assert bool(HAN.search(text)) is (language == "zh")


def test_both_languages_say_the_same_things() -> None:
    assert ENGLISH.keys() == CHINESE.keys()
    assert [key for key, words in CHINESE.items() if not HAN.search(words)] == []
    assert [key for key, words in ENGLISH.items() if HAN.search(words)] == []
    for key, words in ENGLISH.items():
        assert re.findall(r"{\w+}", words) == re.findall(r"{\w+}", CHINESE[key])


def test_wrong_use_is_told(valued: str) -> None:
    assert "value refresh" in told(shown(valued, "nobody"), "no-value")
    future = run("refresh", "--db", valued, "--day", "2190-01-01")
    assert "name days up to today" in told(future, "day-not-begun")
