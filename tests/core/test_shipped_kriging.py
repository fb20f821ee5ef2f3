# SPDX-License-Identifier: GPL-2.0-or-later
"""The two methods that krige: what they leave in their folder, and what their page says."""

import numpy as np
import pytest

import soilsharp
from soilsharp.core.base.errors import OptionError
from soilsharp.core.base.files import write_json
from soilsharp.core.base.progress import Progress
from soilsharp.core.cli import main
from soilsharp.core.downscaling.settings import CONSISTENCY
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
    assert ("How much of the detail that each part of the model tells" in page) == with_model
    assert ("120 of 15 leaves" in page) == with_model
    assert np.isfinite(result.maps.kriged.noise)


@pytest.mark.parametrize("consistency", list(CONSISTENCY))
def test_a_method_is_switched_in_python_and_in_a_shell(study, tmp_path, consistency):
    by_python, by_shell = tmp_path / "python", tmp_path / "shell"
    result = soilsharp.run(study, "coarse_linear", by_python, consistency=consistency, progress=Progress())
    words = [study.folder / "study.json", "coarse_linear", "--out", by_shell, "--consistency", consistency]
    assert main(["run", *map(str, words)]) == 0
    assert Method.read(by_python / "method.json").consistency.consistency == consistency
    kriged = consistency in ("auto", "soft", "strict")
    assert (result.maps.kriged is not None) == kriged
    assert (by_shell / "maps" / "filled").exists() == kriged
    for fact in result.maps.maps:
        assert fact.path.read_bytes() == (by_shell / "maps" / fact.path.name).read_bytes()
    if consistency in ("strict", "additive"):
        assert result.maps.largest_deviation <= 1e-6


def test_what_cannot_be_switched_is_said(capsys):
    assert Method.read("rao2022").with_consistency("auto").consistency.kriged
    assert Method.read("smooth_interpolation").with_consistency("strict").consistency.band
    with pytest.raises(OptionError, match=r"smooth_interpolation has no model: .* got 'off'"):
        Method.read("smooth_interpolation").with_consistency("off")
    with pytest.raises(OptionError, match="dispatch divides the coarse product by physics"):
        Method.read("dispatch").with_consistency("auto")
    with pytest.raises(OptionError, match=r"'consistency' must be one of auto, soft, strict, .* got 'exact'"):
        Method.read("rao2022").with_consistency("exact")
    with pytest.raises(SystemExit):
        main(["run", "study.json", "rao2022", "--out", "x", "--consistency", "exact"])
    assert "invalid choice: 'exact'" in capsys.readouterr().err


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
