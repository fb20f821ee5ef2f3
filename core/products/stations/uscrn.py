# SPDX-License-Identifier: GPL-2.0-or-later
"""Daily files of the U.S. Climate Reference Network (USCRN), as delivered (Daily01) or gathered in one CSV."""

from __future__ import annotations

import gzip
import os
import re
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from ...base.errors import InputError
from ...base.names import some
from ...base.progress import SILENT, Progress
from ...rasters.find import product_files
from ...rasters.grid import Grid
from ...stations.daily import GOOD
from ...stations.records import MOISTURE, Collector, Sensor, StationRecords
from ..settings import UscrnImport

DEPTHS_CM = (5, 10, 20, 50, 100)
FILL = -90  # soil moisture lacks as -99, all else as -9999; nothing measured here is so low
# the 28 columns of a Daily01 file, as its HEADERS.txt gives them
COLUMNS = (
    "wbanno", "lst_date", "crx_vn", "longitude", "latitude", "t_daily_max", "t_daily_min", "t_daily_mean",
    "t_daily_avg", "p_daily_calc", "solarad_daily", "sur_temp_daily_type", "sur_temp_daily_max", "sur_temp_daily_min",
    "sur_temp_daily_avg", "rh_daily_max", "rh_daily_min", "rh_daily_avg",
    *(f"soil_moisture_{d}_daily" for d in DEPTHS_CM), *(f"soil_temp_{d}_daily" for d in DEPTHS_CM),
)  # fmt: skip
NEEDED = ("lst_date", "longitude", "latitude", "soil_moisture_5_daily")
NAME = re.compile(r"CRND\d+-\d{4}-(.+)$", re.IGNORECASE)
NETWORK = "USCRN"
MAX_BYTES = 1 << 30  # of an unpacked .gz


def import_uscrn(
    source: str | os.PathLike,
    options: UscrnImport = UscrnImport(),
    *,
    area: Grid | None = None,
    first: np.datetime64 | None = None,
    last: np.datetime64 | None = None,
    progress: Progress = SILENT,
) -> StationRecords:
    """Read daily files of the USCRN: a file, a folder of many stations and years, or a pattern.

    Days are of local standard time, as the files give them; each is a mean of the day over up to three probes at a
    depth. A station is called as its file, or by its WBAN number where a table has no more.

    Parameters
    ----------
    source : path
        `CRND0103-*.txt` as delivered, or a CSV (also .gz) whose columns have the same names.
    options : UscrnImport, optional
    area : Grid, optional
        Only stations within its bounds.
    first, last : datetime64[D], optional
    progress : Progress

    Raises
    ------
    InputError
        If there is no such file, or no value within what is asked for.

    References
    ----------
    Bell et al. 2013, U.S. Climate Reference Network soil moisture and temperature observations, Journal of
    Hydrometeorology 14; README and HEADERS of product Daily01, NOAA NCEI.
    """
    collector = Collector(options, area=area, first=first, last=last, progress=progress)
    files = product_files(source, (".txt", ".csv", ".gz"), "the USCRN")
    files = [f for f in files if not f.name.upper().startswith(("HEADERS", "README"))] or files
    tables = []
    for path in progress.over(files):
        with collector.trying(path):
            table = _table(path)
            tables.append(table.assign(date=_days(table["lst_date"]), station=_names(table, path)))
    if tables:
        _add(pd.concat(tables, ignore_index=True), collector)
    return collector.finish()


