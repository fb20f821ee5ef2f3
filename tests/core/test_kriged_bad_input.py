# SPDX-License-Identifier: GPL-2.0-or-later
"""What a coarse product may look like: a clear sentence or the smooth map, never a broken one."""

import errno
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
from rasterio.windows import Window

from soilsharp.core.base.errors import GridError, InputError, OverwriteError
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling import detail
from soilsharp.core.downscaling.downscale import downscale_series
from soilsharp.core.downscaling.makers import fitting
from soilsharp.core.downscaling.settings import ConsistencyOptions
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study

FINE = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_040_000, 3_040_000))
CELLS = Grid.from_bounds("EPSG:3035", 8000, (4_000_000, 3_000_000, 4_040_000, 3_040_000))
FIRST = np.datetime64("2023-05-01")
BAND = ConsistencyOptions("auto", band=True)


def _study(folder, maps, grid=CELLS, land=None):
    """Return a study of coarse maps and one covariate, which is known on land."""
    for number, values in enumerate(maps):
        name = f"sm_{FIRST + number}".replace("-", "")
        write_map(folder / "coarse" / f"{name}.tif", np.asarray(values, "float32"), grid)
    fine = np.random.default_rng(0).normal(200, 50, FINE.shape).astype("float32")
    if land is not None:
        fine[~land] = np.nan
    write_map(folder / "elevation.tif", fine, FINE)
    return Study(
        name="made up", grid=FINE, first=FIRST, last=FIRST + len(maps) - 1,
        covariates={"elevation": RasterEntry(file="elevation.tif")},
        coarse=RasterEntry(files="coarse/*.tif", rule="same_day"), folder=folder,
    )  # fmt: skip


def _field(seed=0, shape=CELLS.shape):
    return 0.25 + 0.05 * np.random.default_rng(seed).standard_normal(shape)


def _maps(study, folder, options=BAND, progress=Progress()):
    facts = downscale_series(study, None, folder, options=options, progress=progress)
    return {
        fact.day: (read_on(Source(str(fact.path)), FINE), read_on(Source(str(fact.sd)), FINE)) for fact in facts.maps
    }


def _whole(values):
    return np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1


@pytest.mark.parametrize("days", [1, 2, 12])
def test_no_variation_gives_the_constant(tmp_path, days):
    for mapped, sd in _maps(_study(tmp_path, [np.full(CELLS.shape, 0.2)] * days), tmp_path / "out").values():
        assert np.allclose(mapped, 0.2, atol=1e-5)
        assert np.isfinite(sd).all()


@pytest.mark.parametrize("seen", [1, 2, 11])
def test_few_cells_give_a_map_and_a_warning(tmp_path, seen):
    values = np.full(CELLS.shape, np.nan)
    values.flat[:seen] = _field().flat[:seen]
    warned = []
    ((mapped, sd),) = _maps(
        _study(tmp_path, [values]), tmp_path / "out", progress=Progress(warn=warned.append)
    ).values()
    assert _whole(mapped)
    assert np.isfinite(sd).all()
    assert any("too few to tell the noise" in line for line in warned)


def test_two_days(tmp_path):
    assert all(
        _whole(mapped) for mapped, _ in _maps(_study(tmp_path, [_field(1), _field(2)]), tmp_path / "out").values()
    )


def test_a_day_all_gaps_has_no_map_alone_and_one_in_a_series(tmp_path):
    nothing = np.full(CELLS.shape, np.nan)
    warned = []
    few = _maps(_study(tmp_path, [_field(1), nothing]), tmp_path / "few", progress=Progress(warn=warned.append))
    assert sorted(few) == [FIRST]
    assert any("these days have no map" in line for line in warned)
    shutil.rmtree(tmp_path / "coarse")
    series = [_field(3) for _ in range(12)]
    series[6] = nothing
    many = _maps(_study(tmp_path, series), tmp_path / "many", progress=Progress(warn=warned.append))
    assert len(many) == 12
    assert _whole(many[FIRST + 6][0])
    assert any("rest on the days around them" in line for line in warned)


