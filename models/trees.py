"""Trees of a LightGBM booster, read once: which credit each speaks for, and what it adds.

LightGBM tells the leaf a row falls in; adding the leaf values here, tree by tree in their order,
gives the same sum for one row as for many, and gives it per credit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from features.feature import Credit

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
BLOCK_ROWS = 4096


@dataclass(frozen=True)
class Trees:
    """A booster with its leaves at hand.

    Attributes
    ----------
    booster : lightgbm.Booster
        The booster, for leaves and contributions.
    leaf_values : float64 array of shape (trees, largest number of leaves)
        What each leaf adds to the raw score; 0 where a tree has fewer leaves.
    expected : float64 array of shape (trees,)
        Mean of a tree over the training rows, by its leaf counts.
    credits : tuple of frozenset of Credit
        The credits whose features each tree splits on; empty for a tree without a split.
    """

    booster: lgb.Booster
    leaf_values: Matrix
    expected: Vector
    credits: tuple[frozenset[Credit], ...]

    @classmethod
    def read(cls, booster: lgb.Booster, credit_of: Mapping[str, Credit]) -> Trees:
        """Read the trees of a booster whose features are named as in ``credit_of``."""
        dump = booster.dump_model()
        names: Sequence[str] = dump["feature_names"]
        roots = [tree["tree_structure"] for tree in dump["tree_info"]]
        leaves = [list(_leaves(root)) for root in roots]
        values = np.zeros((len(roots), max((len(tree) for tree in leaves), default=1)))
        expected = np.zeros(len(roots))
        for at, tree in enumerate(leaves):
            counts = [leaf.get("leaf_count", 1) for leaf in tree]
            for leaf in tree:
                values[at, leaf.get("leaf_index", 0)] = leaf["leaf_value"]
            tree_values = [leaf["leaf_value"] for leaf in tree]
            expected[at] = float(np.average(tree_values, weights=counts))
        splits = tuple(
            frozenset(credit_of[names[split]] for split in _splits(root)) for root in roots
        )
        return cls(booster, values, expected, splits)

    def __len__(self) -> int:
        """Number of trees."""
        return len(self.credits)

    def blocks(self, rows: Matrix) -> Iterator[tuple[slice, Matrix]]:
        """Yield, by blocks of rows, what each tree adds to each row: shape (block, trees)."""
        order = np.arange(len(self))
        for start in range(0, len(rows), BLOCK_ROWS):
            part = slice(start, min(start + BLOCK_ROWS, len(rows)))
            leaf = np.asarray(self.booster.predict(rows[part], pred_leaf=True, num_threads=1))
            added: Matrix = self.leaf_values[order, leaf.astype(np.intp).reshape(-1, len(self))]
            yield part, added

    def sums(self, rows: Matrix, members: Sequence[Sequence[int]]) -> Matrix:
        """Add up groups of trees, one after the other in their order.

        Parameters
        ----------
        rows : float64 array of shape (n, features)
        members : sequence of sequences of int
            The trees of each group.

        Returns
        -------
        float64 array of shape (n, groups)
            Less the expectation of each group.
        """
        out = np.zeros((len(rows), len(members)))
        for part, values in self.blocks(rows) if len(self) else ():
            for group, trees in enumerate(members):
                if trees:
                    # accumulate adds from left to right whatever the number of rows
                    running = np.add.accumulate(values[:, list(trees)], axis=1)
                    out[part, group] = running[:, -1]
        centred: Matrix = out - np.array([self.mean(trees) for trees in members])
        return centred

    def mean(self, trees: Sequence[int]) -> float:
        """Mean over the training rows of a group of trees."""
        return float(sum(self.expected[tree] for tree in trees))


def _leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "leaf_value" in node:
        yield node
        return
    yield from _leaves(node["left_child"])
    yield from _leaves(node["right_child"])


def _splits(node: Mapping[str, Any]) -> Iterator[int]:
    if "split_feature" in node:
        yield int(node["split_feature"])
        yield from _splits(node["left_child"])
        yield from _splits(node["right_child"])
