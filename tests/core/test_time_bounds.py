# SPDX-License-Identifier: GPL-2.0-or-later
"""Grids that declare the bounds of their times, made by hand as CF has them: each day gets what covers it."""

import h5py
import numpy as np
import numpy.testing as npt
import pytest
import rasterio
from scipy.io import netcdf_file

from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.products.settings import GridsOptions
from soilsharp.core.rasters.open import tags_of
from soilsharp.core.rasters.series import Series
from soilsharp.core.validation.windows import windows_of

LON, LAT = 30.05 + 0.1 * np.arange(4), 10.05 + 0.1 * np.arange(3)
UNIT = "days since 2023-05-01 00:00:00"


def _classic(path, values, times, bounds, unit=UNIT):
    with netcdf_file(path, "w", version=2) as file:
        axes = {"time": (times, unit), "lat": (LAT, "degrees_north"), "lon": (LON, "degrees_east")}
        for name, (axis, of) in axes.items():
            file.createDimension(name, len(axis))
            variable = file.createVariable(name, "f8", (name,))
            variable[:] = axis
            variable.units = of
        file.createDimension("nv", 2)
        file.variables["time"].bounds = "time_bnds"
        file.createVariable("time_bnds", "f8", ("time", "nv"))[:] = bounds
        file.createVariable("rain", "f4", ("time", "lat", "lon"))[:] = values


def _hdf5(path, values, times, bounds, unit=UNIT):
    with h5py.File(path, "w") as file:
        axes = {"time": (times, unit), "lat": (LAT, "degrees_north"), "lon": (LON, "degrees_east")}
        variable = file.create_dataset("rain", data=np.asarray(values, "f4"))
        for i, (name, (axis, of)) in enumerate(axes.items()):
            scale = file.create_dataset(name, data=np.asarray(axis, float))
            scale.make_scale(name)
            scale.attrs["units"] = np.bytes_(of)
            variable.dims[i].attach_scale(scale)
        file["time"].attrs["bounds"] = np.bytes_("time_bnds")
        file.create_dataset("time_bnds", data=np.asarray(bounds, float))


def _values(n):
    return np.arange(1, n + 1, dtype="f4")[:, None, None] * np.ones((n, 3, 4), "f4")


def _days(outcome):
    found = {}
    for made in outcome.maps:
        with rasterio.open(made.path) as dataset:
            found[str(made.day)] = dataset.read(1)[0, 0]
    return found


@pytest.mark.parametrize("write", [_classic, _hdf5])
@pytest.mark.parametrize("stamp", [0, 0.5, 1], ids=["begin", "middle", "end"])
def test_a_daily_mean_belongs_to_the_day_that_it_covers_wherever_its_stamp_is(write, stamp, tmp_path):
    begins = np.arange(3)
    write(tmp_path / "a.nc", _values(3), begins + stamp, np.column_stack([begins, begins + 1]))
    out = import_grids(tmp_path / "a.nc", tmp_path / "out")
    assert _days(out) == {"2023-05-01": 1, "2023-05-02": 2, "2023-05-03": 3}
    # a person knows better, if he says so
    told = import_grids(tmp_path / "a.nc", tmp_path / "told", GridsOptions(stamp="start"))
    assert str(told.days[0]) == ("2023-05-02" if stamp == 1 else "2023-05-01")


def test_steps_that_are_stamped_by_their_end_make_their_day(tmp_path):
    ends = np.arange(3, 51, 3)  # two days of three hours
    _classic(tmp_path / "a.nc", _values(16), ends, np.column_stack([ends - 3, ends]), "hours since 2023-05-01")
    out = import_grids(tmp_path / "a.nc", tmp_path / "out", GridsOptions(statistic="sum"))
    npt.assert_allclose(list(_days(out).values()), [np.arange(1, 9).sum(), np.arange(9, 17).sum()])


def test_what_covers_several_days_says_so(tmp_path):
    begins = np.array([0, 8, 16])
    _classic(tmp_path / "a.nc", _values(3), begins + 8, np.column_stack([begins, begins + 8]))
    out = import_grids(tmp_path / "a.nc", tmp_path / "out")
    assert _days(out) == {"2023-05-01": 1, "2023-05-09": 2, "2023-05-17": 3}
    assert {tags_of(str(made.path))["days_in_period"] for made in out.maps} == {"8"}
    windows = windows_of(Series.from_files(tmp_path / "out"))
    assert windows.lengths.tolist() == [8, 8, 8]
    assert str(windows.last[-1]) == "2023-05-24"


@pytest.mark.parametrize("bounds", [np.zeros((2, 2)), np.array([[1, 0], [2, 1]]), np.full((2, 2), np.nan)])
def test_bounds_that_hold_nothing_leave_the_stamps(bounds, tmp_path):
    _classic(tmp_path / "a.nc", _values(2), [0, 1], bounds)
    assert list(_days(import_grids(tmp_path / "a.nc", tmp_path / "out"))) == ["2023-05-01", "2023-05-02"]
