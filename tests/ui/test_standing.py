# SPDX-License-Identifier: GPL-2.0-or-later
"""How good what was made is, told in the page: a sentence, a chart, and a warning before maps are made with a model."""

import json
import zipfile

import pytest

SCORES = {"rmse": 0.03, "ubrmse": 0.03, "r": 0.9}


@pytest.fixture
def trained(window, study, press):
    """Return the window after samples were taken and a model was trained by clicks."""
    window.open_study(study.path)
    go(window, "samples")
    press()
    take(go(window, "train"), "train_linear")
    press()
    return window


def go(window, key):
    """Go to the page of a key and return it."""
    row = next(i for i, page in enumerate(window.pages) if page.page.key == key)
    window.steps.setCurrentRow(row)
    return window.pages[row]


def take(page, algorithm):
    """Choose a way of a page by its algorithm."""
    page.choice.setCurrentIndex([way.algorithm for way in page.page.ways].index(f"soilsharp:{algorithm}"))


def test_after_training_a_sentence_and_bars_stand_in_the_page(trained):
    page = trained.page
    passport = json.loads(zipfile.ZipFile(trained.facts["model"]).read("passport.json"))
    held_out = passport["held_out_scores"]
    assert next(iter(held_out)) == passport["learner"]
    assert len(held_out) > 1
    assert page.bars.isVisible()
    assert f"{held_out[passport['learner']]['rmse']:.3f}" in page.bars.accessibleName()
    assert "STANDING" not in page.result.text()
    assert "better" in page.result.text() or "best" in page.result.text()
    take(page, "train_blend")
    assert not page.bars.isVisible()


def told(passport, held_out, path):
    """Write a model file whose passport says so, and return its path."""
    from soilsharp.core.training.model_file import _digest

    passport = {key: value for key, value in passport.items() if key != "passport_sha256"}
    passport["held_out_scores"] = held_out
    passport["passport_sha256"] = _digest(passport)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("passport.json", json.dumps(passport))
    return str(path)


@pytest.mark.parametrize(("error", "words"), [(0.02, "does worse"), (0.03, "not clearly better"), (0.05, "samples:")])
def test_the_chosen_model_is_judged_before_maps_are_made(trained, until, tmp_path, error, words):
    from soilsharp.ui.standing import ModelNote

    model = trained.facts["model"]
    passport = json.loads(zipfile.ZipFile(model).read("passport.json"))
    other = {**SCORES, "rmse": error, "ubrmse": error, "r": 0.95 if error < 0.03 else 0.9 if error == 0.03 else 0.5}
    path = told(passport, {passport["learner"]: SCORES, "Coarse smooth": other}, tmp_path / "told.soilsharp")
    page = go(trained, "downscale")
    note = page.form.findChild(ModelNote)
    page.form.set("MODEL", path)
    until(lambda: note.isVisible() and words in note.text())
    assert passport["learner"] in note.text()