def _table(path: Path) -> pd.DataFrame:
    """Return a file as a table with the columns of Daily01, missing values as NaN."""
    try:
        text = _text(path)
        start = text.lstrip().partition("\n")[0]
        if "lst_date" in start.lower() and re.search("[,;\t]", start):
            table = pd.read_csv(StringIO(text), sep=max(",;\t", key=start.count), dtype={"LST_DATE": str})
            table.columns = [str(c).strip().lower() for c in table.columns]
        else:
            table = _raw(text)
    except (OSError, EOFError, UnicodeDecodeError, ValueError, pd.errors.ParserError) as error:
        raise InputError(f"is no readable daily file of the USCRN: {error}. Download it again.") from error
    missing = [name for name in NEEDED if name not in table]
    if missing:
        raise InputError(
            f"has no column {', '.join(missing)}: this is no daily file of the USCRN (product Daily01). Its columns "
            f"are {some(table.columns)}."
        )
    for name in ("longitude", "latitude"):
        numbers = pd.to_numeric(table[name], errors="coerce")
        wrong = np.flatnonzero(~np.isfinite(numbers))
        if len(wrong):
            raise InputError(f"has '{table[name].iloc[wrong[0]]}' in row {wrong[0] + 1} of its {name}: no number.")
        table[name] = numbers
    return table


def _raw(text: str) -> pd.DataFrame:
    """Return the table of a file of fixed columns without a header."""
    counts = np.array([len(line.split()) for line in text.splitlines()])
    wrong = np.flatnonzero((counts != len(COLUMNS)) & (counts > 0))
    if len(wrong):
        raise InputError(
            f"line {wrong[0] + 1} has {counts[wrong[0]]} values where daily files of the USCRN have {len(COLUMNS)} "
            f"({len(wrong)} such lines of {len(counts)}). The download may be cut short, or of another product."
        )
    if not counts.any():
        raise InputError("is empty.")
    return pd.read_csv(StringIO(text), sep=r"\s+", header=None, names=COLUMNS, dtype={"lst_date": str, "wbanno": str})


def _text(path: Path) -> str:
    if path.suffix.lower() != ".gz":
        return path.read_text(encoding="utf-8-sig")
    with gzip.open(path) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InputError(f"unpacks to more than {MAX_BYTES >> 20} MB: no file of the USCRN does.")
    return content.decode("utf-8-sig")


def _days(column: pd.Series) -> pd.Series:
    text = column.astype(str).str.replace("-", "", regex=False).str.slice(0, 8)
    days = pd.to_datetime(text, format="%Y%m%d", errors="coerce").astype("datetime64[ns]")
    if days.isna().any():
        at = int(np.flatnonzero(days.isna())[0])
        raise InputError(f"'{column.iloc[at]}' in row {at + 1} of the dates is no day as 20210101.")
    return days


def _names(table: pd.DataFrame, path: Path) -> pd.Series:
    """Return the name of the station of every row: from the name of the file, else its number."""
    found = NAME.match(path.name.split(".")[0])
    number = next((c for c in ("wbanno", "wban", "station", "station_name") if c in table), None)
    if found and (number is None or table[number].nunique() == 1):
        return pd.Series(found.group(1).replace("_", " "), table.index)
    if number is None:
        return pd.Series(path.name.split(".")[0], table.index)
    return table[number].astype(str).str.strip()


def _add(table: pd.DataFrame, collector: Collector) -> None:
    """Give the columns to the collector, each with the sensors of all stations."""
    group, names = pd.factorize(table["station"])
    last = table.groupby(group)[["longitude", "latitude"]].last().to_numpy(float)
    columns = [(MOISTURE, f"soil_moisture_{d}_daily", d / 100) for d in DEPTHS_CM]
    columns += [("soil_temperature", f"soil_temp_{d}_daily", d / 100) for d in DEPTHS_CM]
    columns += [("air_temperature", "t_daily_mean", np.nan), ("precipitation", "p_daily_calc", np.nan)]
    for variable, column, depth in columns:
        if column not in table:
            continue
        sensors = [Sensor(n, NETWORK, x, y, variable, depth, depth, column) for n, (x, y) in zip(names, last)]
        values = pd.to_numeric(table[column], errors="coerce").to_numpy(float)
        known = np.array([collector.wants(s) for s in sensors], bool)[group] & (values > FILL)
        days = pd.DataFrame({"group": group, "date": table["date"], "value": values, "n": 1, "flag": GOOD})
        collector.add_many(sensors, days[known])
