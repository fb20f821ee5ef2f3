# SPDX-License-Identifier: GPL-2.0-or-later
"""Physical neighbours as rows of a comparison of products."""

import json
from pathlib import Path

import numpy.testing as npt
import pytest

import soilsharp
from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import SILENT
from soilsharp.core.downscaling.physical import physical_series
from soilsharp.core.downscaling.settings import PHYSICAL, PhysicalOptions
from soilsharp.core.rasters.series import Series
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.study.study import Study
from soilsharp.core.validation.physics import physics_beside
from soilsharp.core.validation.products import compare_products


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """Return the folder of a region with temperatures of day and night, 12 days."""
    options = RegionOptions(size_km=60, resolution_m=1000, days=12, n_stations=10)
    return create_sample_region(tmp_path_factory.mktemp("physics"), options, seed=4).folder


@pytest.fixture
def study(region):
    return Study.read(region / "study_all.json")


def without(region, tmp_path, name):
    """Return the study without a covariate, its paths made whole."""
    content = json.loads((region / "study_all.json").read_text())
    del content["covariates"][name]
    for entry in (content["coarse"], *content["covariates"].values(), content["stations"]):
        for key in ("file", "files"):
            if key in entry:
                entry[key] = str(region / entry[key])
    path = tmp_path / "study.json"
    path.write_text(json.dumps(content))
    return Study.read(path)


def test_rows_are_scored_like_maps_made_beforehand(region, study, tmp_path):
    maps, truth = Series.from_files(region / "coarse"), Series.from_files(region / "truth")
    with physics_beside(study, {"coarse": maps}, truth) as physics:
        assert physics.refused == []
        assert list(physics.maps) == list(PHYSICAL)
        found = compare_products({"coarse": maps, **physics.maps}, truth).table.set_index("product")
        folder = Path(physics.maps["tvdi"].sources[0].path).parent
    assert not folder.exists()
    by_hand = {"coarse": maps}
    for name in PHYSICAL:
        physical_series(study, tmp_path / name, PhysicalOptions(physics=name))
        by_hand[name] = Series.from_files(tmp_path / name)
    expected = compare_products(by_hand, truth).table.set_index("product")
    npt.assert_array_equal(found.to_numpy(float), expected.to_numpy(float))


@pytest.mark.parametrize(
    ("lacks", "refused", "words"),
    [
        ("lst_night", ["Thermal inertia"], "Surface temperature by night is needed"),
        ("lst", list(PHYSICAL.values()), "Surface temperature by day is needed"),
    ],
)
def test_without_temperature_a_row_is_refused_with_the_reason(region, tmp_path, lacks, refused, words):
    study = without(region, tmp_path, lacks)
    truth = Series.from_files(region / "truth")
    with physics_beside(study, {"coarse": study.coarse_series}, truth) as physics:
        assert [text.split(" has no row: ")[0] for text in physics.refused] == refused
        assert all(words in text for text in physics.refused)
        assert set(physics.maps) == {key for key, label in PHYSICAL.items() if label not in refused}


def test_the_front_door_scores_them_at_stations_and_its_page_says_what_is_missing(region, tmp_path):
    study = without(region, tmp_path, "lst_night")
    result = soilsharp.validate(
        {"cells": region / "coarse"}, study, folder=tmp_path / "scores", physics=study, progress=SILENT
    )
    assert {"dispatch", "tvdi"} <= set(result.products)
    page = (tmp_path / "scores" / "report.html").read_text()
    assert "Thermal inertia has no row: Surface temperature by night is needed" in page
    assert "tvdi" in (tmp_path / "scores" / "scores.csv").read_text()


def test_rasters_without_days_and_taken_names_are_refused(region, study):
    truth = Series.from_files(region / "truth")
    with (
        pytest.raises(InputError, match="give folders of dated rasters"),
        physics_beside(study, {"one": truth.sources[0]}, truth.sources[0]),
    ):
        pass
    with (
        pytest.raises(InputError, match="'tvdi' is the name of a physical method"),
        physics_beside(study, {"tvdi": truth}, truth),
    ):
        pass
