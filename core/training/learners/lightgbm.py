# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradient boosted trees, by LightGBM."""

from __future__ import annotations

from collections.abc import Sequence

import lightgbm
import numpy as np

from ...base.errors import ModelFileError
from .estimator import OUTER
from .options import LightGBMOptions
from .outer import SIDES, BoostedQuantiles
from .trees import refuse, tree_counts


class LightGBMLearner(BoostedQuantiles):
    """Boosted trees; see `LightGBMOptions`. NaN goes to the side of each split where it does less harm."""

    OPTIONS = LightGBMOptions
    TAKES_GAPS = True

    def predict_staged(self, X: np.ndarray, n_trees: Sequence[int]) -> np.ndarray:
        """Return what the first trees alone predict, shape (len(n_trees), n), m3 m-3.

        Raises
        ------
        ValueError
            If a number is below 1 or above that of the trees asked for in the options.
        """
        X = self._seen(X)
        counts = tree_counts(n_trees, self.settings.n_trees or self.model_.num_trees())  # it may have stopped before
        return np.stack([self.model_.predict(X, num_iteration=n, num_threads=self.threads) for n in counts])

    def _fit(self, X, y, sample_weight, progress):
        o = self.settings.sized(len(X))
        settings = {
            "learning_rate": o.learning_rate,
            "num_leaves": o.n_leaves,
            "max_depth": o.max_depth or -1,
            "min_data_in_leaf": o.min_samples_leaf,
            "max_bin": o.max_bins,
            "feature_fraction": o.feature_fraction,
            "bagging_fraction": o.sample_fraction,
            "bagging_freq": int(o.sample_fraction < 1),
            "seed": self.seed,
            "num_threads": self._threads_for(X),
            "deterministic": True,
            "force_row_wise": True,  # else the fastest way is timed anew, and sums differ from run to run
            "verbosity": -1,
        }

        data = lightgbm.Dataset(X, y, weight=sample_weight)

        def train(objective, part):
            def tell(env):
                part.at((env.iteration + 1) / o.n_trees)

            return lightgbm.train({**settings, **objective}, data, num_boost_round=o.n_trees, callbacks=[tell])

        slopes = self._slopes()
        objectives = [{"objective": "regression", **({"monotone_constraints": slopes} if slopes else {})}]
        if o.quantiles:
            # LightGBM cannot hold quantiles to slopes: the spread alone rests on them
            objectives += [{"objective": "quantile", "alpha": alpha} for alpha in OUTER]
        self.model_, *outer = [train(objective, part) for objective, part in progress.parts(objectives)]
        self.outer_ = tuple(outer)

    def _predict_by(self, model, X):
        return model.predict(X, num_threads=self.threads)

    def split_gain(self):
        """Return the gain of all splits by each feature."""
        return self.model_.feature_importance("gain")

    def _state(self):
        """Return LightGBM's own text, without settings that only learning needs."""
        models = dict(zip(("text", *_OUTER_TEXTS), (self.model_, *self.outer_)))
        return {name: _text_of(model) for name, model in models.items()}

    def _restore(self, state):
        self.model_ = self._booster(state["text"])
        self.outer_ = tuple(self._booster(state[name]) for name in _OUTER_TEXTS if _OUTER_TEXTS[0] in state)

    def _booster(self, text: np.ndarray) -> lightgbm.Booster:
        try:
            model = lightgbm.Booster(model_str=checked_text(text.tobytes().decode("utf-8")))
            features = model.num_feature()
        except (KeyError, UnicodeDecodeError, OverflowError, lightgbm.basic.LightGBMError) as error:
            raise ModelFileError(f"The weights are no LightGBM model: {error}. Train again.") from error
        if features != self.n_features_in_:
            raise ModelFileError(f"The weights are of {features} covariates, not of {self.n_features_in_}.")
        return model


_OUTER_TEXTS = tuple(f"text_{side}" for side in SIDES)


def _text_of(model: lightgbm.Booster) -> np.ndarray:
    return np.frombuffer(checked_text(model.model_to_string(num_iteration=-1)).encode("utf-8"), np.uint8)


_OBJECTIVES = ("regression", "quantile")
_HEADER = ("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective",
           "feature_names", "feature_infos")  # fmt: skip
_PER_SPLIT = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child",
              "internal_value", "internal_weight", "internal_count")  # fmt: skip
_PER_LEAF = ("leaf_value", "leaf_weight", "leaf_count")


def checked_text(text: str) -> str:
    """Return a model text anew from what was checked in it, and no more.

    Its trees may not point outside of themselves, in a circle or at features that there are not: LightGBM follows them
    without a look, so that a crafted file could have it read anywhere. What it would read besides, such as the places
    in the text where trees begin, is left out.

    Raises
    ------
    ModelFileError
    """
    head, *trees = text.split("\nend of trees")[0].split("\nTree=")
    header = _entries(head)
    n_features = int(header["max_feature_idx"]) + 1
    objective = header["objective"].split(" ")[0]  # of a quantile its level stands behind
    if (header["num_class"], header["num_tree_per_iteration"]) != ("1", "1") or objective not in _OBJECTIVES:
        raise ModelFileError("The weights are of a kind of LightGBM that no model of SoilSharp has.")
    if any(len(header[name].split()) != n_features for name in ("feature_names", "feature_infos")):
        raise ModelFileError(f"The weights do not name {n_features} covariates.")
    parts = ["tree\n" + _lines(header, _HEADER)]
    for number, entries in enumerate(map(_entries, trees)):
        _check_tree(entries, n_features)
        plain = _lines(entries, ("num_leaves", "num_cat", *_PER_SPLIT, *_PER_LEAF, "shrinkage"))
        parts.append(f"Tree={number}\n{plain}is_linear=0\n\n")
    return "\n".join([*parts, "end of trees\n"])


def _check_tree(entries: dict[str, str], n_features: int) -> None:
    n_leaves = int(entries["num_leaves"])
    n_splits = n_leaves - 1
    if n_leaves < 1 or entries["num_cat"] != "0" or entries.get("is_linear", "0") != "0":
        refuse()
    # a tree without a split lacks what is per leaf but the value
    fits = all(len(entries.get(name, "").split()) == n_splits for name in _PER_SPLIT)
    fits &= all(len(entries.get(name, "").split()) == n_leaves for name in (_PER_LEAF if n_splits else _PER_LEAF[:1]))
    if not fits:
        refuse()
    feature, left, right, decision = (
        np.array(entries.get(name, "").split(), np.int64)
        for name in ("split_feature", "left_child", "right_child", "decision_type")
    )
    number = np.arange(n_splits)
    # a child below 0 is a leaf, ~child its number; splits come after their parents: there is no way back
    children = [(c >= -n_leaves) & (c < n_splits) & ((c < 0) | (c > number)) for c in (left, right)]
    inside = (feature >= 0) & (feature < n_features) & (decision & 1 == 0)  # the lowest bit would mean classes
    if not (children[0] & children[1] & inside).all():
        refuse()


def _entries(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.splitlines() if "=" in line)


def _lines(entries: dict[str, str], names: Sequence[str]) -> str:
    return "".join(f"{name}={entries[name]}\n" for name in names if name in entries)


ESTIMATOR = LightGBMLearner
