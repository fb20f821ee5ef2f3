# SPDX-License-Identifier: GPL-2.0-or-later
"""Real global grids: ESA CCI, C3S daily and monthly, GLDAS."""

import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.base.progress import Progress
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions
from soilsharp.core.rasters.grid import WGS84, Grid
from soilsharp.core.rasters.open import grid_of

AREA = (20.0, 40.0, 32.0, 50.0)  # left, bottom, right, top


def values_in(path, variable, scale=1.0):
    """Return a variable on the cells of the area, north up, by the latitudes and longitudes in the file itself."""
    netcdf = pytest.importorskip("netCDF4")
    with netcdf.Dataset(path) as file:
        lat, lon = file["lat"][:].data, file["lon"][:].data
        rows = [i for i in np.argsort(-lat) if AREA[1] < lat[i] < AREA[3]]
        columns = [i for i in np.argsort(lon) if AREA[0] < lon[i] < AREA[2]]
        return file[variable][0].filled(np.nan)[np.ix_(rows, columns)] * scale


def imported(path, folder, **options):
    said = []
    area = Grid.from_bounds(WGS84, 0.25, AREA)
    out = import_grids(path, folder, GridsOptions(**options), area=area, progress=Progress(say=said.append))
    return out, said


def read(made):
    with rasterio.open(made.path) as dataset:
        npt.assert_allclose(dataset.bounds, AREA, atol=1e-9)
        return dataset.read(1)


@pytest.mark.parametrize(
    ("pattern", "day"),
    [
        ("ESACCI*20160607*v05.2.nc", "2016-06-07"),
        ("ESACCI*20160607*v04.2.nc", "2016-06-07"),
        ("C3S*DAILY*.nc", "2017-07-01"),
        ("C3S*MONTHLY*.nc", "2016-06-01"),
    ],
)
def test_satellite_soil_moisture(pattern, day, real_data, tmp_path):
    (path,) = (real_data / "esacci_c3s_sm").glob(pattern)
    out, said = imported(path, tmp_path / "out")
    (made,) = out.maps
    assert (str(made.day), made.name, made.unit) == (day, "sm", "m3 m-3")
    assert any(line.startswith("The variable sm was taken; there are") for line in said)
    values = read(made)
    npt.assert_array_equal(values, values_in(path, "sm"))
    assert np.isfinite(values).mean() > 0.2
    assert 0 <= made.least < made.most < 1


def test_a_folder_with_two_versions_of_a_day(real_data, tmp_path):
    out, _ = imported(real_data / "esacci_c3s_sm" / "ESACCI*.nc", tmp_path / "out")
    assert [str(d) for d in out.days] == ["2016-06-07", "2016-06-08"]
    assert "It is of the same time as ESACCI" in out.refused[0][1]


def test_gldas_in_kg_becomes_a_volume(real_data, tmp_path):
    (path,) = (real_data / "gldas_noah025").glob("*.nc4")
    out, said = imported(path, tmp_path / "out")
    (made,) = out.maps
    assert (str(made.day), made.name, made.unit) == ("2016-01-01", "SoilMoi0_10cm_inst", "m3 m-3")
    assert "SoilMoi0_10cm_inst: kg m-2 of a layer of 100 mm, divided by it to m3 m-3." in said
    npt.assert_allclose(read(made), values_in(path, "SoilMoi0_10cm_inst", 0.01), rtol=1e-6)
    out, _ = imported(path, tmp_path / "deep", variable="soilmoi10_40CM_inst", name="deep")
    npt.assert_allclose(read(out.maps[0]), values_in(path, "SoilMoi10_40cm_inst", 1 / 300), rtol=1e-6)
    assert out.maps[0].path.name == "deep_20160101.tif"


def test_the_whole_globe_stays_where_it_is(real_data, tmp_path):
    (path,) = (real_data / "esacci_c3s_sm").glob("ESACCI*20160608*.nc")
    (made,) = import_grids(path, tmp_path / "out").maps
    grid = grid_of(made.path)
    assert grid.shape == (720, 1440)
    npt.assert_allclose(grid.bounds, (-180, -90, 180, 90), atol=1e-9)
