"""What a feature declares of itself holds, and its fingerprint is its meaning."""

from collections import Counter
from dataclasses import replace
from string import Formatter

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from features import feature as declarations
from features.catalogue import BY_NAME, CREDIT_OF, RELATIONS, fingerprints
from features.engine import evaluate, load, session
from features.feature import (
    DEFINITIONS,
    DIALECT,
    MADE,
    Credit,
    Feature,
    Grain,
    Relation,
    Risk,
    with_those_before,
)
from features.pipeline import FeatureTable, build, kinds_read
from features.sources import Source
from features.spine import ASKED, REQUEST, Spine
from features.versions import kind_viewed
from features.views import DERIVED, POINTS, VIEWS
from ledger.kinds import KINDS
from models.families import FAMILIES
from scoring.gather import READ_BY
from tests.features.worlds_of_facts import table

UNITS = {
    "0 Monday to 6 Sunday",
    "0-1",
    "0-2",
    "0-3",
    "0-4",
    "0/1",
    "1-31",
    "1-4",
    "1-5",
    "class",
    "count",
    "days",
    "hops",
    "ln",
    "log-odds",
    "ln of a ratio",
    "ln of currency units",
    "ln(1 + count)",
    "ln(1 + currency units)",
    "months",
    "multiple",
    "notches",
    "per 1,000 suppliers",
    "per thousand million",
    "per year",
    "points",
    "product",
    "rank",
    "ratio",
    "share",
    "standard deviations",
    "years",
    "z",
}
"""Every unit in use; `models.reasons` says values in them."""

SOURCES = {"request", "asked", "almanac"}
"""What a statement reads besides the definitions: the spine and the calendar."""

EVERY = [(relation, feature) for relation in RELATIONS for feature in relation.features]
of_each_relation = pytest.mark.parametrize("relation", RELATIONS, ids=lambda each: each.name)
of_each_feature = pytest.mark.parametrize(
    ("relation", "feature"), EVERY, ids=[feature.name for _, feature in EVERY]
)

CONDUCT = next(relation for relation in RELATIONS if relation.name == "conduct")


def nothing() -> tuple[dict[str, object], Spine]:
    """No facts, and a spine without requests."""
    facts = {kind.name: table(kind.name, ()) for kind in KINDS}
    return facts, Spine(REQUEST.empty_table(), ASKED.empty_table())


def test_names_are_unique() -> None:
    names = Counter([feature.name for _, feature in EVERY])
    relations = Counter(relation.name for relation in RELATIONS)

    assert [name for name, times in (names + relations).items() if times > 1] == []
    assert not set(relations) & set(DEFINITIONS)
    assert set(BY_NAME) == set(CREDIT_OF) == set(fingerprints()) == set(names)


def test_there_are_thirty_features_and_more_over_three_credits() -> None:
    assert len(EVERY) >= 30
    assert {relation.credit for relation in RELATIONS} == set(Credit)


@of_each_relation
def test_a_relation_yields_its_keys_and_its_features_and_nothing_else(relation: Relation) -> None:
    facts, spine = nothing()
    with session(1) as connection:
        load(connection, facts, "UTC", spine, [relation])
        columns = connection.sql(relation.sql).columns

    assert sorted(columns) == sorted([*relation.grain.keys, *relation.columns])


@of_each_relation
def test_without_requests_there_are_no_rows(relation: Relation) -> None:
    facts, spine = nothing()
    built = build(facts, spine, "UTC", relations=[relation])

    assert built.values.shape == (0, len(relation.features))
    assert built.names == tuple(feature.name for feature in relation.features)


@of_each_feature
def test_a_feature_says_what_it_is(relation: Relation, feature: Feature) -> None:
    assert feature.definition
    assert feature.missing
    assert feature.unit in UNITS
    assert feature.reason in FAMILIES
    assert feature.risk in Risk
    # a reason of its own credit: RS, RO or RD
    assert feature.reason[1] == relation.credit.value[0].upper() or relation.credit is Credit.CROSS


@of_each_feature
def test_a_feature_is_told_in_english_and_in_chinese(relation: Relation, feature: Feature) -> None:
    for phrase in (feature.en, feature.zh):
        assert [field for _, field, _, _ in Formatter().parse(phrase) if field] == ["value"]
        assert phrase.format(value="7").count("7") > phrase.replace("{value}", "").count("7")
    assert feature.en.isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in feature.zh)


def test_no_two_features_are_told_in_the_same_words() -> None:
    for phrase in ("en", "zh", "definition"):
        told = Counter((r.name, getattr(feature, phrase)) for r, feature in EVERY)
        assert [words for words, times in told.items() if times > 1] == []


@of_each_relation
def test_a_relation_reads_what_exists(relation: Relation) -> None:
    made = {f"{MADE}{one.name}" for one in relation.after}
    views = {name for name in relation.reads if kind_viewed(name)}
    assert relation.reads <= {*DEFINITIONS, *SOURCES, *views, *made}
    assert made <= relation.reads


