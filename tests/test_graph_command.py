"""`tricredit features graph`: measures become facts, and features of the days after use them."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from features.data import pair_graph, supplier_graph
from features.graph.nightly import days_between, write_measures
from features.subject import supplier_links
from ledger.audit.verifying import verify
from ledger.clocks import start_of_day, to_day_number, to_micros, zone
from ledger.database import reading
from ledger.principals import OWNER
from ledger.reader import facts, last_seq
from ledger.tenants import book
from scoring.asking import Request
from scoring.gather import gather
from scoring.path import describe, with_sources
from tests.command_results import told
from tests.ledger.made_rows import Row, a_ledger, put
from tricredit import app

TZ = zone("America/Sao_Paulo")
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
TODAY = date(2024, 6, 1)
RELATIONS = (supplier_graph.RELATION, pair_graph.RELATION, supplier_links.RELATION)
NAMES = [feature.name for relation in RELATIONS for feature in relation.features]


def at(day: date) -> datetime:
    return start_of_day(day, TZ)


def trade(seller: str, buyer: str, amount: int, issued: date) -> Row:
    return {
        "ref": f"{seller}-{buyer}-{issued}",
        "happened_at": at(issued),
        "known_at": at(issued + timedelta(days=1)),
        "seller": seller,
        "buyer": buyer,
        "kind": "commercial",
        "number": f"{seller}-{buyer}-{issued}",
        "issued_on": issued,
        "net_minor": amount,
        "tax_minor": 0,
        "gross_minor": amount,
        "currency": "BRL",
    }


def a_book() -> dict[str, list[Row]]:
    """Three suppliers whose money goes round in May, an honest one, and two core enterprises."""
    founded = {"happened_at": at(date(2023, 1, 1))}
    ring = [("s1", "s2", 1_000), ("s2", "s3", 980), ("s3", "s1", 950)]
    honest = [(one, core, 3_000) for one in ("s1", "s2", "s3", "s4") for core in ("b1", "b2")]
    asked = {"checked_at": at(date(2024, 3, 1)), "happened_at": at(date(2024, 3, 1))}
    return {
        "party": [{"ref": ref, **founded} for ref in ("s1", "s2", "s3", "s4", "b1", "b2")],
        "party_relation": [
            {"ref": "kin", **founded, "party": "b1", "other": "s4", "relation": "shareholder"}
            | {"share_ppm": 510_000}
        ],
        "invoice": [
            *(trade(*one, date(2024, 2, 1)) for one in honest),
            *(trade(*one, date(2024, 5, 10)) for one in ring),
        ],
        "receivable": [
            {
                "ref": f"r-{one}-b1",
                "happened_at": at(date(2024, 2, 1)),
                "supplier": one,
                "buyer": "b1",
                "issued_on": date(2024, 2, 1),
                "due_on": date(2024, 8, 1),
                "face_minor": 3_000,
                "currency": "BRL",
            }
            for one in ("s1", "s4")
        ],
        "source_coverage": [
            {"ref": f"{one}/{source}", **asked, "party": one, "source": source}
            | {"result": "NONE_FOUND"}
            for one in ("s1", "s4", "b1", "b2")
            for source in ("party_relation", "adverse_record")
        ],
    }


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with a_ledger(database_url) as opened:
        put(opened, a_book(), recorded_at=NOW)
        yield opened


def measure(engine: Engine, *days: date, now: datetime = NOW) -> list[tuple[int, int, int]]:
    nights = write_measures(engine, OWNER, days, now)
    return [(night.added, night.corrected, night.unchanged) for night in nights]


def measures(engine: Engine) -> list[dict[str, Any]]:
    head = last_seq(engine, OWNER.tenant)
    return list(facts(engine, OWNER.tenant, "graph_measure", through_seq=head).to_pylist())


def seen(engine: Engine, supplier: str, day: date) -> dict[str, float | None]:
    """The features of a request of that day, by the keys of its parties."""
    request = Request("q", supplier, "b1", (f"r-{supplier}-b1",), at(day) + timedelta(hours=9))
    with reading(engine) as connection:
        own = book(connection, OWNER.tenant)
    gathered = gather(engine, own, own.last_seq, [request], relations=with_sources(RELATIONS))
    values = describe(gathered, [request], relations=RELATIONS).features.values[0]
    return {
        name: None if np.isnan(value) else round(float(value), 6)
        for name, value in zip(NAMES, values, strict=True)
    }


def test_the_day_after_features_see_the_measures_and_not_before(engine: Engine) -> None:
    nothing = dict.fromkeys(NAMES)
    day = date(2024, 5, 20)
    measure(engine, day)

    assert seen(engine, "s1", day) == nothing
    ringed, honest = (seen(engine, one, day + timedelta(days=1)) for one in ("s1", "s4"))
    assert ringed["supplier_cycle_share"] == 1.0  # in 90 days it sold nothing else
    assert honest["supplier_cycle_share"] is None
    assert (ringed["supplier_related_share"], honest["supplier_related_share"]) == (0.0, 0.5)
    assert (ringed["supplier_controller_link"], honest["supplier_controller_link"]) == (0, 2)
    assert ringed["pair_reciprocity"] == 0.0
    assert ringed["supplier_neigh_distress"] == 0.0
    assert ringed["supplier_community_bad"] is None  # nothing was ever financed
    assert ringed["supplier_attr_cluster"] is None
    assert seen(engine, "s1", day + timedelta(days=45)) == ringed
    assert seen(engine, "s1", day + timedelta(days=46)) == nothing


def test_a_day_of_the_past_gets_what_was_known_then(engine: Engine) -> None:
    measure(engine, date(2024, 5, 11), date(2024, 5, 12))

    share = {
        row["measured_on"]: row["value_micro"]
        for row in measures(engine)
        if (row["measure"], row["party"]) == ("cycle_share", "s1")
    }

    # the invoices of the 10th are known on the 11th: the history of the 12th has them
    assert share == {to_day_number(date(2024, 5, 12)): 1_000_000}


def test_measures_of_the_past_are_visible_then_and_those_of_today_now(engine: Engine) -> None:
    measure(engine, date(2024, 5, 20), TODAY)

    visible = {row["measured_on"]: row["visible_at"] for row in measures(engine)}
    assert visible == {
        to_day_number(date(2024, 5, 20)): to_micros(at(date(2024, 5, 20))),
        to_day_number(TODAY): to_micros(NOW),
    }


def test_writing_twice_writes_nothing_new(engine: Engine) -> None:
    days = (date(2024, 5, 20), TODAY)
    first = measure(engine, *days)
    rows = measures(engine)

    again = measure(engine, *days, now=NOW + timedelta(hours=1))

    assert [added for added, _, _ in first] == [count for _, _, count in again]
    assert all(counts[:2] == (0, 0) for counts in again)
    assert measures(engine) == rows
    assert verify(engine, OWNER.tenant).ok


def test_what_came_to_light_since_corrects_a_day_of_the_past(engine: Engine) -> None:
    day = date(2024, 5, 20)
    measure(engine, day)
    put(engine, {"invoice": [trade("s1", "b2", 3_000, date(2024, 5, 1))]}, recorded_at=NOW)

    ((added, corrected, _),) = measure(engine, day)

    assert added == 0
    assert corrected >= 1
    assert seen(engine, "s1", date(2024, 5, 21))["supplier_cycle_share"] == 0.25


def test_what_the_ledger_got_later_does_not_reach_back(engine: Engine) -> None:
    day = date(2024, 5, 20)
    measure(engine, day)
    late = {"invoice": [trade("s1", "b2", 3_000, date(2024, 5, 1))]}
    put(engine, late, recorded_at=NOW, historical=False)

    ((added, corrected, _),) = measure(engine, day)

    assert (added, corrected) == (0, 0)


def run(url: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["features", "graph", "--db", url, *words])


def test_the_command_measures_today_or_what_it_is_told(engine: Engine, database_url: str) -> None:
    back = run(database_url, "--from", "2024-05-01", "--to", "2024-05-15", "--every", "7", "--json")
    once = run(database_url, "--day", "2024-05-15", "--json")
    today = run(database_url)

    assert back.exit_code == once.exit_code == today.exit_code == 0, back.output + today.output
    nights = json.loads(back.stdout)
    assert [night["day"] for night in nights] == ["2024-05-01", "2024-05-08", "2024-05-15"]
    assert nights[-1]["measures"]["cycle_share"] == 3
    (again,) = json.loads(once.stdout)
    assert (again["added"], again["unchanged"]) == (0, sum(nights[-1]["measures"].values()))
    assert "known already" in today.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "2024-05-01"), "give both"),
        (("--from", "2024-05-02", "--to", "2024-05-01"), "not after"),
        (("--day", "2024-05-02", "--to", "2024-05-01"), "either --day or"),
        (("--day", "tomorrow"), "tomorrow"),
        (("--every", "0"), "greater than or equal to 1"),
    ],
)
def test_wrong_use_is_told(words: tuple[str, ...], says: str) -> None:
    ran = run("sqlite:///nowhere.db", *words)

    assert ran.exit_code == 2
    assert says in " ".join(ran.stderr.replace("│", " ").split())


def test_a_day_that_has_not_begun_is_told(sqlite_ledger: str) -> None:
    with a_ledger(sqlite_ledger):
        ran = run(sqlite_ledger, "--day", "2190-01-01")

    assert "name days up to today" in told(ran, "day-not-begun")


def test_days_are_counted_back_from_the_last() -> None:
    found = days_between(date(2024, 1, 1), date(2024, 1, 10), 4)

    assert found == [date(2024, 1, 2), date(2024, 1, 6), date(2024, 1, 10)]
    assert days_between(TODAY, TODAY, 30) == [TODAY]
