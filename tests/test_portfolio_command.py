"""`tricredit portfolio`: four reports, as JSON, in the terminal and as pages in two languages."""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page
from typer.testing import CliRunner, Result

from scoring.portfolio import index_words, late_words, report_words, warning_words
from tests.command_results import told
from tests.default_bundles import DefaultBundles
from tests.worlds import SmallWorld
from tricredit import app

HAN = re.compile(r"[\u4e00-\u9fff]")
DAY = "2026-06-17"
WORDS: dict[str, ModuleType] = {
    "report": report_words,
    "warnings": warning_words,
    "late-payers": late_words,
    "index": index_words,
}


def run(report: str, db: str, *words: str, day: str = DAY) -> Result:
    return CliRunner().invoke(app, ["portfolio", report, "--db", db, "--day", day, *words])


@pytest.fixture(scope="module")
def scoring(default_bundles: DefaultBundles) -> tuple[str, ...]:
    return ("--bundle", str(default_bundles.default))


@pytest.mark.parametrize("report", list(WORDS))
def test_each_report_opens_as_a_page_without_asking_the_network(
    small_world: SmallWorld, scoring: tuple[str, ...], tmp_path: Path, page: Page, report: str
) -> None:
    asked: list[str] = []
    broken: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            broken.append(message.text)

    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", heard)
    paths = []
    for language in ("en", "zh"):
        path = tmp_path / f"{language}.html"
        more = scoring if report == "report" else ()
        done = run(
            report, small_world.url, "--html", str(path), "--lang", language, "--json", *more
        )
        assert done.exit_code == 0, done.output
        found = json.loads(done.stdout)
        assert found["day"] == DAY
        if more:
            _adds_up(found)

        page.goto(path.as_uri())

        _looks_right(page, report, language)
        paths.append(path.as_uri())
    assert (asked, broken) == (paths, [])


def _looks_right(page: Page, report: str, language: str) -> None:
    """Title, figures and headings are there, charts have their place, and nothing is cut off."""
    words = WORDS[report].CHINESE if language == "zh" else WORDS[report].ENGLISH
    assert page.inner_text("h1") == words["title"]
    assert bool(HAN.search(page.inner_text("h2 >> nth=0"))) is (language == "zh")
    figures = page.locator("dl.figures .figure").all_inner_texts()
    assert figures
    assert all(figures)
    drawn = page.evaluate(CHARTS)
    assert bool(drawn) is (report != "warnings")
    for width, left in drawn:
        assert width > 400
        assert left >= 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


CHARTS = """() => [...document.querySelectorAll("svg")].map(chart => {
    const box = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")].map(one => one.getBoundingClientRect().left);
    return [box.width, Math.min(...texts) - box.left];
})"""
"""Width of each chart, and how far its leftmost label lies inside it."""


def _adds_up(found: dict[str, Any]) -> None:
    """What a program reads of a book that was scored again."""
    again = found["rescored"]
    assert again["scored"] == found["whole"]
    for grades in (again["grades"], again["grades_then"]):
        assert sum(grade["minor"] for grade in grades.values()) == found["whole"]["minor"]
    assert 0 < again["loss"]["expected_minor"] < again["loss"]["simulated_minor"]
    assert found["tags"]["renewal"]["unknown"] == found["whole"]


def test_without_a_bundle_the_sheet_says_what_is_out_and_what_it_lacks(
    small_world: SmallWorld,
) -> None:
    as_json = run("report", small_world.url, "--json")
    sheet = run("report", small_world.url, "--lang", "zh")

    assert as_json.exit_code == sheet.exit_code == 0, as_json.output + sheet.output
    found = json.loads(as_json.stdout)
    assert found["rescored"] is None
    assert f"{found['whole']['minor'] // 100:,}" in sheet.stdout
    for part in found["views"]["buyer"]["parts"]:
        assert f"{part['amount_minor'] // 100:,}" in sheet.stdout
    assert report_words.CHINESE["no_bundle"][:12] in sheet.stdout.replace("\n", "")


@pytest.mark.parametrize("report", list(WORDS))
def test_both_languages_say_the_same_things(report: str) -> None:
    english, chinese = WORDS[report].ENGLISH, WORDS[report].CHINESE
    assert english.keys() == chinese.keys()
    for key, words in english.items():
        assert sorted(re.findall(r"{\w+}", words)) == sorted(re.findall(r"{\w+}", chinese[key]))


def test_wrong_use_is_told(small_world: SmallWorld, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("name = 'mine'\n", encoding="utf-8")
    late = ("--bundle", str(small_world.bundle), "--trust", str(small_world.keys))

    assert "name a day up to today" in told(
        run("index", small_world.url, day="2190-01-01"), "day-ahead"
    )
    assert "portfolio.toml" in told(
        run("warnings", small_world.url, "--rules", str(own)), "wrong-portfolio-rules"
    )
    assert "default" in told(run("report", small_world.url, *late), "no-terms")
