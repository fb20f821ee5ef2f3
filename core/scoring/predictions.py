# SPDX-License-Identifier: GPL-2.0-or-later
"""Predictions of rows that no model has learned from, beside baselines: one table from which any score can be made."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.columns import refuse_rows
from ..base.describe import described
from ..base.errors import InputError
from ..base.files import whole_file
from ..base.names import counted, some
from ..base.progress import SILENT, Progress
from ..base.tables import plain_texts, write_csv
from .metrics import MIN_PAIRS, scores, scores_by
from .settings import PARTS

FILE = "predictions.csv"
KIND, VERSION = "predictions", 1
OBSERVED = "observed"
DIVISION = ("folds", "draw", "fold", "part")
PLACE = ("station", "longitude", "latitude", "cell_row", "cell_column", "date")
AT_MEDIAN = ("rmse", "ubrmse", "r")  # what the median station is judged by
_NO_CLASS = {*PLACE, "weight", "valid_fraction"}


@dataclass(frozen=True)
class Predictions:
    """What models and baselines say of rows, and what was observed there.

    Attributes
    ----------
    table : DataFrame
        One row a sample, kind of folds and draw of these. What is known of station, longitude, latitude, cell_row,
        cell_column and date (datetime64[ns]), and further columns of the samples, as classes of the land; folds, the
        kind of folds as text; draw, from 1 on, of folds that are repeated with other seeds; fold, from 1 on, 0 where
        there are none; part, of `settings.PARTS`; observed; one column a model, with that of its standard deviation
        where it has one (see `sd_column`); one column a baseline. Soil moisture is float32, m3 m-3, NaN where unknown.
    models, baselines : tuple of str
        The columns of predictions.
    facts : dict
        What else is known, as plain values.

    Examples
    --------
    >>> import soilsharp
    >>> samples = soilsharp.sample("study.json").select(["ndvi", "sand"])
    >>> held_out = soilsharp.train(samples, "linear", folds="date").held_out
    >>> held_out.write("predictions.csv")
    >>> from soilsharp.core.scoring.predictions import Predictions
    >>> Predictions.read("predictions.csv").models
    ('Linear (ridge)',)
    """

    table: pd.DataFrame
    models: tuple[str, ...]
    baselines: tuple[str, ...] = ()
    facts: dict = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        place: pd.DataFrame,
        observed: np.ndarray,
        models: Mapping[str, np.ndarray],
        baselines: Mapping[str, np.ndarray] | None = None,
        *,
        folds: str = "",
        draw: int = 1,
        fold: np.ndarray | int = 0,
        part: str = "held_out",
        sds: Mapping[str, np.ndarray | None] | None = None,
        facts: dict | None = None,
    ) -> Predictions:
        """Put predictions beside what is known of their rows.

        Parameters
        ----------
        place : DataFrame, n rows
            Place, day and classes. A column that has the name of one of ours gets "_of_sample" after it.
        observed : ndarray, shape (n,)
            m3 m-3.
        models, baselines : mapping of str to ndarray, shape (n,)
            m3 m-3.
        folds : str
            Kind of folds.
        draw : int
            Which of the draws of these folds it is, from 1 on.
        fold : ndarray of int, shape (n,), or int
        part : str
            Of `settings.PARTS`.
        sds : mapping of str to ndarray, shape (n,), optional
            Standard deviations of models that know theirs, m3 m-3.
        facts : dict, optional

        Raises
        ------
        InputError
            If there is no model, or two columns would have one name.
        """
        baselines = {name: values for name, values in (baselines or {}).items() if name not in models}
        spreads = {name: values for name, values in (sds or {}).items() if values is not None}
        _refuse_names([*models, *(sd_column(name) for name in spreads), *baselines])
        values: dict[str, np.ndarray] = {OBSERVED: observed}
        for name, predicted in models.items():
            values[name] = predicted
            if name in spreads:
                values[sd_column(name)] = spreads[name]
        values |= baselines
        own = {*DIVISION, *values}
        table = place.reset_index(drop=True).rename(columns={n: f"{n}_of_sample" for n in place.columns if n in own})
        for name in table.columns:
            table[name] = _settled(table[name])
        division = {"folds": folds, "draw": draw, "fold": fold, "part": part}
        moisture = {name: np.asarray(column, np.float32) for name, column in values.items()}
        table = table.assign(**division, **moisture).astype({"draw": np.int64, "fold": np.int64})
        return cls(table, tuple(models), tuple(baselines), dict(facts or {}))

    @classmethod
    def joined(cls, parts: Sequence[Predictions]) -> Predictions:
        """Return several tables as one; a column that one of them lacks is unknown there."""
        if not parts:
            raise InputError("There are no predictions to join.")
        models = _union(part.models for part in parts)
        baselines = [name for name in _union(part.baselines for part in parts) if name not in models]
        facts: dict = {}
        for part in parts:
            facts |= part.facts
        spreads = [sd_column(name) for name in models if any(sd_column(name) in part.table for part in parts)]
        moisture = [OBSERVED, *_models_with_sd(models, spreads), *baselines]
        others = [n for n in _union(part.table.columns for part in parts) if n not in (*DIVISION, *moisture)]
        whole = pd.concat([part.table for part in parts], ignore_index=True)
        return cls(whole[[*others, *DIVISION, *moisture]], tuple(models), tuple(baselines), facts)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        facts = {
            "Models": ", ".join(self.models),
            "Baselines": ", ".join(self.baselines),
            "Folds": ", ".join(dict.fromkeys(self.table["folds"].dropna())),
            "Draws": str(len(self.draws)) if len(self.draws) > 1 else "",
            "Parts": ", ".join(f"{part} ({n})" for part, n in self.table["part"].value_counts(sort=False).items()),
            "Classes": ", ".join(self.classes),
        }
        return described(counted(len(self), "prediction"), facts)

    @property
    def products(self) -> list[str]:
        """The models, and the baselines after them."""
        return [*self.models, *self.baselines]

    @property
    def classes(self) -> list[str]:
        """Further columns of the samples, by which scores may be told apart: classes of the land, depths."""
        ours = {*_NO_CLASS, *DIVISION, OBSERVED, *self.products, *map(sd_column, self.models)}
        return [name for name in self.table.columns if name not in ours]

    @property
    def days(self) -> np.ndarray | None:
        """Days of the rows, shape (n,), datetime64[D]; None if they are not known."""
        return self.table["date"].to_numpy("datetime64[D]") if "date" in self.table else None

    @property
    def divisions(self) -> list[tuple[str, str]]:
        """The kinds of folds and parts that there are, in their order."""
        pairs = self.table[["folds", "part"]].fillna("").drop_duplicates()
        return list(pairs.itertuples(index=False, name=None))

    @property
    def draws(self) -> list[Predictions]:
        """The rows of each draw of the folds, which predicts the same samples once more; of a part see `of_part`."""
        numbers = self.table["draw"].unique()
        if len(numbers) < 2:
            return [self]
        own = [self.table[self.table["draw"] == number].reset_index(drop=True) for number in np.sort(numbers)]
        return [Predictions(table, self.models, self.baselines, self.facts) for table in own]

    def sd(self, model: str) -> np.ndarray | None:
        """Return the standard deviation that a model gives its predictions, shape (n,), m3 m-3; None if it has none."""
        column = sd_column(model)
        return self.table[column].to_numpy() if column in self.table else None

    def renamed(self, names: Mapping[str, str]) -> Predictions:
        """Return the predictions with other names of some models."""
        columns = {**names, **{sd_column(old): sd_column(new) for old, new in names.items()}}
        models = tuple(names.get(name, name) for name in self.models)
        _refuse_names([*models, *self.baselines])
        return Predictions(self.table.rename(columns=columns), models, self.baselines, self.facts)

    def scores(self) -> dict[str, dict[str, float]]:
        """Return the scores of every product in the rows that all of them know, and those of the median station.

        Of folds that were drawn several times they are the means over the draws.
        """
        each = [_scores_of(draw) for draw in self.draws]
        if len(each) == 1:
            return each[0]
        mean = {name: pd.DataFrame([found[name] for found in each if name in found]).mean() for name in each[0]}
        return {name: {**found.to_dict(), "n": round(found["n"])} for name, found in mean.items()}

    def of_part(self, folds: str, part: str) -> Predictions:
        """Return the rows of a kind of folds and a part, without the columns that know nothing there."""
        own = self.table[(self.table["folds"].fillna("") == folds) & (self.table["part"] == part)]
        own = own.reset_index(drop=True)
        models = [name for name in self.models if own[name].notna().any()]
        baselines = [name for name in self.baselines if own[name].notna().any()]
        return Predictions(own, tuple(models), tuple(baselines), self.facts)

    def write(self, path: str | os.PathLike, progress: Progress = SILENT) -> None:
        """Write the table as CSV; its first line, a comment, names the models and baselines as JSON.

        Numbers are written with the digits that bring back the same bits. An empty text comes back as unknown.
        """
        head = {"soilsharp": KIND, "version": VERSION, "models": self.models, "baselines": self.baselines}
        head |= {"texts": [name for name in self.table.columns if _is_text(self.table[name])], "facts": self.facts}
        comment = "# " + json.dumps(head, ensure_ascii=False) + "\n"
        with whole_file(path) as part:
            write_csv(part, self.table, progress, comment, date_format="%Y-%m-%d")

    @classmethod
    def read(cls, path: str | os.PathLike) -> Predictions:
        """Read a table that `write` wrote.

        Raises
        ------
        InputError
            If the file is no such table, is newer than this program, lacks a column, or holds what its columns cannot.
        """
        path = Path(path)
        head, table = _parsed(path)
        models, baselines = _names_in(head, "models", path), _names_in(head, "baselines", path)
        if not models:
            raise InputError(f"{path.name} names no model; write predictions again.")
        if "draw" not in table:  # as before folds were told draw by draw
            table.insert(table.columns.get_loc("fold") if "fold" in table else 0, "draw", 1)
        missing = [name for name in (*DIVISION, OBSERVED, *models, *baselines) if name not in table]
        if missing:
            raise InputError(f"{path.name} lacks the column{'s' * (len(missing) > 1)} {some(missing)}.")
        if table.empty:
            raise InputError(f"{path.name} holds no row.")
        for name in (OBSERVED, *models, *map(sd_column, models), *baselines):
            if name in table:
                table[name] = _moisture(table[name], path)
        for name in (column for column in map(sd_column, models) if column in table):
            refuse_rows(table[name] < 0, table[name], path.name, "a standard deviation from 0 on")
        for name in ("draw", "fold"):
            table[name] = _whole(table[name], path)
        refuse_rows(~table["part"].isin(PARTS), table["part"], path.name, f"one of {', '.join(PARTS)}")
        if "date" in table:
            days = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce")
            refuse_rows(days.isna() & table["date"].notna(), table["date"], path.name, "a day, as 2023-05-01")
            table["date"] = days.astype("datetime64[ns]")
        facts = head.get("facts")
        return cls(table, tuple(models), tuple(baselines), facts if isinstance(facts, dict) else {})


def sd_column(model: str) -> str:
    """Return the name of the column with the standard deviation of a model's predictions."""
    return f"{model} SD"


