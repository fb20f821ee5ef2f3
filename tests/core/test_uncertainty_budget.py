# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of the uncertainty of a model, against what theory says of a line and of a parabola."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.analysis import uncertainty_budget as module
from soilsharp.core.analysis.figures import budget_figure
from soilsharp.core.analysis.uncertainty_budget import (
    TEST,
    TOTAL,
    coarse_error,
    input_errors,
    input_uncertainty,
    total,
    uncertainty_budget,
)
from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.samples.samples import Samples
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import COARSE, Study

NAMES = ("clay", "ndvi", COARSE)
COEFFICIENTS = np.array([0.004, -0.2, 0.6])
X = np.random.default_rng(1).uniform(0, 1, (300, 3)).astype(np.float32)


def line(X):
    return 0.1 + X @ COEFFICIENTS


def test_table_3_sums_to_its_total():
    parts = [0.057, 0.075, 0.035, 0.003, 0.004, 0.065]
    # 0.003249 + 0.005625 + 0.001225 + 0.000009 + 0.000016 + 0.004225 = 0.014349
    npt.assert_allclose(total(parts), np.sqrt(0.014349), rtol=1e-12)
    assert 0.119 <= total(parts) <= 0.120
    assert total([]) == 0


def test_in_a_line_an_error_moves_the_prediction_by_its_coefficient():
    errors = {COARSE: 0.12, "clay": 5.0, "ndvi": 0.025}
    parts = input_uncertainty(line, X, NAMES, errors, seed=3)
    assert parts["name"].tolist() == list(errors)
    npt.assert_allclose(parts["error"], [0.12, 5, 0.025], rtol=1e-12)
    # of 30,000 draws an SD is known to 1 / sqrt(2 x 30,000) = 0.4 %; four of these
    npt.assert_allclose(parts["sd"], [0.6 * 0.12, 0.004 * 5, 0.2 * 0.025], rtol=0.0165)
    again = input_uncertainty(line, X, NAMES, {"ndvi": 0.025}, seed=3)
    assert again["sd"][0] == parts["sd"][2]
    assert input_uncertainty(line, X, NAMES, {"ndvi": 0.025}, seed=4)["sd"][0] != again["sd"][0]


def test_errors_of_single_samples_count_by_their_squares():
    errors = np.full(300, np.nan)
    errors[:100], errors[100:200] = 3.0, 4.0
    parts = input_uncertainty(line, X, NAMES, {"clay": errors})
    npt.assert_allclose(parts["error"], np.sqrt(12.5))
    npt.assert_allclose(parts["sd"], 0.004 * np.sqrt(12.5), rtol=0.02)


def test_where_the_model_bends_the_shift_counts_too():
    # of x² at 0 with an error of SD s: the mean of the change is s², that of its square 3 s⁴
    flat = np.zeros((2000, 3), np.float32)
    parts = input_uncertainty(lambda X: X[:, 0].astype(float) ** 2, flat, NAMES, {"clay": 0.5})
    npt.assert_allclose(parts["sd"], np.sqrt(3) * 0.25, rtol=0.02)


def test_inputs_are_disturbed_one_at_a_time_and_all_draws_are_predicted(monkeypatch):
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 700)  # two draws of 300 samples at a time
    seen = []

    def predict(X):
        seen.append(X)
        return line(X)

    input_uncertainty(predict, X, NAMES, {"ndvi": 0.1}, n=5)
    npt.assert_array_equal(seen[0], X)
    assert [len(part) for part in seen[1:]] == [600, 600, 300]
    disturbed = np.concatenate(seen[1:]).reshape(5, 300, 3)
    npt.assert_array_equal(disturbed[:, :, [0, 2]], np.broadcast_to(X[:, [0, 2]], (5, 300, 2)))
    assert (disturbed[:, :, 1] != X[:, 1]).all()


def test_a_model_of_periods_gets_the_day_of_every_row(monkeypatch):
    monkeypatch.setattr(module, "MAX_SAMPLES", 120)
    days = np.datetime64("2023-05-01") + np.arange(300)

    def predict(rows, when):
        place = (when - days[0]).astype(int)
        npt.assert_array_equal(rows[:, 0], X[place, 0])
        return np.where(place < 0, np.nan, rows[:, 1] * 1.0)

    parts = input_uncertainty(predict, X, NAMES, {"ndvi": 0.1}, days=days)
    npt.assert_allclose(parts["sd"], 0.1, rtol=0.03)