@pytest.mark.parametrize("name", [*VIEWS, *DERIVED, *POINTS])
def test_a_definition_reads_what_it_declares(name: str) -> None:
    declared = {
        **{view: {f"fact_{kind}" for kind in kinds} for view, (_, kinds) in VIEWS.items()},
        **{shared: set(below) for shared, (_, below) in DERIVED.items()},
        **{point: set() for point in POINTS},
    }
    tree = sqlglot.parse_one(DEFINITIONS[name], dialect=DIALECT)
    read = {each.name for each in tree.find_all(exp.Table)} - {
        cte.alias for cte in tree.find_all(exp.CTE)
    }

    assert read - SOURCES <= declared[name]
    below = [set(DERIVED[each][1]) for each in declared[name] & set(DERIVED)]
    assert declared[name] == (read - SOURCES).union(*below)


def test_the_kinds_read_are_those_of_the_views_in_use() -> None:
    standing = [relation for relation in RELATIONS if relation.name == "buyer_standing"]

    assert kinds_read(standing) == ("party", "party_profile", "party_report")
    assert set(kinds_read()) <= {kind.name for kind in KINDS}
    assert set(kinds_read()) <= set(READ_BY) <= {kind.name for kind in KINDS}


def test_a_relation_that_is_not_unique_is_refused() -> None:
    facts, _ = nothing()
    day = {"row_no": 0, "supplier": "s", "buyer": "b", "day": 1}
    request = dict.fromkeys(REQUEST.names) | day
    spine = Spine(pa.Table.from_pylist([request], schema=REQUEST), ASKED.empty_table())
    twice = "SELECT buyer, day, 1 AS n FROM buyer_day UNION ALL SELECT buyer, day, 2 FROM buyer_day"
    feature = Feature("n", "", Risk.FREE, "count", "", "RD03", "", "")
    relation = Relation("twice", Credit.DATA, Grain.BUYER, twice, (feature,), (Source.BOOK,))

    with session(1) as connection:
        load(connection, facts, "UTC", spine, [relation])
        with pytest.raises(RuntimeError, match="twice gave 2 rows for 1 requests"):
            evaluate(connection, relation, 1)


def test_columns_are_selected_by_name() -> None:
    facts, spine = nothing()
    built = build(facts, spine, "UTC", relations=[CONDUCT])

    assert built.select(["buyer_delay_90d", "buyer_late5_365d"]).shape == (0, 2)
    with pytest.raises(KeyError, match="not_there"):
        FeatureTable(built.names, built.values).select(["not_there"])


@of_each_relation
def test_a_fingerprint_survives_reformatting(relation: Relation) -> None:
    tree = sqlglot.parse_one(relation.sql, dialect=DIALECT)
    pretty = (
        "-- a comment\n" + tree.sql(DIALECT, pretty=True, comments=False) + " /* and another */"
    )
    spaced = relation.sql.replace("\n", "\n\n   ").replace("SELECT", "select")

    for text in (pretty, spaced):
        other = replace(relation, sql=text)
        for feature in relation.features:
            assert other.fingerprint(feature) == relation.fingerprint(feature)


@pytest.mark.parametrize(
    "relation", [each for each in RELATIONS if each.features], ids=lambda each: each.name
)
def test_a_fingerprint_changes_with_a_constant(relation: Relation) -> None:
    tree = sqlglot.parse_one(relation.sql, dialect=DIALECT)
    feature = relation.features[0]
    known = {relation.fingerprint(feature)}
    numbers = list(tree.find_all(exp.Literal))

    for number in numbers[:6]:
        old = number.this
        number.set("this", "77")
        known.add(replace(relation, sql=tree.sql(DIALECT)).fingerprint(feature))
        number.set("this", old)

    assert len(known) == 1 + len(numbers[:6])


def test_a_fingerprint_changes_with_the_meaning_of_a_feature() -> None:
    feature = CONDUCT.features[0]
    fingerprint = CONDUCT.fingerprint(feature)

    assert len(fingerprint) == 16
    assert int(fingerprint, 16) >= 0
    for changed in (
        replace(feature, name="another"),
        replace(feature, definition=f"{feature.definition}, more or less"),
        replace(feature, risk=Risk.FALLS),
    ):
        assert CONDUCT.fingerprint(changed) != fingerprint


def test_a_fingerprint_does_not_hang_on_words() -> None:
    feature = CONDUCT.features[0]
    reworded = replace(feature, en="{value}!", zh="{value}", missing="?", unit="ratio", code="D99")

    assert CONDUCT.fingerprint(reworded) == CONDUCT.fingerprint(feature)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_fingerprint_changes_with_what_the_relation_stands_on(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_on = {
        relation.name
        for relation in RELATIONS
        if relation.features and name in declarations.reads(with_those_before([relation]))
    }
    before = prints()
    other = {**DEFINITIONS, name: f"SELECT * FROM ({DEFINITIONS[name]}) AS v WHERE day = 1"}  # noqa: S608
    monkeypatch.setattr(declarations, "DEFINITIONS", other)

    after = prints()

    assert stand_on
    assert {each for each in before if after[each] != before[each]} == stand_on


def prints() -> dict[str, str]:
    """A fingerprint of each relation, made anew."""
    return {r.name: anew(r).fingerprint(r.features[0]) for r in RELATIONS if r.features}


def anew(relation: Relation) -> Relation:
    """The relation and those before it, with nothing worked out yet."""
    return replace(relation, after=tuple(anew(one) for one in relation.after))
