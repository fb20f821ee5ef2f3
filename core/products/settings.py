# SPDX-License-Identifier: GPL-2.0-or-later
"""The settings of the product readers, as records that load nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.errors import OptionError
from ..base.options import Options, like, option
from ..rasters.settings import RasterFiles
from ..stations.settings import CLOCKS, StationImport, SubdailyImport, TableOptions

DAILY = {"mean": "Mean", "sum": "Sum", "min": "Minimum", "max": "Maximum"}
STAMPS = {"auto": "Automatic", "start": "Start of the step", "end": "End of the step"}


@dataclass(frozen=True)
class IsmnImport(SubdailyImport):
    """How an archive of the International Soil Moisture Network becomes daily values."""

    flags: str = option(
        "G",
        "Flags that count",
        help="Readings count if all their flags are among these, separated by commas: G good, U not checked, D01 to "
        "D10 doubtful, C01 to C03 impossible. 'all' takes every reading and writes the flags of a day into the table.",
    )
    networks: str = option("", "Networks", help="Only these, as SCAN, USCRN; empty: all in the archive.")


@dataclass(frozen=True)
class AmerifluxImport(SubdailyImport):
    """How half-hourly files of AmeriFlux and FLUXNET become daily values."""

    depths: str = option(
        "1 = 0.05; 2 = 0.1; 3 = 0.2; 4 = 0.5; 5 = 1",
        "Depths of the sensors",
        help="Which vertical index of SWC stands at which depth in m, since the files do not say it: '1 = 0.05; 2 = "
        "0.2'. It holds for the sites that the table of depths does not name; the default is only a usual one.",
    )
    longitude: float = option(
        None, "Longitude", kind=float, low=-180, high=180, unit="degree", help="Of the one site in the input, where "
        "no table of sites is given.",
    )  # fmt: skip
    latitude: float = option(
        None, "Latitude", kind=float, low=-90, high=90, unit="degree", help="Of the one site in the input, where no "
        "table of sites is given.",
    )  # fmt: skip
    max_qc: int = option(
        0, "Highest quality flag", low=0, high=3, help="Of columns that have one: 0 measured, 1 to 3 gaps filled well, "
        "fairly and poorly.", advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class UscrnImport(StationImport):
    """How daily files of the U.S. Climate Reference Network are read; its days are of local standard time."""


@dataclass(frozen=True)
class TableImport(TableOptions, SubdailyImport):
    """How a table of one's own becomes daily values."""

    clock: str = option(
        "UTC", "Times are of", choices=CLOCKS, help="The clock of the times in the table.", advanced=True
    )


@dataclass(frozen=True)
class StaticOptions(Options):
    """How to read SoilGrids and other rasters that hold for all days."""

    depths: str = option(
        "", "Depths of SoilGrids", help="As 0-5cm, 5-15cm; empty: all that there are. Only for SoilGrids."
    )
    statistic: str = option(
        "mean",
        "Statistic of SoilGrids",
        choices={"mean": "Mean", "median": "Median"},
        help="Which of its predictions is taken; if only the other one is there, that one.",
    )
    error: bool = option(
        True,
        "Write the error of SoilGrids",
        help="A map called as silt_0-5cm_error beside silt_0-5cm: the standard deviation of its error, from the "
        "quantiles Q0.05 and Q0.95 if they lie beside it, else from the layer of uncertainty.",
    )
    stored: str = option(
        "auto",
        "Values of SoilGrids",
        choices={"auto": "Automatic", "delivered": "As delivered, integers", "converted": "Converted already"},
        help="Delivered: whole numbers in ISRIC's units (g/kg, cg/cm3, pH x 10), which are converted. Converted: "
        "already in percent, kg/dm3, pH. Auto takes whole numbers as delivered, and decimals by their range.",
        advanced=True,
    )
    name: str = option(
        "", "Name of the map", help="Other rasters are tiles of one map that gets this name. Empty: each is a map "
        "of its own, named after its file. Not for SoilGrids.",
    )  # fmt: skip
    scale: float = like(
        RasterFiles, "scale", default=None, help="Other rasters are multiplied by it, as by 0.0001 for "
        "HiHydroSoil. Empty: by what their files declare. Not for SoilGrids.", advanced=False,
    )  # fmt: skip
    offset: float = like(
        RasterFiles, "offset", default=None, help="Added to other rasters after the scale; empty: what their "
        "files declare. Not for SoilGrids.",
    )  # fmt: skip
    unit: str = option("", "Unit", help="Unit of other rasters after the scale, as m. Not for SoilGrids.")
    nodata: float = like(RasterFiles, "nodata")
    band: int = like(RasterFiles, "band", help="Which band of other rasters is read.")
    crs: str = like(
        RasterFiles, "crs", help="As EPSG:4326; only for files that have none. For SoilGrids in its own projection: "
        "+proj=igh +datum=WGS84 +units=m",
    )  # fmt: skip

    def __post_init__(self):
        super().__post_init__()
        if any(sign in self.name for sign in '/\\:*?"<>|') or self.name.startswith("."):
            raise OptionError(f"'name' becomes a file name, which cannot be {self.name!r}.")


