"""Shapley values of tree sums: what each feature adds, by the rows that the trees were grown on.

Exact path-dependent TreeSHAP (Lundberg et al. 2020), computed in the manner of Linear TreeSHAP
(Yu et al. 2022). Take one leaf of value v and the features that the path to it splits on. Let o be
1 where the row passes all splits of a feature and 0 elsewhere, and z the share of the training rows
that pass them. With t the chance of a feature to be known, the leaf is worth
``v * product over features of (t o + (1 - t) z)``, and what feature i adds is the integral over t
in [0, 1] of ``v (o_i - z_i) * product over the others``: a polynomial, which Gauss-Legendre
quadrature integrates exactly, with half as many values of t as the path has features.

The products are taken for 8 values of t at once, down each tree; the sums over the leaves are
taken up the tree. The cost is that of the nodes, however deep they lie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.datamodel.models import PrimitiveModel
from numba.extending import intrinsic, register_model

from models.compiled import compiled
from models.flat_trees import NAN_LEFT, NEAR_ZERO, ZERO_LEFT, FlatTrees, Matrix, Places, Vector

LANES = 8
ROOT, ONE = np.uint64(0), np.uint64(1)
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)


class Lanes(types.Type):
    """Numba's type of 8 numbers in one register, one for each value of t."""


EIGHT = Lanes("Lanes")


@register_model(Lanes)
class _LanesModel(PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, _VECTOR)  # type: ignore[no-untyped-call]


def _lane_by_lane(instruction: str) -> Any:
    """An instruction of two vectors, or of a number and a vector."""

    @intrinsic
    def both(_: Any, left: Any, right: Any) -> tuple[Any, Callable[..., Any]]:
        def build(_: Any, builder: Any, signature: Any, values: Any) -> Any:
            vectors = [_wide(builder, *one) for one in zip(signature.args, values, strict=True)]
            return getattr(builder, instruction)(*vectors)

        return EIGHT(left, right), build

    return both


plus, minus = _lane_by_lane("fadd"), _lane_by_lane("fsub")
times, over = _lane_by_lane("fmul"), _lane_by_lane("fdiv")


def _load(_: Any, matrix: Any, row: Any) -> tuple[Any, Callable[..., Any]]:
    """A row of a matrix of 8 columns."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.load(_place(context, builder, signature, values), align=8)

    return EIGHT(matrix, row), build


def _store(_: Any, matrix: Any, row: Any, lanes: Any) -> tuple[Any, Callable[..., Any]]:
    """Write a vector, or a number 8 times, into a row of a matrix of 8 columns."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _place(context, builder, signature, values)
        builder.store(_wide(builder, signature.args[2], values[2]), place, align=8)
        return context.get_dummy_value()

    return types.void(matrix, row, lanes), build


load: Any = intrinsic(_load)
store: Any = intrinsic(_store)


def _wide(builder: Any, kind: Any, value: Any) -> Any:
    """A vector as it is, a number in all lanes."""
    if kind != types.float64:
        return value
    nothing, first = ir.Constant(_VECTOR, ir.Undefined), ir.Constant(ir.IntType(32), 0)
    one = builder.insert_element(nothing, value, first)
    return builder.shuffle_vector(
        one, nothing, ir.Constant(ir.VectorType(ir.IntType(32), LANES), None)
    )


