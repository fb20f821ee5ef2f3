# SPDX-License-Identifier: GPL-2.0-or-later
"""scikit-learn's forests as plain arrays, which any version of it can take back."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor
from sklearn.tree._tree import Tree

from ..errors import ModelFileError

_FIELDS = ("left_child", "right_child", "feature", "threshold")


def forest_to_arrays(forest: RandomForestRegressor) -> dict[str, np.ndarray]:
    """Return what a forest predicts with: nodes of all trees one after another, and their number in each tree."""
    trees = [estimator.tree_ for estimator in forest.estimators_]
    nodes = [tree.__getstate__()["nodes"] for tree in trees]
    arrays = {name: np.concatenate([part[name] for part in nodes]) for name in _FIELDS}
    arrays = {name: values.astype(np.int32) if values.dtype.kind == "i" else values for name, values in arrays.items()}
    value = np.concatenate([tree.value[:, 0, 0] for tree in trees])
    return {**arrays, "value": value, "n_nodes": np.array([len(part) for part in nodes], np.int64)}


def forest_from_arrays(arrays: dict[str, np.ndarray], n_features: int) -> RandomForestRegressor:
    """Return the forest of `forest_to_arrays`.

    Raises
    ------
    ModelFileError
        If a node points outside of its tree, in a circle or at a feature that there is not: scikit-learn follows
        them without a look, so that a crafted file could have it read anywhere.
    """
    sizes = arrays["n_nodes"]
    ends = np.cumsum(sizes)
    fits = sizes.ndim == 1 and sizes.dtype.kind == "i" and len(sizes) and (sizes > 0).all()
    if not fits or any(arrays[name].shape != (ends[-1],) for name in (*_FIELDS, "value")):
        raise ModelFileError("The weights hold a tree that leads nowhere. Ask for a new copy of the model.")
    forest = RandomForestRegressor(n_estimators=len(sizes))
    forest.n_features_in_, forest.n_outputs_ = n_features, 1
    forest.estimators_ = [
        _tree({name: arrays[name][end - size : end] for name in (*_FIELDS, "value")}, n_features)
        for size, end in zip(sizes, ends)
    ]
    return forest


def _tree(arrays: dict[str, np.ndarray], n_features: int) -> DecisionTreeRegressor:
    left, right, feature = (arrays[name].astype(np.int64) for name in _FIELDS[:3])
    number, leaf = np.arange(len(left)), (left == -1) & (right == -1)
    # children come after their parents, so there is no way back
    inner = (left > number) & (right > number) & (left < len(left)) & (right < len(left))
    if not (leaf | (inner & (feature >= 0) & (feature < n_features))).all():
        raise ModelFileError("The weights hold a tree that leads nowhere. Ask for a new copy of the model.")
    empty = Tree(n_features, np.array([1], np.intp), 1)
    nodes = np.zeros(len(left), _node_type())  # what only growing a tree needs stays 0
    for name in _FIELDS:
        nodes[name] = arrays[name]
    depth, level = 0, np.array([0])
    while len(level := level[~leaf[level]]):
        level, depth = np.concatenate([left[level], right[level]]), depth + 1
    empty.__setstate__(
        {
            "max_depth": depth,
            "node_count": len(left),
            "nodes": nodes,
            "values": np.ascontiguousarray(arrays["value"], np.float64)[:, None, None],
        }
    )
    estimator = DecisionTreeRegressor()
    estimator.tree_, estimator.n_features_in_, estimator.n_outputs_ = empty, n_features, 1
    return estimator


@cache
def _node_type() -> np.dtype:
    """Return how this version of scikit-learn lays out a node."""
    grown = DecisionTreeRegressor(max_depth=1).fit(np.zeros((1, 1)), np.zeros(1))
    return grown.tree_.__getstate__()["nodes"].dtype
