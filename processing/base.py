# SPDX-License-Identifier: GPL-2.0-or-later
"""The only border between QGIS and core: what QGIS asks of every algorithm, answered once."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import escape
from itertools import chain
from pathlib import Path

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputNumber,
)
from qgis.PyQt.QtCore import QCoreApplication, QThread
from qgis.PyQt.QtGui import QIcon

from ..core.base import extras
from ..core.base.errors import Cancelled, SoilSharpError
from ..core.base.help_pages import help_address
from ..core.base.inputs import keeping
from ..core.base.progress import Progress
from ..i18n import tr
from .inputs import inputs_of, named
from .layer_files import with_files
from .parameters import labels_of
from .refusals import FOLDER, unwritable, why_unwritable, wrong_value
from .styling import style_when_loaded

ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons"
ENDLESS = re.compile(r"([^\s/\\]{100})[^\s/\\]{20,}")  # names of which the beginning is enough


class SoilSharpAlgorithm(QgsProcessingAlgorithm):
    """An algorithm that declares what it takes, and lets core compute.

    A subclass has `NAME` and `GROUP` (never changed, never translated), `title()`, `summary()` and `parameters()`,
    and `compute(values, progress)`, which gets plain Python values and returns the results that are not in a
    parameter: numbers and texts. `NEEDS` are the packages without which it can do nothing, by the names that are
    imported; what a parameter needs besides is said there.
    """

    NAME = GROUP = ""
    TAGS = ()
    NEEDS = ("numpy", "rasterio")
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
        try:
            parameters = with_files(self.parameterDefinitions(), parameters, context)
        except QgsProcessingException as error:
            return False, str(error)
        why = self._lacking(parameters) or wrong_value(self.parameterDefinitions(), parameters, context)
        return (False, why) if why else super().checkParameterValues(parameters, context)

    def prepareAlgorithm(self, parameters, context, feedback):
        # a step of a model is asked nothing but this
        parameters = with_files(self.parameterDefinitions(), parameters, context)
        why = self._lacking(parameters) or wrong_value(self.parameterDefinitions(), parameters, context)
        if why:
            raise QgsProcessingException(why)
        self._values = self._read(parameters, context, targets=False)
        return True

    def processAlgorithm(self, parameters, context, feedback):
        targets = self._read(parameters, context, targets=True)
        self._refuse_unwritable(targets)
        values = {**self._values, **targets}
        try:
            results = in_python_thread(self._compute, values, targets, progress_of(feedback)) or {}
            results = self.finish(values, results, context)
            style_when_loaded(context, targets, self.STYLE, _day_of)
        except Cancelled:
            raise QgsProcessingException(tr("Cancelled")) from None
        except SoilSharpError as error:
            raise QgsProcessingException(self._blamed(str(error))) from error
        except MemoryError as error:
            words = tr("There is not enough memory for this. Take a smaller area, a coarser grid or fewer days.")
            raise QgsProcessingException(words) from error
        except OSError as error:
            words = tr("The system does not read or write {}: {}. Check the file, or choose another place.")
            told = words.format(error.filename or "", error.strerror or error)
            raise QgsProcessingException(self._blamed(told)) from error
        return {**targets, **results}

    def packages(self):
        """Return the packages that it needs, by the names that are imported: those of its parameters, as they are set
        at first, as well.
        """
        asked = ((*p.needs, *p.needed(None)) for p in self._params)
        return tuple(dict.fromkeys((*self.NEEDS, *chain.from_iterable(asked))))

    def _lacking(self, parameters):
        """Return what is said of packages that are missing for what was asked, or ''."""
        asked = [p.needed(parameters.get(p.name)) for p in self._params]
        return extras.advice(tuple(dict.fromkeys((*self.NEEDS, *chain.from_iterable(asked)))))

    def _blamed(self, sentence):
        """Return a sentence that begins with the name of the parameter it is about, if it tells the value of one."""
        short = ENDLESS.sub(lambda word: f"{word[1]}…", sentence)
        told = [p for p in self._params if not p.is_target and _tells(sentence, self._values[p.name], p.reads)]
        names = [named(p.definition) for p in told]
        return f"{names[0]}: {short}" if len(names) == 1 and names[0] not in short else short

    def _refuse_unwritable(self, targets):
        """Raise if a place that was only known now, as a temporary one or that of an expression, cannot be written."""
        for param in self._params:
            place = targets.get(param.name)
            why = place and unwritable(place, why_unwritable(place, param.definition.type() == FOLDER))
            if why:
                raise QgsProcessingException(f"{named(param.definition)}: {why}")

    def _compute(self, values, targets, progress):
        """Compute, and see to it that no result takes the place of what is read."""
        inputs = inputs_of(self._params, values)
        inputs.refuse({named(p.definition): targets[p.name] for p in self._params if targets.get(p.name)})
        with keeping(inputs):
            return self.compute(values, progress)

    def _read(self, parameters, context, targets):
        wanted = [p for p in self._params if p.is_target == targets]
        return {p.name: p.read(self, parameters, p.name, context) for p in wanted}


def _tells(sentence, value, is_path):
    """Whether a sentence tells the value of a parameter: a path, its last name, or a text of some length."""
    texts = [str(one) for one in (value.values() if isinstance(value, dict) else [value]) if isinstance(one, str)]
    names = [Path(text).name for text in texts] if is_path else []
    return any(text in sentence for text in (*texts, *names) if len(text) > 3 or (text and f"'{text}'" in sentence))


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
    return help_address(f"reference/{group}", name)


def progress_of(feedback):
    """Return the progress that core reports to, and asks whether to go on."""
    return Progress(
        lambda fraction: feedback.setProgress(100 * fraction),
        feedback.isCanceled,
        feedback.pushInfo,
        feedback.pushWarning,
    )


def _day_of(path):
    from ..core.rasters.dates import TwoDates, day_of

    try:
        return day_of(path)
    except TwoDates:
        return None
