"""Machine code for the few loops whose time is the time of a score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Have a function compiled when it is first called, once for all processes.

    The machine code is kept beside the source, else in the user's cache folder
    (``NUMBA_CACHE_DIR`` names another); where none may be written, each process compiles anew. It
    is found again as long as the file of the function is the same: what it calls must stand in
    that file, too. A sum is added up in the order it is written in (no ``fastmath``), so that all
    machines find the same bits.
    """
    try:
        made = njit(function, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:  # no folder may be written
        made = njit(function, nogil=True, error_model="numpy")
    return cast(Function, made)


def ready(call: Callable[[], object]) -> None:
    """Call compiled functions for the first time."""
    try:
        call()
    except OSError:  # the code couldn't be kept, but is there now
        call()
