"""What the ledger sees of trade and financing: what happened, in part and with delay."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ledger.checking import check_batch
from ledger.clocks import to_day_number
from ledger.kinds import KINDS
from simulator.fraud import CIRCULAR, DOUBLE, FICTITIOUS, FRAUDS, RED_FLUSH
from simulator.intensities import NEVER
from simulator.observation.observed import observed, rows_of
from simulator.observation.view import THEN
from simulator.policies import OURS, RIVAL_A
from simulator.scenario import read_scenario, size_of
from simulator.world import World, make_world

LAST_DAY = date(2026, 6, 30)
SEED = 1

Rows = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(read_scenario("baseline"), size_of("ci"), SEED, LAST_DAY)


@pytest.fixture(scope="module")
def told(world: World) -> Rows:
    """The rows by kind and ref."""
    found: Rows = {}
    for kind, rows in rows_of(world).items():
        found[kind] = {row["ref"]: row for row in rows}
        assert len(found[kind]) == len(rows), f"a ref of {kind} twice"
    return found


def of(prefix: str, place: Any) -> str:
    return f"{prefix}{place + 1:08d}"


def tier_of(world: World, place: int) -> int:
    return int(world.chain.suppliers.data_tier[world.chain.core.seller[place]])


@pytest.mark.parametrize(
    "most", [pytest.param(None, id="all", marks=pytest.mark.long), pytest.param(1500, id="some")]
)
def test_each_row_passes_the_checks_of_the_ledger(world: World, most: int | None) -> None:
    """A smaller world is written into a ledger row by row elsewhere."""
    now = datetime(2026, 6, 29, 16, tzinfo=UTC)
    for kind, table in observed(world):
        name = kind.removesuffix(THEN)
        rows = table.to_pylist() if most is None else _evenly(table, most)
        verdict = check_batch({name: rows}, "CNY", now)[name]
        assert verdict.faults == [], kind


def _evenly(table: pa.Table, most: int) -> list[dict[str, Any]]:
    """Runs of rows, as many as there are in all at most, from the first row to the last."""
    run = 50
    starts = np.unique(np.linspace(0, max(0, table.num_rows - run), most // run).astype(int))
    return [row for start in starts.tolist() for row in table.slice(start, run).to_pylist()]


def test_what_is_named_is_told(told: Rows) -> None:
    for kind in KINDS:
        for field, target in kind.names.items():
            named = {row.get(field) for row in told.get(kind.name, {}).values()} - {None}
            assert named <= told.get(target, {}).keys(), (kind.name, field)


def test_an_invoice_is_told_if_and_only_if_it_happened(world: World, told: Rows) -> None:
    story, invoices = world.story, world.chain.core.invoices
    known = story.happened & (invoices.issued + 1 <= to_day_number(LAST_DAY))
    expected = {of("IN-", place) for place in np.flatnonzero(known)}

    found = {
        ref
        for ref in told["invoice"]
        if ref.startswith("IN-") and not ref.startswith(("IN-R", "IN-A"))
    }

    assert found == expected
    for place in np.flatnonzero(known)[::50]:
        row = told["invoice"][of("IN-", place)]
        assert row["gross_minor"] == row["net_minor"] + row["tax_minor"] == story.face_minor[place]


def test_a_payment_is_told_when_the_bank_is_seen(world: World, told: Rows) -> None:
    paid_on, due = world.story.paid_on, world.chain.core.invoices.due
    for place in np.flatnonzero(world.story.happened)[::7]:
        row = told["payment"].get(of("PY-", place))
        if tier_of(world, place) == 0 and not world.story.financed[place]:
            assert row is None
        if row is not None:
            assert to_day_number(row["paid_on"]) == paid_on[place] < to_day_number(LAST_DAY)
            assert paid_on[place] - due[place] >= -3
    never = [of("PY-", place) for place in np.flatnonzero(paid_on >= NEVER)]
    assert never
    assert told["payment"].keys().isdisjoint(never)


def test_a_claim_is_paid_in_full_by_payment_and_credit_note(world: World, told: Rows) -> None:
    covered: dict[str, int] = defaultdict(int)
    for row in told["payment"].values():
        if row.get("receivable"):
            covered[row["receivable"]] += row["amount_minor"]

    assert len(covered) > 10_000
    for ref, amount in covered.items():
        assert amount == told["receivable"][ref]["face_minor"]


def test_some_payments_say_not_what_they_pay(world: World, told: Rows) -> None:
    at_bank = [
        row["receivable"] is None
        for ref, row in told["payment"].items()
        if ref.startswith("PY-")
        and row["channel"] == "bank"
        and not world.story.financed[int(ref[3:]) - 1]
    ]

    assert np.mean(at_bank) == pytest.approx(world.scenario.reference_missing_share, abs=0.02)
    assert told["payment_allocation"]


def test_orders_and_deliveries_are_seen_on_platforms_alone(world: World, told: Rows) -> None:
    with_order = {row["purchase_order"] for row in told["delivery"].values()}
    for place in np.flatnonzero(world.story.happened)[::11]:
        seen = tier_of(world, place) >= 2 and not world.story.nothing_behind[place]
        assert (of("PO-", place) in told["purchase_order"]) == seen
        if of("PO-", place) in with_order:
            assert seen
    for row in told["delivery"].values():
        assert row["despatched_on"] <= row["received_on"]
        assert told["purchase_order"][row["purchase_order"]]["ordered_on"] <= row["received_on"]


def test_a_fraud_shows_what_it_shows(world: World, told: Rows) -> None:
    """Only where the data tier lets it; the truth itself is nowhere."""
    kind = np.repeat(world.fraud, world.requests.count)
    request = np.repeat(np.arange(len(world.requests)), world.requests.count)
    place = world.requests.claims
    assert {FRAUDS[one] for one in kind} >= {"none", "fictitious", "double_finance"}

    for at in place[kind == FICTITIOUS]:
        assert of("PO-", at) not in told["purchase_order"]
        assert world.story.face_minor[at] % 1_000_000 == 0
    ours = world.decisions.lender[request] == OURS
    registered = told["registration"]
    asked_on = world.requests.day[request]
    for at, day in zip(place[kind == DOUBLE], asked_on[kind == DOUBLE], strict=True):
        other, our = registered.get(of("RG-D", at) + "/1"), registered.get(of("RG-O", at))
        if other is not None:
            assert other["secured_party"] == "lender-a"
            assert -1 <= day - to_day_number(other["registered_at"].date()) <= 11
            assert our is None or other["registered_at"] < our["registered_at"]
    flushed = place[(kind == RED_FLUSH) & ours]
    for at in flushed:
        status = told["invoice_status"].get(f"{of('IN-', at)}/red")
        assert status is None or status["status"] == "full_red"


def test_requests_of_a_rival_are_seen_in_the_registry_alone(world: World, told: Rows) -> None:
    theirs = np.flatnonzero(world.decisions.lender == RIVAL_A)
    refs = {of("RQ-", place) for place in theirs}

    assert told["financing_request"].keys().isdisjoint(refs)
    assert any(
        row["secured_party"] == "lender-a"
        for row in told["registration"].values()
        if row.get("secured_party")
    )


def test_outcomes_are_told_when_ripe_and_of_financings_alone(world: World, told: Rows) -> None:
    defaulted = world.endings.defaulted
    assert told["outcome"]
    for ref, row in told["outcome"].items():
        place = int(row["financing"][3:]) - 1
        financing = told["financing"][row["financing"]]
        assert world.decisions.lender[place] == OURS
        assert row["defaulted"] == defaulted[place], ref
        assert (row["cause"] is not None) == row["defaulted"]
        if row["defaulted"]:
            ripe = financing["matures_on"] + timedelta(days=90)
            assert row["settled_on"] == ripe < LAST_DAY
    told_places = {int(row["financing"][3:]) - 1 for row in told["outcome"].values()}
    due_long_ago = world.requests.matures + 92 < to_day_number(LAST_DAY)
    ripe_places = np.flatnonzero((world.decisions.lender == OURS) & due_long_ago)
    assert set(ripe_places.tolist()) <= told_places


def test_a_default_of_the_buyer_leaves_claims_unpaid(world: World, told: Rows) -> None:
    bad = [row for row in told["outcome"].values() if row["cause"] == "BUYER_CREDIT"]
    assert bad
    for row in bad:
        place = int(row["financing"][3:]) - 1
        first, count = world.requests.first[place], world.requests.count[place]
        claims = world.requests.claims[first : first + count]
        assert any(of("PY-", at) not in told["payment"] for at in claims)


def test_rings_pass_money_round(world: World, told: Rows) -> None:
    """From the supplier that deceives, through others, and back to it, nearly undiminished."""
    frauds = np.flatnonzero(world.fraud == CIRCULAR)
    rings = defaultdict(list)
    for ref, row in told["payment"].items():
        if ref.startswith("PR-"):
            rings[ref.split("/")[0]].append(row)

    assert len(rings) == len(frauds) > 0
    for ref, steps in rings.items():
        place = int(ref[3:]) - 1
        supplier = world.chain.core.pairs.supplier[world.requests.pair[place]]
        steps.sort(key=lambda row: row["paid_on"])
        assert 3 <= len(steps) <= 6
        assert steps[0]["payer"] == steps[-1]["payee"] == f"supplier-{supplier + 1:03d}"
        for one, after in pairwise(steps):
            assert one["payee"] == after["payer"]
            assert 0.90 <= after["amount_minor"] / one["amount_minor"] <= 1.0
