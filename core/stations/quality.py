# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations checked value by value: flags in the table, and what they say of every station."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..base.errors import OptionError
from ..base.extras import require
from ..base.files import whole_file
from ..base.names import some
from ..base.progress import SILENT, Progress
from ..rasters.grid import Grid
from ..rasters.series import Series
from .gaps import fill_gaps, merge_in_pixel
from .layer import write_points
from .reader import read_table
from .rules import BIT, CODES, RULES, check_series, kind_of, skipped
from .settings import CheckOptions, SeriesOptions
from .table import StationTable, write_table
from .table_values import GOOD_FLAGS, flags_of
from .together import KINDS, check_together

GOOD = "G"
BESIDE = ("soil_temperature", "air_temperature", "precipitation", "lst", "saturation")  # what rules look at
FAULTS = sum(BIT[code] for code in CODES if not RULES[code].frost)


@dataclass(frozen=True)
class StationCheck:
    """What came of a check.

    Attributes
    ----------
    table : StationTable
        Its frame has every column of the original, and `flag`: 'G', or the codes of `RULES` with commas between.
    stations : DataFrame
        One row a series: station, depth_m, longitude, latitude, first, last (days), n (values), n_good, share_good,
        share_faulty (frost is no fault), verdict ("good", "suspect", "faulty" or "empty"), worst_rule, and n_C01,
        n_C02, … for every code of `RULES`, and changes: breaks, drifts and bursts of noise in words.
    rules : DataFrame
        One row a rule: code, meaning, tried_on (series), rows, stations (flagged), skipped (why, where it was).
    filled : int
        Days that were filled.
    """

    frame: pd.DataFrame
    table: StationTable
    stations: pd.DataFrame
    rules: pd.DataFrame
    filled: int = 0

    @property
    def n_rows(self) -> int:
        """Values that were checked."""
        return int(self.stations["n"].sum())

    @property
    def n_flagged(self) -> int:
        """Values that carry a flag, those of before included."""
        return int((self.stations["n"] - self.stations["n_good"]).sum())

    @property
    def without_good(self) -> list[str]:
        """The stations that are left without any good value."""
        good = self.stations.groupby("station")["n_good"].sum()
        return list(good.index[good == 0])

    def write_table(self, path: str | os.PathLike, progress: Progress = SILENT) -> None:
        """Write the table with its flags as CSV; a person may edit them, and `Stations.read` obeys."""
        write_table(self.frame, path, progress)

    def write_layer(self, path: str | os.PathLike) -> None:
        """Write a GeoPackage of points (EPSG:4326), one a series, with all of `stations`."""
        columns = self.stations.drop(columns=["longitude", "latitude"])
        with whole_file(path) as part:
            write_points(part, columns, self.stations["longitude"], self.stations["latitude"])


def check_stations(
    table_path: str | os.PathLike,
    options: CheckOptions = CheckOptions(),
    *,
    columns: SeriesOptions = SeriesOptions(),
    grid: Grid | None = None,
    maps: Series | None = None,
    progress: Progress = SILENT,
) -> StationCheck:
    """Flag the values of stations that are not to be believed.

    On hours all rules of Dorigo et al. (2013) are tried, on days those that do not depend on the hour; the others
    have a counterpart for days with a code of its own (S05 to S09), since their limits mean nothing on days. The
    rules of the seed papers (S01 to S04, S10) are tried on both, and so are those that hold a series against maps,
    its neighbours or its own history (S11 to S13). What the table lacks data for is skipped, and said.

    Parameters
    ----------
    table_path : path
        As of `reader.read_table`. Rain is in mm of a row's hour or day, temperatures in degC or kelvin.
    options : CheckOptions
    columns : SeriesOptions
        What columns are called, the unit of soil moisture, and which depths are checked.
    grid : Grid, optional
        Stations within one of its pixels become one, see `merge_in_pixel`.
    maps : Series, optional
        Soil moisture (m3 m-3) day by day that stations are held against for breaks and drifts, as the coarse product or
        ERA5-Land; see `from_maps`.
    progress : Progress

    Raises
    ------
    InputError
        If the table is no table of stations, or no map is of its days.
    OptionError
        If a rule to leave out does not exist.
    MissingPackage
        Without flagit.
    """
    require("flagit")
    without = _codes(options.without)
    table = read_table(table_path, columns, further=BESIDE, whole=True, progress=progress.part(0, 0.1))
    table = table.series(columns, progress)
    members = table.members()
    bits = np.zeros(len(table.rows), np.int64)
    why: dict[str, str] = {}
    tried, kinds, hours = dict.fromkeys(CODES, 0), dict.fromkeys(("hourly", "daily"), 0), table.hours
    for at in progress.part(0.1, 0.75).over(members):
        rows = table.rows_of(at)
        kind = kind_of(rows["time"].to_numpy(), hours)
        kinds[kind] += 1
        reasons = skipped(rows, kind, without, options)
        for code in set(CODES) - set(KINDS):
            tried[code] += code not in reasons
        why.update({code: reason for code, reason in reasons.items() if code not in why})
        bits[at] = check_series(rows, kind, set(CODES) - set(reasons), options, progress)
    together = check_together(table, members, bits, without, options, maps, progress.part(0.75, 0.85))
    bits |= together.bits
    for reasons in together.reasons:
        for code in KINDS:
            tried[code] += code not in reasons
            why.update({code: reasons[code]} if code in reasons and code not in why else {})
    table = _flagged(table, bits)
    stations = _stations(table, members, bits, options, progress.part(0.85, 0.92)).assign(changes=together.words)
    facts = stations, _rules(bits, table, tried, why)
    check = StationCheck(table.frame, table, *facts)
    _say(check, kinds, progress)
    filled, days = _with_gaps_filled(table, options.fill_gap_days, progress)
    frame = filled.frame
    if grid is not None:
        frame, gone = merge_in_pixel(filled, grid)
        progress.say(f"{gone} stations fewer, since those of one pixel became one.")
    progress.at(1)
    return replace(check, frame=frame, filled=days)


