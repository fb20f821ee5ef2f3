# SPDX-License-Identifier: GPL-2.0-or-later
"""Which stations are shown through time, and what is drawn of each: predictions, their band, and the rain there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..base.errors import InputError
from ..base.names import folded, some
from ..base.options import listed
from ..rasters.dates import DAY
from ..report.html_page import number
from ..report.pair_figures import station_errors_figure
from ..report.series_figures import BAND, RAIN, StationSeries, series_figure
from ..scoring.baselines import BILINEAR, SMOOTH
from ..scoring.climatology import CLIMATOLOGY
from ..scoring.predictions import OBSERVED, Predictions, sd_column
from ..scoring.score_table import place_columns
from ..study.rain import Rain
from ..study.study import Study
from ..training.held_out import LINEAR
from ..training.recipe import Recipe
from ..units import SM_SHOWN
from .settings import SeriesOptions

MOST = 12  # stations in a figure
MOST_LINES = 3  # models that are lines
CLIMATE = ("koppen", "climate", "climate_class", "koppen_geiger")  # what classes of climate are called
SAID = ("ubrmse", "bias", "r")
CHOSEN = {"best": 0.0, "median": 0.5, "worst": 1.0}


@dataclass(frozen=True)
class SeriesBeside:
    """What series of stations are drawn with, beside predictions.

    Attributes
    ----------
    options : SeriesOptions
    study : Study, optional
        Its rain is drawn below.
    covariates : sequence of str
        Of the study, where rain is looked for first.
    sd : float, optional
        Of all predictions, m3 m-3, where the model tells none of its own.
    """

    options: SeriesOptions = field(default_factory=SeriesOptions)
    study: Study | None = None
    covariates: Sequence[str] = ()
    sd: float | None = None


ALONE = SeriesBeside()


def series_figures(
    predictions: Predictions, per_place: pd.DataFrame, words: str, beside: SeriesBeside = ALONE
) -> Iterator[tuple[str, str, Figure]]:
    """Yield the figures of series: of the stations that are asked for, and of one in each class of climate.

    Parameters
    ----------
    predictions : Predictions
        Of one kind of folds and part.
    per_place : DataFrame
        Scores of the places, of all products; empty if no place has any.
    words : str
        On the rows, for the caption.
    beside : SeriesBeside

    Raises
    ------
    InputError
        If a station or a column of classes that is asked for is not there.
    """
    table, scored = _placed(predictions, per_place)
    if table.empty:
        return
    drawing = _Drawing(table, predictions, beside)
    chosen, how = _chosen(scored, beside.options, predictions.models[0])
    yield "Time series", f"{words}. {how} {drawing.words}", drawing.figure(chosen)
    by = _classes_of(predictions, beside.options)
    if by and table[by].isna().all():
        if beside.options.series_by:
            raise InputError(f"No row with a place and a day has a class of '{by}', by which series are asked for.")
    elif by:
        caption = f"{words}. The station of the middling ubRMSE in each class. {drawing.words}"
        yield f"Time series by {by.replace('_', ' ')}", caption, drawing.figure(_one_a_class(scored, table, by))


def error_figures(
    predictions: Predictions, per_place: pd.DataFrame, beside: SeriesBeside = ALONE
) -> Iterator[tuple[str, str, Figure]]:
    """Yield the figure of the absolute error of the same places, day by day; see `series_figures`."""
    table, scored = _placed(predictions, per_place)
    if len(table):
        chosen, how = _chosen(scored, beside.options, predictions.models[0])
        yield "Absolute error, day by day", how, _Drawing(table, predictions, beside).errors(chosen)


def _placed(predictions: Predictions, per_place: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows with the name of their place, none where places or days are not known, and `_scored` of these."""
    places = place_columns(predictions)
    if not places or predictions.days is None:
        return pd.DataFrame(), pd.DataFrame()
    table = predictions.table
    table = table.assign(place=_named(table, places)).dropna(subset=["place", "date", OBSERVED])
    return table, _scored(table, per_place, places, predictions.models[0])


