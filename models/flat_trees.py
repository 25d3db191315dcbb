"""LightGBM's text model as flat arrays: what the compiled loops walk.

A tree of n leaves has 2n - 1 slots: its inner nodes in LightGBM's order, which has a parent before
its children, then its leaves. The slots of all trees lie one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
Places = np.ndarray[tuple[int], np.dtype[np.uint64]]
Slots = np.ndarray[tuple[int], np.dtype[np.uint32]]
"""Unsigned, for numba then needs no check for an index that counts from the end; short where there
are many, for most of the time of a single row is waiting for memory."""

NEAR_ZERO = float(np.float32(1e-35))
"""What isn't farther from 0 is 0 to LightGBM (its ``kZeroThreshold``)."""

NAN_LEFT, ZERO_LEFT = 2, 1
_CATEGORICAL, _DEFAULT_LEFT = 1, 2
_MISSING_IS_NOTHING, _MISSING_IS_ZERO = 0, 1
"""Of a decision type: two flags, and from its third bit on what counts as missing (2: NaN)."""


class FlatTrees(NamedTuple):
    """The trees of a booster. Nodes are named by their slot, counted from the root of their tree.

    Attributes
    ----------
    root : uint64 array of shape (trees + 1,)
        Where each tree begins among all slots; last, how many slots there are.
    leaf : uint64 array of shape (trees,)
        Where the leaves of each tree begin among all slots.
    feature : uint32 array of shape (slots,)
        What an inner node splits on.
    threshold : float64 array of shape (slots,)
        Largest value that goes left.
    missing : uint8 array of shape (slots,)
        `NAN_LEFT` if a missing value goes left, plus `ZERO_LEFT` if 0 does.
    child : uint32 array of shape (slots, 2)
        Left and right.
    value : float64 array of shape (slots,)
        What a leaf adds to the raw score.
    cover : float64 array of shape (slots,)
        Training rows that came here.
    before : uint32 array of shape (slots,)
        The last node above that was reached by a split on the same feature as this node's; 0, the
        root, if there is none.
    share : float64 array of shape (slots,)
        Share of training rows that pass all splits above on the feature of the split just above,
        a product; 1 at the root.
    step : float64 array of shape (slots,)
        Share of the parent's training rows that came here; 1 at the root.
    """

    root: Places
    leaf: Places
    feature: Slots
    threshold: Vector
    missing: np.ndarray[tuple[int], np.dtype[np.uint8]]
    child: np.ndarray[tuple[int, int], np.dtype[np.uint32]]
    value: Vector
    cover: Vector
    before: Slots
    share: Vector
    step: Vector

    @property
    def leaves(self) -> Iterator[slice]:
        """The leaves of each tree among all slots."""
        for first, last in zip(self.leaf.tolist(), self.root[1:].tolist(), strict=True):
            yield slice(first, last)

    @property
    def splits(self) -> Iterator[slice]:
        """The inner nodes of each tree among all slots."""
        for first, last in zip(self.root[:-1].tolist(), self.leaf.tolist(), strict=True):
            yield slice(first, last)


