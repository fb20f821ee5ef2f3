# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples of stations that count by how far each station can be trusted."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.columns import refuse_rows
from ..base.errors import InputError
from ..base.names import some
from ..base.tables import plain_texts
from ..scoring.collocation import SERIES, STATIONS
from .samples import Samples


def weighted_by_errors(samples: Samples, errors: pd.Series) -> Samples:
    """Return samples with the weights that the errors of their stations give; weights that they have are multiplied.

    Parameters
    ----------
    samples : Samples
        Of stations.
    errors : Series
        As `read_errors` returns them.

    Raises
    ------
    InputError
        If none of the stations has one.

    Notes
    -----
    w = 1 / (1 + (s / m)²), s being the error of a station and m the median of all, brought to a mean of 1: the inverse
    of an error variance to which the model adds a part that all stations share, as large as the error of a middling
    station. A station without an error counts as a middling one.
    """
    station = samples.index["station"].astype(str)
    own = station.map(errors).to_numpy(float)
    if not np.isfinite(own).any():
        raise InputError(
            f"There is no error of any of the stations of the samples, {some(station.unique())}; there are those of "
            f"{some(errors.index)}."
        )
    middle = float(np.nanmedian(errors))
    weight = 1 / (1 + (np.where(np.isfinite(own), own, middle) / max(middle, 1e-9)) ** 2)
    weight = weight / weight.mean()
    before = samples.weight
    return samples.weighted((weight if before is None else weight * before).astype(np.float32))


def read_errors(path: str | os.PathLike) -> pd.Series:
    """Return the error of each station, m3 m-3, NaN where it is unknown, of a table as triple collocation writes it.

    Raises
    ------
    InputError
        If the table (CSV) lacks station or error_sd, holds what is no error, or has a station twice.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, dtype={"station": object})
    except (OSError, ValueError) as error:
        raise InputError(f"Cannot read the errors of stations {path}: {error}.") from error
    missing = [name for name in ("station", "error_sd") if name not in table]
    if missing:
        raise InputError(f"{path.name} lacks the column {missing[0]}; it has {some(table.columns)}.")
    if SERIES in table:
        table = table[table[SERIES] == STATIONS]
    errors = pd.to_numeric(table["error_sd"], errors="coerce")
    wrong = (errors.isna() & table["error_sd"].notna()) | ~(errors.isna() | errors.between(0, 1))
    refuse_rows(wrong, table["error_sd"], path.name, "an error from 0 to 1 m³ m⁻³ or nothing")
    station = plain_texts(table["station"]).astype(str)
    if station.duplicated().any():
        raise InputError(f"{path.name} has station {station[station.duplicated()].iloc[0]} twice; give each once.")
    return pd.Series(errors.to_numpy(float), index=station.to_numpy())
