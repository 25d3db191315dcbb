"""Labels: what was known on a day of the outcome of each receivable, and what was not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.pipeline import silent
from ledger.clocks import day_of, to_day_number, zone
from ledger.database import migrate, open_database, reading, writing
from ledger.principals import OWNER
from ledger.tenants import book, ensure_tenant
from ledger.writer import append
from scoring.gather import Gathered, gather
from tests.worlds import LATE, SmallWorld
from training.examples import Examples, examples, labels, last_day

ISSUED, DUE = date(2026, 3, 2), date(2026, 4, 1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = ("claim_term_days",)
PAID: dict[str, list[tuple[date, date, int | None]]] = {
    # receivable: payments as (paid on, known on, amount)
    "open": [],
    "in time": [(DUE, DUE, 1_000)],
    "4 days late": [(date(2026, 4, 5), date(2026, 4, 5), 1_000)],
    "5 days late": [(date(2026, 4, 6), date(2026, 4, 6), 1_000)],
    "in time, known late": [(DUE, date(2026, 4, 20), 1_000)],
    "in parts, the last late": [
        (date(2026, 3, 20), date(2026, 3, 20), 600),
        (date(2026, 4, 9), date(2026, 4, 9), 400),
    ],
    "short by little": [(DUE, DUE, 985)],
    "short by much": [(DUE, DUE, 900)],
}


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)  # noon in Shanghai


def rows() -> dict[str, list[dict[str, Any]]]:
    claims = [
        {
            "ref": ref,
            "happened_at": noon(ISSUED),
            "supplier": "S",
            "buyer": "B",
            "issued_on": ISSUED,
            "due_on": DUE,
            "face_minor": 1_000,
            "currency": "CNY",
        }
        for ref in PAID
    ]
    payments = [
        {
            "ref": f"{ref} {number}",
            "happened_at": noon(paid_on),
            "known_at": noon(known_on),
            "payer": "B",
            "payee": "S",
            "paid_on": paid_on,
            "amount_minor": amount,
            "currency": "CNY",
            "receivable": ref,
        }
        for ref, made in PAID.items()
        for number, (paid_on, known_on, amount) in enumerate(made)
    ]
    parties = [{"ref": ref, "happened_at": noon(ISSUED)} for ref in ("S", "B")]
    return {"party": parties, "receivable": claims, "payment": payments}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gathered, Examples]]:
    """The claims above in a ledger of their own, and as examples."""
    folder: Path = tmp_path_factory.mktemp("labels")
    engine = open_database(f"sqlite:///{folder / 'ledger.db'}")
    migrate(engine)
    with writing(engine) as connection:
        ensure_tenant(connection, OWNER.tenant, "Asia/Shanghai", "CNY")
        append(connection, OWNER, rows(), source_system="test", historical=True, recorded_at=NOW)
    with reading(engine) as connection:
        opened = book(connection, OWNER.tenant)
    gathered = gather(engine, opened, opened.last_seq)
    yield gathered, examples(gathered, NAMES, threads=1, progress=silent)
    engine.dispose()


def known_on(told: tuple[Gathered, Examples], day: date) -> dict[str, bool | None]:
    """Per receivable: whether it is an event, None where that isn't settled."""
    gathered, known = told
    found = labels(gathered, known, LATE, to_day_number(day))
    return {
        ref: bool(event) if settled else None
        for ref, settled, event in zip(known.keys, found.known, found.event, strict=True)
    }


@pytest.mark.parametrize("day", [ISSUED, DUE, date(2026, 4, 6)])
def test_nothing_is_settled_before_the_due_date_lies_the_events_days_and_one_back(
    told: tuple[Gathered, Examples], day: date
) -> None:
    """Not even what is paid already: else good ones would be learned from first."""
    assert set(known_on(told, day).values()) == {None}


def test_what_is_open_or_late_past_that_day_is_an_event(told: tuple[Gathered, Examples]) -> None:
    assert known_on(told, date(2026, 4, 7)) == {
        "open": True,
        "in time": False,
        "4 days late": False,
        "5 days late": True,
        "in time, known late": True,  # as far as anybody knew
        "in parts, the last late": True,
        "short by little": False,
        "short by much": True,
    }


@pytest.mark.parametrize(
    ("day", "event"), [(date(2026, 4, 20), True), (date(2026, 4, 21), False), (NOW.date(), False)]
)
def test_a_payment_known_later_counts_from_the_day_after_it_was_known(
    told: tuple[Gathered, Examples], day: date, event: bool
) -> None:
    found = known_on(told, day)

    assert found["in time, known late"] is event
    assert found["open"] is True
    assert found["in parts, the last late"] is True


def test_an_example_is_scored_for_the_day_on_which_it_was_first_known(
    told: tuple[Gathered, Examples],
) -> None:
    gathered, known = told

    assert set(known.day.tolist()) == {to_day_number(ISSUED)}
    assert known.rows[:, 0].tolist() == [30.0] * len(PAID)
    assert known.keys == tuple(PAID)
    assert known.clusters == ("B",) * len(PAID)
    assert last_day(gathered) == to_day_number(date(2026, 4, 21))


@pytest.mark.parametrize("back", [0, 60, 200, 400])
def test_labels_are_those_of_a_slow_plain_reading_of_the_world(
    small_world: SmallWorld, back: int
) -> None:
    """From the rows that were written, one after the other."""
    shanghai = zone("Asia/Shanghai")
    cut = small_world.world.last_day - timedelta(days=back)
    made: dict[str, list[Any]] = {}
    for payment in small_world.rows["payment"]:
        known_at = payment.get("known_at") or payment["happened_at"] + timedelta(days=1)
        if day_of(known_at, shanghai) < cut:
            made.setdefault(payment.get("receivable") or "", []).append(payment)
    expected = []
    for claim in small_world.rows["receivable"]:
        first = claim.get("known_at") or claim["happened_at"]
        if day_of(first, shanghai) >= cut or (cut - claim["due_on"]).days < LATE.days + 1:
            continue
        paid_on = max((payment["paid_on"] for payment in made.get(claim["ref"], [])), default=None)
        late = paid_on is None or (paid_on - claim["due_on"]).days >= LATE.days
        expected.append((claim["ref"], late))

    found = labels(small_world.gathered, small_world.known, LATE, to_day_number(cut))

    receivables = np.array(small_world.known.keys)
    assert sorted(expected) == sorted(
        zip(receivables[found.known].tolist(), found.event[found.known].tolist(), strict=True)
    )
    assert not found.event[~found.known].any()
    assert (len(expected) > 500) is (back < 400)
