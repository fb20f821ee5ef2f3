# SPDX-License-Identifier: GPL-2.0-or-later
"""Classes of the land at the rows of predictions, by the names that the study's rasters give them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..scoring.predictions import Predictions
from ..study.class_names import class_names
from ..study.study import Study


def with_classes(predictions: Predictions, study: Study | None) -> Predictions:
    """Return predictions with the static classes of a study as columns, where places are known; see `named_classes`."""
    table = predictions.table
    if study is None or not {"longitude", "latitude"} <= set(table.columns):
        return named_classes(predictions, study)
    added = {name: _at_rows(study, name, table) for name in _static(study) if name not in table}
    return named_classes(replace(predictions, table=table.assign(**added)), study)


def named_classes(predictions: Predictions, study: Study | None) -> Predictions:
    """Return predictions whose classes have names in place of numbers, where the rasters of a study name them."""
    table = predictions.table
    named = {}
    for name in _static(study) if study is not None else ():
        if name in table:
            names = {str(code): words for code, words in class_names(study, name).items()}
            named[name] = [names.get(code, code) for code in table[name]]
    return replace(predictions, table=table.assign(**named))


def _static(study: Study) -> list[str]:
    """Return the covariates that hold classes for all days."""
    return [name for name, entry in study.covariates.items() if entry.classes and not entry.dated]


def _at_rows(study: Study, name: str, table) -> np.ndarray:
    """Return the class at each row as text, None outside of the grid and where it is not known; shape (n,)."""
    rows, columns = study.grid.cells_at(table["longitude"].to_numpy(), table["latitude"].to_numpy())
    inside = rows >= 0
    found = np.full(len(table), None, object)
    codes = study.at_cells([name], study.days[:1], rows[inside], columns[inside])[0, :, 0]
    found[inside] = [f"{code:g}" if np.isfinite(code) else None for code in codes]
    return found