@dataclass(frozen=True)
class SmapOptions(Options):
    """Which retrievals of SMAP are taken."""

    overpass: str = option(
        "am",
        "Overpass",
        choices={"am": "Descending, 6:00", "pm": "Ascending, 18:00", "mean": "Mean of both"},
        help="am: the descending overpass at 6:00 local time, for which the retrieval is made best. pm: the ascending "
        "one at 18:00. mean: their mean, or the one that there is, so that more cells are valid. L4 has no overpasses.",
    )
    retrieval: str = option(
        "dual_channel",
        "Retrieval",
        choices={
            "dual_channel": "Dual channel (DCA)",
            "single_h": "Single channel, horizontal (SCA-H)",
            "single_v": "Single channel, vertical (SCA-V)",
            "baseline": "Baseline of the file",
        },
        help="dual_channel: both polarisations, the standard of releases since 2021. single_h, single_v: one "
        "polarisation. baseline: what the file itself calls soil_moisture. A file that has only that gives it.",
    )
    quality: str = option(
        "recommended",
        "Quality",
        choices={"recommended": "Recommended retrievals", "successful": "Successful retrievals", "any": "Any value"},
        help="recommended: cells whose retrieval the data centre recommends; forests with dense vegetation never are. "
        "successful: also those retrieved under doubtful conditions. any: every value. What is left out below is so in "
        "each case. Exported files without the quality layer give every value, and a warning.",
    )
    frozen: bool = option(
        True, "Leave out frozen ground", help="Cells that the radiometer or the weather model sees as frozen."
    )
    snow: bool = option(True, "Leave out snow and ice", help="Cells with snow, or with ice that stays.")
    max_water: float = option(
        None, "Maximum open water", kind=float, low=0, high=1, unit="fraction of the cell",
        help="Cells with a greater fraction "
        "of permanent open water are left out, as 0.05. Empty: it is left to the quality.",
    )  # fmt: skip
    dense_vegetation: bool = option(
        False, "Leave out dense vegetation", help="Cells with more than 5 kg m-2 of water in plants.", advanced=True
    )
    urban: bool = option(False, "Leave out urban areas", help="Cells with much built-up land.", advanced=True)
    mountains: bool = option(False, "Leave out mountains", help="Cells of strong relief.", advanced=True)
    cells: str = option(
        "global",
        "Grid",
        choices={"global": "Global EASE-Grid 2.0", "north_polar": "Northern EASE-Grid 2.0"},
        help="For files that hold both: the global EASE-Grid 2.0 (EPSG:6933), or that of the north (EPSG:6931), whose "
        "cells keep their shape at high latitudes.",
    )
    depth: str = option(
        "surface",
        "Layer of L4",
        choices={"surface": "Surface, 0-5 cm", "root_zone": "Root zone, 0-100 cm"},
        help="surface: the upper 5 cm, as the retrievals of L3. root_zone: the upper 100 cm. Only for L4.",
    )
    hour: int = option(
        None, "Hour of L4", kind=int, low=0, high=23, unit="UTC", help="The step of three hours that holds this hour, "
        "as 6. Empty: the mean of the day's steps. Only for L4.",
    )  # fmt: skip
    product: str = option(
        "", "Product", help="Where the input holds several products: the one to take, as SMAP_L3_SM_P_E, or all, each "
        "into a folder named after it. Empty: the only one that there is; of several the counts are told.",
    )  # fmt: skip


