# SPDX-License-Identifier: GPL-2.0-or-later
"""The workflow window, used as a person uses it: real widgets, real runs."""

from pathlib import Path

import pytest


def choose(page, algorithm):
    """Take the way of a page whose algorithm this is."""
    page.choice.setCurrentIndex([way.algorithm for way in page.page.ways].index(algorithm))


def go(window, key):
    """Go to the page of a key and return it."""
    row = next(i for i, page in enumerate(window.pages) if page.page.key == key)
    window.steps.setCurrentRow(row)
    return window.pages[row]


def take(page, algorithm):
    """Choose a way of a page by its algorithm."""
    page.choice.setCurrentIndex([way.algorithm for way in page.page.ways].index(f"soilsharp:{algorithm}"))


def layers():
    from qgis.core import QgsProject

    return list(QgsProject.instance().mapLayers().values())


@pytest.mark.slow
def test_the_pages_from_nothing_to_a_report(qgis, window, press, message, tmp_path):
    from qgis.core import QgsProject, QgsRasterLayer, QgsSingleBandPseudoColorRenderer, QgsVectorLayer

    folder = tmp_path / "region"
    page = go(window, "study")
    take(page, "create_sample_region")
    small = {"SIZE_KM": 90, "RESOLUTION_M": 1000, "COARSE_KM": 9, "DAYS": 8, "N_STATIONS": 10}
    for name, value in {**small, "OUTPUT": str(folder)}.items():
        page.form.set(name, value)
    press()
    assert (folder / "study.json").exists(), message()

    page = go(window, "check")
    assert page.form.text("STUDY") == str(folder / "study.json")
    press()
    assert (folder / "check.html").exists(), message()

    page = go(window, "samples")
    assert page.form.text("STUDY") == str(folder / "study.json")
    press()
    assert (folder / "samples_coarse.csv").exists(), message()

    page = go(window, "train")
    take(page, "train_linear")
    assert page.form.text("SAMPLES") == str(folder / "samples_coarse.csv")
    press()
    assert (folder / "model_linear.soilsharp").exists(), message()
    assert "<b>" in page.result.text()

    page = go(window, "compare")
    take(page, "explain_model")
    assert page.form.text("SAMPLES") == str(folder / "samples_coarse.csv")
    assert page.form.text("MODEL") == str(folder / "model_linear.soilsharp")
    page.form.set("MAX_SAMPLES", 100)
    press()
    assert (folder / "explanation.html").exists(), message()

    page = go(window, "downscale")
    assert page.form.text("MODEL") == str(folder / "model_linear.soilsharp")
    press()
    maps = [layer for layer in layers() if "/maps/sm_" in layer.source()]
    assert len(maps) == len(list((folder / "maps").glob("sm_*.tif"))) == 8, message()
    assert len(layers()) == 24  # with the coarse ones and those of what pixels rest on
    for layer in maps:
        assert isinstance(layer, QgsRasterLayer)
        assert isinstance(layer.renderer(), QgsSingleBandPseudoColorRenderer)
        assert layer.temporalProperties().isActive()
        day = layer.temporalProperties().fixedTemporalRange().begin().date().toString("yyyyMMdd")
        assert f"sm_{day}" in layer.source()
    days = sorted(layer.source()[-12:-4] for layer in maps)
    played = QgsProject.instance().timeSettings().temporalRange()
    assert [played.begin().toString("yyyyMMdd"), played.end().toString("yyyyMMdd")] == [days[0], days[-1]]

    page = go(window, "validate")
    assert page.form.text("MAPS") == str(folder / "maps")
    press()
    assert (folder / "report.html").exists(), message()
    assert "report.html" in page.result.text()
    assert [layer for layer in layers() if isinstance(layer, QgsVectorLayer)]
    take(page, "compare_products")
    assert page.form.text("REFERENCE_FOLDER") == str(folder / "truth")
    press()
    assert (folder / "comparison.csv").exists(), message()
    take(page, "score_predictions")
    assert page.form.text("INPUT") == str(folder / "predictions_linear.csv")
    press()
    assert (folder / "scores.html").exists(), message()
    assert (folder / "scores_spread.csv").exists()

    page = go(window, "analyse")
    assert page.form.text("INPUT") == str(folder / "maps")
    take(page, "quantile_correlation")
    assert page.form.text("STATIONS") == str(folder / "stations.csv")
    take(page, "encode_maps")
    press()
    assert len(list((folder / "maps_encoded").glob("*.tif"))) == 8, message()
    assert window._done == {page.page.key for page in window.pages} - {"data", "method"}


