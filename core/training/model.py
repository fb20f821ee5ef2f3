# SPDX-License-Identifier: GPL-2.0-or-later
"""A model and its passport: what recipes made of samples, and what is known of it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from ..base.describe import described
from ..base.errors import InputError
from ..base.names import class_column, class_of, folded
from ..base.periods import period_starts
from ..base.version import installed
from ..report.words import passport_facts
from ..samples.samples import Samples
from ..scoring.calibration import Calibration, calibrated
from ..scoring.predictions import Predictions
from .blend import Blend, CoarseFacts
from .cell_errors import CellErrors
from .fitted import Fitted
from .model_file import VERSION, read_model, write_model
from .recipe import Recipe
from .settings import FoldOptions

T = TypeVar("T")


@dataclass(frozen=True)
class Model:
    """What a learner made of samples.

    Attributes
    ----------
    passport : dict
        Covariates with names, units, ranges and rules; target; grid; period; parts and members; what it knows of the
        coarse product; fold scores; seed; versions.
    fitted : Fitted or Blend
        Of columns in the order of the passport. A blend if there are several parts.
    held_out : Predictions or None
        What the folds of training said of rows that they had not learned from, beside baselines. A model that was read
        from a file has none.

    Examples
    --------
    >>> import soilsharp
    >>> samples = soilsharp.sample("study.json").select(["ndvi", "sand"])
    >>> soilsharp.train(samples, "linear", folds="date").write("model.soilsharp")
    >>> model = soilsharp.Model.read("model.soilsharp")
    >>> model.names, model.passport["n_samples"]
    (('ndvi', 'sand'), 144)
    >>> model.predict([[0.5, 40.0]])
    array([0.2...], dtype=float32)
    """

    passport: dict
    fitted: Fitted | Blend
    held_out: Predictions | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        samples: Samples,
        recipes: Sequence[Recipe],
        fitted: Fitted | Blend,
        folds: FoldOptions,
        fold_scores: dict | None,
        coarse: CoarseFacts | None,
        seed: int,
        held_out: Predictions | None = None,
        errors: CellErrors | None = None,
    ) -> Model:
        """Write the passport of what recipes made of samples."""
        facts = samples.facts
        shares = fitted.shares if isinstance(fitted, Blend) else np.ones(1)
        passport = {
            "soilsharp": "model",
            "version": VERSION,
            "learner": " + ".join(recipe.label for recipe in recipes),
            "parts": [_part_told(recipe, share) for recipe, share in zip(recipes, shares)],
            "level": fitted.level if isinstance(fitted, Blend) else 0.0,
            "coarse": _plain_numbers(coarse.as_dict()) if coarse else None,
            "covariates": _covariates_told(samples),
            "target": facts.get("target", "table"),
            "study": facts.get("study", ""),
            "grid": facts.get("grid"),
            "n_samples": len(samples),
            "seed": seed,
            "folds": folds.as_dict(),
            "fold_scores": _plain_numbers(fold_scores),
            "calibration": told.as_dict() if (told := _calibration(samples, held_out, folds)) else None,
            "cell_errors": errors.as_dict() if errors else None,
            # the model first, then what there is without it, all of the same rows
            "held_out_scores": _plain_numbers(held_out.scores()) if held_out is not None else None,
            "account": _plain_numbers(fitted.account),
            "versions": _versions(fitted),
        }
        if "date" in samples.index:
            passport["period"] = [f"{samples.index['date'].agg(end):%Y-%m-%d}" for end in ("min", "max")]
        if "station" in samples.index:
            passport["stations"] = sorted(samples.index["station"].astype(str).unique())
        return cls(passport, fitted, held_out)

    def __repr__(self) -> str:
        facts = passport_facts(self.passport)
        return described(f"Model: {facts.pop('Model')}", facts)

    @property
    def names(self) -> tuple[str, ...]:
        """The covariates, in the order of the columns of X."""
        return tuple(entry["name"] for entry in self.passport["covariates"])

    @property
    def scores(self) -> dict[str, float]:
        """The scores of cross-validation, over all folds together, by the names of `METRICS`; none without folds."""
        return dict((self.passport["fold_scores"] or {}).get("pooled", {}))

    @property
    def takes_gaps(self) -> np.ndarray:
        """Whether each covariate may be NaN, since samples without it were learned from; shape (covariates,)."""
        return np.array([entry["gaps"] for entry in self.passport["covariates"]])

    @property
    def parts(self) -> tuple[Fitted, ...]:
        """What each recipe made."""
        return self.fitted.parts if isinstance(self.fitted, Blend) else (self.fitted,)

    @property
    def coarse(self) -> CoarseFacts | None:
        """What it knows of the coarse product that it learned from; None if it learned from something else."""
        known = self.passport.get("coarse")
        return CoarseFacts.from_dict(known) if known else None

    def detail(self, weights: np.ndarray) -> Model:
        """Return the model that predicts the weighted sum of its parts, for maps whose level kriging sets."""
        return Model(self.passport, Blend(self.parts, np.asarray(weights, float)))

    def stands_in(self, day: np.datetime64) -> str:
        """Return of which days the model is that speaks on a day, where the day's own period had too few samples.

        The first day of their period, of several parts with commas between them; "all days" where no period had samples
        enough; '' where it is the period of the day itself, or the model has no periods.
        """
        found = []
        for part, told in zip(self.parts, self.passport["parts"]):
            scheme = told["scheme"]
            if scheme["scheme"] != "per_period":
                continue
            start = part.speaks_from(day)
            if start is None:
                found.append("all days")
            elif start != period_starts(np.array([day]), scheme["period"])[0]:
                found.append(str(start))
        return ", ".join(dict.fromkeys(found))

    def on(self, day: np.datetime64 | None) -> Model:
        """Return the model of one day: of one with a part for each period, the part that counts."""
        return Model(self.passport, self.fitted.on(day))

    def predict(self, X: np.ndarray, days: np.ndarray | None = None) -> np.ndarray:
        """Return soil moisture in m3 m-3, shape (n,), float32, never below 0; NaN where a covariate is unknown.

        A covariate may be NaN if samples without it were learned from, but not all of them; see `takes_gaps`.

        Parameters
        ----------
        X : ndarray, shape (n, covariates)
        days : ndarray of datetime64[D], shape (n,) or one
            Needed by models that have a part for each period.
        """
        X = np.asarray(X)
        return self._where_known(X, np.maximum(self.fitted.predict(X, days), 0))

    @property
    def knows_sd(self) -> bool:
        """Whether it tells the standard deviation of its predictions.

        Ensembles, forests and some networks do, and all models of which folds have held out whole stations or cells of
        a coarse product.
        """
        return self.fitted.knows_sd or self.calibration is not None or self.cell_errors is not None

    @property
    def calibration(self) -> Calibration | None:
        """How wide a band must be, by the stations that folds held out; None where there were none."""
        known = self.passport.get("calibration")
        return Calibration.from_dict(known) if known else None

    @property
    def cell_errors(self) -> CellErrors | None:
        """What held-out cells of a coarse product tell of the errors of pixels; None where there were none."""
        known = self.passport.get("cell_errors")
        return CellErrors.from_dict(known) if known else None

    def predict_sd(self, X: np.ndarray, days: np.ndarray | None = None) -> np.ndarray | None:
        """Return the standard deviation of predictions, m3 m-3, where `predict` has a value.

        Where stations were held out, 1.645 of it are half a band that holds 90 % of what was measured at others, once
        the error of the stations is added. Where cells of a coarse product were, it is the error of pixels that theirs
        lets expect. Else it is what the learner says itself. None of a model that does not know it; see `knows_sd`.
        """
        X = np.asarray(X)
        spread = self.fitted.predict_sd(X, days)
        if self.calibration is not None:
            spread = self.calibration.sd(spread, len(X))
        elif self.cell_errors is not None:
            spread = self.cell_errors.sd(spread, len(X))
        return None if spread is None else self._where_known(X, spread)

    def _where_known(self, X: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return values as float32, NaN where a covariate is unknown that must be known."""
        out = values.astype(np.float32)
        gaps = np.isnan(X)
        if gaps.any():
            out[gaps[:, ~self.takes_gaps].any(1) | gaps.all(1)] = np.nan
        return out

    def predict_samples(self, samples: Samples) -> np.ndarray:
        """Return soil moisture of every row in m3 m-3, shape (n,), float32; NaN where a covariate is unknown.

        Covariates are matched by name, as in `match_names`.
        """
        offered = with_classes(self.names, samples.names, samples.facts.get("classes", ()))
        X = samples.select(list(match_names(self.names, offered).values())).X
        return self.predict(X, samples.days)

    def write(self, path: str | os.PathLike) -> None:
        """Write the model file."""
        write_model(path, self.passport, self.parts)

    @classmethod
    def read(cls, path: str | os.PathLike) -> Model:
        """Open a model file.

        Raises
        ------
        ModelFileError
            If it is no model, was changed or damaged, is of another version of SoilSharp, or lacks a member.
        """
        return cls(*read_model(path))