def test_a_long_period_with_few_days_seen_is_no_series(tmp_path):
    nothing = np.full(CELLS.shape, np.nan)
    warned = []
    maps = _study(tmp_path, [_field(1), *[nothing] * 11])
    assert sorted(_maps(maps, tmp_path / "out", progress=Progress(warn=warned.append))) == [FIRST]
    assert any("no map, since a series needs 10 days" in line for line in warned)
    assert not any("rest on the days around" in line for line in warned)


def test_no_land_at_all_is_said(tmp_path):
    study = _study(tmp_path, [_field()], land=np.zeros(FINE.shape, bool))
    with pytest.raises(InputError, match=r"any covariate \(elevation\)"):
        _maps(study, tmp_path / "out")


def test_an_infinite_covariate_is_unknown(tmp_path):
    study = _study(tmp_path, [_field()])
    values = read_on(Source(str(tmp_path / "elevation.tif")), FINE)
    values[3, 4], values[5, 6] = np.inf, -np.inf
    write_map(tmp_path / "elevation.tif", values, FINE)
    ((block,),) = [list(study.features(["elevation"], study.days, Window(0, 0, 40, 40)))]
    assert np.array_equal(np.argwhere(np.isnan(block[0])), [[3, 4], [5, 6]])
    assert not np.isinf(block).any()


