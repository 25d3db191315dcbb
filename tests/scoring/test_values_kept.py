"""Values become facts of their day, and a score reads the last that history tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.audit.verifying import verify
from ledger.clocks import Cut, start_of_day
from ledger.database import open_database, reading
from ledger.principals import OWNER
from ledger.reader import facts, last_seq
from ledger.tenants import book
from lending.commercial_value import Driver
from lending.value_rules import ValueRules
from scoring.gather import FEW as FEW_REQUESTS
from scoring.gather import gather
from scoring.kept_values import BUYERS_TOLD, KIND, LASTS_DAYS, KeptValue, value_with_buyers
from scoring.kept_values import value_of as kept_value_of
from scoring.path import MEASURED_BY, describe
from scoring.seen import asking_of, live_view
from scoring.values import method_id, write_values
from tests.scoring.asked import opened, request
from tests.worlds import SmallWorld

DAY = date(2026, 6, 16)
NOW = datetime(2026, 6, 17, 1, tzinfo=UTC)
FEW = ValueRules(paths=100)
NEXT = timedelta(days=1)


@contextmanager
def a_copy(world: SmallWorld, folder: Path) -> Iterator[Engine]:
    engine = open_database(world.copy(folder))
    try:
        yield engine
    finally:
        engine.dispose()


def on(engine: Engine, day: date, seq: int | None = None) -> Cut:
    """The cut of a score in the morning of a day."""
    with reading(engine) as connection:
        own = book(connection, OWNER.tenant)
    morning = start_of_day(day, own.tz) + timedelta(hours=9)
    return Cut.at(morning, own.tz, own.last_seq if seq is None else seq)


def seen(engine: Engine, supplier: str, cut: Cut) -> KeptValue | None:
    with reading(engine) as connection:
        return kept_value_of(connection, OWNER.tenant, supplier, cut)


def test_a_day_is_valued_once_and_used_from_the_next_day_on(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    with a_copy(small_world, tmp_path) as engine:
        before = last_seq(engine, OWNER.tenant)
        (first,) = write_values(engine, OWNER, [DAY], NOW, rules=FEW)
        (again,) = write_values(engine, OWNER, [DAY], NOW, rules=FEW)
        whom = small_world.supplier

        assert first.added == first.rows > first.suppliers > 10
        assert (again.added, again.corrected, again.unchanged) == (0, 0, first.rows)
        assert seen(engine, whom, on(engine, DAY)) is None
        found = seen(engine, whom, on(engine, DAY + NEXT))
        assert found is not None
        assert (found.valued_on, found.method, found.currency) == (DAY, method_id(FEW), "CNY")
        assert 0 < found.value.p10_minor < found.value.p50_minor < found.value.p90_minor
        assert set(found.value.takes_minor) == set(Driver)
        # it lasts for some time, and a replay of what was read before sees none
        assert seen(engine, whom, on(engine, DAY + timedelta(days=LASTS_DAYS))) == found
        assert seen(engine, whom, on(engine, DAY + timedelta(days=LASTS_DAYS + 2))) is None
        assert seen(engine, whom, on(engine, DAY + NEXT, before)) is None
        assert seen(engine, "nobody", on(engine, DAY + NEXT)) is None
        assert verify(engine, OWNER.tenant).ok


def test_the_last_day_counts_whatever_the_order_of_writing(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    with a_copy(small_world, tmp_path) as engine:
        earlier = DAY - timedelta(days=7)
        list(write_values(engine, OWNER, [DAY, earlier], NOW, rules=FEW))
        whom = small_world.supplier

        today = seen(engine, whom, on(engine, DAY + NEXT))
        past = seen(engine, whom, on(engine, DAY))
        assert today is not None
        assert past is not None
        assert (today.valued_on, past.valued_on) == (DAY, earlier)


def test_the_buyers_told_are_the_largest(small_world: SmallWorld, tmp_path: Path) -> None:
    with a_copy(small_world, tmp_path) as engine:
        list(write_values(engine, OWNER, [DAY], NOW, rules=FEW))
        with reading(engine) as connection:
            found = value_with_buyers(
                connection, OWNER.tenant, small_world.supplier, on(engine, DAY + NEXT)
            )
        head = last_seq(engine, OWNER.tenant)
        rows = facts(engine, OWNER.tenant, KIND, through_seq=head).to_pylist()

    assert found is not None
    means = [part.mean_minor for part in found.value.buyers]
    assert 1 <= len(means) <= BUYERS_TOLD
    assert means == sorted(means, reverse=True)
    assert sum(means) <= found.value.mean_minor + len(means)
    known = {party["ref"] for party in small_world.rows["party"]}
    assert {row["other"] for row in rows} - {None} <= known
    whole = [row for row in rows if row["other"] is None]
    assert len({row["party"] for row in whole}) == len(whole)
    assert all(row["index_ppm"] is None or 0 <= row["index_ppm"] <= 1_000_000 for row in whole)


def test_a_day_to_come_is_refused(small_world: SmallWorld, tmp_path: Path) -> None:
    with (
        a_copy(small_world, tmp_path) as engine,
        pytest.raises(Exception, match="is after") as told,
    ):
        list(write_values(engine, OWNER, [date(2026, 6, 18)], NOW, rules=FEW))

    assert getattr(told.value, "code", "") == "day-not-begun"


def test_a_score_sees_what_its_supplier_is_worth_and_names_the_fact(
    small_world: SmallWorld, tmp_path: Path
) -> None:
    with a_copy(small_world, tmp_path) as engine:
        list(write_values(engine, OWNER, [DAY], NOW, rules=FEW))
        own, whom = opened(engine), small_world.supplier
        claim = next(one for one in small_world.rows["receivable"] if one["supplier"] == whom)
        asked = replace(
            request([claim]),
            as_of=start_of_day(DAY + NEXT, own.tz) + timedelta(hours=9),
        )
        kept = seen(engine, asked.supplier, asked.cut(own, own.last_seq))
        assert kept is not None
        many = [asked] * (FEW_REQUESTS + 1)
        for requests in ([asked], many):
            gathered = gather(engine, own, own.last_seq, requests, relations=MEASURED_BY)
            worth = gathered.worth[asked.supplier, DAY + NEXT]
            described = describe(gathered, [asked], relations=(), also=MEASURED_BY)
            found = live_view(gathered, [asked]).circumstances(
                asking_of(asked, own, worth), described.measured[0], described.at_hand[0]
            )
            assert found.value_p10_minor == kept.value.after_costs(kept.value.p10_minor)
            assert kept.fact_id in found.evidence

        late = replace(asked, as_of=asked.as_of + timedelta(days=LASTS_DAYS + 1))
        assert gather(engine, own, own.last_seq, [late], relations=MEASURED_BY).worth == {}
