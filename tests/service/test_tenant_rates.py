"""Rates by tenant and act: who asks too often is told when to come back; others don't notice."""

import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import tricredit
from ledger.principals import ROLES, Principal
from service.access import Act, caller
from service.app import create_app
from service.problems import Problem
from service.refusals import TooManyRequests
from service.tenant_rates import Rates, WrongRates
from tests.service.loading import a_service
from tests.worlds import SmallWorld


def passed(rates: Rates, times: int, tenant: str = "a", act: Act = "score") -> int:
    """How many of so many requests, one right after the other, pass."""
    count = 0
    for _ in range(times):
        try:
            rates.count(tenant, act)
        except TooManyRequests:
            continue
        count += 1
    return count


def test_so_many_pass_as_the_rate_says() -> None:
    assert passed(Rates({"score": "5/minute"}, {}), 12) == 5


def test_tenants_and_acts_are_counted_apart() -> None:
    rates = Rates({"score": "3/minute", "*": "2/minute"}, {"big": {"score": "7/minute"}})

    assert [passed(rates, 9, tenant) for tenant in ("a", "b", "big")] == [3, 3, 7]
    assert passed(rates, 9, "a", "replay") == 2
    assert passed(rates, 9, "a", "draw") == 2
    assert passed(rates, 9, "big", "draw") == 2


def test_what_has_no_rate_is_not_counted() -> None:
    assert passed(Rates({}, {}), 5_000) == 5_000
    assert passed(Rates({"score": "1/hour"}, {}), 5_000, act="draw") == 5_000
    assert not Rates({}, {}).any


def test_a_burst_that_is_stopped_uses_no_slower_rate_up() -> None:
    rates = Rates({"score": "60/minute; 2/second"}, {})
    passed(rates, 50)

    left = rates._told(rates._items("a", "score"), "a", "score")[1][1]

    assert '"score 60s";r=58' in left or '"score 60s";r=57' in left  # a second may have ended


def test_there_is_room_again_after_the_time_that_is_told() -> None:
    rates = Rates({"score": "4/second"}, {})
    waits = []
    for _ in range(9):
        try:
            rates.count("a", "score")
        except TooManyRequests as refused:
            waits.append(refused.wait_s)

    time.sleep(max(waits) + 0.1)

    assert passed(rates, 1) == 1


def test_a_clock_that_is_set_back_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Rates({"score": "4/second"}, {})
    assert passed(rates, 9) >= 4
    clock = time.time

    monkeypatch.setattr(time, "time", lambda: clock() - 3_600)

    assert passed(rates, 4) == 4


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ({"scores": "5/minute"}, "no act 'scores'"),
        ({"score": "often"}, "'often' is no rate"),
        ({"score": "5/fortnight"}, "is no rate"),
        ({"score": ""}, "is no rate"),
        ({"score": "0/second"}, "lets nothing pass"),
    ],
)
def test_a_wrong_rate_ends_the_start_with_words(rates: dict[str, str], told: str) -> None:
    for of_all, of_tenants in ((rates, {}), ({}, {"a": rates})):
        with pytest.raises(WrongRates) as refused:
            Rates(of_all, of_tenants)
        assert told in refused.value.message
        assert refused.value.remedy


def test_the_command_says_what_is_wrong_with_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRICREDIT_RATES", '{"score": "often"}')

    run = CliRunner().invoke(tricredit.app, ["serve"])

    assert run.exit_code == 2
    assert "wrong-rates" in run.output
    assert "TRICREDIT_RATES" in run.output


def test_every_act_can_have_a_rate() -> None:
    rates = Rates(dict.fromkeys(get_args(Act), "1/hour"), {})

    assert {act: passed(rates, 2, act=act) for act in get_args(Act)} == dict.fromkeys(
        get_args(Act), 1
    )


def test_a_caller_is_told_how_many_are_left_and_when_to_come_back(sqlite_ledger: str) -> None:
    with a_service(sqlite_ledger, rates={"read facts": "3/minute"}) as client:
        answers = [client.get("/facts/party") for _ in range(5)]
        others = [client.get(path) for path in ("/health/live", "/policies", "/problems")]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {
        '"read facts 60s";q=3;w=60'
    }
    left = [answer.headers["ratelimit"].split(";")[1] for answer in answers]
    assert left == ["r=2", "r=1", "r=0", "r=0", "r=0"]
    refused = answers[-1]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    told = Problem.model_validate_json(refused.content)
    assert told.type == "/problems/too-many-requests"
    assert "more than 3 requests in 60 s to read facts" in told.detail.lower()
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert {answer.status_code for answer in others} == {200}
    assert not any("ratelimit" in answer.headers for answer in others)


def test_a_refused_caller_uses_nothing_of_its_tenant_up(sqlite_ledger: str) -> None:
    with a_service(sqlite_ledger, rates={"*": "2/minute"}) as client:
        app: Any = client.app
        app.dependency_overrides[caller] = lambda: Principal("default", "nobody", frozenset())
        forbidden = [client.get("/facts/party").status_code for _ in range(5)]
        app.dependency_overrides[caller] = lambda: Principal("default", "one", frozenset(ROLES))
        allowed = [client.get("/facts/party").status_code for _ in range(3)]

    assert forbidden == [403] * 5
    assert allowed == [200, 200, 429]


def test_a_tenant_that_asks_too_often_takes_nothing_from_another(
    lender: SmallWorld, tmp_path: Path, named: dict[str, Any]
) -> None:
    settings = lender.settings(lender.copy(tmp_path))
    app = create_app(settings.model_copy(update={"tenant_rates": {"loud": {"score": "2/minute"}}}))
    who = Principal("loud", "one", frozenset(ROLES))
    app.dependency_overrides[caller] = lambda: who
    told: list[tuple[str, int]] = []
    with TestClient(app, raise_server_exceptions=False) as client:
        for tenant in ("loud", "default") * 5:
            who = Principal(tenant, "one", frozenset(ROLES))
            told.append((tenant, client.post("/score", json=named).status_code))

    # nobody opened a book for the loud one: what passes is answered 503
    assert Counter(told) == {("loud", 503): 2, ("loud", 429): 3, ("default", 200): 5}


def test_counting_costs_microseconds() -> None:
    rates = Rates({"score": "1000000/second"}, {})
    costs = []
    for _ in range(5_000):
        begin = time.perf_counter_ns()
        rates.count("a", "score")
        costs.append(time.perf_counter_ns() - begin)

    print(f"a request is counted and told of in {median(costs) / 1_000:.1f} µs")
    assert len(costs) == 5_000
