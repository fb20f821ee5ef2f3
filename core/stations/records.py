# SPDX-License-Identifier: GPL-2.0-or-later
"""What all imports of stations make: one table of daily values, one layer of points, and an account of the rest."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..base.errors import GridError, InputError
from ..base.files import whole_files
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..base.tables import write_csv
from ..rasters.grid import Grid
from ..units import MAX_WATER
from . import swapped
from .daily import is_good
from .depths import layer_weights, middle, one_a_day, reachable
from .layer import write_points
from .settings import StationImport

MOISTURE = "soil_moisture"
ALONG = ("soil_temperature", "air_temperature", "precipitation")  # degC, degC, mm of the day
COLUMNS = ("station", "longitude", "latitude", "depth_m", "date", MOISTURE, "flag", "n")
SHOWN = 10  # of what was left out that is told while it happens; all of it is in the account
APART = 0.01  # degrees that a station may have moved


class Sensor(NamedTuple):
    """One sensor: where it is, and what it measures; `top_m` and `bottom_m` are NaN where the depth is not known."""

    station: str
    network: str
    longitude: float
    latitude: float
    variable: str = MOISTURE
    top_m: float = np.nan
    bottom_m: float = np.nan
    name: str = ""


@dataclass
class StationRecords:
    """Daily values of stations.

    Attributes
    ----------
    frame : DataFrame
        One row a station and day: station, longitude, latitude (degrees), depth_m, date (datetime64[ns]),
        soil_moisture (m3 m-3), flag (G, or codes separated by commas), n (readings of the day), and where known
        soil_temperature, air_temperature (degC) and precipitation (mm d-1).
    places : DataFrame
        One row a station: station, network, longitude, latitude, depth_m, n_days, first, last, mean.
    refused : list of (str, str)
        What was left out, and why.
    """

    frame: pd.DataFrame
    places: pd.DataFrame
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def days(self) -> np.ndarray:
        """The days that have a value, datetime64[D], rising and each once."""
        return np.unique(self.frame["date"].to_numpy("datetime64[D]"))

    def write(
        self,
        table: str | os.PathLike,
        layer: str | os.PathLike = "",
        account: str | os.PathLike = "",
        progress: Progress = SILENT,
    ) -> None:
        """Write the table (CSV), and if their paths are given the layer (GeoPackage) and what was left out (CSV)."""
        wanted = [Path(p) for p in (table, layer, account) if p]
        with whole_files(*wanted) as parts:
            part = dict(zip(wanted, parts))
            write_csv(part[Path(table)], self.frame, progress, float_format="%.7g", date_format="%Y-%m-%d")
            if layer:
                days = {day: self.places[day].dt.strftime("%Y-%m-%d") for day in ("first", "last")}
                words = self.places.assign(**days)
                write_points(part[Path(layer)], words, words["longitude"], words["latitude"])
            if account:
                write_csv(
                    part[Path(account)], pd.DataFrame(self.refused, columns=["left_out", "because"], dtype=object)
                )


class Collector:
    """Takes the days of sensors one after another, keeps the account, and makes the records of them.

    Parameters
    ----------
    options : StationImport
    area : Grid, optional
        Only stations within its bounds.
    first, last : datetime64[D], optional
        Only days from and to here.
    progress : Progress
    """

    def __init__(
        self,
        options: StationImport,
        *,
        area: Grid | None = None,
        first: np.datetime64 | None = None,
        last: np.datetime64 | None = None,
        progress: Progress = SILENT,
    ):
        self.options, self.progress = options, progress
        self.refused: list[tuple[str, str]] = []
        self._area, self._first, self._last = area, first, last
        self._sensors: list[Sensor] = []
        self._days: list[pd.DataFrame] = []
        self._deep: dict[str, list[float]] = {}
        self._elsewhere: dict[str, tuple[float, float]] = {}

    @contextmanager
    def trying(self, source: str | os.PathLike) -> Iterator[None]:
        """Note an input that cannot be used, with its reason, and go on with the next."""
        try:
            yield
        except (InputError, GridError) as error:
            self.refuse(Path(source).name or str(source), str(error))

    def refuse(self, what: str, why: str) -> None:
        """Note that something was left out."""
        self.refused.append((what, why))
        if len(self.refused) <= SHOWN:
            self.progress.warn(f"Left out {what}: {why}")
        elif len(self.refused) == SHOWN + 1:
            self.progress.warn("More was left out; the account at the end has all of it.")

    def wants(self, sensor: Sensor) -> bool:
        """Whether a sensor is on Earth, within the area and the depths asked for; of others nothing need be read."""
        if not (abs(sensor.latitude) <= 90 and -180 <= sensor.longitude <= 360):
            where = f"longitude {sensor.longitude:g}, latitude {sensor.latitude:g}"
            self.refuse(sensor.station, f"it stands at {where}, which are no such degrees.")
            return False
        if self._area is not None:
            row, _ = self._area.cells_at(np.array([sensor.longitude]), np.array([sensor.latitude]))
            if row[0] < 0:
                self._elsewhere[sensor.station] = sensor.longitude, sensor.latitude
                return False
        if sensor.variable != MOISTURE:
            return True
        if self.options.sensor_name.lower() not in sensor.name.lower():
            return False
        return self.at_depth(sensor.station, sensor.top_m, sensor.bottom_m)

    def at_depth(self, station: str, top_m: float, bottom_m: float) -> bool:
        """Whether a soil moisture sensor from top to bottom is at a depth asked for."""
        if reachable(top_m, bottom_m, self.options):
            return True
        self._deep.setdefault(station, []).append(middle(top_m, bottom_m))
        return False

    def add(self, sensor: Sensor, days: pd.DataFrame) -> None:
        """Take the days of one sensor.

        Parameters
        ----------
        sensor : Sensor
        days : DataFrame
            date, value (m3 m-3, degC or mm), n and flag, as `daily` gives them.
        """
        self.add_many([sensor], days.assign(group=0))

    def add_many(self, sensors: Sequence[Sensor], days: pd.DataFrame) -> None:
        """Take the days of several sensors, `group` saying which of them each row is of."""
        days = days[np.isfinite(days["value"])]
        if self._first is not None:
            days = days[days["date"] >= self._first]
        if self._last is not None:
            days = days[days["date"] <= self._last]
        if len(days):
            sensor = days["group"].to_numpy(int) + len(self._sensors)
            self._days.append(days.assign(sensor=sensor).drop(columns="group"))
        self._sensors.extend(sensors)

    def finish(self) -> StationRecords:
        """Make the records, and say what was done.

        Raises
        ------
        InputError
            If there is no value at all.
        """
        self.progress.check()
        days = pd.concat(self._days, ignore_index=True) if self._days else pd.DataFrame()
        sensors = pd.DataFrame(self._sensors, columns=Sensor._fields)
        moist = sensors["variable"] == MOISTURE
        used = set(sensors["station"][moist & sensors.index.isin(days["sensor"] if len(days) else [])])
        for station, depths in self._deep.items():
            if station not in used:
                found = ", ".join(f"{d:g}" for d in sorted(set(depths)))
                self.refuse(station, f"no sensor {_depth_words(self.options)}; its depths are {found} m.")
        days = self._possible(self._once(days, sensors), sensors)
        if not len(days) or not days["sensor"].isin(sensors.index[moist]).any():
            raise InputError(self._nothing())
        sensors["station"] = self._names(sensors)
        self.progress.check()
        counted = layer_weights(_one_a_depth(sensors, days, self.options), self.options)
        values = one_a_day(days, counted)
        self.progress.check()
        frame = values.rename(columns={"value": MOISTURE}).merge(self._one_place(sensors), on="station", how="left")
        for variable in ALONG:
            along = _along(days, sensors[sensors["variable"] == variable], frame)
            if along is not None:
                frame[variable] = along
        columns = [*COLUMNS, *(v for v in ALONG if v in frame)]
        records = StationRecords(frame[columns], _places(frame), self.refused)
        self._say(records)
        return records

    def possible(
        self, values: np.ndarray, group: np.ndarray, called: Sequence[str], what: str = "readings"
    ) -> np.ndarray:
        """Return soil moisture with NaN for what no soil can hold, so that no mean of a day is made of it.

        Parameters
        ----------
        values : ndarray, shape (n,)
            m3 m-3, NaN where there is none.
        group : ndarray of int, shape (n,)
            Which sensor a value is of; what is left out is told of each.
        called : sequence of str
            What the sensors are called.
        what : str
            What the values are called.
        """
        bad = (values < 0) | (values > MAX_WATER)
        for number in np.unique(group[bad]):
            own = group == number
            out = values[own & bad]
            self.refuse(
                called[number],
                f"{len(out)} of {int(np.isfinite(values[own]).sum())} {what} have soil moisture outside of 0 to 1 "
                f"m3 m-3, {out.min():g} to {out.max():g}; these only.",
            )
        return np.where(bad, np.nan, values)

    def _once(self, days: pd.DataFrame, sensors: pd.DataFrame) -> pd.DataFrame:
        """Let the days of a sensor that several files hold count once, as they are where most readings are."""
        if not len(days):
            return days
        same = ["station", "network", "variable", "top_m", "bottom_m", "name"]
        number = sensors.groupby(same, dropna=False).ngroup().to_numpy()[days["sensor"].to_numpy()]
        best = days.assign(same=number).sort_values("n", ascending=False, kind="stable")
        twice = best.duplicated(["same", "date"])
        if not twice.any():
            return days
        several = counted(best.loc[twice, "same"].nunique(), "sensor")
        self.progress.warn(
            f"{counted(int(twice.sum()), 'day')} of {several} stand in several files: that of most readings counts."
        )
        return days.loc[best.index[~twice].sort_values()]

    def _possible(self, days: pd.DataFrame, sensors: pd.DataFrame) -> pd.DataFrame:
        """Leave out the days whose soil moisture no soil can hold."""
        if not len(days):
            return days
        number = days["sensor"].to_numpy()
        moist = sensors["variable"].eq(MOISTURE).to_numpy()[number]
        wet = np.where(moist, days["value"], np.nan)
        possible = self.possible(wet, number, sensors["station"].tolist(), "days")
        return days[~moist | np.isfinite(possible)]

    def _names(self, sensors: pd.DataFrame) -> pd.Series:
        """Return the names of the stations; those that two networks share get that of the network."""
        networks = sensors.groupby("station")["network"].nunique()
        shared = sensors["station"].isin(networks.index[networks > 1])
        if shared.any():
            names = counted(int((networks > 1).sum()), "name belongs", "names belong")
            self.progress.say(f"{names} to several networks: the network was added.")
        return sensors["station"].where(~shared, sensors["station"] + " (" + sensors["network"] + ")")

    def _one_place(self, sensors: pd.DataFrame) -> pd.DataFrame:
        """Return one place for every station: the last that was read."""
        moist = sensors[sensors["variable"] == MOISTURE]
        spread = moist.groupby("station")[["longitude", "latitude"]].agg(lambda x: x.max() - x.min()).max(axis=1)
        for station in spread.index[spread > APART]:
            self.progress.warn(
                f"{station} stands in places up to {spread[station]:.3f} degrees apart: the last counts."
            )
        return moist.groupby("station", as_index=False)[["network", "longitude", "latitude"]].last()

    def _nothing(self) -> str:
        reasons = "; ".join(f"{what}: {why}" for what, why in self.refused[:1])
        if len(self.refused) > 1:
            reasons += " The log tells of the others."
        beside = f" {self._outside()}" if self._elsewhere else ""
        if reasons:
            return f"No soil moisture is left of {len(self.refused)} inputs.{beside} {reasons}"
        return f"No soil moisture is within the depths, the period and the extent asked for.{beside}"

    def _outside(self) -> str:
        """Say how many stations lie outside of the extent, and what may help if none lies within."""
        text = f"{counted(len(self._elsewhere), 'station lies', 'stations lie')} outside of the extent."
        within = {sensor.station for sensor in self._sensors} - set(self._elsewhere)
        if self._area is None or within:
            return text
        longitude, latitude = np.array(list(self._elsewhere.values())).T
        return f"{text} {swapped.advice(self._area, longitude, latitude)}"

    def _say(self, records: StationRecords) -> None:
        frame, say = records.frame, self.progress.say
        days, wet = records.days, frame[MOISTURE]
        count = len(records.places)
        say(
            f"{counted(count, 'station')}, {counted(len(frame), 'value')} of {days[0]} to {days[-1]}, "
            f"{wet.min():.3f} to {wet.max():.3f} m3 m-3, on average {wet.mean():.3f}"
        )
        flagged = int(sum(count for flag, count in frame["flag"].value_counts().items() if not is_good(flag)))
        if flagged:
            have = counted(flagged, "value has a flag", "values have flags")
            say(f"{have}; later steps leave these out unless told to take all.")
        if self._elsewhere:
            say(self._outside())
        if self.refused:
            self.progress.warn(f"{counted(len(self.refused), 'thing was', 'things were')} left out.")


def _one_a_depth(sensors: pd.DataFrame, days: pd.DataFrame, options: StationImport) -> pd.DataFrame:
    """Return the sensors of soil moisture that have values, where so asked only one at each depth of a station."""
    sensors = sensors[sensors["variable"] == MOISTURE]
    n_days = days.groupby("sensor").size().reindex(sensors.index, fill_value=0)
    sensors = sensors.assign(n_days=n_days, top=sensors["top_m"].round(4), bottom=sensors["bottom_m"].round(4))
    sensors = sensors[n_days > 0]
    if options.sensor == "mean":
        return sensors
    order = ["n_days", "name"] if options.sensor == "longest" else ["name"]
    ranked = sensors.sort_values(order, ascending=[False, True][-len(order) :], kind="stable")
    return ranked.drop_duplicates(["station", "top", "bottom"])


def _along(days: pd.DataFrame, sensors: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray | None:
    """Return what was measured beside soil moisture, for the rows of a frame; None if nothing was."""
    sensors = sensors[sensors["station"].isin(frame["station"]) & sensors.index.isin(days["sensor"])]
    if not len(sensors):
        return None
    depth = frame.groupby("station")["depth_m"].first()
    middles = np.array([middle(t, b) for t, b in zip(sensors["top_m"], sensors["bottom_m"])])
    far = np.abs(middles - sensors["station"].map(depth).to_numpy())
    near = sensors.assign(far=np.round(np.nan_to_num(far), 4))
    near = near[near["far"] <= near.groupby("station")["far"].transform("min")]
    rows = days.merge(near[["station"]], left_on="sensor", right_index=True)
    values = rows.groupby(["station", "date"])["value"].mean()
    return values.reindex(pd.MultiIndex.from_frame(frame[["station", "date"]])).to_numpy()


def _places(frame: pd.DataFrame) -> pd.DataFrame:
    places = frame.groupby("station", as_index=False).agg(
        network=("network", "first"),
        longitude=("longitude", "first"),
        latitude=("latitude", "first"),
        depth_m=("depth_m", "first"),
        n_days=("date", "size"),
        first=("date", "min"),
        last=("date", "max"),
        mean=(MOISTURE, "mean"),
    )
    return places.assign(mean=places["mean"].round(4))


def _depth_words(options: StationImport) -> str:
    if options.depth_rule == "nearest":
        return f"within {options.max_depth_difference_m:g} m of the wanted depth of {options.depth_m:g} m"
    return f"between {options.min_depth_m:g} and {options.max_depth_m:g} m"
