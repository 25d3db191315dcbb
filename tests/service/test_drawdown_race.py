"""However many draw on one invoice at once, its face is the most that is financed; both stores."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import httpx2 as httpx
import pytest
from sqlalchemy import Engine

from ledger.audit.verifying import verify
from ledger.database import reading, writing
from ledger.principals import DEFAULT_TENANT, OWNER
from ledger.records import read_record
from ledger.tenants import book
from lending.pack import load_pack
from scoring.backing import NothingLeft
from scoring.drawing import hold, pay_out
from scoring.offer_lookup import Looked, look
from scoring.standing_offer import offer_of
from tests.postgres import free_port
from tests.service.offers import (
    FACE,
    Lender,
    a_book,
    a_lender,
    a_pack,
    claim,
    offered_again,
    settings_of,
)
from tests.service.test_killed import PROGRAM, ROOT
from tests.worlds import SmallWorld

EACH = 90_000
"""Eleven of it fit into the face, and 10,000 are left."""


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def drawn_at_once(
    lenders: Sequence[Lender], scores: Sequence[str], twins: int, threads: int
) -> Counter[str]:
    """Draw every score ``twins`` times with one key, all at once; how the answers came out."""
    gate = Barrier(threads)

    def one(number: int) -> tuple[str, int, bytes]:
        if number < threads:
            gate.wait()  # as many as there are threads begin together
        score = scores[number // twins]
        lender = lenders[number % len(lenders)]
        answer = lender.act("drawdown", score, EACH, key=score)
        return score, answer.status_code, answer.content

    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(one, range(twins * len(scores))))
    assert {status for _, status, _ in answers} <= {200, 409}, answers
    for score in scores:  # of a score that was drawn every twin was told the same
        told = {content for of, status, content in answers if (of, status) == (score, 200)}
        assert len(told) <= 1
    reasons = ("nothing-left", "drawdown-blocked")
    for _, status, content in answers:
        assert status == 200 or any(reason.encode() in content for reason in reasons), content
    won = {score for score, status, _ in answers if status == 200}
    return Counter("won" if score in won else "lost" for score in scores)


def assert_within_its_face(lender: Lender, won: int) -> None:
    assert won == FACE // EACH
    assert lender.financed == won * EACH <= FACE
    assert lender.counted("SELECT COUNT(*) FROM financing") == won
    assert lender.counted("SELECT SUM(amount_minor) FROM reserved_invoice") == won * EACH
    assert verify(lender.engine, DEFAULT_TENANT).ok


def test_sixteen_who_draw_on_one_invoice_at_once_get_its_face(
    database_url: str, small_world: SmallWorld, tmp_path: Path
) -> None:
    pack, many = a_pack(tmp_path), {"scoring_queue": 200, "scoring_wait_s": 300.0}
    with a_book(database_url, claim("I-1")) as engine, ExitStack() as stack:
        services = 2 if engine.dialect.name == "postgresql" else 1
        lenders = [
            stack.enter_context(a_lender(small_world, engine, pack, **many))
            for _ in range(services)
        ]
        scores = offered_again(engine, lenders[0].score(EACH), 16)

        outcome = drawn_at_once(lenders, scores, twins=2, threads=16)

        assert_within_its_face(lenders[0], outcome["won"])


@contextmanager
def a_process(small: SmallWorld, engine: Engine, pack: str) -> Iterator[Lender]:
    """A service in a process of its own."""
    port, settings = free_port(), settings_of(small, address(engine), pack)
    named = {
        "DB": settings.db,
        "BUNDLE": settings.bundle,
        "PACK": settings.pack,
        "PORT": port,
        "SCORING_QUEUE": 2_000,
        "SCORING_WAIT_S": 900,
        "RECEIVE_TIMEOUT_S": 900,
    }
    environment = {**os.environ, **{f"TRICREDIT_{name}": f"{of}" for name, of in named.items()}}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        limits = httpx.Limits(max_connections=1_000)
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=900, limits=limits
        ) as client:
            until_ready(client)
            yield Lender(client, engine)
    finally:
        process.kill()
        process.wait(timeout=30)


def until_ready(client: httpx.Client) -> None:
    for _ in range(600):
        try:
            if client.get("/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the service doesn't become ready")


@pytest.mark.long
def test_five_hundred_who_draw_on_one_invoice_at_once_get_its_face(
    database_url: str, small_world: SmallWorld, tmp_path: Path
) -> None:
    pack = a_pack(tmp_path)
    with a_book(database_url, claim("I-1")) as engine, ExitStack() as stack:
        services = 3 if engine.dialect.name == "postgresql" else 1
        lenders = [
            stack.enter_context(a_process(small_world, engine, pack)) for _ in range(services)
        ]
        scores = offered_again(engine, lenders[0].score(EACH), 500)

        began = time.perf_counter()
        outcome = drawn_at_once(lenders, scores, twins=1, threads=500)
        print(f"{engine.dialect.name}: {dict(outcome)} in {time.perf_counter() - began:.1f} s")

        assert_within_its_face(lenders[0], outcome["won"])


def killed_holder(url: str, pack: str, score: str) -> datetime:
    """Let a process hold an offer, kill it within its drawdown; when its hold ends."""
    holder = [sys.executable, "-m", "tests.service.dying_holder", url, pack, score]
    process = subprocess.Popen(holder, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        ends = process.stdout.readline().strip()
    process.kill()
    process.wait(timeout=30)
    return datetime.fromisoformat(ends)


def test_what_a_killed_process_held_is_free_once_its_time_is_over(
    database_url: str, small_world: SmallWorld, tmp_path: Path
) -> None:
    pack = a_pack(tmp_path)
    with (
        a_book(database_url, claim("I-1")) as engine,
        a_lender(small_world, engine, pack) as lender,
    ):
        crashed, other = offered_again(engine, lender.score(FACE), 2)
        ends = killed_holder(database_url, pack, crashed)
        assert lender.financed == 0  # its drawdown is undone, its hold stands
        assert lender.counted("SELECT COUNT(*) FROM reservation_step WHERE step = 'drawn'") == 0

        just_before = ends - timedelta(seconds=1)
        looked = looked_up(engine, pack, other, just_before)
        with pytest.raises(NothingLeft), writing(engine) as connection:
            hold(connection, OWNER, looked, timedelta(hours=1), just_before)
        looked = looked_up(engine, pack, other, ends)
        with writing(engine) as connection:
            pay_out(connection, OWNER, looked, ends)

        assert lender.financed == FACE


def looked_up(engine: Engine, pack: str, score: str, now: datetime) -> Looked:
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
        offer = offer_of(read_record(connection, OWNER.tenant, score), opened.tz)
    return look(engine, offer, FACE, load_pack(pack), now, tenant=OWNER.tenant)
