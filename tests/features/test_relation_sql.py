"""The SQL of every relation and view keeps to what means the same on DuckDB and on Spark."""

from collections import Counter
from functools import cache

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from features.catalogue import RELATIONS
from features.engine import load, session
from features.feature import DEFINITIONS, DIALECT
from features.midnights import with_seen_day
from features.pipeline import kinds_read
from features.spark_engine import spark_sql
from features.spine import ASKED, REQUEST, Spine
from features.statements import beside_requests, plan
from features.versions import kind_viewed
from features.views import with_first_day
from tests.features.sql_rules import faults
from tests.features.worlds_of_facts import table

STATEMENTS = {**{relation.name: relation.sql for relation in RELATIONS}, **DEFINITIONS}
"""Every relation, view, shared table and point."""


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_keeps_to_what_two_engines_agree_on(name: str) -> None:
    assert list(faults(STATEMENTS[name])) == []


GENERATED = {
    **dict(plan(RELATIONS, lambda _kind: True).tables),
    **{
        f"{name}, as first told": sql
        for name, sql in plan(RELATIONS, lambda _kind: False).tables
        if kind_viewed(name)
    },
    **{f"{relation.name} beside requests": beside_requests(relation) for relation in RELATIONS},
    "facts in files": with_seen_day("file_party"),
}
"""Every statement of a session that has all relations, with the columns that it really has."""


@pytest.mark.parametrize("name", GENERATED)
def test_a_statement_of_a_session_goes_to_spark_and_back(name: str) -> None:
    assert list(faults(GENERATED[name])) == []
    spark = spark_sql(GENERATED[name])

    assert sqlglot.parse_one(spark, dialect="spark").sql("spark") == spark


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_star_brings_a_column_twice(name: str) -> None:
    # DuckDB takes the first of two columns of a name, Spark refuses
    tree = sqlglot.parse_one(STATEMENTS[name], dialect=DIALECT)
    whole = qualify(tree, schema=columns(), dialect=DIALECT, validate_qualify_columns=False)

    for select in whole.find_all(exp.Select):
        names = Counter(projection.alias_or_name for projection in select.selects)
        assert [column for column, times in names.items() if times > 1] == []
        assert not any(isinstance(projection, exp.Star) for projection in select.selects)


@cache
def columns() -> dict[str, object]:
    """Columns of all that a statement can read."""
    facts = {kind: table(kind, ()) for kind in kinds_read()}
    spine = Spine(REQUEST.empty_table(), ASKED.empty_table())
    names = (*DEFINITIONS, "request", "asked", "almanac", *(f"fact_{kind}" for kind in facts))
    with session(1) as connection:
        load(connection, facts, "UTC", spine, RELATIONS)
        for kind, rows in facts.items():  # an engine has those that a statement reads
            connection.register(f"fact_{kind}", with_first_day(rows, "UTC"))
        described = {name: connection.sql(f"DESCRIBE {name}").fetchall() for name in names}
    return {name: {row[0]: row[1] for row in rows} for name, rows in described.items()}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t ASOF JOIN u ON t.day >= u.day",
        "SELECT LIST(a) FROM t",
        "SELECT UNNEST(a) FROM t",
        "SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1",
        "SELECT SUM(a) FILTER (WHERE a > 0) FROM t",
        "SELECT QUANTILE_CONT(a, 0.5) FROM t",
        "SELECT LOG(a) FROM t",
        "SELECT DATE_DIFF('month', a, b) FROM t",
        "SELECT DATE_TRUNC('month', a) FROM t",
        "SELECT a - INTERVAL 1 DAY FROM t",
        "SELECT CAST(a AS DATE) FROM t",
        "SELECT * EXCLUDE (a) FROM t",
        "SELECT CAST(a AS BIGINT) FROM t",
        "SELECT a::INTEGER FROM t",
        "SELECT SUM(a > 0) FROM t",
        "SELECT SUM(a) OVER (ORDER BY day) FROM t",
        "SELECT SUM(a) OVER (ORDER BY day RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
        "SELECT a FROM t SEMI JOIN u ON t.a = u.a",
        "SELECT nobody_knows(a) FROM t",
    ],
)
def test_the_rule_sees_it(sql: str) -> None:
    assert list(faults(sql)) != []