def flatten(text: str) -> tuple[FlatTrees, int]:
    """Read a text model: its trees, and how many features the longest path splits on.

    Raises
    ------
    ValueError
        Where the model isn't a sum of trees of numerical splits with one value a leaf, or a tree is
        none: a node that is nobody's child, or no training rows in a leaf.
    """
    head, *written = text.partition("\nend of trees")[0].split("\nTree=")
    if "\nnum_tree_per_iteration=1\n" not in head or "\naverage_output\n" in head:
        raise ValueError("scores are sums of trees, one a round: neither several classes nor means")
    features = int(_fields(head)["max_feature_idx"]) + 1
    trees = [_tree(_fields(one), features) for one in written]
    sizes = [len(tree["value"]) for tree in trees]
    inner = [size // 2 for size in sizes]
    root = np.cumsum([0, *sizes]).astype(np.uint64)
    flat = FlatTrees(
        root=root,
        leaf=root[:-1] + np.array(inner, dtype=np.uint64),
        **{
            name: np.concatenate([_NO_SLOTS[name], *(t[name] for t in trees)]) for name in _NO_SLOTS
        },
    )
    return flat, max((tree["longest"] for tree in trees), default=0)


_NO_SLOTS: dict[str, Any] = {
    "feature": np.zeros(0, np.uint32),
    "threshold": np.zeros(0),
    "missing": np.zeros(0, np.uint8),
    "child": np.zeros((0, 2), np.uint32),
    "value": np.zeros(0),
    "cover": np.zeros(0),
    "before": np.zeros(0, np.uint32),
    "share": np.zeros(0),
    "step": np.zeros(0),
}


def _fields(lines: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines.split("\n") if "=" in line)


def _tree(fields: Mapping[str, str], features: int) -> dict[str, Any]:
    """One tree, slot by slot; ``longest``: how many features its longest path splits on."""
    if fields.get("is_linear", "0") != "0":
        raise ValueError("a leaf must be one value, not a linear model")
    leaves = int(fields["num_leaves"])
    inner = leaves - 1
    feature, decision, left, right = (
        _numbers(fields, name, inner, np.int64)
        for name in ("split_feature", "decision_type", "left_child", "right_child")
    )
    threshold = _numbers(fields, "threshold", inner)
    value = _numbers(fields, "leaf_value", leaves)
    cover = np.ones(1)
    if inner:
        counts = _numbers(fields, "internal_count", inner), _numbers(fields, "leaf_count", leaves)
        cover = np.concatenate(counts)
    child = np.stack([left, right], axis=1)
    child = np.where(child < 0, inner + ~child, child)
    _require_tree(child, cover)
    if not ((feature >= 0) & (feature < features)).all():
        raise ValueError("a tree splits on a feature that the model doesn't have")
    if (decision & _CATEGORICAL).any():
        raise ValueError("splits must be numerical, not by category: encode categories as numbers")
    before, share, step, longest = _paths(feature.tolist(), child, cover)

    def slots(of_nodes: Any, kind: Any) -> Any:
        return np.concatenate([of_nodes, np.zeros((leaves, *of_nodes.shape[1:]))]).astype(kind)

    return {
        "feature": slots(feature, np.uint32),
        "threshold": slots(threshold, np.float64),
        "missing": slots(_missing(decision, threshold), np.uint8),
        "child": slots(child, np.uint32),
        "value": np.concatenate([np.zeros(inner), value]),
        "cover": cover,
        "before": before,
        "share": share,
        "step": step,
        "longest": longest,
    }


def _numbers(fields: Mapping[str, str], name: str, count: int, kind: Any = np.float64) -> Any:
    found = np.array(fields[name].split(), dtype=kind)
    if len(found) != count:
        raise ValueError(f"{name} of a tree has {len(found)} numbers instead of {count}")
    return found


def _require_tree(child: Any, cover: Vector) -> None:
    """Refuse what isn't a tree: the compiled loops follow it without looking."""
    inner = len(child)
    each_once = np.array_equal(np.sort(child, axis=None), np.arange(1, 2 * inner + 1))
    if not each_once or not (child > np.arange(inner)[:, None]).all():
        raise ValueError("a node of a tree must be the child of one node before it")
    if not (cover > 0.0).all():
        raise ValueError("each leaf must have training rows: no chance can be told without them")


def _missing(decision: Any, threshold: Vector) -> Any:
    """Where NaN and 0 go, of which LightGBM's missing types are three ways to say it."""
    default_left = (decision & _DEFAULT_LEFT) != 0
    kind, zero_left = decision >> 2, threshold >= 0.0
    nan = np.where(kind == _MISSING_IS_NOTHING, zero_left, default_left)
    zero = np.where(kind == _MISSING_IS_ZERO, default_left, zero_left)
    return NAN_LEFT * nan + ZERO_LEFT * zero


def _paths(feature: list[int], child: Any, cover: Vector) -> tuple[Slots, Vector, Vector, int]:
    """`before`, `share` and `step` of every slot, and the most features on a path."""
    before, share, step = np.zeros(len(cover), np.uint32), np.ones(len(cover)), np.ones(len(cover))
    reached: dict[int, dict[int, int]] = {0: {}}  # by which slot each feature was last split on
    longest = 0
    for node, (on, children) in enumerate(zip(feature, child.tolist(), strict=True)):
        above = reached.pop(node)
        before[node] = above.get(on, 0)
        for slot in children:
            step[slot] = cover[slot] / cover[node]
            share[slot] = share[above.get(on, 0)] * step[slot]
            longest = max(longest, len({*above, on}))
            if slot < len(feature):
                reached[slot] = {**above, on: slot}
    return before, share, step, longest
