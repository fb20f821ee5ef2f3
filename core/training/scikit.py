# SPDX-License-Identifier: GPL-2.0-or-later
"""scikit-learn estimators to bytes and back, without a file that could run code."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np

from ..errors import ModelFileError

# all that the linear model and the forest are made of; anything else in a file is refused before it is loaded
_TYPES = {
    "builtins.str", "builtins.int", "builtins.float", "builtins.bool", "builtins.list", "builtins.tuple",
    "builtins.dict", "numpy.ndarray", "numpy.dtype", "numpy.float32", "numpy.float64", "numpy.int32", "numpy.int64",
    "sklearn.pipeline.Pipeline", "sklearn.preprocessing._data.StandardScaler", "sklearn.linear_model._ridge.Ridge",
    "sklearn.ensemble._forest.RandomForestRegressor", "sklearn.tree._classes.DecisionTreeRegressor",
    "sklearn.tree._tree.Tree",
}  # fmt: skip
_GREATEST_BYTES = 4 << 30  # unpacked; more is no model but a bomb


def dumps(estimator) -> bytes:
    """Return a fitted estimator as a skops file."""
    import skops.io

    return skops.io.dumps(estimator, compression=zipfile.ZIP_DEFLATED, compresslevel=1)


def loads(data: bytes, kind: type):
    """Return the estimator of a skops file.

    Raises
    ------
    ModelFileError
        If the file is damaged, holds a type that is not on our list, or is not of the kind expected.
    """
    import skops.io

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _GREATEST_BYTES:
                raise ModelFileError("The weights would unpack to more than 4 GB; this is no model of SoilSharp.")
            schema = json.loads(archive.read("schema.json"))
        strangers = sorted(_types(schema) - _TYPES)
        if strangers:
            raise ModelFileError(f"The weights hold types that no model of SoilSharp has: {', '.join(strangers)}.")
        # newer skops does not trust trees, whose node numbers nobody checks: `check_trees` does
        estimator = skops.io.loads(data, trusted=["sklearn.tree._tree.Tree"])
    except ModelFileError:
        raise
    except Exception as error:  # damaged bytes may break the reader anywhere
        raise ModelFileError(f"The weights cannot be read: {error}. Train again, or ask for a new copy.") from error
    if type(estimator) is not kind:
        raise ModelFileError(f"The weights are a {type(estimator).__name__}, not the {kind.__name__} expected.")
    return estimator


def check_trees(forest) -> None:
    """Refuse a forest whose nodes point outside of their tree, in a circle or at features that there are not.

    scikit-learn follows them without a look, so that a crafted file could have it read anywhere.
    """
    for tree in (estimator.tree_ for estimator in forest.estimators_):
        number = np.arange(tree.node_count)
        left, right = tree.children_left, tree.children_right
        leaf = (left == -1) & (right == -1)
        # children come after their parents, so there is no way back
        inner = (left > number) & (right > number) & (left < tree.node_count) & (right < tree.node_count)
        known = (tree.feature >= 0) & (tree.feature < forest.n_features_in_)
        fits = tree.n_features == forest.n_features_in_ and tree.value.shape == (tree.node_count, 1, 1)
        if not (fits and tree.node_count and (leaf | (inner & known)).all()):
            raise ModelFileError("The weights hold a tree that leads nowhere. Ask for a new copy of the model.")


def _types(node) -> set[str]:
    """Return the names of all types and functions that a skops schema mentions."""
    if isinstance(node, list):
        return set().union(*map(_types, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    own = {f"{node['__module__']}.{node['__class__']}"} if "__class__" in node and "__module__" in node else set()
    return own.union(*(_types(child) for child in node.values()))
