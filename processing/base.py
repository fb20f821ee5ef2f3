# SPDX-License-Identifier: GPL-2.0-or-later
"""The only border between QGIS and core: what QGIS asks of every algorithm, answered once."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterNumber,
    QgsProcessingParameters,
    QgsProviderRegistry,
)
from qgis.PyQt.QtCore import QCoreApplication, QThread
from qgis.PyQt.QtGui import QIcon

from ..core.base import extras
from ..core.base.errors import Cancelled, SoilSharpError
from ..core.base.inputs import keeping
from ..core.base.progress import Progress
from ..i18n import tr
from .inputs import inputs_of, named, place_of
from .parameters import labels_of
from .styling import style_when_loaded

ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons"
HELP = "https://github.com/soilsharp/soilsharp/blob/main/docs/reference"
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)  # as Qt and Python read it
WHOLE = QgsProcessingParameterNumber.Type.Integer
YES_OR_NO = ("true", "false", "1", "0")
LARGEST_WHOLE = 2**31 - 1  # QGIS makes something else of a larger one without a word
NO_LIMIT = 1e300  # QGIS gives the largest number that there is where no limit was set
OTHER_KINDS = ("postgis", "file")  # of places, beside those of the providers
CORE_NEEDS = ("numpy", "scipy", "pandas", "rasterio")


class SoilSharpAlgorithm(QgsProcessingAlgorithm):
    """An algorithm that declares what it takes, and lets core compute.

    A subclass has `NAME` and `GROUP` (never changed, never translated), `title()`, `summary()` and `parameters()`,
    and `compute(values, progress)`, which gets plain Python values and returns the results that are not in a
    parameter: numbers and texts.
    """

    NAME = GROUP = ""
    TAGS = ()
    NEEDS = CORE_NEEDS
    STYLE = {}  # noqa: RUF012 - never changed

    def title(self):
        raise NotImplementedError

    def summary(self):
        raise NotImplementedError

    def parameters(self):
        raise NotImplementedError

    def outputs(self):
        """Return the outputs that no destination parameter declares."""
        return []

    def compute(self, values, progress):
        raise NotImplementedError

    def finish(self, values, results, context):
        """Have further results loaded; called in the worker after `compute`. Returns the results."""
        return results

    # --- what QGIS asks -----------------------------------------------------------------------------------------------

    def createInstance(self):
        return type(self)()

    def name(self):
        return self.NAME

    def displayName(self):
        return self.title()

    def groupId(self):
        return self.GROUP

    def group(self):
        return group_label(self.GROUP)

    def tags(self):
        return [*self.TAGS, tr("soil moisture"), tr("downscaling"), "SoilSharp"]

    def icon(self):
        return QIcon(self.svgIconPath())

    def svgIconPath(self):
        return str(ICONS / f"{self.GROUP}.svg")

    def helpUrl(self):
        return help_url(self.GROUP, self.NAME)

    def shortDescription(self):
        return self.summary()

    def shortHelpString(self):
        rows = [f"<li><b>{escape(d.description())}</b>: {_help(d)}</li>" for d in self.parameterDefinitions()]
        facts = [
            f"<li><b>{escape(o.name())}</b>: {escape(o.description())}</li>"
            for o in self.outputDefinitions()
            if self.parameterDefinition(o.name()) is None
        ]
        told = f"<h3>{tr('Further results')}</h3><ul>{''.join(facts)}</ul>" if facts else ""
        return f"<p>{escape(self.summary())}</p><h3>{tr('Parameters')}</h3><ul>{''.join(rows)}</ul>{told}"

    def initAlgorithm(self, configuration=None):
        self._params = self.parameters()
        for param in self._params:
            self.addParameter(param.definition)
        for output in self.outputs():
            self.addOutput(output)

    def canExecute(self):
        why = extras.advice(self.NEEDS)
        return not why, why

    def checkParameterValues(self, parameters, context):
        # processing.run and qgis_process ask this, but not canExecute
        why = extras.advice(self.NEEDS) or wrong_value(self.parameterDefinitions(), parameters, context)
        return (False, why) if why else super().checkParameterValues(parameters, context)

    def prepareAlgorithm(self, parameters, context, feedback):
        # a step of a model is asked nothing but this
        why = extras.advice(self.NEEDS) or wrong_value(self.parameterDefinitions(), parameters, context)
        if why:
            raise QgsProcessingException(why)
        self._values = self._read(parameters, context, targets=False)
        return True

    def processAlgorithm(self, parameters, context, feedback):
        targets = self._read(parameters, context, targets=True)
        for path in filter(None, targets.values()):
            refuse_unwritable(path)
        values = {**self._values, **targets}
        try:
            results = in_python_thread(self._compute, values, targets, progress_of(feedback)) or {}
            results = self.finish(values, results, context)
            style_when_loaded(context, targets, self.STYLE, _day_of)
        except Cancelled:
            raise QgsProcessingException(tr("Cancelled")) from None
        except SoilSharpError as error:
            raise QgsProcessingException(str(error)) from error
        return {**targets, **results}

    def _compute(self, values, targets, progress):
        """Compute, and see to it that no result takes the place of what is read."""
        inputs = inputs_of(self._params, values)
        inputs.refuse({named(p.definition): targets[p.name] for p in self._params if targets.get(p.name)})
        with keeping(inputs):
            return self.compute(values, progress)

    def _read(self, parameters, context, targets):
        wanted = [p for p in self._params if p.is_target == targets]
        return {p.name: p.read(self, parameters, p.name, context) for p in wanted}


def wrong_value(definitions, parameters, context):
    """Return a sentence on the first number, choice, yes-or-no, reference system or file that is none; '' if all are.

    Of a wrong choice or number QGIS names only the parameter. It rounds a decimal number where an integer is asked for,
    takes any text for an optional number as 0, for a yes-or-no as yes and for a reference system as none, and asks
    nothing of a model's steps. Expressions and the like are resolved later.
    """
    for definition in definitions:
        value = parameters.get(definition.name())
        if definition.isDestination():
            value = place_of(value)
        if isinstance(value, (int, float, str, list)) and value not in ("", []):
            why = _wrong(definition, value, named(definition), context)
            if why:
                return why
    return ""


def _wrong(definition, value, name, context):
    kind = definition.type()
    if definition.isDestination():
        return _wrong_place(name, value)
    if kind == "number":
        return _wrong_number(name, value, definition)
    if kind == "enum":
        return _wrong_choice(name, value, definition)
    if kind == "boolean" and isinstance(value, str) and value.lower() not in YES_OR_NO:
        return tr("{} must be true or false, but is '{}'.").format(name, value)
    if kind == "crs":
        known = QgsProcessingParameters.parameterAsCrs(definition, {definition.name(): value}, context).isValid()
        return "" if known else tr("{} must be a reference system, as EPSG:3035, but is '{}'.").format(name, value)
    return ""


def _wrong_place(name, value):
    """Say that a result cannot be what QGIS offers beside files: a table, as ogr:dbname='a.gpkg' table="b"."""
    if value.partition(":")[0] not in {*QgsProviderRegistry.instance().providerList(), *OTHER_KINDS}:
        return ""
    words = tr("{} must be a file, as result.gpkg, and cannot be a table of a database, as {}; nothing was written.")
    return words.format(name, value)


def _wrong_number(name, value, definition):
    if isinstance(value, list) or (isinstance(value, str) and not NUMBER.fullmatch(value.strip())):
        return tr("{} must be a number, with a point before its decimals, but is '{}'.").format(name, value)
    value, low, high = float(value), definition.minimum(), definition.maximum()
    if definition.dataType() == WHOLE:
        low, high = max(low, -LARGEST_WHOLE), min(high, LARGEST_WHOLE)
        if not value.is_integer():
            return tr("{} must be a whole number, but is {:.15g}.").format(name, value)
    if low <= value <= high:
        return ""
    if high > NO_LIMIT:
        return tr("{} must be at least {:.15g}, but is {:.15g}.").format(name, low, value)
    return tr("{} must lie between {:.15g} and {:.15g}, but is {:.15g}.").format(name, low, high, value)


def _wrong_choice(name, value, definition):
    several, keys = definition.allowMultiple(), definition.options()
    chosen = value if isinstance(value, list) else str(value).split(",") if several else [str(value)]
    if set(chosen) <= set(keys) and (several or len(chosen) == 1):
        return ""
    words = (
        tr("{} must be some of {}, with commas between them, but is '{}'.")
        if several
        else tr("{} must be one of {}, but is '{}'.")
    )
    return words.format(name, ", ".join(keys), ",".join(map(str, chosen)))


def _help(definition):
    """Return the help of a parameter as HTML, with what its choices are called in scripts."""
    labels = labels_of(definition)
    shown = "; ".join(f"<code>{escape(key)}</code>: {escape(label)}" for key, label in labels.items() if label != key)
    return escape(definition.help()) + (f"<br>{shown}" if shown else "")


def in_python_thread(work, *values):
    """Return what a function returns, called in a thread that Python made if QGIS runs us in one of its own.

    pyproj from 3.7 on, and geopandas with it, crashes in threads that Qt made (pyproj issue 1509).
    """
    if QThread.currentThread() == QCoreApplication.instance().thread():
        return work(*values)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *values).result()


def numbers(**labels):
    """Return outputs of numbers: NAME="what it is"."""
    return [QgsProcessingOutputNumber(name, label) for name, label in labels.items()]


def known(value):
    """Return a number, or None for one that is not known: NaN means nothing to a step of a model."""
    return value if value == value else None


def score_results(row):
    """Return the scores of one row of a table as results: RMSE, UBRMSE, BIAS, R and N."""
    scores = {name.upper(): known(float(row[name])) for name in ("rmse", "ubrmse", "bias", "r")}
    return {**scores, "N": int(row["n"])}


def group_label(group):
    """Return the name of a folder of the toolbox."""
    return {
        "preprocessing": tr("Preprocessing"),
        "training": tr("Training"),
        "downscaling": tr("Downscaling"),
        "validation": tr("Validation"),
    }[group]


def help_url(group, name):
    """Return the address of the page that documents an algorithm."""
    return f"{HELP}/{group}.md#{name}"


def progress_of(feedback):
    """Return the progress that core reports to, and asks whether to go on."""
    return Progress(
        lambda fraction: feedback.setProgress(100 * fraction),
        feedback.isCanceled,
        feedback.pushInfo,
        feedback.pushWarning,
    )


def refuse_unwritable(path):
    """Raise if a result cannot be written there: better now than after an hour of work."""
    path = Path(path)
    place = next(folder for folder in (path, *path.parents) if folder.exists())
    if place != path and not place.is_dir():
        raise QgsProcessingException(tr("Cannot write {}: {} is no folder. Choose another place.").format(path, place))
    if not os.access(place, os.W_OK):
        raise QgsProcessingException(tr("Cannot write {}: permission denied. Choose another place.").format(path))


def _day_of(path):
    from ..core.rasters.dates import day_of

    return day_of(path)
