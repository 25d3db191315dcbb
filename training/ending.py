"""How a command of training ends when it can't go on: one line, and a status that says why."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer
from rich.console import Console
from rich.markup import escape

from ledger.faults import Fault

FAULT = 2
STOPPED = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
"""Signals after which what is being written is cleaned up on the way out; the status is 128 and
their number, as shells have it: 130 after Ctrl-C."""


class _Stopped(BaseException):
    """A signal of `STOPPED` came."""


@contextmanager
def ended(screen: Console, left: str) -> Iterator[None]:
    """Tell a fault with its remedy and end with status 2; tell an interruption in one line.

    Parameters
    ----------
    left : str
        What an interruption leaves, for whoever reads that line.
    """
    came: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        raise _Stopped

    # what a parent told us to ignore, as a shell does of a command in the background, stays ignored
    before = {one: signal.getsignal(one) for one in STOPPED}
    heard = [one for one, how in before.items() if how is not signal.SIG_IGN]
    for one in heard:
        signal.signal(one, stop)
    try:
        yield
    except BaseException as error:
        if came:  # a library may make its own error of the exception: DuckDB does
            told = f"[yellow]{STOPPED[signal.Signals(came[0])]}[/]: {escape(left)}"
            status = 128 + came[0]
        elif isinstance(error, Fault):
            told = f"[red]{error.code}[/]: {escape(error.message)}\n  {escape(error.remedy)}"
            status = FAULT
        else:
            raise
        screen.print(told, highlight=False, soft_wrap=True)
        raise typer.Exit(status) from error
    finally:
        for one in heard:
            signal.signal(one, before[one])
