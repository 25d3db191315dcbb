"""Another champion or policy serves while requests come in: no answer fails, none is mixed."""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from ledger.aliases import roll_back
from ledger.database import writing
from lending.pack import path_of
from service.app import create_app
from service.settings import Settings
from tests.models.tampering import Pair
from tests.service.crowning import CHECKER, NOW, crown, take

SWAPS = 6
CALLERS = 3


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack in a folder of its own."""
    folder = tmp_path / "policy"
    folder.mkdir()
    return Path(shutil.copy(path_of("generic"), folder / "pack.toml"))


@pytest.fixture
def client(engine: Engine, shop: Pair, pack: Path) -> Iterator[TestClient]:
    take(engine, shop, shop.older)
    take(engine, shop, shop.newer)
    crown(engine, shop.older)
    settings = Settings(
        db=str(engine.url),
        bundles=str(shop.newer.parent),
        trust=shop.keys,
        pack=str(pack),
        watch_s=0.05,
        scoring_wait_s=60,
    )
    with TestClient(create_app(settings)) as opened:
        yield opened


def until(holds: Callable[[], bool]) -> None:
    """Wait for what must come, a minute at most."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def ready(client: TestClient) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/health/ready").json()
    return told


def rewritten(pack: Path, version: int) -> None:
    """Another version of a pack takes the place of the file, at once."""
    draft = pack.with_suffix(".draft")
    text = path_of("generic").read_text(encoding="utf-8")
    numbered = re.sub(r'^version = ".*"$', f'version = "{version}"', text, count=1, flags=re.M)
    draft.write_text(numbered, encoding="utf-8")
    draft.replace(pack)


def test_no_answer_fails_or_is_mixed_while_model_and_policy_are_swapped(
    client: TestClient, engine: Engine, shop: Pair, pack: Path, named: dict[str, Any]
) -> None:
    over = Event()
    replies: list[dict[str, Any]] = []

    def call(caller: int) -> None:
        at = 0
        while not over.is_set():
            at += 1
            answer = client.post("/score", json={**named, "request_id": f"{caller}-{at}"})
            assert answer.status_code == 200, answer.text
            replies.append(answer.json())

    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(call, one) for one in range(CALLERS)]
        try:
            for swap in range(SWAPS):
                if swap % 2 == 0:
                    crown_again(engine, shop)
                else:
                    back(engine, shop)
                rewritten(pack, swap)
                until(partial(served, replies, shop.older if swap % 2 else shop.newer, swap))
        finally:
            over.set()
        for one in calls:
            one.result()

    for reply in replies[-30:]:
        told = client.post(f"/scores/{reply['score_id']}/replay").json()
        assert told["same"], (reply["bundle"], reply["pack"], told["differences"])


def served(replies: list[dict[str, Any]], bundle: Path, version: int) -> bool:
    """Whether somebody got an answer of this model by this version of the policy."""
    return any(one["bundle"] == bundle.name and f"-{version}-" in one["pack"] for one in replies)


def crown_again(engine: Engine, shop: Pair) -> None:
    crown(engine, shop.newer, shop.older)


def back(engine: Engine, shop: Pair) -> None:
    with writing(engine) as connection:
        roll_back(
            connection, CHECKER, "champion", instead_of=shop.newer.name, reason="back", now=NOW
        )


def test_a_pack_that_says_nonsense_changes_nothing(client: TestClient, pack: Path) -> None:
    before = ready(client)["pack"]

    pack.write_text("name = 'half", encoding="utf-8")
    until(lambda: "half" in pack.read_text(encoding="utf-8"))
    time.sleep(0.3)
    still = ready(client)["pack"]
    rewritten(pack, 9)
    until(lambda: "-9-" in ready(client)["pack"])

    assert still == before


def test_a_champion_that_could_not_be_read_serves_once_it_can(
    client: TestClient, engine: Engine, shop: Pair, named: dict[str, Any]
) -> None:
    away = shop.newer.with_name("away")
    shop.newer.rename(away)
    crown_again(engine, shop)
    time.sleep(0.3)
    meanwhile = client.post("/score", json=named)

    away.rename(shop.newer)
    until(lambda: ready(client)["bundle"] == shop.newer.name)

    assert json.loads(meanwhile.content)["bundle"] == shop.older.name
