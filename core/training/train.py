# SPDX-License-Identifier: GPL-2.0-or-later
"""Training: folds for honest scores, then one model of all samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError
from ..base.progress import SILENT, Progress
from ..report.reliability_page import reliability_sentence
from ..report.words import weights_sentence
from ..samples.samples import Samples
from ..scoring.metrics import WORDS, scores, scores_by
from ..scoring.predictions import Predictions
from ..scoring.reliability import reliability
from .blend import Blend, coarse_facts, combined, shared_sd
from .cell_errors import cell_errors
from .check_samples import check_samples, check_slopes, learnable
from .cross_validate import predict_held_back
from .fitted import Fitted
from .folds.divide import make_folds, settled
from .folds.groups import Pair
from .held_out import baselines_of, folds_label, held_out_table, linear_baseline
from .model import Model
from .pixel_pairs import pairs_sentence
from .recipe import Recipe
from .repeats import MEAN, SD, other_seeds, spread
from .schemes import fit_recipe
from .settings import FoldOptions
from .texture import seeing

# of blocks of up to 4 x 4 cells, whatever the folds of the scores
DETAIL_FOLDS = FoldOptions(by="block", n_folds=5)
DETAIL_SETTINGS = ("by", "n_folds", "block_cells", "block_km")
SIZE = ("n_trees", "n_leaves")  # settings that say how large a model of trees is


def train(
    samples: Samples,
    recipe: Recipe,
    folds: FoldOptions = FoldOptions(),
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
    *,
    weigh: bool = True,
) -> Model:
    """Score a recipe by folds and train it on all samples; see `train_blend`."""
    return train_blend(samples, (recipe,), folds, seed, threads, progress, weigh=weigh)


def train_blend(
    samples: Samples,
    recipes: Sequence[Recipe],
    folds: FoldOptions = FoldOptions(),
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
    *,
    combine: str = "weighted",
    weigh: bool = True,
) -> Model:
    """Score recipes by folds and train each on all samples, as the parts of one model.

    Parameters
    ----------
    samples : Samples
    recipes : sequence of Recipe
    folds : FoldOptions, optional
        By station, else by blocks of coarse cells, else single samples, when left out.
    seed, threads : int
        0 threads means all cores.
    combine : str
        How parts speak together where no coarse product is kriged: "weighted", "mean" or "best".
    weigh : bool
        Whether to learn how much of each part's detail to believe, from samples of a coarse product. It takes five
        folds by blocks of cells, unless these are the folds of the scores.

    Returns
    -------
    Model
        With its held-out predictions.

    Raises
    ------
    InputError
        If there are too few samples, or a covariate is constant.
    """
    folds = settled(folds, samples)
    takes_gaps = all(recipe.takes_gaps for recipe in recipes)
    samples = seeing(samples, list(dict.fromkeys(name for recipe in recipes for name in recipe.classes)))
    samples = learnable(samples, takes_gaps, progress)
    check_samples(samples, progress)
    check_slopes(samples, recipes)
    weigh = weigh and samples.coarse_grid is not None
    again = weigh and not _serves(folds)
    scoring = folds.n_folds * folds.repeats
    rounds = scoring + again * DETAIL_FOLDS.n_folds + 1
    parts = _Parts(samples, recipes, seed, threads, [{} for _ in recipes])
    draws = parts.drawn(folds, progress.part(0, scoring / rounds)) if folds.n_folds else []
    scored = draws[0].predicted if draws else None
    coarse = detail = None
    if weigh:
        here = progress.part(scoring / rounds, 1 - 1 / rounds)
        detail = _detail(parts, here) if again else scored
        coarse = coarse_facts(samples, detail, len(recipes), progress)
        progress.say(weights_sentence(coarse.weights))
    shares, level = combined(scored, samples.y, combine) if scored is not None else (_alike(len(recipes)), 0.0)
    fold_scores = held_out = errors = None
    if draws:
        together = [draw.together(samples.y, combine) for draw in draws]
        fold_scores = _fold_scores(samples, together[0][0])
        progress.say(_sentence(fold_scores["pooled"], folds))
        if len(draws) > 1:
            fold_scores |= spread([scores(predicted, samples.y) for predicted, _ in together])
            progress.say(_repeats_sentence(fold_scores, folds.repeats))
        here = progress.part(1 - 1 / rounds, 1 - 1 / rounds)
        tables = [
            parts.held_out(draw.pairs, folds_label(folds), *said, number, here)
            for number, (draw, said) in enumerate(zip(draws, together), 1)
        ]
        held_out = Predictions.joined(tables)
        predicted, sd = together[0]
        # blocks of cells tell more of unseen ones than folds of single samples
        errors = cell_errors(samples, predicted if detail is None else shares @ detail + level, sd, here)
        if samples.facts.get("target") != "coarse":
            _tell_bands(samples, tables[0], folds, progress)
    trained = parts.trained(progress.part(1 - 1 / rounds, 1))
    fitted = trained[0] if len(trained) == 1 else Blend(trained, shares, level)
    return Model.of(samples, recipes, fitted, folds, fold_scores, coarse, seed, held_out, errors)


@dataclass(frozen=True)
class _Draw:
    """Folds and what the parts say in them: predictions and their own SDs, both of shape (parts, n)."""

    pairs: Sequence[Pair]
    predicted: np.ndarray
    spreads: np.ndarray

    def together(self, observed: np.ndarray, combine: str) -> tuple[np.ndarray, np.ndarray]:
        """Return what the parts predict as one, and its SD, both of shape (n,)."""
        shares, level = combined(self.predicted, observed, combine)
        sd = self.spreads[0] if len(self.spreads) == 1 else shared_sd(self.predicted, self.spreads, shares)
        return shares @ self.predicted + level, sd


@dataclass(frozen=True)
class _Parts:
    """Recipes that learn the same samples, each with what its searches have found."""

    samples: Samples
    recipes: Sequence[Recipe]
    seed: int
    threads: int
    memos: Sequence[dict]

    def predicted(self, pairs: Sequence[Pair], progress: Progress, spreads: np.ndarray | None = None) -> np.ndarray:
        """Return what models say that have not seen a row, shape (parts, n); `spreads`, alike, get their SDs."""
        into = [None] * len(self.recipes) if spreads is None else spreads
        return np.array([
            _predicted(self.samples, recipe, pairs, self.seed, self.threads, step, memo, spread)
            for (recipe, memo, spread), step in progress.parts(list(zip(self.recipes, self.memos, into)))
        ])  # fmt: skip

    def drawn(self, folds: FoldOptions, progress: Progress) -> list[_Draw]:
        """Return the draws of folds, the first with the seed itself."""
        found = []
        for seed, step in progress.parts([self.seed, *other_seeds(self.seed, folds.repeats)]):
            pairs = make_folds(self.samples, folds, seed, step)
            spreads = np.full((len(self.recipes), len(self.samples)), np.nan)
            found.append(_Draw(pairs, self.predicted(pairs, step, spreads), spreads))
        return found

    def trained(self, progress: Progress) -> tuple[Fitted, ...]:
        """Return what came of each recipe and all samples."""
        parts = []
        for (recipe, memo), step in progress.parts(list(zip(self.recipes, self.memos))):
            parts.append(fit_recipe(recipe, self.samples, self.seed, self.threads, step, memo))
        for recipe, part in zip(self.recipes, parts):
            _tell_size(recipe, part, progress)
        return tuple(parts)

    def held_out(
        self,
        pairs: Sequence[Pair],
        folds: str,
        predicted: np.ndarray,
        sd: np.ndarray,
        draw: int,
        progress: Progress,
    ) -> Predictions:
        """Return the table of what the folds of the scores held out, beside baselines of the same rows."""
        name = " + ".join(recipe.label for recipe in self.recipes)
        baselines = baselines_of(self.samples, pairs)
        baselines |= linear_baseline(self.samples, pairs, self.recipes, self.seed, self.threads, progress)
        return held_out_table(self.samples, pairs, folds, {name: predicted}, baselines, {name: sd}, draw=draw)


def _serves(folds: FoldOptions) -> bool:
    """Return whether the folds of the scores also tell how much detail to believe."""
    return all(getattr(folds, name) == getattr(DETAIL_FOLDS, name) for name in DETAIL_SETTINGS)


def _detail(parts: _Parts, progress: Progress) -> np.ndarray | None:
    """Return out-of-fold predictions over blocks of cells, shape (parts, n); None, said, where there can be none."""
    try:
        return parts.predicted(make_folds(parts.samples, DETAIL_FOLDS, parts.seed, progress), progress)
    except InputError as error:
        progress.warn(f"How much of the covariates' detail to believe cannot be told: {error}")
        return None


def _alike(n: int) -> np.ndarray:
    return np.full(n, 1 / n)


def out_of_fold(
    samples: Samples,
    recipe: Recipe,
    folds: FoldOptions,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = SILENT,
    memo: dict | None = None,
) -> np.ndarray:
    """Return for every sample the prediction of a model that has not seen its fold, shape (n,), m3 m-3.

    All that a recipe tunes and chooses happens inside of the training parts. Rows with gaps are NaN if its learners
    take none.
    """
    return _predicted(samples, recipe, make_folds(samples, folds, seed, progress), seed, threads, progress, memo)


def _predicted(
    samples: Samples,
    recipe: Recipe,
    pairs: Sequence[Pair],
    seed: int,
    threads: int,
    progress: Progress,
    memo: dict | None = None,
    spread: np.ndarray | None = None,
) -> np.ndarray:
    """Return the same for folds that are made; `spread` gets the standard deviations, see `predict_held_back`."""

    def fit(own: Samples, step: Progress) -> Fitted:
        step.warn = step.say  # a part of the samples lacks what the model, which tells for itself, may have
        return fit_recipe(recipe, own, seed, threads, step, memo)

    return predict_held_back(samples, pairs, fit, progress, spread)


def _tell_bands(samples: Samples, held_out: Predictions, folds: FoldOptions, progress: Progress) -> None:
    """Tell what bands hold at places that neither model nor band has seen, and what is known of the stations' error."""
    for sentence in (reliability_sentence(reliability(held_out)), pairs_sentence(samples, folds)):
        if sentence:
            progress.say(sentence)


