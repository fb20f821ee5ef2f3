# SPDX-License-Identifier: GPL-2.0-or-later
"""`soilsharp score`: the truth itself, the coarse product, maps of half the days, and what is no region."""

import json
import shutil

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.cli import main
from soilsharp.core.rasters.dates import day_of
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions

OFF = 0.01


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    options = RegionOptions(size_km=72, days=6)
    return create_sample_region(tmp_path_factory.mktemp("score") / "region", options, seed=3)


def told(capsys, *words):
    assert main(["score", *map(str, words)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_the_truth_has_the_best_scores(region, capsys):
    found = told(capsys, region.folder, region.truth)
    pixels = region.facts["fine_cells"]
    assert (found["region"]["seed"], found["region"]["pixels"], found["days"]) == (3, pixels, 6)
    assert found["fraction"] == 1
    assert found["band"] is None
    best = {"bias": 0, "rmse": 0, "ubrmse": 0, "mae": 0, "r": 1, "r2": 1, "kge": 1}
    npt.assert_allclose([found["scores"][name] for name in best], list(best.values()), atol=1e-12)
    npt.assert_allclose([found["seen"]["scores"]["gdown"], found["seen"]["ratios"]["Coarse bilinear"]["rmse"]], [1, 0])


def test_maps_of_any_name_with_a_band_on_half_of_the_days(region, tmp_path, capsys):
    maps = sorted(region.truth.glob("*.tif"))[::2]
    for number, path in enumerate(maps):
        source = Source(str(path))
        grid = source.grid()
        values = read_on(source, grid)
        values[0] = np.nan
        name = f"mine-{str(day_of(path)).replace('-', '')}-v2.tif"
        write_map(tmp_path / name, values + OFF, grid)
        # of the first day the band is too narrow for the error, of the others wide enough
        write_map(tmp_path / "sd" / name, np.full_like(values, OFF / 2 if not number else OFF), grid)
    found = told(capsys, region.folder, tmp_path)
    rows = read_on(Source(str(maps[0])), grid).shape[0]
    assert found["days"] == 3
    npt.assert_allclose(found["fraction"], 0.5 * (1 - 1 / rows))
    npt.assert_allclose([found["scores"]["bias"], found["scores"]["rmse"]], OFF, rtol=1e-4)
    npt.assert_allclose(found["band"]["coverage"], 2 / 3)
    own, coarse = found["seen"]["scores"], found["seen"]["baselines"]["Coarse smooth"]
    npt.assert_allclose(found["seen"]["ratios"]["Coarse smooth"]["ubrmse"], own["ubrmse"] / coarse["ubrmse"])


def test_the_coarse_product_has_no_gain_over_itself(region, capsys):
    found = told(capsys, region.folder, region.folder / "coarse")
    assert found["seen"]["scores"] == found["seen"]["baselines"]["Coarse as is"]
    assert found["seen"]["scores"]["gdown"] == 0


def test_what_cannot_be_scored_is_told_with_a_sentence(region, tmp_path, capsys):
    assert main(["score", str(tmp_path), str(region.truth)]) == 1
    assert "is no synthetic region" in capsys.readouterr().err
    for path in sorted(region.truth.glob("*.tif"))[:2]:
        shutil.copy(path, tmp_path / path.name.replace("2023", "2019"))
    assert main(["score", str(region.folder), str(tmp_path)]) == 1
    assert "No common dates" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"), [("{bad", "not a readable JSON file"), ("[1]", "is not a SoilSharp region")]
)
def test_damaged_facts_of_a_region_end_in_a_sentence(region, tmp_path, capsys, text, words):
    folder = tmp_path / "region"
    shutil.copytree(region.folder, folder)
    (folder / "region.json").write_text(text, encoding="utf-8")
    assert main(["score", str(folder), str(region.truth)]) == 1
    assert words in capsys.readouterr().err
