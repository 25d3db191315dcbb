"""Names in a folder behind which is no file, or another than one would think."""

from __future__ import annotations

import os
from pathlib import Path

from tests.ledger.importing.hostile_case import GOOD, HEADER, LAST, Case

MISSING = "missing-file"


def _link_to_a_file(path: Path) -> None:
    (path.parent / "elsewhere.data").write_bytes(HEADER + GOOD + LAST)
    path.symlink_to("elsewhere.data")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


PLACES: tuple[Case, ...] = (
    Case("nothing", lambda _: None, refused=MISSING),
    Case("a name that is too long", lambda _: None, f"{'x' * 300}.csv", refused=MISSING),
    Case("a folder", lambda path: path.mkdir(), refused=MISSING),
    Case("a pipe that nobody fills", os.mkfifo, refused=MISSING),
    Case("a link to a file", _link_to_a_file, loaded=2),
    Case("a link to nothing", lambda path: path.symlink_to("nothing"), refused=MISSING),
    Case("a link to itself", _loop, refused=MISSING),
    Case("a link to a device", lambda path: path.symlink_to("/dev/zero"), refused=MISSING),
    Case("a link to a folder", lambda path: path.symlink_to("/tmp"), refused=MISSING),  # noqa: S108
)