def _tell_size(recipe: Recipe, fitted: Fitted, progress: Progress) -> None:
    """Tell the size that a part ended with where it was chosen by the number of samples, and of trees always."""
    chosen = {c.learner.key: [k for k, v in c.options.as_dict().items() if v is None] for c in recipe.candidates}
    found: dict[str, set] = {}
    for member in fitted.members:
        for name in chosen[member.learner.key] or SIZE:
            if hasattr(member.options, name):
                found.setdefault(name, set()).add(getattr(member.options, name))
    if found:
        told = ", ".join(f"{name} {' or '.join(map(str, sorted(values)))}" for name, values in found.items())
        how = "Chosen by the number of samples" if any(chosen.values()) else f"Size of {recipe.label}"
        progress.say(f"{how}: {told}")


def _fold_scores(samples: Samples, predicted: np.ndarray) -> dict:
    """Return pooled scores, and mean and median over stations where there are any."""
    result = {"pooled": scores(predicted, samples.y)}
    if "station" in samples.index:
        table = scores_by(predicted, samples.y, samples.index["station"].to_numpy())
        middle = table.drop(columns="n")
        result["station_mean"], result["station_median"] = middle.mean().to_dict(), middle.median().to_dict()
    return result


def _repeats_sentence(fold_scores: dict, repeats: int) -> str:
    mean, sd = fold_scores[MEAN], fold_scores[SD]
    words = ", ".join(f"{WORDS[name][0]} {mean[name]:.4f} ± {sd[name]:.4f}" for name in ("rmse", "ubrmse", "r", "r2"))
    return f"Mean and SD over {repeats} repeats of the folds: {words}"


def _sentence(pooled: dict, folds: FoldOptions) -> str:
    return (
        f"{folds.n_folds} folds by {folds.by}: RMSE {pooled['rmse']:.4f}, bias {pooled['bias']:+.4f}, "
        f"ubRMSE {pooled['ubrmse']:.4f} m3 m-3, R {pooled['r']:.3f}, R2 {pooled['r2']:.3f}, n {pooled['n']}"
    )
