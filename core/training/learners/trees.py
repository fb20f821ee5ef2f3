# SPDX-License-Identifier: GPL-2.0-or-later
"""Trees as plain arrays: what is checked before one is followed, and scikit-learn's forests from and to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor
from sklearn.tree._tree import Tree

from ...base.errors import ModelFileError

_FIELDS = ("left_child", "right_child", "feature", "threshold")


def check_nodes(leaf: np.ndarray, left: np.ndarray, right: np.ndarray, feature: np.ndarray, n_features: int) -> None:
    """Refuse a tree whose nodes lead out of it, in a circle or to a feature that there is not.

    Those who follow trees do so without a look, so that a crafted file could have them read anywhere.

    Parameters
    ----------
    leaf : ndarray of bool, shape (nodes,)
    left, right : ndarray of int64, shape (nodes,)
        The numbers of the children.
    feature : ndarray of int64, shape (nodes,)
    n_features : int

    Raises
    ------
    ModelFileError
    """
    number = np.arange(len(leaf))
    # children come after their parents, so there is no way back
    inner = (left > number) & (right > number) & (left < len(leaf)) & (right < len(leaf))
    if not (leaf | (inner & (feature >= 0) & (feature < n_features))).all():
        refuse()


def refuse() -> None:
    """Raise the error of trees that cannot be followed."""
    raise ModelFileError("The weights hold a tree that leads nowhere. Ask for a new copy of the model.")


def join_trees(trees: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the nodes of all trees one after another, and as `n_nodes` their number in each."""
    joined = {name: np.concatenate([tree[name] for tree in trees]) for name in trees[0]}
    sizes = [len(next(iter(tree.values()))) for tree in trees]
    return {**joined, "n_nodes": np.array(sizes, np.int64)}


def part_trees(arrays: dict[str, np.ndarray], names: Sequence[str]) -> Iterator[dict[str, np.ndarray]]:
    """Yield the arrays of `names` of one tree after the other; ModelFileError if `join_trees` cannot have made them."""
    sizes = arrays["n_nodes"]
    if sizes.ndim != 1 or sizes.dtype.kind != "i" or not len(sizes) or (sizes < 1).any():
        refuse()
    ends = np.cumsum(np.minimum(sizes, len(arrays[names[0]]) + 1))  # a sum that cannot overflow
    if any(arrays[name].shape != (ends[-1],) or arrays[name].dtype.kind not in "bif" for name in names):
        refuse()
    for size, end in zip(sizes, ends):
        yield {name: arrays[name][end - size : end] for name in names}


def tree_counts(n_trees: Sequence[int], most: int) -> list[int]:
    """Return numbers of first trees, checked to be of 1 to `most`; ValueError if not."""
    counts = [int(n) for n in n_trees]
    if not counts or min(counts) < 1 or max(counts) > most:
        raise ValueError(f"numbers of trees must be 1 to {most}, got {counts}.")
    return counts


def forest_to_arrays(forest: RandomForestRegressor, drawn: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
    """Return what a forest predicts with, and the value drawn for each leaf, as `join_trees` does."""
    trees = []
    for estimator, values in zip(forest.estimators_, drawn):
        nodes = estimator.tree_.__getstate__()["nodes"]
        tree = {name: nodes[name].astype(np.int32) for name in _FIELDS[:3]}
        trees.append(
            {**tree, "threshold": nodes["threshold"], "value": estimator.tree_.value[:, 0, 0], "drawn": values}
        )
    return join_trees(trees)


def forest_from_arrays(
    arrays: dict[str, np.ndarray], n_features: int
) -> tuple[RandomForestRegressor, list[np.ndarray]]:
    """Return the forest and the values of `forest_to_arrays`; ModelFileError if they cannot be followed."""
    parts = list(part_trees(arrays, (*_FIELDS, "value", "drawn")))
    forest = RandomForestRegressor(n_estimators=len(parts))
    forest.n_features_in_, forest.n_outputs_ = n_features, 1
    forest.estimators_ = [_tree(part, n_features) for part in parts]
    return forest, [part["drawn"].astype(np.float32) for part in parts]


def _tree(arrays: dict[str, np.ndarray], n_features: int) -> DecisionTreeRegressor:
    left, right, feature = (arrays[name].astype(np.int64) for name in _FIELDS[:3])
    leaf = (left == -1) & (right == -1)
    check_nodes(leaf, left, right, feature, n_features)
    empty = Tree(n_features, np.array([1], np.intp), 1)
    nodes = np.zeros(len(left), _node_type())  # what only growing a tree needs stays 0
    for name, values in zip(_FIELDS, (left, right, feature, arrays["threshold"])):
        nodes[name] = values
    depth, level = 0, np.array([0])
    while len(level := level[~leaf[level]]):
        # each node once, though two parents may share a child in a file that nobody here wrote
        level, depth = np.unique(np.concatenate([left[level], right[level]])), depth + 1
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
