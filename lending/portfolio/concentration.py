"""How concentrated a book is: exposures by name, their shares, and the Herfindahl index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """What is out on one name.

    Attributes
    ----------
    name : str or None
        None is what isn't known.
    count, amount_minor : int
    share : float
        Of the book, 0-1.
    """

    name: str | None
    count: int
    amount_minor: int
    share: float


@dataclass(frozen=True)
class Concentration:
    """A book by one view of it.

    Attributes
    ----------
    parts : tuple of Part
        The largest first.
    hhi : float
        Sum of the squared shares: 1 for one name, ``1 / n`` for n equal ones, 0 for an empty book.
        What isn't known counts as one name.
    """

    parts: tuple[Part, ...]
    hhi: float

    @property
    def equal_names(self) -> float:
        """How many equal names would be as concentrated; 0 for an empty book."""
        return 1.0 / self.hhi if self.hhi > 0.0 else 0.0


def herfindahl(amounts: Sequence[float]) -> float:
    """Sum of squared shares; 0 where there is nothing."""
    whole = sum(amounts)
    return sum([(amount / whole) ** 2 for amount in amounts]) if whole > 0 else 0.0


def concentration(exposed: Iterable[tuple[str | None, int]]) -> Concentration:
    """Add up what is out by name.

    Parameters
    ----------
    exposed : iterable of (name, amount in minor units)
        One a financing.
    """
    amounts: Counter[str | None] = Counter()
    counts: Counter[str | None] = Counter()
    for name, minor in exposed:
        amounts[name] += minor
        counts[name] += 1
    whole = sum(amounts.values())
    ranked = sorted(amounts, key=lambda name: (-amounts[name], name is None, name or ""))
    parts = [
        Part(name, counts[name], amounts[name], amounts[name] / whole if whole else 0.0)
        for name in ranked
    ]
    return Concentration(tuple(parts), herfindahl([amounts[name] for name in ranked]))