def _with_gaps_filled(table: StationTable, longest: int, progress: Progress) -> tuple[StationTable, int]:
    if longest and table.hours:
        progress.warn("Gaps are filled in daily tables only; this one has hours, so none was filled.")
    if not longest or table.hours:
        return table, 0
    table, filled = fill_gaps(table, longest, progress.part(0.92, 1))
    progress.say(f"Filled {filled} days without value, in gaps of up to {longest} days.")
    return table, filled


def _codes(text: str) -> set[str]:
    codes = {code.upper() for code in re.split(r"[\s,;]+", text) if code}
    if codes - set(CODES):
        unknown = ", ".join(sorted(codes - set(CODES)))
        raise OptionError(f"There is no rule {unknown} to leave out; rules are {', '.join(CODES)}.")
    return codes


def _flagged(table: StationTable, bits: np.ndarray) -> StationTable:
    """Return the table with the new codes after those that were there."""
    before = table.rows["flag"]
    pairs = pd.MultiIndex.from_arrays([before.cat.codes, bits, table.known])
    number, different = pairs.factorize()
    words = np.array([_joined(before.cat.categories[code], *pair) for code, *pair in different], object)
    flags = pd.Series(words[number], index=table.frame.index, dtype=object)
    name = table.names.get("flag", "flag")
    return replace(
        table,
        frame=table.frame.assign(**{name: flags}),
        rows=table.rows.assign(flag=flags_of(flags)),
        names={**table.names, "flag": name},
    )


def _joined(before: str, bits: int, checked: bool) -> str:
    old = [code for code in re.split(r"[\s,;]+", before) if code and code not in GOOD_FLAGS]
    codes = list(dict.fromkeys([*old, *(code for code in CODES if bits & BIT[code])]))
    return ",".join(codes) if codes else (GOOD if checked else before)


def _stations(
    table: StationTable, members: list, bits: np.ndarray, options: CheckOptions, progress: Progress
) -> pd.DataFrame:
    rows, good, out = table.rows, table.good, []
    # flags from before are faults too: nobody knows of which kind
    faulty = ((bits & FAULTS) > 0) | (table.flagged & (bits == 0))
    time, known = rows["time"].to_numpy().astype("datetime64[D]"), table.known
    for at in progress.over(members):
        sensor, at_known = table.sensors.loc[rows["sensor"].iloc[at[0]]], at[known[at]]
        counts = {code: int(np.count_nonzero(bits[at] & BIT[code])) for code in CODES}
        n, share = len(at_known), faulty[at_known].mean() if len(at_known) else np.nan
        # faults before frost, the most frequent one first
        worst = max((c for c in CODES if counts[c]), key=lambda c: (not RULES[c].frost, counts[c]), default="")
        verdict = "suspect" if share > options.suspect_fraction else "good"
        verdict = "faulty" if share > options.faulty_fraction else verdict
        out.append({
            **sensor[["station", "depth_m", "longitude", "latitude"]].to_dict(), "first": str(time[at[0]]),
            "last": str(time[at[-1]]), "n": n, "n_good": int(good[at].sum()),
            "share_good": good[at].sum() / n if n else np.nan, "share_faulty": share,
            "verdict": verdict if n else "empty", "worst_rule": worst, **{f"n_{c}": k for c, k in counts.items()},
        })  # fmt: skip
    return pd.DataFrame(out)


def _rules(bits: np.ndarray, table: StationTable, tried: dict, why: dict) -> pd.DataFrame:
    out = []
    for code in CODES:
        hit = (bits & BIT[code]) > 0
        stations = table.rows["sensor"].to_numpy()[hit]
        out.append((code, RULES[code].words, tried[code], int(hit.sum()), len(np.unique(stations)), why.get(code, "")))
    return pd.DataFrame(out, columns=["code", "meaning", "tried_on", "rows", "stations", "skipped"])


def _say(check: StationCheck, kinds: dict, progress: Progress) -> None:
    rules, stations = check.rules, check.stations
    what = " and ".join(f"{n} {kind}" for kind, n in kinds.items() if n)
    progress.say(f"Checked {check.n_rows} values of {what} series; {check.n_flagged} are flagged.")
    for row in rules[rules["rows"] > 0].itertuples():
        progress.say(f"{row.code}, {row.meaning}: {row.rows} values of {row.stations} series.")
    for reason, codes in rules[rules["tried_on"] == 0].groupby("skipped")["code"]:
        progress.say(f"Not tried, {reason}: {', '.join(codes)}.")
    for verdict in ("suspect", "faulty", "empty"):
        names = list(stations["station"][stations["verdict"] == verdict])
        if names:
            progress.say(f"{len(names)} of {len(stations)} series are {verdict}: {some(names)}.")
    changed = stations[stations["changes"] != ""]
    if len(changed):
        words = [f"{row.station} ({row.changes})" for row in changed.itertuples()]
        progress.say(f"Breaks, drifts and noise, m3 m-3: {some(words)}.")
    if check.without_good:
        progress.warn(f"Stations without a good value: {some(check.without_good)}.")
