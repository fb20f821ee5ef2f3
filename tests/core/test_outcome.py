# SPDX-License-Identifier: GPL-2.0-or-later
"""The account of an import: what was made, what was left out, and what stands there from before."""

import csv

import numpy as np
import pytest
from affine import Affine
from rasterio.crs import CRS

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.map_folder import SUMMARY, importing

GRID = Grid(CRS.from_epsg(3035), Affine(1000, 0, 4_400_000, 0, -1000, 2_960_000), (2, 4))
VALUES = np.array([[0.1, 0.2, np.nan, np.nan], [0.3, np.nan, np.nan, np.nan]], np.float32)
DAY = np.datetime64("2023-05-01")


def _rows(folder):
    with open(folder / SUMMARY, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_map_and_every_refusal_has_a_line(tmp_path):
    said = []
    with importing(tmp_path / "out", progress=Progress(say=said.append), reads={}) as made:
        made.write("sm", VALUES, GRID, "m3 m-3", DAY, "a.h5")
        with made.trying(tmp_path / "b.h5"):
            raise InputError("It is cut short.")
    row, left_out = _rows(tmp_path / "out")
    assert (row["file"], row["map"], row["day"], row["known_percent"]) == (
        "a.h5",
        "sm_20230501.tif",
        "2023-05-01",
        "37.5",
    )
    assert [float(row[k]) for k in ("least", "mean", "most")] == pytest.approx([0.1, 0.2, 0.3])
    assert (left_out["file"], left_out["left_out_because"]) == ("b.h5", "It is cut short.")
    assert "sm: 1 map, 2023-05-01 to 2023-05-01, on average 38 % valid, 0.1 to 0.3 m3 m-3" in said
    assert made.outcome.known == pytest.approx(0.375)


def test_lines_of_earlier_imports_into_the_folder_stay(tmp_path):
    for name, source in (("ndvi", "x.hdf"), ("lst", "y.hdf"), ("ndvi", "z.hdf")):
        with importing(tmp_path / "out", reads={}) as made:
            made.write(name, VALUES, GRID, "1", DAY, source)
    assert {(row["map"], row["file"]) for row in _rows(tmp_path / "out")} == {
        ("ndvi_20230501.tif", "z.hdf"), ("lst_20230501.tif", "y.hdf"),
    }  # fmt: skip
    (tmp_path / "out" / "lst_20230501.tif").unlink()
    (tmp_path / "out" / SUMMARY).write_bytes(b"\xff\xfe no table")
    with importing(tmp_path / "out", reads={}) as made:
        made.write("evi", VALUES, GRID, "1", DAY, "w.hdf")
    assert [row["map"] for row in _rows(tmp_path / "out")] == ["evi_20230501.tif"]


def _import(folder, *sources, broken=""):
    with importing(folder, reads={}) as made:
        for source in sources:
            made.write("sm", VALUES, GRID, "m3 m-3", DAY, source)
        with made.trying(broken):
            raise InputError("It is cut short.")


def test_no_map_at_all_and_two_of_one_day_are_errors_that_leave_nothing(tmp_path):
    with pytest.raises(InputError, match=r"No map could be made: b\.h5: It is cut short"):
        _import(tmp_path / "out", broken="b.h5")
    with pytest.raises(InputError, match=r"gives sm of 2023-05-01 again, which a\.h5 has given"):
        _import(tmp_path / "out", "a.h5", "b.h5")
    assert list(tmp_path.iterdir()) == []
