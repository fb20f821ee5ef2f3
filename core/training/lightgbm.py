# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradient boosted trees, by LightGBM."""

from __future__ import annotations

import lightgbm
import numpy as np

from ..errors import ModelFileError
from .estimator import Estimator
from .learner_options import LightGBMOptions


class LightGBMLearner(Estimator):
    """Boosted trees; see `LightGBMOptions`. NaN goes to the side of each split where it does less harm."""

    OPTIONS = LightGBMOptions
    TAKES_GAPS = True

    def _fit(self, X, y, sample_weight, progress):
        o = self.settings
        settings = {
            "objective": "regression",
            "learning_rate": o.learning_rate,
            "num_leaves": o.n_leaves,
            "max_depth": o.max_depth or -1,
            "min_data_in_leaf": o.min_leaf,
            "max_bin": o.max_bins,
            "feature_fraction": o.feature_share,
            "seed": self.seed,
            "num_threads": self.threads,
            "deterministic": True,
            "force_row_wise": True,  # else the fastest way is timed anew, and sums differ from run to run
            "verbosity": -1,
        }

        def tell(env):
            progress.at((env.iteration + 1) / o.n_trees)

        data = lightgbm.Dataset(X, y, weight=sample_weight)
        self.model_ = lightgbm.train(settings, data, num_boost_round=o.n_trees, callbacks=[tell])

    def _predict(self, X):
        return self.model_.predict(X, num_threads=self.threads)

    def _state(self):
        """Return LightGBM's own text."""
        return {"text": np.frombuffer(self.model_.model_to_string().encode("utf-8"), np.uint8)}

    def _restore(self, state):
        try:
            text = state["text"].tobytes().decode("utf-8")
            check_trees(text)
            self.model_ = lightgbm.Booster(model_str=text)
            features = self.model_.num_feature()
        except (KeyError, UnicodeDecodeError, lightgbm.basic.LightGBMError) as error:
            raise ModelFileError(f"The weights are no LightGBM model: {error}. Train again.") from error
        if features != self.n_features_in_:
            raise ModelFileError(f"The weights are of {features} covariates, not of {self.n_features_in_}.")


def check_trees(text: str) -> None:
    """Refuse a model text whose trees point outside of themselves, in a circle or at features that there are not.

    LightGBM follows them without a look, so that a crafted file could have it read anywhere.
    """
    header, *trees = text.split("\nend of trees")[0].split("\nTree=")
    n_features = int(_entries(header)["max_feature_idx"]) + 1
    for entries in map(_entries, trees):
        n_leaves = int(entries["num_leaves"])
        n_splits = n_leaves - 1
        feature, left, right = (_whole(entries, key) for key in ("split_feature", "left_child", "right_child"))
        per_split = [len(entries.get(key, "").split()) for key in ("threshold", "decision_type")]
        number = np.arange(n_splits)
        sizes = [len(feature), len(left), len(right), *per_split]
        fits = n_leaves >= 1 and sizes == [n_splits] * 5 and len(entries["leaf_value"].split()) == n_leaves
        plain = entries["num_cat"] == "0" and entries.get("is_linear", "0") == "0"
        if fits and plain:
            # a child below 0 is a leaf, ~child its number; splits come after their parents: there is no way back
            children = [(c >= -n_leaves) & (c < n_splits) & ((c < 0) | (c > number)) for c in (left, right)]
            fits = all(c.all() for c in children) and bool(((feature >= 0) & (feature < n_features)).all())
        if not (fits and plain):
            raise ModelFileError("The weights hold a tree that leads nowhere. Ask for a new copy of the model.")


def _entries(block: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in block.splitlines() if "=" in line)


def _whole(entries: dict[str, str], key: str) -> np.ndarray:
    return np.array(entries.get(key, "").split(), np.int64)


ESTIMATOR = LightGBMLearner
