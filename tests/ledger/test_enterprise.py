"""What is known of an enterprise is what a slow reading finds, part by part."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, text

from ledger import enterprise as enterprise_module
from ledger.clocks import Cut
from ledger.database import reading
from ledger.enterprise import Enterprise, Part, enterprise, indexed, parts
from ledger.faults import UnknownEnterprise
from ledger.kinds import KINDS
from ledger.reader import last_seq
from ledger.seen_facts import told_columns
from tests.ledger.changing_facts import PARTIES, START, TZ, cuts, has, ids, plainly
from tests.ledger.made_kinds import every_kind
from tests.ledger.made_rows import NOW, a_ledger, party, put


def known(engine: Engine, ref: str, cut: Cut, most: int | None = None) -> Enterprise:
    with reading(engine) as connection:
        return enterprise(connection, "default", ref, cut, most=most)


def test_the_parts_of_an_enterprise_are_what_a_slow_reading_finds(changing: Engine) -> None:
    found = 0
    for cut in cuts(last_seq(changing, "default")):
        for ref in PARTIES:
            if not plainly(changing, "party", cut, has(ref=ref)):
                with pytest.raises(UnknownEnterprise):
                    known(changing, ref, cut)
                continue
            told = known(changing, ref, cut)
            for kind, field in (
                ("receivable", "buyer"),
                ("receivable", "supplier"),
                ("payment", "payer"),
            ):
                expected = plainly(changing, kind, cut, has(**{field: ref}))
                facts = told.facts.get(Part(kind, field), [])
                assert ids(kind, facts) == expected[::-1], (ref, kind, field, cut)
                found += len(facts)

    assert found > 50


def test_an_outline_has_the_last_of_each_part_and_counts_all(
    changing: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = Cut.at(NOW, TZ, last_seq(changing, "default"))
    whole = known(changing, "b", cut)
    buyer = Part("receivable", "buyer")
    assert len(whole.facts[buyer]) > 3

    outline = known(changing, "b", cut, most=2)

    assert outline.facts == {part: facts[:2] for part, facts in whole.facts.items()}
    assert outline.counts == whole.counts == {part: len(f) for part, f in whole.facts.items()}
    monkeypatch.setattr(enterprise_module, "MOST_COUNTED", 2)
    enterprise_module._counting.cache_clear()
    assert known(changing, "b", cut, most=2).counts[buyer] == 3
    enterprise_module._counting.cache_clear()


def test_each_part_that_an_index_finds_is_found(database_url: str) -> None:
    with a_ledger(database_url) as engine:
        put(engine, every_kind())
        cut = Cut.at(NOW, TZ, last_seq(engine, "default"))

        found = {part for ref in ("s", "b", "g") for part in known(engine, ref, cut).facts}

    assert found == set(parts())


def test_the_profile_that_happened_last_counts(database_url: str) -> None:
    with a_ledger(database_url) as engine:
        later = {"happened_at": START + timedelta(days=2)}
        put(engine, {"party": [party("s")]})
        put(engine, {"party_profile": [party("new", party="s", region="SP") | later]})
        put(engine, {"party_profile": [party("old", party="s", region="RJ")]})
        head = last_seq(engine, "default")

        now, before = (known(engine, "s", Cut.at(at, TZ, head)).profile for at in (NOW, START))

    place = told_columns("party_profile").index("ref")
    assert [fact[place] for fact in now] == ["new"]
    assert [fact[place] for fact in before] == ["old"]


def test_another_lender_s_party_is_unknown(changing: Engine) -> None:
    cut = Cut.at(NOW, TZ, 10_000)
    with reading(changing) as connection, pytest.raises(UnknownEnterprise):
        enterprise(connection, "nobody", "s", cut)
    with reading(changing) as connection:
        other = enterprise(connection, "other", "s", cut)

    assert {part.kind: len(facts) for part, facts in other.facts.items()} == {"receivable": 1}


def test_the_number_of_queries_doesn_t_grow_with_the_facts(changing: Engine) -> None:
    asked: list[str] = []
    cut = Cut.at(NOW, TZ, 10_000)

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(changing, "before_cursor_execute", note)
    known(changing, "b", cut)
    event.remove(changing, "before_cursor_execute", note)

    assert len([one for one in asked if one.lstrip().upper().startswith("SELECT")]) < 10


def test_every_field_that_names_a_party_is_a_part_and_has_an_index() -> None:
    """A query of a field without an index would read through the whole table."""
    named = {
        Part(kind.name, field)
        for kind in KINDS
        for field, of in kind.names.items()
        if of == "party"
    }

    assert set(parts()) == named
    assert all(part.field in indexed(part.kind) for part in named)


def test_the_last_facts_of_a_large_buyer_are_read_off_an_index(sqlite_ledger: str) -> None:
    asked = "SELECT * FROM receivable WHERE tenant = 'default' AND buyer = 'b' ORDER BY seq DESC"
    with a_ledger(sqlite_ledger) as engine, reading(engine) as connection:
        plan = str(connection.execute(text(f"EXPLAIN QUERY PLAN {asked}")).all())

    assert "receivable_buyer (tenant=? AND buyer=?)" in plan
    assert "TEMP B-TREE" not in plan
