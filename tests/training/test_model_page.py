"""The report of a run as a person opens it: in both languages, asking nothing of the network."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.training.conftest import Trained
from training.report.model_words import LANGUAGES, words_of

LARGEST = 5_000_000


def written(trained: Trained, ending: str) -> Path:
    return trained.folder / "pages" / f"{trained.report['bundle']}.{ending}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_opens_by_itself(trained: Trained, page: Page, language: str) -> None:
    path = written(trained, f"{language}.html")
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    page.goto(path.as_uri())

    assert asked == [path.as_uri()]
    assert said == []
    assert path.stat().st_size <= LARGEST
    words = words_of(language)
    assert page.title() == f"{words['title']}: {trained.report['bundle']}"
    headings = page.locator("h2").all_inner_texts()
    for part in ("ranking", "calibration", "stability", "drives", "segments", "controls", "limits"):
        assert words[part] in headings
    assert page.locator("svg").count() > 20
    assert words["grades_note"] in page.locator("main").inner_text()
    assert "[" not in (page.locator("svg").nth(0).text_content() or "")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_page_shows_the_figures_of_the_run(trained: Trained, page: Page) -> None:
    page.goto(written(trained, "en.html").as_uri())
    ranked = trained.report["validation"]["ranking"]

    shown = page.locator(".figures").inner_text()

    assert f"{ranked['auc']:.3f}" in shown
    assert f"{ranked['auc_low']:.3f} – {ranked['auc_high']:.3f}" in shown
    assert f"{ranked['n']:,} receivables" in page.locator("main").inner_text()


def test_both_languages_have_the_same_words() -> None:
    english, chinese = (words_of(language) for language in LANGUAGES)

    assert english.keys() == chinese.keys()
    for name, text in english.items():
        told = set(re.findall(r"\{(\w+)", text)) - {"rows"}  # Chinese counts them as such
        assert told == set(re.findall(r"\{(\w+)", chinese[name])), name


def test_a_card_says_what_the_model_is_and_what_it_is_worth(trained: Trained) -> None:
    card = json.loads(written(trained, "card.json").read_text(encoding="utf-8"))
    text = written(trained, "card.md").read_text(encoding="utf-8")

    assert card["bundle"] == trained.report["bundle"]
    assert card["learned_from"]["rows"] == trained.report["learned"]["n"]
    assert card["tested"]["ranking"]["auc"] == trained.report["validation"]["ranking"]["auc"]
    assert {"intended_use", "not_for", "limits", "duties", "data"} <= set(card)
    assert f"# {card['bundle']}" in text
    assert f"{card['tested']['ranking']['auc']:.3f}" in text
