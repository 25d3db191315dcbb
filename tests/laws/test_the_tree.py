"""The tree on disk is the plan of the house, and each name in it means one thing."""

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path

from tests.laws import house

TOP = {
    # the rooms, and the door
    *house.ROOMS,
    "tricredit.py",
    # what a user brings: how to read an export, what to learn from it
    "mappings",
    "recipes",
    # proof and description
    "benchmarks",
    "docs",
    "tests",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "README.zh.md",
    # building
    ".ci",
    ".dockerignore",
    ".gitignore",
    "Dockerfile",
    "Makefile",
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-spark.lock",
    "requirements-mlflow.lock",
    "requirements-shipping.lock",
    "deploy",
    "compose.yaml",
}
SAY_NOTHING = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
MOST_LINES = 300

# In pieces, so that this file is clean too.
REGISTRIES = tuple(
    re.compile(re.escape(".".join(pieces)))
    for pieces in (
        ("pypi", "org"),
        ("python" + "hosted", "org"),
        ("npmjs", "org"),
        ("deb", "debian"),
    )
)


def python_files() -> list[Path]:
    return [path for path in house.tracked() if path.suffix == ".py"]


def test_the_top_holds_what_the_plan_names_and_nothing_else() -> None:
    assert {path.parts[0] for path in house.tracked()} - TOP == set()


def test_each_file_name_occurs_once() -> None:
    names = Counter(
        path.name
        for path in python_files()
        if path.parts[0] != "tests" and path.stem not in {"__init__", "__main__"}
    )

    assert [name for name, times in names.items() if times > 1] == []


def test_each_test_file_name_occurs_once() -> None:
    names = Counter(path.name for path in python_files() if path.name.startswith("test_"))

    assert [name for name, times in names.items() if times > 1] == []


def test_no_name_says_nothing() -> None:
    words = {
        path: SAY_NOTHING.intersection(re.split(r"[_/.]", path.with_suffix("").as_posix()))
        for path in python_files()
    }

    assert {path: found for path, found in words.items() if found} == {}


def test_a_long_file_says_why_it_has_so_many_lines() -> None:
    unexplained = []
    for path in python_files():
        length = (house.ROOT / path).read_text(encoding="utf-8").count("\n")
        described = ast.get_docstring(house.tree(path)) or ""
        if length > MOST_LINES and "lines" not in described:
            unexplained.append(f"{path}: {length} lines")

    assert unexplained == []


def test_the_list_of_packages_is_what_lies_on_disk() -> None:
    settings = tomllib.loads((house.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    setuptools = settings["tool"]["setuptools"]
    kinds = {".py", *(Path(pattern).suffix for pattern in setuptools["package-data"]["*"])}
    on_disk = {
        ".".join(path.parent.parts)
        for path in house.tracked()
        if path.parts[0] in house.ROOMS and path.suffix in kinds
    }
    rooms_there = {package.split(".")[0] for package in on_disk}
    listed = {package for package in setuptools["packages"] if package.split(".")[0] in rooms_there}

    assert listed == on_disk


def test_no_file_names_a_registry() -> None:
    named = []
    for path in house.tracked():
        text = (house.ROOT / path).read_bytes().decode("utf-8", errors="replace")
        named += [str(path) for registry in REGISTRIES if registry.search(text)]

    assert named == []


def test_the_locks_pin_each_package_with_its_hashes() -> None:
    for lock in sorted(name for name in TOP if name.endswith(".lock")):
        entries = (house.ROOT / lock).read_text(encoding="utf-8").replace("\\\n", "").splitlines()
        pins = [entry for entry in entries if entry.strip() and not entry.lstrip().startswith("#")]

        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def pins(lock: str) -> set[str]:
    text = (house.ROOT / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^[\w.-]+==\S+", text, re.MULTILINE))


def test_what_is_measured_against_has_our_lightgbm_and_server() -> None:
    def of(lock: str) -> set[str]:
        return {pin for pin in pins(lock) if re.match("(lightgbm|uvicorn|httptools)==", pin)}

    assert len(of("requirements.lock")) == 3
    assert of("requirements-mlflow.lock") == of("requirements.lock")


def test_what_ships_is_pinned_as_it_is_tested() -> None:
    assert pins("requirements.lock") <= pins("requirements-dev.lock")
    assert pins("requirements.lock") <= pins("requirements-spark.lock")
