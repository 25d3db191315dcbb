"""What is asked for at the counter is computed by the store that has the live facts, in its SQL.

Here is that it can be said there; `tests/scoring/test_live_in_the_store.py` runs it.
"""

import pytest
import sqlglot

from features.catalogue import RELATIONS
from features.feature import DIALECT, Relation
from tests.features import live_claim_theme

LIVE_RELATIONS = tuple(relation for relation in RELATIONS if relation.is_live)


def said_in(dialect: str, relation: Relation) -> str:
    """The statement in another dialect; raises where sqlglot knows that it can't be said there."""
    (said,) = sqlglot.transpile(
        relation.sql,
        read=DIALECT,
        write=dialect,
        unsupported_level=sqlglot.ErrorLevel.RAISE,
    )
    return said


def test_every_relation_of_the_claim_is_live() -> None:
    ours = {relation.name for relation in live_claim_theme.THEME.relations} - {"pair_usual"}

    assert ours <= {relation.name for relation in LIVE_RELATIONS}


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
@pytest.mark.parametrize("relation", LIVE_RELATIONS, ids=lambda relation: relation.name)
def test_a_live_relation_can_be_said_in(relation: Relation, dialect: str) -> None:
    said = said_in(dialect, relation)

    assert sqlglot.parse_one(said, dialect=dialect).sql(dialect) == said


@pytest.mark.parametrize("relation", LIVE_RELATIONS, ids=lambda relation: relation.name)
def test_a_live_relation_keeps_to_what_small_stores_know(relation: Relation) -> None:
    tree = sqlglot.parse_one(relation.sql, dialect=DIALECT)
    casts = {cast.to.sql(DIALECT) for cast in tree.find_all(sqlglot.exp.Cast)}

    assert casts <= {"DOUBLE"}
    assert not list(tree.find_all(sqlglot.exp.Median))
    assert relation.grain.keys == ("row_no",)
