"""A guess: what was found, how sure it is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Sure = Literal["sure", "likely", "guess"]
"""Sure: all that was seen says so. Likely: most of it does. Guess: it may well be otherwise."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Guess(Generic[Found]):
    """A value that was found by looking.

    Attributes
    ----------
    value
        What was found.
    sure : Sure
        How sure it is.
    why : str
        What it was seen by, for people.
    """

    value: Found
    sure: Sure
    why: str
