"""Lenders of one service, in any order of what they do: none learns anything of another.

Each lender's keys and names bear its mark. Whatever is answered to one bears no other's mark and
none of another's ids; what another has is answered as what nobody has; and counts are its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from ledger.database import migrate, open_database, writing
from ledger.tenants import ensure_tenant
from service.app import create_app
from service.settings import Settings
from tests.service.callers import PEPPER, a_key, shows
from tests.service.walled import gone, serving_role
from tests.worlds import SmallWorld

ROLES = ("scorer", "analyst", "approver", "auditor")
OF_SCORE = (
    *("", "/explain", "/overrides", "/outcomes", "/shadows"),
    *("/reserve", "/release", "/drawdown", "/replay"),
)
ABSENT = "01a22e11-05e1-71ff-93b4-095e484a29d0"
LENDERS = st.integers(0, 2)


@dataclass
class Lender:
    """One of the lenders, and what it has done.

    Attributes
    ----------
    mark : str
        In every key and name of its own.
    """

    mark: str
    headers: dict[str, str]
    parties: int = 0
    scores: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Shared:
    """The service of all of them, and its ledger as the operator opens it."""

    client: TestClient
    owner: Engine
    steps: list[int]


class Apart(RuleBasedStateMachine):
    """Three lenders with new books."""

    def __init__(self, shared: Shared) -> None:
        super().__init__()
        self.shared = shared
        self.lenders = [self._lender() for _ in range(3)]
        self.answers: list[tuple[Lender, str]] = []

    def _lender(self) -> Lender:
        mark = f"mk{secrets.token_hex(6)}"
        tenant = f"lender-{mark}"
        with writing(self.shared.owner) as connection:
            ensure_tenant(connection, tenant, "Asia/Shanghai", "CNY")
        key = a_key(self.shared.owner, *ROLES, tenant=tenant, name=f"person-{mark}")
        return Lender(mark, shows(key))

    def ask(self, lender: Lender, method: str, path: str, **more: Any) -> Any:
        """Ask as a lender; what is answered is looked at after the step."""
        headers = {**lender.headers, **more.pop("headers", {})}
        answer = self.shared.client.request(method, path, headers=headers, **more)
        assert answer.status_code not in {401, 403}, answer.text
        assert answer.status_code < 500, answer.text
        self.answers.append((lender, answer.text + str(answer.headers)))
        return answer

    @rule(who=LENDERS, again=st.booleans())
    def load(self, who: int, again: bool) -> None:
        """Report a party, sometimes under an idempotency key that all lenders use."""
        lender = self.lenders[who]
        ref = f"P-{lender.mark}-{0 if again else lender.parties}"
        row = {"ref": ref, "happened_at": "2024-01-02T09:00:00+08:00", "name": f"N {lender.mark}"}
        headers = {"Idempotency-Key": "the same"} if again and not lender.parties else {}
        answer = self.ask(
            lender, "POST", "/facts/party?source_system=x", json=[row], headers=headers
        )
        assert answer.status_code == 200
        lender.parties += answer.json()["added"] if "Idempotency-Key" not in headers else 1

    @rule(who=LENDERS)
    def listed(self, who: int) -> None:
        """Look at parties: as many as it has itself."""
        lender = self.lenders[who]
        page = self.ask(lender, "GET", "/facts/party?limit=500").json()
        mine = [row for row in page["facts"] if row["ref"].startswith("P-")]
        assert len(mine) == lender.parties

    @rule(who=LENDERS, twin=st.booleans())
    def score(self, who: int, twin: bool) -> None:
        """Score what is brought along: lenders have claims of one size, and keys that are alike."""
        lender = self.lenders[who]
        today = datetime.now(UTC).date()
        number = 0 if twin else len(lender.scores)
        asked = {
            "request_id": "R-1",
            "supplier": {"ref": f"S-{lender.mark}", "name": f"Seller {lender.mark}"},
            "buyer": {"ref": f"B-{lender.mark}", "name": f"Buyer {lender.mark}"},
            "receivables": [
                {
                    "ref": f"I-{lender.mark}-{number}",
                    "issued_on": (today - timedelta(days=5)).isoformat(),
                    "due_on": (today + timedelta(days=60)).isoformat(),
                    "face_minor": 1_000_000,
                    "currency": "CNY",
                }
            ],
            "amount_requested_minor": 100_000,
            "currency": "CNY",
        }
        headers = {"Idempotency-Key": "the same score"} if number == 0 else {}
        answer = self.ask(lender, "POST", "/score", json=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        id = answer.json()["score_id"]
        if id not in lender.scores:
            lender.scores.append(id)

    @rule(who=LENDERS)
    def job(self, who: int) -> None:
        """Send a file as a job; its list has as many as it sent."""
        lender = self.lenders[who]
        line = f'{{"request_id": "{lender.mark}"}}\n'.encode()
        kind = {"Content-Type": "application/x-ndjson"}
        sent = self.ask(lender, "POST", "/score/jobs", content=line, headers=kind)
        assert sent.status_code == 202, sent.text
        lender.jobs.append(sent.json()["id"])
        assert len(self.ask(lender, "GET", "/score/jobs?limit=100").json()["jobs"]) == len(
            lender.jobs
        )

    @rule(who=LENDERS, of=LENDERS, what=st.sampled_from(OF_SCORE))
    def score_of_another(self, who: int, of: int, what: str) -> None:
        """What another has is answered as what nobody has, to the byte."""
        lender, other = self.lenders[who], self.lenders[of]
        if lender is other or not other.scores:
            return
        posts = what in {"/reserve", "/release", "/drawdown", "/replay"}
        self._as_absent(lender, "POST" if posts else "GET", f"/scores/{{}}{what}", other.scores[0])

    @rule(who=LENDERS, of=LENDERS, what=st.sampled_from(("GET", "GET /result", "DELETE")))
    def job_of_another(self, who: int, of: int, what: str) -> None:
        """The same of jobs."""
        lender, other = self.lenders[who], self.lenders[of]
        if lender is not other and other.jobs:
            method, _, rest = what.partition(" ")
            self._as_absent(lender, method, f"/score/jobs/{{}}{rest}", other.jobs[0])

    @rule(who=LENDERS, of=LENDERS)
    def party_of_another(self, who: int, of: int) -> None:
        """The same of enterprises, and facts found by another's keys."""
        lender, other = self.lenders[who], self.lenders[of]
        if lender is other or not other.parties:
            return
        ref = f"P-{other.mark}-0"
        found = self.shared.client.get(f"/facts/party?ref={ref}", headers=lender.headers)
        assert found.json()["facts"] == []
        self._as_absent(lender, "GET", "/enterprises/{}", ref)

    def _as_absent(self, lender: Lender, method: str, path: str, id: str) -> None:
        body = {"json": {}} if method == "POST" else {}
        absent, theirs = (
            self.shared.client.request(method, path.format(one), headers=lender.headers, **body)
            for one in (ABSENT, id)
        )
        assert (theirs.status_code, theirs.content) == (absent.status_code, absent.content)
        assert theirs.status_code in {404, 422}
        assert id not in theirs.text

    @invariant()
    def nothing_of_others_is_answered(self) -> None:
        """No mark and no id of another in anything that was answered."""
        self.shared.steps[0] += 1
        for lender, text in self.answers:
            for other in self.lenders:
                if other is not lender:
                    assert other.mark not in text
                    assert not any(id in text for id in (*other.scores, *other.jobs))
        self.answers.clear()

    def teardown(self) -> None:
        """What the operator's own addresses tell everybody names no lender either."""
        for path in ("/metrics", "/openapi.json", "/health/ready"):
            told = self.shared.client.get(path).text
            assert not any(lender.mark in told for lender in self.lenders)


