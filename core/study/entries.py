# SPDX-License-Identifier: GPL-2.0-or-later
"""The entries of a study: where the rasters of a covariate are and how they are read, and which pixels count."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from ..base.errors import InputError
from ..base.inputs import address_from
from ..base.options import Options, like, option
from ..rasters.open import Source
from ..rasters.series import Series
from ..rasters.settings import RasterFiles, Rule
from ..units import PERCENT, SM_UNIT, factor_of

# settings that count for some rules only
OF_RULES = {
    ("sum_before", "mean_before"): ("days", "with_day", "hours", "min_valid_fraction"),
    ("nearest", "hold", "linear"): ("longest_gap_days",),
    ("linear",): ("hold_last",),
}


@dataclass(frozen=True)
class RasterEntry(Rule, RasterFiles):
    """Where the rasters of a covariate or of the coarse product are, how to read them, and the rule of dated ones."""

    crs: str = like(
        RasterFiles, "crs", help="As EPSG:4326; of files that have none, or that say a wrong one: it counts instead."
    )
    unit: str = option("", "Unit", help="Of the values, scale and offset applied; empty: that of the files.")
    minus: str = option("", "Minus", help="Name of a covariate that is subtracted, each taken by its own rule.")
    error: float = option(None, "Error", kind=float, low=0, help="Standard deviation of its error, in its unit.")
    error_file: str = option("", "File of the error", help="One raster with the standard deviation of its error.")
    class_names: str = option(
        "", "Names of the classes", help='What the numbers of classes stand for, as "10 tree cover, 40 cropland". '
        "Empty: as a table beside the raster tells, of its name (land_cover.csv) with the columns value and name, or "
        'the tag "classes" of the raster.',
    )  # fmt: skip

    def __post_init__(self):
        super().__post_init__()
        if bool(self.file) == bool(self.files):
            raise InputError('needs either "file" (one raster) or "files" (dated rasters).')

    @property
    def dated(self) -> bool:
        """Whether values change with the day."""
        return bool(self.files)

    @property
    def idle(self) -> list[str]:
        """The settings of its rule that differ from their defaults and have no effect."""
        said = [f.name for f in fields(Rule) if getattr(self, f.name) != f.default]
        if not self.dated:
            return said
        of_others = {word for rules, words in OF_RULES.items() if self.rule not in rules for word in words}
        return [word for word in said if word in of_others]

    @property
    def rule_in_words(self) -> str:
        """The rule with its length, '' where none is needed."""
        length = f" {self.hours} h" if self.hours else f" {self.days} d"
        return (self.rule + (length if "before" in self.rule else "")) if self.dated else ""

    @property
    def factor(self) -> float:
        """What values in the unit of the entry are multiplied with when they are read: soil moisture in percent."""
        return factor_of(PERCENT) if self.unit == PERCENT else 1.0

    @property
    def unit_as_read(self) -> str:
        """The unit of values as they are read; '' where the entry does not say it."""
        return SM_UNIT if self.unit == PERCENT else self.unit

    def _source(self) -> dict:
        return {"band": self.band, "scale": self.scale, "offset": self.offset, "unit_factor": self.factor,
                "nodata": self.nodata, "set_crs": self.crs or None}  # fmt: skip

    def one(self, folder: Path, **words) -> Source:
        """Return the source of an entry that holds for all days; `words` are further fields of it."""
        return Source(address_from(folder, self.file), **self._source(), **words)

    def series(self, folder: Path, **words) -> Series:
        """Return the dated sources; `words` are further fields of each."""
        series = Series.from_files(
            folder / self.files, self.date or None, self.same_day_files, **self._source(), **words
        )
        return series.shifted(self.shift_days)

    def as_json(self) -> dict:
        """Return what differs from the defaults."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}


@dataclass(frozen=True)
class Mask(Options):
    """Which pixels count: those where a raster of its own, or a covariate, lies within limits."""

    file: str = like(RasterFiles, "file", help="One raster that is no covariate.")
    covariate: str = option("", "Covariate")
    at_least: float = option(None, "At least", kind=float)
    at_most: float = option(None, "At most", kind=float)

    def __post_init__(self):
        super().__post_init__()
        if bool(self.file) == bool(self.covariate):
            raise InputError('a mask needs either "file" (one raster) or "covariate" (the name of one).')
        if self.at_least is None and self.at_most is None:
            raise InputError('a mask needs a limit: "at_least" 0.5 keeps the pixels of a raster that is 0 or 1.')

    def keeps(self, values: np.ndarray) -> np.ndarray:
        """Return which pixels count, bool, of the values of its raster; not those where it is unknown."""
        low = -np.inf if self.at_least is None else self.at_least
        high = np.inf if self.at_most is None else self.at_most
        return (values >= low) & (values <= high)
