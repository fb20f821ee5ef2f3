# SPDX-License-Identifier: GPL-2.0-or-later
"""What may be opened as a raster: a file that comes from elsewhere shall run nothing, read no other file, call nobody.

GDAL takes a file for what its content says, whatever its name is: a GeoTIFF by name may be a description of a web
service or of a file elsewhere. So only kinds that hold their own pixels are opened, and what a virtual raster reads is
looked at first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path

from rasterio import DatasetReader
from rasterio.env import ensure_env
from rasterio.errors import RasterioIOError

from ..base import hdf5
from ..base.errors import InputError
from ..base.hdf5 import SIGNATURE
from ..base.inputs import is_read, local_file

# kinds of GDAL that hold their own pixels
DRIVERS = (
    "GTiff", "COG", "netCDF", "HDF5", "HDF5Image", "HDF4", "HDF4Image", "GRIB", "JP2OpenJPEG", "JP2ECW", "JP2KAK",
    "JP2MrSID", "HFA", "GPKG", "ENVI", "EHdr", "AAIGrid", "GRASSASCIIGrid", "SRTMHGT", "USGSDEM", "DTED", "SAGA", "RST",
    "GSBG", "GS7BG", "PNG", "JPEG", "ECW", "MrSID", "KEA", "BT",
)  # fmt: skip
VIRTUAL = "<VRTDataset"
HEAD = 4096  # bytes in which GDAL looks for what a file is
MOST_TEXT = 64 << 20  # bytes of a virtual raster
NETWORK = re.compile(
    r"/vsi(curl|s3|gs|az|adls|oss|swift|hdfs|webhdfs)(_streaming)?\b|\b(https?|ftps?|s3|gs|az|oss|hdfs|ecwps?)://", re.I
)
# of a virtual raster: what copies pixels of one raster to another place, and what says how it is called and coloured
PARTS = frozenset((
    "VRTDataset", "SRS", "GeoTransform", "Metadata", "MDI", "VRTRasterBand", "NoDataValue", "HideNoDataValue",
    "ColorInterp", "Description", "UnitType", "Scale", "Offset", "CategoryNames", "Category", "ColorTable",
    "Entry", "SimpleSource", "ComplexSource", "SourceFilename", "SourceBand", "SourceProperties", "SrcRect",
    "DstRect", "NODATA", "ScaleOffset", "ScaleRatio", "LUT", "UseMaskBand", "MaskBand", "Histograms",
    "HistItem", "HistMin", "HistMax", "BucketCount", "IncludeOutOfRange", "Approximate", "HistCounts",
    "OverviewList", "BlockXSize", "BlockYSize",
))  # fmt: skip
ATTRIBUTES = frozenset((
    "rasterXSize", "rasterYSize", "dataType", "band", "relativeToVRT", "shared", "xOff", "yOff", "xSize",
    "ySize", "RasterXSize", "RasterYSize", "DataType", "BlockXSize", "BlockYSize", "dataAxisToSRSAxisMapping",
    "coordinateEpoch", "key", "domain", "format", "resampling", "c1", "c2", "c3", "c4",
))  # fmt: skip
LEADING_AWAY = ("GEOLOCATION", "OVERVIEWS")  # domains of metadata that name other files
TAG = re.compile(r"<([^<>]*)>([^<>]*)")
ATTRIBUTE = re.compile(r"""\s+([\w:]+)\s*=\s*("[^"]*"|'[^']*')""")
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
IMAGINE_START = b"EHFA_HEADER_TAG"


def in_network(address: str | os.PathLike) -> bool:
    """Return whether an address leads to the network."""
    return bool(NETWORK.search(os.fspath(address)))


def refuse_network(address: str | os.PathLike, allowed: bool = False) -> None:
    """Raise `InputError` if an address leads to the network, unless that is allowed."""
    if not allowed and in_network(address):
        raise InputError(
            f"{address} lies in the network, where nothing is read from without being asked for: download it, or write "
            '"network": true into the study.'
        )


def drivers_for(address: str | os.PathLike, virtual: bool) -> tuple[str, ...]:
    """Return the kinds by which GDAL may open an address, once what lies beside it is seen to be harmless.

    Parameters
    ----------
    address : path
        A file, or a layer as GDAL names it.
    virtual : bool
        Whether a virtual raster may be opened; then all its sources are files of these kinds, in or below its own
        folder or among what the run reads.

    Raises
    ------
    InputError
        If it may not be opened.
    """
    path = Path(local_file(address))
    if not path.is_file():
        return DRIVERS
    _refuse_beside(path)
    if SIGNATURE in _start(path):
        hdf5.refuse_endless(path)
        hdf5.refuse_led_away(path)
    if os.fspath(address) != str(path) or VIRTUAL.encode() not in _start(path):
        return DRIVERS  # among which a virtual raster is not
    if not virtual:
        raise InputError(
            f"{path} is a virtual raster, a description of other files, and is not opened here: save it as GeoTIFF."
        )
    _refuse_sources(path, set())
    return ("VRT",)


