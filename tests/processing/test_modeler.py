# SPDX-License-Identifier: GPL-2.0-or-later
"""Every algorithm as the step of a model, and the models that the plugin ships."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "resources" / "models").glob("*.model3"))


def model_of(name, given, results):
    """Return a model with an algorithm as its only step; its results are results of the model."""
    from qgis.core import (
        QgsProcessingModelAlgorithm,
        QgsProcessingModelChildAlgorithm,
        QgsProcessingModelChildParameterSource,
        QgsProcessingModelOutput,
    )

    model, child = QgsProcessingModelAlgorithm("one", "tests"), QgsProcessingModelChildAlgorithm(f"soilsharp:{name}")
    child.setChildId("step")
    outputs = {}
    for key, value in given.items():
        if key in results:
            outputs[key] = QgsProcessingModelOutput(key)
            outputs[key].setChildId("step")
            outputs[key].setChildOutputName(key)
        elif isinstance(value, list):
            child.addParameterSources(key, [QgsProcessingModelChildParameterSource.fromStaticValue(v) for v in value])
        else:
            child.addParameterSources(key, [QgsProcessingModelChildParameterSource.fromStaticValue(value)])
    child.setModelOutputs(outputs)
    model.addChildAlgorithm(child)
    model.updateDestinationParameters()
    return model


def test_runs_as_a_step(algorithm, inputs, tmp_path):
    from qgis import processing
    from qgis.core import QgsApplication, QgsProcessingModelAlgorithm

    given = inputs(algorithm)
    found = QgsApplication.processingRegistry().algorithmById(f"soilsharp:{algorithm}")
    results = {d.name() for d in found.destinationParameterDefinitions()}
    built = model_of(algorithm, given, results)
    assert built.toFile(str(tmp_path / "one.model3"))
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(tmp_path / "one.model3"))
    model.initAlgorithm()
    targets = {d.name(): given[d.name().split(":")[-1]] for d in model.destinationParameterDefinitions()}
    assert len(targets) == len(results)
    answer = processing.run(model, targets)
    for name, path in targets.items():
        assert answer[name] == path
        assert Path(path).exists()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_model_is_what_its_file_says(qgis, inputs, path):
    from qgis.core import QgsApplication, QgsProcessingModelAlgorithm

    shipped = QgsApplication.processingRegistry().algorithmById(f"soilsharp:{path.stem}")
    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(path))
    names = [d.name() for d in model.parameterDefinitions()]
    assert sorted(names) == sorted(inputs(path.stem))
    assert [d.name() for d in shipped.parameterDefinitions()] == names
    for child in model.childAlgorithms().values():
        assert child.algorithm() is not None, child.algorithmId()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_model_is_valid_and_up_to_date(qgis, tmp_path, path):
    spec = spec_from_file_location("make_model", ROOT / "scripts" / "make_model.py")
    make_model = module_from_spec(spec)
    spec.loader.exec_module(make_model)
    assert getattr(make_model, path.stem)().toFile(str(tmp_path / path.name))
    shipped, made = read(path), read(tmp_path / path.name)
    assert shipped.validate() == (True, [])
    assert content(shipped) == content(made), "run make reference"


def read(path):
    from qgis.core import QgsProcessingModelAlgorithm

    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(path))
    return model


def content(model):
    """Return what a model asks, what its steps get, and what it says of itself."""
    asked = {d.name(): d.toVariantMap() for d in model.parameterDefinitions() if not d.isDestination()}
    steps = {
        (step, name): [source.toVariant() for source in sources]
        for step, child in model.childAlgorithms().items()
        for name, sources in child.parameterSources().items()
    }
    return asked, steps, model.helpContent()["ALG_DESC"]


def test_a_step_that_lacks_a_package_says_which(qgis, inputs, monkeypatch):
    from qgis import processing
    from qgis.core import QgsProcessingException, QgsProcessingFeedback

    from soilsharp.core.base import extras

    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'lightgbm'" if name == "lightgbm" else "")
    given, feedback = inputs("train_lightgbm"), QgsProcessingFeedback(False)
    model = model_of("train_lightgbm", given, {"OUTPUT"})
    with pytest.raises(QgsProcessingException):
        processing.run(model, {"step:OUTPUT": given["OUTPUT"]}, feedback=feedback)
    assert "Install with:" in feedback.textLog()
    assert not Path(given["OUTPUT"]).exists()


def test_a_missing_package_is_named_before_the_start(qgis, inputs, monkeypatch):
    from qgis import processing
    from qgis.core import QgsProcessingException

    from soilsharp.core.base import extras

    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'lightgbm'" if name == "lightgbm" else "")
    with pytest.raises(QgsProcessingException, match=r"lightgbm.*Install with:.*pip install"):
        processing.run("soilsharp:train_lightgbm", inputs("train_lightgbm"))
