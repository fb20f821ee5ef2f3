# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradient boosted trees, by XGBoost."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import xgboost

from ...base.errors import ModelFileError, OptionError
from ...base.progress import Progress
from .estimator import OUTER
from .options import XGBoostOptions
from .outer import SIDES, BoostedQuantiles
from .trees import check_nodes, refuse, tree_counts

MEAN, QUANTILE = "reg:squarederror", "reg:quantileerror"
_OUTER_TEXTS = tuple(f"json_{side}" for side in SIDES)


class XGBoostLearner(BoostedQuantiles):
    """Boosted trees; see `XGBoostOptions`. NaN goes to the side of each split where it does less harm."""

    OPTIONS = XGBoostOptions
    TAKES_GAPS = True

    def predict_staged(self, X: np.ndarray, n_trees: Sequence[int]) -> np.ndarray:
        """Return what the first trees alone predict, shape (len(n_trees), n), m3 m-3.

        Raises
        ------
        ValueError
            If a number is below 1 or above that of the trees.
        """
        X = self._seen(X)
        counts = tree_counts(n_trees, self.model_.num_boosted_rounds())
        return np.stack([self.model_.inplace_predict(X, iteration_range=(0, n)) for n in counts])

    def _fit(self, X, y, sample_weight, progress):
        o = self.settings
        settings = {
            "tree_method": "hist",
            "learning_rate": o.learning_rate,
            "max_depth": o.max_depth,
            "min_child_weight": o.min_child_weight,
            "subsample": o.sample_fraction,
            "colsample_bytree": o.feature_fraction,
            "reg_lambda": o.l2_regularization,
            "seed": self.seed,
            "nthread": self._threads_for(X),
            "verbosity": 0,
        }
        data = xgboost.DMatrix(X, y, weight=sample_weight, nthread=self._threads_for(X) or None)

        def train(objective, part):
            told = [_Tell(part, o.n_trees)]
            model = xgboost.train({**settings, **objective}, data, o.n_trees, callbacks=told)
            model.set_param({"nthread": self.threads})  # for predictions, which may be of many more rows
            return model

        objectives = self._objectives(y, sample_weight)
        self.model_, *outer = [train(objective, part) for objective, part in progress.parts(objectives)]
        self.outer_ = tuple(outer)

    def _objectives(self, y, sample_weight):
        """Return what is learned: the mean, and the quantiles where they are asked for."""
        slopes = self._slopes()
        mean = float(np.average(y, weights=sample_weight))  # before 2.0 it would be 0.5
        objectives = [{"objective": MEAN, "base_score": mean}]
        if slopes:
            objectives[0]["monotone_constraints"] = tuple(slopes)
        if self.settings.quantiles:
            if int(xgboost.__version__.split(".")[0]) < 2:
                raise OptionError(
                    f"XGBoost {xgboost.__version__} learns no quantiles; that needs 2.0. Install a newer one, or "
                    "switch the learner's own uncertainty off."
                )
            # as LightGBM's, they are not held to slopes: the spread alone rests on them
            objectives += [
                {"objective": QUANTILE, "quantile_alpha": alpha, "base_score": float(np.quantile(y, alpha))}
                for alpha in OUTER
            ]
        return objectives

    def _predict_by(self, model, X):
        return model.inplace_predict(X)

    def split_gain(self):
        """Return the gain of all splits by each feature."""
        found = self.model_.get_score(importance_type="total_gain")
        return np.array([found.get(f"f{i}", 0.0) for i in range(self.n_features_in_)])

    def _state(self):
        """Return XGBoost's own JSON texts."""
        models = dict(zip(("json", *_OUTER_TEXTS), (self.model_, *self.outer_)))
        return {name: np.frombuffer(bytes(model.save_raw("json")), np.uint8) for name, model in models.items()}

    def _restore(self, state):
        self.model_ = self._booster(state["json"], MEAN)
        self.outer_ = tuple(self._booster(state[name], QUANTILE) for name in _OUTER_TEXTS if _OUTER_TEXTS[0] in state)

    def _booster(self, text: np.ndarray, objective: str) -> xgboost.Booster:
        try:
            model = json.loads(text.tobytes())
            check_model(model, self.n_features_in_, objective)
            param = model["learner"]["learner_model_param"]
            param["base_score"] = repr(float(param["base_score"].strip("[]")))  # a list since 3.1
            # what was checked is written anew: of a name that stands twice, XGBoost might take the other one
            return xgboost.Booster({"nthread": self.threads}, model_file=bytearray(json.dumps(model).encode()))
        except (LookupError, RecursionError, xgboost.core.XGBoostError) as error:
            raise ModelFileError(f"The weights are no XGBoost model: {error}. Train again.") from error


