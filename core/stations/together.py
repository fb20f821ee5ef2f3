# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules that need more than one series: a station beside its neighbours, or beside its own earlier years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..rasters.series import Series
from .homogeneity import SEASONS, YEAR, Changes, Limits, changes, difference
from .references import MIN_DAYS, Reference, from_maps, from_neighbours
from .rules import BIT, daily_means
from .settings import CheckOptions
from .table import StationTable

KINDS = {"S11": "offset", "S12": "drift", "S13": "noise"}
# limits without a reference are so many times as high: seasons and rain are in the series then
ALONE = Limits(offset=3, drift=3, noise=2)
LAYERS = (0.075, 0.15, 0.3, 0.6)  # m, between the depths of sensors that are compared
SHALLOW = 0.15  # m, to where maps of soil moisture tell of the same water


@dataclass(frozen=True)
class Together:
    """What was found.

    Attributes
    ----------
    bits : ndarray of int64, shape (rows,)
        Sum of the `BIT` of every code that a row of the table is given.
    reasons : list of dict
        Of every series, why rules were not tried on it, by their codes.
    words : list of str
        Of every series, what was found, as "+0.112 from 2023-06-03"; '' if nothing.
    """

    bits: np.ndarray
    reasons: list[dict[str, str]]
    words: list[str]


def check_together(
    table: StationTable,
    members: Sequence[np.ndarray],
    bits: np.ndarray,
    without: set[str],
    options: CheckOptions,
    maps: Series | None = None,
    progress: Progress = SILENT,
) -> Together:
    """Look for breaks (S11), drifts (S12) and bursts of noise (S13) of every series beside its reference.

    Parameters
    ----------
    table : StationTable
    members : sequence of ndarray
        The rows of every series, as of `StationTable.members`.
    bits : ndarray of int64, shape (rows,)
        What the rules for one series gave; days with such a flag are left out, but for spikes where noise is sought.
    without : set of str
        Codes of rules that are not tried.
    options : CheckOptions
    maps : Series, optional
        Of soil moisture (m3 m-3): breaks and drifts are sought beside these, where they move as a series does.
    progress : Progress
    """
    out = np.zeros(len(table.rows), np.int64)
    codes = [code for code in KINDS if code not in without]
    first = table.rows["time"].min().to_datetime64().astype("datetime64[D]")
    days = (table.rows["time"].to_numpy().astype("datetime64[D]") - first).astype(np.int64)
    moisture = np.where(table.flagged, np.nan, table.rows["soil_moisture"].to_numpy(float))
    clean = _wide(days, np.where(bits > 0, np.nan, moisture), members)
    sensors = table.sensors.iloc[[table.rows["sensor"].iloc[at[0]] for at in members]]
    of_level, of_noise = _references(clean, sensors, first, options, maps, progress.part(0, 0.5))
    with_spikes = _wide(days, np.where((bits & ~BIT["S06"]) > 0, np.nan, moisture), members)
    limits = Limits(options.offset_change, options.drift_change, options.noise_change)
    reasons, words = [], []
    for i in progress.part(0.5, 1).over(range(len(members))):
        against, shapes = of_level.of(i, clean[:, i])
        why = _untried(clean[:, i], against, without)
        found = changes(
            difference(clean[:, i], against),
            limits if against is not None else limits.times(ALONE),
            shapes=shapes,
            with_spikes=difference(with_spikes[:, i], of_noise.of(i, clean[:, i])[0]),
            kinds=frozenset(KINDS[code] for code in codes if code not in why),
        )
        for code in codes:
            out[members[i][getattr(found, KINDS[code])[days[members[i]]]]] |= BIT[code]
        reasons.append(why)
        words.append(_words(found, first))
    out[~table.known] = 0
    return Together(out, reasons, words)


def _references(
    clean: np.ndarray,
    sensors: pd.DataFrame,
    first: np.datetime64,
    options: CheckOptions,
    maps: Series | None,
    progress: Progress,
) -> tuple[Reference, Reference]:
    """Return what breaks and drifts are sought beside, and bursts of noise: neighbours, which are calmer than maps."""
    depth = sensors["depth_m"].abs().to_numpy()
    places = sensors["longitude"].to_numpy(), sensors["latitude"].to_numpy()
    neighbours = from_neighbours(clean, *places, np.searchsorted(LAYERS, depth), options.neighbour_km)
    if maps is None:
        return neighbours, neighbours
    # a depth that is not told is taken for one near the surface
    near_surface = np.where(depth > SHALLOW, np.nan, clean)
    beside = from_maps(maps, near_surface, *places, first, progress)
    n = np.count_nonzero(np.isfinite(beside.values).any(axis=0))
    progress.say(
        f"{n} of {counted(len(sensors), 'series', 'series')} are held against the coarse product, the others against "
        "neighbours or their own history."
    )
    return beside.or_else(neighbours), neighbours.or_else(beside)


def _wide(days: np.ndarray, values: np.ndarray, members: Sequence[np.ndarray]) -> np.ndarray:
    """Return the means of days, shape (days, series)."""
    n = int(days.max()) + 1
    return np.column_stack([daily_means(days[at], values[at], n) for at in members])


def _untried(x: np.ndarray, reference: np.ndarray | None, without: set[str]) -> dict[str, str]:
    """Return why rules are not tried on a series."""
    known = np.flatnonzero(np.isfinite(x))
    reasons = {code: "left out as asked" for code in KINDS if code in without}
    if len(known) < MIN_DAYS:
        return {**dict.fromkeys(KINDS, f"fewer than {MIN_DAYS} days without another flag"), **reasons}
    if reference is None and known[-1] - known[0] < SEASONS * YEAR:
        reasons.setdefault("S12", f"no neighbours alike, and less than {SEASONS} years to tell a drift from the season")
    return reasons


def _words(found: Changes, first: np.datetime64) -> str:
    """Return what was found in a series as a person lists it, m3 m-3."""
    words = [f"{height:+.3f} from {first + day}" for day, height in found.heights]
    if np.isfinite(found.slope):
        words.append(f"{found.slope / YEAR * 30:+.3f} in 30 days from {first + found.start}")
    noisy = np.flatnonzero(found.noise)
    if len(noisy):
        words.append(f"noise {first + noisy[0]} to {first + noisy[-1]}")
    return ", ".join(words)
