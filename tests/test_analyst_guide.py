"""The analyst's guide does what it says: every command of it runs, on each bank that it shows."""

import faulthandler
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

import tricredit
from training import retrain, tune
from training.backtest import __main__ as backtest_command
from training.monitor import monitor_command

ROOT = Path(__file__).resolve().parents[1]
GUIDES = ("docs/analyst-guide.md", "docs/analyst-guide.zh.md")
RUN = re.compile(r"^<!-- run(?:: (\w+))? -->\n```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DAYS = ("$LEARN", "$TEST", "$LATER", "$UNTIL")
DATA = ROOT.parent / "shared" / "data" / "receivables_br"

YOUNG_BANK = """\
WORLD="baseline --size demo --seed 1 --last-day 2026-06-30"
RECIPE=recipes/demo.toml LEARN=2026-01-01 TEST=2026-04-01 LATER=2026-02-01 UNTIL=2026-05-01
"""
"""A smaller bank than that of the guide, which learns lateness: soon made."""


PAGES = ["card.json", "card.md", "en.html", "zh.html"]
"""What is written of each bundle."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def blocks(guide: str) -> list[tuple[str, str]]:
    """What the guide has its reader run, and on which bank; empty for each."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    return [(bank, block) for bank, block in RUN.findall(text)]


def script(bank: str) -> str:
    """The commands that whoever follows the guide with one bank gives."""
    chosen = [block for which, block in blocks(GUIDES[0]) if which in {"", bank}]
    assert all(".venv/bin/" in one or "=" in one for one in chosen)
    return "\n".join(chosen)


def follow(commands: str, folder: Path) -> str:
    """Run commands as a reader's shell would, in a folder that has what the project's has."""
    for name in ("recipes", "mappings", "docs"):
        (folder / name).symlink_to(ROOT / name)
    bin_folder = Path(sys.executable).parent
    commands = commands.replace(".venv/bin/", f"{bin_folder}/")
    commands = commands.replace("8123", str(free_port())).replace(
        "../shared/data", str(DATA.parent)
    )
    bash = shutil.which("bash")
    if bash is None or shutil.which("curl") is None:
        pytest.skip("a reader of the guide has bash and curl")
    faulthandler.cancel_dump_traceback_later()  # ten minutes may be too few; the call has an end
    ended = "trap 'kill $SERVICE 2> kill.log || true' EXIT\nSERVICE=\"\"\n"
    ran = subprocess.run(
        [bash, "-euo", "pipefail", "-c", ended + commands],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=1500,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-4000:]
    return ran.stdout


def require_all_made(folder: Path, told: str) -> None:
    """What the guide says that there is."""
    for name in ("figures.json", "tuned.toml", "watch/monitor.zh.html", "watch/monitor.prom"):
        assert (folder / name).stat().st_size > 0
    pages: dict[str, list[str]] = {}
    for one in sorted((folder / "pages").iterdir()):
        bundle, _, kind = one.name.partition(".")
        pages.setdefault(bundle, []).append(kind)
    assert pages, "a recipe has an event, or several"
    assert all(kinds == PAGES for kinds in pages.values()), pages
    assert "refused, as it must be" in told
    assert '"status":"ready"' in told.replace(" ", "")


def test_both_guides_have_the_same_commands() -> None:
    assert blocks(GUIDES[0]) == blocks(GUIDES[1])
    assert len(blocks(GUIDES[0])) > 10


def programs() -> dict[str, Callable[..., Any]]:
    """The commands of analysts that the guide gives, by module."""
    modules = (retrain, tune, backtest_command, monitor_command)
    names = ("training.retrain", "training.tune", "training.backtest", "training.monitor")
    return {name: one.main for name, one in zip(names, modules, strict=True)}


def test_every_command_of_the_guide_is_one_of_the_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its options are there and may stand together; what they do takes minutes: see below."""
    for name in ("DB", "BUNDLES", "TRUST"):
        monkeypatch.setenv(f"TRICREDIT_{name}", "as the guide exports it")
    text = "\n".join(block for _, block in blocks(GUIDES[0])).replace("\\\n", " ")
    app, given = get_command(tricredit.app), []
    for line in text.splitlines():
        words = shlex.split(re.sub(r" (?:>|\|\||&).*", "", line.replace("$WORLD", "baseline")))
        words = words[next((at for at, one in enumerate(words) if "bin/" in one), 0) :]
        if words[:1] == [".venv/bin/tricredit"]:
            given.append(_parsed(app, words[1:]))
        elif words[:2] == [".venv/bin/python", "-m"]:
            script = typer.Typer()
            script.command()(programs()[words[2]])
            given.append(_parsed(get_command(script), words[3:]))

    assert len(given) > 15


def _parsed(command: Any, words: list[str]) -> Any:
    """The command that words lead to, with its options understood."""
    while hasattr(command, "get_command"):
        command, words = command.get_command(None, words[0]), words[1:]
    # days and files are those of a reader's shell: only what they are given to is looked at
    words = ["2025-01-01" if one in DAYS else one for one in words]
    return command.make_context("guide", words)


@pytest.mark.long
def test_the_guide_runs_on_a_young_bank(tmp_path: Path) -> None:
    """Its own world takes minutes: see the long one. A bank of lateness has no back-test."""
    world = next(block for bank, block in blocks(GUIDES[0]) if bank == "simulated")
    young = YOUNG_BANK + world.splitlines()[-1]
    rest = script("none")
    first, second = rest.split("sed -e", 1)

    told = follow(
        f"{first}\n{young}\nsed -e{second}".replace("--trials 10", "--trials 2"), tmp_path
    )

    require_all_made(tmp_path, told)


@pytest.mark.long
def test_the_guide_runs_on_its_made_up_bank(tmp_path: Path) -> None:
    told = follow(script("simulated"), tmp_path)

    require_all_made(tmp_path, told)
    assert (tmp_path / "backtest" / "changed.csv").exists()


@pytest.mark.long
@pytest.mark.skipif(not DATA.is_dir(), reason="the receivables are not part of the project")
def test_the_guide_runs_on_real_receivables(tmp_path: Path) -> None:
    require_all_made(tmp_path, follow(script("receivables"), tmp_path))
