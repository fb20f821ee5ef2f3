# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations brought to the mean and spread, or to the distribution, of a reference at the same place."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import write_json
from ..base.names import counted, some
from ..base.progress import SILENT, Progress
from ..rasters.raster import aligned
from ..rasters.series import Series
from ..stations.reader import read_table
from ..stations.settings import SeriesOptions, StationOptions
from ..stations.stations import Stations
from ..stations.table import StationTable, write_table
from ..study.study import Study
from ..units import MAX_WATER, OF_COARSE, SM_UNIT
from .settings import RescaleOptions

MEASURED = "soil_moisture_measured"
MIN_SD = 1e-6  # m3 m-3; less is no spread to scale
DAYS_A_KNOT = 3  # common days for every percentile that is matched
DAYS_AT_ONCE = 30  # of a study, between two questions whether to go on
KIND = "rescaling"
VERSION = 1
# gives m3 m-3, shape (days, places), NaN where unknown, for places (station, longitude, latitude) and rising days
Reference = Callable[[pd.DataFrame, np.ndarray, Progress], np.ndarray]


@dataclass(frozen=True)
class Transform:
    """A rising line with knots: values `before` become `after`, beyond the outer knots it goes on with one `slope`."""

    before: np.ndarray
    after: np.ndarray
    slope: float

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Return the values on the other scale."""
        first, last = self.before[0], self.before[-1]
        inside = np.interp(x, self.before, self.after)
        return inside + self.slope * (np.minimum(x - first, 0) + np.maximum(x - last, 0))


@dataclass(frozen=True)
class RescaledStations:
    """What came of a rescaling.

    Attributes
    ----------
    table : StationTable
        Its frame has soil moisture rescaled (in the unit that it had) and, in `soil_moisture_measured`, as it was;
        without the stations that were left out.
    stations : DataFrame
        One row a series: station, depth_m, n (common days), mean_measured, sd_measured, mean_reference,
        sd_reference, mean_rescaled, sd_rescaled (m3 m-3, on the common days), left_out_because.
    transforms : dict
        The `Transform` (m3 m-3) of (station, depth in m or None).
    method : str
    """

    table: StationTable
    stations: pd.DataFrame
    transforms: dict
    method: str

    @property
    def frame(self) -> pd.DataFrame:
        """The table as it is written."""
        return self.table.frame

    def write_table(self, path: str | os.PathLike) -> None:
        """Write the table as CSV."""
        write_table(self.frame, path)

    def write_stations(self, path: str | os.PathLike) -> None:
        """Write the numbers of the stations as CSV."""
        write_table(self.stations, path)

    def write_transforms(self, path: str | os.PathLike) -> None:
        """Write how every station was changed, so that what is predicted for it can be brought back."""
        entries = [
            {"station": station, "depth_m": depth, "before": list(map(float, t.before)),
             "after": list(map(float, t.after)), "slope": float(t.slope)}
            for (station, depth), t in self.transforms.items()
        ]  # fmt: skip
        content = {"soilsharp": KIND, "version": VERSION, "method": self.method, "unit": SM_UNIT}
        write_json(path, {**content, "stations": entries})


def rescale_stations(
    table_path: str | os.PathLike,
    reference: Reference,
    options: RescaleOptions = RescaleOptions(),
    *,
    columns: SeriesOptions = SeriesOptions(),
    progress: Progress = SILENT,
) -> RescaledStations:
    """Give every station the mean and SD, or the distribution, of a reference at its place.

    With the mean and SD of the days that both know, x' = (x - mean_x) * (sd_e / sd_x) + mean_e, x the station and e
    the reference (Li et al. 2022, whose text prints the ratio upside down). By "cdf" the percentiles of the common
    days are matched, with straight lines between; beyond the lowest and highest one the line goes on with the slope
    sd_e / sd_x. Flagged values do not count for the statistics. Nothing falls below 0 or rises above 1.

    Parameters
    ----------
    table_path : path
    reference : Reference
        See `study_reference`, `raster_reference` and `table_reference`.
    options : RescaleOptions
    columns : SeriesOptions
    progress : Progress

    Raises
    ------
    InputError
        If the table is no table of stations, was rescaled before, or no station is left.
    """
    table = read_table(table_path, columns, whole=True, progress=progress.part(0, 0.1)).series(columns, progress)
    if MEASURED in table.frame:
        raise InputError(f"The table has a column '{MEASURED}': it has been rescaled before. Take the one of before.")
    members = table.members()
    day = table.rows["time"].to_numpy().astype("datetime64[D]")
    days = np.unique(day)
    sensors = table.sensors.loc[[table.rows["sensor"].iloc[at[0]] for at in members]].reset_index(drop=True)
    known = reference(sensors[["station", "longitude", "latitude"]], days, progress.part(0.1, 0.8))
    values = table.rows["soil_moisture"].to_numpy(float)
    is_good = table.good
    kept = np.zeros(len(values), bool)
    out = values.copy()
    facts = []
    transforms = {}
    for i, at in enumerate(progress.part(0.8, 1).over(members)):
        good = at[is_good[at]]
        number = np.searchsorted(days, day[good])
        count = np.bincount(number, minlength=len(days))
        mean = np.bincount(number, values[good], len(days)) / np.where(count, count, np.nan)
        common = np.isfinite(mean) & np.isfinite(known[:, i])
        depth = sensors["depth_m"][i]
        key = sensors["station"][i], None if np.isnan(depth) else float(depth)
        row, transform = _matched(mean[common], known[common, i].astype(float), options)
        facts.append({"station": key[0], "depth_m": key[1], **row})
        if transform is None:
            progress.warn(f"Left out {key[0]}: {row['left_out_because']}")
            continue
        transforms[key] = transform
        kept[at] = True
        out[at] = transform.apply(values[at])
    if not transforms:
        raise InputError(f"No station could be rescaled. {facts[0]['station']}: {facts[0]['left_out_because']}")
    table = _rescaled(table, out, kept, progress)
    return RescaledStations(table, pd.DataFrame(facts), transforms, options.rescale)


def _matched(x: np.ndarray, e: np.ndarray, options: RescaleOptions) -> tuple[dict, Transform | None]:
    """Return the numbers of one station, and its transform unless it is to be left out."""
    nan = float("nan")
    row = {"n": len(x), "mean_measured": nan, "sd_measured": nan, "mean_reference": nan, "sd_reference": nan,
           "mean_rescaled": nan, "sd_rescaled": nan, "left_out_because": ""}  # fmt: skip
    if len(x) < options.min_days:
        row["left_out_because"] = (
            f"{counted(len(x), 'day')} in common with the reference, {options.min_days} are needed."
        )
        return row, None
    sd_x, sd_e = x.std(ddof=1), e.std(ddof=1)
    row.update(mean_measured=x.mean(), sd_measured=sd_x, mean_reference=e.mean(), sd_reference=sd_e)
    for who, sd in (("station", sd_x), ("reference", sd_e)):
        if sd < MIN_SD:
            row["left_out_because"] = f"the {who} has one value on all {len(x)} common days, so no spread to scale."
            return row, None
    before, after = np.array([x.mean()]), np.array([e.mean()])
    if options.rescale == "cdf":
        share = np.linspace(0, 100, max(3, min(options.percentiles, len(x) // DAYS_A_KNOT)))
        before, after = _knots(np.percentile(x, share), np.percentile(e, share))
    transform = Transform(before, after, sd_e / sd_x)
    made = np.clip(transform.apply(x), 0, 1)
    return {**row, "mean_rescaled": made.mean(), "sd_rescaled": made.std(ddof=1)}, transform


def _knots(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return percentiles so that each value of the first stands once, with the mean of what belongs to it."""
    single, place = np.unique(before, return_inverse=True)
    return single, np.bincount(place, after) / np.bincount(place)


