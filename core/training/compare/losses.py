# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a model does worse than the coarse product that it comes from: its stations among the static variables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...samples.samples import Samples
from ...scoring.baselines import AS_IS
from .scores import statics_of, wide_scores

FEWEST = 8  # stations, for components to say anything
METRIC = "ubrmse"


@dataclass(frozen=True)
class Losses:
    """Stations by their static variables, and where the model loses to the coarse product.

    Attributes
    ----------
    model : str
    table : DataFrame
        One row a station: station, pc1 and pc2 (of the standardised static numbers), loses, the ubRMSE of the model
        and of the coarse product (m3 m-3), each static number in standard deviations from its mean over the
        stations, and the classes of land.
    explained : tuple of float
        Fraction of the variance in the first two components.
    arrows : DataFrame
        Variable, and its correlation with pc1 and pc2.
    """

    model: str
    table: pd.DataFrame
    explained: tuple[float, float]
    arrows: pd.DataFrame

    @property
    def lost(self) -> pd.DataFrame:
        """The stations at which the model loses, the worst first, and their mean."""
        own = self.table[self.table["loses"]]
        behind = own[f"{METRIC}_{self.model}"] - own[f"{METRIC}_{AS_IS}"]
        return own.loc[behind.sort_values(ascending=False).index].reset_index(drop=True)


def losses_of(samples: Samples, per_station: pd.DataFrame, folds: str, model: str) -> Losses | None:
    """Return where a model has a higher ubRMSE than the coarse product under some folds.

    None without a coarse product, with fewer than `FEWEST` stations, or where fewer than two static numbers vary.

    References
    ----------
    Poehls et al. 2025, fig. 14 and table 4.
    """
    if not len(per_station) or AS_IS not in set(per_station["product"]):
        return None
    scores = wide_scores(per_station, folds, [model, AS_IS], METRIC).dropna()
    statics = statics_of(samples).reindex(scores.index.astype(str))
    classes = {samples.names[i] for i in samples.categories}
    numbers = statics[[n for n in statics if pd.api.types.is_numeric_dtype(statics[n]) and n not in classes]]
    numbers = numbers.loc[:, numbers.notna().all() & (numbers.std() > 0)]
    if len(scores) < FEWEST or numbers.shape[1] < 2:
        return None
    z = (numbers - numbers.mean()) / numbers.std(ddof=0)
    left, sizes, right = np.linalg.svd(z.to_numpy(float), full_matrices=False)
    # the direction of a component is free: its greatest weight is made positive
    turn = np.sign(right[np.arange(len(right)), np.abs(right).argmax(axis=1)])
    components = (left * sizes * turn)[:, :2]
    spread = components.std(axis=0)
    correlations = z.to_numpy(float).T @ components / len(z) / np.where(spread > 0, spread, np.inf)
    table = pd.DataFrame({"station": scores.index.astype(str), "pc1": components[:, 0], "pc2": components[:, 1]})
    table["loses"] = (scores[model] > scores[AS_IS]).to_numpy()
    for name in (model, AS_IS):
        table[f"{METRIC}_{name}"] = scores[name].to_numpy()
    others = statics[[name for name in statics if name not in numbers]].reset_index(drop=True)
    table = pd.concat([table, z.reset_index(drop=True), others], axis=1)
    share = sizes**2 / (sizes**2).sum()
    arrows = pd.DataFrame({"variable": z.columns, "pc1": correlations[:, 0], "pc2": correlations[:, 1]})
    return Losses(model, table, (float(share[0]), float(share[1])), arrows)
