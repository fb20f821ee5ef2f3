# SPDX-License-Identifier: GPL-2.0-or-later
"""Flags that a person gives to spans of days of a station, kept in a table of their own beside the stations."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.files import whole_file
from ..base.names import counted
from ..base.progress import SILENT, Progress
from ..base.tables import plain_texts, write_csv
from ..rasters.dates import parse_day
from .table_values import flags_of

# the letters of the ISMN without a number, which are those of rules
FLAGS = {"D": "dubious", "C": "out of range", "G": "good, whatever rules say"}
COLUMNS = ("station", "first", "last", "flag", "reason", "by")


@dataclass(frozen=True)
class FlaggedSpan:
    """Days of a station, the first and the last included, and the flag that a person gives them.

    Raises
    ------
    InputError
        If the station has no name, a day is none, the last is before the first, or the flag is none of `FLAGS`.
    """

    station: str
    first: str
    last: str
    flag: str = "D"
    reason: str = ""
    by: str = ""

    def __post_init__(self):
        if not self.station.strip():
            raise InputError("A flag needs the name of a station.")
        first, last = (parse_day(day, f"day of the flag of {self.station}") for day in (self.first, self.last))
        if last < first:
            raise InputError(f"The flag of {self.station} ends ({last}) before it begins ({first}).")
        if self.flag not in FLAGS:
            raise InputError(f"The flag of {self.station} is {self.flag!r}; it must be one of {', '.join(FLAGS)}.")
        object.__setattr__(self, "first", str(first))
        object.__setattr__(self, "last", str(last))


def flags_beside(stations: str | os.PathLike) -> Path:
    """Return where the flags of a table of stations are kept unless told otherwise, as stations_flags.csv."""
    path = Path(stations)
    return path.with_name(f"{path.stem}_flags.csv")


def read_flags(path: str | os.PathLike) -> list[FlaggedSpan]:
    """Read the flags of a file.

    Raises
    ------
    InputError
        If there is no such file, a column is missing, or a line is no flag; with its number.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"There is no file of flags {path}.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"Cannot read the flags in {path}: {error}.") from error
    missing = [name for name in COLUMNS[:4] if name not in table]
    if missing:
        raise InputError(f"{path.name} has no column {', '.join(missing)}; flags need {', '.join(COLUMNS[:4])}.")
    table = table.reindex(columns=list(COLUMNS), fill_value="")
    table = table.apply(plain_texts) if len(table) else table
    spans = []
    for number, row in enumerate(table.to_dict("records")):
        try:
            spans.append(FlaggedSpan(**{key: value.strip() for key, value in row.items()}))
        except InputError as error:
            raise InputError(f"{path.name} line {number + 2}: {error}") from error
    return spans


def write_flags(path: str | os.PathLike, spans: Sequence[FlaggedSpan]) -> None:
    """Write flags as CSV, whole or not at all."""
    with whole_file(path) as part:
        write_csv(part, pd.DataFrame([asdict(span) for span in spans], columns=list(COLUMNS), dtype=object))


def with_flags(
    rows: pd.DataFrame, sensors: pd.DataFrame, of: str, path: str | os.PathLike, progress: Progress = SILENT
) -> pd.Categorical:
    """Return the flags of the rows of a table with those of a file laid over them, later lines over earlier ones.

    `of` is what the table is called, whose rows and sensors are given. What a span says counts instead of what the
    table says. How many values whose flags leave out is told, and which stations of the file the table has not.

    Raises
    ------
    InputError
        As `read_flags`.
    """
    spans = read_flags(path)
    flags = rows["flag"].astype(object).to_numpy(copy=True)
    station = sensors["station"].astype(str).to_numpy()[rows["sensor"].to_numpy()]
    day = rows["time"].to_numpy().astype("datetime64[D]")
    by = np.full(len(flags), -1)
    for number, span in enumerate(spans):
        inside = (station == span.station) & (day >= np.datetime64(span.first)) & (day <= np.datetime64(span.last))
        flags[inside] = span.flag
        by[inside] = number
    _tell(spans, by[rows["soil_moisture"].notna().to_numpy()], Path(path).name, progress)
    unknown = sorted({span.station for span in spans} - set(station))
    if unknown:
        progress.warn(f"{Path(path).name} has flags of stations that are not in {of}: {', '.join(unknown)}.")
    return flags_of(pd.Series(flags, dtype=object))


def _tell(spans: Sequence[FlaggedSpan], by: np.ndarray, name: str, progress: Progress) -> None:
    """Say how many values whose flags leave out, and whose take in again; `by` is the span of each value or -1."""
    out: dict[str, int] = {}
    again: dict[str, int] = {}
    for number, n in zip(*np.unique(by[by >= 0], return_counts=True)):
        span = spans[number]
        counts = again if span.flag == "G" else out
        counts[span.by or "nobody named"] = counts.get(span.by or "nobody named", 0) + int(n)
    for counts, what in ((out, "left out"), (again, "taken as good")):
        if counts:
            whose = ", ".join(f"{n} by {who}" for who, n in counts.items())
            progress.say(f"{counted(sum(counts.values()), 'observation')} {what} by the flags in {name}: {whose}.")
