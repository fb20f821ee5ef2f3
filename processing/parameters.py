# SPDX-License-Identifier: GPL-2.0-or-later
"""What QGIS shows of a parameter and how its value is read back, together: one small function a kind."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)

from ..core.stations.settings import UNIT_NAMES
from ..core.units import shown
from ..i18n import tr
from .given import absent, crs_text, raster_path, read_text
from .run_layers import MOST_LAYERS

NUMBER = QgsProcessingParameterNumber.Type
ADVANCED = QgsProcessingParameterDefinition.Flag.FlagAdvanced
MODEL_FILTER = "*.soilsharp"
CHOICE_WIDGET = __package__.rpartition(".")[0] + ".ui.choices.ChoiceWidget"
TYPED_WIDGET = __package__.rpartition(".")[0] + ".ui.typed.TypedWidget"


@dataclass(frozen=True)
class Param:
    """One parameter.

    `read(algorithm, parameters, name, context)` gives plain Python: a path, a number, a text. A target is read in
    the worker, since QGIS forgets to load a result whose place was asked for too early. `reads` tells whether the
    value is a file that is read, or several; `endings` which files of a folder and its sub-folders are, where these are
    not rasters. `needs` are packages that are needed only if it is given, `needs_of` those of single choices, by key.
    """

    definition: QgsProcessingParameterDefinition
    name: str
    read: Callable
    is_target: bool = False
    reads: bool = False
    endings: tuple = ()
    needs: tuple = ()
    needs_of: dict = field(default_factory=dict)

    def needed(self, value):
        """Return the packages that a value asks for; None stands for the default."""
        chosen = self.definition.defaultValue() if value is None else value
        keys = chosen if isinstance(chosen, (list, tuple)) else str(chosen or "").split(",")
        of_choices = [name for key in keys for name in self.needs_of.get(key, ())]
        return (*(self.needs if value not in (None, "") else ()), *of_choices)


def _param(definition, help, read, *, advanced=False, **words):
    definition.setHelp(help)
    if advanced:
        definition.setFlags(definition.flags() | ADVANCED)
    return Param(definition, definition.name(), read, **words)


# --- inputs -----------------------------------------------------------------------------------------------------------


def raster(name, label, help, *, optional=False):
    """Declare one raster; read as the path of its file, '' if not given."""

    def read(algorithm, parameters, name, context):
        if absent(parameters, name):
            return ""
        layer = algorithm.parameterAsRasterLayer(parameters, name, context)
        if layer is None or not layer.isValid():
            raise QgsProcessingException(algorithm.invalidRasterError(parameters, name))
        return raster_path(layer, context)

    return _param(QgsProcessingParameterRasterLayer(name, label, optional=optional), help, read, reads=True)


def rasters(name, label, help, *, optional=False):
    """Declare several rasters; read as a dict of name to path.

    A layer of the project has the name that the project shows, a file the name it has on disk.
    """

    def read(algorithm, parameters, name, context):
        if absent(parameters, name):
            return {}
        found, project = {}, context.project()
        for layer in algorithm.parameterAsLayerList(parameters, name, context):
            path = raster_path(layer, context)
            known = project is not None and project.mapLayer(layer.id()) is not None
            key = layer.name() if known else Path(layer.source()).stem
            if found.setdefault(key, path) != path:
                raise QgsProcessingException(tr("Two rasters are called '{}'. Rename one.").format(key))
        if not found:
            raise QgsProcessingException(tr("None of the rasters of {} can be opened.").format(name))
        return found

    kind = QgsProcessing.SourceType.TypeRaster
    return _param(QgsProcessingParameterMultipleLayers(name, label, kind, optional=optional), help, read, reads=True)


def file_in(name, label, help, *, filter="", optional=False):
    """Declare a file; read as its path, '' if not given."""
    kind = QgsProcessingParameterFile.Behavior.File
    # with all files, since of another ending QGIS says no more than that the value is incorrect
    shown = f"{_filter(filter)};;{tr('All files')} (*)" if filter else ""
    definition = QgsProcessingParameterFile(name, label, kind, optional=optional, fileFilter=shown)
    return _param(definition, help, QgsProcessingAlgorithm.parameterAsFile, reads=True)


def folder_in(name, label, help, *, optional=False, endings=()):
    """Declare a folder, a file, an archive, or a pattern as maps/*.tif; read as its path, '' if not given.

    Rasters are read of it, or files with other `endings`, of its sub-folders too.
    """
    kind = QgsProcessingParameterFile.Behavior.Folder
    definition = QgsProcessingParameterFile(name, label, kind, optional=optional)
    definition.setMetadata({"widget_wrapper": {"class": TYPED_WIDGET, "asks": "place"}})
    return _param(definition, help, QgsProcessingAlgorithm.parameterAsFile, reads=True, endings=endings)


def text(name, label, help, *, default="", optional=True, lines=False, advanced=False, asks=""):
    """Declare a text; read without blanks around it. `asks` as in `core.base.options.option`."""
    definition = QgsProcessingParameterString(name, label, default, multiLine=lines, optional=optional)
    if asks:
        definition.setMetadata({"widget_wrapper": {"class": TYPED_WIDGET, "asks": asks}})
    return _param(definition, help, read_text, advanced=advanced)


def number(name, label, help, *, default=None, low=None, high=None, kind=float, optional=False, advanced=False):
    """Declare a number, int or float; read as such, None if it is optional and not given."""
    limits = {key: value for key, value in (("minValue", low), ("maxValue", high)) if value is not None}
    definition = QgsProcessingParameterNumber(
        name, label, NUMBER.Integer if kind is int else NUMBER.Double, default, optional, **limits
    )

    def read(algorithm, parameters, name, context):
        if default is None and absent(parameters, name):
            return None
        get = algorithm.parameterAsInt if kind is int else algorithm.parameterAsDouble
        return get(parameters, name, context)

    return _param(definition, help, read, advanced=advanced)


def choice(name, label, help, choices, *, default=None, advanced=False, needs_of=None):
    """Declare a choice among keys; the keys themselves are stored in models and scripts, never their numbers.

    `choices` are keys, or a dict of key to the label that dialogs show; `needs_of` the packages of some keys.
    """
    definition = QgsProcessingParameterEnum(
        name, label, options=list(choices), defaultValue=default or next(iter(choices)), usesStaticStrings=True
    )
    _label(definition, choices)
    words = _in_labels(help, labels_of(definition))

    def read(algorithm, *where):
        return algorithm.parameterAsEnumString(*where)

    return _param(definition, words, read, advanced=advanced, needs_of=needs_of or {})


def choices_of(name, label, help, choices, *, default, advanced=False, needs_of=None):
    """Declare a choice of any number of keys; read as one text with commas between them."""
    definition = QgsProcessingParameterEnum(
        name, label, options=list(choices), allowMultiple=True, optional=True, usesStaticStrings=True,
        defaultValue=default,
    )  # fmt: skip
    _label(definition, choices)

    def read(algorithm, parameters, name, context):
        if parameters.get(name) in ([], ""):
            return ""  # QGIS would take the default
        return ",".join(algorithm.parameterAsEnumStrings(parameters, name, context))

    words = _in_labels(help, labels_of(definition))
    return _param(definition, words, read, advanced=advanced, needs_of=needs_of or {})


def _label(definition, choices):
    """Have dialogs show the labels of choices; QGIS loads the widget by its name, and only for a dialog."""
    labels = {key: tr(choices[key] if isinstance(choices, dict) else key) for key in choices}
    definition.setMetadata({"widget_wrapper": {"class": CHOICE_WIDGET, "labels": labels}})


def _in_labels(help, labels):
    """Return the help of a choice with labels in place of the keys that it explains: the list after it has the keys."""
    keys = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    return re.sub(rf"(?:^|(?<=[.;,:] ))(?:{keys})(?=[:,]| =| \()", lambda found: labels[found.group()], help)


def labels_of(definition):
    """Return key and label of the choices of a parameter; empty if it has none."""
    labels = definition.metadata().get("widget_wrapper", {}).get("labels", {})
    return {key: labels[key] for key in definition.options()} if labels else {}  # QGIS sorts the labels


def flag(name, label, help, *, default, advanced=False):
    """Declare a yes or no."""
    definition = QgsProcessingParameterBoolean(name, label, default)
    return _param(definition, help, lambda algorithm, *where: algorithm.parameterAsBool(*where), advanced=advanced)


def load_flag(*, default=True):
    """Declare whether the maps of a result are opened."""
    words = tr("Whether QGIS opens the maps when they are done; those of more than {} days as one layer.").format(
        MOST_LAYERS
    )
    return flag("LOAD", tr("Load the maps"), words, default=default, advanced=True)


def crs(name, label, help):
    """Declare an optional reference system; read as "EPSG:3035" or as WKT, '' if not given."""

    def read(algorithm, parameters, name, context):
        return crs_text(algorithm.parameterAsCrs(parameters, name, context))

    return _param(QgsProcessingParameterCrs(name, label, optional=True), help, read)


def extent(name, label, help, crs_name=""):
    """Declare an optional extent; read as (crs, (left, bottom, right, top)), None if not given.

    It is brought to the reference system of the parameter `crs_name`, if there is one and it is given.
    """

    def read(algorithm, parameters, name, context):
        if absent(parameters, name):
            return None
        wanted = algorithm.parameterAsCrs(parameters, crs_name, context) if crs_name else None
        if wanted is None or not wanted.isValid():
            wanted = algorithm.parameterAsExtentCrs(parameters, name, context)
        r = algorithm.parameterAsExtent(parameters, name, context, wanted)
        return crs_text(wanted), (r.xMinimum(), r.yMinimum(), r.xMaximum(), r.yMaximum())

    return _param(QgsProcessingParameterExtent(name, label, optional=True), help, read)


# --- what several algorithms ask for ----------------------------------------------------------------------------------


def samples_in():
    """Declare a training table."""
    return file_in("SAMPLES", tr("Samples"), tr("Training table of one of the sampling steps."), filter="*.csv")


def model_in():
    """Declare a model file."""
    return file_in("MODEL", tr("Model"), tr("Model file of a training step."), filter=MODEL_FILTER)


def covariate_names():
    """Declare the names of the covariates to learn from."""
    words = tr("Names of the covariates to learn from, separated by commas; empty: all of them.")
    return text("COVARIATES", tr("Covariates"), words, asks="columns")


def classes_seen():
    """Declare the columns of classes that learners see beside the covariates; see `Recipe.classes`."""
    words = tr(
        "Columns of classes in the samples, beside the covariates, that learners see too, separated by commas, as "
        "koppen, land_cover. Maps then need covariates of these names. Empty: none."
    )
    return text("CLASSES", tr("Classes that learners see"), words, advanced=True, asks="columns")


def period(first, last):
    """Declare the days of a period, two parameters; `first` and `last` say which ones empty fields stand for."""
    words = tr("For example {}; empty: {}.")
    return [
        text("START", tr("First day"), words.format("2023-05-01", first), asks="day"),
        text("END", tr("Last day"), words.format("2023-10-15", last), asks="day"),
    ]


def moisture_unit(name, label, *, advanced=False):
    """Declare the unit of soil moisture."""
    return choice(name, label, tr("Percent is divided by 100; never guessed."), UNIT_NAMES, advanced=advanced)


def seed(*, default=0):
    """Declare the seed of all random draws."""
    return number("SEED", tr("Seed"), tr("The same seed gives the same result."), default=default, low=0, kind=int)


# --- results ----------------------------------------------------------------------------------------------------------


def raster_out(name, label, help, *, optional=False):
    """Declare a raster to write; read as its path, '' if it is not wanted."""
    return _target(QgsProcessingParameterRasterDestination(name, label, None, optional, not optional), help)


def points_out(name, label, help, *, optional=False):
    """Declare a layer of points to write; read as its path, '' if it is not wanted."""
    kind = QgsProcessing.SourceType.TypeVectorPoint
    return _target(QgsProcessingParameterVectorDestination(name, label, kind, None, optional, True), help)


def file_out(name, label, help, filter, *, optional=False, needs=()):
    """Declare a file to write; read as its path, '' if it is not wanted."""
    definition = QgsProcessingParameterFileDestination(name, label, _filter(filter), None, optional, True)
    read = QgsProcessingAlgorithm.parameterAsFileOutput
    return _param(definition, help, read, is_target=True, needs=needs)


def coverage_out():
    """Declare the table of what bands hold."""
    return file_out(
        "OUTPUT_COVERAGE",
        tr("Coverage of the bands"),
        tr(
            "Table (CSV): the fractions of what was observed that bands of 50, 80 and 90 % hold, and their widths in "
            "m³ m⁻³: of all rows, by month, class of the land, station, and where the coarse product was seen or not."
        ),
        "*.csv",
        optional=True,
    )


def model_out():
    """Declare the model of a training step."""
    return file_out("OUTPUT", tr("Model"), tr("The model with its passport, in one file."), MODEL_FILTER)


def report_out(help):
    """Declare the page of a step that makes more than that; read as its path, '' if it is not wanted."""
    needs = ("pandas", "matplotlib", "jinja2")
    return file_out("OUTPUT_REPORT", tr("Report"), help, "*.html", optional=True, needs=needs)


def folder_out(name, label, help, *, optional=False):
    """Declare a folder to write; read as its path, '' if it is not wanted."""
    definition = QgsProcessingParameterFolderDestination(name, label, None, optional, not optional)
    return _param(definition, help, lambda algorithm, *where: algorithm.parameterAsString(*where), is_target=True)


def _filter(pattern):
    """Return a file filter that QGIS takes the usual ending from."""
    return f"{pattern} ({pattern})" if pattern else ""


def _target(definition, help):
    return _param(definition, help, lambda algorithm, *where: algorithm.parameterAsOutputLayer(*where), is_target=True)


# --- the records of core ----------------------------------------------------------------------------------------------


def options(record, prefix="", *, advanced=False, without=(), defaults=None):
    """Declare one parameter for each setting of a record of options.

    Parameters
    ----------
    record : type of Options
    prefix : str
        Goes before the names.
    advanced : bool
        Whether to fold all of them away.
    without : tuple of str
        Choices that make no sense here.
    defaults : dict, optional
        Setting to default, where it is another one here.
    """
    own = defaults or {}
    return [
        _from_setting(s, prefix, own.get(s.name, s.default), advanced or s.metadata["advanced"], without)
        for s in fields(record)
    ]


def collect(record, values, prefix=""):
    """Return the record of the values that its parameters were given."""
    return record(**{setting.name: values[_name(setting, prefix)] for setting in fields(record)})


def _name(setting, prefix):
    """Return the name of a setting's parameter; one that says the prefix itself is not given it twice."""
    name = setting.name.upper()
    return name if prefix and name.endswith(prefix.rstrip("_")) else prefix + name


def _as_written(unit):
    """Return a unit as a person writes it; no line breaks inside it."""
    return tr(shown(unit)).replace(" ", "\u00a0")


def _from_setting(setting, prefix, default, advanced, without):
    words, name = setting.metadata, _name(setting, prefix)
    label, help = tr(words["label"]), tr(words["help"]) if words["help"] else tr(words["label"])
    if words["unit"]:
        label = f"{label} [{_as_written(words['unit'])}]"
    kind = words["kind"]
    choices = {key: label for key, label in words["choices"].items() if key not in without}
    if words["several"]:
        return choices_of(name, label, help, choices, default=default, advanced=advanced)
    if choices:
        return choice(name, label, help, choices, default=None if default in without else default, advanced=advanced)
    if kind is bool:
        return flag(name, label, help, default=default, advanced=advanced)
    if kind is str:
        return text(name, label, help, default=default, optional=not default, advanced=advanced, asks=words["asks"])
    if kind in (int, float):
        return number(
            name, label, help, default=default, low=words["low"], high=words["high"], kind=kind,
            optional=default is None, advanced=advanced,
        )  # fmt: skip
    raise TypeError(f"There is no parameter for a setting of kind {kind.__name__}: {setting.name}")
