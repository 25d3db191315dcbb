"""A recipe: what an analyst sets for a training run, as a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from features.catalogue import BY_NAME, RELATION_OF, RELATIONS
from features.feature import Risk
from ledger.faults import Fault
from models.bundle import CREDITS
from models.event import Event
from models.manifest import LONGEST_NAME
from training.events import KINDS
from training.gates import OF_KIND, Gates
from training.groups import SEGMENTS, Segment
from training.reject_inference import Rejects
from training.split import Folds, Split


class RecipeRefused(Fault):
    """A recipe that can't be read or asks for what there isn't."""

    code = "recipe-refused"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Trees(_Frozen):
    """LightGBM's parameters, the same for every booster of a run.

    Attributes
    ----------
    rounds : int
        All rounds, additive and cross together.
    additive_rounds : tuple of int
        The settings of the dial that are tried: how many rounds are additive.
    learning_rate, leaves, least_rows_in_leaf, feature_share, row_share, l2, extra :
        ``learning_rate``, ``num_leaves``, ``min_data_in_leaf``, ``feature_fraction``,
        ``bagging_fraction``, ``lambda_l2`` and ``extra_trees`` of LightGBM.
    rounds_an_event, least_rounds : float or None, int
        Where given, of ``rounds`` only as many as the events learned from can bear, and never
        fewer than the least: see `learned_from`.
    """

    rounds: int = Field(ge=10, le=5000)
    additive_rounds: tuple[int, ...] = Field(min_length=1)
    learning_rate: float = Field(gt=0, le=1)
    leaves: int = Field(ge=2, le=255)
    least_rows_in_leaf: int = Field(ge=1)
    feature_share: float = Field(gt=0, le=1)
    row_share: float = Field(gt=0, le=1)
    l2: float = Field(ge=0)
    extra: bool = False
    rounds_an_event: float | None = Field(default=None, gt=0)
    least_rounds: int = Field(default=10, ge=10)

    def learned_from(self, events: int) -> Self:
        """The same with as many rounds as the events that are learned from can bear.

        Of ``rounds`` so many as ``rounds_an_event`` says, from ``least_rounds`` up, and the
        settings of the dial in proportion; all of them where it says nothing.
        """
        if self.rounds_an_event is None:
            return self
        borne = round(self.rounds_an_event * events)
        rounds = min(self.rounds, max(self.least_rounds, borne))
        additive = tuple(round(one * rounds / self.rounds) for one in self.additive_rounds)
        return self.model_copy(update={"rounds": rounds, "additive_rounds": additive})

    @model_validator(mode="after")
    def _within_rounds(self) -> Self:
        beyond = [rounds for rounds in self.additive_rounds if not 0 <= rounds <= self.rounds]
        if beyond:
            raise ValueError(f"additive_rounds has {beyond[0]}, but rounds are {self.rounds}")
        if self.least_rounds > self.rounds:
            raise ValueError(f"least_rounds is {self.least_rounds}, but rounds are {self.rounds}")
        return self


Reach = tuple[Annotated[float, Field(ge=0, le=10)], Annotated[float, Field(ge=0, le=10)]]


class Bags(_Frozen):
    """The small boosters behind the interval of a probability.

    Attributes
    ----------
    count : int
        How many, each learned from clusters drawn with replacement.
    rounds : int
        Trees of each.
    learning_rate : float
        Theirs; the other parameters are those of `Trees`.
    untold : tuple of 4 (float, float)
        By data tier T0 to T3: what is to be added to the interval for what the data don't tell, in
        log-odds down and up from the estimate. No outcome tells it: it is measured where true
        probabilities are known (``benchmarks.risk_model``).
    """

    count: int = Field(ge=5, le=200)
    rounds: int = Field(ge=1, le=500)
    learning_rate: float = Field(gt=0, le=1)
    untold: tuple[Reach, Reach, Reach, Reach]


Share = Annotated[float, Field(gt=0, lt=1)]

ModelKind = Literal["additive-cross", "additive"]
Challenger = Literal["logistic", "one_variable", "explainable"]


class Recipe(_Frozen):
    """A training run.

    Attributes
    ----------
    name : str
        Name of the bundles it makes.
    data : str
        Where the data comes from and under what licence; kept in the bundle.
    events : tuple of Event
        What to predict; one bundle for each, the first is the main one.
    relations : tuple of str
        Relations whose features to learn from; all where empty. A score builds no others.
    leave_out : tuple of str
        Features not to learn from, because in this data they tell something else than they mean.
    nearly_tells : tuple of str
        Features that may tell the outcome nearly alone: without being named here such a one is
        taken for a leak, and the run refused (``training.validation.leaks``).
    counts_on : tuple of str, or "all"
        Features that must say something: one that is missing or the same in all rows learned from
        is refused (``training.validation.poisoned``).
    one_variable, also_alone : str, tuple of str
        The feature that alone makes the simplest challenger, and others that do so too. An event
        of parties leaves out those that aren't of the party.
    kind : {"additive-cross", "additive"}
        The champion: additive by credit with a cross block on top, or additive alone.
    challengers : tuple of str
        Which to fit beside the boosters that tell what the constraints cost; ``explainable`` needs
        ``interpret-core``.
    segments : tuple of str
        What the rows of the test are grouped by when a model is judged.
    split : Split or None
        What is learned from, calibrated on and tested on; None where the command says it.
    maturity_days : mapping of event's name to int
        Days from what a label is counted from (`training.events.Kind`) until it counts, where they
        are more than the kind of the event needs.
    folds, trees, bags :
        See `Folds`, `Trees` and `Bags`; without bags a bundle tells no interval.
    long_run_rate : mapping of event's name to float
        Share of the event over good and bad years, where it isn't that of the rows learned from:
        moves the intercept of the calibration, and nothing else (domain.md section 3.1).
    gates : mapping of event's name to Gates
        What a bundle's figures on the test period have to be for it to become champion.
    rejects : Rejects
        How bundles of default learn of requests that were turned down.
    least_parties : int
        An event of parties that fewer of them have met is left out of the set of bundles.
    seed : int
    """

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    data: str
    events: tuple[Event, ...] = Field(min_length=1)
    relations: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    nearly_tells: tuple[str, ...] = ()
    counts_on: tuple[str, ...] | Literal["all"] = ()
    one_variable: str
    also_alone: tuple[str, ...] = ()
    kind: ModelKind = "additive-cross"
    challengers: tuple[Challenger, ...] = ("logistic", "one_variable")
    segments: tuple[Segment, ...] = Field(default=SEGMENTS, min_length=1)
    split: Split | None = None
    maturity_days: Mapping[str, int] = {}
    folds: Folds = Folds()
    trees: Trees
    bags: Bags | None = None
    long_run_rate: Mapping[str, Share] = {}
    gates: Mapping[str, Gates] = {}
    rejects: Rejects = Rejects()
    least_parties: int = Field(default=30, ge=2)
    seed: int = 1

    @model_validator(mode="after")
    def _names_are_there(self) -> Self:
        if self.one_variable in self.leave_out:
            raise ValueError(f"one_variable {self.one_variable!r} is left out")
        counted_on = () if self.counts_on == "all" else self.counts_on
        if both := {*counted_on} & {*self.leave_out}:
            raise ValueError(f"{min(both)!r} is both in counts_on and in leave_out")
        events = {event.name for event in self.events}
        for table, names in (
            ("long_run_rate", self.long_run_rate),
            ("gates", self.gates),
            ("maturity_days", self.maturity_days),
        ):
            if unknown := set(names) - events:
                raise ValueError(f"{table} of {min(unknown)!r}, which is no event of the recipe")
        return self

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        for event in self.events:
            if len(f"{self.name}-{event.name}") > LONGEST_NAME:
                raise ValueError(f"{self.name}-{event.name} is longer than {LONGEST_NAME} letters")
        return self

    @model_validator(mode="after")
    def _labels_ripen(self) -> Self:
        for event in self.events:
            needed = KINDS[event.kind].needs(event)
            if (given := self.maturity_days.get(event.name, needed)) < needed:
                raise ValueError(
                    f"maturity_days of {event.name!r} is {given}, but its outcome is known for "
                    f"certain after {needed} days only: name as many or more"
                )
        return self

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if self.kind == "additive" and self.trees.additive_rounds != (self.trees.rounds,):
            raise ValueError(
                f"kind is additive, so trees.additive_rounds must be [{self.trees.rounds}], all "
                f"rounds, and is {list(self.trees.additive_rounds)}"
            )
        return self

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The columns to learn from, in the order of the catalogue.

        Of the three credits, and for a cross block the cross terms that have a direction. A term
        without one moves with a factor that has one, so a booster that is free to use it could turn
        that around.
        """
        cross = self.kind == "additive-cross"
        return tuple(
            name
            for name, relation in RELATION_OF.items()
            if (relation.credit in CREDITS or (cross and BY_NAME[name].risk is not Risk.FREE))
            and name not in self.leave_out
            and (not self.relations or relation.name in self.relations)
        )

    def gates_for(self, event: Event) -> Gates:
        """The gates of an event: those of its kind, and in their place what the recipe sets."""
        of_kind = OF_KIND[event.kind]
        return of_kind.with_set(self.gates[event.name]) if event.name in self.gates else of_kind

    def counted_on(self, event: Event) -> tuple[str, ...]:
        """The columns of an event that must say something."""
        names = self.names_for(event)
        return tuple(name for name in names if self.counts_on == "all" or name in self.counts_on)

    def names_for(self, event: Event) -> tuple[str, ...]:
        """The columns that an event is learned from: of a party's, those of the party alone."""
        grain = KINDS[event.kind].grain
        return tuple(
            name for name in self.feature_names if grain in (None, RELATION_OF[name].grain)
        )


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises
    ------
    RecipeRefused
        Where the file is missing, isn't a recipe, or names features that the catalogue hasn't.
    """
    try:
        recipe = Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise RecipeRefused(
            f"{path} is not a recipe: {error}",
            field=str(path),
            remedy="start from recipes/receivables_br.toml",
        ) from error
    named = {recipe.one_variable, *recipe.leave_out, *recipe.nearly_tells, *recipe.also_alone}
    if recipe.counts_on != "all":
        named |= {*recipe.counts_on}
    unknown = sorted(named - set(BY_NAME))
    strange = sorted(set(recipe.relations) - {relation.name for relation in RELATIONS})
    if unknown or strange:
        raise RecipeRefused(
            f"{path} names features that don't exist: {', '.join((*unknown, *strange))}",
            field="leave_out" if unknown else "relations",
            remedy="tricredit features list shows the catalogue, --json with the relations",
        )
    return recipe
