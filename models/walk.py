"""The walk: the leaf that a row falls in, tree by tree, and the sums of what the leaves add."""

from __future__ import annotations

import numpy as np

from models.compiled import compiled
from models.flat_trees import NAN_LEFT, NEAR_ZERO, ZERO_LEFT, FlatTrees, Matrix, Places


@compiled
def add_up(rows: Matrix, trees: FlatTrees, group: Places, sums: Matrix) -> None:
    """Add the leaf values of every row to the sums of its trees' groups, in the order of the trees.

    Parameters
    ----------
    rows : float64 array of shape (n, features), C-contiguous
    trees : FlatTrees
    group : uint64 array of shape (trees,)
        Column of ``sums`` that each tree is added to.
    sums : float64 array of shape (n, groups)
        Is added to. A row's sums are those of LightGBM, to the bit: it adds in the same order.
    """
    row = np.empty(rows.shape[1])
    for at in range(rows.shape[0]):
        for column in range(rows.shape[1]):
            value = rows[at, column]
            row[column] = 0.0 if abs(value) <= NEAR_ZERO else value
        for tree in range(len(trees.leaf)):
            node, leaf = trees.root[tree], trees.leaf[tree]
            root = node
            while node < leaf:
                value = row[trees.feature[node]]
                if value != value:  # noqa: PLR0124  # NaN
                    left = trees.missing[node] & NAN_LEFT != 0
                elif value == 0.0:
                    left = trees.missing[node] & ZERO_LEFT != 0
                else:
                    left = value <= trees.threshold[node]
                node = root + trees.child[node, 0 if left else 1]
            sums[at, group[tree]] += trees.value[node]
