"""Bags: small boosters on drawn clusters, kept as one text model, whose spread tells the doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

import lightgbm as lgb
import numpy as np

from features.pipeline import Progress, silent
from models.interval import Spread, files_of
from models.trees import Matrix, Vector
from training.at_once import Task, at_once
from training.examples import Days
from training.fitting import CROSS, Fitter, text
from training.metrics import Flags
from training.recipe import Bags
from training.rehearsal import both_outcomes


def bag_tasks(
    fitter: Fitter,
    bags: Bags,
    rows: Matrix,
    event: Flags,
    clusters: Sequence[str],
    *,
    weight: Vector | None = None,
) -> list[Task[lgb.Booster]]:
    """What fits each bag; `files_of_bags` makes the files of a bundle of what comes out.

    Clusters, not rows, are drawn with replacement: the rows of one stand or fall together. Each bag
    may combine credits, as the champion may, and keeps to the directions of the declarations.
    """
    few = {"rounds": bags.rounds, "learning_rate": bags.learning_rate, "additive_rounds": (0,)}
    small = replace(fitter, trees=fitter.trees.model_copy(update=few))

    def fit(bag: int, taken: Days, tell: Progress) -> lgb.Booster:
        tell("bags", bag, bags.count)
        one = replace(small, seed=fitter.seed + bag, progress=tell)
        counts = None if weight is None else weight[taken]
        return one.fit(rows[taken], event[taken], CROSS, bags.rounds, weight=counts)

    drawn = _drawn(event, clusters, fitter.seed)
    return [partial(fit, bag, taken) for bag, taken in enumerate(islice(drawn, bags.count))]


def _drawn(event: Flags, clusters: Sequence[str], seed: int) -> Iterator[Days]:
    """Places of the rows of drawn clusters, as often as they were drawn, with both outcomes."""
    names, of = np.unique(np.asarray(clusters), return_inverse=True)
    generator = np.random.default_rng(seed)
    while True:
        times = generator.multinomial(len(names), np.full(len(names), 1.0 / len(names)))
        taken = np.repeat(np.arange(len(event)), times[of])
        if both_outcomes(event[taken]):
            yield taken


def files_of_bags(bags: Bags, boosters: Sequence[lgb.Booster]) -> dict[str, str]:
    """The files of a bundle that hold its bags."""
    return files_of(joined(boosters), Spread(trees_each=bags.rounds, untold=bags.untold))


def bagged(
    fitter: Fitter,
    bags: Bags,
    rows: Matrix,
    event: Flags,
    clusters: Sequence[str],
    *,
    weight: Vector | None = None,
    progress: Progress = silent,
) -> dict[str, str]:
    """Fit the bags and give the files of a bundle that hold them; arguments of `bag_tasks`."""
    tasks = bag_tasks(fitter, bags, rows, event, clusters, weight=weight)
    return files_of_bags(bags, at_once(tasks, fitter.threads, progress))


def joined(boosters: Sequence[lgb.Booster]) -> str:
    """One text model with the trees of all boosters, in their order."""
    texts = [text(booster) for booster in boosters]
    trees = [tree for one in texts for tree in re.split(r"\nTree=\d+\n", _trees(one))[1:]]
    head = re.sub(r"^tree_sizes=.*\n", "", _head(texts[0]), flags=re.MULTILINE)
    blocks = [f"Tree={at}\n{tree.strip()}\n" for at, tree in enumerate(trees)]
    return "\n\n".join([head.rstrip(), *blocks, "end of trees\n"])


def _head(written: str) -> str:
    return written.partition("\nTree=0\n")[0]


def _trees(written: str) -> str:
    return "\nTree=0\n" + written.partition("\nTree=0\n")[2].partition("\nend of trees")[0]
