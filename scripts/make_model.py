# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes resources/models/*.model3: `make reference`.

Use QGIS 3.22: the names of a model's results depend on the QGIS that wrote it, and those of 3.22 hold everywhere. Its
QT_HASH_SEED=0 keeps Qt from writing the same model in another order each time.
"""

import importlib.util
import os
import re
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildDependency,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtCore import QPointF

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "models"
Source = QgsProcessingModelChildParameterSource
OPTIONAL = QgsProcessingParameterDefinition.Flag.FlagOptional


class Builder:
    """Builds a model from steps; parameters of the model are borrowed from the steps that use them."""

    def __init__(self, name, group, summary):
        self._summary = summary
        self.model = QgsProcessingModelAlgorithm(name, group, group)
        self._registry, self._help, self._order = QgsApplication.processingRegistry(), {}, []

    def ask(self, name, algorithm, parameter, row, label=""):
        """Ask the user for what a step's parameter asks."""
        definition = self._registry.algorithmById(f"soilsharp:{algorithm}").parameterDefinition(parameter).clone()
        definition.setName(name)
        definition.setDescription(label or definition.description())
        definition.setMetadata({})  # names a class by the folder of the plugin, which may be called anything
        shown = QgsProcessingModelParameter(name)
        shown.setPosition(QPointF(200, 100 + 90 * row))
        self.model.addModelParameter(definition, shown)
        self._help[name] = definition.help()
        self._order.append(name)

    def step(self, identifier, algorithm, sources, results, row, after=()):
        """Add a step; `results` are (name in the model, name in the step, label).

        Steps whose results stand in an expression must be named in `after`: QGIS does not look for them there.
        """
        child = QgsProcessingModelChildAlgorithm(f"soilsharp:{algorithm}")
        child.setChildId(identifier)
        child.setDescription(child.algorithm().displayName())
        child.setPosition(QPointF(520, 100 + 120 * row))
        for name, source in {**defaults(child.algorithm()), **sources}.items():
            child.addParameterSources(name, [source])
        outputs = {}
        for shown, name, label in results:
            output = QgsProcessingModelOutput(shown)
            output.setChildId(identifier)
            output.setChildOutputName(name)
            output.setDescription(label)
            output.setPosition(QPointF(840, 100 + 120 * row + 50 * len(outputs)))
            outputs[shown] = output
        child.setModelOutputs(outputs)
        child.setDependencies([QgsProcessingModelChildDependency(step) for step in after])
        self.model.addChildAlgorithm(child)

    def variable(self, step, result):
        """Return the expression that gives a number or text that a step results in."""
        shown = self.model.childAlgorithms()[step].description()
        return "var('{}_{}')".format(re.sub(r"[\s'\"():.]", "_", shown), result)

    def finished(self):
        """Return the model, with the help of its parameters."""
        self.model.setParameterOrder(self._order)
        self.model.updateDestinationParameters()
        results = {d.name(): d.help() for d in self.model.destinationParameterDefinitions()}
        self.model.setHelpContent({"ALG_DESC": self._summary, "ALG_CREATOR": "SoilSharp", **self._help, **results})
        return self.model


def defaults(algorithm):
    """Return the defaults of what a step must have, for QGIS 3.22 takes a default that is not written for missing."""
    must = [d for d in algorithm.parameterDefinitions() if not (d.isDestination() or d.flags() & OPTIONAL)]
    return {d.name(): Source.fromStaticValue(d.defaultValue()) for d in must if d.defaultValue() is not None}


