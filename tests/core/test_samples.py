# SPDX-License-Identifier: GPL-2.0-or-later
"""Training tables of both targets, their file, and the folds made of them."""

import shutil
from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from rasterio.warp import transform_bounds

from soilsharp.core.base import tables
from soilsharp.core.base.errors import Cancelled, InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.overlap import Overlap, cell_areas
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.samples.cells import FineSpread
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.samples.settings import CoarseSampling, StationSampling
from soilsharp.core.scoring.baselines import AS_IS, SMOOTH, CoarseProduct
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import COARSE, Study
from soilsharp.core.training.folds.divide import make_folds
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train


@pytest.fixture(scope="module")
def study(region):
    return Study.read(region.study)


@pytest.fixture(scope="module")
def coarse(study):
    return sample_coarse(study)


@pytest.fixture(scope="module")
def stations(study):
    return sample_stations(study)


def test_coarse_samples_hold_the_area_mean_of_each_cell(study, coarse):
    place = coarse.index
    assert coarse.facts["target"] == "coarse"
    assert coarse.names == tuple(study.covariates)
    sand = read_on(study.covariates["sand"].one(study.folder), study.grid)
    means = Overlap(study.coarse_grid, study.grid).mean(sand)
    npt.assert_allclose(
        coarse.X[:, coarse.names.index("sand")], means[place["cell_row"], place["cell_column"]], rtol=1e-5
    )
    day = str(place["date"].iloc[0].date()).replace("-", "")
    sm = read_on(study.coarse.series(study.folder).sources[0], study.coarse_grid)
    assert day in study.coarse.series(study.folder).sources[0].path
    first = place["date"] == place["date"].iloc[0]
    npt.assert_array_equal(coarse.y[first], sm[place["cell_row"][first], place["cell_column"][first]])


def test_cells_at_the_edge_with_too_little_cover_are_left_out(study):
    few, many = (sample_coarse(study, CoarseSampling(min_valid_fraction=cover)) for cover in (0.99, 0.0))
    assert len(few) < len(many)


def test_the_nearest_pixel_may_stand_for_the_cell(study):
    samples = sample_coarse(study, CoarseSampling(aggregate="nearest"))
    sand = read_on(study.covariates["sand"].one(study.folder), study.grid)
    rows, columns = study.grid.cells_at(samples.index["longitude"], samples.index["latitude"])
    npt.assert_array_equal(samples.X[:, samples.names.index("sand")], sand[rows, columns])


def test_soil_moisture_on_coarse_cells_may_be_left_out_since_it_tells_nothing_inside_of_them(region, study):
    everything = Study.read(region.study_all)
    fine = replace(everything.covariates["sm_layer2"], files="truth/*.tif")
    everything = replace(everything, covariates={**everything.covariates, "sm_fine": fine})
    names = ["sand", "temperature", "sm_layer2", "sm_fine", "sm_layer3"]
    assert np.prod(everything.grid_of("sm_layer2").metres) == np.prod(study.coarse_grid.metres)
    assert everything.grid_of("sand").same_as(study.grid)
    said = []
    without = CoarseSampling(leave_out_coarse=True)
    made = sample_coarse(everything, without, Progress(say=said.append), names=names)
    assert made.names == ("sand", "temperature", "sm_fine")
    assert sum("sm_layer2, sm_layer3" in text for text in said) == 1
    assert sample_coarse(everything, names=names).names == tuple(names)
    alone = sample_coarse(everything, without, names=["sm_layer2"])  # rather that than nothing
    assert alone.names == ("sm_layer2",)


def test_station_samples_hold_the_pixel_of_each_station(study, stations):
    assert stations.names == (*study.covariates, COARSE)
    assert stations.facts["target"] == "stations"
    sand = read_on(study.covariates["sand"].one(study.folder), study.grid)
    rows, columns = study.grid.cells_at(stations.index["longitude"], stations.index["latitude"])
    npt.assert_array_equal(stations.X[:, stations.names.index("sand")], sand[rows, columns])
    measured = study.stations().values.set_index(["station", "date"])["soil_moisture"]
    keys = list(zip(stations.index["station"], stations.index["date"]))
    npt.assert_allclose(stations.y, measured.loc[keys], rtol=1e-6)


def test_a_table_survives_its_file(coarse, tmp_path):
    coarse.write(tmp_path / "s.csv")
    again = Samples.read(tmp_path / "s.csv")
    npt.assert_array_equal(again.X, coarse.X)
    npt.assert_array_equal(again.y, coarse.y)
    assert again.names == coarse.names
    assert again.facts == coarse.facts
    pd.testing.assert_series_equal(again.index["date"], coarse.index["date"])


