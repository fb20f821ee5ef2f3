# SPDX-License-Identifier: GPL-2.0-or-later
"""What people do to the imports of grids: runs over their own results, odd folders, archives, days and patterns."""

import os
import shutil
import zipfile

import numpy as np
import pytest
import rasterio
from affine import Affine

from soilsharp.core.base.archive import Archive
from soilsharp.core.base.errors import InputError, OverwriteError
from soilsharp.core.base.files import scratch_folder, whole_folder
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.accumulate_series import accumulate_series
from soilsharp.core.preprocessing.interpolate_series import interpolate_series
from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions
from soilsharp.core.products.soilgrids import import_static
from soilsharp.core.rasters.dates import days_asked, guess_date_pattern, time_in_name
from soilsharp.core.rasters.find import area_of, find_files, product_files
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.map_folder import WARNINGS, importing
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.sample_formats.soilgrids import write_layer
from soilsharp.core.study.entries import RasterEntry

PLACE = Affine(0.1, 0, 20, 0, -0.1, 60)


def raster(path, value=5.0, dtype="float32", scale=None, **words):
    """Write a raster of 4 x 5 pixels of one value; the first is 0."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = np.full((4, 5), value, dtype)
    values[0, 0] = words.pop("first", 0)
    profile = {"driver": "GTiff", "count": 1, "height": 4, "width": 5, "crs": "EPSG:4326", "transform": PLACE}
    with rasterio.open(path, "w", dtype=dtype, **{**profile, **words}) as dataset:
        dataset.write(values, 1)
        if scale:
            dataset.scales, dataset.offsets = [scale[0]], [scale[1]]
    return path


def mean(path):
    with rasterio.open(path) as dataset:
        return float(np.nanmean(dataset.read(1)))


# --- over one's own results -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", ["maps", "maps/of [mine]"])
def test_a_second_run_does_not_read_the_maps_of_the_first(tmp_path, inside):
    for day in "123":
        raster(tmp_path / f"chirps_2023050{day}.tif", 10)
    said = []
    for _ in range(3):
        got = import_grids(tmp_path, tmp_path / inside, progress=Progress(say=said.append))
        assert (len(got.maps), got.refused) == (3, [])
        assert mean(got.maps[0].path) == pytest.approx(9.5)
    assert any("passed over: 3" in line for line in said)


def test_maps_never_lie_among_the_downloads_or_replace_what_is_not_ours(tmp_path):
    path = raster(tmp_path / "in" / "chirps_20230501.tif", 10)
    other = raster(tmp_path / "out" / "rain_20230501.tif", 10)
    before = path.read_bytes(), other.read_bytes()
    with pytest.raises(OverwriteError, match=r"holds the input\. Choose another folder"):
        import_grids(path.parent, path.parent, GridsOptions(name="rain"))
    with pytest.raises(InputError, match="was not made by SoilSharp; choose another folder"):
        import_grids(path.parent, other.parent, GridsOptions(name="rain"))
    assert (path.read_bytes(), other.read_bytes()) == before
    assert len(list(tmp_path.rglob("*"))) == 4


def test_maps_of_an_import_are_not_replaced_by_what_is_made_of_them(tmp_path):
    for day in "12":
        raster(tmp_path / "in" / f"chirps_2023050{day}.tif", 10)
    (first, _) = import_grids(tmp_path / "in", tmp_path / "all" / "rain").maps
    before = first.path.read_bytes()
    with pytest.raises(OverwriteError, match=r"holds a file of the input\. Choose another folder"):
        import_grids(tmp_path / "all", tmp_path / "all" / "rain")
    assert first.path.read_bytes() == before


def test_maps_of_an_import_alone_are_an_input_as_any(tmp_path):
    raster(tmp_path / "in" / "chirps_20230501.tif", 10)
    import_grids(tmp_path / "in", tmp_path / "one")
    (made,) = import_grids(tmp_path / "one", tmp_path / "two").maps
    assert mean(made.path) == pytest.approx(9.5)


def test_a_second_run_over_soilgrids(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 250, (4e6, 3e6, 4.001e6, 3.001e6))
    write_layer(tmp_path, "sand", "0-5cm", np.full(grid.shape, 43.0), grid, uncertainty=5.0)
    for _ in range(2):
        got = import_static(tmp_path, tmp_path / "maps")
        assert [made.name for made in got.maps] == ["sand_0-5cm", "sand_0-5cm_error"]


def test_a_raster_and_a_layer_of_one_name(tmp_path):
    grid = Grid.from_bounds("EPSG:3035", 250, (4e6, 3e6, 4.001e6, 3.001e6))
    write_layer(tmp_path, "sand", "0-5cm", np.full(grid.shape, 43.0), grid)
    raster(tmp_path / "sand_0-5cm.tif")
    got = import_static(tmp_path, tmp_path / "maps")
    assert [made.name for made in got.maps] == ["sand_0-5cm"]
    assert "again" in got.refused[0][1]


@pytest.mark.parametrize("step", [interpolate_series, accumulate_series])
@pytest.mark.parametrize("pattern", ["", "*.tif", "sub/../*.tif"])
def test_a_step_does_not_write_over_what_it_reads(tmp_path, step, pattern):
    folder = tmp_path / "ndvi"
    for day in "135":
        raster(folder / f"ndvi_2023050{day}.tif", 10)
    (folder / "sub").mkdir()
    before = {path.name: path.read_bytes() for path in folder.glob("*.tif")}
    with pytest.raises(OverwriteError, match="folder"):
        step(folder / pattern, folder)
    assert {path.name: path.read_bytes() for path in folder.glob("*.tif")} == before


def test_days_far_from_every_raster_of_a_sum_are_told(tmp_path):
    for day in "123":
        raster(tmp_path / "in" / f"rain_2023050{day}.tif")
    with pytest.raises(InputError, match=r"No day from 2023-06-01 to 2023-06-02 .* from\s2023-05-01 to 2023-05-03"):
        accumulate_series(
            tmp_path / "in", tmp_path / "out", first=np.datetime64("2023-06-01"), last=np.datetime64("2023-06-02")
        )
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


# --- odd folders ------------------------------------------------------------------------------------------------------


def test_folders_with_the_names_of_files_are_no_files(tmp_path):
    (tmp_path / "a_20230501.tif").mkdir()
    with pytest.raises(InputError, match="none that end in"):
        product_files(tmp_path, (".tif",), "this")
    with pytest.raises(InputError, match="No raster files"):
        find_files(tmp_path)
    raster(tmp_path / "b_20230501.tif")
    assert len(import_grids(tmp_path, tmp_path / "maps").maps) == 1


@pytest.mark.parametrize("name", ["mit Leer", "ä 中文", "[1]", "a*b"])
def test_odd_names(tmp_path, name):
    path = raster(tmp_path / name / f"r{name}_20230501.tif")
    for source in (path, path.parent):
        got = import_grids(source, tmp_path / "out" / name)
        assert [str(made.day) for made in got.maps] == ["2023-05-01"]
        assert find_files(source) == [path]


def test_a_place_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="there is no such place"):
        import_grids(tmp_path / "nowhere", tmp_path / "maps")


def test_what_a_killed_run_left_is_swept_also_from_odd_names(tmp_path):
    left = tmp_path / ".maps [1].999999999.part"
    left.mkdir()
    (left / "half.tif").write_bytes(b"II")
    with whole_folder(tmp_path / "maps [1]") as part:
        (part / "a.txt").write_text("whole")
    assert [p.name for p in tmp_path.iterdir()] == ["maps [1]"]


def test_hundreds_of_refusals_are_counted_not_shown(tmp_path):
    said = []

    def run():
        with importing(tmp_path / "maps", progress=Progress(say=said.append), reads={}) as importer:
            for i in (*range(300), *range(300)):
                importer.refuse(f"a{i}.tif", "It is broken.")

    with pytest.raises(InputError, match=r"^No map could be made: a0\.tif and 299 more: It is broken\.$"):
        run()
    assert len(said) == WARNINGS + 1
    assert not (tmp_path / "maps").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "empty"), (b"<!DOCTYPE html>login", "web page"), (b"\x89HDX\r\n\x1a\n" + bytes(9000), "neither NetCDF nor")],
)
def test_downloads_that_are_none(tmp_path, content, why):
    (tmp_path / "a.nc").write_bytes(content)
    for read in (import_grids, import_era5land):
        with pytest.raises(InputError, match=rf"a\.nc: .*{why}"):
            read(tmp_path, tmp_path / "maps")


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [(11, 49, 11, 49), (12, 49, 11, 50), (11, 49, float("nan"), 50)])
def test_an_extent_without_area(text):
    with pytest.raises(InputError, match="The extent has no area: x from"):
        area_of(("EPSG:4326", text))


def test_days_the_wrong_way_round():
    with pytest.raises(InputError, match="2023-05-01, is before the first, 2023-06-01"):
        days_asked("2023-06-01", "2023-05-01")
    with pytest.raises(InputError, match="2023/05/01' is not a day written as 2023-05-01"):
        days_asked("2023/05/01", "")
    assert days_asked("", None) == (None, None)


def test_days_that_there_are_not_are_told_with_those_that_are(tmp_path):
    raster(tmp_path / "r_20230501.tif")
    with pytest.raises(InputError, match=r"from 2030-01-01.*2023-05-01 to 2023-05-01"):
        import_grids(tmp_path, tmp_path / "maps", first=np.datetime64("2030-01-01"))


@pytest.mark.parametrize("pattern", ["%Y%Y", "%Q", "yyyymmdd", "%m%d", "%Y%m%d%S", "("])
def test_patterns_that_are_none(pattern):
    with pytest.raises(InputError, match="is no date pattern"):
        time_in_name("r_20230501.tif", pattern)


def test_names_of_several_kinds_are_told():
    names = ["r_20230501.tif", "r_20230502.tif", "r_2023-05-03.tif"]
    with pytest.raises(InputError, match=r"all of the 3 file names: %Y%m%d fits 2, but not 'r_2023-05-03\.tif'"):
        guess_date_pattern(names)


# --- what files say of their values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [((1, 0), 6.0), ((0.01, 1.0), 6.0), ((0.01, 0.0), 6.0), ((1.0, 1.0), 6.0), ((0.01000000001, 0.0), 6.0)],
)
def test_the_scale_of_a_file_is_obeyed_once(tmp_path, given, expected):
    path = raster(tmp_path / "r.tif", 500, "int16", scale=(0.01, 1.0), nodata=0)
    source = Source(str(path), 1, *given)
    coarse = Grid.from_bounds("EPSG:4326", 0.3, (20.1, 59.6, 20.4, 59.9))
    for grid in (source.grid(), coarse):
        values = read_on(source, grid)
        np.testing.assert_allclose(values[np.isfinite(values)], 6.0, rtol=1e-6)
    assert np.isnan(read_on(source, source.grid())[0, 0])  # nodata is a stored value
    stored = Source(str(path), stored=True)
    assert read_on(stored, stored.grid())[1, 1] == 500


@pytest.mark.parametrize("given", [(2.0, 0.5), (0.01, 0.5), (2.0, 0.0), (1.0, 0.5)])
def test_a_scale_that_contradicts_the_file_is_refused(tmp_path, given):
    path = raster(tmp_path / "r.tif", 500, "int16", scale=(0.01, 1.0), nodata=0)
    source = Source(str(path), 1, *given)
    with pytest.raises(InputError, match=rf"r.tif declares a scale of 0\.01 and an offset of 1; {given[0]:g} and"):
        read_on(source, source.grid())
    stored = Source(str(path), 1, *given, stored=True)
    assert read_on(stored, stored.grid())[1, 1] == pytest.approx(500 * given[0] + given[1])


def test_a_unit_is_converted_beside_a_declared_scale(tmp_path):
    # percent, packed with the very scale that brings percent to m3 m-3
    path = raster(tmp_path / "r_20230501.tif", 2500, "int16", scale=(0.01, 0.0), nodata=0)
    entry = RasterEntry(file=path.name, unit="percent")
    source = entry.one(tmp_path)
    assert read_on(source, source.grid())[1, 1] == pytest.approx(0.25)
    with pytest.raises(InputError, match=r"declares a scale of 0\.01 and an offset of 0, which are applied already"):
        import_grids(tmp_path, tmp_path / "maps", GridsOptions(scale=0.01))


def test_an_undeclared_fill_value_of_a_static_raster(tmp_path):
    raster(tmp_path / "r.tif", first=-9999)
    (made,) = import_static(tmp_path, tmp_path / "maps").maps
    assert made.least == 5
    assert made.known == pytest.approx(19 / 20)


# --- archives ---------------------------------------------------------------------------------------------------------


def unpack(path):
    """Unpack the folder of the last file of an archive."""
    with Archive(path) as archive, archive.folder(archive.names[-1].parent):
        pass


def test_a_name_that_no_disk_can_hold(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x" * 300 + ".nc", b"x")
    with pytest.raises(InputError, match=r"nc cannot be unpacked from a\.zip"):
        unpack(tmp_path / "a.zip")


def test_what_a_kill_left_of_an_archive_goes_with_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for pid in (999999999, os.getppid()):
        (tmp_path / f"soilsharp-{pid}-x").mkdir()
        (tmp_path / f"soilsharp-{pid}-x" / "big.nc").write_bytes(b"x")
    with scratch_folder() as folder:
        names = {path.name for path in tmp_path.iterdir()}
    assert names == {folder.name, f"soilsharp-{os.getppid()}-x"}  # that of a process at work stays
    assert not folder.exists()


def test_an_archive_without_the_product(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", b"x")
    with pytest.raises(InputError, match=r"a\.zip") as error:
        import_grids(tmp_path, tmp_path / "maps")
    assert "soilsharp-" not in str(error.value)  # where it was unpacked is no matter


def test_a_full_disk_while_unpacking(tmp_path, monkeypatch):
    raster(tmp_path / "r_20230501.tif")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "r_20230501.tif")

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(InputError, match="room"):
        unpack(tmp_path / "a.zip")


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one_of_many", [False, True])
def test_a_disk_that_fills_at_any_byte_leaves_no_half_map(tmp_path, one_of_many):
    resource = pytest.importorskip("resource")
    grid = Grid.from_bounds("EPSG:3035", 1, (0, 0, 300, 300))
    values = np.random.default_rng(0).normal(size=grid.shape)
    write_map(tmp_path / "whole.tif", values, grid, one_of_many=one_of_many)
    size, (soft, hard) = (tmp_path / "whole.tif").stat().st_size, resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in (0, 100, 400, *range(700, size, size // 17), size - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            with pytest.raises(InputError, match=r"half\.tif"):
                write_map(tmp_path / "half.tif", values, grid, one_of_many=one_of_many)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert [p.name for p in tmp_path.iterdir()] == ["whole.tif"], room
