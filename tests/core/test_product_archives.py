# SPDX-License-Identifier: GPL-2.0-or-later
"""Products in archives: what is read is unpacked file by file, and the rest is not there meanwhile."""

import gzip
import zipfile
from contextlib import ExitStack

import numpy as np
import numpy.testing as npt
import pytest
import rasterio
import xarray

from soilsharp.core.base.errors import InputError
from soilsharp.core.products import archive as archives
from soilsharp.core.products.archive import ProductFiles
from soilsharp.core.products.gridded.era5land import import_era5land
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.sample_formats.era5land import write_hours

GRID = Grid.from_bounds("EPSG:3035", 1000, (4_000_000, 3_000_000, 4_005_000, 3_004_000))
DAYS = [f"2023050{day}" for day in range(1, 7)]


@pytest.fixture
def plain(tmp_path):
    """Return a folder of six maps."""
    folder = tmp_path / "plain"
    folder.mkdir()
    for i, day in enumerate(DAYS):
        write_map(folder / f"rain_{day}.tif", np.full(GRID.shape, i / 8), GRID, unit="mm d-1")
    return folder


@pytest.fixture
def packed(tmp_path, plain):
    """Return a folder with the same maps: two in an archive, three in one that lies in another, one as it is."""
    folder = tmp_path / "packed"
    folder.mkdir()
    paths = sorted(plain.iterdir())
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for path in paths[:2]:
            archive.write(path, f"deep/{path.name}")
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        for path in paths[2:5]:
            archive.write(path, path.name)
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    (folder / paths[5].name).write_bytes(paths[5].read_bytes())
    return folder


def read(outcome):
    """Return the maps of an import by their days."""
    found = {}
    for made in outcome.maps:
        with rasterio.open(made.path) as dataset:
            found[str(made.day)] = dataset.read(1)
    return found


def test_only_what_is_read_is_unpacked(packed, plain, monkeypatch):
    monkeypatch.setattr(archives, "ROOM", 1)
    with ExitStack() as stack:
        files = ProductFiles(packed, (".tif",), "rain", stack, [])
        assert [path.name for path in files.paths] == [f"rain_{day}.tif" for day in DAYS]
        assert files.as_they_are == [packed / f"rain_{DAYS[5]}.tif"]
        for path in [*files.paths, *files.paths]:
            files.bring(path)
            assert path.read_bytes() == (plain / path.name).read_bytes()
            there = [one for one in files.paths if one.exists()]
            assert len(there) <= 2  # it, and the one that is in no archive
        last = path.parent
    assert files.paths[0].parent.exists() is False
    assert last.exists()  # the folder of downloads is left alone


def test_what_fits_stays_unpacked(packed):
    with ExitStack() as stack:
        files = ProductFiles(packed, (".tif",), "rain", stack, [])
        for path in files.paths:
            files.bring(path)
        assert all(path.exists() for path in files.paths)