def test_files_that_are_no_samples_are_refused(coarse, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no table of samples"):
        Samples.read(path)
    coarse.write(path)
    path.write_text(path.read_text().replace('"version": 1', '"version": 9'))
    with pytest.raises(InputError, match="another version"):
        Samples.read(path)
    coarse.write(path)
    path.write_text(path.read_text().replace("soil_moisture", "sm"))
    with pytest.raises(InputError, match="lacks the columns soil_moisture"):
        Samples.read(path)
    with pytest.raises(InputError, match="no covariate snow; they have"):
        coarse.select(["snow"])


def test_a_covariate_of_nothing_but_nodata_is_named(study, tmp_path):
    write_map(tmp_path / "void.tif", np.full(study.grid.shape, np.nan), study.grid)
    covariates = {**study.covariates, "void": RasterEntry(file=str(tmp_path / "void.tif"))}
    broken = Study("x", study.grid, study.first, study.last, covariates, study.coarse, folder=study.folder)
    with pytest.raises(InputError, match="No value of void on the target grid: nodata everywhere"):
        sample_coarse(broken)


def test_cells_that_reach_beyond_the_grid_are_told_and_so_is_a_product_without_values(study, tmp_path):
    left, bottom, _, _ = study.grid.bounds
    large = Grid.from_bounds(
        study.grid.crs, 200_000, (left - 90_000, bottom - 90_000, left + 110_000, bottom + 110_000)
    )
    for days, value in (("large", 0.25), ("empty", np.nan)):
        for day in study.days[:2]:
            name = f"sm_{day}.tif".replace("-", "")
            write_map(tmp_path / days / name, np.full(large.shape, value, "float32"), large)

    def of(folder):
        return replace(study, coarse=replace(study.coarse, files=str(tmp_path / folder)))

    with pytest.raises(InputError, match=r"covers at most \d+% of a cell of the coarse product .* and 50% of it"):
        sample_coarse(of("large"))
    assert len(sample_coarse(of("large"), CoarseSampling(min_valid_fraction=0.0))) == 2
    with pytest.raises(InputError, match="The coarse soil moisture has no value over the target grid between 2023"):
        sample_coarse(of("empty"))


def test_stations_off_the_grid_are_told_or_refused(study, region, tmp_path):
    shutil.copytree(region.folder, tmp_path / "r")
    table = pd.read_csv(tmp_path / "r/stations.csv")
    away = table["station"] == table["station"].iloc[0]
    table.loc[away, "longitude"] += 40
    table.to_csv(tmp_path / "r/stations.csv", index=False)
    told = []
    samples = sample_stations(Study.read(tmp_path / "r/study.json"), progress=Progress(warn=told.append))
    assert told == ["1 of 12 stations lie outside of the target grid: left out."]
    assert samples.index["station"].nunique() <= 11
    table["longitude"] += 80
    table.to_csv(tmp_path / "r/stations.csv", index=False)
    with pytest.raises(InputError, match="None of the 12 stations lies on the target grid"):
        sample_stations(Study.read(tmp_path / "r/study.json"))


def test_sampling_looks_at_each_raster_whether_to_stop(study, stop):
    nearest = CoarseSampling(aggregate="nearest")
    for work, options in ((sample_stations, StationSampling()), (sample_coarse, nearest)):
        asked = stop()
        work(study, options, Progress(stop_asked=asked))
        assert asked.looks > len(study.covariates)
        halfway = stop(asked.looks // 2)
        with pytest.raises(Cancelled):
            work(study, options, Progress(stop_asked=halfway))
        assert halfway.looks == asked.looks // 2


def test_samples_are_written_in_pieces_between_which_a_stop_is_felt(coarse, tmp_path, stop, monkeypatch):
    coarse.write(tmp_path / "whole.csv")
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 20)
    coarse.write(tmp_path / "pieces.csv")
    assert (tmp_path / "pieces.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    asked = stop(3)
    with pytest.raises(Cancelled):
        coarse.write(tmp_path / "none.csv", Progress(stop_asked=asked))
    assert asked.looks == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pieces.csv", "whole.csv"]


def test_a_table_of_ones_own(tmp_path):
    (tmp_path / "t.csv").write_text("field,day,vv,water\nä,01.05.2023,-9.5,20\nb,02.05.2023,,30\nb,03.05.2023,-8,30\n")
    arguments = {"covariates": ["vv"], "target": "water", "station": "field", "date": "day", "date_format": "%d.%m.%Y"}
    with pytest.raises(InputError, match="looks like percent"):
        Samples.from_table(tmp_path / "t.csv", **arguments)
    samples = Samples.from_table(tmp_path / "t.csv", **arguments, unit="percent")
    npt.assert_allclose(samples.y, [0.2, 0.3])
    assert samples.index["station"].tolist() == ["ä", "b"]
    assert samples.facts["left_out"] == 1
    with pytest.raises(InputError, match="no column vh; its columns are field, day, vv, water"):
        Samples.from_table(tmp_path / "t.csv", ["vh"], "water")


@pytest.mark.parametrize("by", ["random", "station", "block", "date"])
def test_folds_hold_back_whole_groups_and_every_row_once(coarse, stations, by):
    samples = coarse if by == "block" else stations
    pairs = make_folds(samples, FoldOptions(by=by, n_folds=3, block_cells=1), seed=1)
    tested = np.concatenate([test for _, test in pairs])
    npt.assert_array_equal(np.sort(tested), np.arange(len(samples)))
    columns = {"station": ["station"], "block": ["cell_row", "cell_column"], "date": ["date"]}.get(by)
    for learn, test in pairs:
        assert not set(learn) & set(test)
        assert len(learn) + len(test) == len(samples)
        if columns:
            groups = samples.index[columns].astype(str).agg(" ".join, axis=1)
            assert not set(groups.iloc[learn]) & set(groups.iloc[test])
    again = make_folds(samples, FoldOptions(by=by, n_folds=3, block_cells=1), seed=1)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(pairs, again))


def test_folds_that_cannot_be_made(coarse, stations):
    with pytest.raises(InputError, match="50 folds by station need as many groups, but the samples have"):
        make_folds(stations, FoldOptions(by="station", n_folds=50))
    with pytest.raises(InputError, match="need the column station, which the samples lack"):
        make_folds(coarse, FoldOptions(by="station"))


def test_what_a_table_loses_is_told(tmp_path):
    path, told = tmp_path / "plots.csv", []
    path.write_text("sm,clay,ndvi,clay\n0.2,7,0.5,7\n0.3,,0.4,\n0.1,9,,8\n,5,0.1,5\n0.4,6,0.2,6\n")
    samples = Samples.from_table(path, ["clay", "ndvi"], "sm", progress=Progress(warn=told.append))
    npt.assert_allclose(samples.y, [0.2, 0.3, 0.1, 0.4])
    npt.assert_array_equal(samples.X, np.array([[7, 0.5], [np.nan, 0.4], [9, np.nan], [6, 0.2]], np.float32))
    assert samples.facts["left_out"] == 1
    assert "3 of 5 rows have no clay in 1, ndvi in 1, soil_moisture in 1." in told
    assert "1 rows without sm or without any covariate are left out." in told
    assert any("'clay' stands more than once; they differ in 1 row" in line for line in told)


@pytest.mark.parametrize("name", ["soil_moisture", "weight", "longitude", "date", "valid_fraction"])
def test_a_covariate_of_a_table_cannot_have_the_name_of_a_column_of_samples(tmp_path, name):
    pd.DataFrame({name: [0.1, 0.2], "clay": [1, 2], "sm": [0.2, 0.3]}).to_csv(tmp_path / "t.csv", index=False)
    words = rf"A covariate of t.csv is called {name}: samples have columns of these names of their own \(.*another name"
    with pytest.raises(InputError, match=words):
        Samples.from_table(tmp_path / "t.csv", ["clay", name], "sm")


def test_the_spread_inside_of_a_cell_is_the_sd_of_its_pixels(study):
    samples = sample_coarse(study, CoarseSampling(min_valid_fraction=0.0, spread_of="elevation"))
    rows, columns = (samples.index[name].to_numpy() for name in ("cell_row", "cell_column"))
    fine = read_on(study.covariates["elevation"].one(study.folder), study.grid)
    x, y = study.grid.centres()
    row, column = study.coarse_grid.cells_at(*(v.ravel() for v in np.meshgrid(x, y)), study.grid.crs)
    for cell in ((rows[0], columns[0]), (rows[-1], columns[-1])):
        own = fine.ravel()[(row == cell[0]) & (column == cell[1])]
        of_cell = (rows == cell[0]) & (columns == cell[1])
        # pixels on the edge of a cell lie in it in part
        npt.assert_allclose(samples.index["elevation_spread"][of_cell], own.std(), rtol=0.12)
    with pytest.raises(InputError, match="area means of one of elevation"):
        sample_coarse(study, CoarseSampling(spread_of="magic"))


def test_the_file_holds_to_the_bit_what_was_learned_from(coarse, tmp_path):
    rng = np.random.default_rng(0)
    tiny, huge = np.finfo(np.float32).tiny, np.finfo(np.float32).max
    X = (rng.random(coarse.X.shape) * 10.0 ** rng.integers(-30, 30, coarse.X.shape)).astype(np.float32)
    X[0, :4] = 1 / 3, 0.1, tiny, huge
    y = rng.random(len(coarse)).astype(np.float32)
    weight = rng.random(len(coarse)).astype(np.float32)
    made = Samples(X, y, coarse.names, coarse.index.assign(weight=weight), coarse.facts)
    made.write(tmp_path / "samples.csv")
    back = Samples.read(tmp_path / "samples.csv")
    assert back.X.tobytes() == X.tobytes()
    assert back.y.tobytes() == y.tobytes()
    assert back.weight.tobytes() == weight.tobytes()
    for name in ("longitude", "latitude"):  # blocks and distances rest on them
        assert back.index[name].to_numpy().tobytes() == made.index[name].to_numpy().tobytes()
    back.write(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "samples.csv").read_bytes()


def test_samples_of_cells_know_the_grid_of_their_cells(study, coarse):
    assert coarse.coarse_grid == study.coarse_grid
    rows, columns = coarse.coarse_grid.cells_at(coarse.index["longitude"], coarse.index["latitude"])
    npt.assert_array_equal(rows, coarse.index["cell_row"])
    npt.assert_array_equal(columns, coarse.index["cell_column"])


@pytest.mark.parametrize("crs", ["EPSG:3035", "EPSG:6933"])  # that of the coarse product, and another
def test_the_valid_fraction_is_the_part_of_a_cell_with_all_covariates(study, tmp_path, crs):
    holed = np.ones(study.grid.shape, np.float32)
    holed[: study.grid.shape[0] // 3, ::2] = np.nan
    write_map(tmp_path / "holed.tif", holed, study.grid)
    covariates = {
        "elevation": study.covariates["elevation"],
        "holed": RasterEntry(file=str(tmp_path / "holed.tif")),
    }
    grid = Grid.from_bounds(crs, 1000, transform_bounds(study.grid.crs, crs, *study.grid.bounds))
    own = replace(study, grid=grid, covariates=covariates)
    samples = sample_coarse(own, CoarseSampling(min_valid_fraction=0.0))
    layers = [read_on(entry.one(study.folder), grid) for entry in covariates.values()]
    overlap = Overlap(own.coarse_grid, grid)
    _, areas = overlap.sums(np.where(np.isfinite(layers).all(0), 1.0, np.nan))
    wanted = np.minimum(areas / cell_areas(own.coarse_grid, grid), 1)
    wanted = wanted[samples.index["cell_row"], samples.index["cell_column"]]
    npt.assert_allclose(samples.valid_fraction, wanted, rtol=1e-6)
    assert 0 < samples.valid_fraction.min() < 0.7 < samples.valid_fraction.max() <= 1


@pytest.mark.parametrize("block", [1 << 10, 48 << 20])
def test_the_fine_sd_is_that_of_all_pixels_and_days(study, coarse, monkeypatch, block):
    monkeypatch.setattr("soilsharp.core.samples.cells.BLOCK_VALUES", block * 100)
    names = ["elevation", "ndvi"]
    samples = sample_coarse(study, names=names)
    days = study.coarse_series.days
    values = np.stack(list(study.features(names, days, study.grid.whole)), 1).astype(float)
    npt.assert_allclose(samples.fine_sd, [np.nanstd(v) for v in values], rtol=1e-6)
    npt.assert_array_equal(samples.fine_sd, coarse.select(names).fine_sd)


def test_the_fine_sd_keeps_its_digits_far_from_zero():
    fine = FineSpread(2)
    values = np.random.default_rng(1).normal(size=(2, 5, 40)).astype(np.float32)
    values[0, 1] = np.nan
    values[1] += 30_000
    for block in np.array_split(values, 5, axis=1):
        fine.add(block)
    npt.assert_allclose(fine.sd(), np.nanstd(values.astype(float), axis=(1, 2)), rtol=1e-12)
    assert np.isnan(FineSpread(1).sd()).all()


def test_what_weighs_cells_survives_the_file_and_the_choice_of_rows_and_covariates(coarse, tmp_path):
    some = coarse.rows(np.arange(0, len(coarse), 3)).select(coarse.names[2:0:-1])
    some.write(tmp_path / "s.csv")
    for again in (some, Samples.read(tmp_path / "s.csv"), some.weighted(np.ones(len(some), np.float32))):
        assert again.coarse_grid == coarse.coarse_grid
        npt.assert_array_equal(again.valid_fraction, coarse.valid_fraction[::3])
        npt.assert_array_equal(again.fine_sd, coarse.fine_sd[2:0:-1])


def test_samples_that_are_no_area_means_do_not_weigh_cells(study, stations, coarse, tmp_path):
    assert stations.coarse_grid is None
    assert stations.valid_fraction is None
    assert stations.fine_sd is None
    centres = sample_coarse(study, CoarseSampling(aggregate="nearest"), names=["sand"])
    assert centres.valid_fraction is None
    cells = centres.index.groupby(["cell_row", "cell_column"]).ngroup().drop_duplicates().index
    npt.assert_allclose(centres.fine_sd, [centres.X[cells, 0].std()], rtol=1e-5)
    # a file of an earlier version
    facts = {key: value for key, value in coarse.facts.items() if key not in ("coarse_grid", "fine_sd")}
    old = Samples(coarse.X, coarse.y, coarse.names, coarse.index.drop(columns="valid_fraction"), facts)
    old.write(tmp_path / "old.csv")
    again = Samples.read(tmp_path / "old.csv")
    assert (again.coarse_grid, again.valid_fraction, again.fine_sd) == (None, None, None)


@pytest.fixture(scope="module")
def cloudy(study, tmp_path_factory):
    """Return the study with a covariate that is unknown in the north and on every second day."""
    folder = tmp_path_factory.mktemp("cloudy")
    values = np.random.default_rng(5).random(study.grid.shape).astype(np.float32)
    values[: study.grid.shape[0] // 2] = np.nan
    for day in study.days[::2]:
        write_map(folder / f"cloudy_{str(day).replace('-', '')}.tif", values, study.grid)
    entry = RasterEntry(files=str(folder), rule="same_day")
    return replace(study, covariates={"sand": study.covariates["sand"], "cloudy": entry})


def test_rows_with_gaps_are_kept(cloudy, study, coarse, stations):
    told = []
    samples = sample_coarse(cloudy, progress=Progress(say=told.append))
    assert len(samples) == len(coarse)
    npt.assert_array_equal(samples.X[:, 0], coarse.select(["sand"]).X[:, 0])
    gaps = np.isnan(samples.X[:, 1])
    south = samples.index["cell_row"] > study.coarse_grid.shape[0] // 2
    even = (samples.days - study.first).astype(int) % 2 == 0
    assert not gaps[south & even].any()
    assert gaps[~even].all()
    assert f"{gaps.sum()} of {len(samples)} samples have gaps: cloudy ({gaps.sum()})" in told
    # a row with a gap has the valid fraction of what it has
    alone = sample_coarse(cloudy, names=["sand"])
    npt.assert_array_equal(samples.valid_fraction[gaps], alone.valid_fraction[gaps])
    assert (samples.valid_fraction[~gaps] <= alone.valid_fraction[~gaps]).all()
    measured = sample_stations(cloudy, names=["sand", "cloudy"])
    assert len(measured) >= len(stations)
    assert 0 < np.isnan(measured.X[:, 1]).sum() < len(measured)


def test_a_covariate_that_never_meets_soil_moisture_is_named(cloudy):
    odd = cloudy.first + 1
    with pytest.raises(InputError, match="No value of cloudy on the target grid: nodata everywhere"):
        sample_coarse(replace(cloudy, first=odd, last=odd))


def test_the_smooth_coarse_product_stands_beside_samples_of_stations(study, tmp_path):
    samples = sample_stations(study)
    days = np.unique(samples.days)
    product = CoarseProduct(study.coarse_series, study.grid, days[np.isin(days, study.coarse_series.days)])
    rows, columns = study.grid.cells_at(samples.index["longitude"].to_numpy(), samples.index["latitude"].to_numpy())
    day = days[len(days) // 2]
    with product.opened(day) as reader:
        expected = reader.read_cells(rows, columns)[SMOOTH]
    here = (samples.days == day) & np.isfinite(expected)
    assert here.sum() > 3
    npt.assert_array_equal(samples.index["coarse_smooth"][here], expected[here].astype(np.float32))
    # a baseline, and no covariate, from a file too
    samples.write(tmp_path / "samples.csv")
    back = Samples.read(tmp_path / "samples.csv")
    assert "coarse_smooth" not in back.names
    npt.assert_array_equal(back.index["coarse_smooth"].to_numpy(np.float32), samples.index["coarse_smooth"])
    model = train(back, Recipe.of("linear"), folds=FoldOptions(by="station", n_folds=3))
    assert model.held_out.baselines[:2] == (AS_IS, SMOOTH)
    assert "coarse_smooth" not in model.held_out.classes
    without = sample_stations(study, StationSampling(smooth=False))
    assert "coarse_smooth" not in without.index
