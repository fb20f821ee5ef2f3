# SPDX-License-Identifier: GPL-2.0-or-later
"""The pages: every algorithm is drawn whole, and what flows between them exists."""

import pytest


def ways():
    from soilsharp.ui.pages import pages

    return [(page, way) for page in pages() for way in page.ways]


def names():
    try:
        import qgis.core  # noqa: F401
    except ImportError:
        return []
    return [way.algorithm for _, way in ways()]


def way_of(algorithm):
    return next(way for _, way in ways() if way.algorithm == algorithm)


@pytest.mark.parametrize("algorithm", names())
def test_every_visible_parameter_is_drawn(qgis, delete, algorithm):
    from qgis.core import QgsProcessingParameterDefinition

    from soilsharp.ui.form import AlgorithmForm

    form = AlgorithmForm(algorithm, way_of(algorithm).folded)
    hidden = QgsProcessingParameterDefinition.Flag.FlagHidden
    wanted = {d.name() for d in form.algorithm.parameterDefinitions() if not d.flags() & hidden}
    assert set(form.wrappers) == wanted
    form.show()
    qgis.processEvents()
    assert all(field.window() is form.window() for field in form.fields.values())
    delete(form)


@pytest.mark.parametrize("algorithm", names())
def test_what_a_page_takes_writes_and_gives_exists(qgis, delete, algorithm):
    from soilsharp.ui.form import AlgorithmForm

    way, form = way_of(algorithm), AlgorithmForm(algorithm)
    parameters = {d.name() for d in form.algorithm.parameterDefinitions()}
    outputs = {d.name() for d in form.algorithm.outputDefinitions()}
    assert {*way.takes, *way.folded} <= parameters
    assert set(way.writes) == {d.name() for d in form.algorithm.destinationParameterDefinitions()}
    assert {*way.gives.values(), *way.gives_folder_of.values()} <= outputs
    delete(form)


@pytest.mark.parametrize("algorithm", names())
def test_advanced_parameters_are_folded_away(qgis, delete, algorithm):
    from qgis.core import QgsProcessingParameterDefinition

    from soilsharp.ui.form import AlgorithmForm

    form = AlgorithmForm(algorithm, way_of(algorithm).folded)
    form.show()
    qgis.processEvents()
    advanced = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    for definition in form.algorithm.parameterDefinitions():
        away = bool(definition.flags() & advanced) or definition.name() in way_of(algorithm).folded
        assert form.fields[definition.name()].isVisible() != away, definition.name()
    delete(form)


def test_parameters_explain_themselves(qgis, delete):
    from soilsharp.ui.form import AlgorithmForm

    form = AlgorithmForm("soilsharp:downscale_series")
    for name, field in form.fields.items():
        words = form.algorithm.parameterDefinition(name).help()
        assert words
        assert words[:20] in field.toolTip()
    delete(form)


def test_what_is_needed_is_given_by_a_page_before(qgis):
    from soilsharp.ui.facts import WEATHER
    from soilsharp.ui.pages import pages

    # read from the study or samples
    known = {"coarse", "truth", "measured", "reference_stations", "folds", *WEATHER.values()}
    for page in pages():
        for way in page.ways:  # within a page too: stations are imported before they are checked
            assert set(way.takes.values()) <= known
            known |= {*way.gives, *way.gives_folder_of}


def test_every_learner_has_a_page(qgis):
    from soilsharp.core.training.learners import LEARNERS

    assert {"soilsharp:train_blend", *(f"soilsharp:train_{learner.key}" for learner in LEARNERS)} <= set(names())


def test_a_study_tells_what_later_steps_need(qgis, region, tmp_path):
    from soilsharp.ui.facts import study_facts

    facts = study_facts(region.study)
    assert facts["folder"] == str(region.folder)
    assert facts["truth"] == str(region.truth)
    assert facts["measured"] == str(region.folder / "stations.csv")
    assert "reference_stations" not in facts
    # those of single days, and not the rain of ten days
    assert facts["precipitation"] == str(region.folder / "covariates" / "rain" / "*.tif")
    assert facts["temperature"] == str(region.folder / "covariates" / "temperature" / "*.tif")
    assert "radiation" not in facts
    (tmp_path / "no.json").write_text('{"soilsharp": "method"}')
    assert study_facts(tmp_path / "no.json") == {}
    assert study_facts(tmp_path / "absent.json") == {}


def test_a_result_is_never_offered_over_another(tmp_path):
    pytest.importorskip("qgis.core")
    from soilsharp.ui.facts import unused

    path = tmp_path / "model.soilsharp"
    assert unused(path) == str(path)
    path.touch()
    (tmp_path / "model_2.soilsharp").touch()
    assert unused(path) == str(tmp_path / "model_3.soilsharp")