@dataclass(frozen=True)
class ModisOptions(Options):
    """Which layer of a MODIS or VIIRS land product is read, and how strictly its quality layers are taken."""

    variable: str = option(
        "auto",
        "Variable",
        choices={
            "auto": "Automatic",
            "ndvi": "NDVI",
            "evi": "EVI",
            "lst_day": "Land surface temperature, day",
            "lst_night": "Land surface temperature, night",
            "lai": "Leaf area index",
            "fapar": "FAPAR",
            "et": "Evapotranspiration",
            "pet": "Potential evapotranspiration",
            "reflectance": "Surface reflectance",
            "albedo": "Albedo",
            "land_cover": "Land cover",
        },
        help="auto: the main one of the product. reflectance: all bands, b01 to b07. albedo: white-sky and black-sky, "
        "shortwave. Units of the maps: LST K, LAI m2 m-2, ET and PET mm d-1, the others 1.",
    )  # fmt: skip
    quality: str = option(
        "good",
        "Quality",
        choices={"best": "Best quality", "good": "Good quality", "any": "Any value"},
        help="Which values the quality layers let pass. good: what the product calls usable, without clouds. best: "
        "only what it calls best; much less is left. any: every value within the valid range, quality layers are not "
        "read. The log says for each product what was kept.",
    )
    lst_error_k: int = option(
        2, "Maximum error of LST", low=1, high=3, unit="K", help="Of land surface temperature, by its quality layer, "
        "with quality good; best takes 1 K.",
    )  # fmt: skip
    same_day: str = option(
        "mean",
        "Two satellites on one day",
        choices={"mean": "Mean of both", "terra first": "Terra, else Aqua", "aqua first": "Aqua, else Terra"},
        help="mean: of the valid values of Terra and Aqua (MOD and MYD), or of the VIIRS satellites. terra first, aqua "
        "first: this one's value, and that of the other only where it is unknown. Vegetation indices of Terra and Aqua "
        "begin on different days and make one series; import MOD13* and MYD13* separately where a method wants each.",
    )
    date: str = option(
        "start",
        "Day of a composite",
        choices={"start": "First day", "middle": "Middle day"},
        help="A map of 8 or 16 days gets its first day, as in its name, or the day in its middle. On which of them a "
        "single pixel was seen is not kept.",
    )
    layer: str = option(
        "", "Layer by its own name", help="As '250m 16 days red reflectance' or Emis_31, for a layer that Variable "
        "does not offer; its scale and valid range are then those that the file tells, and its quality is not looked "
        "at.", advanced=True,
    )  # fmt: skip
    product: str = option(
        "", "Product", help="Where the input holds several products: the one to take, as MOD13A1 or, of both "
        "satellites, MOD13A1, MYD13A1; or all that have the variable, each into a folder named after it. Empty: the "
        "only one that fits; of several the counts are told.",
    )  # fmt: skip


