"""The files of a shadow model: a folder of text whose digests are checked before it is parsed.

The same shape as a bundle's: named by its content, nothing in it executable, nothing beside what
the manifest names.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from models.bundle import BundleRefused

MANIFEST = "manifest.json"
LARGEST_FILE = 2**24


def write(folder: Path, name: str, content: Mapping[str, bytes]) -> Path:
    """Write files and their manifest below ``folder``; return their own folder."""
    manifest = _manifest(content)
    target = folder / _id(name, manifest)
    target.mkdir(parents=True, exist_ok=True)
    for file, data in {**content, MANIFEST: manifest}.items():
        (target / file).write_bytes(data)
    return target


def verified(folder: Path, files: tuple[str, ...]) -> tuple[str, dict[str, bytes]]:
    """Read a folder of exactly these files; return its id and what is in them.

    Raises
    ------
    BundleRefused
        Where a file is missing, a link, too large, altered or one too many, or the folder isn't
        named by its content.
    """
    folder = Path(os.path.realpath(folder))  # a link, or ".", doesn't tell the name
    content = {file: _read(folder / file) for file in files}
    written = _read(folder / MANIFEST)
    if sorted(entry.name for entry in folder.iterdir()) != sorted((*files, MANIFEST)):
        raise _refused(f"{folder.name} must hold {', '.join(files)} and {MANIFEST} alone", "")
    if written != _manifest(content):
        raise _refused(f"{MANIFEST} of {folder.name} is not of the files beside it", MANIFEST)
    if folder.name != _id(folder.name.rpartition("-")[0], written):
        raise _refused(f"{folder.name} is not the name of this content", "")
    return folder.name, content


def _manifest(content: Mapping[str, bytes]) -> bytes:
    """The one way a manifest is written: no byte of it can be changed unseen."""
    digests = {file: hashlib.sha256(data).hexdigest() for file, data in content.items()}
    return (json.dumps(digests, indent=1, sort_keys=True) + "\n").encode()


def _id(name: str, manifest: bytes) -> str:
    return f"{name}-{hashlib.sha256(manifest).hexdigest()[:12]}"


def _read(path: Path) -> bytes:
    try:
        if path.is_symlink() or not path.is_file():
            raise _refused(f"{path} is not there", path.name)
        if path.stat().st_size > LARGEST_FILE:
            raise _refused(f"{path} is larger than {LARGEST_FILE} bytes", path.name)
        return path.read_bytes()
    except OSError as error:
        raise _refused(str(error), path.name) from error


def _refused(message: str, field: str) -> BundleRefused:
    return BundleRefused(
        message,
        field=field,
        remedy="name the folder that training.shadow_rating printed, as it was made",
    )
