# SPDX-License-Identifier: GPL-2.0-or-later
"""What an algorithm reads, and that none of its outputs takes the place of it: for every algorithm and model."""

from pathlib import Path

from qgis.core import QgsProcessing, QgsProcessingOutputLayerDefinition, QgsProcessingParameters, QgsProperty

from ..core.base.errors import SoilSharpError
from ..core.base.inputs import Folder, Inputs

LAYERS = ("raster", "vector", "source", "layer")


def named(definition):
    """Return what a parameter is called in a sentence."""
    return f"{definition.description()} ({definition.name()})"


def inputs_of(params, values):
    """Return what an algorithm reads, as its parameters were read; the files that a study names too."""
    return _inputs({named(p.definition): _addresses(p, values[p.name]) for p in params if p.reads and values[p.name]})


def refuse_outputs(model, parameters, context):
    """Raise `SoilSharpError` if an output of a model is one of its inputs: its steps know only their own."""
    definitions = model.parameterDefinitions()
    reads = {named(d): _sources(d, parameters, context) for d in definitions if not d.isDestination()}
    writes = {named(d): place_of(parameters.get(d.name())) for d in definitions if d.isDestination()}
    _inputs(reads).refuse({name: path for name, path in writes.items() if path})


def _inputs(reads):
    studies = {}
    for name, addresses in reads.items():
        for address in addresses:
            if isinstance(address, str) and address.lower().endswith(".json"):
                studies.update({f"{name}, {what}": where for what, where in _named_by_study(address).items()})
    return Inputs({**reads, **studies})


def _named_by_study(path):
    from ..core.study.study import Study

    try:
        return Study.read(path).reads()
    except SoilSharpError:
        return {}  # no study, or one that the algorithm itself will refuse


def _addresses(param, value):
    """Return where the files of a parameter are."""
    if isinstance(value, dict):
        return list(value.values())
    places = [value] if Path(value).exists() else [place.strip() for place in value.split(";")]
    return [Folder(place, param.endings, deep=True) if param.endings else place for place in filter(None, places)]


def _sources(definition, parameters, context):
    """Return where the files of a model's parameter are."""
    kind, name = definition.type(), definition.name()
    if kind == "file":
        path = QgsProcessingParameters.parameterAsFile(definition, parameters, context)
        return [path] if path else []
    if kind == "multilayer":
        layers = QgsProcessingParameters.parameterAsLayerList(definition, parameters, context)
    elif kind in LAYERS and parameters.get(name) not in (None, ""):
        layers = [QgsProcessingParameters.parameterAsLayer(definition, parameters, context)]
    else:
        layers = []
    return [layer.source() for layer in layers if layer is not None]


def place_of(value):
    """Return the path of a destination, '' if it is a temporary one or not known yet."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    return value if isinstance(value, str) and value != QgsProcessing.TEMPORARY_OUTPUT else ""