class _Tell(xgboost.callback.TrainingCallback):
    """Reports after each tree, and stops when asked."""

    def __init__(self, progress: Progress, n_trees: int):
        self.progress, self.n_trees = progress, n_trees

    def after_iteration(self, model, epoch, evals_log):
        self.progress.at((epoch + 1) / self.n_trees)
        return False


def check_model(model: dict, n_features: int, objective: str = MEAN) -> None:
    """Refuse a model that is not of plain trees, or whose trees cannot be followed.

    Raises
    ------
    ModelFileError
    """
    learner = model["learner"]
    booster, param = learner["gradient_booster"], learner["learner_model_param"]
    kinds = (booster["name"], learner["objective"]["name"], param["num_class"], param.get("num_target", "1"))
    if kinds != ("gbtree", objective, "0", "1"):
        raise ModelFileError(f"The weights are of the kind {kinds}, which no model of SoilSharp has.")
    if param["num_feature"] != str(n_features):
        raise ModelFileError(f"The weights are of {param['num_feature']} covariates, not of {n_features}.")
    model = booster["model"]
    trees, param = model["trees"], model["gbtree_model_param"]
    counts = (int(param["num_trees"]), int(param.get("num_parallel_tree", "1")))
    rounds = model.get("iteration_indptr", list(range(len(trees) + 1)))
    if counts != (len(trees), 1) or model["tree_info"] != [0] * len(trees) or rounds != list(range(len(trees) + 1)):
        refuse()
    for number, tree in enumerate(trees):
        if tree["id"] != number:
            refuse()
        _check_tree(tree, n_features)


_INDICES = ("left_children", "right_children", "parents", "split_indices", "split_type", "default_left")
_NUMBERS = ("split_conditions", "base_weights", "loss_changes", "sum_hessian")


def _check_tree(tree: dict, n_features: int) -> None:
    whole = {name: np.array(tree[name]) for name in _INDICES}
    arrays = {**whole, **{name: np.array(tree[name]) for name in _NUMBERS}}
    n_nodes, param = len(whole["left_children"]), tree["tree_param"]
    if any(values.shape != (n_nodes,) or values.dtype.kind not in "bif" for values in arrays.values()):
        refuse()
    if not n_nodes or any(values.dtype.kind == "f" for values in whole.values()):
        refuse()
    sizes = (param["num_nodes"], param["num_feature"], param["num_deleted"])
    plain = param["size_leaf_vector"] in ("0", "1") and not whole["split_type"].any()
    if sizes != (str(n_nodes), str(n_features), "0") or not plain or "leaf_weights" in tree:
        refuse()
    if any(tree.get(name) for name in ("categories", "categories_nodes", "categories_segments", "categories_sizes")):
        refuse()
    left, right = (whole[name].astype(np.int64) for name in ("left_children", "right_children"))
    leaf = (left == -1) & (right == -1)
    check_nodes(leaf, left, right, whole["split_indices"].astype(np.int64), n_features)
    inner = np.flatnonzero(~leaf)
    parents = whole["parents"]
    # each node but the first is the child of one parent, which it knows
    children = np.concatenate([left[inner], right[inner]])
    known = (parents[left[inner]] == inner).all() and (parents[right[inner]] == inner).all()
    if not known or len(np.unique(children)) != len(children) or len(children) != n_nodes - 1:
        refuse()


ESTIMATOR = XGBoostLearner
