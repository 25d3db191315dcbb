"""A disk of a few megabytes, to be filled: a file system in memory, which only root may mount."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FILLER = "filler"
BLOCK = 4096


@contextmanager
def small_disk(megabytes: int, owner: str | None = None) -> Iterator[Path]:
    """The folder of a disk of its own while the block runs; in CI it must be possible.

    Parameters
    ----------
    owner : str or None
        The user to whom it belongs; None is this process's.
    """
    folder = Path(tempfile.mkdtemp(prefix="tricredit-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tricredit", str(folder)]
    unmount = ["umount", "--lazy", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        folder.rmdir()
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must be able to mount a small disk: {error}")
        pytest.skip("a small disk can't be mounted here: root may")
    try:
        if owner is not None:
            shutil.chown(folder, owner)
        yield folder
    finally:
        subprocess.run(unmount, check=True)
        folder.rmdir()


def fill(disk: Path, left_bytes: int) -> None:
    """Fill a disk but for so many bytes."""
    free = shutil.disk_usage(disk).free - left_bytes
    with (disk / FILLER).open("wb") as filler:
        for _ in range(max(0, free // BLOCK)):
            filler.write(b"\0" * BLOCK)


def fill_up(disk: Path) -> None:
    """Leave nothing."""
    with (disk / FILLER).open("ab", buffering=0) as filler:
        while True:
            try:
                filler.write(b"\0" * BLOCK)
            except OSError:
                return


def empty(disk: Path) -> None:
    """Make room again."""
    (disk / FILLER).unlink()
