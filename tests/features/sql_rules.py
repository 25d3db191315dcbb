"""The subset of SQL that means the same on DuckDB and on Spark (house rules of relations).

sqlglot alone is no guard, so what may occur is a list: a node that isn't on it is refused until
somebody has shown that both engines agree on it.
"""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from features.feature import DIALECT

STRUCTURE = """Select From Where Group Join With CTE Subquery Union Values Tuple Table TableAlias
    Alias Column Identifier Star Distinct Window WindowSpec Order Ordered"""
VALUES = "Literal Null Cast DataType DataTypeParam Case If Paren"
LOGIC = "And Or Not EQ NEQ GT GTE LT LTE Is Between In"
ARITHMETIC = "Add Sub Mul Div Neg Mod Abs Floor Sqrt Exp Ln"
FUNCTIONS = "Coalesce Nullif Greatest Least Substring"
AGGREGATES = "Count Sum Min Max Median RowNumber Lead"
ALLOWED = set(" ".join((STRUCTURE, VALUES, LOGIC, ARITHMETIC, FUNCTIONS, AGGREGATES)).split())

TYPES = {"TEXT", "DOUBLE", "DECIMAL(18, 12)", "DECIMAL(19, 0)", "DECIMAL(38, 0)", "DECIMAL(38, 18)"}
"""No whole number among them: how a fraction becomes one differs between engines. Whole numbers
are the same text everywhere."""

JOINS = {"", "LEFT", "CROSS"}
NEEDS_NO_FRAME = (exp.RowNumber, exp.Lead)


def faults(sql: str) -> Iterator[str]:
    """What a statement does that the house rules forbid."""
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    for node in tree.walk():
        kind = type(node).__name__
        if kind not in ALLOWED:
            yield f"{kind}: {node.sql(DIALECT)}"
        elif isinstance(node, exp.Star) and any(node.args.values()):
            yield f"a star with exceptions: {node.sql(DIALECT)}"
        elif isinstance(node, exp.Cast) and node.to.sql(DIALECT) not in TYPES:
            yield f"a cast to {node.to.sql(DIALECT)}"
        elif isinstance(node, exp.Join) and _how(node) not in JOINS:
            yield f"a join: {_how(node)}"
        elif isinstance(node, exp.Window) and _has_no_frame(node):
            yield f"no ROWS frame: {node.sql(DIALECT)}"
        elif isinstance(node, exp.Sum) and isinstance(node.this, exp.Connector | exp.Predicate):
            yield f"a sum of truths: {node.sql(DIALECT)}"


def _how(join: exp.Join) -> str:
    return " ".join(filter(None, (join.method, join.side, join.kind)))


def _has_no_frame(window: exp.Window) -> bool:
    """Whether an ordered window leaves its frame to the engine."""
    spec = window.args.get("spec")
    framed = spec is not None and spec.args.get("kind") == "ROWS"
    return bool(window.args.get("order")) and not (
        framed or isinstance(window.this, NEEDS_NO_FRAME)
    )