def _rescaled(table: StationTable, values: np.ndarray, kept: np.ndarray, progress: Progress) -> StationTable:
    """Return the rows that were kept with other values (m3 m-3), beside what was measured."""
    beyond = kept & ((values < 0) | (values > MAX_WATER))
    if beyond.any():
        what = counted(int(beyond.sum()), "rescaled value was", "rescaled values were")
        progress.warn(f"{what} beyond 0 to 1 m3 m-3, and set to the limit.")
    name = table.names["soil_moisture"]
    scaled = np.round(np.clip(values, 0, MAX_WATER) / table.factor, 6)
    frame = table.frame.assign(**{name: scaled, MEASURED: table.frame[name]})
    rows = table.rows.assign(soil_moisture=scaled * table.factor)
    return replace(table, frame=frame[kept].reset_index(drop=True), rows=rows[kept].reset_index(drop=True))


# --- references -------------------------------------------------------------------------------------------------------


def study_reference(study: Study, name: str) -> Reference:
    """Return a covariate of a study, or its coarse soil moisture (`COARSE`), as a reference, days by its own rule."""
    study.entry(name)

    def read(places: pd.DataFrame, days: np.ndarray, progress: Progress) -> np.ndarray:
        row, column = study.grid.cells_at(places["longitude"].to_numpy(), places["latitude"].to_numpy())
        on = _on(row, f"the grid of the study '{study.name}'")
        out = np.full((len(days), len(places)), np.nan, np.float32)
        inside = np.flatnonzero((days >= study.first) & (days <= study.last))
        if not len(inside):
            raise InputError(
                f"No common days: the stations measured from {days[0]} to {days[-1]}, the study runs from "
                f"{study.first} to {study.last}."
            )
        for start in progress.over(range(0, len(inside), DAYS_AT_ONCE)):
            part = inside[start : start + DAYS_AT_ONCE]
            out[np.ix_(part, on)] = study.at_cells([name], days[part], row[on], column[on])[:, :, 0]
        return out

    return read


