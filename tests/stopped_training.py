"""Runs of ``training.retrain`` that are stopped, each in a process of its own.

``python tests/stopped_training.py STEP SIGNAL FOLDER WORDS...`` runs the command with WORDS in
FOLDER and sends itself the signal (a number) at the first step whose name begins with STEP; its
status is that of the command. With SIGNAL 0 it isn't stopped: before each change of a file below
FOLDER all that is there is copied to FOLDER.seen/N, which is what ``kill -9`` would have left.

Further runs follow after ``--``. All are forked from this process: what takes longest is imports.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from features.pipeline import Progress
from training import retrain
from training.report import written  # noqa: F401 - imported before the fork: it takes a second

CHANGES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link"}


def run(step: str, number: int, folder: Path, words: list[str]) -> None:
    """Run the command in this process; never returns."""
    folder.mkdir()
    os.chdir(folder)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(f"{folder}.{name}", os.O_WRONLY | os.O_CREAT), descriptor)
    # whoever starts this in the background may have had it ignore Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if number:
        vars(retrain)["bar"] = lambda _screen: stopping(step, number)
    else:
        sys.addaudithook(Copier(folder))
    script = typer.Typer()
    script.command()(retrain.main)
    script(words)


@contextmanager
def stopping(step: str, number: int) -> Iterator[Progress]:
    """A bar that stops the run at a step, once, though several may be told at once."""
    sent = False

    def update(what: str, _done: int, _steps: int) -> None:
        nonlocal sent
        if what.startswith(step) and not sent:
            sent = True
            os.kill(os.getpid(), number)

    yield update


class Copier:
    """Copies a folder before each change in it; called with every audit event of Python."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen, self.copying = folder, 0, False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.copying or event not in CHANGES or not self.changes(event, arguments):
            return
        self.copying = True
        shutil.copytree(self.folder, f"{self.folder}.seen/{self.seen}")
        self.seen, self.copying = self.seen + 1, False

    def changes(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open" and not (arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            return False
        path = arguments[0]
        return isinstance(path, str | Path) and Path(path).absolute().is_relative_to(self.folder)


def main(words: list[str]) -> None:
    """Run each and print its status, one a line."""
    Console()  # imports what it needs
    for more, some in groupby(words, lambda word: word == "--"):
        if more:
            continue
        step, number, folder, *rest = some
        child = os.fork()
        if not child:
            run(step, int(number), Path(folder), rest)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
