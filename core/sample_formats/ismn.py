# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations written as the International Soil Moisture Network delivers them: a zip of networks and stations."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..base.files import whole_file
from ..base.progress import SILENT, Progress

SENSOR = "Made-up-probe"
STATIC_COLUMNS = (
    "quantity_name;unit;depth_from[m];depth_to[m];value;description;quantity_source_name;quantity_source_description;"
    "quantity_source_provider;quantity_source_version;quantity_source_resolution;quantity_source_timerange;"
    "quantity_source_url;"
)
METADATA = '<?xml version="1.0"?>\n<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"/>\n'
WHEN = (2000, 1, 1, 0, 0, 0)  # of the files in the zip, so that the same stations give the same bytes


def write_archive(
    path: str | os.PathLike,
    places: pd.DataFrame,
    times: np.ndarray,
    values: np.ndarray,
    depth_m: float = 0.05,
    *,
    flags: np.ndarray | None = None,
    along: Mapping[str, np.ndarray] | None = None,
    network: str = "SAMPLE",
    layout: str = "header_values",
    progress: Progress = SILENT,
) -> None:
    """Write an archive; each station has one sensor of soil moisture, and one of each variable beside it.

    Parameters
    ----------
    path : path
        Of the zip.
    places : DataFrame
        station, longitude, latitude (degrees), and if they differ depth_m and network. Blanks and underscores in
        names become hyphens, as in the names of real archives.
    times : ndarray of datetime64, shape (t,)
        UTC; real archives are hourly.
    values : ndarray, shape (t, stations)
        Soil moisture, m3 m-3, stored with four decimals; where it is NaN there is no line.
    depth_m : float
        Where places have no depth_m.
    flags : ndarray of str, shape (t, stations), optional
        As "G" or "D01,D03"; all G when left out.
    along : mapping of str to ndarray, shape (t, stations), optional
        Further variables by their code: ts soil temperature, ta air temperature (degC), p precipitation (mm).
    network : str
        Where places have no network.
    layout : str
        "header_values", or "ceop": CEOP in separate files.
    progress : Progress
    """
    times = np.asarray(times, "datetime64[m]")
    stamps = np.array([str(t)[:16].replace("-", "/").replace("T", " ") for t in times], object)
    span = "_".join(str(t)[:10].replace("-", "") for t in (times[0], times[-1]))
    series = {"sm": (np.asarray(values), flags), **{code: (np.asarray(v), None) for code, v in (along or {}).items()}}
    with whole_file(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, place in enumerate(progress.over(places.to_dict("records"))):
            station = str(place["station"]).replace(" ", "-").replace("_", "-")
            net, depth = str(place.get("network", network)), float(place.get("depth_m", depth_m))
            folder = f"{net}/{station}/{net}_{net}_{station}"
            for code, (table, marks) in series.items():
                top = depth if code in ("sm", "ts") else -2.0 if code == "ta" else 0.0
                head = (
                    f"{net:<10} {net:<15} {station:<15} {place['latitude']:>10.5f} {place['longitude']:>11.5f} "
                    f"{0:>7.2f} {top:>7.2f} {top:>7.2f}"
                )
                known = np.isfinite(table[:, i])
                texts = [f"{v:>8.4f}" for v in table[known, i]]
                codes = ["G"] * len(texts) if marks is None else list(marks[known, i])
                name = f"{folder}_{code}_{top:.6f}_{top:.6f}_{SENSOR}_{span}.stm"
                _put(archive, name, _lines(layout, head, stamps[known], texts, codes))
            _put(archive, f"{folder}_static_variables.csv", _static())
        _put(archive, "Metadata.xml", METADATA)


def _lines(layout: str, head: str, stamps, texts, codes) -> str:
    rows = zip(stamps, texts, codes)
    if layout == "ceop":
        return "".join(f"{stamp} {stamp} {head} {value} {code} M\n" for stamp, value, code in rows)
    return f"{head} {SENSOR}\n" + "".join(f"{stamp} {value} {code} M\n" for stamp, value, code in rows)


def _static() -> str:
    rows = [
        f"{name};{unit};0.00;0.30;{value};;HWSD;Harmonized World Soil Database v1.1;IIASA;v1.1;;;;"
        for name, unit, value in (
            ("saturation", "m^3*m^-3", "0.46"),
            ("clay fraction", "% weight", "23.00"),
            ("organic carbon", "% weight", "1.27"),
            ("sand fraction", "% weight", "36.00"),
            ("silt fraction", "% weight", "41.00"),
        )
    ]
    rows.append("land cover classification;;;;130;Grassland;CCI_landcover_2010;ESA CCI Land Cover;ESA;2010;300m;;;")
    rows.append("climate classification;;;;Cfa;Temperate;koeppen_geiger_2007;Koeppen-Geiger;;Peel2007;0.1;;;")
    return "\n".join([STATIC_COLUMNS, *rows]) + "\n"


def _put(archive: zipfile.ZipFile, name: str, text: str) -> None:
    info = zipfile.ZipInfo(name, WHEN)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    archive.writestr(info, text)
