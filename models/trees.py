"""Trees of a LightGBM booster, read once: which credit each speaks for, and what it adds.

They are walked and explained by machine code of our own (`models.walk`, `models.shapley`), for one
row as for many: what is said of a row doesn't depend on the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from features.feature import Credit
from models.compiled import ready
from models.flat_trees import FlatTrees, Matrix, Places, Vector, flatten
from models.shapley import explain, quadrature
from models.walk import add_up

__all__ = ["BLOCK_ROWS", "Groups", "Matrix", "Trees", "Vector"]

BLOCK_ROWS = 4096


@dataclass(frozen=True)
class Groups:
    """Trees that are added up together.

    Attributes
    ----------
    of_tree : uint64 array of shape (trees,)
        Group of each tree; one more than there are for a tree of none.
    means : float64 array of shape (groups,)
        Mean of each group over the training rows.
    """

    of_tree: Places
    means: Vector


@dataclass(frozen=True)
class Trees:
    """A booster with its trees at hand.

    Attributes
    ----------
    booster : lightgbm.Booster
        The booster that was read.
    flat : FlatTrees
        Its trees.
    points, weights : float64 arrays of shape (rounds, 8)
        Quadrature that is exact for the longest path.
    expected : float64 array of shape (trees,)
        Mean of a tree over the training rows, by its leaf counts.
    credits : tuple of frozenset of Credit
        The credits whose features each tree splits on; empty for a tree without a split.
    """

    booster: lgb.Booster
    flat: FlatTrees
    points: Matrix
    weights: Matrix
    expected: Vector
    credits: tuple[frozenset[Credit], ...]

    @classmethod
    def read(cls, booster: lgb.Booster, credit_of: Mapping[str, Credit]) -> Trees:
        """Read the trees of a booster whose features are named as in ``credit_of``.

        Compiles what walks and explains them, so that no row has to wait for it.

        Raises
        ------
        ValueError
            Where they aren't trees as `flatten` reads them.
        """
        flat, longest = flatten(booster.model_to_string(num_iteration=-1))
        credits = np.array([credit_of[name] for name in booster.feature_name()], dtype=object)
        trees = cls(
            booster,
            flat,
            *quadrature(max(longest - 1, 0)),
            np.array([np.average(flat.value[at], weights=flat.cover[at]) for at in flat.leaves]),
            tuple(frozenset(credits[flat.feature[at]]) for at in flat.splits),
        )
        nobody = np.zeros((0, len(credits)))
        ready(lambda: (trees.raw(nobody), trees.contributions(nobody)))
        return trees

    def __len__(self) -> int:
        """Number of trees."""
        return len(self.credits)

    def grouped(self, members: Sequence[Sequence[int]]) -> Groups:
        """Groups of trees; a tree is in one or none."""
        of_tree = np.full(len(self), len(members), dtype=np.uint64)
        for group, trees in enumerate(members):
            of_tree[list(trees)] = group
        return Groups(of_tree, np.array([self.mean(trees) for trees in members]))

    def sums(self, rows: Matrix, groups: Groups) -> Matrix:
        """Add up groups of trees, one after the other in their order.

        Parameters
        ----------
        rows : float64 array of shape (n, features)
        groups : Groups
            Of `grouped`.

        Returns
        -------
        float64 array of shape (n, groups)
            Less the mean of each group.
        """
        count = len(groups.means)
        out = np.zeros((len(rows), count + 1))
        add_up(_plain(rows), self.flat, groups.of_tree, out)
        return out[:, :count] - groups.means

    def raw(self, rows: Matrix) -> Vector:
        """Raw scores of rows: the sum of all trees, as LightGBM adds it up, to the bit."""
        out = np.zeros((len(rows), 1))
        add_up(_plain(rows), self.flat, np.zeros(len(self), dtype=np.uint64), out)
        return out[:, 0]

    def contributions(self, rows: Matrix) -> Matrix:
        """What each feature adds to the raw scores of rows, by exact TreeSHAP.

        Of shape (n, features). What a row adds up to is its raw score less the mean of all trees.
        """
        out = np.zeros(rows.shape)
        explain(_plain(rows), self.flat, self.points, self.weights, out)
        return out

    def mean(self, trees: Sequence[int]) -> float:
        """Mean over the training rows of a group of trees."""
        return float(sum(self.expected[tree] for tree in trees))


def _plain(rows: Matrix) -> Matrix:
    """Rows as the machine code wants them: one after the other, and its own to write to."""
    return np.require(rows, np.float64, ["C", "W"])