@ensure_env
def opened_by(address: str, drivers: Sequence[str]) -> DatasetReader:
    """Open an address by one of some kinds of GDAL; `rasterio.open` takes one alone."""
    return DatasetReader(address, driver=list(drivers))


def refuse_led_away(name: str, overviews: dict[str, str]) -> None:
    """Raise `InputError` if a raster, by its metadata of overviews, would be read from another file."""
    other = overviews.get("OVERVIEW_FILE", "")
    if other and other != f":::BASE:::{Path(name).name}.ovr":
        raise InputError(
            f"{name} says that its overviews are in {other}, which may be anything: remove that from its metadata "
            f"(gdaladdo -clean) or from {Path(name).name}.aux.xml."
        )


def _start(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(HEAD)
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror or error}.") from error


def _refuse_beside(path: Path) -> None:
    """Raise if the overviews or the mask beside a raster are no pixels themselves: GDAL opens them as anything."""
    for ending in (".ovr", ".msk"):
        other = Path(f"{path}{ending}")
        if other.is_file() and not _start(other).startswith((*TIFF_STARTS, IMAGINE_START)):
            raise InputError(f"{other} is no GeoTIFF, though it stands for one beside {path.name}: remove it.")


def _refuse_sources(path: Path, above: set[Path]) -> None:
    """Raise unless all sources of a virtual raster may be opened."""
    above = above | {path.resolve()}
    for source in _sources(path):
        place = Path(os.path.realpath(path.parent / source))
        refuse_network(source)
        own = path.parent.resolve() in place.parents
        if not place.is_file() or not (own or is_read(place)):
            raise InputError(
                f"{path.name} is a virtual raster of {source}, which is no file in or below its own folder: put the "
                "two together, or save it as GeoTIFF."
            )
        if place in above:
            raise InputError(f"{path.name} is a virtual raster of itself.")
        _refuse_beside(place)
        if VIRTUAL.encode() in _start(place):
            _refuse_sources(place, above)
            continue
        _refuse_other_kinds(place, path)


def _refuse_other_kinds(place: Path, path: Path) -> None:
    try:
        with opened_by(str(place), DRIVERS) as dataset:
            refuse_led_away(dataset.name, dataset.tags(ns="OVERVIEWS"))
    except RasterioIOError as error:
        raise InputError(f"{path.name} is a virtual raster of {place.name}, which is no raster: {error}.") from error


def _sources(path: Path) -> list[str]:
    """Return what a virtual raster reads from, as it is written.

    Its text is looked through as GDAL does, which takes an attribute for an element of that name.

    Raises
    ------
    InputError
        If it cannot be read, or does more than to put pixels of rasters to other places.
    """
    size = path.stat().st_size
    if size > MOST_TEXT:
        raise InputError(f"{path.name} has {size >> 20} MB, more than a virtual raster of {MOST_TEXT >> 20} MB.")
    text = path.read_text(encoding="utf-8", errors="replace")
    found = []
    for tag, content in TAG.findall(text):
        name, attributes = _parted(tag)
        if name.startswith(("/", "?xml")):
            continue
        odd = [name] if name not in PARTS else [*attributes.keys() - ATTRIBUTES]
        if attributes.get("domain") in LEADING_AWAY:
            odd.append(attributes["domain"])
        if odd:
            raise InputError(
                f"{path.name} is a virtual raster that does more than to put rasters together ({odd[0]}): save it as "
                "GeoTIFF."
            )
        if name == "SourceFilename":
            found.append(unescape(content.strip()))
    if TAG.sub("", text).strip():
        raise InputError(f"{path.name} is no virtual raster that can be read; save it as GeoTIFF.")
    return found


def _parted(tag: str) -> tuple[str, dict[str, str]]:
    """Return the name of a tag and its attributes; what is neither belongs to the name."""
    attributes = {key: value[1:-1] for key, value in ATTRIBUTE.findall(tag)}
    return ATTRIBUTE.sub("", tag).rstrip("/ \n\t\r"), attributes
