# SPDX-License-Identifier: GPL-2.0-or-later
"""How often bands of 50, 80 and 90 % hold what was observed: by station, month, class, seen or filled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..base.progress import SILENT, Progress
from .baselines import AS_IS
from .calibration import LEVELS, NORMAL, held_out_whole, of_rows
from .metrics import MIN_PAIRS
from .predictions import OBSERVED, Predictions
from .score_table import group_labels, place_columns

CALIBRATED = "calibrated on the other folds"
TOLD = "as told"
LEFT_OUT = "calibrated without it"
MAPS = "maps"  # the folds of what maps say at stations
SEEN = {True: "seen", False: "filled"}
HELD = {level: f"held_{100 * level:.0f}" for level in LEVELS}
WIDTH = {level: f"width_{100 * level:.0f}" for level in LEVELS}
FIRST = ["folds", "part", "product", "band", "by", "group", "n", "n_places"]
COLUMNS = [*FIRST, *HELD.values(), *WIDTH.values()]


def reliability(predictions: Predictions, station_error: float = 0.0, progress: Progress = SILENT) -> pd.DataFrame:
    """Return how much of what was observed the bands of every model hold, for all rows and in groups of them.

    Of folds that were drawn several times the first draw counts. Where folds have held out whole stations, or coarse
    cells, the band of each fold is calibrated on the places of the other folds (see `calibrated`); so it is tried at
    places that neither the model nor the band has seen. Each class is tried once more with a band calibrated on
    the rows of the other classes alone. Other predictions have the band of a Normal distribution by the standard
    deviation that they come with, as maps have.

    Parameters
    ----------
    predictions : Predictions
        Classes of the land are those of its columns, see `Predictions.classes`.
    station_error : float
        Standard deviation of what stations differ from their pixels, m3 m-3. Bands of maps are those of pixels: it is
        added to their variance.
    progress : Progress, optional
        Only asked whether to go on.

    Returns
    -------
    DataFrame
        One row a kind of folds, part, model and group: folds, part, product; band, how it came about; by ("all",
        "station" or "cell", "month", "coarse product", or a class) and group, as text; n rows, n_places; held_50,
        held_80 and held_90, the fractions that the bands hold, and width_50, width_80 and width_90, their mean whole
        widths, m3 m-3, each place counting alike. Groups of fewer than `MIN_PAIRS` rows are left out. Empty if no
        model has a band.
    """
    tables = []
    for folds, part in predictions.divisions:
        own = predictions.of_part(folds, part).draws[0]
        for name in own.models:
            tables += [
                table.assign(folds=folds, part=part, product=name)
                for table in _tables(own, name, station_error, progress)
            ]
    return pd.concat(tables, ignore_index=True)[COLUMNS] if tables else no_bands()


def no_bands() -> pd.DataFrame:
    """Return the table of `reliability` without a row."""
    return pd.DataFrame(columns=COLUMNS)


def _tables(own: Predictions, name: str, station_error: float, progress: Progress) -> Iterator[pd.DataFrame]:
    """Yield the tables of a model: of all rows and each kind of group, then of classes that were left out."""
    place = _places(own)
    half = _crossed(own, name, place, progress)
    band = CALIBRATED
    if half is None:
        band = TOLD
        of_pixels = (own.table["folds"] == MAPS).all()
        half = _told(own.sd(name), station_error if of_pixels else 0.0)
    if half is None or np.isnan(half).all():
        return
    error = (own.table[name] - own.table[OBSERVED]).abs().to_numpy(float)
    groups = _groups(own)
    for by, labels in groups.items():
        progress.check()
        held = _held(error, half, labels, place)
        yield held[(held["n"] >= MIN_PAIRS) | (by == "all")].assign(band=band, by=by)
    if band == CALIBRATED:
        for by in own.classes:
            progress.check()
            yield from _classes_left_out(own, name, by, groups[by], place, error)


def _places(own: Predictions) -> pd.Series:
    """Return the place of each row as text; its row where no place is known."""
    columns = place_columns(own)
    if not columns:
        return pd.Series(own.table.index.astype(str))
    first, *others = (own.table[column].astype(str) for column in columns)
    return first.str.cat(others, sep=" ") if others else first


def _groups(own: Predictions) -> dict[str, pd.Series]:
    """Return the groups of the rows as text, NaN where there is none, by what makes them; all rows first."""
    table = own.table
    found = {"all": pd.Series("all", table.index)}
    if own.days is not None:
        months = group_labels(table, "month")
        found["month"] = months.dt.strftime("%Y-%m").where(months.notna())
    for name in own.classes:
        found[name] = table[name].astype(str).where(table[name].notna())
    if AS_IS in table:
        found["coarse product"] = table[AS_IS].notna().map(SEEN)
    columns = place_columns(own)
    if columns:
        found["station" if columns == ["station"] else "cell"] = _places(own)
    return found


def _crossed(own: Predictions, name: str, place: pd.Series, progress: Progress) -> np.ndarray | None:
    """Return half the bands of each row by the places of the other folds, shape (n, levels); None if there are none."""
    columns = place_columns(own)
    table = own.table
    if not columns or not (table["fold"] > 0).all() or not held_out_whole(table, columns):
        return None
    found = np.full((len(table), len(LEVELS)), np.nan)
    for fold in table["fold"].unique():
        progress.check()
        test = (table["fold"] == fold).to_numpy()
        calibration = of_rows(own.table[~test], name, place[~test])
        if calibration is None:
            return None
        found[test] = calibration.half_widths(_spread(own, name, test), int(test.sum()))
    return found


def _spread(own: Predictions, name: str, rows: np.ndarray) -> np.ndarray | None:
    sd = own.sd(name)
    return None if sd is None else sd[rows].astype(float)


def _told(sd: np.ndarray | None, station_error: float) -> np.ndarray | None:
    """Return half the bands of rows by their standard deviation, shape (n, levels)."""
    if sd is None:
        return None
    at_stations = np.sqrt(sd.astype(float) ** 2 + station_error**2)
    return at_stations[:, None] * np.array([NORMAL[level] for level in LEVELS])


def _held(error: np.ndarray, half: np.ndarray, labels: pd.Series, place: pd.Series) -> pd.DataFrame:
    """Return what the bands hold, and their widths, by group."""
    inside = pd.DataFrame((error[:, None] <= half).astype(float), columns=list(HELD.values()))
    wide = pd.DataFrame(2 * half, columns=list(WIDTH.values()))
    rows = pd.concat([inside, wide], axis=1).assign(group=labels.to_numpy(), place=place.to_numpy())
    rows = rows[np.isfinite(error) & np.isfinite(half).all(1)].dropna(subset=["group"])
    means = rows.groupby(["group", "place"]).mean().groupby("group").mean()
    counts = rows.groupby("group")["place"].agg(n="size", n_places="nunique")
    return counts.join(means).reset_index()


def _classes_left_out(
    own: Predictions, name: str, by: str, labels: pd.Series, place: pd.Series, error: np.ndarray
) -> Iterator[pd.DataFrame]:
    """Yield what bands hold in each class that were calibrated without the rows, and the places, of it."""
    for group in sorted(labels.dropna().unique()):
        inside = (labels == group).to_numpy()
        elsewhere = ~place.isin(place[inside]).to_numpy()
        calibration = of_rows(own.table[elsewhere], name, place[elsewhere]) if elsewhere.any() else None
        if calibration is not None:
            half = np.full((len(error), len(LEVELS)), np.nan)
            half[inside] = calibration.half_widths(_spread(own, name, inside), int(inside.sum()))
            held = _held(error, half, labels, place)
            yield held[held["n"] >= MIN_PAIRS].assign(band=LEFT_OUT, by=by)
