"""``python -m training.monitor``: pages, figures and gauges of a bundle after its cut."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from playwright.sync_api import Page
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner, Result

from lending.policy.outcomes import Decision
from models.assessment import logits, parts
from models.bundle import load
from tests.command_results import told
from tests.training.conftest import CUT, Trained
from tests.worlds import NAMES, SmallWorld
from training.examples import labels
from training.metrics import log_odds, sigmoid
from training.monitor.gauges import write_gauges
from training.monitor.given_overrides import Departures, GivenOverride, departures_told
from training.monitor.monitor_command import main
from training.monitor.monitor_page import monitor_page
from training.monitor.monitor_words import LANGUAGES, words_of
from training.monitor.spans import next_day_after
from training.validation.by_month import months_of
from training.validation.drift import drift

MONTHS = ["2026-03", "2026-04", "2026-05"]
"""Whole months between the cut of the bundle and the end of the world."""


def monitor(*words: str | Path) -> Result:
    """Run ``python -m training.monitor`` in this process."""
    script = typer.Typer()
    script.command()(main)
    return CliRunner().invoke(script, [str(word) for word in words])


@dataclass(frozen=True)
class Watched:
    """A run of the command: what it said, and its files."""

    result: Result
    folder: Path
    found: dict[str, Any]


@pytest.fixture(scope="session")
def watched(
    small_world: SmallWorld, trained: Trained, tmp_path_factory: pytest.TempPathFactory
) -> Watched:
    folder = tmp_path_factory.mktemp("watched")
    result = monitor(
        *("--db", small_world.url, "--bundle", trained.report["folder"], "--out", folder)
    )
    assert result.exit_code in {0, 1}, result.output
    found = json.loads((folder / "monitor.json").read_text(encoding="utf-8"))
    return Watched(result, folder, found)


def test_it_watches_every_whole_month_after_the_cut(watched: Watched, trained: Trained) -> None:
    found = watched.found

    assert found["bundle"] == trained.report["bundle"]
    assert [month["month"] for month in found["by_month"]] == MONTHS
    assert found["reference"]["months"][1] == CUT.isoformat()[:7]
    assert found["overrides"] is None
    assert watched.result.exit_code == int(found["retraining"]["due"])
    endings = ("monitor.json", "monitor.en.html", "monitor.zh.html", "monitor.prom")
    assert watched.result.stdout.split() == [str(watched.folder / name) for name in endings]
    assert sorted(path.name for path in watched.folder.iterdir()) == sorted(endings)
    for month in MONTHS:
        assert month in watched.result.stderr


def test_outcomes_are_those_that_were_known_at_the_end_of_each_month(
    watched: Watched, small_world: SmallWorld, trained: Trained
) -> None:
    gathered, known = small_world.gathered, small_world.known
    event = load(Path(trained.report["folder"])).card.event
    cut = int((np.datetime64(CUT) - np.datetime64(0, "D")).astype(int))

    for month in watched.found["by_month"]:
        end = next_day_after(month["month"])
        then = labels(gathered, known, event, end)
        mine = then.known & (known.day >= cut) & (known.day < end)
        so_far = month["so_far"]
        assert so_far["ripe"] == mine.sum()
        assert so_far["events"] == then.event[mine].sum()
        asked = (known.day >= cut) & (known.day < end)
        assert so_far["open"] == (asked & ~then.known).sum()


def test_what_is_told_of_a_month_is_what_the_bundle_says_of_who_asked_in_it(
    watched: Watched, small_world: SmallWorld, trained: Trained
) -> None:
    bundle, known = load(Path(trained.report["folder"])), small_world.known
    rows = known.rows[:, [NAMES.index(name) for name in bundle.feature_names]]
    logit = logits(bundle, parts(bundle, rows))
    before = known.day < int((np.datetime64(CUT) - np.datetime64(0, "D")).astype(int))

    for month in watched.found["by_month"]:
        mine = months_of(known.day) == month["month"]
        assert month["requests"] == mine.sum()
        assert month["expected"]["rate"]["value"] == pytest.approx(sigmoid(logit[mine]).mean())
        plain = drift(log_odds(sigmoid(logit[before])), log_odds(sigmoid(logit[mine])))
        assert month["score"]["psi"] == pytest.approx(plain.psi, rel=1e-6)
        assert month["score"]["rows"] == mine.sum()


def test_the_gauges_are_the_figures_of_the_last_month(watched: Watched) -> None:
    text = (watched.folder / "monitor.prom").read_text(encoding="utf-8")
    samples = {
        (sample.name, *(set(sample.labels.values()) - {watched.found["bundle"]})): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    last = watched.found["by_month"][-1]

    assert samples["tricredit_model_requests",] == last["requests"]
    assert samples["tricredit_model_score_psi",] == pytest.approx(last["score"]["psi"])
    assert samples["tricredit_model_auc",] == pytest.approx(last["so_far"]["auc"])
    assert samples["tricredit_model_retraining_due",] == watched.found["retraining"]["due"]
    assert last["late"].keys() == {"5", "30"}
    for days, late in last["late"].items():
        assert samples["tricredit_model_late_ratio", days] == pytest.approx(late["share"])
    for name, one in last["features"].items():
        assert samples["tricredit_model_feature_psi", name] == pytest.approx(one["psi"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_opens_by_itself_and_shows_what_was_found(
    watched: Watched, page: Page, language: str
) -> None:
    path = watched.folder / f"monitor.{language}.html"
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    page.goto(path.as_uri())

    words, last = words_of(language), watched.found["by_month"][-1]
    assert asked == [path.as_uri()]
    assert said == []
    assert page.title() == f"{words['title']}: {watched.found['bundle']}"
    headings = page.locator("h2").all_inner_texts()
    for part in (
        "summary",
        "score",
        "late",
        "features",
        "expected",
        "outcomes",
        "decisions",
        "limits",
    ):
        assert words[part] in headings
    shown = page.locator(".figures").inner_text()
    assert f"{last['requests']:,}" in shown
    assert f"{last['so_far']['ratio']:.2f}" in shown
    rows = page.locator("tbody tr").count()
    assert rows >= len(watched.found["alerts"]) + len(MONTHS)
    assert not re.search(r"\[\w+\]", " ".join(page.locator("svg").all_text_contents()))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_both_languages_have_the_same_words() -> None:
    english, chinese = (words_of(language) for language in LANGUAGES)

    assert english.keys() == chinese.keys()
    for name, text in english.items():
        told = set(re.findall(r"\{(\w+)", text))
        assert told == set(re.findall(r"\{(\w+)", chinese[name])), name


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "March"), "wrong-month"),
        (("--from", "2026-13"), "wrong-month"),
        (("--from", "2026-05", "--to", "2026-04"), "wrong-month"),
        (("--from", "2026-02"), "month-learned-from"),
        (("--to", "2026-07"), "month-not-over"),
        (("--rules", "none.toml"), "rules-refused"),
        (("--db", "mysql://x/y"), "wrong-database-url"),
        (("--bundle", "nowhere"), "bundle-refused"),
        (("--tenant", "nobody"), "unknown-tenant"),
    ],
)
def test_wrong_use_says_what_is_wrong_and_what_to_do(
    small_world: SmallWorld, trained: Trained, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    usual = ("--db", small_world.url, "--bundle", trained.report["folder"])

    result = monitor(*usual, "--out", tmp_path / "out", *words)

    told(result, code)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_a_file_is_refused(
    small_world: SmallWorld, trained: Trained, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    usual = ("--db", small_world.url, "--bundle", trained.report["folder"])

    told(monitor(*usual, "--out", tmp_path / "out"), "folder-refused")

    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_the_champion_is_watched_where_no_bundle_is_named(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    usual = ("--db", small_world.url, "--out", tmp_path / "out")

    told(monitor(*usual), "no-bundle-named")
    told(monitor(*usual, "--bundles", small_world.bundle.parent), "unknown-alias")


def test_what_people_decided_stands_on_the_page_and_in_the_gauges(
    watched: Watched, tmp_path: Path
) -> None:
    said = (Decision.APPROVE, Decision.DECLINE, 100, None, "adverse_news")
    people = Departures({MONTHS[-1]: (8, 2)}, (GivenOverride(MONTHS[-1], *said),))
    found = {**watched.found, "overrides": departures_told(people, MONTHS)}

    english, chinese = monitor_page(found, "en"), monitor_page(found, "zh")
    gauges = write_gauges(tmp_path / "monitor.prom", found).read_text(encoding="utf-8")

    assert "Departed from" in english
    assert "1 (16.7%)" in english
    assert "adverse_news 1" in chinese
    assert "从严" in chinese
    assert "Departed from" not in monitor_page(watched.found, "en")
    bundle = f'bundle="{found["bundle"]}"'
    assert f"tricredit_model_override_ratio{{{bundle}}} 0.16666" in gauges
    assert f'tricredit_model_overrides{{{bundle},way="stricter"}} 1.0' in gauges
