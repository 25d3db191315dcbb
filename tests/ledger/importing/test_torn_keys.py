"""Keys that rows claim for different content: found after loading, and then nothing was loaded."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.importing import passage
from ledger.importing.file_plans import FactPlan
from ledger.importing.import_faults import WrongMapping
from ledger.importing.loading import import_folder
from ledger.importing.source_rows import MadeFact
from ledger.importing.torn_keys import Claims, key_mark
from ledger.principals import OWNER
from tests.ledger.importing.small_bank import (
    BUYERS,
    MAPPING,
    NOW,
    added,
    empty_ledger,
    facts,
    fill,
    load,
    mapping_of,
)

TWO_FILES = (
    MAPPING
    + """
[[file]]
name = "more.csv"
[file.columns]
id = "text"
size = { type = "enum", values = { big = "large", tiny = "micro" }, unknown = "reject" }
[[file.fact]]
kind = "party_profile"
[file.fact.fields]
size_class = { column = "size" }
party = { column = "id" }
happened_at = { constant = 2020-01-01 }
ref = { column = "id" }
"""
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty ledger, on each store."""
    opened = empty_ledger(database_url)
    yield opened
    opened.dispose()


def torn_rows(rows: list[str]) -> str:
    return "id,size\n" + "".join(f"{row}\n" for row in rows)


@pytest.mark.parametrize("rows_a_chunk", [1, 2, 20_000])
def test_rows_that_disagree_are_left_out_wherever_they_stand(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_a_chunk: int
) -> None:
    monkeypatch.setattr(passage, "ROWS_A_CHUNK", rows_a_chunk)
    fill(tmp_path, buyers=torn_rows(["001,big", "002,tiny", "003,", "001,big", "001,tiny"]))
    (tmp_path / "more.csv").write_text(torn_rows(["002,tiny", "003,big"]), encoding="utf-8")
    report = load(engine, tmp_path, TWO_FILES)
    same_key = [
        (r.file, r.line, r.field, r.column, r.reason.split(" has ")[0])
        for r in report.rejects
        if r.fault == "same-key"
    ]
    assert same_key == [
        ("buyers.csv", 2, "party_profile.ref", "id", "a later row"),
        ("buyers.csv", 4, "party_profile.ref", "id", "a later row"),
        ("buyers.csv", 5, "party_profile.ref", "id", "line 2 of buyers.csv"),
        ("buyers.csv", 6, "party_profile.ref", "id", "line 2 of buyers.csv"),
        ("more.csv", 3, "party_profile.ref", "id", "line 4 of buyers.csv"),
    ]
    assert [(p["ref"], p["revision"]) for p in facts(engine, "party_profile")] == [("002", 0)]
    assert {p["ref"] for p in facts(engine, "party")} == {"S", "002"}
    assert [fact["seq"] for kind in ("party", "party_profile") for fact in facts(engine, kind)] == [
        1,
        2,
        3,
    ]
    assert load(engine, tmp_path, TWO_FILES).rejects == report.rejects


def test_two_files_that_say_the_same_agree(engine: Engine, tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "more.csv").write_text(torn_rows(["003,", "001,big"]), encoding="utf-8")
    report = load(engine, tmp_path, TWO_FILES)
    assert report.rejects == ()
    assert added(report)["party_profile"] == 3


@pytest.mark.parametrize(
    ("buyers", "extra"),
    [
        (BUYERS + "S,\n", ""),
        (BUYERS, MAPPING[MAPPING.index("[[fact]]") : MAPPING.index("[[file]]")]),
    ],
)
def test_a_constant_that_something_else_contradicts_is_wrong(
    engine: Engine, tmp_path: Path, buyers: str, extra: str
) -> None:
    fill(tmp_path, buyers=buyers)
    text = MAPPING.replace("2020-01-01", "2019-01-01", 1)
    text = text.replace("[[file]]", f"{extra}[[file]]", 1)
    with pytest.raises(WrongMapping) as caught:
        load(engine, tmp_path, text)
    assert caught.value.field == "/fact/0"
    assert facts(engine, "party") == []


def test_a_fact_is_not_lost_with_the_first_row_that_says_it(engine: Engine, tmp_path: Path) -> None:
    text = MAPPING.replace("[[file.require]]", PARTY_OF_THE_ROW + "[[file.require]]")
    rows = "buyer,issued,due,amount,paid\n009,2024-01-01,2023-01-01,1,\n"
    fill(tmp_path, rows + "009,2024-01-01,2024-02-01,1,\n")
    report = load(engine, tmp_path, text)
    assert [(r.line, r.fault) for r in report.rejects] == [(2, "ledger")]
    assert added(report)["receivable"] == 1
    assert "009" in {p["ref"] for p in facts(engine, "party")}


PARTY_OF_THE_ROW = """
[[file.fact]]
kind = "party"
[file.fact.fields]
ref = { column = "buyer" }
happened_at = { constant = 2020-01-01 }
"""


def test_facts_that_rows_repeat_are_counted_and_written_once(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passage, "ROWS_A_CHUNK", 3)
    monkeypatch.setattr("ledger.importing.source_rows.REMEMBERED_FACTS", 2)
    rows = "".join(f"{7 * n % 5},2024-01-01,2024-02-01,{n},\n" for n in range(40))
    fill(tmp_path, "buyer,issued,due,amount,paid\n" + rows)
    text = MAPPING.replace("[[file.require]]", PARTY_OF_THE_ROW + "[[file.require]]")
    report = load(engine, tmp_path, text)
    assert (report.facts[0].added, report.facts[0].unchanged) == (4 + 5, 35)
    assert added(report)["receivable"] == 40


def test_progress_begins_anew_where_the_files_are_read_again(
    sqlite_ledger: str, tmp_path: Path
) -> None:
    fill(tmp_path, buyers=BUYERS + "001,tiny\n")
    told: list[tuple[str, float]] = []
    import_folder(
        mapping_of(tmp_path),
        tmp_path,
        empty_ledger(sqlite_ledger),
        OWNER,
        NOW,
        progress=lambda doing, share: told.append((doing, share)),
    )
    again = [share for doing, share in told if doing.startswith("loading again")]
    assert again == sorted(again)
    assert (told[-1], len(again)) == (("done", 1.0), 2)


PLANS = [FactPlan(kind, (), {}, ()) for kind in ("party", "payment")]
SAID = st.sampled_from(
    [
        -1,
        -2,
        1,
        True,
        "1",
        "",
        None,
        date(2024, 1, 1),
        datetime(2024, 1, 1, tzinfo=UTC),
    ]
)
FACTS = st.lists(st.tuples(st.sampled_from(PLANS), st.sampled_from("ab"), SAID, SAID), max_size=12)


@given(FACTS)
def test_torn_keys_are_those_that_a_plain_table_shows(
    said: list[tuple[FactPlan, str, Any, Any]],
) -> None:
    claims, table = Claims(), defaultdict[bytes, set[str]](set)
    for plan, ref, one, other in said:
        fact = MadeFact(plan, {"one": one, "other": other, "ref": ref})
        claims.note(fact)
        table[key_mark(fact)].add(repr((one, other)))
    assert claims.torn() == {mark for mark, contents in table.items() if len(contents) > 1}
