"""The house as the laws read it: its rooms, its files, what each file imports."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "ledger",
    "features",
    "models",
    "lending",
    "scoring",
    "training",
    "service",
    "simulator",
)
COMMAND_LINE = "tricredit"


def sources(*folders: str) -> list[Path]:
    """Return the Python files under these top-level folders, relative to the root.

    A folder that isn't there yet has none.
    """
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found)


def shipped() -> list[Path]:
    """Return the Python files of the rooms and the command line."""
    command_line = Path(f"{COMMAND_LINE}.py")
    return [*sources(*ROOMS), *([command_line] if (ROOT / command_line).exists() else [])]


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file; a relative name counts from the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of all that a file imports, wherever in it.

    `from a import b` gives a.b: whether b is a module can't be told from here.
    """
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files that git tracks or would add, relative to the root.

    Skips the test where there is no git to ask.
    """
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: only git knows which files belong to the project")
    listed = subprocess.run(
        [
            git,
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = {Path(name) for name in listed.stdout.split("\0") if name}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))
