# SPDX-License-Identifier: GPL-2.0-or-later
"""The two methods that krige: what they leave in their folder, and what their page says."""

import numpy as np
import pytest

from soilsharp.core.base.errors import OptionError
from soilsharp.core.base.files import write_json
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.run import run_method
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.study.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    options = RegionOptions(size_km=80, resolution_m=2000, coarse_km=8, days=12, n_stations=8)
    return Study.read(create_sample_region(tmp_path_factory.mktemp("small"), options, seed=2).study)


@pytest.mark.parametrize("name", ["soilsharp", "smooth_interpolation"])
def test_a_method_that_kriges(study, tmp_path, name):
    result = run_method(study, Method.read(name), tmp_path / "out")
    days = len(study.days)
    for folder, kind in (("maps", "sm"), ("maps/sd", "sd"), ("maps/filled", "filled")):
        assert len(list((tmp_path / "out" / folder).glob(f"{kind}_*.tif"))) == days
    assert all(fact.path.exists() and fact.sd.exists() and fact.filled.exists() for fact in result.maps.maps)
    assert all(fact.valid == study.grid.size for fact in result.maps.maps)
    page = (tmp_path / "out" / "run.html").read_text(encoding="utf-8")
    assert "Noise of the coarse product" in page
    assert "Of a day with gaps" in page
    table = result.scores.set_index("product")
    assert set(table.index) >= {"SoilSharp map", "Coarse smooth", "Coarse bilinear"}
    with_model = (tmp_path / "out" / "model.soilsharp").exists()
    assert with_model == (name == "soilsharp")
    assert ("Detail among coarse cells explained" in page) == with_model
    assert np.isfinite(result.maps.kriged.noise)


def test_a_method_comes_back_from_what_it_writes(tmp_path):
    for name in ("soilsharp", "smooth_interpolation"):
        method = Method.read(name)
        write_json(tmp_path / "copy.json", method.as_json())
        assert Method.read(tmp_path / "copy.json") == method


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"explain": {}, "test": {}}, 'without a "recipe" there is no model for test'),
        ({"target": "stations"}, 'without a "recipe" only the coarse product'),
        ({"recipe": {"learners": {"linear": {}}}, "combine": "sum"}, '"combine" must be one of weighted, mean, best'),
        ({"recipe": {"learners": {"linear": {}}}, "blend": [{"learners": {}}]}, "blend 1"),
    ],
)
def test_impossible_entries_are_refused(tmp_path, change, words):
    content = {**Method.read("smooth_interpolation").as_json(), "explain": None, "test": None}
    content.update({key: {"by": "random"} if key == "test" else value for key, value in change.items()})
    write_json(tmp_path / "odd.json", content)
    with pytest.raises(OptionError, match=words):
        Method.read(tmp_path / "odd.json")