def raster_reference(series: Series) -> Reference:
    """Return dated rasters of soil moisture (m3 m-3) as a reference, each for its own day."""

    def read(places: pd.DataFrame, days: np.ndarray, progress: Progress) -> np.ndarray:
        grid = series.sources[0].grid()
        row, column = grid.cells_at(places["longitude"].to_numpy(), places["latitude"].to_numpy())
        on = _on(row, "the reference rasters")
        out = np.full((len(days), len(places)), np.nan, np.float32)
        by_day = dict(zip(series.days, series.sources))
        if not np.isin(days, series.days).any():
            raise InputError(
                f"No common days: the stations measured from {days[0]} to {days[-1]}, the reference rasters run from "
                f"{series.days[0]} to {series.days[-1]}."
            )
        for i in progress.over(np.flatnonzero(np.isin(days, series.days))):
            with aligned(replace(by_day[days[i]], moisture=OF_COARSE), grid) as reader:
                out[i, on] = reader.read_cells(row[on], column[on])
        return out

    return read


def table_reference(path: str | os.PathLike, columns: StationOptions = StationOptions()) -> Reference:
    """Return a table with the same stations as a reference, with one value a day as `Stations` has it."""

    def read(places: pd.DataFrame, days: np.ndarray, progress: Progress) -> np.ndarray:
        values = Stations.read(path, columns, progress.part(0, 0.9)).values
        wide = values.pivot(index="date", columns="station", values="soil_moisture")
        if not set(wide.columns) & set(places["station"]):
            raise InputError(
                f"The reference table has none of the stations: it has {some(wide.columns)}; the stations are "
                f"{some(places['station'])}."
            )
        progress.at(1)
        return wide.reindex(index=pd.DatetimeIndex(days), columns=places["station"]).to_numpy(float)

    return read


def _on(row: np.ndarray, where: str) -> np.ndarray:
    """Return the numbers of the places that stand on a grid."""
    on = np.flatnonzero(row >= 0)
    if not len(on):
        raise InputError(f"No station stands on {where}.")
    return on
