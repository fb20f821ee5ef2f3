"""What a model loses from one scale to another, against the same by loops; and the pixels that leave the means."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from rasterio.windows import Window

from soilsharp.core.analysis.scale_check import ANY, check_scale_transfer
from soilsharp.core.base.errors import Cancelled, InputError, ModelFileError
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling.downscale import downscale_series
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import tags_of
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.study import Study
from soilsharp.core.training import scale_transfer as module
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.scale_facts import PASSPORT, ScaleTransfer
from soilsharp.core.training.scale_transfer import N_FOLDS, scale_transfer, super_cells, weighed
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train, train_blend

NAMES = ("ndvi", "sand")
NO_FOLDS = FoldOptions(n_folds=0)


def made_up(cells=16, days=3, curved=0.0, known=0.9, seed=1):
    """Return samples whose soil moisture goes by one covariate, in a straight line or in a curve."""
    rng = np.random.default_rng(seed)
    grid = Grid.from_bounds("EPSG:3035", 9000, (0, 0, 9000 * cells, 9000 * cells))
    row, column = (part.ravel() for part in np.indices((cells, cells)))
    day = np.repeat(np.arange(days), cells**2)
    X = rng.normal(0, 1, (days * cells**2, 2)).astype(np.float32)
    y = np.clip(0.25 + 0.03 * X[:, 0] + curved * X[:, 0] ** 2 + rng.normal(0, 0.005, len(X)), 0.01, 0.9)
    index = pd.DataFrame({
        "cell_row": np.tile(row, days),
        "cell_column": np.tile(column, days),
        "date": np.datetime64("2023-05-01", "ns") + day.astype("timedelta64[D]"),
        "valid_fraction": rng.uniform(0.5, 1, len(X)).astype(np.float32),
    })  # fmt: skip
    facts = {"target": "coarse", "coarse_grid": grid.as_dict()}
    X[rng.random(X.shape) < 0.02] = np.nan
    return Samples(X, y.astype(np.float32), NAMES, index, facts).rows(rng.random(len(X)) < known)


def by_loops(samples, side):
    """Return rows of (day, row, column, soil moisture, covariates) of super-cells, by the definition."""
    days, rows, columns = samples.days, samples.index["cell_row"].to_numpy(), samples.index["cell_column"].to_numpy()
    found = []
    for day in np.unique(days):
        for row in range(rows.max() // side + 1):
            for column in range(columns.max() // side + 1):
                inside = [
                    i for i in range(len(samples))
                    if days[i] == day and rows[i] // side == row and columns[i] // side == column
                ]  # fmt: skip
                if len(inside) < side**2 / 2:
                    continue
                weight = samples.valid_fraction[inside].astype(float)
                y = float((weight * samples.y[inside]).sum() / weight.sum())
                means = []
                for values in samples.X[inside].T:
                    here = ~np.isnan(values)
                    means.append((weight[here] * values[here]).sum() / weight[here].sum() if here.any() else np.nan)
                found.append([day.astype(int), row, column, y, *means])
    return np.array(found, float)


@pytest.fixture(scope="module")
def bent():
    return made_up(curved=0.01)


@pytest.fixture(scope="module")
def model(bent):
    whole = bent.rows(np.isfinite(bent.X).all(1))
    return train(whole, Recipe.of("linear"), NO_FOLDS, weigh=False)


@pytest.mark.parametrize("side", [2, 4])
def test_super_cells_are_means_weighted_by_what_is_valid(bent, side):
    found, wanted = super_cells(bent, side), by_loops(bent, side)
    place = np.column_stack([found.days.astype(int), found.index["cell_row"], found.index["cell_column"]])
    npt.assert_array_equal(place, wanted[:, :3])
    npt.assert_allclose(found.y, wanted[:, 3], rtol=1e-6)
    npt.assert_allclose(found.X, wanted[:, 4:], rtol=1e-4, atol=1e-6)
    assert found.coarse_grid is None


def test_losses_are_those_of_fits_by_hand(bent, model):
    found = scale_transfer(model, bent, seed=3)
    whole = bent.rows(np.isfinite(bent.X).all(1))
    levels = {side: super_cells(whole, side) for side in (1, 2, 4)}
    folds = module._folds(levels, 4, 3)
    assert set(folds[1]) == set(range(N_FOLDS))
    for learned, scored in ((2, 1), (4, 1), (1, 2), (1, 4)):
        most = max(learned, scored)
        errors = {True: [], False: []}
        for number in range(N_FOLDS):
            test = levels[scored].rows(folds[scored] == number)
            size = np.count_nonzero(folds[most] != number)
            for native in (True, False):
                side = scored if native else learned
                rows = np.flatnonzero(folds[side] != number)
                if size < len(rows):
                    rows = np.sort(np.random.default_rng(3 + number).choice(rows, size, replace=False))
                fitted = train(levels[side].rows(rows), Recipe.of("linear"), NO_FOLDS, seed=3, weigh=False).fitted
                errors[native].append(fitted.predict(test.X, test.days) - test.y)
        rmse = {native: np.sqrt(np.mean(np.concatenate(parts) ** 2)) for native, parts in errors.items()}
        row = found.table.set_index(["learned", "scored"]).loc[(learned, scored)]
        assert row["n"] == len(levels[scored])
        npt.assert_allclose([row["rmse"], row["rmse_native"]], [rmse[False], rmse[True]], rtol=1e-6)
        assert row["loss"] == pytest.approx(rmse[False] - rmse[True], abs=1e-9)
        assert row["loss_percent"] == pytest.approx(100 * (rmse[False] / rmse[True] - 1), abs=1e-4)
        assert row["loss_a_step"] == pytest.approx(row["loss_percent"] / (2 if most == 4 else 1), abs=1e-9)


def test_no_cell_is_learned_from_where_it_is_scored_at_any_scale(bent):
    levels = {side: super_cells(bent, side) for side in (1, 2, 4)}
    folds = module._folds(levels, 4, 0)
    of_block = {}
    for side, level in levels.items():
        place = zip(level.index["cell_row"] * side // 4, level.index["cell_column"] * side // 4, folds[side])
        for row, column, fold in place:
            assert of_block.setdefault((row, column), fold) == fold
    assert len(set(of_block.values())) == N_FOLDS


def test_a_curve_is_lost_between_scales_and_a_straight_line_is_not():
    def loss(curved):
        samples = made_up(days=6, curved=curved)
        learner = train(samples, Recipe.of("lightgbm"), NO_FOLDS, weigh=False)
        return scale_transfer(learner, samples).down["loss_percent"].to_numpy()

    # means of 16 cells of noise span a fourth of it: beyond, trees know nothing
    assert loss(0.03)[1] > 15
    straight = made_up(days=6)
    ridge = train(straight.rows(np.isfinite(straight.X).all(1)), Recipe.of("linear"), NO_FOLDS, weigh=False)
    assert np.abs(scale_transfer(ridge, straight).down["loss_percent"]).max() < 5


def test_sides_with_too_few_super_cells_are_refused_with_numbers(model):
    samples = made_up(cells=12, days=2, known=1.0)
    told = []
    found = scale_transfer(model, samples, progress=Progress(warn=told.append))
    assert list(found.refused) == [4]
    assert found.refused[4] in told
    assert "18 super-cells" in found.refused[4]
    assert "30 are needed" in found.refused[4]
    assert found.table["learned"].max() == 2
    with pytest.raises(InputError, match=r"there are 16 super-cells .* there are 4 super-cells .* more days"):
        scale_transfer(model, made_up(cells=8, days=1, known=1.0))
    found = scale_transfer(model, made_up(cells=4, days=30, known=1.0))
    assert "one block of 4 x 4 coarse cells" in found.refused[4]
    assert found.table["learned"].max() == 2
    with pytest.raises(InputError, match="one block of 2 x 2"):
        scale_transfer(model, made_up(cells=2, days=30, known=1.0))


def test_samples_of_stations_have_no_scale_to_go_up(bent, model):
    facts = {name: value for name, value in bent.facts.items() if name != "coarse_grid"}
    with pytest.raises(InputError, match="no coarse grid"):
        scale_transfer(model, replace(bent, facts=facts))


def test_a_blend_speaks_as_it_does_in_maps(bent):
    whole = bent.rows(np.isfinite(bent.X).all(1))
    recipes = (Recipe.of("linear"), Recipe.of("lightgbm"))
    blend = train_blend(whole, recipes, FoldOptions(by="block", n_folds=3), combine="best", weigh=False)
    best = int(np.argmax([part["share"] for part in blend.passport["parts"]]))
    alone = train(whole, recipes[best], NO_FOLDS, weigh=False)
    found, wanted = (scale_transfer(one, bent).table["rmse"] for one in (blend, alone))
    npt.assert_allclose(found, wanted, atol=2e-4)  # the level of the blend is its own


def test_a_passport_keeps_what_was_weighed(bent, model, tmp_path):
    told, found = weighed(model, bent)
    told.write(tmp_path / "model.soilsharp")
    again = Model.read(tmp_path / "model.soilsharp")
    kept = ScaleTransfer.from_dict(again.passport[PASSPORT])
    pd.testing.assert_frame_equal(kept.table, found.table, check_dtype=False)
    assert kept.sentence == found.sentence
    assert "learned from 2 x 2 coarse cells" in repr(again)
    broken = {**told.passport, PASSPORT: {"rows": [{"learned": 2}], "refused": {}}}
    replace(told, passport=broken).write(tmp_path / "broken.soilsharp")
    with pytest.raises(ModelFileError, match="scale transfer cannot be read"):
        Model.read(tmp_path / "broken.soilsharp")


# --- of a study -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def study(region):
    return Study.read(region.study)


@pytest.fixture(scope="module")
def of_study(study):
    samples = sample_coarse(study, names=["ndvi", "sand", "elevation"])
    return samples, train(samples, Recipe.of("linear"), NO_FOLDS, weigh=False)


@pytest.fixture(scope="module")
def check(study, of_study):
    samples, learned = of_study
    return check_scale_transfer(study, learned, samples)


def test_pixels_outside_of_the_means_are_counted_by_covariate(check, study, of_study):
    samples, _ = of_study
    low, high = samples.X.min(0)[:, None], samples.X.max(0)[:, None]
    days = [np.datetime64(day) for day in check.facts["Days of the fine pixels"].split(", ")]
    whole = Window(0, 0, *study.grid.shape[::-1])
    blocks = [block.reshape(3, -1) for block in study.features(list(samples.names), np.array(days), whole)]
    pixels = np.concatenate(blocks, axis=1)
    outside = (pixels < low) | (pixels > high)
    known = np.isfinite(pixels)
    table = check.outside.set_index("covariate")
    for number, name in enumerate(samples.names):
        assert table.loc[name, "outside"] == pytest.approx(outside[number].sum() / known[number].sum())
        assert table.loc[name, "below"] == pytest.approx((pixels[number] < low[number]).sum() / known[number].sum())
    assert table.loc[ANY, "outside"] == pytest.approx(outside.any(0)[known.all(0)].mean())
    assert check.outside["outside"][:-1].is_monotonic_decreasing
    assert check.outside["covariate"][0] in check.sentence


def test_fractions_of_classes_do_not_count_among_pixels_outside_of_the_means(region):
    study = Study.read(region.folder / "study_all.json")
    samples = sample_coarse(study, names=["ndvi", "land_cover"])
    learned = train(samples, Recipe.of("linear"), NO_FOLDS, weigh=False)
    found = check_scale_transfer(study, learned, samples)
    table = found.outside.set_index("covariate")["outside"]
    fractions = [name for name in table.index if name.startswith("land_cover=")]
    assert len(fractions) > 1
    assert table[fractions].max() > table["ndvi"]
    # a pixel is of one class, which cells hardly are: NDVI alone counts, and is the first row
    assert table[ANY] == pytest.approx(table["ndvi"])
    assert table.index[0] == "ndvi"
    assert "most often by ndvi" in found.sentence


def test_the_folder_holds_tables_page_and_a_model_that_was_weighed(check, tmp_path, stop):
    with pytest.raises(Cancelled):
        check.write(tmp_path / "out", Progress(stop_asked=stop(2)))  # of two figures
    assert not (tmp_path / "out").exists()
    check.write(tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"scale_transfer.csv", "outside_of_means.csv", "model.soilsharp", "report.html"}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert check.outside["covariate"][0] in page
    assert page.count("data:image/png") == 2
    assert "of the grid" in check.facts["Area of applicability"]
    assert check.facts["Area of applicability"] in page
    assert PASSPORT in Model.read(tmp_path / "out" / "model.soilsharp").passport


def test_maps_say_whether_their_model_was_weighed(check, study, of_study, tmp_path):
    _, learned = of_study
    day = study.first

    words = check.transfer.sentence.split(": ")[1]

    def log(one, folder):
        told = []
        facts = downscale_series(study, one, tmp_path / folder, first=day, last=day, progress=Progress(say=told.append))
        return " ".join(told), tags_of(facts.maps[0].path)

    plain, tags = log(learned, "plain")
    assert "never weighed" in plain
    assert tags["SOILSHARP_SCALE_TRANSFER"] == "not weighed"
    known, tags = log(check.model, "weighed")
    assert "never weighed" not in known
    assert words in known
    assert tags["SOILSHARP_SCALE_TRANSFER"] == words.rstrip(".")
