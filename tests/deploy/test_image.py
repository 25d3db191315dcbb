"""The image: its Dockerfile is linted, and what it would run is run, as it would be held."""

import json
import os
import re
import shutil
import signal
import site
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.deploy.confined import (
    UID,
    allow_writing,
    confined,
    forbid_writing,
    give,
    wait_until_live,
)
from tests.deploy.dockerfile import ROOT, copy_context, instructions, stages, taken
from tests.laws import house
from tests.postgres import free_port
from tests.worlds import SmallWorld

SECRET = re.compile(r"password|secret|token|api[_-]?key|BEGIN [A-Z ]*PRIVATE", re.IGNORECASE)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder outside /tmp, which nobody may write; everybody may look into it."""
    folder = Path(tempfile.mkdtemp(prefix="tricredit-image-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    allow_writing(folder)
    shutil.rmtree(folder)


def test_the_linter_has_nothing_to_say() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    said = subprocess.run(
        [linter, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stdout) == (0, "")


def test_the_image_runs_without_root_without_a_shell_and_builds_nothing() -> None:
    *_, image = stages()
    user, _, group = image.last("USER").partition(":")

    assert int(user) == int(group) == UID
    assert image.words("ENTRYPOINT") == ["tricredit"]
    assert image.words("CMD") == ["serve"]
    assert image.words("HEALTHCHECK")[0] == "python"
    assert not any("pip" in run for run in image.all("RUN"))
    assert image.all("VOLUME") == ["/data"]


def test_every_stage_takes_one_base_that_a_release_can_pin() -> None:
    build, lister, image = stages()
    (given,) = [one.rest for one in instructions() if one.word == "ARG"]

    assert (build.base, image.base) == ("${PYTHON_IMAGE}",) * 2
    assert lister.base == build.name
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.\d+-slim", given)
    installs = [run for run in (*build.all("RUN"), *lister.all("RUN")) if "--requirement" in run]
    assert all("--require-hashes" in run for run in installs)
    assert len(installs) == 2


def test_no_layer_holds_a_secret() -> None:
    for one in instructions():
        if one.word in {"ENV", "ARG", "LABEL", "RUN"}:
            told = one.rest.replace("TRICREDIT_VARIABLES=/run/secrets", "")  # a folder's name
            assert SECRET.search(told) is None, one
        assert one.word != "ADD"


def test_the_build_sees_what_it_needs_and_nothing_else(tmp_path: Path) -> None:
    rooms = {*house.ROOMS, "tricredit.py", "mappings", "recipes"}
    written = {"LICENSE", "README.md", "pyproject.toml"}
    locks = {"requirements.lock", "requirements-shipping.lock"}
    copy_context(tmp_path)
    sent = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}

    assert set(taken()) == rooms | written | locks
    assert sent <= set(house.tracked())
    assert (ROOT / ".dockerignore").read_text("utf-8").splitlines()[1] == "*"


def test_as_it_is_held_it_scores_and_ends_when_told(scratch: Path, small_world: SmallWorld) -> None:
    context, installed = scratch / "src", scratch / "app"
    copy_context(context)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", installed, context], check=True)
    assert sorted(installed.glob("*.dist-info"))  # the project as a wheel, not where it was written
    forbid_writing(installed)
    environment = held(scratch, small_world, {})
    environment["PYTHONPATH"] = os.pathsep.join([str(installed), *site.getsitepackages()])

    scores([sys.executable, "-P", "-m", "tricredit", "serve"], environment, scratch, small_world)


@pytest.mark.long
def test_what_the_build_installs_scores_as_it_is_held(
    scratch: Path, small_world: SmallWorld
) -> None:
    folders = {"/opt/": f"{scratch}/opt/", "/src": f"{scratch}/src"}
    (scratch / "opt").mkdir()
    copy_context(scratch / "src")
    environment = {"PATH": f"{Path(sys._base_executable).parent}:{os.environ['PATH']}"}  # type: ignore[attr-defined]
    begun = time.monotonic()
    *building, _ = stages()
    for stage in building:
        for one in stage.instructions:
            here = one.rest
            for of_image, folder in folders.items():
                here = here.replace(of_image, folder)
            if one.word == "ENV":
                pairs = re.findall(r"(\w+)=(\S+)", here)
                path = environment["PATH"]
                environment |= {name: told.replace("$PATH", path) for name, told in pairs}
            elif one.word == "RUN":
                run = ["sh", "-c", here]
                subprocess.run(
                    run, cwd=scratch / "src", env={**os.environ, **environment}, check=True
                )
    print(f"built in {time.monotonic() - begun:.0f} s")
    forbid_writing(scratch / "opt")
    listed = json.loads((scratch / "opt" / "sbom.cdx.json").read_text("utf-8"))
    there = subprocess.run(
        [scratch / "opt/venv/bin/pip", "list", "--format", "json"], capture_output=True, check=True
    )
    names = {canonical(one["name"]) for one in json.loads(there.stdout)}
    assert {canonical(one["name"]) for one in listed["components"]} | {"tricredit"} == names

    *_, image = stages()
    words = [*image.words("ENTRYPOINT"), *image.words("CMD")]
    words[0] = str(scratch / "opt/venv/bin" / words[0])
    scores(words, held(scratch, small_world, folders), scratch, small_world)


def held(scratch: Path, world: SmallWorld, folders: Mapping[str, str]) -> dict[str, str]:
    """A data folder with a ledger and a bundle, and what the image would set."""
    data = scratch / "data"
    data.mkdir()
    world.copy(data)
    shutil.copytree(world.bundle, data / "bundles" / world.bundle.name)
    shutil.copytree(world.keys, data / "keys")
    give(data)
    *_, image = stages()
    environment = image.environment()
    folders = {**folders, "/tmp/": f"{scratch}/tmp/"}  # noqa: S108
    for of_image, here in folders.items():
        environment = {name: told.replace(of_image, here) for name, told in environment.items()}
    return {
        **environment,
        "PATH": environment["PATH"].replace("$PATH", os.defpath),
        "LANG": "C.UTF-8",
        "TRICREDIT_DB": "sqlite:///copy.db",
        "TRICREDIT_BUNDLE": f"bundles/{world.bundle.name}",
        "TRICREDIT_HOST": "127.0.0.1",
        "TRICREDIT_PORT": str(free_port()),
        "TRICREDIT_SCORING_WAIT_S": "60",
    }


def scores(
    words: Sequence[str], environment: dict[str, str], scratch: Path, world: SmallWorld
) -> None:
    """Start the image's program, ask what an orchestrator and a lender ask, and end it."""
    address = f"http://127.0.0.1:{environment['TRICREDIT_PORT']}"
    with confined(words, environment, scratch / "data") as process:
        seconds = wait_until_live(process, address)
        ready = httpx.get(f"{address}/health/ready", timeout=60)
        assert ready.status_code == 200, ready.text
        body = {
            "request_id": "R-1",
            "supplier": {"ref": world.supplier},
            "buyer": {"ref": world.buyer},
            "receivables": [{"ref": world.receivable}],
        }
        reply = httpx.post(f"{address}/score", json=body, timeout=120)
        assert reply.status_code == 200, reply.text
        assert reply.json()["bundle"] == world.bundle.name
        if os.geteuid() == 0:
            status = Path(f"/proc/{process.pid}/status").read_text()
            told = dict(re.findall(r"^(\w+):\t(\S+)", status, re.MULTILINE))
            assert (told["Uid"], told["NoNewPrivs"]) == (str(UID), "1")
            assert int(told["CapEff"], 16) == int(told["CapBnd"], 16) == 0
        asked = healthcheck(environment)
        assert asked.returncode == 0, asked.stderr
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
        assert process.returncode in {0, -signal.SIGTERM}, output
        assert "Application shutdown complete" in output
        ended = time.monotonic() - begun
    print(f"live after {seconds:.1f} s, scored, ended {ended:.1f} s after SIGTERM")


def healthcheck(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """What the image asks of itself, at the port of this test."""
    *_, image = stages()
    program, *rest = image.words("HEALTHCHECK")
    assert program == "python"
    at_port = [word.replace(":8000/", f":{environment['TRICREDIT_PORT']}/") for word in rest]
    return subprocess.run(
        [sys.executable, *at_port], capture_output=True, text=True, timeout=60, check=False
    )


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes namespaces")
def test_whoever_is_held_so_can_write_to_its_data_and_tmp_alone(scratch: Path) -> None:
    data = scratch / "data"
    data.mkdir()
    give(data)
    probe = (
        "for f in /etc $ELSEWHERE /tmp $DATA $TMPDIR; do touch $f/x 2>/dev/null && echo $f; done"
    )
    environment = {"PATH": os.defpath, "ELSEWHERE": str(scratch)}
    with confined(["sh", "-c", probe], environment, data) as process:
        output, _ = process.communicate(timeout=60)

    assert output.split() == [str(data), str(scratch / "tmp")]