def _scores_of(predictions: Predictions) -> dict[str, dict[str, float]]:
    """Return the scores of one draw; see `Predictions.scores`."""
    rows = predictions.table.dropna(subset=[OBSERVED, *predictions.products])
    stations = rows["station"].to_numpy() if "station" in rows and rows["station"].notna().all() else None
    found = {}
    for product in predictions.products if len(rows) else ():
        found[product] = scores(rows[product].to_numpy(), rows[OBSERVED].to_numpy())
        if stations is not None:
            each = scores_by(rows[product].to_numpy(), rows[OBSERVED].to_numpy(), stations)
            middle = each[each["n"] >= MIN_PAIRS].median()
            found[product] |= {f"station_median_{metric}": float(middle[metric]) for metric in AT_MEDIAN}
    return found


def _models_with_sd(models: Sequence[str], spreads: Sequence[str]) -> list[str]:
    """Return the columns of models, each followed by that of its standard deviation if there is one."""
    columns = []
    for name in models:
        columns += [name, *(column for column in [sd_column(name)] if column in spreads)]
    return columns


def _union(lists) -> list[str]:
    """Return the names of all lists in the order in which they first appear."""
    found: dict[str, None] = {}
    for names in lists:
        found |= dict.fromkeys(names)
    return list(found)


