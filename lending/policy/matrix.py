"""The policy matrix: risk across severity, as data."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lending.policy.outcomes import HARDNESS, Decision, Severity

Measure = Literal["late", "default", "pd_12m"]
"""What bands are of: the event of a bundle, and the 12-month PD, of which grades are bands too."""

Chance = Annotated[float, Field(gt=0, le=1)]
Answer = Literal[Decision.APPROVE, Decision.APPROVE_REDUCED, Decision.REFER, Decision.DECLINE]


class Band(BaseModel):
    """A band of risk, and what is answered there.

    Attributes
    ----------
    name : str
    below : mapping of Measure to float
        Where the band ends, excluded; empty for the last.
    nothing, counter, refer, block : Decision
        The answer by the hardest rule that fired; ``nothing`` also where it warns or reports.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    below: Mapping[Measure, Chance] = Field(default_factory=dict)
    nothing: Answer
    counter: Answer
    refer: Answer
    block: Answer

    def answer(self, severity: Severity | None) -> Decision:
        """The answer where this is the hardest severity."""
        if severity is Severity.BLOCK:
            return self.block
        if severity is Severity.REFER:
            return self.refer
        return self.counter if severity is Severity.COUNTER else self.nothing

    @property
    def answers(self) -> tuple[Decision, ...]:
        """From the softest severity to the hardest."""
        return (self.nothing, self.counter, self.refer, self.block)

    @model_validator(mode="after")
    def _harder_by_severity(self) -> Self:
        if not _rises(self.answers):
            raise ValueError(f"band {self.name!r} answers softer to a harder severity")
        if self.nothing is Decision.APPROVE_REDUCED:
            raise ValueError(f"band {self.name!r} reduces where no rule says by how much")
        if self.counter is Decision.APPROVE:
            raise ValueError(f"band {self.name!r} approves in full what a rule reduces")
        return self


class AtLeast(BaseModel):
    """Above a bound the answer is at least this."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    above: float = Field(ge=-1, le=1e9, allow_inf_nan=False)
    decision: Literal[Decision.REFER, Decision.DECLINE]


class Matrix(BaseModel):
    """Bands of risk from the safest on, and what makes an answer harder beside them.

    Attributes
    ----------
    bands : tuple of Band
    doubt : AtLeast or None
        On the 95th percentile of the probability over the probability.
    price_gap : AtLeast or None
        On the rate for a year that the risk asks for less what policy allows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bands: tuple[Band, ...] = Field(min_length=1)
    doubt: AtLeast | None = None
    price_gap: AtLeast | None = None

    def band(self, measure: str, chance: float) -> int:
        """Place of the band that a probability is in, 0 the safest.

        Raises
        ------
        KeyError
            Where there are no bands of that measure.
        """
        for at, band in enumerate(self.bands[:-1]):
            if chance < band.below[measure]:  # type: ignore[index]
                return at
        return len(self.bands) - 1

    @property
    def measures(self) -> frozenset[str]:
        """What there are bands of."""
        return frozenset(self.bands[0].below) if len(self.bands) > 1 else frozenset()

    @model_validator(mode="after")
    def _harder_by_risk(self) -> Self:
        *others, last = self.bands
        if last.below:
            raise ValueError(f"the last band, {last.name!r}, has no end: leave out its below")
        if len({band.name for band in self.bands}) < len(self.bands):
            raise ValueError("two bands have one name")
        for band in others:
            if set(band.below) != self.measures or not band.below:
                raise ValueError(f"band {band.name!r} must end for the same kinds as the first")
        for one, other in pairwise(others):
            for measure, end in one.below.items():
                if other.below[measure] < end:
                    raise ValueError(f"bands of {measure} must rise: {other.name!r} ends earlier")
        for one, other in pairwise(self.bands):
            columns = zip(one.answers, other.answers, strict=True)
            if not all(_rises(pair) for pair in columns):
                raise ValueError(f"band {other.name!r} answers softer than {one.name!r} before it")
        return self


def _rises(answers: tuple[Decision, ...]) -> bool:
    places = [HARDNESS[answer] for answer in answers]
    return places == sorted(places)