def test_a_folder_of_a_stopped_run_is_offered_until_it_is_finished(tmp_path):
    pytest.importorskip("qgis.core")
    from soilsharp.ui.facts import unused

    folder = tmp_path / "comparison"
    (folder / "parts").mkdir(parents=True)
    assert unused(folder, "report.html") == str(folder)
    assert unused(folder) == str(tmp_path / "comparison_2")
    (folder / "report.html").touch()
    assert unused(folder, "report.html") == str(tmp_path / "comparison_2")


@pytest.mark.parametrize(
    ("value", "text"),
    [(12, "12"), (12000.0, "12\u202f000"), (0.033456, "0.0335"), (-0.5, "−0.5000"), (3e-7, "3.0e−07"), (0, "0")],
)
def test_numbers_are_written_as_by_a_person(value, text):
    pytest.importorskip("qgis.core")
    from soilsharp.ui.page import number

    assert number(value) == text


@pytest.mark.parametrize("algorithm", names())
def test_no_page_asks_for_more_than_a_person_oversees(qgis, delete, algorithm):
    from soilsharp.ui.form import AlgorithmForm

    form = AlgorithmForm(algorithm, way_of(algorithm).folded)
    form.show()
    qgis.processEvents()
    assert sum(field.isVisible() for field in form.fields.values()) <= 14
    assert len(form.algorithm.shortDescription()) <= 400
    delete(form)


def test_a_unit_is_written_with_its_powers_and_in_one_piece(qgis):
    from qgis.core import QgsApplication

    check = QgsApplication.processingRegistry().createAlgorithmById("soilsharp:check_stations")
    assert check.parameterDefinition("LOW_LIMIT").description() == "Continuously low [m³\u00a0m⁻³]"


def test_a_method_says_what_it_needs_before_it_is_run(qgis, delete, tmp_path):
    from soilsharp.ui.form import AlgorithmForm
    from soilsharp.ui.method import MethodNote

    form = AlgorithmForm("soilsharp:run_method")
    note = MethodNote(form, "METHOD")
    form.add(note)
    assert "all covariates of the study" in note.text()
    form.set("METHOD", "poehls2025")
    assert "<b>Needs:</b> land surface temperature (lst), sand, clay<" in note.text()
    assert "Köppen climate class (koppen), land cover (land_cover)<" in note.text()
    assert "Journal of Hydrology" in note.text()
    path = tmp_path / "mine.json"
    path.write_text('{"soilsharp": "method", "version": 2, "about": "a < b", "roles": {"rain": {}}}')
    form.set("METHOD_FILE", str(path))
    assert "a &lt; b" in note.text()
    assert "<b>Needs:</b> rain<" in note.text()
    form.set("METHOD_FILE", str(tmp_path / "absent.json"))
    assert "absent.json" in note.text()
    delete(form)


def test_decimal_numbers_show_no_zeros_at_their_end(qgis, delete):
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QDoubleSpinBox, QLineEdit

    from soilsharp.ui.form import AlgorithmForm

    form = AlgorithmForm("soilsharp:train_lightgbm")
    form.more.setCollapsed(False)
    form.show()
    form.activateWindow()
    form.grab()
    spins = form.findChildren(QDoubleSpinBox)
    assert spins
    for spin in spins:
        assert "." not in spin.text() or not spin.text().endswith("0")
    form.set("LEARNING_RATE", 0.15)
    spin = form.fields["LEARNING_RATE"]
    spin = spin if isinstance(spin, QDoubleSpinBox) else spin.findChild(QDoubleSpinBox)
    form.grab()
    assert spin.text() == "0.15"
    form.set("LEARNING_RATE", 0.0125)
    form.grab()
    assert (spin.text(), form.values()["LEARNING_RATE"]) == ("0.0125", 0.0125)
    spin.setFocus()
    form.grab()
    assert spin.text() == "0.0125"
    spin.selectAll()
    QTest.keyClicks(spin.findChild(QLineEdit), "0.123456")
    spin.clearFocus()
    form.grab()
    assert (spin.text(), form.values()["LEARNING_RATE"]) == ("0.123456", 0.123456)
    delete(form)


def test_every_shipped_method_has_a_label():
    from soilsharp.core.methods.settings import LABELS, labels, role_label, shipped

    assert sorted(LABELS) == shipped()
    assert labels()["rao2022"].startswith("Rao et al. 2022")
    assert [role_label(key) for key in ("sand", "ndvi", "lst", "land_cover", "mine")] == [
        "sand", "NDVI", "land surface temperature (lst)", "land cover (land_cover)", "mine",
    ]  # fmt: skip