def test_a_study_that_exists_fills_the_pages(window, study):
    window.open_study(study.path)
    assert window.page.page.key == "check"
    assert window.page.form.text("STUDY") == str(study.path)
    page = go(window, "samples")
    assert page.form.text("STUDY") == str(study.path)
    assert page.form.text("OUTPUT") == str(study.folder / "samples_coarse.csv")
    assert go(window, "downscale").form.text("STUDY") == str(study.path)
    assert go(window, "downscale").form.text("OUTPUT") == str(study.folder / "maps")


def test_the_study_page_shows_the_study_that_was_opened(window, study, press, tmp_path):
    page = go(window, "study")
    assert not page.result.text()
    window.open_study(study.path)
    for words in ("Sample region", str(study.path), "2023-05-01 – 2023-05-16", "elevation, slope", "stations.csv"):
        assert words in page.result.text()
    take(page, "create_sample_region")
    assert "Sample region" in page.result.text()
    for name, value in {"SIZE_KM": 36, "DAYS": 2, "N_STATIONS": 3, "OUTPUT": str(tmp_path / "new")}.items():
        page.form.set(name, value)
    go(window, "study")
    press()
    assert str(study.path) not in page.result.text()


def test_a_failed_run_takes_the_tick_of_the_run_before(window, study, press, message):
    window.open_study(study.path)
    page = go(window, "samples")
    press()
    assert "samples" in window._done, message()
    page.form.set("STUDY", str(study.folder / "samples_coarse.csv"))
    press()
    assert "samples" not in window._done
    assert window.steps.item(window.steps.currentRow()).toolTip() == ""


def test_warnings_are_told_above_the_page(window, study, press, message):
    from qgis.core import Qgis

    window.open_study(study.path)
    page = go(window, "samples")
    press()
    assert message() == "Done: Sample coarse cells"
    assert window.bar.currentItem().level() == Qgis.MessageLevel.Success
    page = go(window, "train")
    take(page, "train_linear")
    page.form.set("FOLDS_BY", "random")
    press()
    page = go(window, "downscale")
    page.form.set("END", "2023-05-02")
    page.form.set("CONSISTENCY", "off")
    press()
    assert message() == "Done: Downscale series. Warnings: 1"
    assert "Many values lie outside of the range" in page.result.text()
    assert window.bar.currentItem().level() == Qgis.MessageLevel.Warning


def test_folds_of_a_comparison_suit_the_samples(window, study, press, message):
    window.open_study(study.path)
    assert go(window, "compare").form.text("FOLDS") == "random,station,date"
    page = go(window, "samples")
    press()
    assert go(window, "compare").form.text("FOLDS") == "random,block,date", message()
    take(go(window, "samples"), "sample_stations")
    press()
    assert go(window, "compare").form.text("FOLDS") == "random,station,date", message()
    page = go(window, "compare")
    page.form.set("FOLDS", "date")
    assert go(window, "compare").form.text("FOLDS") == "date"


def test_a_folder_is_told_once_as_a_link(window, tmp_path):
    page = go(window, "analyse")
    assert page.way.algorithm == "soilsharp:period_means"
    page.show_results({"OUTPUT": str(tmp_path), "FOLDER": str(tmp_path), "FIRST_DAY": "2023-05-01"})
    assert f"<b>{tmp_path}</b>" not in page.result.text()
    assert f"<a href='{tmp_path}'" in page.result.text()
    assert "<b>2023-05-01</b>" in page.result.text()


def test_the_best_learner_is_told_by_its_label(window):
    page = go(window, "compare")
    page.show_results({"BEST": "random_forest", "HARDEST": "by date"})
    assert "<b>Random forest</b>" in page.result.text()
    assert "<b>by date</b>" in page.result.text()
    page.show_results({"RMSE": 0.1}, ["a < b", "second", "third", "fourth", "fifth"])
    assert "a &lt; b" in page.result.text()
    assert "third" in page.result.text()
    assert "fourth" not in page.result.text()
    assert "More warnings in the log: 2" in page.result.text()