def test_gzipped_grids_are_unpacked_one_by_one(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ROOM", 1)
    for folder in ("plain", "packed"):
        (tmp_path / folder).mkdir()
    for i, day in enumerate(DAYS):
        path = tmp_path / "plain" / f"rain_{day}.nc"
        time = [np.datetime64(f"2023-05-0{i + 1}", "ns")]
        axes = {"time": time, "lat": 50 - np.arange(4.0), "lon": 10 + np.arange(5.0)}
        layer = xarray.DataArray(np.full((1, 4, 5), i / 8, "f4"), axes, tuple(axes))
        layer["lat"].attrs["units"], layer["lon"].attrs["units"] = "degrees_north", "degrees_east"
        layer.to_dataset(name="rain").to_netcdf(path, engine="scipy")
        (tmp_path / "packed" / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    usual = read(import_grids(tmp_path / "plain", tmp_path / "out"))
    assert len(usual) == len(DAYS)
    npt.assert_equal(read(import_grids(tmp_path / "packed", tmp_path / "out2")), usual)


@pytest.mark.parametrize("room", [1, 1 << 30])
def test_maps_from_archives_are_those_from_files(packed, plain, tmp_path, monkeypatch, room):
    monkeypatch.setattr(archives, "ROOM", room)
    usual = read(import_grids(plain, tmp_path / "out"))
    out = import_grids(packed, tmp_path / "out2")
    assert out.refused == []
    assert len(usual) == len(DAYS)
    npt.assert_equal(read(out), usual)


def test_hours_of_several_archives(tmp_path, monkeypatch):
    times = np.datetime64("2023-05-01T00", "h") + np.arange(73)
    warm = 280 + np.random.default_rng(0).random((73, 4, 5))
    rain = warm - 280
    longitudes, latitudes = 25 + 0.1 * np.arange(5), 65 - 0.1 * np.arange(4)
    for folder in ("plain", "packed"):
        (tmp_path / folder).mkdir()
    for i, part in enumerate((slice(0, 30), slice(30, 50), slice(50, 73))):
        path = tmp_path / "plain" / f"part{i}.nc"
        write_hours(path, times[part], longitudes, latitudes, {"t2m": warm[part], "tp": rain[part]})
        with zipfile.ZipFile(tmp_path / "packed" / f"part{i}.zip", "w") as archive:
            archive.write(path, "data.nc")  # all are called alike
    monkeypatch.setattr(archives, "ROOM", 1)
    usual = import_era5land(tmp_path / "plain", tmp_path / "out")
    out = import_era5land(tmp_path / "packed", tmp_path / "out2")
    assert out.refused == usual.refused
    assert [m.path.name for m in out.maps] == [m.path.name for m in usual.maps]
    assert len(out.maps) == 6
    npt.assert_equal(read(out), read(usual))


def test_a_mask_beside_a_raster_in_an_archive_counts(plain, tmp_path):
    path = plain / f"rain_{DAYS[1]}.tif"
    with rasterio.open(path, "r+") as dataset:
        dataset.nodata = None
        dataset.write_mask(np.eye(*GRID.shape, dtype="uint8") * 255)
    assert (plain / f"{path.name}.msk").exists()
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for one in plain.iterdir():
            archive.write(one, one.name)
    usual, out = (
        read(import_grids(plain, tmp_path / "out")),
        read(import_grids(tmp_path / "all.zip", tmp_path / "out2")),
    )
    assert np.isnan(usual["2023-05-02"]).sum() == GRID.size - 4
    npt.assert_equal(out, usual)


def test_a_file_beside_that_tells_the_place_counts(plain, tmp_path):
    with rasterio.open(plain / f"rain_{DAYS[0]}.tif") as dataset:
        values = dataset.read(1)
    profile = {"driver": "GTiff", "width": GRID.shape[1], "height": GRID.shape[0], "count": 1, "dtype": "float32"}
    (tmp_path / "in").mkdir()
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(tmp_path / "in" / f"rain_{DAYS[0]}.tif", "w", **profile) as dataset,
    ):
        dataset.write(values, 1)
    t = GRID.transform
    lines = (t.a, 0, 0, t.e, t.c + t.a / 2, t.f + t.e / 2)
    (tmp_path / "in" / f"rain_{DAYS[0]}.tfw").write_text("\n".join(map(str, lines)))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for one in (tmp_path / "in").iterdir():
            archive.write(one, one.name)
    (made,) = import_grids(tmp_path / "all.zip", tmp_path / "out", GridsOptions(crs="EPSG:3035")).maps
    with rasterio.open(made.path) as dataset:
        assert dataset.transform == t


def test_a_damaged_file_of_an_archive_stops_none_of_the_good_ones(plain, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ROOM", 1)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in sorted(plain.iterdir()):
            archive.write(path, path.name)
    whole = bytearray((tmp_path / "all.zip").read_bytes())
    place = whole.index(b"II*\0", whole.index(b"II*\0") + 4)  # the content of the second, whose sum is no longer right
    whole[place + 100] ^= 0xFF
    (tmp_path / "all.zip").write_bytes(whole)
    out = import_grids(tmp_path / "all.zip", tmp_path / "out")
    assert [str(day) for day in out.days] == ["2023-05-01", "2023-05-03", "2023-05-04", "2023-05-05", "2023-05-06"]
    ((name, why),) = out.refused
    assert name == f"rain_{DAYS[1]}.tif"
    assert "is damaged" in why
    with pytest.raises(InputError, match="holds no files that end in"):
        import_grids(_other(tmp_path), tmp_path / "out2")


def _other(folder):
    with zipfile.ZipFile(folder / "other.zip", "w") as archive:
        archive.writestr("readme.pdf", "")
    return folder / "other.zip"
