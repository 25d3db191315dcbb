"""schemathesis asks the service whatever its frozen description allows, and what it doesn't."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ledger.database import open_database, writing
from ledger.principals import DEFAULT_TENANT, ROLES
from ledger.tenants import ensure_tenant
from tests.models.tampering import Pair
from tests.service.callers import PEPPER, a_key
from tests.service.crowd import asked, post
from tests.service.served_process import served
from tests.worlds import SmallWorld

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "from schemathesis.cli import schemathesis; schemathesis()"
SEED = 20261130
CONFIGURATION = """
[checks] # all but the one that takes a right form for a right request: a book says no as well
positive_data_acceptance.enabled = false

[parameters]
"path.score_id" = "{score}"

[generation] # the key is ours; that none is needed nowhere is asked all the same (ignored_auth)
with-security-parameters = false

[[operations]] # what was removed of a job are its files; that it was there stays on record
include-path = "/score/jobs/{{id}}"
checks.use_after_free.enabled = false

[[operations]] # whatever is sent is a text
include-path = ["/facts/{{kind}}", "/score/batch", "/score/jobs"]
checks.negative_data_rejection.enabled = false
"""
TEN_MINUTES = 600


def runs(address: str, folder: Path, *options: str) -> tuple[int, str]:
    """How schemathesis ends, and what it says."""
    command = [
        *(sys.executable, "-c", PROGRAM, "--config-file", str(folder / "schemathesis.toml")),
        *("run", str(ROOT / "docs" / "openapi.json")),
        *("--url", address, "--seed", str(SEED), "--no-color"),
        *("--request-timeout", "30", "--workers", "1", *options),
    ]
    ended = subprocess.run(
        command,
        cwd=folder,  # it keeps what it found there
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "SCHEMATHESIS_HOOKS": "tests.service.schemathesis_hooks",
        },
        capture_output=True,
        text=True,
        timeout=TEN_MINUTES,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def cases(said: str) -> int:
    """How many cases were asked."""
    found = re.search(r"(\d+) generated", said)
    assert found, said[-3_000:]
    return int(found[1])


def check(lender: SmallWorld, shop: Pair, url: str, folder: Path, along: Any, *options: str) -> int:
    settings = lender.settings(url).model_copy(
        update={
            "bundles": str(shop.newer.parent),
            "trust": shop.keys,
            "upload_folder": folder,
            "jobs_folder": folder / "jobs",
            "key_pepper": SecretStr(PEPPER),
        }
    )
    engine = open_database(url)
    key = a_key(engine, *ROLES)
    engine.dispose()
    with served(folder, alone=False, settings=settings) as running:
        score = post("/score", json.dumps(along).encode(), api_key=key)
        (scored,) = asked(running.port, score)
        configuration = CONFIGURATION.format(score=json.loads(scored.body)["score_id"])
        (folder / "schemathesis.toml").write_text(configuration, encoding="utf-8")
        address, shown = f"http://127.0.0.1:{running.port}", f"X-API-Key: {key}"
        status, said = runs(address, folder, "--header", shown, *options)
        traces = running.traces
    count = cases(said)
    print(f"{url.partition(':')[0]}: {count} cases, status {status}")
    assert (traces[-4_000:], status) == ("", 0), said[-12_000:]
    return count


def test_a_few_cases_of_every_operation(
    lender: SmallWorld, shop: Pair, tmp_path: Path, along: Any
) -> None:
    url, phases = lender.copy(tmp_path), "examples,fuzzing"

    assert check(lender, shop, url, tmp_path, along, "--phases", phases, "-n", "2") >= 60


@pytest.mark.long
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_five_thousand_cases_in_all_phases(
    request: pytest.FixtureRequest, lender: SmallWorld, tmp_path: Path, along: Any, store: str
) -> None:
    shop = request.getfixturevalue("shop")
    postgresql = store == "postgresql"
    url = request.getfixturevalue("open_book") if postgresql else lender.copy(tmp_path)

    assert check(lender, shop, url, tmp_path, along, "-n", "100") >= 5_000


@pytest.fixture
def open_book(postgresql_ledger: str) -> str:
    """An empty book on PostgreSQL."""
    engine = open_database(postgresql_ledger)
    with writing(engine) as connection:
        ensure_tenant(connection, DEFAULT_TENANT, "Asia/Shanghai", "CNY")
    engine.dispose()
    return postgresql_ledger
