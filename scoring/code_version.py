"""Which code scored: the version of the project, and a digest of what a score runs through."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

PACKAGES = ("ledger", "features", "models", "lending", "scoring")
"""What a score runs through."""

KINDS = (".py", ".toml")


@cache
def code_version() -> str:
    """Version and twelve digits of the SHA-256 of the sources: ``0.1.0+3f0c9a2b1d4e``.

    Two processes of one version give the same bytes for the same inputs; of another version a
    replay tells what differs.
    """
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path, file in _sources(files(package), package):
            digest.update(f"{path}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{version('tricredit')}+{digest.hexdigest()[:12]}"


def _sources(folder: Traversable, path: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for one in sorted(folder.iterdir(), key=lambda entry: entry.name):
        below = f"{path}/{one.name}"
        if one.is_dir():
            found += _sources(one, below)
        elif one.name.endswith(KINDS):
            found.append((below, one))
    return found
