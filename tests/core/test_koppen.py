# SPDX-License-Identifier: GPL-2.0-or-later
"""Climate classes: cities whose class is known, every rule by hand, and maps of daily and monthly rasters."""

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.preprocessing.koppen import CLASSES, DAYS, koppen_classes, koppen_map
from soilsharp.core.preprocessing.settings import KoppenOptions
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source, tags_of
from soilsharp.core.rasters.raster import read_on, write_map

# normals of the months, degC and mm
CITIES = {
    "Singapore": ("Af", [26.8, 27.3, 27.8, 28.2, 28.6, 28.5, 28.2, 28.1, 28.0, 27.9, 27.2, 26.8],
                  [222, 105, 151, 164, 164, 135, 146, 147, 125, 168, 252, 332]),
    "Miami": ("Am", [20.1, 21.1, 22.7, 24.7, 26.7, 28.1, 28.8, 28.9, 28.2, 26.4, 23.5, 21.3],
              [46, 55, 61, 85, 160, 267, 187, 226, 259, 194, 90, 62]),
    "Darwin": ("Aw", [28.3, 28.2, 28.3, 28.2, 26.8, 25.0, 24.8, 25.8, 27.8, 29.1, 29.3, 28.9],
               [470, 412, 315, 106, 22, 0.4, 0.5, 0.7, 14, 70, 142, 270]),
    "Cairo": ("BWh", [14.0, 15.0, 17.6, 21.5, 24.9, 27.0, 28.4, 28.2, 26.6, 24.0, 19.2, 15.1],
              [5, 3.8, 3.8, 1.1, 0.5, 0.1, 0, 0, 0, 0.7, 3.8, 5.9]),
    "Denver": ("BSk", [0.0, 0.4, 5.2, 9.1, 14.5, 20.4, 24.2, 23.1, 18.3, 10.9, 4.4, -0.3],
               [10, 11, 22, 43, 56, 50, 54, 40, 34, 25, 15, 9]),
    "Rome": ("Csa", [7.5, 8.2, 10.2, 12.6, 17.2, 21.1, 24.1, 24.5, 20.8, 16.4, 11.4, 8.4],
             [69.5, 75.8, 59, 76.2, 49.1, 40.7, 21, 34.1, 71.8, 107, 109.9, 84.4]),
    "Perth": ("Csa", [24.5, 24.9, 23, 19.7, 16.3, 13.8, 13, 13.5, 14.8, 17.2, 20.4, 22.7],
              [17, 12, 20, 35, 85, 128, 147, 122, 80, 38, 25, 12]),
    "Porto": ("Csb", [9.5, 10.2, 12.2, 13.1, 15.4, 18.5, 20.1, 20.3, 18.9, 16.1, 12.5, 10.3],
              [147, 110, 96, 118, 90, 40, 20, 33, 72, 158, 172, 181]),
    "Buenos Aires": ("Cfa", [24.9, 23.6, 21.9, 17.9, 14.5, 11.7, 11.0, 12.8, 14.6, 17.8, 20.7, 23.3],
                     [139, 127, 140, 119, 92, 59, 61, 64, 72, 127, 117, 119]),
    "London": ("Cfb", [5.7, 6.0, 8.0, 10.5, 13.7, 16.8, 19.0, 18.7, 15.9, 12.3, 8.4, 6.0],
               [59, 46, 41, 43, 46, 47, 46, 53, 50, 65, 67, 57]),
    "Seoul": ("Dwa", [-2, 0.7, 6.1, 12.6, 18.2, 22.7, 25.3, 26.1, 21.6, 15, 7.5, 0.2],
              [16.8, 28.2, 36.9, 72.9, 103.6, 129.5, 414.4, 348.2, 141.5, 52.2, 51.1, 22.6]),
    "Moscow": ("Dfb", [-6.2, -5.9, -0.7, 6.9, 13.6, 17.3, 19.7, 17.6, 11.9, 5.8, -0.5, -4.4],
               [53, 44, 39, 37, 61, 78, 84, 78, 66, 70, 52, 51]),
    "Sodankylä": ("Dfc", [-13, -12.5, -7.5, -1.5, 5.5, 12, 15, 12.5, 7, 0, -6.5, -11],
                  [34, 28, 30, 28, 40, 60, 75, 62, 48, 47, 42, 36]),
    "Yakutsk": ("Dfd", [-38.6, -33.8, -20.1, -4.8, 7.5, 16.4, 19.5, 15.2, 6.1, -7.8, -27, -37.6],
                [9, 8, 7, 8, 20, 35, 38, 37, 30, 18, 16, 11]),
    "Nuuk": ("ET", [-7.4, -7.8, -8, -3.9, 0.6, 3.9, 6.5, 6.1, 3.5, -0.6, -3.6, -6.2],
             [40, 47, 50, 46, 55, 62, 82, 89, 88, 70, 74, 54]),
    "Vostok": ("EF", [-32, -44, -58, -65, -66, -65, -67, -68, -66, -57, -43, -32], [2] * 12),
}  # fmt: skip


