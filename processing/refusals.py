# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong with the value of a parameter, in a sentence: for every algorithm, model and step of a model.

QGIS says "Incorrect parameter value for X" and no more. It rounds a decimal number where an integer is asked for, takes
any text for an optional number as 0, for a yes-or-no as yes and for a reference system as none, turns an extent whose
sides are exchanged, passes over those rasters of a list that it cannot open, and asks nothing of a model's steps.
"""

import os
import re
from math import isfinite
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingParameterNumber,
    QgsProcessingParameters,
    QgsProcessingUtils,
    QgsProviderRegistry,
)

from ..core.base.find import why_no_path
from ..i18n import tr
from .inputs import named, place_of

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)  # as Qt and Python read it
SIDES = re.compile(r"([^,]+),([^,]+),([^,]+),([^,\[]+)(?:\[(.*)\])?\s*", re.DOTALL)  # as QGIS writes an extent
WHOLE = QgsProcessingParameterNumber.Type.Integer
RASTER = QgsProcessingUtils.LayerHint.Raster
YES_OR_NO = ("true", "false", "1", "0")
LARGEST_WHOLE = 2**31 - 1  # QGIS makes something else of a larger one without a word
NO_LIMIT = 1e300  # QGIS gives the largest number that there is where no limit was set
OTHER_KINDS = ("postgis", "file")  # of places, beside those of the providers
RASTERS = ("raster", "multilayer")
FOLDER = "folderDestination"
SHOWN = 100  # characters of a value in a sentence


def wrong_value(definitions, parameters, context):
    """Return a sentence on the first value that its parameter cannot have; '' if there is none.

    Expressions and the like are resolved later.
    """
    # rasters last: QGIS opens them, and may leave statistics beside them
    ordered = sorted(definitions, key=lambda definition: definition.type() in RASTERS)
    sentences = (_wrong(definition, parameters.get(definition.name()), context) for definition in ordered)
    return next(filter(None, sentences), "")


def why_unwritable(place, is_folder):
    """Return why a result cannot be written there, '' if it can: better now than after an hour of work."""
    path, why = Path(place), why_no_path(place)
    if why or not str(place).strip():
        return why or tr("it has no name")
    there = next(one for one in (path, *path.parents) if one.exists())
    if there == path and there.is_dir() != is_folder:
        return tr("it is a file, no folder") if is_folder else tr("there is a folder with this name")
    if not there.is_dir() and there != path:
        return tr("{} is no folder").format(there)
    return "" if os.access(there, os.W_OK) else tr("permission denied")


def unwritable(place, why):
    """Return the sentence on a place that cannot be written, '' without a reason."""
    return why and tr("Cannot write {}: {}. Choose another place.").format(_shown(place), why)


def _wrong(definition, value, context):
    given = place_of(value) if definition.isDestination() else value
    if isinstance(given, (int, float, str, list)) and given not in ("", []):
        why = _of_kind(definition, given, context)
        if why:
            return why
    if definition.checkValueIsAcceptable(value, context):
        return ""
    if value is None or value in ("", []):
        return tr("{} is missing. {}").format(named(definition), definition.help())
    return tr("{} cannot be '{}'. {}").format(named(definition), _shown(value), definition.help())


def _of_kind(definition, value, context):
    """Return what is wrong with a value that is given."""
    kind, name = definition.type(), named(definition)
    if "\0" in str(value) or (isinstance(value, list) and any("\0" in str(one) for one in value)):
        return tr("{} holds a NUL character, which no name or text can have. Remove it.").format(name)
    if definition.isDestination():
        return _wrong_place(name, value, kind == FOLDER)
    if kind == "boolean" and isinstance(value, str) and value.lower() not in YES_OR_NO:
        return tr("{} must be true or false, but is '{}'.").format(name, _shown(value))
    of = {"number": _wrong_number, "enum": _wrong_choice, "file": _wrong_file, "crs": _wrong_crs,
          "extent": _wrong_extent, "raster": _wrong_rasters, "multilayer": _wrong_rasters}  # fmt: skip
    return of[kind](name, value, definition, context) if kind in of else ""


def _wrong_place(name, value, is_folder):
    """Say that a result cannot be what QGIS offers beside files: a table, as ogr:dbname='a.gpkg' table="b"."""
    if value.partition(":")[0] in {*QgsProviderRegistry.instance().providerList(), *OTHER_KINDS}:
        words = tr(
            "{} must be a file, as result.gpkg, and cannot be a table of a database, as {}; nothing was written."
        )
        return words.format(name, value)
    why = unwritable(value, why_unwritable(value, is_folder))
    return why and f"{name}: {why}"


def _wrong_number(name, value, definition, _context):
    if isinstance(value, list) or (isinstance(value, str) and not NUMBER.fullmatch(value.strip())):
        return tr("{} must be a number, with a point before its decimals, but is '{}'.").format(name, _shown(value))
    value, low, high = float(value), definition.minimum(), definition.maximum()
    if not isfinite(value):
        return tr("{} must be a number that is not infinite, but is '{}'.").format(name, value)
    if definition.dataType() == WHOLE:
        low, high = max(low, -LARGEST_WHOLE), min(high, LARGEST_WHOLE)
        if not value.is_integer():
            return tr("{} must be a whole number, but is {:.15g}.").format(name, value)
    if low <= value <= high:
        return ""
    if high > NO_LIMIT:
        return tr("{} must be at least {:.15g}, but is {:.15g}.").format(name, low, value)
    return tr("{} must lie between {:.15g} and {:.15g}, but is {:.15g}.").format(name, low, high, value)


def _wrong_choice(name, value, definition, _context):
    several, keys = definition.allowMultiple(), definition.options()
    chosen = value if isinstance(value, list) else str(value).split(",") if several else [str(value)]
    if set(map(str, chosen)) <= set(keys) and (several or len(chosen) == 1):
        return ""
    words = (
        tr("{} must be some of {}, with commas between them, but is '{}'.")
        if several
        else tr("{} must be one of {}, but is '{}'.")
    )
    return words.format(name, ", ".join(keys), _shown(",".join(map(str, chosen))))


def _wrong_file(name, value, definition, _context):
    if not isinstance(value, str) or not value.strip():
        return tr("{} must be the path of a file or folder, but is '{}'. {}").format(name, value, definition.help())
    why = why_no_path(re.split(r"[|?]", value)[0])  # what follows belongs to a layer's source
    return why and tr("{} cannot be read: {}. Shorten it: {}").format(name, why, _shown(value))


def _wrong_crs(name, value, definition, context):
    known = QgsProcessingParameters.parameterAsCrs(definition, {definition.name(): value}, context).isValid()
    return "" if known else tr("{} must be a reference system, as EPSG:3035, but is '{}'.").format(name, _shown(value))


def _wrong_extent(name, value, definition, context):
    written = SIDES.fullmatch(value) if isinstance(value, str) else None
    numbers = [NUMBER.fullmatch(side.strip()) for side in written.groups()[:4]] if written else []
    if not numbers and definition.checkValueIsAcceptable(value, context):
        return ""  # that of a layer
    sides = [float(number.group()) for number in numbers if number]
    if len(sides) < 4 or not all(map(isfinite, sides)):
        words = tr("{} must be west, east, south and north, as 10.5,11.2,49.5,50.1 [EPSG:4326], but is '{}'.")
        return words.format(name, _shown(value))
    west, east, south, north = sides
    if west >= east or south >= north:
        words = tr("{} has no area: it goes from {:.15g} east to {:.15g}, and from {:.15g} north to {:.15g}.")
        return words.format(name, west, east, south, north)
    system = written[5]
    if system and not QgsCoordinateReferenceSystem(system).isValid():
        words = tr("{} has the reference system '{}', which is not known. Write it as EPSG:4326.")
        return words.format(name, _shown(system))
    return ""


def _wrong_rasters(name, value, definition, context):
    given = value if isinstance(value, list) else [value]
    for one in given:
        why = _why_no_raster(one, context)
        if why:
            words = tr("{} must be {}, but {} cannot be opened: {}.")
            what = tr("rasters") if definition.type() == "multilayer" else tr("a raster")
            return words.format(name, what, _shown(one), why)
    return ""


def _why_no_raster(value, context):
    """Return why a text names no raster, '' if it does; layers themselves are known to be some."""
    if not isinstance(value, str):
        return tr("it is no path") if isinstance(value, (int, float, list)) else ""
    layer = QgsProcessingUtils.mapLayerFromString(value, context, True, RASTER)
    if layer is not None and layer.isValid():
        return ""
    why = why_no_path(value)
    if why:
        return why
    if Path(value).is_dir():
        return tr("it is a folder. Choose the files in it")
    return tr("it is damaged or of another kind") if Path(value).exists() else tr("there is no such file or layer")


def _shown(value):
    """Return a value as it stands in a sentence: not longer than that."""
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)})"