def _refuse_names(names: list[str]) -> None:
    """Raise `InputError` if there is no model, or a name of a column is taken."""
    if not names:
        raise InputError("There is no model whose predictions could be told.")
    taken = [name for name in names if name in (*DIVISION, *PLACE, OBSERVED) or names.count(name) > 1]
    if taken:
        raise InputError(f"'{taken[0]}' would be the name of two columns of predictions; call the model otherwise.")


def _settled(column: pd.Series) -> pd.Series:
    """Return a column of place, day or class as it comes back from a file: texts, numbers or days."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.astype("datetime64[ns]")
    if column.name == "station" or _is_text(column):
        texts = np.array([_text(value) for value in column], dtype=object)
        return pd.Series(texts, column.index, dtype=object)
    if pd.api.types.is_float_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.astype(np.float64)
    return column.astype(np.int64)


def _text(value) -> object:
    """Return a value as text, as "5" for 5.0; NaN where it is unknown or empty."""
    if value is None or value != value or value == "":
        return np.nan
    if isinstance(value, (float, np.floating)) and value % 1 == 0:
        return f"{value:.0f}"
    return str(value).replace("\r", " ")  # which a reader would take for the end of the row


def _is_text(column: pd.Series) -> bool:
    # an object before pandas 3, a type of its own from then on
    return column.dtype == object or pd.api.types.is_string_dtype(column) or column.dtype == "category"


# --- reading ----------------------------------------------------------------------------------------------------------


def _parsed(path: Path) -> tuple[dict, pd.DataFrame]:
    """Return the first line of a file and the table below it, with texts as texts."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            first = file.readline()
            head = json.loads(first[1:]) if first.startswith("#") else None
            if not isinstance(head, dict) or head.get("soilsharp") != KIND:
                raise InputError(
                    f"{path.name} is no table of predictions; training, comparing learners, a method or validation "
                    "makes one."
                )
            if head.get("version") != VERSION:
                raise InputError(f"{path.name} was written by another version of SoilSharp; make it again.")
            texts = {"station", "folds", "part", "date", *_names_in(head, "texts", path)}
            table = pd.read_csv(
                file, float_precision="round_trip", dtype=dict.fromkeys(texts, object), keep_default_na=False,
                na_values=[""], low_memory=False,
            )  # fmt: skip
    except OSError as error:
        raise InputError(f"Cannot read the predictions {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"Cannot read {path} as predictions: {error}.") from error
    for name in texts & set(table.columns):
        table[name] = plain_texts(table[name])
    if len(table) and not isinstance(table.index, pd.RangeIndex):
        raise InputError(f"Rows of {path.name} have more values than it has columns.")
    return head, table


def _names_in(head: dict, key: str, path: Path) -> list[str]:
    names = head.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(f"The first line of {path.name} must list the names of its {key}, got {names!r}.")
    return list(dict.fromkeys(names))


def _moisture(column: pd.Series, path: Path) -> pd.Series:
    """Return soil moisture or its standard deviation as float32."""
    numbers = pd.to_numeric(column, errors="coerce").astype(np.float64)
    with np.errstate(over="ignore"):
        values = numbers.astype(np.float32)
    refuse_rows((numbers.isna() & column.notna()) | np.isinf(values), column, path.name, "a number or nothing")
    return values


def _whole(column: pd.Series, path: Path) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype(np.float64)
    refuse_rows(
        ~((numbers >= 0) & (numbers < 2**31) & (numbers % 1 == 0)), column, path.name, "a whole number from 0 on"
    )
    return numbers.astype(np.int64)
