# SPDX-License-Identifier: GPL-2.0-or-later
"""What a model goes by: SHAP values, importances, partial dependence, and whether the directions make sense."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...base.errors import InputError
from ...base.extras import require
from ...base.progress import SILENT, Progress
from ...base.tables import write_csv
from ...samples.samples import Samples
from ..blend import Blend
from ..fitted import Fitted, gain_fraction
from ..settings import ExplainOptions
from .directions import class_sentences, direction_sentences, directions, importance_summary
from .effects import dependence_by_class, directions_by_class, effects, groups_of, told_of
from .shap_values import how_computed, packages_for, shap_values, speakers

if TYPE_CHECKING:
    from ..model import Model

MIN_SAMPLES = 10
MAX_ON_CURVES = 300  # samples whose curves a partial dependence is the mean of
MAX_CLASSES = 20
ROWS_AT_ONCE = 500  # rows predicted between two looks at whether to stop


@dataclass(frozen=True, repr=False)
class Explanation:
    """What a model goes by, on m of the samples.

    Attributes
    ----------
    names, units : tuple of str
        Of the covariates.
    classes : tuple of int
        Numbers of those whose values are names of classes.
    index : DataFrame, m rows
        Which samples these are; the index is their row in the table of samples.
    X : ndarray, shape (m, covariates)
    observed, predicted, base : ndarray, shape (m,), m3 m-3
    values : ndarray, shape (m, covariates), m3 m-3
        SHAP values: their sum and `base` is `predicted`.
    importance : DataFrame
        One row a covariate, the most important first: covariate, unit; shap (mean of the absolute SHAP values, m3 m-3)
        and shap_fraction; permutation (growth of the RMSE when it is shuffled, m3 m-3) and permutation_sd;
        gain_fraction, NaN where no learner tells it; drop_one (growth of the folds' RMSE when it is left out, m3 m-3),
        NaN if not asked for; and the columns of `directions`.
    periods : DataFrame
        Of models with a part for each period: period, covariate, shap_fraction and gain_fraction; else empty.
    curves : DataFrame
        Partial dependence: covariate, value, predicted (m3 m-3).
    lines : dict of str to ndarray, shape (some, points)
        Curves of single samples behind those of the covariates.
    warnings : tuple of str
    facts : dict
    effects : DataFrame
        Accumulated local effects and partial dependence of all samples and by class: covariate, group ("all" or a
        class), curve ("ALE" or "PD"), value, effect (m3 m-3, from the mean), n.
    by_class : DataFrame
        Directions by class: group, cover, n, covariate, and the columns of `directions`; empty without classes.
    class_words : dict of str to dict
        What the classes of covariates are called, by their numbers as text, where that is known.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    classes: tuple[int, ...]
    index: pd.DataFrame
    X: np.ndarray
    observed: np.ndarray
    predicted: np.ndarray
    base: np.ndarray
    values: np.ndarray
    importance: pd.DataFrame
    periods: pd.DataFrame
    curves: pd.DataFrame
    lines: dict
    warnings: tuple[str, ...]
    facts: dict
    effects: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_class: pd.DataFrame = field(default_factory=pd.DataFrame)
    class_words: dict = field(default_factory=dict)

    def __repr__(self) -> str:
        return "\n".join([self.summary, *self.against])

    @property
    def summary(self) -> str:
        """What counts most, and how many directions are as physics expects."""
        return importance_summary(self.importance)

    @property
    def against(self) -> list[str]:
        """A sentence on each direction that physics does not expect, of all samples and then by class."""
        contradicted = self.importance.loc[self.importance["verdict"] == "contradicts", "covariate"]
        of_all = [self.sentences[name] for name in contradicted]
        return of_all + (class_sentences(self.by_class) if len(self.by_class) else [])

    @property
    def sentences(self) -> dict[str, str]:
        """For each covariate that is used, in words, which way the model answers to it and whether that is expected."""
        return direction_sentences(self.importance, self.X, self.names, self.classes)

    @property
    def period_table(self) -> pd.DataFrame:
        """Mean and SD over the periods of the fraction of the importance that is each covariate's (Rao et al. 2022)."""
        if self.periods.empty:
            return pd.DataFrame()
        shares = self.periods.drop(columns="period").groupby("covariate").agg(["mean", "std"])
        shares.columns = ["_".join(name).replace("_std", "_sd") for name in shares.columns]
        return shares.reindex(self.importance["covariate"]).dropna(axis=1, how="all").reset_index()

    def write_importance(self, path: str | os.PathLike) -> None:
        """Write the importances and directions, and the spread over periods where there are some."""
        table, spread = self.importance, self.period_table
        write_csv(path, table.merge(spread, on="covariate") if len(spread) else table, float_format="%.6g")

    def write_shap(self, path: str | os.PathLike) -> None:
        """Write the SHAP values, one row a sample, with the values of the covariates beside them."""
        found = pd.DataFrame(self.values, self.index.index, [f"shap_{name}" for name in self.names])
        given = pd.DataFrame(self.X, self.index.index, list(self.names))
        known = {"observed": self.observed, "predicted": self.predicted, "base": self.base}
        table = pd.concat([self.index.assign(**known), found, given], axis=1)
        write_csv(path, table.rename_axis("row").reset_index(), float_format="%.6g", date_format="%Y-%m-%d")

    def write_curves(self, path: str | os.PathLike) -> None:
        """Write the partial dependence."""
        write_csv(path, self.curves, float_format="%.6g")

    def write_effects(self, path: str | os.PathLike) -> None:
        """Write the accumulated local effects and partial dependence, of all samples and by class."""
        write_csv(path, self.effects, float_format="%.6g")

    def write_classes(self, path: str | os.PathLike) -> None:
        """Write the directions by class."""
        write_csv(path, self.by_class, float_format="%.6g")


def explain(
    model: Model,
    samples: Samples,
    options: ExplainOptions = ExplainOptions(),
    seed: int = 0,
    progress: Progress = SILENT,
) -> Explanation:
    """Say what a model goes by on samples.

    Parameters
    ----------
    model : Model
    samples : Samples
        With all of its covariates, matched by name; best those that it has not learned from.
    options : ExplainOptions, optional
    seed : int
        Of the choice of samples, of shuffles, and of what SHAP draws.

    Raises
    ------
    InputError
        If a covariate is missing, too few samples are complete, or dates are needed and missing.
    MissingPackage
        If SHAP values of its learner need a package that is not there.

    References
    ----------
    Accumulated local effects: Apley & Zhu 2020. SHAP: Lundberg et al. 2020, as in Jääskeläinen et al. 2025, Figure 2.
    Mean and SD over periods: Rao et al. 2022, Figure 13. Permutation: Breiman 2001, as in Li et al. 2022, section 4.1.
    """
    require(*packages_for(model.fitted))
    warnings: list[str] = []
    groups, covers = groups_of(samples, options.by, options.legend)
    samples, rows = usable(model, samples, warnings)
    chosen = np.arange(len(samples))
    if len(chosen) > options.max_samples:
        chosen = np.sort(np.random.default_rng(seed).choice(len(chosen), options.max_samples, replace=False))
    part = samples.rows(chosen)
    if _seen(model, samples):
        warnings.append(
            "The model has learned from these samples or their neighbours: permutation importance tells what it uses, "
            "not what helps it where it has not been. Give samples that were held out for that."
        )

    def ask(X, days, step):
        return _predict(model.fitted, X, days, step)

    loss, first = np.full(len(model.names), np.nan), progress.part(0, 0.3 if options.drop_one else 1)
    predicted = ask(part.X, part.days, first.part(0, 0.03))
    values, base = shap_values(model.fitted, part.X, samples.X, seed, first.part(0.03, 0.6), part.days, samples.days)
    shuffled = permutation_importance(ask, part.X, part.y, part.days, options.n_shuffles, seed, first.part(0.6, 0.8))
    curves, lines = partial_dependence(ask, part, options.n_points, seed, first.part(0.8, 0.9))
    groups = groups[rows[chosen]]
    told = told_of(groups, covers)
    local = effects(ask, part, groups, told, options.n_points, first.part(0.9, 1))
    drawn = _on_curves(len(part), seed)
    dependence = dependence_by_class(part.rows(drawn), curves, lines, groups[drawn], told)
    if options.drop_one and len(loss) > 1:
        from .drop_one import losses_without

        loss = losses_without(model, samples, seed, progress=progress.part(0.3, 1))
    names, gains = part.names, gain_fractions(model.fitted)
    return Explanation(
        names=names,
        units=tuple(samples.facts.get("units", {}).get(name, "") for name in names),
        classes=part.categories,
        index=part.index.set_axis(rows[chosen]),
        X=part.X,
        observed=part.y,
        predicted=predicted,
        base=base,
        values=values,
        importance=_importance(part, values, shuffled, gains, loss),
        periods=_periods(model.fitted, part, values, gains),
        curves=curves,
        lines=lines,
        warnings=tuple(warnings),
        facts={
            "Samples explained": f"{len(part)} of {len(rows)}",
            "SHAP values": how_computed(model.fitted),
            "Seed of the explanation": seed,
        },
        effects=pd.concat([local, dependence], ignore_index=True),
        by_class=directions_by_class(part, values, groups, covers, told),
        class_words={name: part.class_words(name) for name in names},
    )


def permutation_importance(
    ask: Callable, X: np.ndarray, y: np.ndarray, days, n_shuffles: int, seed: int = 0, progress: Progress = SILENT
) -> np.ndarray:
    """Return by how much the RMSE grows when each covariate is shuffled, m3 m-3, shape (features, shuffles).

    Parameters
    ----------
    ask : callable
        Gives predictions for X, days and a progress.
    X : ndarray, shape (n, features)
    y : ndarray, shape (n,), m3 m-3
    days : ndarray, shape (n,), or None
    """
    rng, growth = np.random.default_rng(seed), np.empty((X.shape[1], n_shuffles))
    right = _rmse(ask(X, days, progress.part(0, 0)), y)
    turns = [(f, k) for f in range(X.shape[1]) for k in range(n_shuffles)]
    for f, k in progress.over(turns):
        shuffled = X.copy()
        shuffled[:, f] = rng.permutation(X[:, f])
        growth[f, k] = _rmse(ask(shuffled, days, progress.part(0, 0)), y) - right
    return growth


def partial_dependence(
    ask: Callable, samples: Samples, n_points: int, seed: int = 0, progress: Progress = SILENT
) -> tuple[pd.DataFrame, dict]:
    """Return the mean prediction when all samples have one value of a covariate, over its 5th to 95th percentile.

    Returns
    -------
    curves : DataFrame
        covariate, value, predicted (m3 m-3).
    lines : dict of str to ndarray, shape (samples, points)
        The predictions of each sample that the curves are the means of.

    References
    ----------
    Friedman 2001; lines of single samples: Goldstein et al. 2015.
    """
    some = _on_curves(len(samples), seed)
    X, days, curves, lines = samples.X[some], None if samples.days is None else samples.days[some], [], {}
    for f in progress.over(range(X.shape[1])):
        grid, found = _grid(samples.X[:, f], f in samples.categories, n_points), []
        for value in grid:
            changed = X.copy()
            changed[:, f] = value
            found.append(ask(changed, days, progress.part(0, 0)))
        name = samples.names[f]
        lines[name] = np.column_stack(found) if found else np.empty((len(some), 0))
        curves.append(pd.DataFrame({"covariate": name, "value": grid, "predicted": lines[name].mean(0)}))
    return pd.concat(curves, ignore_index=True), lines


def _on_curves(n: int, seed: int) -> np.ndarray:
    """Return the numbers of the samples whose curves a partial dependence is the mean of."""
    if n <= MAX_ON_CURVES:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, MAX_ON_CURVES, replace=False))


