"""What the file can't tell: questions, who answers them, and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.clocks import zone
from ledger.facts import checked_key
from ledger.faults import Fault
from ledger.money import exponent


@dataclass(frozen=True)
class Question:
    """Something to decide.

    Attributes
    ----------
    name : str
        Which: ``kind``, ``time_zone``, ``currency``, ``historical``, ``day_order``, ``blank`` ...
    text : str
        The question, for people.
    default : str
        The answer where nobody is asked.
    why : str
        What speaks for the default.
    choices : tuple of str
        The answers that there are; empty where ``wrong`` tells.
    wrong : callable
        Tells why an answer can't be, or None.
    """

    name: str
    text: str
    default: str
    why: str
    choices: tuple[str, ...] = ()
    wrong: Callable[[str], str | None] = lambda _: None


Ask = Callable[[Question], str | None]
"""Answers a question; None takes the default and leaves the question open."""


@dataclass(frozen=True)
class Decision:
    """A question with its answer.

    Attributes
    ----------
    question : Question
        The question.
    answer : str
        The answer.
    taken : bool
        True where somebody gave it; False where it is the default, and still to be confirmed.
    """

    question: Question
    answer: str
    taken: bool


class Decisions:
    """The questions of a draft and their answers, in the order in which they came up.

    Parameters
    ----------
    ask : callable
        Who answers.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.made: list[Decision] = []

    def settle(self, question: Question) -> str:
        """The answer to a question."""
        given = self._ask(question)
        answer = question.default if given is None else given
        self.made.append(Decision(question, answer, taken=given is not None))
        return answer

    def is_open(self, name: str) -> bool:
        """Whether a question was left to its default."""
        return any(not made.taken for made in self.made if made.question.name == name)

    def why(self, name: str) -> str:
        """What speaks for the default of a question; empty where it didn't come up."""
        return next((made.question.why for made in self.made if made.question.name == name), "")


def nobody(_: Question) -> None:
    """Answer nothing: every default is taken, and marked in the draft."""


def time_zone(default: str, why: str) -> Question:
    """In which zone days begin."""
    return Question("time_zone", "In which time zone do days begin?", default, why, wrong=_no_zone)


def currency(default: str, why: str) -> Question:
    """What amounts are in."""
    return Question("currency", "In which currency are amounts?", default, why, wrong=_no_currency)


def source_name(default: str) -> Question:
    """What the source is called."""
    return Question(
        "name",
        "What is the source called? It is noted with every fact",
        default,
        "the name of the file",
        wrong=_no_name,
    )


def historical() -> Question:
    """Whether the file is history."""
    return Question(
        "historical",
        "Is this a first load of history (yes), or news of a running business (no)?",
        "yes",
        "most mappings begin with history",
        choices=("yes", "no"),
    )


def yes_or_no(name: str, text: str, why: str, *, default: str = "no") -> Question:
    """A question that is answered by yes or no."""
    return Question(name, text, default, why, choices=("yes", "no"))


def one_of(name: str, text: str, choices: Sequence[str], why: str) -> Question:
    """A question with choices, of which the first is the default."""
    return Question(name, text, choices[0], why, choices=tuple(choices))


def _no_zone(name: str) -> str | None:
    return _fault(lambda: zone(name))


def _no_currency(code: str) -> str | None:
    return _fault(lambda: exponent(code))


def _no_name(name: str) -> str | None:
    return _fault(lambda: checked_key(name, "name"))


def _fault(check: Callable[[], object]) -> str | None:
    try:
        check()
    except Fault as fault:
        return f"{fault.message}; {fault.remedy}"
    return None