def test_a_budget_ends_with_the_test_and_the_total():
    observed = np.array([0.1, 0.2, 0.3, 0.4])
    predicted = observed + np.array([0.06, 0.04, 0.06, 0.04])  # bias 0.05, SD 0.01
    budget = uncertainty_budget(line, X, NAMES, {COARSE: 0.12, "ndvi": 0.025}, predicted, observed)
    assert budget["name"].tolist() == [COARSE, "ndvi", TEST, TOTAL]
    assert budget["error"].isna().tolist() == [False, False, True, True]
    npt.assert_allclose(budget["sd"][2], 0.01, rtol=1e-9)
    npt.assert_allclose(budget["sd"][3] ** 2, (budget["sd"][:3] ** 2).sum(), rtol=1e-12)
    npt.assert_allclose(budget["fraction"], [*(budget["sd"][:3] / budget["sd"][3]) ** 2, 1], rtol=1e-12)
    npt.assert_allclose(budget["fraction"][:3].sum(), 1)


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ({"sand": 1.0}, "An error is given for sand, but the model has clay, ndvi, coarse_sm"),
        ({"clay": -1.0}, "'clay' must be an SD of 0 or more; got -1"),
        ({"clay": np.inf}, "'clay' must be an SD of 0 or more"),
        ({"clay": np.ones(7)}, "has 7 values for 300 samples"),
        ({"clay": np.full(300, np.nan)}, "No sample has both a value and an error of 'clay'"),
    ],
)
def test_errors_that_make_no_sense_are_refused(errors, words):
    with pytest.raises(InputError, match=words):
        input_uncertainty(line, X, NAMES, errors)


def test_a_cancel_is_felt():
    asked = iter([False] * 3 + [True] * 99)
    with pytest.raises(Cancelled):
        input_uncertainty(line, X, NAMES, dict.fromkeys(NAMES, 0.1), progress=Progress(stop_asked=lambda: next(asked)))


def test_errors_come_from_the_study_then_from_stations_then_from_the_papers(tmp_path):
    grid = Grid.from_bounds("EPSG:4326", 1, (10, 50, 12, 52))
    write_map(tmp_path / "clay_sd.tif", np.array([[1, 2], [3, 4]]), grid)
    entries = {
        "clay": RasterEntry(file="clay.tif", error_file="clay_sd.tif"),
        "evi": RasterEntry(files="evi"),
        "greenness": RasterEntry(files="ndvi"),
        "lst": RasterEntry(files="lst", error=1.5),
        "landcover": RasterEntry(file="landcover.tif", classes=True, error=1.0),
        "elevation": RasterEntry(file="elevation.tif"),
    }
    coarse = RasterEntry(files="smap", unit="percent")
    day = np.datetime64("2023-05-01")
    study = Study("s", grid, day, day, entries, coarse, folder=tmp_path)
    names = (*entries, COARSE)
    values = np.zeros((4, len(names)), np.float32)
    values[:, -1] = [0.3, 0.1, 0.3, 0.1]
    place = pd.DataFrame({"longitude": [10.5, 11.5, 10.5, 20.0], "latitude": [51.5, 50.5, 50.5, 51.5]})
    samples = Samples(values, np.full(4, 0.1, np.float32), names, place, {"target": "stations"})
    errors = input_errors(study, samples, roles={"greenness": "ndvi"})
    assert sorted(errors) == ["clay", COARSE, "evi", "greenness", "lst"]
    npt.assert_array_equal(errors["clay"], [1, 4, 3, np.nan])
    assert (errors["evi"], errors["greenness"], errors["lst"]) == (0.015, 0.025, 1.5)
    npt.assert_allclose([errors[COARSE], coarse_error(samples)], 0.1, rtol=1e-6)  # differences 0.2, 0, 0.2, 0
    cells = Samples(values, samples.y, names, place, {"target": "coarse"})
    assert input_errors(study, cells)[COARSE] == 0.12
    assert "greenness" not in input_errors(study, cells)
    stated = Study("s", grid, day, day, entries, RasterEntry(files="smap", unit="percent", error=4.0), folder=tmp_path)
    npt.assert_allclose(input_errors(stated, samples)[COARSE], 0.04)


def test_the_figure_has_the_max_part_on_top_and_the_total_below():
    observed = np.zeros(4)
    budget = uncertainty_budget(line, X, NAMES, {"ndvi": 0.001, COARSE: 0.12}, np.array([0.1, 0.1, 0.3, 0.3]), observed)
    panel = budget_figure(budget).axes[0]
    assert [label.get_text() for label in panel.get_yticklabels()] == [TOTAL, "ndvi", COARSE, TEST]
    widths = [bar.get_width() for bar in panel.patches]
    npt.assert_allclose(widths[1:], sorted(budget["sd"][:3]))
    npt.assert_allclose(widths[0], budget["sd"][3])
    assert "0.000  (< 1 % of the variance)" in [text.get_text() for text in panel.texts]