def gain_fractions(fitted: Fitted | Blend) -> np.ndarray:
    """Return the fraction of each covariate in what the splits of trees gained, shape (members, features).

    Of forests it is the node purity: what their splits take off the squared error. NaN where a learner has no trees.
    """
    return np.array([gain_fraction(member.estimator) for member in fitted.members])


def usable(model: Model, samples: Samples, warnings: list[str]) -> tuple[Samples, np.ndarray]:
    """Return the samples with the model's covariates in all rows that it can predict, and their numbers."""
    from ..model import match_names, with_classes

    found = match_names(model.names, with_classes(model.names, samples.names, samples.facts.get("classes", ())))
    samples = samples.select([found[name] for name in model.names])
    samples = Samples(samples.X, samples.y, model.names, samples.index, _renamed(samples.facts, found))
    whole = (np.isfinite(samples.X) | (np.isnan(samples.X) & model.takes_gaps)).all(1) & np.isfinite(samples.y)
    if model.fitted.per_period and samples.days is not None:
        whole &= ~np.isnat(samples.days)
    if whole.sum() < MIN_SAMPLES:
        raise InputError(
            f"{whole.sum()} of {len(whole)} samples have soil moisture and all that the model needs; at least "
            f"{MIN_SAMPLES} are needed. Give samples with {', '.join(model.names)}."
        )
    if not whole.all():
        warnings.append(f"{(~whole).sum()} of {len(whole)} samples lack a number and are left out.")
    return samples.rows(whole), np.flatnonzero(whole)