def _place(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    """Pointer to a row."""
    matrix = context.make_array(signature.args[0])(context, builder, values[0])
    row = context.cast(builder, values[1], signature.args[1], types.intp)
    start = builder.gep(matrix.data, [builder.mul(row, ir.Constant(row.type, LANES))])
    return builder.bitcast(start, _VECTOR.as_pointer())


def quadrature(degree: int) -> tuple[Matrix, Matrix]:
    """Points in [0, 1] and weights that integrate polynomials up to a degree, in rows of 8."""
    rounds = degree // (2 * LANES) + 1
    points, weights = np.polynomial.legendre.leggauss(rounds * LANES)
    return ((points + 1.0) / 2.0).reshape(-1, LANES), (weights / 2.0).reshape(-1, LANES)


class Scratch(NamedTuple):
    """What is noted while a row is explained; of the nodes, those of one tree at a time.

    Attributes
    ----------
    row : float64 array of shape (features,)
        The row as LightGBM sees it.
    sums : float64 array of shape (features, 8)
        What each feature adds, for 8 values of t.
    above : float64 array of shape (nodes, 8)
        Product of the factors of the splits above, for 8 values of t; that of the split before on
        the node's own feature is taken out.
    below : float64 array of shape (nodes, 8)
        Sum over the leaves below of their values times the factors of the splits below.
    passed : uint8 array of shape (nodes,)
        Whether the row passes all splits above on the feature of the split just above.
    taken : uint64 array of shape (nodes,)
        The child that the row goes to.
    """

    row: Vector
    sums: Matrix
    above: Matrix
    below: Matrix
    passed: np.ndarray[tuple[int], np.dtype[np.uint8]]
    taken: Places


@compiled
def explain(rows: Matrix, trees: FlatTrees, points: Matrix, weights: Matrix, out: Matrix) -> None:
    """Add to what each feature adds to the raw score of each row.

    Parameters
    ----------
    rows : float64 array of shape (n, features), C-contiguous
    trees : FlatTrees
    points, weights : float64 arrays of shape (turns, 8)
        From `quadrature`, for the features of the longest path less one.
    out : float64 array of shape (n, features)
        Is added to.
    """
    most = np.int64(1)
    for tree in range(len(trees.leaf)):
        most = max(most, np.int64(trees.root[tree + 1] - trees.root[tree]))
    row, sums = np.empty(rows.shape[1]), np.empty((rows.shape[1], LANES))
    above, below = np.empty((most, LANES)), np.empty((most, LANES))
    passed, taken = np.ones(most, np.uint8), np.empty(most, np.uint64)
    scratch = Scratch(row, sums, above, below, passed, taken)
    for at in range(rows.shape[0]):
        for column in range(rows.shape[1]):
            value = rows[at, column]
            row[column] = 0.0 if abs(value) <= NEAR_ZERO else value
        sums[:] = 0.0
        for turn in range(len(points)):
            store(above, ROOT, load(weights, turn))
            for tree in range(len(trees.leaf)):
                _down(trees, tree, points, turn, scratch)
                _up(trees, tree, points, turn, scratch)
        for column in range(rows.shape[1]):
            for lane in range(LANES):
                out[at, column] += sums[column, lane]


@compiled
def _down(trees: FlatTrees, tree: int, points: Matrix, turn: int, scratch: Scratch) -> None:
    """Multiply the factors from the root to every node."""
    above, passed, taken = scratch.above, scratch.passed, scratch.taken
    t, rest = load(points, turn), minus(1.0, load(points, turn))
    root = trees.root[tree]
    for node in range(trees.leaf[tree] - root):
        slot = root + node
        value, missing = scratch.row[trees.feature[slot]], trees.missing[slot]
        is_left = (
            ((value != value) & (missing & NAN_LEFT != 0))  # noqa: PLR0124  # NaN
            | ((value == 0.0) & (missing & ZERO_LEFT != 0))
            | ((value != 0.0) & (value <= trees.threshold[slot]))
        )  # all three are computed: a processor can't guess where a row goes
        warm = trees.child[slot, 0 if is_left else 1]
        cold = trees.child[slot, 1 if is_left else 0]
        before = trees.before[slot]
        taken[node], passed[warm], passed[cold] = warm, passed[before], 0
        product = load(above, node)
        if passed[before]:
            if before != ROOT:
                product = over(product, plus(t, times(trees.share[root + before], rest)))
                store(above, node, product)
            factor = plus(t, times(trees.share[root + warm], rest))
            store(above, warm, times(product, factor))
            store(above, cold, times(product, times(trees.share[root + cold], rest)))
        else:  # the factors before and now are both (1 - t) times a share
            store(above, warm, times(trees.step[root + warm], product))
            store(above, cold, times(trees.step[root + cold], product))


@compiled
def _up(trees: FlatTrees, tree: int, points: Matrix, turn: int, scratch: Scratch) -> None:
    """Add up the leaves below every node, and on the way what the split of each adds."""
    sums, above, below = scratch.sums, scratch.above, scratch.below
    passed, taken = scratch.passed, scratch.taken
    t, rest = load(points, turn), minus(1.0, load(points, turn))
    root, inner = trees.root[tree], trees.leaf[tree] - trees.root[tree]
    for leaf in range(inner, trees.root[tree + 1] - root):
        store(below, leaf, trees.value[root + leaf])
    for back in range(inner):
        node = inner - ONE - back
        slot = root + node
        warm, before = taken[node], trees.before[slot]
        cold = trees.child[slot, 0] + trees.child[slot, 1] - warm
        passing, failing = load(below, warm), load(below, cold)
        if passed[before]:
            share, other = trees.share[root + warm], trees.share[root + cold]
            factor = plus(t, times(share, rest))
            total = plus(times(passing, factor), times(failing, times(other, rest)))
            gain = minus(times(1.0 - share, passing), times(other, failing))
            if before != ROOT:  # the split before counted these leaves as its own
                earlier = trees.share[root + before]
                total = over(total, plus(t, times(earlier, rest)))
                gain = minus(gain, times(1.0 - earlier, total))
            feature = trees.feature[slot]
            store(sums, feature, plus(load(sums, feature), times(load(above, node), gain)))
        else:
            by_share = times(trees.step[root + warm], passing)
            total = plus(by_share, times(trees.step[root + cold], failing))
        store(below, node, total)
