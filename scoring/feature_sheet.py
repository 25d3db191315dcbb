"""A feature as people read it in a terminal: its declaration, its SQL, and what went into it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from sqlglot import parse_one

from features.catalogue import BY_NAME
from features.declared import declared
from features.feature import DIALECT, Relation, reads, with_those_before
from models.reasons import in_unit
from scoring.explaining import Explanation

SHOWN = 20
"""Facts of a kind that are named."""


def told_feature(name: str, relation: Relation) -> dict[str, Any]:
    """A feature's declaration with its SQL and what that stands on, as JSON values."""
    stands_on = sorted(reads([relation]) | {one.name for one in with_those_before(relation.after)})
    return {
        **declared(relation, BY_NAME[name]),
        "sql": parse_one(relation.sql, dialect=DIALECT).sql(DIALECT, pretty=True),
        "stands_on": stands_on,
    }


def told_facts(explanation: Explanation) -> dict[str, Any]:
    """What went into a number, as JSON values."""
    return {
        "value": None if isnan(explanation.value) else explanation.value,
        "seen": {kind: list(refs) for kind, refs in explanation.seen.items()},
        "tried": explanation.tried,
        "movers": [
            {
                "kind": mover.kind,
                "ref": mover.ref,
                "without": None if isnan(mover.without) else mover.without,
            }
            for mover in explanation.movers
        ],
    }


def feature_sheet(name: str, relation: Relation) -> RenderableType:
    """Lay out a declaration and its statement."""
    told = told_feature(name, relation)
    table = Table(show_header=False, box=None, padding=(0, 2))
    for key in ("code", "credit", "describes", "definition", "unit", "risk", "missing", "en", "zh"):
        table.add_row(key, str(told[key]))
    table.add_row("needs", f"{told['tier']}: {', '.join(told['needs'])}")
    table.add_row("stands on", ", ".join(told["stands_on"]))
    sql = Syntax(told["sql"], "sql", background_color="default", word_wrap=True)
    return Group(Text(name, "bold"), table, sql)


def facts_sheet(name: str, explanation: Explanation) -> RenderableType:
    """Lay out the facts that a number of a request was made of."""
    return Group(*_lines(name, explanation))


def _lines(name: str, explanation: Explanation) -> Iterator[RenderableType]:
    yield Text(f"{name} = {_said(name, explanation.value)}", "bold")
    table = Table("kind", "facts seen", "the latest", box=None, padding=(0, 2))
    for kind, refs in explanation.seen.items():
        more = f" and {len(refs) - SHOWN} more" if len(refs) > SHOWN else ""
        table.add_row(kind, f"{len(refs):,}", ", ".join(refs[:SHOWN]) + more)
    yield table
    if not explanation.movers:
        yield Text(f"None of the {explanation.tried} latest changes it alone.", "dim")
        return
    moved = Table("without this fact", "", "it would be", box=None, padding=(0, 2))
    for mover in explanation.movers:
        moved.add_row(mover.kind, mover.ref, _said(name, mover.without))
    yield moved


def _said(name: str, value: float) -> str:
    return "missing" if isnan(value) else in_unit(value, BY_NAME[name].unit)