def test_what_the_data_page_makes_is_offered_to_the_study(window, region, press, message, tmp_path):
    page = go(window, "data")
    take(page, "terrain_attributes")
    page.form.set("DEM", str(region.folder / "covariates" / "elevation.tif"))
    page.form.set("OUTPUT", str(tmp_path / "covariates" / "terrain"))
    page.form.set("LOAD", False)
    press()
    assert (tmp_path / "covariates" / "terrain" / "twi_fd8.tif").exists(), message()
    window._learn({"stations": str(region.folder / "stations.csv")})
    take(page, "check_stations")
    assert page.form.text("INPUT") == str(region.folder / "stations.csv")
    page = go(window, "study")
    assert page.form.text("COVARIATES") == str(tmp_path / "covariates")
    assert page.form.text("STATIONS") == str(region.folder / "stations.csv")


def test_what_is_no_study_is_refused(window, message, tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{}")
    window.open_study(path)
    assert "x.json" in message()
    assert window.page.page.key == "data"


def test_what_a_person_typed_is_kept_and_offered_on(window, study):
    window.open_study(study.path)
    other = str(study.folder / "other.soilsharp")
    go(window, "downscale").form.set("MODEL", other)
    go(window, "downscale").form.set("OUTPUT", str(study.folder / "elsewhere"))
    assert go(window, "validate").form.text("MODEL") == other
    assert go(window, "downscale").form.text("MODEL") == other
    assert go(window, "downscale").form.text("OUTPUT") == str(study.folder / "elsewhere")


def empty(qgis, field):
    """Empty the line of a field by keys."""
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QLineEdit

    line = field.findChild(QLineEdit)
    assert line.text()
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(line, Qt.Key.Key_Delete)
    qgis.processEvents()
    assert not line.text()


def test_an_optional_field_that_was_emptied_stays_empty(qgis, window, study, press, message):
    window.open_study(study.path)
    page = go(window, "check")
    assert page.form.text("OUTPUT_TABLE") == str(study.folder / "check.csv")
    empty(qgis, page.form.fields["OUTPUT_TABLE"])
    press()
    assert page.form.text("OUTPUT_TABLE") == ""
    go(window, "study")
    assert go(window, "check").form.text("OUTPUT_TABLE") == ""
    press()
    assert (study.folder / "check_2.html").exists(), message()
    assert not (study.folder / "check.csv").exists()


def test_an_input_that_was_emptied_is_not_used(qgis, window, study, until):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest

    window.open_study(study.path)
    window._learn({"model": str(study.folder / "m.soilsharp"), "maps": str(study.folder)})
    page = go(window, "validate")
    page.form.more.setCollapsed(False)
    qgis.processEvents()
    empty(qgis, page.form.fields["MODEL"])
    QTest.mouseClick(window.run_button, Qt.MouseButton.LeftButton)
    assert not window.run.values["MODEL"]
    until(lambda: window.run is None)
    assert page.form.text("MODEL") == ""
    window._learn({"model": str(study.folder / "another.soilsharp")})
    go(window, "train")
    assert go(window, "validate").form.text("MODEL") == ""


def test_a_mandatory_field_that_was_emptied_is_filled_with_something_else_only(qgis, window, study, message):
    window.open_study(study.path)
    page = go(window, "check")
    empty(qgis, page.form.fields["STUDY"])
    window.run_button.click()
    assert page.form.text("STUDY") == ""
    assert window.run is None
    assert "Study" in message()
    other = study.path.with_name("other.json")
    other.write_text(study.path.read_text())
    window.open_study(other)
    assert go(window, "check").form.text("STUDY") == str(other)


def test_a_step_done_again_makes_the_later_ones_undone(window, study, press, message):
    window.open_study(study.path)
    go(window, "samples")
    press()
    assert window._done == {"study", "samples"}, message()
    assert go(window, "train").form.text("SAMPLES").endswith("samples_coarse.csv")
    page = go(window, "samples")
    take(page, "sample_stations")
    press()
    assert go(window, "train").form.text("SAMPLES").endswith("samples_stations.csv"), message()
    window.open_study(study.path)
    assert window._done == {"study"}
    assert go(window, "train").form.text("SAMPLES") == ""


def test_a_comparison_that_was_stopped_goes_on_where_it_was(window, study, until, press, message):
    window.open_study(study.path)
    go(window, "samples")
    press()
    page = go(window, "compare")
    folder = study.folder / "comparison"
    for name, value in {"LEARNERS": ["linear"], "FOLDS": ["random", "date"], "N_FOLDS": 3}.items():
        page.form.set(name, value)
    (folder / "parts").mkdir(parents=True)  # as after a stop
    press()
    assert (folder / "report.html").exists(), message()
    assert not (study.folder / "comparison_2").exists()
    assert "scores.csv" in page.result.text()
    assert window._done == {"study", "samples", "compare"}
    window._fill()
    assert page.form.text("OUTPUT") == str(study.folder / "comparison_2")
    go(window, "train")
    press()
    assert window._done == {"study", "samples", "train", "compare"}  # its samples are the same, whatever is trained
    assert go(window, "compare").result.text()
    go(window, "samples")
    press()
    assert window._done == {"study", "samples"}
    assert not go(window, "compare").result.text()


def test_every_learner_says_in_a_line_what_it_is_good_for(window):
    from qgis.PyQt.QtCore import Qt

    from soilsharp.core.training.learners import LEARNERS

    choice = go(window, "train").choice
    words = [choice.itemData(number, Qt.ItemDataRole.ToolTipRole) for number in range(choice.count())]
    assert len(set(words)) == choice.count() == 1 + len(LEARNERS)
    assert all(20 < len(line) <= 120 and line.endswith(".") for line in words)


def test_an_empty_field_is_named_and_nothing_runs(window, message):
    page = go(window, "train")
    page.form.set("SAMPLES", "")
    window.run_button.click()
    assert window.run is None
    assert page.form.algorithm.parameterDefinition("SAMPLES").description() in message()


def test_a_wrong_file_gives_a_sentence(window, press, message, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("nothing,of,use\n1,2,3\n")
    page = go(window, "train")
    page.form.set("SAMPLES", str(wrong))
    page.form.set("OUTPUT", str(tmp_path / "m.soilsharp"))
    press()
    assert "wrong.csv" in message()
    assert "Traceback" not in message()
    assert "Traceback" not in window.log.text.toPlainText()
    assert not window.log.isCollapsed()
    assert window.run_button.isEnabled()
    assert not (tmp_path / "m.soilsharp").exists()


def test_a_folder_that_cannot_be_written_gives_a_sentence(window, study, press, message):
    (study.folder / "file").touch()
    window.open_study(study.path)
    window.page.form.set("OUTPUT", str(study.folder / "file" / "samples.csv"))
    press()
    assert "file" in message()
    assert window.run_button.isEnabled()


def long_run(window, tmp_path):
    """Start a step that takes long, and return the folder it writes to."""
    page = go(window, "study")
    take(page, "create_sample_region")
    for name, value in {"SIZE_KM": 200, "DAYS": 300, "OUTPUT": str(tmp_path / "long")}.items():
        page.form.set(name, value)
    window.run_button.click()
    assert window.run is not None
    return tmp_path / "long"


def test_cancel_leaves_no_file_and_a_window_that_works(window, until, press, message, study, tmp_path):
    folder = long_run(window, tmp_path)
    until(lambda: window.progress.value() > 0)
    assert window.cancel_button.isEnabled()
    assert not window.run_button.isEnabled()
    window.cancel_button.click()
    until(lambda: window.run is None)
    assert not folder.exists()
    assert not [p for p in tmp_path.iterdir() if "part" in p.name]
    assert "ancelled" in message()
    assert layers() == []
    window.open_study(study.path)
    go(window, "samples")
    press()
    assert (study.folder / "samples_coarse.csv").exists()


def test_closing_stops_the_run(window, until, tmp_path):
    folder = long_run(window, tmp_path)
    until(lambda: window.progress.value() > 0)
    window.close()
    assert window.run is None
    assert not window.isVisible()
    assert not folder.exists()


@pytest.mark.parametrize("answer", ["Yes", "No"])
def test_escape_asks_before_it_stops_a_run(window, until, tmp_path, monkeypatch, answer):
    from qgis.PyQt.QtWidgets import QMessageBox

    long_run(window, tmp_path)
    until(lambda: window.progress.value() > 0)
    asked = []
    reply = getattr(QMessageBox.StandardButton, answer)
    monkeypatch.setattr(QMessageBox, "question", lambda *words: asked.append(words) or reply)
    window.reject()
    assert asked
    assert (window.run is None) == (answer == "Yes")
    assert window.isVisible() == (answer == "No")


def test_the_plugin_opens_one_window_and_may_go_during_a_run(qgis, until, tmp_path):
    from qgis.core import QgsApplication

    import soilsharp

    plugin = soilsharp.classFactory(None)
    plugin.open_workflow()
    window = plugin.window
    plugin.open_workflow()
    assert plugin.window is window
    assert window.isVisible()
    folder = long_run(window, tmp_path)
    until(lambda: window.progress.value() > 0)
    plugin.unload()
    assert plugin.window is None
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    assert not folder.exists()


def test_a_new_study_is_not_put_into_another(window, study):
    window.open_study(study.path)
    page = go(window, "study")
    assert str(study.folder) not in page.form.text("OUTPUT")


def test_a_fault_of_the_program_is_told_in_one_line(qgis):
    from soilsharp.ui.run import Run

    run = Run(qgis.processingRegistry().createAlgorithmById("soilsharp:sample_coarse"), {})
    run.feedback.errors.append("Traceback (most recent call last):\n  File x\nValueError: no such thing\n")
    assert run.error == "ValueError: no such thing"
    run.feedback.errors.append("Covariate 'slope' is\nmissing.")
    assert run.error == "Covariate 'slope' is missing."


def test_a_run_outlives_a_window_that_is_gone(qgis, until, tmp_path):
    from qgis.core import QgsApplication

    from soilsharp.ui.run import Run

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("soilsharp:create_sample_region")
    path = tmp_path / "small"
    run = Run(algorithm, {"SIZE_KM": 36, "DAYS": 3, "OUTPUT": str(path)})
    run.start()
    del run, algorithm
    until(lambda: (path / "study.json").exists())
    until(lambda: QgsApplication.taskManager().countActiveTasks() == 0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["small"]


def test_nothing_that_was_there_before_a_step_is_searched_for_waste_while_it_runs(qgis, until, tmp_path):
    import gc

    from soilsharp.ui.run import Run

    run = Run(
        qgis.processingRegistry().createAlgorithmById("soilsharp:create_sample_region"),
        {"SIZE_KM": 36, "DAYS": 3, "OUTPUT": str(tmp_path / "small")},
    )
    ends = []
    run.finished.connect(lambda ok, results: ends.append(ok))
    run.start()
    assert gc.get_freeze_count() > 0
    until(lambda: ends)
    assert ends == [True]
    assert gc.get_freeze_count() == 0


def test_the_log_tells_how_to_do_it_again(window, study, press):
    window.open_study(study.path)
    go(window, "samples")
    press()
    log = window.log.text.toPlainText()
    assert "processing.run" in log
    assert "soilsharp:sample_coarse" in log


def test_the_window_remembers_its_size(qgis, window, delete):
    from soilsharp.ui.workflow import WorkflowWindow

    window.resize(1011, 707)
    window.close()
    again = WorkflowWindow()
    assert (again.width(), again.height()) == (1011, 707)
    delete(again)


def test_packages_are_listed_with_the_command_for_what_is_missing(qgis, monkeypatch, delete, until):
    from soilsharp.core.base import extras
    from soilsharp.core.base.packages import PACKAGES
    from soilsharp.ui.packages import PackagesWindow

    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'lightgbm'" if name == "lightgbm" else "")
    window = PackagesWindow()
    until(lambda: window.problems)
    assert window.table.rowCount() == len(PACKAGES)
    assert "lightgbm" in window.command.text()
    assert "python3-numpy" not in window.command.text()
    delete(window)
    monkeypatch.setattr(extras, "problem", lambda name: "")
    window = PackagesWindow()
    until(lambda: window.problems)
    assert window.command.text() == ""
    assert not window.install_button.isEnabled()
    delete(window)


def test_an_algorithm_without_its_package_says_so(window, message, monkeypatch, study, until):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QPushButton, QTextBrowser

    from soilsharp.core.base import extras
    from soilsharp.ui import packages

    window.open_study(study.path)
    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'rasterio'" if name == "rasterio" else "")
    window.run_button.click()
    until(lambda: window.run is None)  # packages may have to be loaded before
    assert message() == "Missing in this QGIS: rasterio. Packages installs it."
    text = window.bar.currentItem().findChild(QTextBrowser)
    assert text.verticalScrollBar().maximum() == 0, "all of it is seen"
    asked = []

    def install(window):
        asked.append(window.choice.currentText())
        monkeypatch.setattr(extras, "problem", lambda name: "")

    monkeypatch.setattr(packages.PackagesWindow, "exec", install)
    buttons = {button.text(): button for button in window.bar.currentItem().findChildren(QPushButton)}
    QTest.mouseClick(buttons[window.packages_button.text()], Qt.MouseButton.LeftButton)
    assert asked == [window.page.form.algorithm.displayName()]
    assert message() == "What was missing is there now: rasterio."
    assert Path(study.folder / "samples_coarse.csv").exists() is False


@pytest.mark.parametrize("learners", ["linear,xgboost", "linear"])
def test_a_learner_that_is_chosen_and_missing_is_told_before_the_step_runs(
    window, message, monkeypatch, press, learners, study
):
    from qgis.PyQt.QtCore import Qt
    from qgis.PyQt.QtTest import QTest
    from qgis.PyQt.QtWidgets import QPushButton

    from soilsharp.core.base import extras
    from soilsharp.ui import packages

    window.open_study(study.path)
    go(window, "samples")
    press()
    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'xgboost'" if name == "xgboost" else "")
    page = go(window, "train")
    choose(page, "soilsharp:train_blend")
    page.form.set("LEARNERS", learners.split(","))
    if learners == "linear":
        press()
        assert "train" in window.done
        return
    press()
    assert message().startswith("Missing in this QGIS: xgboost")
    asked = []
    monkeypatch.setattr(packages.PackagesWindow, "exec", lambda window: asked.extend(window.choice.currentData()))
    buttons = {button.text(): button for button in window.bar.currentItem().findChildren(QPushButton)}
    QTest.mouseClick(buttons[window.packages_button.text()], Qt.MouseButton.LeftButton)
    assert "xgboost" in asked


def test_a_model_whose_learner_is_missing_leads_to_it(window, message, monkeypatch, press, study):
    from soilsharp.core.base import extras

    window.open_study(study.path)
    go(window, "samples")
    press()
    page = go(window, "train")
    choose(page, "soilsharp:train_lightgbm")
    press()
    go(window, "downscale")
    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'lightgbm'" if name == "lightgbm" else "")
    press()
    assert message() == "Missing in this QGIS: lightgbm. Packages installs it."
    assert "lightgbm" in window.page.result.text()


def test_flags_without_the_packages_that_read_stations_lead_to_them(window, message, monkeypatch, study):
    from soilsharp.core.base import extras

    window.open_study(study.path)
    monkeypatch.setattr(extras, "problem", lambda name: "No module named 'pandas'" if name == "pandas" else "")
    window.flags_button.click()
    assert message() == "Missing in this QGIS: pandas. Packages installs it."


def test_the_wheel_changes_only_what_was_chosen(qgis, window):
    from qgis.PyQt.QtCore import QPoint, QPointF, Qt
    from qgis.PyQt.QtGui import QWheelEvent
    from qgis.PyQt.QtWidgets import QAbstractSpinBox, QApplication

    def turn(field):
        middle = QPointF(field.rect().center())
        where = QPointF(field.mapToGlobal(field.rect().center()))
        QApplication.sendEvent(field, QWheelEvent(
            middle, where, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        ))  # fmt: skip

    page = go(window, "train")
    number = page.form.wrappers["N_FOLDS"].wrappedWidget()
    number = number if isinstance(number, QAbstractSpinBox) else number.findChild(QAbstractSpinBox)
    learner = page.choice.currentIndex()
    folds = number.text()
    window.activateWindow()
    page.setFocus()
    turn(number)
    turn(page.choice)
    assert (number.text(), page.choice.currentIndex()) == (folds, learner)
    number.setFocus()
    qgis.processEvents()
    assert number.hasFocus()
    turn(number)
    assert number.text() != folds
