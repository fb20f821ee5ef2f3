# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of every kind put into clean series of stations, and how many of them the check of stations finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..core.rasters.series import Series
from ..core.stations.quality import check_stations
from ..core.stations.settings import CheckOptions

KINDS = ("spike", "stuck", "offset", "drift", "noise", "out of range")
FOUND_BY = {
    "spike": {"S06"},
    "stuck": {"S05", "S08"},
    "offset": {"S07", "S11"},
    "drift": {"S12"},
    "noise": {"S13"},
    "out of range": {"C01", "C02", "S03"},
}
BY_KIND = {code: kind for kind, codes in FOUND_BY.items() for code in codes}


def spike(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the days of three single readings 0.2 to 0.3 m3 m-3 off, put into `x`."""
    days = rng.choice(np.arange(5, len(x) - 5, 4), 3, replace=False)
    up = x[days] < 0.25
    x[days] += np.where(up, 1, -1) * rng.uniform(0.2, 0.3, 3)
    x[days] = np.clip(x[days], 0.0, 0.59)
    return days


def stuck(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the days, 14 to 25 of them, that keep the value of the first."""
    start = rng.integers(5, len(x) - 25)
    days = np.arange(start, start + rng.integers(14, 26))
    days = days[days < len(x)]
    x[days] = x[start]
    return days


def offset(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the days on the shorter side of a break of 0.08 to 0.15 m3 m-3, in the middle half of a series."""
    start = rng.integers(len(x) // 4, 3 * len(x) // 4)
    x[start:] += _away(x) * rng.uniform(0.08, 0.15)
    return np.arange(start) if start < len(x) / 2 else np.arange(start, len(x))


def drift(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the days of a drift from the first third on, which ends 0.10 to 0.20 m3 m-3 off."""
    start = rng.integers(0, len(x) // 3)
    days = np.arange(start, len(x))
    x[days] += _away(x) * rng.uniform(0.10, 0.20) * np.linspace(0, 1, len(days))
    return days


def noise(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the days, 12 to 20 of them, with noise of SD 0.10 m3 m-3 above that of the series."""
    start = rng.integers(5, len(x) - 20)
    days = np.arange(start, start + rng.integers(12, 21))
    days = days[days < len(x)]
    x[days] = np.clip(x[days] + rng.normal(0, 0.10, len(days)), 0.005, 0.59)
    return days


def out_of_range(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return five days below zero or above what soil holds."""
    days = rng.choice(len(x), 5, replace=False)
    x[days] = np.where(rng.random(5) < 0.5, rng.uniform(-0.1, -0.01, 5), rng.uniform(0.65, 0.95, 5))
    return days


def _away(x: np.ndarray) -> float:
    """Return the direction in which a series stays soil moisture: up from dry, down from wet."""
    return 1.0 if np.nanmean(x) < 0.27 else -1.0


PLANT: dict[str, Callable] = dict(zip(KINDS, (spike, stuck, offset, drift, noise, out_of_range)))


def planted(table: pd.DataFrame, kind: str, n: int, seed: int) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Return a table with a fault of a kind in `n` of its stations, and the days of each by the station's name.

    Parameters
    ----------
    table : DataFrame
        station, date (text) and soil_moisture (m3 m-3), sorted by station and date.
    kind : str
        One of `KINDS`.
    n : int
    seed : int
    """
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    values = table["soil_moisture"].to_numpy(float).copy()
    days = {}
    for name in rng.choice(table["station"].unique(), n, replace=False):
        rows = np.flatnonzero((table["station"] == name).to_numpy())
        x = values[rows]
        hit = PLANT[kind](x, rng)
        values[rows] = x.round(4)
        days[str(name)] = table["date"].to_numpy()[rows[hit]]
    return table.assign(soil_moisture=values), days


@dataclass(frozen=True)
class Row:
    """What came of faults of one kind.

    Attributes
    ----------
    kind : str
    planted : int
        Stations with the fault.
    found : int
        Of these, stations where a rule for this kind flagged a day of the fault.
    otherwise : int
        Of the rest, those where a rule for another kind did.
    days : float
        Fraction of the days of the faults that have a flag.
    alarms : float
        Stations without the fault that a rule for its kind flagged, of 40.
    """

    kind: str
    planted: int
    found: int
    otherwise: int
    days: float
    alarms: float


def trial(
    path: Path,
    folder: Path,
    seeds: Sequence[int] = (1,),
    n: int = 10,
    options: CheckOptions = CheckOptions(),
    maps: Series | None = None,
) -> list[Row]:
    """Put each kind of faults into clean stations, check them, and count.

    Parameters
    ----------
    path : Path
        Table of clean stations: station, longitude, latitude, date, soil_moisture (m3 m-3).
    folder : Path
        Where tables with faults are written.
    seeds : sequence of int
        Of the faults; each is another trial.
    n : int
        Stations with a fault in a trial; the others tell of false alarms.
    options : CheckOptions
    maps : Series, optional
        As of `check_stations`.
    """
    clean = pd.read_csv(path).sort_values(["station", "date"], ignore_index=True)
    return [_row(kind, [_tried(clean, kind, n, seed, folder, options, maps) for seed in seeds]) for kind in KINDS]


def _tried(
    clean: pd.DataFrame, kind: str, n: int, seed: int, folder: Path, options: CheckOptions, maps: Series | None
) -> pd.DataFrame:
    """Return a row a station: whether it has the fault, was flagged for it or otherwise, and days hit and flagged."""
    faulty, days = planted(clean, kind, n, seed)
    faulty.to_csv(folder / "faulty.csv", index=False)
    checked = check_stations(folder / "faulty.csv", options, maps=maps).frame
    rows = []
    for name, own in checked.groupby("station"):
        hit = own["date"].isin(days.get(str(name), ()))
        codes = own["flag"].str.split(",").map(set)
        kinds = set().union(*([BY_KIND.get(code) for code in flags] for flags in codes[hit])) - {None}
        alarm = any(BY_KIND.get(code) == kind for flags in codes for code in flags)
        rows.append(
            (str(name) in days, kind in kinds, bool(kinds - {kind}), alarm, hit.sum(), (codes[hit] != {"G"}).sum())
        )
    return pd.DataFrame(rows, columns=["faulty", "found", "otherwise", "alarm", "days", "flagged"])


def _row(kind: str, tried: list[pd.DataFrame]) -> Row:
    stations = pd.concat(tried)
    hit, clean = stations[stations["faulty"]], stations[~stations["faulty"]]
    return Row(
        kind, len(hit), int(hit["found"].sum()), int((~hit["found"] & hit["otherwise"]).sum()),
        float(hit["flagged"].sum() / hit["days"].sum()), 40 * float(clean["alarm"].mean()),
    )  # fmt: skip