@dataclass(frozen=True)
class Era5LandOptions(Options):
    """What is made of the hours of ERA5-Land or ERA5."""

    variables: str = option(
        "auto", "Variables", help="Short or long names, separated by commas, as tp, t2m, ssr, swvl1, stl1, skt, e, "
        "pev, lai_hv, or total_precipitation. Auto takes all known ones that the files have.",
    )  # fmt: skip
    statistic: str = option(
        "auto",
        "Daily value",
        choices={
            "auto": "Automatic",
            **DAILY,
            "value at hour": "Value at an hour",
            "sum before": "Sum over the hours before",
            "mean before": "Mean over the hours before",
        },
        help="What a day's map holds. Auto: the sum of what is accumulated (rain, radiation, evaporation), the mean "
        "of the rest. Value at hour: the one hour, for what is accumulated that of the hour that ends then. Sum before "
        "and mean before: over the hours that end at the hour, as the 72 h of rain before an overpass.",
    )
    hour: float = option(
        6.0, "Hour", low=0, high=24, unit="h", help="Only for value at hour, sum before and mean before: time of the "
        "overpass, as 6 for SMAP in the morning.",
    )  # fmt: skip
    hours: int = option(72, "Hours before", low=1, high=720, unit="h", help="Only for sum before and mean before.")
    time: str = option(
        "auto",
        "Time of the hour",
        choices={"auto": "Automatic", "UTC": "Coordinated universal time", "local solar": "Local solar time"},
        help="Whether hours and days are those of Greenwich or of the sun (UTC + longitude / 15, rounded to whole "
        "hours). Auto takes local solar time where an hour is asked for, since satellites pass by it, else UTC.",
    )
    accumulated: str = option(
        "auto",
        "Accumulated since 00 UTC",
        choices={"auto": "Automatic", "yes": "Running sums since 00 UTC", "no": "Sums of each hour"},
        help="Whether rain, radiation and the like are running sums since 00 UTC (ERA5-Land) or sums of each hour "
        "(ERA5). Auto looks at whether the values fall back after 00 UTC.",
        advanced=True,
    )
    celsius: bool = option(False, "Temperatures in °C", help="Else they stay in kelvin.")
    min_hours: int = option(
        24, "Minimum hours of a day", low=1, high=24, unit="h", help="A mean, least or greatest value of a day with "
        "fewer hours is not made. Files with a step of 3 hours have 8 a day. Sums always need every hour.",
        advanced=True,
    )  # fmt: skip


@dataclass(frozen=True)
class GridsOptions(Options):
    """How dated grids of any product are read."""

    variable: str = option(
        "", "Variable", help="Only for NetCDF and GRIB: its name in the file, as sm. Empty: soil moisture or "
        "precipitation if there is one, else the first.",
    )  # fmt: skip
    name: str = option("", "Name of the maps", help="As rain; empty: the name of the variable or of the folder.")
    date: str = like(
        RasterFiles, "date", help="How file names hold the day, as %Y%m%d or A%Y%j; empty: guessed. Only where "
        "the files have no time axis.",
    )  # fmt: skip
    band: int = option(
        None, "Band", kind=int, low=1, help="Only for GeoTIFF of several bands; empty: the only one, or all where "
        "their names are days or there are as many as days from the first to the second in the name of the file.",
        advanced=True,
    )  # fmt: skip
    statistic: str = option(
        "mean", "Daily value", choices=DAILY, help="Of the steps of a day, where there are "
        "several.",
    )  # fmt: skip
    stamp: str = option(
        "auto", "Time stamp", choices=STAMPS, help="Whether a step's time is that of its start (or "
        "its moment) or of its end; at the end, 00 UTC belongs to the day before. Auto: by the bounds that a "
        "file declares of its times, else the end for names that end in _acc or _tavg, as in GLDAS.", advanced=True,
    )  # fmt: skip
    min_steps: int = option(
        0, "Minimum steps of a day", low=0, high=1440, help="A day with fewer is not made. 0: as many as the fullest "
        "day.", advanced=True,
    )  # fmt: skip
    scale: float = like(
        RasterFiles, "scale", help="Values are multiplied by it, after what the files say themselves.", advanced=False
    )
    offset: float = like(RasterFiles, "offset")
    nodata: float = like(
        RasterFiles, "nodata", help="A stored value that means unknown and that the files do not declare. -9999 is "
        "known where nothing is declared.", advanced=False,
    )  # fmt: skip
    unit: str = option("", "Unit", help="Of the maps, as mm d-1; empty: that of the files. Percent of soil "
                       "moisture becomes m3 m-3, as do kg m-2 of a layer whose depths stand in its name.")  # fmt: skip
    least: float = option(None, "Minimum valid value", kind=float, help="Less, once scaled, is unknown.", advanced=True)
    most: float = option(None, "Maximum valid value", kind=float, help="More, once scaled, is unknown.", advanced=True)
    crs: str = like(RasterFiles, "crs")
    day: str = option(
        "", "Day of undated files", help="As 2023-05-01, of files that tell none: neither by a time axis, nor by their "
        "names, tags or attributes.", advanced=True, asks="day",
    )  # fmt: skip
    passes: str = option(
        "", "Passes", help="Which of several passes of a day are taken: words in the names of files, as ASC or D or "
        "PM, or hours of UTC, as 0-11. Empty: all, and the daily value is made of them.", advanced=True,
    )  # fmt: skip
