"""A newcomer: clones, types the README's commands and has a scored receivable in three minutes."""

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.conftest import missing
from tests.deploy.dockerfile import ROOT
from tests.test_readme import SERVED, blocks

LIMIT_S = 180


@pytest.mark.long
@pytest.mark.alone
def test_from_a_clone_to_a_scored_receivable(tmp_path: Path) -> None:
    if shutil.which("curl") is None or shutil.which("make") is None:
        missing("curl and make")
    with pytest.raises(httpx.ConnectError):  # else another service would answer
        httpx.get(SERVED, timeout=5)
    demo, scored, *_ = blocks("README.md", "sh")
    command, _ = demo.splitlines()
    quiet = os.getloadavg()[0] <= (os.cpu_count() or 1)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()

    clone = tmp_path / "tricredit"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)  # noqa: S607
    environment = {name: told for name, told in os.environ.items() if name != "PYTHONPATH"}
    log = (tmp_path / "demo.log").open("w", encoding="utf-8")
    making = subprocess.Popen(
        command.split(), cwd=clone, env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        while True:
            assert making.poll() is None, (tmp_path / "demo.log").read_text("utf-8")[-3000:]
            assert time.monotonic() < begun + 1800
            try:
                httpx.get(f"{SERVED}/health/live", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        live = time.monotonic() - begun
        asked = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", scored],  # noqa: S607
            cwd=clone,
            capture_output=True,
            text=True,
            check=True,
        )
        took = time.monotonic() - begun
    finally:
        os.killpg(making.pid, signal.SIGINT)
        making.wait(timeout=60)
        log.close()
    reply = json.loads(asked.stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"live after {live:.0f} s, scored after {took:.0f} s, {used:.0f} s of processors")

    assert reply["request_id"] == "R-1"
    assert 0 < reply["probability"] < 1
    assert used <= LIMIT_S
    assert took <= LIMIT_S or not quiet