def match_names(wanted: Sequence[str], offered: Mapping[str, T]) -> dict[str, T]:
    """Return what is offered for each wanted covariate, matched by name and never by order.

    Names match if they are equal but for case, blanks and dashes, as "Land Cover" and "land_cover".

    Raises
    ------
    InputError
        If a covariate is missing or two offers have its name; with all names.
    """
    plain: dict[str, list[tuple[str, T]]] = {}
    for name, value in offered.items():
        plain.setdefault(folded(name), []).append((name, value))
    twice = [found for key, found in plain.items() if len(found) > 1 and key in map(folded, wanted)]
    if twice:
        raise InputError(f"Two covariates have one name: {', '.join(name for name, _ in twice[0])}. Rename one.")
    missing = [name for name in wanted if folded(name) not in plain]
    if missing:
        raise InputError(
            f"The model needs the covariate{'s' if len(missing) > 1 else ''} {', '.join(missing)}, which "
            f"{'are' if len(missing) > 1 else 'is'} not given; given are {', '.join(offered) or 'none'}. "
            "Rename the layer to the covariate's name, or train with what there is."
        )
    return {name: plain[folded(name)][0][1] for name in wanted}


def with_classes(wanted: Sequence[str], names: Iterable[str], of_classes: Iterable[str]) -> dict[str, str]:
    """Return what can be offered to `match_names`: the names, and of those that hold classes the classes wanted.

    Parameters
    ----------
    wanted : sequence of str
        The covariates of a model, "land_cover=10" among them.
    names : iterable of str
        Those that there are, "Land Cover" among them.
    of_classes : iterable of str
        The ones whose numbers are names of classes.
    """
    offered = {name: name for name in names}
    for name in of_classes:
        for column, code in filter(None, map(class_of, wanted)):
            if folded(column) == folded(name):
                offered.setdefault(class_column(name, code), class_column(name, code))
    return offered


