"""What is seen of a request: of its instant alone, whoever asks with it, in any order, anywhere."""

import json
from functools import partial
from math import isnan, nan
from operator import itemgetter
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from features.live import MEASURED
from ledger.clocks import to_micros
from ledger.database import reading
from ledger.keyed_rows import keyed_rows
from scoring.gather_seen import COLUMNS, facts_seen
from scoring.seen_json import seen_as_json, seen_from_json
from tests.features.worlds_of_facts import Row, World, corrected
from tests.scoring.seen_worlds import at_hand, gathered, holds, of_one, seen, seen_world
from tests.scoring.test_live_in_the_store import filled

SEEDS = st.integers(0, 2**32)
FEWER = settings(
    max_examples=max(4, settings().max_examples // 10),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
LOG_ODDS = dict.fromkeys(("supplier_logit_pd", "buyer_logit_pd"), st.floats(-14.0, 14.0))
FLOATS = st.floats(-14.0, 14.0) | st.floats(0, 1e6) | st.just(nan)


@FEWER
@given(seed=SEEDS)
def test_one_request_is_seen_as_among_many(seed: int) -> None:
    world, pending = seen_world(seed), holds(seed)
    moved = [seen_world(seed + at).requests[0] for at in (0, 1)]
    named = {row["ref"] for row in world.facts["receivable"]}
    others = [one for one in moved if set(one.receivables) <= named]
    requests = [*world.requests, *others]

    together = seen(gathered(world, pending), requests, at_hand(seed))

    for request, found in zip(requests, together, strict=True):
        assert seen(gathered(world, pending), [request], at_hand(seed)) == [found]


@given(seed=SEEDS)
def test_what_becomes_visible_later_changes_nothing(seed: int) -> None:
    """Neither a fact that comes later, nor a correction of one that is there."""
    world, request = seen_world(seed), seen_world(seed).requests[0]
    now, chance = to_micros(request.as_of), Random(seed)  # noqa: S311 - no secret
    past = {
        kind: [row for row in rows if row["visible_at"] <= now]
        for kind, rows in world.facts.items()
    }
    later = {
        kind: [*rows, *(corrected(row, now + 1, **_other(row, chance)) for row in _last(rows))]
        for kind, rows in past.items()
    }

    known = of_one(world, request, seed)

    assert of_one(world.of(past), request, seed) == known
    assert of_one(world.of(later), request, seed) == known


def _last(rows: list[Row]) -> list[Row]:
    """The latest revision of each fact."""
    return list({row["ref"]: row for row in sorted(rows, key=itemgetter("revision"))}.values())


def _other(row: Row, chance: Random) -> Row:
    """Other content for a fact, with numbers and keys that don't go together."""
    own = {"ref", "id", "seq", "revision", "visible_at", "happened_at", "known_at", "supersedes"}
    return {
        name: value + chance.choice([1, 400]) if type(value) is int else "another"
        for name, value in row.items()
        if name not in own and type(value) in {int, str}
    }


@given(seed=SEEDS)
def test_the_order_of_facts_and_receivables_does_not_matter(seed: int) -> None:
    world, chance = seen_world(seed), Random(seed)  # noqa: S311 - no secret
    facts = {kind: chance.sample(rows, len(rows)) for kind, rows in world.facts.items()}
    request = world.requests[0]
    turned = type(request)(**{**vars(request), "receivables": request.receivables[::-1]})

    assert of_one(world.of(facts), turned, seed) == of_one(world, request, seed)


@given(seed=SEEDS)
def test_evidence_is_of_facts_that_are_seen_each_once(seed: int) -> None:
    world = seen_world(seed)
    request = world.requests[0]
    now = to_micros(request.as_of)
    there = {row["id"] for rows in world.facts.values() for row in rows if row["visible_at"] <= now}

    evidence = of_one(world, request, seed).evidence

    assert list(evidence) == sorted(set(evidence))
    assert set(evidence) <= there


def compare(url: str, world: World, seed: int) -> None:
    pending = holds(seed)
    with filled(url, world) as engine, reading(engine) as connection:
        read = partial(keyed_rows, connection, "default", through_seq=1_000_000, columns=COLUMNS)
        for request in world.requests:
            rows = facts_seen(read, [request])
            few = seen(gathered(world, pending, rows), [request], at_hand(seed))
            assert few == seen(gathered(world, pending), [request], at_hand(seed))


@FEWER
@given(seed=SEEDS)
def test_sqlite_tells_what_the_whole_book_tells(seed: int, sqlite_url: str) -> None:
    compare(sqlite_url, seen_world(seed), seed)


@FEWER
@given(seed=SEEDS)
def test_postgresql_tells_what_the_whole_book_tells(seed: int, postgresql_url: str) -> None:
    compare(postgresql_url, seen_world(seed), seed)


@given(seed=SEEDS, measured=st.fixed_dictionaries({**dict.fromkeys(MEASURED, FLOATS), **LOG_ODDS}))
def test_circumstances_come_back_from_their_json(seed: int, measured: dict[str, float]) -> None:
    """A replay decides on what was recorded: to the last bit the same."""
    world = seen_world(seed)
    minor = {
        name: float(round(value) % 10**15)
        for name, value in measured.items()
        if name.endswith("_minor") and not isnan(value)
    }
    known = of_one(world, world.requests[0], seed, measured={**measured, **minor})

    text = json.dumps(seen_as_json(known), ensure_ascii=False, allow_nan=False)

    assert seen_from_json(text) == known
    assert json.dumps(seen_as_json(seen_from_json(text)), ensure_ascii=False) == text


def test_what_is_no_circumstances_is_refused() -> None:
    with pytest.raises(ValidationError):
        seen_from_json('{"day": "yesterday"}')


def test_the_worlds_above_show_everything() -> None:
    """Not vacuous: of each field something and something else is seen."""
    told = [seen_as_json(of_one(w, w.requests[0], s)) for s in range(120) for w in [seen_world(s)]]
    shown: dict[str, set[str]] = {}
    for one in told:
        parts = [("", one), *((f"{name}.", one[name]) for name in ("supplier", "buyer", "used"))]
        parts += [("claim.", claim) for claim in one["claims"]]
        for prefix, part in parts:
            for name, value in part.items():
                shown.setdefault(prefix + name, set()).add(json.dumps(value))
    alone = {name for name, values in shown.items() if len(values) < 2}
    assert alone <= NEVER_HERE
    kinds = {sign["kind"] for one in told for sign in one["signs"]}
    assert len(kinds) >= 8


NEVER_HERE = {
    "alerts",
    "currency",
    "claim.other_currency",
    "channel_collects",
    "data_tier",
    "fraud_score",
    "value_p10_minor",  # tests/scoring/test_values_kept.py
    "supplier.valid_id",
    "buyer.valid_id",
    "supplier.status",
    "buyer.status",
    "supplier.person_linked",
    "buyer.person_linked",
    "supplier.pd_12m",
    "buyer.pd_12m",
    "supplier.unpaid_certificate",
    "buyer.unpaid_certificate",
    "claim.instrument_reviewed",
    "claim.contract_signed_on",
    "claim.payment_days",
    "claim.assignment_prohibited",
}
"""What these facts don't say; other tests do."""