def test_nothing_at_all_is_said(tmp_path):
    study = _study(tmp_path, [np.full(CELLS.shape, np.nan)] * 2)
    with pytest.raises(InputError, match="no value over the target grid"):
        _maps(study, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_cells_that_are_no_coarser_than_pixels_are_refused(tmp_path):
    small = Grid.from_bounds("EPSG:3035", 500, (4_000_000, 3_000_000, 4_040_000, 3_040_000))
    study = _study(tmp_path, [_field(shape=small.shape)], small)
    with pytest.raises(InputError, match="not coarser than the target grid"):
        _maps(study, tmp_path / "out")


def test_cells_larger_than_the_grid(tmp_path):
    large = Grid.from_bounds("EPSG:3035", 100_000, (3_950_000, 2_950_000, 4_050_000, 3_050_000))
    ((mapped, _),) = _maps(_study(tmp_path, [[[0.3]]], large), tmp_path / "out").values()
    assert np.allclose(mapped, 0.3, atol=1e-5)


def test_dry_and_wet_ends_stay_within_0_and_1(tmp_path):
    values = _field()
    values[1:3, 1:3] = 0.0
    values[4, 4] = 0.85
    for how in ("auto", "strict"):
        ((mapped, _),) = _maps(_study(tmp_path, [values]), tmp_path / how, ConsistencyOptions(how, band=True)).values()
        assert _whole(mapped)


def test_a_wet_cell_in_a_dry_series_stays_within_0_and_1(tmp_path):
    values = np.full(CELLS.shape, 0.02)
    values[2, 2] = 0.88
    maps = _maps(_study(tmp_path, [values] * 12), tmp_path / "out", ConsistencyOptions("soft", band=True))
    assert len(maps) == 12
    assert all(_whole(mapped) for mapped, _ in maps.values())


def test_the_sea_gets_no_map(tmp_path):
    land = np.ones(FINE.shape, bool)
    land[:, 30:] = False
    ((mapped, sd),) = _maps(_study(tmp_path, [_field()], land=land), tmp_path / "out").values()
    assert np.array_equal(np.isfinite(mapped), land)
    assert np.array_equal(np.isfinite(sd), land)


def test_maps_that_do_not_fit_into_the_memory_are_told():
    with pytest.raises(InputError, match="Maps of 40 x 40 pixels do not fit into the memory"), fitting(FINE):
        np.empty(1 << 50)


def test_what_does_not_count_is_told(tmp_path):
    study = _study(tmp_path, [_field(1), _field(2)])
    held = replace(study, coarse=replace(study.coarse, rule="hold"))
    warned = []
    assert len(_maps(held, tmp_path / "held", progress=Progress(warn=warned.append))) == 2
    assert any("The rule 'hold' of the coarse product does not count" in line for line in warned)


def test_no_room_for_scratch_is_said_before_the_work(tmp_path, monkeypatch):
    from contextlib import ExitStack
    from types import SimpleNamespace

    monkeypatch.setattr(detail.shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    with (
        ExitStack() as stack,
        pytest.raises(InputError, match=r"of 60 days need 240 MB of room .* only 1 MB are free"),
    ):
        detail.scratch((60, 1000, 1000), stack)


def test_room_for_scratch_is_taken_at_once(tmp_path, monkeypatch):
    from contextlib import ExitStack

    monkeypatch.setattr(detail.tempfile, "tempdir", str(tmp_path))
    with ExitStack() as stack:
        made = detail.scratch((3, 500, 1000), stack)
        assert made.shape == (3, 500, 1000)
        assert not made.any()
        if hasattr(os, "posix_fallocate"):
            file = stack._exit_callbacks[-1][1].__self__
            assert os.fstat(file.fileno()).st_blocks * 512 >= made.nbytes
        # a file with holes would end the process at a write, once others have filled the disk
        full = OSError(errno.ENOSPC, "no space")
        monkeypatch.setattr(os, "posix_fallocate", lambda *_: (_ for _ in ()).throw(full), raising=False)
        with pytest.raises(InputError, match=r"The maps of 3 days need 6 MB of room in .*TMPDIR"):
            detail.scratch((3, 500, 1000), stack)
        # and where nothing can be reserved, it is as it was
        monkeypatch.setattr(os, "posix_fallocate", lambda *_: (_ for _ in ()).throw(OSError(errno.EINVAL, "no")))
        assert detail.scratch((1, 2, 2), stack).shape == (1, 2, 2)
    assert not list(tmp_path.iterdir())


def test_a_method_looks_for_room_before_it_samples(tmp_path, monkeypatch):
    from types import SimpleNamespace

    from soilsharp.core.methods.method import Method
    from soilsharp.core.methods.run import run_method

    study = _study(tmp_path, [_field(), _field(1)])
    monkeypatch.setattr(detail.shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    said = []
    with pytest.raises(InputError, match="The maps of 2 days need"):
        run_method(study, Method.read("soilsharp"), tmp_path / "run", progress=Progress(say=said.append))
    assert "Sampling" not in said
    assert not (tmp_path / "run").exists()


def test_cells_that_change_between_days_are_refused(tmp_path):
    study = _study(tmp_path, [_field(), _field(1)])
    shifted = Grid.from_bounds("EPSG:3035", 8000, (4_003_000, 3_000_000, 4_043_000, 3_040_000))
    write_map(tmp_path / "coarse" / "sm_20230502.tif", _field(1).astype("float32"), shifted)
    with pytest.raises(GridError, match=r"changes its cells\. sm_20230501\.tif: .* 4000000, 3040000; .* 4003000, 304"):
        downscale_series(study, None, tmp_path / "out", options=BAND)
    assert not (tmp_path / "out").exists()


def test_a_day_that_is_cut_differently_is_no_other_grid(tmp_path):
    study = _study(tmp_path, [_field(), _field(1)])
    write_map(tmp_path / "coarse" / "sm_20230502.tif", _field(1)[1:].astype("float32"), CELLS.part(Window(0, 1, 5, 4)))
    assert len(_maps(study, tmp_path / "out")) == 2


def test_one_seen_cell_claims_no_certainty(tmp_path):
    values = np.full(CELLS.shape, np.nan)
    values[2, 2] = 0.25
    ((_, sd),) = _maps(_study(tmp_path, [values]), tmp_path / "out").values()
    assert sd.min() > 0.02


def test_a_map_that_is_read_is_refused_before_any_work(tmp_path):
    study = _study(tmp_path, [_field()])
    (tmp_path / "out" / "sd").mkdir(parents=True)
    place = tmp_path / "out" / "sd" / "sd_20230501.tif"
    shutil.copy(tmp_path / "elevation.tif", place)
    study = replace(study, covariates={"elevation": RasterEntry(file=str(place))})
    told = []
    with pytest.raises(OverwriteError, match="sd_20230501"):
        downscale_series(study, None, tmp_path / "out", options=BAND, progress=Progress(say=told.append))
    assert not told
