"""What each kind of event is learned from: its examples, its labels, when these are ripe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from features.feature import Grain
from features.pipeline import Progress
from models.event import Event
from scoring.gather import Gathered
from training import default_examples, party_examples
from training.examples import Examples, Labels, examples, labels, needs

Describe = Callable[[Gathered, tuple[str, ...], int, Progress], Examples]


class Judge(Protocol):
    """What was known on a day of how each example ended."""

    def __call__(
        self,
        gathered: Gathered,
        known: Examples,
        event: Event,
        cut_day: int,
        /,
        *,
        maturity_days: int | None = None,
    ) -> Labels:
        """The labels; ``maturity_days`` are those that the kind needs where None."""
        ...


USUAL_TENOR_DAYS = 90
"""By then the larger part of financings matures: before that rehearsals would see short ones."""


@dataclass(frozen=True)
class Kind:
    """A kind of event.

    Attributes
    ----------
    describe : function of (gathered, feature names, threads, progress) to Examples
    labels : Judge
        What was known on a day of how each ended.
    needs : function of Event to int
        Days after which a label is ripe: from the due date of a receivable, from the maturity of a
        financing, from the day on which a party was looked at. A recipe may ask for more.
    usual_term_days : int or None
        Days from an example to that date for most of them; None where labels ripen from the first
        days on.
    examples_are : str
        What a row is, in the plural.
    grain : Grain or None
        Relations of this grain alone are learned from; all where None.
    """

    describe: Describe
    labels: Judge
    needs: Callable[[Event], int]
    usual_term_days: int | None
    examples_are: str
    grain: Grain | None = None

    def ripens(self, event: Event, maturity_days: int | None = None) -> int:
        """Days from an example to its label for most: rehearsals end so long before the cut."""
        needed = self.needs(event)
        asked = needed if maturity_days is None else maturity_days
        if self.usual_term_days is None:
            return asked - needed
        return self.usual_term_days + asked


def _late(gathered: Gathered, names: tuple[str, ...], threads: int, progress: Progress) -> Examples:
    return examples(gathered, names, threads=threads, progress=progress)


def _lent(gathered: Gathered, names: tuple[str, ...], threads: int, progress: Progress) -> Examples:
    return default_examples.default_examples(gathered, names, threads=threads, progress=progress)


def _lent_labels(
    gathered: Gathered,
    known: Examples,
    event: Event,
    cut_day: int,
    *,
    maturity_days: int | None = None,
) -> Labels:
    found = default_examples.default_labels(
        gathered, known.keys, event, cut_day, maturity_days=maturity_days
    )
    return Labels(found.known, found.event, found.ripe)


def _party(
    role: party_examples.Role,
    gathered: Gathered,
    names: tuple[str, ...],
    threads: int,
    progress: Progress,
) -> Examples:
    return party_examples.party_examples(gathered, role, names, threads=threads, progress=progress)


def _of_party(role: party_examples.Role, grain: Grain) -> Kind:
    return Kind(
        partial(_party, role),
        partial(party_examples.party_labels, role),
        party_examples.needs,
        0,
        f"{role}s, each once a quarter",
        grain,
    )


KINDS: dict[str, Kind] = {
    "late": Kind(_late, labels, needs, None, "receivables"),
    "default": Kind(_lent, _lent_labels, default_examples.needs, USUAL_TENOR_DAYS, "financings"),
    "buyer": _of_party("buyer", Grain.BUYER),
    "supplier": _of_party("supplier", Grain.SUPPLIER),
}
"""Every kind of event, by its name in a recipe."""