class _Drawing:
    """What all figures of the same predictions have in common."""

    def __init__(self, table: pd.DataFrame, predictions: Predictions, beside: SeriesBeside):
        self._table = table
        self._beside = beside
        models = list(predictions.models[:MOST_LINES])
        hidden = {BILINEAR, SMOOTH, CLIMATOLOGY, Recipe.of(LINEAR).label}
        self._products = models + [name for name in predictions.baselines if name not in hidden]
        self._lines = len(models)
        self._sd = sd_column(models[0]) if predictions.sd(models[0]) is not None else ""
        self._rain = Rain.of(beside.study, beside.covariates)

    @property
    def words(self) -> str:
        """What the band and the bars are."""
        said = []
        if self._sd:
            said.append(f"The band is one standard deviation to each side, as {self._products[0]} tells it.")
        elif self._beside.sd is not None:
            said.append(f"The band is ± {number(self._beside.sd)} {SM_SHOWN}, the total of the uncertainty budget.")
        if self._rain:
            said.append(f"Bars below: {self._rain.name} of the study.")
        return " ".join(said)

    def figure(self, chosen: Sequence[tuple[str, str]]) -> Figure:
        """Draw the series of places with words on each."""
        rains = self._rain_at([place for place, _ in chosen])
        shown = [StationSeries(f"{p}   {words}", self._series(p), rain) for (p, words), rain in zip(chosen, rains)]
        return series_figure(shown, self._products, self._lines, self._rain.label if self._rain else "")

    def errors(self, chosen: Sequence[tuple[str, str]]) -> Figure:
        """Draw the absolute errors of places."""
        return station_errors_figure([(place, self._series(place)) for place, _ in chosen], self._products)

    def _series(self, place: str) -> pd.DataFrame:
        """Return the days of a place, each once: repeated folds tell a day several times."""
        own = self._table[self._table["place"] == place]
        columns = [OBSERVED, *self._products, *([self._sd] if self._sd else [])]
        days = own.groupby("date", as_index=False)[columns].mean().rename(columns={self._sd: BAND})
        return days if self._sd or self._beside.sd is None else days.assign(**{BAND: self._beside.sd})

    def _rain_at(self, places: Sequence[str]) -> list[pd.DataFrame | None]:
        if self._rain is None or "longitude" not in self._table:
            return [None] * len(places)
        own = self._table[self._table["place"].isin(places)]
        at = own.groupby("place")[["longitude", "latitude"]].first().reindex(places)
        dates = own["date"].to_numpy().astype(DAY)
        days = np.arange(dates.min(), dates.max() + 1)
        longitude, latitude = at["longitude"].to_numpy(float), at["latitude"].to_numpy(float)
        values = self._rain.at(longitude, latitude, days)
        return [pd.DataFrame({"date": days.astype("datetime64[ns]"), RAIN: column}) for column in values.T]


def _named(table: pd.DataFrame, places: Sequence[str]) -> pd.Series:
    """Return what places are called: stations by their names, coarse cells by row and column."""
    if len(places) == 1:
        return table[places[0]]
    row, column = (table[name].astype(str) for name in places)
    return "cell " + row + "/" + column


def _scored(table: pd.DataFrame, per_place: pd.DataFrame, places: Sequence[str], model: str) -> pd.DataFrame:
    """Return the scores of a model at each place by its name, the best first; those without any are last."""
    counts = table.groupby("place")["date"].nunique().sort_values(ascending=False, kind="stable")
    scores = pd.DataFrame(index=counts.index, columns=list(SAID), dtype=float)
    if len(per_place):
        own = per_place[per_place["product"] == model]
        own = own.assign(place=_named(own, places)).set_index("place")[list(SAID)]
        scores = own.reindex(counts.index)
    return scores.assign(n=counts).sort_values(["ubrmse", "n"], ascending=[True, False], kind="stable")


def _chosen(scored: pd.DataFrame, options: SeriesOptions, model: str) -> tuple[list[tuple[str, str]], str]:
    """Return the places to show with words on each, and how they were chosen."""
    asked = listed(options.series_stations)
    if asked:
        lost = [name for name in asked if name not in scored.index]
        if lost:
            raise InputError(f"No station '{lost[0]}' among those with predictions: {some(scored.index)}.")
        left = f" The first {MOST} of {len(asked)}." if len(asked) > MOST else ""
        return [(name, _said(scored.loc[name])) for name in asked[:MOST]], f"Stations as asked for.{left}"
    known = scored.dropna(subset=["ubrmse"])
    if known.empty:
        return [(scored["n"].idxmax(), "")], "The place with the most days; none has enough for scores of its own."
    places = {round(share * (len(known) - 1)): words for words, share in CHOSEN.items()}
    shown = [(known.index[i], f"{words}: {_said(known.iloc[i])}") for i, words in places.items()]
    return shown, f"The places with the lowest, the middling and the highest ubRMSE of {model}."


def _one_a_class(scored: pd.DataFrame, table: pd.DataFrame, by: str) -> list[tuple[str, str]]:
    """Return the middling place of each class with words on it."""
    classes = table.dropna(subset=[by]).groupby("place")[by].agg(lambda values: values.mode()[0])
    chosen = []
    for group in sorted(classes.unique())[:MOST]:
        own = scored[scored.index.isin(classes.index[classes == group])]
        known = own.dropna(subset=["ubrmse"])
        best = known if len(known) else own
        place = best.index[(len(best) - 1) // 2]
        chosen.append((place, f"{by.replace('_', ' ')} {group}: {_said(scored.loc[place])}"))
    return chosen


def _classes_of(predictions: Predictions, options: SeriesOptions) -> str:
    """Return the column of classes by which a figure shows series: as asked for, else of the climate; '' for none."""
    if options.series_by:
        if options.series_by not in predictions.classes:
            known = some(predictions.classes) if predictions.classes else "none"
            raise InputError(f"These predictions have no classes '{options.series_by}'; they have {known}.")
        return options.series_by
    return next((name for name in predictions.classes if folded(name) in CLIMATE), "")


def _said(row: pd.Series) -> str:
    """Return the scores of a place in words."""
    if not np.isfinite(row["ubrmse"]):
        return f"{int(row['n'])} days, too few for scores"
    return f"ubRMSE {number(row['ubrmse'])}, bias {number(row['bias'])}, R {number(row['r'], 2)}"