def _renamed(facts: dict, found: dict) -> dict:
    """Return the facts of samples with the names that the model has for the covariates."""
    units, classes, called = facts.get("units", {}), facts.get("classes", ()), facts.get("class_names", {})
    return {
        **facts,
        "units": {name: units.get(own, "") for name, own in found.items()},
        "class_names": {**called, **{name: called[own] for name, own in found.items() if own in called}},
        "classes": [name for name, own in found.items() if own in classes],
    }


def _seen(model: Model, samples: Samples) -> bool:
    """Return whether the model may have learned from some of the samples: their stations in its period."""
    period, stations = model.passport.get("period"), model.passport.get("stations")
    if period and samples.days is not None:
        first, last = np.array(period, "datetime64[D]")
        if not ((samples.days >= first) & (samples.days <= last)).any():
            return False
    if stations and "station" in samples.index:
        return bool(samples.index["station"].astype(str).isin(stations).any())
    return True


def _predict(fitted: Fitted | Blend, X: np.ndarray, days: np.ndarray | None, progress: Progress) -> np.ndarray:
    found = []
    for start in range(0, len(X), ROWS_AT_ONCE):
        progress.check()
        rows = slice(start, start + ROWS_AT_ONCE)
        found.append(fitted.predict(X[rows], None if days is None else days[rows]))
    return np.concatenate(found)


