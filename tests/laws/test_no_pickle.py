"""No pickle and no code made from text: whoever can write such a file can run code with it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laws import house

MODULES = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
FUNCTIONS = {"eval", "exec"}
METHODS = {"read_pickle", "to_pickle"}
EVERYWHERE = (*house.shipped(), *house.sources("benchmarks", "tests"))


def is_false(argument: ast.keyword) -> bool:
    """Tell whether an argument is the word False."""
    return isinstance(argument.value, ast.Constant) and argument.value.value is False


def faults(path: Path) -> Iterator[str]:
    """Yield what a file does that could run code out of data."""
    for line, name in house.imports(path):
        if name.split(".")[0] in MODULES:
            yield f"{path}:{line} imports {name}"
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Name) and node.id in FUNCTIONS:
            yield f"{path}:{node.lineno} uses {node.id}"
        elif isinstance(node, ast.Attribute) and node.attr in METHODS:
            yield f"{path}:{node.lineno} uses {node.attr}"
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle" and not is_false(node):
            yield f"{path}:{node.lineno} allows pickle"


def test_no_file_reads_or_writes_pickle_or_runs_text() -> None:
    assert [fault for path in EVERYWHERE for fault in faults(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from joblib import load",
        "eval('1')",
        "frame.to_pickle(path)",
        "numpy.load(path, allow_pickle=True)",
    ],
)
def test_the_law_sees_it(text: str, tmp_path: Path) -> None:
    found = tmp_path / "found.py"
    found.write_text(text, encoding="utf-8")

    assert len(list(faults(found))) == 1
