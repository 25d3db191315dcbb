"""The report of a run as a person opens it: in both languages, asking nothing of the network."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from features.catalogue import BY_NAME
from tests.training.conftest import Trained
from training.report.feature_words import in_words
from training.report.model_words import LANGUAGES, card_words, chinese_units, words_of
from training.report.page_parts import PARTS
from training.report.run_tables import RUN_TABLES

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
    assert headings == [words["summary"], *(words[part] for part in PARTS)]
    assert page.locator("svg").count() > 20
    assert words["grades_note"] in page.locator("main").inner_text()
    assert not re.search(r"\[[a-z_]+\]", " ".join(page.locator("svg").all_text_contents()))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_page_shows_the_figures_of_the_run(trained: Trained, page: Page) -> None:
    page.goto(written(trained, "en.html").as_uri())
    ranked = trained.report["validation"]["ranking"]

    shown = page.locator(".figures").inner_text()

    assert f"{ranked['auc']:.3f}" in shown
    assert f"{ranked['auc_low']:.3f} – {ranked['auc_high']:.3f}" in shown
    whole = page.locator("main").inner_text()
    assert f"{ranked['n']:,} receivables" in whole
    assert trained.report["data_sha256"] in whole


def table_under(page: Page, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading."""
    rows = page.locator(f"xpath=//*[.='{heading}']/following::table[1]//tbody/tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_the_page_shows_every_gate_and_whether_it_was_passed(trained: Trained, page: Page) -> None:
    page.goto(written(trained, "en.html").as_uri())

    shown = table_under(page, words_of("en")["gates"])

    assert [row[-1] for row in shown] == [
        "passed" if gate["passed"] else "failed" for gate in trained.report["gates"]
    ]


def test_the_page_compares_the_champion_with_every_challenger(trained: Trained, page: Page) -> None:
    page.goto(written(trained, "en.html").as_uri())
    found = trained.report["test"]["differences"]

    shown = table_under(page, words_of("en")["differences"])

    assert len(shown) == len(found)
    for (_, *cells), by_measure in zip(shown, found.values(), strict=True):
        assert len(cells) == len(by_measure)
        for cell, less in zip(cells, by_measure.values(), strict=True):
            assert float(cell.split()[0]) == pytest.approx(less["difference"], abs=1e-4)
            assert cell.endswith(("▲", "▼")) != (less["low"] <= 0.0 <= less["high"])


def test_the_map_of_drift_has_a_cell_for_each_month_of_each_input(
    trained: Trained, page: Page
) -> None:
    page.goto(written(trained, "en.html").as_uri())
    drift = trained.report["validation"]["drift"]
    farthest = max(
        drift["features"],
        key=lambda name: max(one["psi"] for one in drift["features"][name]["months"].values()),
    )

    title = words_of("en")["moved"]
    texts = page.locator(f"xpath=//h2[.='{title}']/following::*[name()='svg'][1]//*[name()='text']")
    shown = texts.all_text_contents()

    assert farthest in shown
    assert set(drift["score"]["months"]) <= {line for text in shown for line in text.split()}
    for moved in drift["features"][farthest]["months"].values():
        assert f"{moved['psi']:.2f}" in shown


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"inference": "reweighting", "effective": 812.4}, ("reweighting by the inverse", "812.4")),
        ({"inference": "naive"}, ("naive: only what was financed",)),
        (None, ()),
    ],
)
def test_how_turned_down_requests_were_dealt_with_is_told_where_it_is_known(
    trained: Trained, told: dict[str, Any] | None, shown: tuple[str, ...]
) -> None:
    report = trained.report if told is None else {**trained.report, "rejects": told}
    [(_, table)] = RUN_TABLES["made_of"]

    _, rows = table(report, words_of("en"))

    cells = [cell for row in rows for cell in row.cells]
    assert any("Reject inference" in cell for cell in cells) == bool(shown)
    for text in shown:
        assert any(text in cell for cell in cells)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_can_be_told_in_words_with_its_unit(language: str) -> None:
    for name in BY_NAME:
        told = in_words(name, language)
        assert told.strip()
        assert "{" not in told
    assert chinese_units().keys() == {feature.unit for feature in BY_NAME.values()}


def test_the_card_says_as_much_in_both_languages() -> None:
    english, chinese = (card_words(language) for language in LANGUAGES)

    assert [(name, len(texts)) for name, texts in english.items()] == [
        (name, len(texts)) for name, texts in chinese.items()
    ]


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
    assert card["tested"]["from"] == trained.report["split"]["test"]["since"]
    assert card["learned_from"]["data_sha256"] == trained.report["data_sha256"]
    assert {"intended_use", "not_for", "limits", "duties", "data"} <= set(card)
    assert f"# {card['bundle']}" in text
    assert f"{card['tested']['ranking']['auc']:.3f}" in text
