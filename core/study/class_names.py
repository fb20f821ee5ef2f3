# SPDX-License-Identifier: GPL-2.0-or-later
"""What the numbers of a map of classes stand for: as the study says, its raster, or a table beside it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from ..base.errors import InputError
from ..base.names import folded
from ..rasters.open import tags_of
from .study import Study

TAG = "classes"  # of rasters, as "10 tree cover, 30 grassland"
VALUES, NAMES = ("value", "code", "class", "number"), ("name", "label", "class_name", "description")
_ENTRY = re.compile(r"\s*(-?\d+)(?:\s*[:=]\s*|\s+)([^:=\s].*?)\s*")


def class_names(study: Study, name: str) -> dict[int, str]:
    """Return what the classes of a covariate of one raster are called; empty where nobody says it.

    The study is asked first (`class_names` of its entry), then a table of the same name beside the raster, as
    land_cover.csv, and then the tag `classes` of the raster.

    Raises
    ------
    InputError
        If the names in the study cannot be read.
    """
    entry = study.covariates[name]
    if entry.class_names:
        found = names_in(entry.class_names)
        if not found:
            raise InputError(
                f"'class_names' of '{name}' is '{entry.class_names}', but must be as '10 trees, 40 crops', each number "
                "once."
            )
        return found
    path = Path(study.source(entry).path)
    return _of_table(path.with_suffix(".csv")) or names_in(_tag(path))


def names_in(text: str) -> dict[int, str]:
    """Return the names of a text as "10 tree cover, 30 grassland"; empty where it is none."""
    parts = [_ENTRY.fullmatch(part) for part in re.split(r"[,;]", text) if part.strip()]
    found = {int(part[1]): part[2] for part in parts if part}
    return found if len(found) == len(parts) else {}  # a class that is named twice is named by neither


def _tag(path: Path) -> str:
    tags = {key.lower(): text for key, text in tags_of(path).items()}
    return tags.get(TAG, "")


def _of_table(path: Path) -> dict[int, str]:
    """Return the names of a table with columns of values and names; empty where there is no such table."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error):
        return {}
    columns = {folded(column): column for column in (rows[0] if rows else {}) if column}
    value = next((columns[word] for word in VALUES if word in columns), None)
    said = next((columns[word] for word in NAMES if word in columns), None)
    if value is None or said is None:
        return {}
    known = [(row[value], row[said]) for row in rows if row[value] and row[said]]
    return {int(number): text.strip() for number, text in known if number.strip().lstrip("-").isdigit()}