@contextmanager
def shared(owner_url: str, service_url: str, lender: SmallWorld, jobs: Path) -> Iterator[Shared]:
    """A service of several lenders; the operator makes its books and keys beside it."""
    owner = open_database(owner_url)
    migrate(owner)
    a_key(owner, "scorer")  # of the default lender, whose book is there
    more: dict[str, Any] = {"key_pepper": PEPPER, "jobs_folder": jobs, "watch_s": 60.0}
    app = create_app(Settings(db=service_url, bundle=str(lender.bundle), **more))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Shared(client, owner, [0])
    owner.dispose()


@contextmanager
def on_store(
    store: str, request: pytest.FixtureRequest, lender: SmallWorld, folder: Path
) -> Iterator[Shared]:
    """On SQLite, or on PostgreSQL by a role that row-level security holds."""
    url: str = request.getfixturevalue(f"{store}_url")
    own = url if store == "sqlite" else serving_role(url)
    with shared(url, own, lender, folder / "jobs") as found:
        yield found
    if own != url:
        gone(url, own)


def driven(found: Shared, examples: int, steps: int) -> None:
    limits = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(lambda: Apart(found), settings=limits)


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_lenders_learn_nothing_of_each_other(
    store: str, request: pytest.FixtureRequest, lender: SmallWorld, tmp_path: Path
) -> None:
    with on_store(store, request, lender, tmp_path) as found:
        driven(found, examples=3, steps=20)


@pytest.mark.long
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_lenders_learn_nothing_of_each_other_in_2000_steps(
    store: str, request: pytest.FixtureRequest, lender: SmallWorld, tmp_path: Path
) -> None:
    with on_store(store, request, lender, tmp_path) as found:
        driven(found, examples=50, steps=60)

    print(f"{found.steps[0]} steps of three lenders each on {store}")
    assert found.steps[0] >= 2_000
