"""What the benchmark of the service rests on: its requests, its one booster, its loads."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import lightgbm as lgb
import numpy as np
import pytest

from benchmarks.stage.asked_bodies import RECEIVABLES, bodies_of
from benchmarks.stage.load_turns import in_turns_of
from benchmarks.stage.one_booster import one_booster
from benchmarks.stage.stack_shares import shares
from benchmarks.stage.wrk import Load, is_here
from service.intake import parse_request
from tests.worlds import LAST_DAY, SmallWorld


def test_one_booster_says_what_two_say_together() -> None:
    draw = np.random.default_rng(3)
    rows = draw.normal(size=(500, 4))
    rows[draw.random(rows.shape) < 0.2] = np.nan
    event = (np.nan_to_num(rows[:, 0]) + draw.normal(size=500) > 0).astype(float)
    first, second = (
        lgb.train(
            {"objective": "binary", "verbose": -1, "seed": seed, "num_leaves": leaves},
            lgb.Dataset(rows, event),
            rounds,
        )
        for seed, leaves, rounds in ((1, 7, 12), (2, 15, 3))
    )

    both = lgb.Booster(model_str=one_booster(first.model_to_string(), second.model_to_string()))

    assert both.num_trees() == 15
    apart = first.predict(rows, raw_score=True) + second.predict(rows, raw_score=True)
    np.testing.assert_allclose(both.predict(rows, raw_score=True), apart, rtol=0, atol=1e-12)


def test_requests_are_what_the_service_takes_and_share_no_receivable(
    small_world: SmallWorld,
) -> None:
    bodies = bodies_of(small_world.gathered, LAST_DAY)

    asked = [parse_request(body.encode())[0] for body in (*bodies.warm, *bodies.first)]
    refs = [one.ref for request in asked for one in request.receivables]
    known = small_world.gathered.facts["receivable"]["ref"].to_pylist()

    assert bodies.warm
    assert bodies.first
    assert {len(request.receivables) for request in asked} == {RECEIVABLES}
    assert all(one.face_minor for request in asked for one in request.receivables)
    assert len(refs) == len(set(refs))
    assert set(refs) <= set(known)


def test_cold_requests_of_a_day_have_no_party_in_common(small_world: SmallWorld) -> None:
    asked = [
        parse_request(body.encode())[0] for body in bodies_of(small_world.gathered, LAST_DAY).cold
    ]
    parties = [
        (request.as_of, party.ref)
        for request in asked
        for party in (request.supplier, request.buyer)
    ]

    assert len({request.as_of for request in asked}) > 1
    assert len(parties) == len(set(parties))
    assert all(isinstance(as_of, datetime) for as_of, _ in parties)


def test_a_function_counts_once_a_stack_with_all_that_it_calls() -> None:
    stacks = (
        "run (threading.py);answer (service/desk.py);serve (scoring/serving.py) 3\n"
        "answer (/opt/tricredit/service/desk.py);answer (service/desk.py);loads (json.py) 1\n"
        "select (selectors.py) 4\n"
    )

    assert shares(stacks) == {
        "service/desk.py: answer": 0.5,
        "scoring/serving.py: serve": 0.375,
    }


@contextmanager
def _server(turned_away: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that keeps what it is asked, and turns away what holds a word."""
    asked: list[dict[str, str]] = []

    class Keeps(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(json.loads(body) | {"key": self.headers.get("Idempotency-Key", "")})
            away = turned_away in body.decode()
            self.send_response(503 if away else 200)
            self.send_header("Content-Length", "0")
            if away:
                self.send_header("Retry-After", "1")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeps)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ask", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.skipif(not is_here(), reason="wrk is not installed")
def test_wrk_gives_every_request_an_id_and_a_key_of_its_own(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"id": "REQUEST_ID", "at": "1"}\n{"id": "REQUEST_ID", "at": "2"}\n')
    with _server("nothing") as (url, asked):
        load = Load(url, lines, 2, 1, keyed=True)
        (found,) = in_turns_of({("warm", 2): [load, load]}).values()

    mine = [one for one in asked if one["id"] != "settle"]
    assert found.wrong == found.shed == 0
    assert len(mine) >= found.answered > 2
    assert {one["at"] for one in mine} == {"1", "2"}
    assert len({one["id"] for one in mine}) == len({one["key"] for one in mine}) == len(mine)
    assert all(re.fullmatch(r"T\d+-0-\d+", one["id"]) for one in mine)


@pytest.mark.skipif(not is_here(), reason="wrk is not installed")
def test_wrk_asks_each_line_once_and_tells_who_was_turned_away(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    names = [*(f"good {at}" for at in range(20)), *(f"away {at}" for at in range(6))]
    lines.write_text("".join(f'{{"at": "{name}"}}\n' for name in names))
    with _server("away") as (url, asked):
        (found,) = in_turns_of({("cold", 4): [Load(url, lines, 4, 1, once=True)]}).values()

    mine = [one["at"] for one in asked][:-1]  # the last one settles
    assert len(mine) == len(set(mine)) == found.answered + found.shed
    assert found.shed == len([name for name in mine if name.startswith("away")]) >= 5
    assert found.wrong == 0
    assert found.rate > found.answered
