"""Fifty champions and policies in a minute, under load: every answer is whole, and one model's."""

import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from sqlalchemy import Engine

from ledger.aliases import roll_back
from ledger.database import writing
from ledger.principals import OWNER
from ledger.writer import append
from lending.pack import path_of
from models.assessment import assess
from models.bundle import load
from service.settings import Settings
from tests.models.tampering import Pair
from tests.service.crowning import CHECKER, NOW, crown, take
from tests.service.running import serving
from tests.worlds import RECORDED_AT, SmallWorld

pytestmark = pytest.mark.long

SWAPS, MINUTE_S = 50, 60.0
CALLERS = 3
QUESTIONS = 8


@pytest.fixture
def book(ledger: Engine, lender: SmallWorld, shop: Pair) -> Engine:
    """The small world's facts on either store, and two bundles in the registry."""
    with writing(ledger) as connection:
        append(
            connection,
            OWNER,
            lender.rows,
            source_system="t",
            historical=True,
            recorded_at=RECORDED_AT,
        )
    take(ledger, shop, shop.older)
    take(ledger, shop, shop.newer)
    crown(ledger, shop.older)
    return ledger


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack in a folder of its own."""
    folder = tmp_path / "policy"
    folder.mkdir()
    return Path(shutil.copy(path_of("generic"), folder / "pack.toml"))


@pytest.fixture
def client(book: Engine, shop: Pair, pack: Path) -> Iterator[httpx.Client]:
    settings = Settings(
        db=book.url.render_as_string(hide_password=False),
        bundles=str(shop.newer.parent),
        trust=shop.keys,
        pack=str(pack),
        watch_s=0.05,
        scoring_wait_s=600,
    )
    with (
        serving(settings) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as made,
    ):
        yield made


def swap(engine: Engine, shop: Pair, pack: Path, number: int) -> None:
    """Another champion, forward and back, and another version of the policy."""
    if number % 2:
        crown(engine, shop.newer, shop.older)
    else:
        with writing(engine) as connection:
            roll_back(
                connection,
                CHECKER,
                "champion",
                instead_of=shop.newer.name,
                reason=f"swap {number}",
                now=NOW,
            )
    draft = pack.with_suffix(".draft")
    text = path_of("generic").read_text(encoding="utf-8")
    numbered = re.sub(
        r'^version = ".*"$', f'version = "{number}"', text, count=1, flags=re.MULTILINE
    )
    draft.write_text(numbered, encoding="utf-8")
    draft.replace(pack)


def test_no_answer_fails_and_each_is_of_one_model(
    client: httpx.Client, book: Engine, shop: Pair, pack: Path, lender: SmallWorld
) -> None:
    over = Event()
    replies: list[dict[str, Any]] = []
    claims = lender.rows["receivable"][-QUESTIONS:]

    def call(caller: int) -> None:
        at = 0
        while not over.is_set():
            at += 1
            claim = claims[(at + caller) % QUESTIONS]
            body = {
                "request_id": f"{caller}-{at}",
                "supplier": {"ref": claim["supplier"]},
                "buyer": {"ref": claim["buyer"]},
                "receivables": [{"ref": claim["ref"]}],
            }
            answer = client.post("/score", json=body)
            assert answer.status_code == 200, answer.text
            replies.append(answer.json())

    begun = time.monotonic()
    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(call, one) for one in range(CALLERS)]
        try:
            for number in range(1, SWAPS + 1):
                time.sleep(max(0.0, begun + number * MINUTE_S / SWAPS - time.monotonic()))
                swap(book, shop, pack, number)
            time.sleep(2.0)
        finally:
            over.set()
        for one in calls:
            one.result()

    bundles = {one.name: load(one, shop.keys) for one in (shop.older, shop.newer)}
    for reply in replies:
        bundle = bundles[reply["bundle"]]
        told = [reply["features"][name] for name in bundle.feature_names]
        row = np.array([[np.nan if value is None else value for value in told]])
        (found,) = assess(bundle, row)
        assert (found.logit, found.probability) == (reply["logit"], reply["probability"])
        assert dict(found.parts) == reply["parts"]
    for reply in replies[:: max(1, len(replies) // 200)]:
        again = client.post(f"/scores/{reply['score_id']}/replay").json()
        assert again["same"], json.dumps(again)[:1000]
    served = Counter(reply["bundle"] for reply in replies)
    packs = {reply["pack"] for reply in replies}
    print(f"{SWAPS} swaps, {len(replies)} answers: {dict(served)}, {len(packs)} versions of policy")
    assert min(served[one.name] for one in (shop.older, shop.newer)) > 0
    assert len(packs) > SWAPS // 2
