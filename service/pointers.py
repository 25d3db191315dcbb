"""JSON pointers (RFC 6901) that name a field and never tell what a caller put into it."""

from __future__ import annotations

import re
from collections.abc import Iterable

PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
HIDDEN = "(name not shown)"


def pointer(steps: Iterable[str | int]) -> str:
    """Return the pointer of a path of keys and indexes; empty for the whole document.

    A key that doesn't look like the name of a field may be a value that slipped out of its place:
    it is not repeated.
    """
    return "".join(f"/{_step(step)}" for step in steps)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return str(step)
    return step if PLAIN_NAME.fullmatch(step) else HIDDEN
