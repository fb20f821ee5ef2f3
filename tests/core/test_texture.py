# SPDX-License-Identifier: GPL-2.0-or-later
"""Soil texture classes."""

import numpy as np
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.sample_weights import classes_of
from soilsharp.core.training.texture import CLASSES, seeing, set_aside, texture_codes, usda_texture, with_texture

# sand, clay (%) in the middle of each field of the triangle as it is printed
CENTRES = {
    "sand": (92, 3),
    "loamy sand": (82, 6),
    "sandy loam": (65, 10),
    "loam": (41, 18),
    "silt loam": (20, 15),
    "silt": (7, 6),
    "sandy clay loam": (60, 28),
    "clay loam": (32, 34),
    "silty clay loam": (10, 34),
    "sandy clay": (52, 42),
    "silty clay": (7, 47),
    "clay": (20, 60),
}


@pytest.mark.parametrize(("name", "shares"), CENTRES.items())
def test_the_middle_of_each_field_has_its_class(name, shares):
    assert usda_texture(*shares) == name


@pytest.mark.parametrize(
    ("sand", "clay", "name"),
    [
        # the corners of the triangle
        (100, 0, "sand"),
        (0, 100, "clay"),
        (0, 0, "silt"),
        # on the edges, by the words of the manual: "7 to 27 percent clay", "less than 27", "52 percent or less sand"
        (85.1, 0, "sand"),  # silt 14.9: silt + 1.5 clay < 15
        (85, 0, "loamy sand"),
        (70, 0, "sandy loam"),  # silt + 2 clay = 30 is no loamy sand any more
        (70.1, 0, "loamy sand"),
        (52, 7, "loam"),
        (52.1, 7, "sandy loam"),
        (50, 0, "silt loam"),  # half of it silt
        (50.1, 0, "sandy loam"),
        (20, 0, "silt"),
        (20.1, 0, "silt loam"),
        (8, 12, "silt loam"),  # silt of 80 % with 12 % clay
        (52, 20, "loam"),  # silt 28
        (52.1, 20, "sandy clay loam"),
        (45, 27, "clay loam"),
        (45.1, 27, "sandy clay loam"),
        (45, 26.9, "loam"),
        (20, 27, "silty clay loam"),
        (20.1, 27, "clay loam"),
        (45.1, 35, "sandy clay"),
        (45, 35, "clay loam"),
        (45, 40, "clay"),
        (20, 40, "silty clay"),  # silt 40
        (20.1, 40, "clay"),
        (0, 60, "silty clay"),
        (0, 60.1, "clay"),
    ],
)
def test_the_edges_of_the_fields_are_those_of_the_manual(sand, clay, name):
    assert usda_texture(sand, clay) == name


def _manual(sand, clay):
    """Return every class whose printed definition a soil fits; written out again from the manual, in its order."""
    silt = 100 - sand - clay
    fits = {
        "sand": silt + 1.5 * clay < 15,
        "loamy sand": silt + 1.5 * clay >= 15 and silt + 2 * clay < 30,
        "sandy loam": (7 <= clay < 20 and sand > 52 and silt + 2 * clay >= 30)
        or (clay < 7 and silt < 50 and silt + 2 * clay >= 30),
        "loam": 7 <= clay < 27 and 28 <= silt < 50 and sand <= 52,
        "silt loam": (silt >= 50 and 12 <= clay < 27) or (50 <= silt < 80 and clay < 12),
        "silt": silt >= 80 and clay < 12,
        "sandy clay loam": 20 <= clay < 35 and silt < 28 and sand > 45,
        "clay loam": 27 <= clay < 40 and 20 < sand <= 45,
        "silty clay loam": 27 <= clay < 40 and sand <= 20,
        "sandy clay": clay >= 35 and sand > 45,
        "silty clay": clay >= 40 and silt >= 40,
        "clay": clay >= 40 and sand <= 45 and silt < 40,
    }
    return [name for name, fit in fits.items() if fit]


