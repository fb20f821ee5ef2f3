# SPDX-License-Identifier: GPL-2.0-or-later
"""What came of a comparison of learners."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from ...scoring.predictions import Predictions
from ...scoring.reliability import reliability
from ..folds.correlogram import Correlogram
from .losses import Losses
from .members import Members
from .words import test_title


@dataclass(frozen=True)
class Tested:
    """How the models do in one part of the samples that all of them were kept from.

    Attributes
    ----------
    label : str
        How the samples were divided, as "by station".
    table, per_station : DataFrame
        As those of `Comparison`, without the folds.
    verdict : str
        Who did best there, in words.
    """

    label: str
    table: pd.DataFrame
    per_station: pd.DataFrame
    verdict: str

    @property
    def title(self) -> str:
        """The label as it stands among those of folds."""
        return test_title(self.label)


@dataclass(frozen=True)
class Comparison:
    """How well learners do where they have not learned; bias is predicted minus observed.

    Attributes
    ----------
    table : DataFrame
        One row a model and folds: folds, product (the model), `METRICS`, n_eff, and the 95 % interval of each metric
        (bias_low, bias_high, …); with stations n_stations, and station_mean_*, station_median_*, station_q25_* and
        station_q75_* of each metric over the stations with enough rows. Of folds that are drawn several times, these
        and those of the stations are of all draws; see `over_draws`.
    per_station : DataFrame
        One row a model, folds and station: folds, product, station, longitude, latitude (if known), `METRICS`, n_eff,
        and intervals. Stations with fewer than `MIN_PAIRS` rows have their n and NaN.
    gaps : DataFrame
        One row a model and folds that are not random: product, folds, r2_random, r2, gap, gap_low and gap_high.
    duels : dict of str to (totals, by_class)
        The head-to-head by metric under the hardest folds; see `head_to_head`.
    predicted : dict of (folds, model) to ndarray, shape (n,)
        m3 m-3; NaN in rows that do not count.
    observed : ndarray, shape (n,)
    held_out : Predictions
        The same as a table, of all rows that folds and the test part hold, with places, classes and standard
        deviations.
    hardest : str
        The folds other than random under which the recipes err most.
    best, best_learner : str
        The recipe with the least RMSE there, and the key of its learner.
    verdict, gap, ladder : str
        What came out, in words: who won, what random folds hide, and the error from folds to folds in one line.
    pairs : DataFrame
        The duels of every two models under the hardest folds, by metric; see `pairwise`. Empty without stations.
    losses : Losses, optional
        Where the best model loses to the coarse product; None where that cannot be told.
    members : Members, optional
        Members against the ensembles that they make, under the hardest folds; None without ensembles and stations.
    costs : DataFrame
        One row a recipe: product, members, fit_s (mean time of a fit, s), s_per_100000_rows (to predict these),
        bytes and weights (numbers that were learned; NaN of learners that have none) of the model of one fold. Times
        are those of fits side by side on this computer; NaN where all fits were there already.
    repeats : DataFrame
        One row a folds, recipe and repeat of folds that were drawn several times: folds, product, repeat (from 1, whose
        predictions those of members, duels and figures are of) and `METRICS`. Empty where folds are drawn once.
    tested : Tested, optional
        The same models in the test part; None where there was none to make.
    correlogram : Correlogram, optional
        How far the covariates are alike; None where the places are too few to tell.
    warnings : list of str
    facts : dict
        What was compared, for the report.
    """

    table: pd.DataFrame
    per_station: pd.DataFrame
    gaps: pd.DataFrame
    duels: dict
    predicted: dict
    observed: np.ndarray
    held_out: Predictions
    hardest: str
    best: str
    best_learner: str
    verdict: str
    gap: str
    ladder: str = ""
    correlogram: Correlogram | None = None
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    losses: Losses | None = None
    members: Members | None = None
    costs: pd.DataFrame = field(default_factory=pd.DataFrame)
    repeats: pd.DataFrame = field(default_factory=pd.DataFrame)
    tested: Tested | None = None
    warnings: list[str] = field(default_factory=list)
    facts: dict = field(default_factory=dict)

    def of(self, folds: str) -> pd.DataFrame:
        """Return the rows of the table of some folds."""
        return self.table[self.table["folds"] == folds].drop(columns="folds").reset_index(drop=True)

    @property
    def folds(self) -> list[str]:
        """The labels of the folds, in the order asked for."""
        return list(dict.fromkeys(self.table["folds"]))

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """What the bands of the models hold, see `scoring.reliability`; empty if no model has one."""
        return reliability(self.held_out)

    @property
    def bands(self) -> pd.DataFrame:
        """The rows of `reliability` of the hardest folds, of the first that have bands if these have none."""
        table = self.reliability
        there = list(dict.fromkeys(table["folds"]))
        folds = self.hardest if self.hardest in there else next(iter(there), "")
        own = table[(table["folds"] == folds) & (table["part"] == "held_out")]
        return own.sort_values("product", key=lambda name: name != self.best, kind="stable").reset_index(drop=True)

    @property
    def has_places(self) -> bool:
        """Whether there are stations whose coordinates are known."""
        return "longitude" in self.per_station

    @property
    def all_scores(self) -> pd.DataFrame:
        """The table with the test part below the folds, told apart by the column part."""
        return self._with_tested("table")

    @property
    def all_stations(self) -> pd.DataFrame:
        """The scores of the stations with those of the test part below."""
        return self._with_tested("per_station")

    @property
    def shown_scores(self) -> pd.DataFrame:
        """The table with the test part as one more kind of folds."""
        if self.tested is None:
            return self.table
        return pd.concat([self.table, self.tested.table.assign(folds=self.tested.title)], ignore_index=True)

    def _with_tested(self, name: str) -> pd.DataFrame:
        tables = [getattr(self, name).assign(part="held_out")]
        if self.tested is not None:
            tables.append(getattr(self.tested, name).assign(folds=self.tested.label, part="test"))
        table = pd.concat(tables, ignore_index=True)
        first = [column for column in ("folds", "part") if column in table]
        return table[[*first, *table.columns.drop(first)]]
