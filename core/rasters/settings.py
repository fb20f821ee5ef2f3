# SPDX-License-Identifier: GPL-2.0-or-later
"""How rasters are read, and how a series of them gives a value for a day."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.options import Options, like, option

SAME_DAY = {"refuse": "Refuse them", "mean": "Average them"}  # several files of one day
RULES = {
    "same_day": "Raster of the same day",
    "nearest": "Nearest in time",
    "hold": "Last observation carried forward",
    "linear": "Linear interpolation",
    "sum_before": "Sum over the time before",
    "mean_before": "Mean over the time before",
}
RESAMPLINGS = {"nearest": "Nearest neighbour", "bilinear": "Bilinear", "cubic": "Cubic convolution"}


@dataclass(frozen=True)
class Rule(Options):
    """How a series of dated rasters gives a value for a day."""

    rule: str = option("linear", "Rule", choices=RULES, help="Which rasters count for a day, and how.")
    days: int = option(3, "Days", low=1, high=366, unit="d", help="Length of the sum or mean.")
    with_day: bool = option(
        True, "With the day itself", help="Whether the sum or mean ends with the day itself, or with the one before."
    )
    hours: int = option(
        0, "Hours", low=0, high=8784, unit="h", help="Of hourly rasters: length of the sum or mean in hours instead of "
        "days, as 72 before an overpass; 0 takes whole days.",
    )  # fmt: skip
    hour: int = option(
        0, "Hour of the day", low=0, high=23, unit="UTC", help="Of hourly rasters: the hour whose value counts for the "
        "day, or at which the hours before end; as that of an overpass. The raster of an hour stands for the hour that "
        "ends at its time.",
    )  # fmt: skip
    longest_gap_days: int = option(
        32, "Longest gap", low=0, high=3660, unit="d", help="A value further away in time than this is not used."
    )
    min_valid_fraction: float = option(
        1.0, "Minimum valid fraction", low=0.01, high=1.0, help="Of a sum or mean: fraction of its days or hours that "
        "must be known; with fewer it is unknown. Below 1, those that are missing count as much as the mean of the "
        "others, so that the first days of a series have a value.",
    )  # fmt: skip
    hold_last: bool = option(
        False, "Hold the last value", help="Of linear: after the last raster its values hold for as long as days are "
        "asked for, and not only for the longest gap.",
    )  # fmt: skip
    shift_days: int = option(
        0, "Shift in time", low=-366, high=366, unit="d", help="Added to the days in the names of files: 8 brings a "
        "composite of 16 days that is called by its first to its middle.",
    )  # fmt: skip


@dataclass(frozen=True)
class RasterFiles(Options):
    """Where rasters are, and how they are read."""

    file: str = option("", "File", help="One raster that holds for all days.")
    files: str = option("", "Files", help="Dated rasters: a folder or a pattern as ndvi/*.tif.")
    date: str = option(
        "", "Date pattern", help="How file names hold the day, as %Y%m%d for 20230501 or %Y%j for 2023121, or the hour "
        "too, as %Y%m%d%H; empty: guessed.", advanced=True,
    )  # fmt: skip
    same_day_files: str = option(
        "refuse", "Files of one day", choices=SAME_DAY, help="Whether several files of one day, as those of "
        "a morning and an evening overpass, are refused or averaged.", advanced=True,
    )  # fmt: skip
    band: int = option(
        None, "Band", kind=int, low=1, help="Which band of a file is read; empty: the only one.", advanced=True
    )
    scale: float = option(1.0, "Scale", nonzero=True, help="Values are multiplied by it.", advanced=True)
    offset: float = option(0.0, "Offset", help="Added after the scale.", advanced=True)
    nodata: float = option(
        None, "Fill value", kind=float, help="A value that stands for unknown and that the files do not declare.",
        advanced=True,
    )  # fmt: skip
    crs: str = option("", "Reference system", help="As EPSG:4326; only for files that have none.", advanced=True)
    resampling: str = option(
        "nearest", "Where coarser than the grid", choices=RESAMPLINGS, help="How a raster that is "
        "coarser than the grid gives a value for a pixel. One that is finer is averaged by area over its valid values.",
    )  # fmt: skip
    classes: bool = option(
        False, "Classes", help="Whether values are names of classes, as those of land cover: the most frequent one in "
        "a pixel is taken and none is averaged.",
    )  # fmt: skip


@dataclass(frozen=True)
class DatedInput(Options):
    """How a folder of dated rasters is read, and how what is made of it is called."""

    name: str = option(
        "", "Name of the maps", help="They are called name_20230501.tif; empty: taken from the files or the "
        "folder.", advanced=True,
    )  # fmt: skip
    date: str = like(RasterFiles, "date")
    same_day_files: str = like(RasterFiles, "same_day_files")
    scale: float = like(
        RasterFiles, "scale", help="Values are multiplied by it, as 0.0001 for NDVI of MODIS as it is delivered. "
        "Of rasters of decimals among such of whole numbers the values tell whether they are scaled already.",
    )  # fmt: skip
    nodata: float = like(RasterFiles, "nodata")
