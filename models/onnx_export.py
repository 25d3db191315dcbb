"""A bundle as ONNX, for an engine that a bank runs already: log-odds and probability of its event.

The trees of both boosters become one ``TreeEnsembleRegressor`` (ai.onnx.ml 3, in double precision),
with the calibration folded into its leaves. What it leaves out are parts, reasons and rules: the
model answers, and nothing explains it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import lightgbm as lgb
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ledger.faults import Fault
from models.bundle import BOOSTERS, Bundle
from models.flat_trees import NEAR_ZERO

OPSETS = {"": 18, "ai.onnx.ml": 3}
IR_VERSION = 9
INPUT, LOGIT, PROBABILITY = "features", "logit", "probability"

Node = Mapping[str, Any]


class NotForOnnx(Fault):
    """A booster that splits as the export doesn't know: on categories, or with zero as missing."""

    code = "not-for-onnx"


def to_onnx(bundle: Bundle) -> bytes:
    """Write a bundle as an ONNX model.

    Returns
    -------
    bytes
        A model from ``features``, float64 of shape (n, features of the bundle) with NaN where a
        value is missing, to ``logit`` and ``probability``, float32 of shape (n, 1). The names of
        the features are in its metadata, in their order, with the id of the bundle and its event.

    Raises
    ------
    NotForOnnx
        Where a booster splits in another way than training makes them.
    """
    trees = [
        tree["tree_structure"]
        for name in BOOSTERS
        for tree in lgb.Booster(model_str=bundle.source.content[name].decode()).dump_model()[
            "tree_info"
        ]
    ]
    slope, base = bundle.card.cal_slope, bundle.card.cal_intercept
    base += slope * sum(tree["leaf_value"] for tree in trees if "leaf_value" in tree)
    splitting = [tree for tree in trees if "leaf_value" not in tree]
    width = len(bundle.feature_names)
    graph = helper.make_graph(
        [_logit(splitting, slope, base), helper.make_node("Sigmoid", [LOGIT], [PROBABILITY])],
        bundle.id,
        [helper.make_tensor_value_info(INPUT, TensorProto.DOUBLE, ["n", width])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 1])
            for name in (LOGIT, PROBABILITY)
        ],
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
    told = {
        "bundle": bundle.id,
        "event": bundle.card.event.name,
        "features": json.dumps(bundle.feature_names),
    }
    helper.set_model_props(model, told)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _logit(trees: list[Node], slope: float, base: float) -> onnx.NodeProto:
    """The node that adds up the leaves; a single leaf that says nothing where nothing splits."""
    rows = [
        row for at, tree in enumerate(trees or [{"leaf_value": 0.0}]) for row in _rows(tree, at)
    ]
    leaves = [row for row in rows if row["mode"] == "LEAF"]
    return helper.make_node(
        "TreeEnsembleRegressor",
        [INPUT],
        [LOGIT],
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function="SUM",
        post_transform="NONE",
        base_values_as_tensor=_doubles("base", [base]),
        nodes_treeids=[row["tree"] for row in rows],
        nodes_nodeids=[row["node"] for row in rows],
        nodes_modes=[row["mode"] for row in rows],
        nodes_featureids=[row["feature"] for row in rows],
        nodes_values_as_tensor=_doubles("thresholds", [row["value"] for row in rows]),
        nodes_truenodeids=[row["left"] for row in rows],
        nodes_falsenodeids=[row["right"] for row in rows],
        nodes_missing_value_tracks_true=[row["missing_left"] for row in rows],
        target_treeids=[row["tree"] for row in leaves],
        target_nodeids=[row["node"] for row in leaves],
        target_ids=[0] * len(leaves),
        target_weights_as_tensor=_doubles("leaves", [slope * row["leaf"] for row in leaves]),
    )


def _doubles(name: str, values: list[float]) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(values, dtype=np.float64), name)


def _rows(root: Node, tree: int) -> Iterator[dict[str, Any]]:
    """The nodes of a tree, numbered in the order in which they are met; the root is 0."""
    waiting, numbered = [(root, 0)], 1
    while waiting:
        node, number = waiting.pop()
        empty = {"tree": tree, "node": number, "feature": 0, "value": 0.0, "left": 0, "right": 0}
        if "leaf_value" in node:
            yield {**empty, "mode": "LEAF", "missing_left": 0, "leaf": node["leaf_value"]}
            continue
        left, right, numbered = numbered, numbered + 1, numbered + 2
        yield {
            **empty,
            "mode": "BRANCH_LEQ",
            "feature": node["split_feature"],
            "value": _threshold(node["threshold"]),
            "left": left,
            "right": right,
            "missing_left": int(_missing_goes_left(node)),
        }
        waiting += [(node["left_child"], left), (node["right_child"], right)]


def _threshold(value: float) -> float:
    """The threshold, where LightGBM takes the value on it for 0: then what lies just below."""
    return float(np.nextafter(value, -np.inf)) if value == -NEAR_ZERO else float(value)


def _missing_goes_left(node: Node) -> bool:
    """Where LightGBM sends NaN: by the split's default, or as 0 where it met none in training."""
    if node["decision_type"] != "<=" or node["missing_type"] not in ("NaN", "None"):
        raise NotForOnnx(
            f"a split by {node['decision_type']} with missing as {node['missing_type']}",
            field="booster",
            remedy="train it by training.retrain",
        )
    if node["missing_type"] == "NaN":
        return bool(node["default_left"])
    return bool(node["threshold"] >= 0.0)
