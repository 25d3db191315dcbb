"""The Python client: made from the frozen description, installed, and used on a running service."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.deploy.dockerfile import ROOT
from tests.service.running import serving
from tests.worlds import SmallWorld

TOOLS = ROOT / ".venv-shipping" / "bin"
PROGRAM = Path(__file__).with_name("ask_with_the_client.py")


def made(folder: Path) -> Path:
    """Make the client as `make client` does, and install it; returns where it is importable."""
    if not (TOOLS / "openapi-python-client").exists():
        missing("make shipping")
    (line,) = [
        text.strip()
        for text in (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ").splitlines()
        if "openapi-python-client generate" in text
    ]
    words = line.replace("build/client", str(folder / "client")).split()
    subprocess.run([str(ROOT / words[0]), *words[1:]], cwd=ROOT, check=True)
    pip = [
        str(TOOLS / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
    ]
    subprocess.run(
        [*pip, "--target", str(folder / "installed"), str(folder / "client")], check=True
    )
    return folder / "installed"


@pytest.mark.long
def test_the_generated_client_scores_reads_problems_and_loads_facts(
    tmp_path: Path, small_world: SmallWorld
) -> None:
    installed = made(tmp_path)
    with serving(small_world.settings(small_world.copy(tmp_path))) as port:
        asked = [small_world.supplier, small_world.buyer, small_world.receivable]
        ran = subprocess.run(
            [TOOLS / "python", PROGRAM, f"http://127.0.0.1:{port}", *asked],
            env={"PYTHONPATH": str(installed)},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)

    assert told["ready"]["bundle"] == told["reply"]["bundle"] == small_world.bundle.name
    assert told["reply"] == told["again"] == told["kept"]
    parts = told["reply"]["base"] + sum(told["reply"]["parts"].values())
    assert parts == pytest.approx(told["reply"]["logit"], abs=1e-12)
    assert told["added"] == 1
    status, kind, detail = told["problem"]
    assert (status, kind) == (422, "/problems/unknown-party")
    assert detail