def test_every_soil_has_one_class_and_it_is_the_one_that_is_printed():
    soils = [(sand, clay) for sand in range(101) for clay in range(101 - sand)]
    found = usda_texture(*np.array(soils, float).T)
    printed = [_manual(sand, clay) for sand, clay in soils]
    assert all(len(names) == 1 for names in printed)
    assert list(found) == [names[0] for names in printed]
    assert set(found) == set(CENTRES)


def test_unknown_soils_have_no_class_and_impossible_ones_are_refused():
    assert list(usda_texture([np.nan, 40, 60], [20, np.nan, 40.5])) == ["none", "none", "sandy clay"]
    with pytest.raises(InputError, match=r"Sand of 420 and clay of 180 cannot be fractions in %, as in 1 of 2 places"):
        usda_texture([42, 420], [18, 180])
    with pytest.raises(InputError, match="Sand of -1"):
        usda_texture(-1, 20)


def test_samples_get_a_column_that_schemes_and_weights_can_go_by():
    X = np.array([[0.3, 92, 3], [0.4, 20, 60], [0.5, 41, 18]], np.float32)
    place = pd.DataFrame({"station": ["a", "b", "c"]}, index=[7, 8, 9])
    samples = Samples(X, np.full(3, 0.2, np.float32), ("ndvi", "sand_0-5cm", "clay_0-5cm"), place)
    made = with_texture(samples, "sand_0-5cm", "clay_0-5cm")
    assert list(made.index["texture"]) == ["sand", "clay", "loam"]
    assert list(classes_of(made, "texture")) == ["sand", "clay", "loam"]
    assert "texture" not in samples.index
    with pytest.raises(InputError, match="no covariate sand"):
        with_texture(samples, "sand", "clay_0-5cm")


def test_covariates_that_no_learner_is_to_see_stand_beside_the_samples():
    X = np.array([[0.3, 7.5, 2], [0.4, 5.5, 3], [0.5, 6.5, 2]], np.float32)
    facts = {"classes": ["koppen"]}
    samples = Samples(X, np.full(3, 0.2, np.float32), ("ndvi", "ph", "koppen"), pd.DataFrame({"a": [1, 2, 3]}), facts)
    made = set_aside(samples, ["koppen"])
    assert made.names == ("ndvi", "ph")
    assert made.X.tolist() == X[:, :2].tolist()
    assert list(made.index["koppen"]) == ["2", "3", "2"]
    assert list(classes_of(made, "koppen")) == ["2", "3", "2"]
    assert set_aside(samples, []).names == samples.names
    with pytest.raises(InputError, match="no covariate soil"):
        set_aside(samples, ["soil"])


def test_classes_have_the_numbers_of_the_maps_of_soilgrids():
    sand, clay = np.array([[92.0, 41, np.nan], [20, 20, 65]]), np.array([[3.0, 18, 5], [15, 60, 10]])
    codes = texture_codes(sand, clay)
    assert codes.dtype == np.float32
    np.testing.assert_array_equal(codes, [[12, 7, np.nan], [8, 1, 9]])
    assert {name: code for code, name in enumerate(CLASSES, 1)}["loam"] == 7


def test_a_recipe_may_see_classes_that_stand_beside_the_samples():
    place = pd.DataFrame({"texture": ["loam", "sand", "none"], "koppen": ["Dfb", "Cfa", "26"]})
    place = place.assign(land_cover=[10, 40, 10], grass=["yes", "no", "no"])
    samples = Samples(np.ones((3, 1), np.float32), np.ones(3, np.float32), ("rain",), place, {"classes": ["soil"]})
    seen = seeing(samples, ["texture", "koppen", "land_cover"])
    assert seen.names == ("rain", "texture", "koppen", "land_cover")
    assert seen.X.dtype == np.float32
    # numbered as the maps of SoilGrids and of Beck et al. 2018
    np.testing.assert_array_equal(seen.X[:, 1:], [[7, 26, 10], [12, 14, 40], [np.nan, 26, 10]])
    assert seen.categories == (1, 2, 3)
    assert seen.facts["classes"] == ["soil", "texture", "koppen", "land_cover"]
    assert samples.facts == {"classes": ["soil"]}
    assert seeing(seen, ["texture"]) is seen
    with pytest.raises(InputError, match="'no' of 'grass' has none that is known"):
        seeing(samples, ["grass"])
