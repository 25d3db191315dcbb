"""Instants of files: by their offsets or by the clocks of the source, in text and Parquet."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine

from ledger.importing.import_faults import WrongMapping
from tests.ledger.importing.small_bank import added, empty_ledger, facts, faults, load

MAPPING = """
[source]
name = "small"
time_zone = "America/Sao_Paulo"
currency = "BRL"
historical = true

[[fact]]
kind = "party"
[fact.fields]
ref = { constant = "S" }
happened_at = { constant = 2017-12-31T22:30:00-03:00 }

[[file]]
name = "searches.csv"
[file.columns]
no = "text"
asked = "instant"
answered = "instant"
[[file.require]]
column = "answered"
op = ">="
other = "asked"
reason = "answered before it was asked"
[[file.require]]
column = "asked"
op = ">="
value = 2018-01-01T00:00:00-02:00
reason = "before the book begins"
[[file.fact]]
kind = "source_coverage"
[file.fact.fields]
ref = { column = "no" }
party = { constant = "S" }
source = { constant = "registry" }
checked_at = { instant = "asked" }
result = { constant = "FOUND" }
covers_from = { month = "asked", plus_months = -1 }
covers_until = { day = "asked" }
happened_at = { column = "asked" }
known_at = { instant = "answered", plus_minutes = 5 }
"""

ROWS = """no,asked,answered
1,2018-02-17T22:59:59-02:00,2018-02-18 10:00
2,2018-02-17 23:30,2018-02-18 10:00
3,2018-03-01 23:30:00,2018-03-02 03:00:00+00:00
4,2018-03-01 23:30,2018-03-01 23:29
5,2018-03-01,2018-03-01 23:29
6,2018-01-01T01:00:00Z,2018-03-01 23:29
"""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty ledger, on each store."""
    opened = empty_ledger(database_url)
    yield opened
    opened.dispose()


def test_instants_become_facts_and_their_days_are_those_of_the_source(
    engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "searches.csv").write_text(ROWS, encoding="utf-8")
    report = load(engine, tmp_path, MAPPING)
    assert faults(report) == [
        (3, "asked", "clock-change"),
        (5, "answered asked", "requirement"),
        (6, "asked", "not-an-instant"),
        (7, "asked", "requirement"),
    ]
    assert facts(engine, "party")[0]["happened_at"] == datetime(2018, 1, 1, 1, 30, tzinfo=UTC)
    first, third = facts(engine, "source_coverage")
    assert (
        first["checked_at"] == first["happened_at"] == datetime(2018, 2, 18, 0, 59, 59, tzinfo=UTC)
    )
    assert first["known_at"] == datetime(2018, 2, 18, 13, 5, tzinfo=UTC)
    assert (first["covers_from"], first["covers_until"]) == (date(2018, 1, 1), date(2018, 2, 17))
    assert third["checked_at"] == datetime(2018, 3, 2, 2, 30, tzinfo=UTC)
    assert (third["covers_from"], third["covers_until"]) == (date(2018, 2, 1), date(2018, 3, 1))
    assert load(engine, tmp_path, MAPPING).last_seq == report.last_seq


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Shanghai"])
def test_timestamps_of_parquet_are_instants(
    engine: Engine, tmp_path: Path, zone: str | None
) -> None:
    (tmp_path / "searches.csv").write_text(ROWS.partition("2,")[0], encoding="utf-8")
    first = load(engine, tmp_path, MAPPING)
    moments = [datetime(2018, 2, 18, 0, 59, 59, tzinfo=UTC), datetime(2018, 2, 18, 13, tzinfo=UTC)]
    local = [moment.astimezone(ZoneInfo("America/Sao_Paulo")) for moment in moments]
    said = moments if zone else [moment.replace(tzinfo=None) for moment in local]
    asked, answered = (pa.array([one], pa.timestamp("ns", zone)) for one in said)
    pq.write_table(
        pa.table({"no": ["1"], "asked": asked, "answered": answered}), tmp_path / "s.parquet"
    )
    report = load(engine, tmp_path, MAPPING.replace("searches.csv", "s.parquet"))
    assert sum(added(report).values()) == 0
    assert report.last_seq == first.last_seq


@pytest.mark.parametrize(
    ("kept", "declared", "remedy"),
    [
        (pa.array([datetime(2018, 1, 1, tzinfo=UTC)]), "date", '"instant"'),
        (pa.array([datetime(2018, 1, 1, tzinfo=UTC)]), "text", '"instant"'),
        (pa.array([date(2018, 1, 1)]), "instant", '"date"'),
        (pa.array([1.5]), "instant", "as text"),
    ],
)
def test_what_can_not_be_told_is_refused_with_the_remedy(
    sqlite_ledger: str, tmp_path: Path, kept: pa.Array, declared: str, remedy: str
) -> None:
    pq.write_table(pa.table({"no": ["1"], "asked": kept, "answered": kept}), tmp_path / "s.parquet")
    text = MAPPING.replace("searches.csv", "s.parquet").replace(
        'asked = "instant"\nanswered = "instant"', f'asked = "{declared}"'
    )
    text = text[: text.index("[[file.require]]")] + text[text.index("[[file.fact]]") :]
    text = text.partition("checked_at")[0] + (
        "checked_at = { constant = 2018-01-01 }\n"
        'result = { constant = "FOUND" }\nhappened_at = { constant = 2018-01-01 }\n'
    )
    with pytest.raises(WrongMapping, match="keeps 'asked'") as caught:
        load(empty_ledger(sqlite_ledger), tmp_path, text)
    assert (
        '"instant"' in caught.value.remedy
        or "date" in caught.value.remedy
        or "text" in (caught.value.remedy)
    )