def _rmse(predicted: np.ndarray, observed: np.ndarray) -> float:
    return float(np.sqrt(np.mean((predicted - observed) ** 2)))


def _grid(values: np.ndarray, are_classes: bool, n_points: int) -> np.ndarray:
    """Return the values of a covariate that its curve is drawn for."""
    values = values[np.isfinite(values)]
    unique, count = np.unique(values, return_counts=True)
    if are_classes:
        return unique[np.sort(np.argsort(-count, kind="stable")[:MAX_CLASSES])]
    if len(unique) <= 2:
        return unique
    low, high = np.quantile(values, [0.05, 0.95])
    inner = unique[(unique >= low) & (unique <= high)]
    return inner if len(inner) <= n_points else np.linspace(low, high, n_points)


def _importance(samples: Samples, values: np.ndarray, shuffled: np.ndarray, gains: np.ndarray, loss: np.ndarray):
    size = np.abs(values).mean(0)
    known = ~np.isnan(gains).all(1)
    table = pd.DataFrame(
        {
            "covariate": samples.names,
            "unit": [samples.facts["units"][name] for name in samples.names],
            "shap": size,
            "shap_fraction": _shares(size),
            "permutation": shuffled.mean(1),
            "permutation_sd": shuffled.std(1),
            "gain_fraction": gains[known].mean(0) if known.any() else np.nan,
            "drop_one": loss,
        }
    )
    table = pd.concat([table, directions(samples.X, values, samples.names, samples.categories)], axis=1)
    return table.sort_values("shap", ascending=False, kind="stable", ignore_index=True)


def _periods(fitted: Fitted | Blend, samples: Samples, values: np.ndarray, gains: np.ndarray) -> pd.DataFrame:
    """Return the fraction of each covariate in the importance of each period that samples are of."""
    # parts of a blend may have periods of different length: they are told together only
    if not fitted.per_period or isinstance(fitted, Blend):
        return pd.DataFrame(columns=["period", "covariate", "shap_fraction", "gain_fraction"])
    speaker, _ = speakers(fitted, samples.days, len(samples))
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "period": fitted.members[k].label,
                    "covariate": samples.names,
                    "shap_fraction": _shares(np.abs(values[speaker == k]).mean(0)),
                    "gain_fraction": gains[k],
                }
            )
            for k in np.unique(speaker)
        ],
        ignore_index=True,
    )


def _shares(sizes: np.ndarray) -> np.ndarray:
    return sizes / max(sizes.sum(), np.finfo(float).tiny)
