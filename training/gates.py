"""Gates: what a bundle's figures on the test period have to be for it to become champion.

They are set in the recipe, before anything is learned, and each event has its own: what is late can
be told from the month before, a default can not. What a recipe leaves out is that of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.signed_validation import Gate

Share = Annotated[float, Field(ge=0, le=1)]
Slope = Annotated[float, Field(gt=0, lt=10)]
APART = 1e-9
"""So far the parts of a score may be from LightGBM's own sum."""


class Gates(BaseModel):
    """Limits, all of them included.

    Attributes
    ----------
    least_auc : float
        Of the lower bound of the 95 % interval of the area under the curve.
    most_drift : float
        Of the PSI of the score between the rows learned from and those tested on; drift that chance
        explains passes.
    slope : (float, float)
        Of the calibration slope.
    level : (float, float)
        Of the mean probability over the share of events: whether risk is told too low or too high.
    least_grades_held : float
        Of the share of grades whose outcomes agree with the forecast.
    most_cross_share : float
        Of the median share of the cross block.
    most_worse : float
        By how much the area under the curve may be below that of any challenger, at the low end of
        the paired 95 % interval.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least_auc: float = Field(default=0.60, ge=0.5, lt=1)
    most_drift: float = Field(default=0.25, gt=0, le=10)
    slope: tuple[Slope, Slope] = (0.7, 1.4)
    level: tuple[Slope, Slope] = (0.7, 1.4)
    least_grades_held: Share = 0.5
    most_cross_share: Share = 0.2
    most_worse: Share = 0.05

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name, (low, high) in (("slope", self.slope), ("level", self.level)):
            if low >= high:
                raise ValueError(f"{name} is from {low} to {high}: the first must be the smaller")
        return self

    def with_set(self, given: Gates) -> Gates:
        """These gates, with what another sets in their place."""
        return self.model_copy(update=given.model_dump(include=given.model_fields_set))


_OF_DEFAULT = Gates(
    least_auc=0.55, slope=(0.5, 2.5), level=(0.4, 2.5), least_grades_held=0.5, most_worse=0.1
)
"""A test period has dozens of defaults, not thousands: by chance alone a slope is as far off."""

OF_KIND: Mapping[str, Gates] = {
    "late": Gates(),
    "default": _OF_DEFAULT,
    "buyer": _OF_DEFAULT,
    "supplier": _OF_DEFAULT,
}


def judged(gates: Gates, report: Mapping[str, Any]) -> tuple[Gate, ...]:
    """Every gate with what was found.

    Parameters
    ----------
    report : mapping
        Of a run with a test period: its ``test`` and its ``validation``.
    """
    return tuple(_judged(gates, report["test"], report["validation"]))


def _judged(gates: Gates, test: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Gate]:
    drift, grades, proofs = found["drift"]["score"], found["grades"], found["proofs"]
    yield _at_least("AUC, low end", found["ranking"]["auc_low"], gates.least_auc)
    yield _at_most("drift of the score", drift["psi"], max(gates.most_drift, drift["by_chance"]))
    yield _within("calibration slope", test["champion"]["calibration_slope"], gates.slope)
    yield _within("forecast over events", test["level"], gates.level)
    held = None if grades is None else grades["held_share"]
    yield _at_least("grades that hold", held, gates.least_grades_held)
    yield _at_most("cross share", test["cross_share_median"], gates.most_cross_share)
    for name, less in test["against"].items():
        yield _at_least(f"AUC less {name}, low end", less["low"], -gates.most_worse)
    yield _at_most("features against their direction", float(len(proofs["wrong"])), 0.0)
    yield _at_most("parts from the sum", proofs["apart"], APART)
    control = found["shuffled"]
    yield Gate(
        name="shuffled outcomes", found=control["auc"], asked="chance", passed=control["holds"]
    )


def _at_least(name: str, found: float | None, least: float) -> Gate:
    passed = found is not None and found >= least
    return Gate(name=name, found=found, asked=f">= {least:.4g}", passed=passed)


def _at_most(name: str, found: float, most: float) -> Gate:
    return Gate(name=name, found=found, asked=f"<= {most:.4g}", passed=found <= most)


def _within(name: str, found: float, limits: tuple[float, float]) -> Gate:
    low, high = limits
    return Gate(name=name, found=found, asked=f"{low:g} to {high:g}", passed=low <= found <= high)
