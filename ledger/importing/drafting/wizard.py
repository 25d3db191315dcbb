"""Questions on a terminal: each has a default, and an answer that can't be is asked again."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.prompt import Prompt

from ledger.importing.drafting.decisions import Ask, Question, nobody
from ledger.importing.drafting.toml_text import printable


class Wizard:
    """Asks a person.

    Parameters
    ----------
    console : Console
        Where it asks; answers come from standard input.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, question: Question) -> str:
        """The answer of the person to a question; just Enter takes the default."""
        self._console.print(f"[dim]{escape(printable(question.why))}[/]")
        while True:
            answer = Prompt.ask(
                escape(printable(question.text)),
                console=self._console,
                choices=list(question.choices) or None,
                default=question.default,
            )
            wrong = question.wrong(answer)
            if wrong is None:
                return answer
            self._console.print(f"[red]{escape(printable(wrong))}[/]")


def wizard_at(console: Console, answers: TextIO) -> Ask:
    """A wizard where both ends are a terminal; else nobody is asked, and defaults are taken."""
    return Wizard(console) if console.is_terminal and answers.isatty() else nobody
