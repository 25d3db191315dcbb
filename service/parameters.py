"""Parameters of an address: each known, given once, and of one form; all faults are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from starlette.datastructures import QueryParams

from ledger.facts import checked_key
from ledger.faults import WrongKey
from ledger.importing.cell_faults import CellError
from ledger.reports.cell_values import AN_INSTANT, flag_of, instant_of, whole_of
from service.pointers import pointer
from service.refusals import Flaw, WrongParameter

Value = TypeVar("Value")
Default = TypeVar("Default")

MOST_VALUES = 100
"""Values of a parameter that may be repeated."""

OFFSET = "in an address the + of an offset is %2B"


class Parameters:
    """The parameters of one request: ask for each that there may be, then call `refuse_others`."""

    def __init__(self, given: QueryParams) -> None:
        self._given = given
        self._asked: set[str] = set()
        self._flaws: list[Flaw] = []

    def one(self, name: str, read: Callable[[str], Value], default: Default) -> Value | Default:
        """The value of a parameter that may be given once; the default where it isn't."""
        values = self.several(name, read)
        if len(values) > 1:
            self.wrong(name, "given more than once", "give it once")
        return values[0] if values else default

    def several(self, name: str, read: Callable[[str], Value]) -> list[Value]:
        """The values of a parameter that may be repeated.

        The reader raises `CellError`: what is wrong, a semicolon, what would be right.
        """
        self._asked.add(name)
        given = self._given.getlist(name)
        if len(given) > MOST_VALUES:
            self.wrong(name, f"given more than {MOST_VALUES} times", "ask in several requests")
            return []
        values = []
        for text in given:
            try:
                value = read(text)
            except CellError as error:
                fault, _, remedy = error.reason.partition("; ")
                self.wrong(name, fault, remedy)
                continue
            if "\0" in text:  # PostgreSQL takes none, SQLite any
                self.wrong(name, "it has a NUL character", "leave it out")
            else:
                values.append(value)
        return values

    def required(self, name: str, read: Callable[[str], str]) -> str:
        """The value of a parameter that must be given."""
        if name not in self._given:
            self.wrong(name, "missing", "give this parameter")
        return self.one(name, read, "")

    def wrong(self, name: str, fault: str, remedy: str) -> None:
        """Note what is wrong with a parameter."""
        self._flaws.append(Flaw("", f"{pointer([name])[1:]}: {fault}", remedy))

    def refuse_others(self) -> None:
        """Raise `WrongParameter` where there was one that nobody asked for, or a wrong value."""
        for name in self._given.keys() - self._asked:
            known = ", ".join(sorted(self._asked))
            self.wrong(name, "there is no such parameter", f"use one of {known}")
        if self._flaws:
            raise WrongParameter(
                f"{len(self._flaws)} parameter(s) of the address are wrong",
                remedy="see errors",
                flaws=self._flaws,
            )


def a_key(text: str) -> str:
    """A key of a fact, a source or a batch."""
    try:
        return checked_key(text, "it")
    except WrongKey as error:
        raise CellError("wrong-key", f"no key; {error.remedy}") from None


def as_it_is(text: str) -> str:
    """A text of any form."""
    return text


def a_flag(text: str) -> bool:
    """True or false."""
    return flag_of(text)


def an_instant(text: str) -> datetime:
    """An instant with its offset."""
    try:
        return instant_of(text)
    except CellError:
        raise CellError("not-an-instant", f"no instant; {AN_INSTANT}; {OFFSET}") from None


def whole_within(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers between two others, both ends included."""

    def read(text: str) -> int:
        if len(text) > 18 or not least <= (number := whole_of(text)) <= most:
            raise CellError("out-of-reach", f"out of reach; give a whole number, {least} to {most}")
        return number

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of several words."""

    def read(text: str) -> str:
        if text not in words:
            raise CellError("unknown-word", f"no such word; use one of {', '.join(words)}")
        return text

    return read