def named(temperature, rain):
    return CLASSES[int(koppen_classes(np.array(temperature), np.array(rain))) - 1]


@pytest.mark.parametrize("city", CITIES)
def test_a_city_has_the_class_that_it_is_known_for(city):
    expected, temperature, rain = CITIES[city]
    if city == "Yakutsk":  # 20 degC months: three above 10, and -38.6 in January
        assert sum(t > 10 for t in temperature) == 3
    assert named(temperature, rain) == expected


def test_a_half_year_on_the_globe_turns_the_class():
    """A climate with its months moved by six is that of the other half of the globe, and of the same class."""
    for expected, temperature, rain in CITIES.values():
        assert named(np.roll(temperature, 6), np.roll(rain, 6)) == expected


def test_the_limits_of_aridity_by_hand():
    warm = np.where(np.isin(np.arange(12), range(3, 9)), 25.0, 15.0)  # mean 20
    even = np.full(12, 1.0)
    # rain all year: 10 (2 · 20 + 14) = 540 mm
    assert named(warm, even * 541 / 12)[0] == "C"
    assert named(warm, even * 539 / 12) == "BSh"
    assert named(warm, even * 269 / 12) == "BWh"
    # 80 % in summer: 680 mm; 80 % in winter: 400 mm
    summer = np.where(warm == 25, 0.8, 0.2) / 6
    assert named(warm, summer * 679) == "BSh"
    assert named(warm, summer * 681)[0] == "C"
    winter = np.where(warm == 25, 0.2, 0.8) / 6
    assert named(warm, winter * 399) == "BSh"
    assert named(warm, winter * 401)[0] == "C"


def test_a_month_that_is_unknown_leaves_the_class_unknown():
    _, temperature, rain = CITIES["Rome"]
    t, p = (np.repeat(np.array(v, float)[:, None], 2, axis=1) for v in (temperature, rain))
    p[7, 1] = np.nan
    npt.assert_array_equal(koppen_classes(t, p), [1 + CLASSES.index("Csa"), np.nan])


GRID = Grid.from_bounds("EPSG:6933", 1000, (0, 0, 3000, 2000))


def written(folder, kelvin=0.0, months=range(12)):
    """Two rasters a month of Rome in the west and Moscow in the east."""
    for month in months:
        for name, at, change in (("t", 1, kelvin), ("p", 2, 0.0)):
            west, east = (CITIES[city][at][month] for city in ("Rome", "Moscow"))
            values = np.array([[west, west, east]] * 2)
            values = values / DAYS[month] if name == "p" else values + change
            for day in ("05", "20"):
                write_map(folder / name / f"{name}_2021{month + 1:02d}{day}.tif", values, GRID, name=name, unit="")
    return folder / "t", folder / "p"


@pytest.mark.parametrize(("classes", "expected"), [("classes", (8, 26)), ("groups", (3, 4))])
def test_a_map_of_daily_rasters(tmp_path, classes, expected):
    outcome = koppen_map(*written(tmp_path, kelvin=273.15), tmp_path / "out", KoppenOptions(classes=classes))
    values = read_on(Source(str(outcome.maps[0].path)), GRID)
    npt.assert_array_equal(values, [[expected[0], expected[0], expected[1]]] * 2)
    words = tags_of(outcome.maps[0].path)["classes"]
    assert ("8 Csa" if classes == "classes" else "3 C (temperate)") in words


def test_lacking_months_are_named(tmp_path):
    t, p = written(tmp_path, months=range(4, 10))
    with pytest.raises(InputError, match="temperature has 6, none of month 1, 2, 3"):
        koppen_map(t, p, tmp_path / "out")
    assert not (tmp_path / "out").exists()