def _covariates_told(samples: Samples) -> list[dict]:
    """Return what a passport tells of each covariate: how it was made, and which values were learned from."""
    facts, gaps = samples.facts, np.isnan(samples.X).any(0)
    low, high = np.nanmin(samples.X, 0), np.nanmax(samples.X, 0)
    return [
        {
            "name": name,
            "unit": facts.get("units", {}).get(name, ""),
            "rule": facts.get("rules", {}).get(name, ""),
            "low": float(low[i]),
            "high": float(high[i]),
            "gaps": bool(gaps[i]),
            "classes": i in samples.categories,
            **({"levels": _levels(samples.X[:, i])} if i in samples.categories else {}),
        }
        for i, name in enumerate(samples.names)
    ]


def _part_told(recipe: Recipe, share: float) -> dict:
    """Return what a passport tells of a part: by which recipe it was made, and how much of it counts."""
    return {
        "label": recipe.label,
        "share": float(share),
        "scheme": recipe.scheme.as_dict(),
        "search": recipe.search.as_dict(),
        "weights": recipe.weights.as_dict(),
    }


def _calibration(samples: Samples, held_out: Predictions | None, folds: FoldOptions) -> Calibration | None:
    """Return the calibration of a model of stations; errors of coarse cells tell nothing of those inside them."""
    return None if samples.facts.get("target") == "coarse" else calibrated(held_out, folds.station_error)


def _levels(values: np.ndarray) -> list[float]:
    return np.unique(values[np.isfinite(values)]).tolist()


def _plain_numbers(values):
    """Return nested scores with None for NaN, which JSON does not know."""
    if isinstance(values, dict):
        return {key: _plain_numbers(value) for key, value in values.items()}
    if isinstance(values, list):
        return [_plain_numbers(value) for value in values]
    return None if isinstance(values, float) and not np.isfinite(values) else values


def _versions(fitted: Fitted | Blend) -> dict[str, str]:
    found = {"python": platform.python_version(), "numpy": np.__version__}
    for package in {package for member in fitted.members for package in member.learner.needs}:
        found |= installed(
            {"sklearn": ("scikit-learn",), "xgboost": ("xgboost", "xgboost-cpu")}.get(package, (package,))
        )
    return dict(sorted(found.items()))
