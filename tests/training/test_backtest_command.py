"""``python -m training.backtest``: figures, a list and pages; faults that say what to do."""

import csv
import json
import re
from pathlib import Path

import pytest
import typer
from playwright.sync_api import ConsoleMessage, Page
from typer.testing import CliRunner, Result

from lending.pack import shipped
from tests.command_results import told
from tests.default_bundles import DefaultBundles
from tests.worlds import SmallWorld
from training.backtest import __main__ as command
from training.backtest.backtest_words import CHINESE, ENGLISH

SINCE = ("--since", "2024-01-01")


def run(*words: str | Path) -> Result:
    """Run ``python -m training.backtest`` in this process."""
    script = typer.Typer()
    script.command()(command.main)
    return CliRunner().invoke(script, [str(word) for word in words])


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    text = shipped("generic").read_text(encoding="utf-8")
    (folder / "terms.toml").write_bytes(shipped("terms").read_bytes())
    (folder / "stricter.toml").write_text(
        text.replace("late = 0.15, default = 0.03", "late = 0.15, default = 0.02"), encoding="utf-8"
    )
    return folder / "stricter.toml"


def test_a_back_test_writes_figures_a_list_and_two_pages(
    small_world: SmallWorld,
    default_bundles: DefaultBundles,
    stricter: Path,
    tmp_path: Path,
    page: Page,
) -> None:
    out = tmp_path / "new" / "folder"

    result = run(
        *("--db", small_world.url, "--bundle", default_bundles.default),
        *("--other-pack", stricter, "--out", out, *SINCE),
    )

    assert result.exit_code == 0, result.output
    names = ("backtest.json", "backtest.en.html", "backtest.zh.html", "changed.csv")
    assert [Path(line) for line in result.stdout.split()] == [out / name for name in names]
    report = json.loads((out / "backtest.json").read_text(encoding="utf-8"))
    with (out / "changed.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == report["sets"]["swapped_out"]["n"] > 0
    assert {line["change"] for line in lines} == {"swapped_out"}
    assert {line["turned_by"] for line in lines} == {"band"}
    assert all(0.02 <= float(line["base_pd"]) < 0.03 for line in lines)
    assert "band" in result.stderr
    for language, words in (("en", ENGLISH), ("zh", CHINESE)):
        _opens(page, out / f"backtest.{language}.html", words["title"])


def _opens(page: Page, path: Path, title: str) -> None:
    """As a page that asks nothing of the network, with nothing broken and nothing cut off."""
    asked: list[str] = []
    broken: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        broken.append(message.text)

    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", heard)
    page.goto(path.as_uri())
    assert page.inner_text("h1") == title
    assert (asked, broken) == ([path.as_uri()], [])
    assert "None" not in page.inner_text("main")
    assert not re.search(r"\{\w+\}", page.inner_text("main"))
    page.remove_listener("console", heard)


def test_both_languages_say_the_same_things() -> None:
    assert ENGLISH.keys() == CHINESE.keys()
    for name, text in ENGLISH.items():
        named = set(re.findall(r"\{(\w+)\}", text))
        assert named == set(re.findall(r"\{(\w+)\}", CHINESE[name])), name


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "nothing-other"),
        (("--other-pack", "none.toml"), "pack-refused"),
        (("--other-pack", "cn"), "nothing-asked"),
        (("--other-pack", "cn", "--since", "2024-01-01", "--until", "2024-01-02"), "nothing-asked"),
        (("--other-pack", "cn", "--tenant", "nobody"), "unknown-tenant"),
        (("--other-bundle", "none"), "bundle-refused"),
        (("--other-pack", "cn", "--out", __file__), "wrong-folder"),
    ],
)
def test_wrong_use_says_what_is_wrong_and_what_to_do(
    small_world: SmallWorld,
    default_bundles: DefaultBundles,
    tmp_path: Path,
    words: tuple[str, ...],
    code: str,
) -> None:
    options = ("--db", small_world.url, "--bundle", default_bundles.default)

    result = run("--out", tmp_path / "out", *options, *words)

    told(result, code)
    assert not (tmp_path / "out").exists()