def downscale_and_validate():
    """Return the model that leads from a study to fine maps and a report."""
    build = Builder(
        "downscale_and_validate",
        "downscaling",
        "From a study to fine maps: samples of the coarse cells, a LightGBM model, a map for every day, and a report "
        "of how the maps and the coarse product agree with the stations of the study.",
    )
    asked, of, fixed = Source.fromModelParameter, Source.fromChildOutput, Source.fromStaticValue
    build.ask("STUDY", "downscale_series", "STUDY", 0)
    build.ask("FOLDS_BY", "train_lightgbm", "FOLDS_BY", 1)
    build.ask("N_FOLDS", "train_lightgbm", "N_FOLDS", 2)
    build.ask("CONSISTENCY", "downscale_series", "CONSISTENCY", 3)
    build.step("sample", "sample_coarse", {"STUDY": asked("STUDY")}, [], 0)
    build.step(
        "train",
        "train_lightgbm",
        {"SAMPLES": of("sample", "OUTPUT"), "FOLDS_BY": asked("FOLDS_BY"), "N_FOLDS": asked("N_FOLDS")},
        [("MODEL", "OUTPUT", "Model")],
        1,
    )
    build.step(
        "downscale",
        "downscale_series",
        {
            "STUDY": asked("STUDY"),
            "MODEL": of("train", "OUTPUT"),
            "CONSISTENCY": asked("CONSISTENCY"),
            "LOAD": fixed(True),
        },
        [("MAPS", "OUTPUT", "Folder of fine maps")],
        2,
    )
    build.step(
        "validate",
        "validate_stations",
        {"STUDY": asked("STUDY"), "MAPS": of("downscale", "OUTPUT"), "MODEL": of("train", "OUTPUT")},
        [
            ("SCORES", "OUTPUT_TABLE", "Scores"),
            ("STATIONS", "OUTPUT_LAYER", "Stations with scores"),
            ("REPORT", "OUTPUT_REPORT", "Report"),
        ],
        3,
    )
    return build.finished()


def maps_from_downloads():
    """Return the model that leads from folders of downloads to fine maps."""
    build = Builder(
        "maps_from_downloads",
        "downscaling",
        "From downloads to fine maps: SMAP as the coarse product; MODIS, ERA5-Land and SoilGrids as covariates; a "
        "study of them and its check; samples of the coarse cells, a LightGBM model, and a map for every day.",
    )
    asked, of, fixed = Source.fromModelParameter, Source.fromChildOutput, Source.fromStaticValue
    folders = (("smap", "import_smap", "SMAP"), ("modis", "import_modis", "MODIS"),
               ("era", "import_era5land", "ERA5-Land"), ("soil", "import_soilgrids", "SoilGrids"))  # fmt: skip
    for row, (key, algorithm, label) in enumerate(folders):
        build.ask(key.upper(), algorithm, "INPUT", row, f"Downloaded files of {label}")
    build.ask("EXTENT", "import_smap", "EXTENT", 4)
    build.ask("GRID", "create_study", "GRID", 5)
    for row, (key, algorithm, label) in enumerate(folders):
        sources = {"INPUT": asked(key.upper()), "EXTENT": asked("EXTENT"), "LOAD": fixed(False)}
        build.step(key, algorithm, sources, [(key.upper() + "_MAPS", "OUTPUT", f"Folder of maps of {label}")], row)
    covariates = " || ';' || ".join(build.variable(key, "FOLDER") for key, _, _ in folders[1:])
    build.step(
        "study",
        "create_study",
        {"COARSE": of("smap", "OUTPUT"), "COVARIATES": Source.fromExpression(covariates), "GRID": asked("GRID")},
        [("STUDY", "OUTPUT", "Study")],
        4,
        after=[key for key, _, _ in folders],
    )
    build.step("check", "check_study", {"STUDY": of("study", "OUTPUT")}, [("CHECK", "OUTPUT", "Check of the study")], 5)
    build.step("sample", "sample_coarse", {"STUDY": of("study", "OUTPUT")}, [], 6)
    build.step("train", "train_lightgbm", {"SAMPLES": of("sample", "OUTPUT")}, [("MODEL", "OUTPUT", "Model")], 7)
    build.step(
        "downscale",
        "downscale_series",
        {"STUDY": of("study", "OUTPUT"), "MODEL": of("train", "OUTPUT"), "LOAD": fixed(True)},
        [("MAPS", "OUTPUT", "Folder of fine maps")],
        8,
    )
    return build.finished()


MODELS = (downscale_and_validate, maps_from_downloads)


def main():
    """Write the models."""
    app = QgsApplication([], True)
    app.initQgis()
    sys.path.append(os.path.join(QgsApplication.pkgDataPath(), "python", "plugins"))
    spec = importlib.util.spec_from_file_location(
        "soilsharp", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    sys.modules["soilsharp"] = importlib.util.module_from_spec(spec)
    from soilsharp.processing.provider import SoilSharpProvider

    provider = SoilSharpProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    for build in MODELS:
        model = build()
        if not model.toFile(str(FOLDER / f"{model.name()}.model3")):
            sys.exit(f"Cannot write into {FOLDER}")
    app.exitQgis()


if __name__ == "__main__":
    main()
