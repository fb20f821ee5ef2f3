# SPDX-License-Identifier: GPL-2.0-or-later
"""The first hour leads through all of its steps by clicks and keys alone."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script():
    spec = spec_from_file_location("first_hour", ROOT / "scripts" / "first_hour.py")
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_every_lesson_is_done_by_clicks(window, study, script, until, tmp_path):
    titles = []
    facts = script.walk(window, tmp_path, until, str(study.path), titles.append)
    assert len(titles) == len(window.first_hour._lessons) - 1
    assert window.first_hour.lesson.page == "", "at the end stands what is next"
    assert Path(facts["report"]).exists()
    assert len(list(Path(facts["maps"]).glob("sm_*.tif"))) == 16
    assert {"study", "check", "samples", "train", "downscale", "validate"} <= window.done


def test_the_panel_comes_and_goes(window, script):
    panel = window.first_hour
    width = window.width()
    assert panel.isHidden()
    panel.begin()
    assert panel.isVisible()
    assert window.width() > width, "the pages keep their room"
    script.click(panel.on_button)
    assert panel.lesson.page == "check"
    assert window.page.page.key == "check", "the page goes along: Run must not do the step before once more"
    assert window.focusWidget() is window.run_button
    script.click(panel.back_button)
    assert window.page.page.key == "study"
    window.steps.setCurrentRow(0)
    script.click(panel.show_button)
    assert window.page.page.key == "study"
    assert window.page.way.algorithm == "soilsharp:create_sample_region"
    assert window.page.form.values()["N_STATIONS"] == 20
    script.click(panel.leave_button)
    assert panel.isHidden()
    assert window.width() == width, "the room of the panel is given back"


def test_the_panel_is_not_beyond_the_edge_of_the_screen(window, script):
    screen = window.screen().availableGeometry()
    window.move(screen.right() - window.width() + 1, window.y())
    window.first_hour.begin()
    frame = window.frameGeometry()
    assert frame.right() <= screen.right() or frame.left() <= screen.left()


def test_its_buttons_stay_at_their_place_from_lesson_to_lesson(window, qgis, script):
    window.first_hour.begin()
    panel, places = window.first_hour, set()
    while panel.lesson.page:
        qgis.processEvents()
        places.add((panel.show_button.geometry().getRect(), panel.on_button.geometry().getRect()))
        script.click(panel.on_button)
    assert len(places) == 1


def test_what_was_changed_on_a_page_that_is_done_stays(window, study, script, until, press, tmp_path):
    panel = window.first_hour
    window.open_study(study.path)
    panel.begin()
    assert panel.lesson.page == "check"
    script.click(panel.show_button)
    press()
    assert "check" in window.done
    script.click(panel.on_button)
    window.page.form.set("MIN_VALID_FRACTION", 0.7)
    press()
    script.click(panel.back_button)
    script.click(panel.on_button)
    assert window.page.page.key == "samples"
    assert window.page.form.values()["MIN_VALID_FRACTION"] == 0.7
