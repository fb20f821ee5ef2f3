# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps as whole numbers: what is read back, by whom, and what is refused."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.base.errors import Cancelled, InputError, OverwriteError
from soilsharp.core.base.progress import Progress
from soilsharp.core.downscaling import encoded_maps as module
from soilsharp.core.downscaling.encoded_maps import encode_maps
from soilsharp.core.downscaling.settings import EncodeOptions
from soilsharp.core.rasters.dates import day_of
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.rasters.series import Series

GRID = Grid.from_bounds("EPSG:6933", 1000, (0, 0, 300_000, 270_000))


@pytest.fixture
def maps(tmp_path):
    rng = np.random.default_rng(2)
    for day in ("20200601", "20201231"):
        values = np.where(rng.random(GRID.shape) < 0.2, np.nan, rng.uniform(-0.01, 0.9, GRID.shape))
        write_map(tmp_path / "in" / f"sm_{day}.tif", values, GRID)
    return tmp_path / "in"


def test_what_comes_back_is_off_by_half_a_step_at_max_and_its_day_is_known(maps, tmp_path):
    paths = encode_maps(maps, tmp_path / "out")
    # June 1 is day 31 + 29 + 31 + 30 + 31 + 1 of a leap year
    assert [p.name for p in paths] == ["sm_2020153.tif", "sm_2020366.tif"]
    series, before = Series.from_files(tmp_path / "out"), Series.from_files(maps)
    npt.assert_array_equal(series.days, before.days)
    assert day_of(paths[0]) == np.datetime64("2020-06-01")
    for new, old in zip(series.sources, before.sources):
        after, first = read_on(new, GRID), read_on(old, GRID)
        npt.assert_array_equal(np.isnan(after), np.isnan(first))
        assert np.nanmax(np.abs(after - first)) <= 0.00005 + 1e-7
        with rasterio.open(new.path) as dataset:
            assert (dataset.dtypes, dataset.nodata, dataset.scales) == (("int16",), -32768, (0.0001,))
            assert dataset.units == ("m3 m-3",)
            known = np.isfinite(first)
            npt.assert_array_equal(dataset.read(1)[known], np.rint(first[known].astype(float) * 1e4))
            assert (dataset.read(1)[~known] == -32768).all()


def test_day_and_month_in_the_name_and_another_step(maps, tmp_path):
    paths = encode_maps(maps, tmp_path / "out", EncodeOptions(scale=0.001, name="%Y-%m-%d_sm"))
    assert [p.name for p in paths] == ["2020-06-01_sm.tif", "2020-12-31_sm.tif"]
    npt.assert_array_equal(Series.from_files(tmp_path / "out").days, Series.from_files(maps).days)
    change = read_on(Source(str(paths[0])), GRID) - read_on(Source(str(maps / "sm_20200601.tif")), GRID)
    assert 0.0004 < np.nanmax(np.abs(change)) <= 0.0005 + 1e-7


@pytest.mark.parametrize("name", ["sm", "sm_%j", "sm_%Y%m", "sm_%Y%j_%H", "a/%Y%j", "sm_%Y%j%d", "sm %Y%j"])
def test_names_without_a_whole_day_are_refused(maps, tmp_path, name):
    with pytest.raises(InputError):
        encode_maps(maps, tmp_path / "out", EncodeOptions(name=name))
    assert not (tmp_path / "out").exists()


def test_values_that_do_not_fit_are_refused_with_their_number(tmp_path):
    write_map(tmp_path / "in" / "sm_20200601.tif", np.full(GRID.shape, 35.5), GRID)
    with pytest.raises(InputError, match=r"sm_20200601.tif holds 35.5, but .* at most 3.2767 can be written"):
        encode_maps(tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over_what_is_not_ours_or_after_a_cancel(maps, tmp_path):
    with pytest.raises(OverwriteError, match=r"holds the maps\. Choose another folder"):
        encode_maps(maps, maps)
    with pytest.raises(Cancelled):
        encode_maps(maps, tmp_path / "out", progress=Progress(stop_asked=lambda: True))
    assert not (tmp_path / "out").exists()
    encode_maps(maps, tmp_path / "out")
    encode_maps(maps, tmp_path / "out", EncodeOptions(scale=0.001))
    assert rasterio.open(tmp_path / "out" / "sm_2020153.tif").scales == (0.001,)
    (tmp_path / "out" / "sm_2020153.tif").write_text("mine")
    with pytest.raises(InputError, match="is no map of SoilSharp"):
        encode_maps(maps, tmp_path / "out")


def test_a_file_that_lost_a_part_is_noticed(maps, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_sum", lambda path, windows: 0)
    with pytest.raises(InputError, match="not all of it could be written"):
        encode_maps(maps, tmp_path / "out")
    assert not (tmp_path / "out").exists()
