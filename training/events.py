"""What each kind of event is learned from: its examples, its labels, when these are ripe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from features.feature import Grain
from features.pipeline import Progress
from models.event import Event
from scoring.gather import Gathered
from training import default_examples, party_examples
from training.examples import Examples, Labels, examples, labels

Describe = Callable[[Gathered, tuple[str, ...], int, Progress], Examples]
Judge = Callable[[Gathered, Examples, Event, int], Labels]

USUAL_TENOR_DAYS = 90
"""By then the larger part of financings matures: before that rehearsals would see short ones."""


@dataclass(frozen=True)
class Kind:
    """A kind of event.

    Attributes
    ----------
    describe : function of (gathered, feature names, threads, progress) to Examples
    labels : function of (gathered, examples, event, day) to Labels
        What was known on a day of how each ended.
    ripens : function of Event to int
        Days from an example to its label for most of them: rehearsals end so long before the cut.
        0 where labels ripen from the first days on.
    examples_are : str
        What a row is, in the plural.
    grain : Grain or None
        Relations of this grain alone are learned from; all where None.
    """

    describe: Describe
    labels: Judge
    ripens: Callable[[Event], int]
    examples_are: str
    grain: Grain | None = None


def _late(gathered: Gathered, names: tuple[str, ...], threads: int, progress: Progress) -> Examples:
    return examples(gathered, names, threads=threads, progress=progress)


def _lent(gathered: Gathered, names: tuple[str, ...], threads: int, progress: Progress) -> Examples:
    return default_examples.default_examples(gathered, names, threads=threads, progress=progress)


def _lent_labels(gathered: Gathered, known: Examples, event: Event, cut_day: int) -> Labels:
    found = default_examples.default_labels(gathered, known.keys, event, cut_day)
    return Labels(found.known, found.event)


def _party(
    role: party_examples.Role,
    gathered: Gathered,
    names: tuple[str, ...],
    threads: int,
    progress: Progress,
) -> Examples:
    return party_examples.party_examples(gathered, role, names, threads=threads, progress=progress)


def _party_labels(
    role: party_examples.Role, gathered: Gathered, known: Examples, event: Event, cut_day: int
) -> Labels:
    return party_examples.party_labels(gathered, role, known, event, cut_day)


def _of_party(role: party_examples.Role, grain: Grain) -> Kind:
    return Kind(
        partial(_party, role),
        partial(_party_labels, role),
        lambda event: event.days + party_examples.TOLD_AFTER_DAYS,
        f"{role}s, each once a quarter",
        grain,
    )


KINDS: dict[str, Kind] = {
    "late": Kind(_late, labels, lambda _: 0, "receivables"),
    "default": Kind(
        _lent,
        _lent_labels,
        lambda event: USUAL_TENOR_DAYS + event.days + default_examples.TOLD_AFTER_DAYS,
        "financings",
    ),
    "buyer": _of_party("buyer", Grain.BUYER),
    "supplier": _of_party("supplier", Grain.SUPPLIER),
}
"""Every kind of event, by its name in a recipe."""
