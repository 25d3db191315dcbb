"""The thresholds of alerts: a TOML file, checked."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ledger.faults import Fault

Level = Literal["amber", "red"]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class RulesRefused(Fault):
    """A file of thresholds that can't be read, or one of them is wrong."""

    code = "rules-refused"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Above(_Strict):
    """A figure that is bad where it is large; ``amber`` at most ``red``."""

    amber: Positive
    red: Positive

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.amber > self.red:
            raise ValueError(f"amber {self.amber:g} is above red {self.red:g}")
        return self

    def level(self, figure: float) -> tuple[Level, float] | None:
        """How loud, and the threshold that was reached; None below both."""
        if figure >= self.red:
            return "red", self.red
        return ("amber", self.amber) if figure >= self.amber else None


class Carrying(Above):
    """An index that counts where the move also carries so many log-odds, of either sign."""

    carries_amber: Positive
    carries_red: Positive

    @model_validator(mode="after")
    def _carries_ordered(self) -> Self:
        if self.carries_amber > self.carries_red:
            raise ValueError(f"carries_amber {self.carries_amber:g} is above carries_red")
        return self

    def level_of(self, index: float, carried: float) -> tuple[Level, float] | None:
        """As `level`, where the move carries so far as well."""
        if index >= self.red and abs(carried) >= self.carries_red:
            return "red", self.red
        if index >= self.amber and abs(carried) >= self.carries_amber:
            return "amber", self.amber
        return None


class Band(_Strict):
    """A ratio that is bad outside of a band around 1; amber's lies within red's."""

    amber: tuple[Positive, Positive]
    red: tuple[Positive, Positive]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        bounds = (self.red[0], self.amber[0], 1.0, self.amber[1], self.red[1])
        if list(bounds) != sorted(bounds):
            raise ValueError(f"red {self.red}, amber {self.amber} and 1 don't lie in each other")
        return self

    def level(self, ratio: float) -> tuple[Level, float] | None:
        """How loud, and the bound that was reached; None within."""
        levels: tuple[tuple[Level, tuple[float, float]], ...] = (
            ("red", self.red),
            ("amber", self.amber),
        )
        for level, (low, high) in levels:
            if ratio <= low or ratio >= high:
                return level, low if ratio <= low else high
        return None


class Retraining(_Strict):
    """``red_months``: so many red months one after the other ask for another model."""

    red_months: int = Field(ge=1, le=24)


class AlertRules(_Strict):
    """Every threshold; what they mean stands beside them in ``alert_rules.toml``."""

    false_alarm: float = Field(gt=0, lt=1)
    least_rows: int = Field(ge=10)
    score_drift: Carrying
    feature_drift: Carrying
    missing: Above
    unseen: Above
    volume: Band
    lateness: Above
    long_lateness: Above
    expected_rate: Band
    expected_auc: Above
    calibration: Band
    auc: Above
    retraining: Retraining


def read_rules(path: Path | None = None) -> AlertRules:
    """Read thresholds, those that come with the project where no file is named.

    Raises
    ------
    RulesRefused
        Naming the field.
    """
    try:
        text = (
            files("training.monitor").joinpath("alert_rules.toml").read_text(encoding="utf-8")
            if path is None
            else path.read_text(encoding="utf-8")
        )
        return AlertRules.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesRefused(
            f"{path} can't be read as TOML: {error}",
            field="rules",
            remedy="copy training/monitor/alert_rules.toml and change its numbers",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise RulesRefused(
            f"{field}: {first['msg']}",
            field=field,
            remedy="training/monitor/alert_rules.toml has every field with its meaning",
        ) from error
