# SPDX-License-Identifier: GPL-2.0-or-later
"""The training table: one row a place and day, with the soil moisture to learn and its covariates."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.describe import described
from ..base.errors import InputError
from ..base.files import whole_file
from ..base.names import class_of
from ..base.progress import SILENT, Progress
from ..base.tables import plain_texts, write_csv
from ..rasters.grid import Grid
from ..report.words import TARGET_WORDS
from ..stations.reader import as_text
from ..stations.table_dates import read_dates
from ..stations.table_file import Faults, TableFile
from ..stations.table_values import numbers_of
from ..study.columns import TARGET, VALID_FRACTION, refuse_taken
from ..units import SM_UNIT, check_soil_moisture, factor_of
from .place import checked_place

VERSION = 1


@dataclass(frozen=True)
class Samples:
    """A training table.

    Attributes
    ----------
    X : ndarray, shape (n, covariates), float32
        NaN where a covariate is unknown.
    y : ndarray, shape (n,), float32
        Soil moisture, m3 m-3.
    names : tuple of str
        The covariates, in the order of the columns of X.
    index : DataFrame, n rows
        What is known of station, cell_row, cell_column, longitude, latitude, date, weight, valid_fraction, and
        columns of text.
    facts : dict
        `target` ("coarse", "stations" or "table"), and where known `study`, `grid`, the `units` and `rules` of the
        covariates, `classes`: the names of those whose numbers are names of classes, and of coarse cells
        `coarse_grid` and `fine_sd`.

    Examples
    --------
    >>> import soilsharp
    >>> samples = soilsharp.sample("study.json").select(["ndvi", "sand"])
    >>> samples.X.shape, samples.y.shape
    ((144, 2), (144,))
    >>> samples.write("samples.csv")
    >>> soilsharp.Samples.read("samples.csv")
    144 samples of the coarse product of 'Sample region'
      Soil moisture  0.150 to 0.317 m3 m-3
      Covariates     ndvi, sand
      Days           2023-05-01 to 2023-05-16
    """

    X: np.ndarray
    y: np.ndarray
    names: tuple[str, ...]
    index: pd.DataFrame
    facts: dict = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        study = self.facts.get("study", "")
        days = self.days
        facts = {
            "Soil moisture": f"{self.y.min():.3f} to {self.y.max():.3f} {SM_UNIT}" if len(self) else "",
            "Covariates": ", ".join(self.names),
            "Days": f"{days.min()} to {days.max()}" if days is not None and len(days) else "",
            "Stations": self.index["station"].nunique() if "station" in self.index else "",
        }
        source = TARGET_WORDS.get(self.facts.get("target", ""), "a table")
        return described(f"{len(self)} samples of {source}" + (f" of '{study}'" if study else ""), facts)

    @property
    def weight(self) -> np.ndarray | None:
        """Weights of the rows, shape (n,); None if all are equal."""
        return self.index["weight"].to_numpy(np.float32) if "weight" in self.index else None

    @property
    def days(self) -> np.ndarray | None:
        """Days of the rows, shape (n,), datetime64[D]; None if the samples do not tell."""
        return self.index["date"].to_numpy("datetime64[D]") if "date" in self.index else None

    @property
    def valid_fraction(self) -> np.ndarray | None:
        """Fraction of the coarse cell's area whose fine pixels have all covariates, shape (n,), float32.

        In a row that lacks some covariates, the least that one of the others has. None if the samples are no area
        means of coarse cells.
        """
        return self.index[VALID_FRACTION].to_numpy(np.float32) if VALID_FRACTION in self.index else None

    @property
    def coarse_grid(self) -> Grid | None:
        """The grid whose rows and columns cell_row and cell_column count; None if the samples are of no coarse product.

        Samples of stations have the cells that they lie in, but no grid.
        """
        grid = self.facts.get("coarse_grid")
        return Grid.from_dict(grid) if grid else None

    @property
    def fine_sd(self) -> np.ndarray | None:
        """Population SD of each covariate over the fine pixels of the sampled days, shape (covariates,), float32.

        In the covariates' own units; NaN for one that came later, None if the samples are of no coarse product.
        """
        known = self.facts.get("fine_sd")
        return np.array([known.get(name, np.nan) for name in self.names], np.float32) if known else None

    @property
    def categories(self) -> tuple[int, ...]:
        """Columns of X whose numbers are names of classes."""
        classes = self.facts.get("classes", ())
        return tuple(i for i, name in enumerate(self.names) if name in classes)

    def class_words(self, name: str) -> dict[str, str]:
        """Return what the classes of a covariate are called, by their numbers as text; empty where nobody says it."""
        return self.facts.get("class_names", {}).get(name, {})

    def called(self, name: str, codes: pd.Series) -> pd.Series:
        """Return classes of a covariate by what they are called, of their numbers or these as text; others stay."""
        words = self.class_words(name)
        if not words:
            return codes
        return codes.map(
            lambda code: words.get(code if isinstance(code, str) else f"{code:g}", code), na_action="ignore"
        )

    def rows(self, numbers: np.ndarray) -> Samples:
        """Return some of the rows, by their numbers or by yes and no."""
        return Samples(self.X[numbers], self.y[numbers], self.names, self.index.iloc[numbers], self.facts)

    def weighted(self, weight: np.ndarray | None) -> Samples:
        """Return the samples with other weights, shape (n,); None leaves them as they are."""
        if weight is None:
            return self
        return Samples(self.X, self.y, self.names, self.index.assign(weight=weight), self.facts)

    def select(self, names: Sequence[str]) -> Samples:
        """Return the samples with some of the covariates, in the given order.

        The name of a covariate of classes stands for the columns of all its classes, and a class as "land_cover=10" can
        be had of samples that hold the classes by their numbers.
        """
        samples = self._with_classes(names)
        missing = [name for name in names if not samples.columns_of(name)]
        if missing:
            raise InputError(f"The samples have no covariate {', '.join(missing)}; they have {', '.join(self.names)}.")
        columns = [i for name in names for i in samples.columns_of(name)]
        return Samples(samples.X[:, columns], self.y, tuple(samples.names[i] for i in columns), self.index, self.facts)

    def columns_of(self, name: str) -> tuple[int, ...]:
        """Return the number of the column of a covariate, or those of its classes; none if there is no such."""
        return tuple(i for i, column in enumerate(self.names) if name in (column, (class_of(column) or (column,))[0]))

    def _with_classes(self, names: Sequence[str]) -> Samples:
        """Return the samples with the classes that are named as columns of 0 and 1, where only their numbers are."""
        found = {}
        for column in names:
            name, code = class_of(column) or ("", 0.0)
            if column not in self.names and name in self.names and name in self.facts.get("classes", ()):
                values = self.X[:, self.names.index(name)]
                found[column] = np.where(np.isnan(values), np.nan, values == np.float32(code)).astype(np.float32)
        if not found:
            return self
        return Samples(
            np.column_stack([self.X, *found.values()]), self.y, (*self.names, *found), self.index, self.facts
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the whole table: what is known of place and day, `soil_moisture` (m3 m-3), and the covariates."""
        covariates = pd.DataFrame(self.X, columns=list(self.names), index=self.index.index)
        return pd.concat([self.index, pd.Series(self.y, self.index.index, name=TARGET), covariates], axis=1)

    def write(self, path: str | os.PathLike, progress: Progress = SILENT) -> None:
        """Write the table as CSV; its first line, a comment, holds the facts as JSON.

        Numbers are written with the digits that bring back the same bits.
        """
        facts = {"soilsharp": "samples", "version": VERSION, **self.facts, "covariates": list(self.names)}
        comment = "# " + json.dumps(facts, ensure_ascii=False) + "\n"
        with whole_file(path) as part:
            write_csv(part, self.to_frame(), progress, comment, date_format="%Y-%m-%d")

    @classmethod
    def read(cls, path: str | os.PathLike) -> Samples:
        """Read a table that `write` wrote.

        Raises
        ------
        InputError
            If the file is no samples table, is newer than this program, or holds text for numbers or values that
            are no soil moisture.
        """
        path = Path(path)
        try:
            with open(path, encoding="utf-8") as file:
                first = file.readline()
                facts = json.loads(first[1:]) if first.startswith("#") else None
                table = pd.read_csv(file, float_precision="round_trip") if facts else None
        except OSError as error:
            raise InputError(f"Cannot read the samples {path}: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise InputError(f"Cannot read {path} as samples: {error}.") from error
        if not isinstance(facts, dict) or table is None or facts.pop("soilsharp", None) != "samples":
            raise InputError(f"{path.name} is no table of samples; make one with a sampling step.")
        if facts.pop("version", None) != VERSION:
            raise InputError(f"{path.name} was written by another version of SoilSharp; sample again.")
        names = facts.pop("covariates", [])
        missing = [name for name in (*names, TARGET) if name not in table]
        if missing or not names:
            raise InputError(f"{path.name} lacks the columns {', '.join(missing) or 'of its covariates'}.")
        for name in table.select_dtypes([object]):
            table[name] = plain_texts(table[name])
        check_soil_moisture(_numbers(table[TARGET], path), path.name, "Sample again, or remove these rows.")
        return cls._of(table, names, facts, path)

    @classmethod
    def from_table(
        cls,
        path: str | os.PathLike,
        covariates: Sequence[str],
        target: str = TARGET,
        unit: str = SM_UNIT,
        station: str = "",
        date: str = "",
        date_format: str = "",
        progress: Progress = SILENT,
    ) -> Samples:
        """Take samples from a table that has soil moisture and covariates side by side.

        Parameters
        ----------
        path : path
            CSV, Excel or layer of points.
        covariates : sequence of str
            Columns of numbers.
        target : str
            Column of soil moisture.
        unit : str
            "m3 m-3" or "percent".
        station, date : str
            Columns with the name of the place and with the day, if there are any.
        date_format : str
            As "%d.%m.%Y"; found out when left out.
        progress : Progress

        Raises
        ------
        InputError
            If columns are missing, a covariate is called as one that samples have of their own, or no row is left.

        Notes
        -----
        Rows without soil moisture or without any covariate are left out, and the fact `left_out` counts them; others
        keep their gaps. Of columns with one name the first is taken. All this is told.
        """
        progress.at(0)
        file = TableFile(path)
        refuse_taken(covariates, file.path.name)
        used = [name for name in (*covariates, target, station, date) if name]
        missing = [name for name in used if name not in file.names]
        if missing:
            raise InputError(
                f"{file.path.name} has no column {', '.join(missing)}; its columns are {', '.join(file.names)}."
            )
        table, faults = (
            file.read(text=[name for name in (station, date) if name], progress=progress.part(0, 0.6)),
            Faults(file),
        )
        file.tell_repeated(table, used, progress)
        text = [c for c in table.columns if _is_text(table[c]) and c not in used]
        frame = table[text].copy()
        if station:
            frame["station"] = [as_text(name) for name in table[station]]
        if date:
            days = read_dates(table[date], f"column '{date}' of {file.path.name}", date_format=date_format).values
            faults.leave_out(np.isnat(days), "have no date", "Say how dates are written, as %d.%m.%Y.", date)
            frame["date"] = days.astype("datetime64[ns]")
        for name in covariates:
            frame[name] = numbers_of(table[name], name, faults, progress, may_be_filled=False)
        frame[TARGET] = numbers_of(table[target], target, faults, progress) * factor_of(unit)
        gaps = frame[[*covariates, TARGET]].isna()
        if gaps.any(axis=None):
            which = ", ".join(f"{name} in {n}" for name, n in gaps.sum().items() if n)
            progress.warn(f"{int(gaps.any(axis=1).sum())} of {len(frame)} rows have no {which}.")
        lost = gaps[TARGET] | gaps[list(covariates)].all(axis=1)
        if lost.any():
            progress.warn(f"{int(lost.sum())} rows without {target} or without any covariate are left out.")
        frame = frame[~lost].reset_index(drop=True)
        if frame.empty:
            raise InputError(f"No row of {file.path.name} has {target} and one of {', '.join(covariates)}.")
        check_soil_moisture(frame[TARGET], file.path.name)
        progress.at(1)
        return cls._of(frame, list(covariates), {"target": "table", "left_out": int(lost.sum())}, file.path)

    @classmethod
    def _of(cls, table: pd.DataFrame, names: list[str], facts: dict, path: Path) -> Samples:
        X = np.column_stack([_numbers(table[name], path) for name in names]).astype(np.float32)
        y = _numbers(table[TARGET], path).to_numpy(np.float32)
        place = table.drop(columns=[*names, TARGET])
        samples = cls(X, y, tuple(names), place, facts)
        return replace(samples, index=checked_place(place, samples.coarse_grid, path.name))


def _is_text(column: pd.Series) -> bool:
    # an object before pandas 3, a type of its own from then on
    return column.dtype == object or pd.api.types.is_string_dtype(column)


def _numbers(column: pd.Series, path: Path) -> pd.Series:
    try:
        return pd.to_numeric(column).astype(float).replace([np.inf, -np.inf], np.nan)
    except ValueError as error:
        raise InputError(
            f"Column '{column.name}' of {path.name} has text where a number should be: {error}."
        ) from error
