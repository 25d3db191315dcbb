"""Time is an argument: below the routes and the command lines nobody asks the clock.

Measuring how long something takes (`perf_counter`, `monotonic`) is not asking the time.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laws import house

METHODS = {"now", "today", "utcnow"}  # of datetime, date, Timestamp, sqlalchemy.func
OF_TIME = {"gmtime", "localtime", "time", "time_ns"}
IN_SQL = re.compile(r"\b(current_(date|time|timestamp)|(now|today|getdate)\(\))", re.IGNORECASE)


def starts_a_program(path: Path) -> bool:
    """Tell whether a file of training is run by itself: there `now` is a default."""
    return path.parts[0] == "training" and any(
        isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)
        for node in house.tree(path).body
    )


def docstrings(tree: ast.Module) -> set[ast.expr]:
    """Return the strings that only describe."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def faults(path: Path) -> Iterator[str]:
    """Yield where a file asks the clock, in Python or in SQL."""
    for line, name in house.imports(path):
        if name in {f"time.{function}" for function in OF_TIME}:
            yield f"{path}:{line} imports {name}"
    described = docstrings(house.tree(path))
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Attribute) and (
            node.attr in METHODS or (node.attr in OF_TIME and ast.unparse(node.value) == "time")
        ):
            yield f"{path}:{node.lineno} uses {ast.unparse(node)}"
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in described
            and IN_SQL.search(node.value)
        ):
            yield f"{path}:{node.lineno} asks the database for the time"


def test_nobody_below_asks_the_clock() -> None:
    below = [
        path
        for path in house.shipped()
        if path.parts[0] not in {"service", f"{house.COMMAND_LINE}.py"}
        and not starts_a_program(path)
    ]

    assert [fault for path in below for fault in faults(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "from time import time_ns",
        "Field(default_factory=datetime.now)",
        "func.now()",
        "SQL = 'SELECT * FROM facts WHERE known_at < CURRENT_TIMESTAMP'",
    ],
)
def test_the_law_sees_it(text: str, tmp_path: Path) -> None:
    found = tmp_path / "found.py"
    found.write_text(text, encoding="utf-8")

    assert len(list(faults(found))) == 1


def test_a_duration_is_not_the_time(tmp_path: Path) -> None:
    found = tmp_path / "found.py"
    found.write_text('"""Never now()."""\ntime.perf_counter()', encoding="utf-8")

    assert list(faults(found)) == []
