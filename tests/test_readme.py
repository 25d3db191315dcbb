"""The READMEs do what they say: their commands run, their words are those of the code."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

import tricredit
from features.catalogue import BY_NAME
from scoring.request_files import read_requests
from service.answers import ScoreReply
from service.problems import Problem
from simulator.observation.observed import rows_of
from simulator.scenario import read_scenario, size_of
from simulator.world import make_world
from tests.service.running import serving
from tests.worlds import LAST_DAY, SmallWorld
from training import retrain

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh.md")
PAGES = (
    *READMES,
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")),
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "benchmarks").glob("*.md")),
)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
SERVED = "http://127.0.0.1:8000"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str) -> list[str]:
    return [text for found, text in FENCE.findall(read(name)) if found == kind]


def section(name: str, title: str) -> str:
    """The text below a heading, up to the next heading."""
    return re.split(r"^#+ ", read(name).partition(f" {title}\n")[2], flags=re.MULTILINE)[0]


def commands(block: str) -> Iterator[list[str]]:
    """The commands of a block that only starts programs, as lists of words."""
    for line in block.replace("\\\n", " ").splitlines():
        yield shlex.split(line)


def run(block: str, folder: Path) -> str:
    """Run a block as a reader's shell would, with the programs of this environment."""
    bash = shutil.which("bash")
    if bash is None or shutil.which("curl") is None or shutil.which("python3") is None:
        pytest.skip("a reader of the README has bash, curl and python3")
    block = block.replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    ran = subprocess.run(
        [bash, "-euo", "pipefail", "-c", block],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ran.stdout


def answers(printed: str) -> list[dict[str, Any]]:
    """JSON objects that were printed one after the other."""
    decoder, found = json.JSONDecoder(), []
    while printed.strip():
        value, end = decoder.raw_decode(printed.strip())
        found.append(value)
        printed = printed.strip()[end:]
    return found


def test_both_readmes_have_the_same_commands_and_answers() -> None:
    assert blocks("README.md", "sh") == blocks("README.zh.md", "sh")
    assert blocks("README.md", "json") == blocks("README.zh.md", "json")


def test_both_readmes_have_the_same_figures() -> None:
    def figures(name: str) -> list[str]:
        (table,) = re.findall(r"<!-- figures -->(.*?)<!-- /figures -->", read(name), re.DOTALL)
        found: list[str] = re.findall(r"\d\.\d+", table)
        return found

    assert figures("README.md") == figures("README.zh.md")
    assert len(figures("README.md")) == 5 * 4


@pytest.mark.parametrize("name", PAGES)
def test_every_relative_link_leads_somewhere(name: str) -> None:
    links = [link for link, _ in LINK.findall(read(name)) if not re.match(r"\w+:", link)]
    lost = [link for link in links if not ((ROOT / name).parent / link).exists()]

    assert lost == []


def test_what_the_readme_names_is_there() -> None:
    demo, *_, train = blocks("README.md", "sh")
    targets = re.findall(r"^([a-z-]+):.*##", read("Makefile"), re.MULTILINE)
    made = [words[1] for words in commands(demo)]
    files = re.findall(r"(?:mappings|recipes)/\S+\.toml", train)

    assert set(made) <= set(targets)
    assert [file for file in files if not (ROOT / file).is_file()] == []
    assert f"{len(BY_NAME)} features" in read("README.md")
    assert f"{len(BY_NAME)} 个特征" in read("README.zh.md")


def test_the_reply_shown_has_the_fields_of_a_reply() -> None:
    shown, problem = (json.loads(text) for text in blocks("README.md", "json"))
    names = list(ScoreReply.model_fields)
    told = [
        field
        for line in section("README.md", "The reply").splitlines()
        if line.startswith("| `")
        for field in re.findall(r"`(\w+)`", line.split("|")[1])
    ]

    assert list(shown) == names
    assert sorted(told) == sorted(names)
    assert ScoreReply.model_validate_json(json.dumps(shown)).decision.value == "REFER"
    assert Problem.model_validate(problem).status == 422


def test_the_parts_of_the_reply_shown_add_up() -> None:
    shown: dict[str, Any] = json.loads(blocks("README.md", "json")[0])

    assert shown["base"] + sum(shown["parts"].values()) == pytest.approx(shown["logit"], abs=1e-12)


def test_the_demo_has_the_parties_of_the_commands() -> None:
    world = make_world(read_scenario("full_view"), size_of("demo"), tricredit.DEMO_SEED, LAST_DAY)
    rows = rows_of(world)
    traded = [
        row
        for row in rows["receivable"]
        if (row["supplier"], row["buyer"]) == ("supplier-06", "core-01")
    ]

    assert len(traded) > 50
    assert "core-05" in {row["ref"] for row in rows["party"]}


def test_the_commands_for_retraining_are_those_of_the_programs() -> None:
    imported, trained, served = commands(blocks("README.md", "sh")[-1])
    app = get_command(tricredit.app)
    script = typer.Typer()
    script.command()(retrain.main)

    assert imported[0] == served[0] == ".venv/bin/tricredit"
    assert trained[:3] == [".venv/bin/python", "-m", "training.retrain"]
    for words in (imported[1:], served[1:]):
        command = app.get_command(None, words[0])  # type: ignore[attr-defined]
        assert command.make_context(words[0], words[1:]).params["db"] == "sqlite:///bank.db"
    params = get_command(script).make_context("retrain", trained[3:]).params
    assert (params["train_until"], params["test_until"]) == ("2021-01-01", "2021-04-01")


def test_the_commands_for_scoring_give_scores(small_world: SmallWorld, tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    demo.mkdir()
    ledger = shutil.copy(small_world.ledger, demo / f"ledger-{LAST_DAY}.db")
    bundle = shutil.copytree(small_world.bundle, demo / "bundles" / small_world.bundle.name)
    shutil.copytree(small_world.keys, demo / "keys")
    _, brought, named, facts, file, _ = blocks("README.md", "sh")

    with serving(small_world.settings(f"sqlite:///{ledger}")) as port:
        first, second = (
            json.loads(run(block.replace(SERVED, f"http://127.0.0.1:{port}"), tmp_path))
            for block in (brought, named)
        )
        loaded = answers(run(facts.replace(SERVED, f"http://127.0.0.1:{port}"), tmp_path))
    assert [first["request_id"], second["request_id"]] == ["R-1", "R-2"]
    assert first["bundle"] == bundle.name
    assert first["circumstances"]["evidence"] == second["circumstances"]["evidence"]
    assert first["probability"] == second["probability"]

    party, claims, page, enterprise = loaded
    assert (party["added"], claims["added"], claims["rejected"]) == (1, 1, 1)
    assert [error["line"] for error in claims["errors"]] == [3]
    assert [fact["ref"] for fact in page["facts"]] == ["INV-7"]
    assert enterprise["party"]["name"] == "Supplier One"

    printed = run(file, tmp_path)
    (reply,) = (tmp_path / "replies.ndjson").read_text(encoding="utf-8").splitlines()
    (asked,) = read_requests(tmp_path / "requests.csv", datetime.now(UTC))
    assert asked.receivables == ("INV-1",)
    assert json.loads(reply)["request_id"] == "R-3"
    assert "subject credit" in printed
