# SPDX-License-Identifier: GPL-2.0-or-later
"""The region from its first day to its last, and the study that it makes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import rasterio

from ..base import extras
from ..base.errors import OptionError
from ..base.files import whole_folder, write_json
from ..base.progress import SILENT, Progress
from ..study.study_file import REGION, REGION_VERSION
from ..units import SM_UNIT
from .downloads import Downloads
from .further import Further, with_further
from .land import Land
from .noise import Noise
from .place import Place
from .sensors import LAYER_UNITS, Sensors, static_names
from .settings import RegionOptions
from .soil import Soil
from .stations import SimulatedStations
from .weather import Weather

SPIN_UP = 60  # days until the first guess of the state is forgotten
BEFORE = 16  # days before the period that the covariates reach back
TAIL = 8  # days after it, so that composites can be interpolated up to its end
PRODUCTS_TAIL = 16  # the same for composites of 16 days
DATED = {  # covariate: folder, unit, rule
    "ndvi": ("ndvi", "1", {"rule": "linear"}),
    "lst": ("lst", "K", {"rule": "linear", "longest_gap_days": 16}),
    "rain": ("rain", "mm", {"rule": "sum_before"}),
    "rain_10d": ("rain", "mm", {"rule": "sum_before", "days": 10}),
    "temperature": ("temperature", "K", {"rule": "mean_before"}),
}


@dataclass(frozen=True)
class Region:
    """A sample region on disk: its `folder`, its `study` file, the folder of its `truth`, and `facts` in numbers.

    `study_all` is the study with the further layers: land cover, surface temperature at night, soil moisture below.
    `downloads` is the folder of the same region as products are delivered, None if these were not asked for.
    """

    folder: Path
    study: Path
    study_all: Path
    truth: Path
    facts: dict = field(default_factory=dict)
    downloads: Path | None = None


def create_sample_region(
    folder: str | os.PathLike, options: RegionOptions = RegionOptions(), seed: int = 1, progress: Progress = SILENT
) -> Region:
    """Make up a region, its weather and its soil moisture, and write what sensors see of it as a study.

    The truth comes from a daily water balance of the top 10 cm on pixels of the fine grid, without snow or frost.
    The coarse product is its mean over coarse cells with noise and swath gaps; covariates have noise and cloud gaps;
    stations measure their pixel with a bias of their own. The same seed gives the same values.

    Parameters
    ----------
    folder : path
        Gets study.json, study_all.json, region.json (the seed and the settings), stations.csv, stations.gpkg and the
        folders coarse, covariates, further and truth, all or nothing; with `products` also downloads, the same as data
        centres would deliver it. What lies in further is named by study_all.json alone.
    options : RegionOptions, optional
    seed : int
        Not negative.
    progress : Progress

    Returns
    -------
    Region
        Its facts are days, coarse_days, fine_cells, coarse_cells, stations, faulty_stations, observed_fraction (of
        coarse cells per day), and mean_sm and sd_sm of the truth (m3 m-3).

    Raises
    ------
    OptionError
        If the seed is negative.
    MissingPackage
        If products are asked for and h5py is not there.
    """
    if seed < 0:
        raise OptionError(f"The seed must be a whole number from 0 on, got {seed}.")
    folder = Path(folder)
    if options.products:
        extras.require("h5py")  # now, and not after the first days
    first = np.datetime64(options.start, "D")
    place = Place.of(options)
    land = Land(options, Noise(place.domain, seed, 0))
    weather, soil = Weather(land, options, Noise(place.domain, seed, 1)), Soil(land)
    stations = SimulatedStations(place, options, np.random.default_rng([seed, 3]))
    last = options.days + (PRODUCTS_TAIL if options.products else TAIL)
    # one environment of GDAL, not one for each of the files
    with whole_folder(folder) as part, rasterio.Env():
        downloads = Downloads(part / "downloads", place, seed) if options.products else None
        sensors = Sensors(part, place, land, options, Noise(place.domain, seed, 2), downloads)
        further = Further(part, place, land, soil, options, seed, downloads)
        for step in (progress.part(0, 0.95) if downloads else progress).over(range(-SPIN_UP, last)):
            day = first + step
            weather.advance(day)
            soil.advance(weather)
            further.advance(soil)
            if step >= -BEFORE:
                sensors.observe_land(day, step, weather, soil)
                further.observe_night(day, weather, soil)
            if 0 <= step < options.days:
                stations.observe(day, sensors.observe_soil(day, step, soil))
                further.observe_layers(day)
        faulty = stations.write(part, downloads)
        if downloads:
            downloads.finish(progress.part(0.95, 1))
        study = _study(place, first, options)
        write_json(part / "study.json", study)
        write_json(part / "study_all.json", with_further(study))
        write_json(part / REGION, {"soilsharp": "region", "version": REGION_VERSION, "seed": seed, **options.as_dict()})
    cells = {"fine_cells": int(np.prod(place.fine.shape)), "coarse_cells": int(np.prod(place.coarse.shape))}
    facts = {"days": options.days, **cells, "stations": options.n_stations, "faulty_stations": faulty}
    paths = folder, folder / "study.json", folder / "study_all.json", folder / "truth"
    return Region(*paths, {**facts, **sensors.facts()}, folder / "downloads" if downloads else None)


def _study(place: Place, first: np.datetime64, options: RegionOptions) -> dict:
    """Return the study of the region, with paths relative to its file."""
    covariates = {n: {"file": f"covariates/{n}.tif", "unit": LAYER_UNITS[n]} for n in static_names(options)}
    for name, (folder, unit, rule) in DATED.items():
        covariates[name] = {"files": f"covariates/{folder}/*.tif", "date": "%Y%m%d", **rule, "unit": unit}
    return {
        "soilsharp": "study", "version": 1, "name": "Sample region", "grid": place.fine.as_dict(),
        "period": [str(first), str(first + options.days - 1)],
        "coarse": {"files": "coarse/*.tif", "date": "%Y%m%d", "error": options.coarse_noise, "unit": SM_UNIT},
        "covariates": covariates, "stations": {"file": "stations.csv"},
    }  # fmt: skip
