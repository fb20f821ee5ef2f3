# SPDX-License-Identifier: GPL-2.0-or-later
"""Choices in the window and in QGIS's own dialogs, made by mouse."""

import json

import pytest

LEARNERS = "linear,random_forest,lightgbm"  # the default


def click(qgis, widget, where=None):
    """Press and release the left button on a widget, a point of it or its middle."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    qgis.processEvents()
    assert widget.isVisible()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where or widget.rect().center())
    qgis.processEvents()


@pytest.fixture(autouse=True)
def _no_double_clicks(qgis):
    """Have a list that was just opened take the next click, which could else be the second of a double one."""
    interval = qgis.doubleClickInterval()
    qgis.setDoubleClickInterval(0)
    yield
    qgis.setDoubleClickInterval(interval)


def box(parent, label):
    """Return the check box of a label, and the point of it that ticks it."""
    from qgis.PyQt.QtCore import QPoint
    from qgis.PyQt.QtWidgets import QCheckBox

    boxes = {found.text(): found for found in parent.findChildren(QCheckBox)}
    return boxes[label], QPoint(8, boxes[label].height() // 2)


def pick(qgis, combo, label):
    """Open a list and press the line of a label."""
    from qgis.PyQt.QtCore import Qt

    click(qgis, combo.lineEdit() or combo)
    view = combo.view()
    index = combo.model().index(combo.findText(label, Qt.MatchFlag.MatchExactly), 0)
    view.scrollTo(index)
    click(qgis, view.viewport(), view.visualRect(index).center())


def label_of(algorithm, name, key):
    from qgis.core import QgsApplication

    from soilsharp.processing.parameters import labels_of

    return labels_of(QgsApplication.processingRegistry().algorithmById(algorithm).parameterDefinition(name))[key]


@pytest.fixture
def form(qgis, delete):
    from soilsharp.ui.form import AlgorithmForm

    form = AlgorithmForm("soilsharp:compare_learners")
    form.resize(700, 900)
    form.show()
    yield form
    delete(form)


def test_several_are_ticked_and_unticked_in_the_window(qgis, form):
    assert form.values()["LEARNERS"] == LEARNERS
    field = form.fields["LEARNERS"]
    click(qgis, *box(field, label_of("soilsharp:compare_learners", "LEARNERS", "xgboost")))
    click(qgis, *box(field, label_of("soilsharp:compare_learners", "LEARNERS", "linear")))
    assert form.values()["LEARNERS"] == "random_forest,lightgbm,xgboost"
    for key in ("random_forest", "lightgbm", "xgboost"):
        click(qgis, *box(field, label_of("soilsharp:compare_learners", "LEARNERS", key)))
    assert form.values()["LEARNERS"] == ""
    form.set("FOLDS", ["block", "knndm"])
    assert form.values()["FOLDS"] == "block,knndm"


def test_one_is_picked_in_the_window(qgis, delete):
    from soilsharp.ui.form import AlgorithmForm

    form = AlgorithmForm("soilsharp:train_linear")
    form.show()
    field = form.fields["FOLDS_BY"]
    assert form.values()["FOLDS_BY"] == "auto"
    pick(qgis, field, label_of("soilsharp:train_linear", "FOLDS_BY", "block"))
    assert form.values()["FOLDS_BY"] == "block"
    delete(form)


# --- QGIS's own dialogs -----------------------------------------------------------------------------------------------


def create(name):
    from qgis.core import QgsApplication

    return QgsApplication.processingRegistry().createAlgorithmById(f"soilsharp:{name}")


def test_several_are_ticked_in_the_toolbox_dialog(qgis, delete):
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    dialog = AlgorithmDialog(create("compare_learners"))
    dialog.resize(1000, 800)
    dialog.show()
    panel = dialog.mainWidget()
    field = panel.wrappers["LEARNERS"].widget
    click(qgis, *box(field, label_of("soilsharp:compare_learners", "LEARNERS", "svr")))
    asked = panel.wrappers["LEARNERS"].parameterValue()
    assert asked == f"{LEARNERS},svr"
    panel.setParameters({"LEARNERS": "mlp,linear"})
    assert panel.wrappers["LEARNERS"].parameterValue() == "linear,mlp"
    command = dialog.algorithm().asPythonCommand({"LEARNERS": asked}, panel.processing_context)
    assert "'LEARNERS':['linear','random_forest','lightgbm','svr']" in command.replace(", ", ",")
    delete(dialog)


def test_several_are_ticked_in_a_batch(qgis, delete):
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    dialog = BatchAlgorithmDialog(create("compare_learners"))
    dialog.resize(1400, 600)
    dialog.show()
    panel = dialog.mainWidget()
    wrapper = panel.wrappers[0][panel.parameter_to_column["LEARNERS"]]
    pick(qgis, wrapper.widget, label_of("soilsharp:compare_learners", "LEARNERS", "svr"))
    wrapper.widget.hidePopup()
    assert panel.valueForParameter(0, "LEARNERS") == f"{LEARNERS},svr"
    json.dumps(panel.valueForParameter(0, "LEARNERS"))  # as a batch is saved
    delete(dialog)


def test_several_are_ticked_for_a_step_of_a_model(qgis, delete, tmp_path):
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog
    from qgis.core import QgsProcessingModelAlgorithm

    model = QgsProcessingModelAlgorithm("one", "tests")
    dialog = ModelerParametersDialog(create("compare_learners"), model)
    dialog.resize(700, 900)
    dialog.show()
    panel = dialog.widget.widget if hasattr(dialog.widget, "widget") else dialog.widget
    field = panel.wrappers["LEARNERS"].field
    pick(qgis, field, label_of("soilsharp:compare_learners", "LEARNERS", "svr"))
    field.hidePopup()
    child = dialog.createAlgorithm()
    child.setChildId("step")
    model.addChildAlgorithm(child)
    delete(dialog)
    assert model.toFile(str(tmp_path / "one.model3"))
    again = QgsProcessingModelAlgorithm()
    assert again.fromFile(str(tmp_path / "one.model3"))
    dialog = ModelerParametersDialog(create("compare_learners"), again, "step")
    assert sources(dialog) == [f"{LEARNERS},svr"]
    delete(dialog)


def sources(dialog, name="LEARNERS"):
    return [source.staticValue() for source in dialog.createAlgorithm().parameterSources()[name]]


def test_the_choices_of_a_step_may_stand_apart_or_come_from_the_model(qgis, delete):
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog
    from qgis.core import (
        QgsProcessingModelAlgorithm,
        QgsProcessingModelChildAlgorithm,
        QgsProcessingModelParameter,
        QgsProcessingParameterString,
    )
    from qgis.core import QgsProcessingModelChildParameterSource as Source

    model, child = QgsProcessingModelAlgorithm("one", "tests"), QgsProcessingModelChildAlgorithm()
    model.addModelParameter(QgsProcessingParameterString("WHICH"), QgsProcessingModelParameter("WHICH"))
    child.setAlgorithmId("soilsharp:compare_learners")
    child.setChildId("step")
    child.addParameterSources("LEARNERS", [Source.fromStaticValue("svr"), Source.fromStaticValue("linear")])
    child.addParameterSources("FOLDS", [Source.fromModelParameter("WHICH")])
    child.addParameterSources("SEARCH", [Source.fromStaticValue("grid")])
    model.addChildAlgorithm(child)
    dialog = ModelerParametersDialog(create("compare_learners"), model, "step")
    assert sources(dialog) == ["linear,svr"]
    assert sources(dialog, "SEARCH") == ["grid"]
    assert dialog.createAlgorithm().parameterSources()["FOLDS"][0].parameterName() == "WHICH"
    delete(dialog)


# --- labels -----------------------------------------------------------------------------------------------------------


def test_labels_are_shown_and_keys_are_stored(qgis, form, delete):
    from qgis.PyQt.QtWidgets import QCheckBox

    from soilsharp.core.training.learners import LEARNERS

    shown = [box.text() for box in form.fields["LEARNERS"].findChildren(QCheckBox)]
    assert shown == [learner.label for learner in LEARNERS]
    assert "Random forest" in shown
    assert "<code>random_forest</code>: Random forest" in form.algorithm.shortHelpString()
    assert form.values()["LEARNERS"] == "linear,random_forest,lightgbm"


def test_a_shipped_model_shows_labels_and_gives_keys(qgis, delete):
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    dialog = AlgorithmDialog(create("downscale_and_validate"))
    dialog.show()
    wrapper = dialog.mainWidget().wrappers["FOLDS_BY"]
    pick(qgis, wrapper.widget, "Spatial blocks")
    assert wrapper.parameterValue() == "block"
    delete(dialog)
