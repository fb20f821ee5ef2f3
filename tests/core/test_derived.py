# SPDX-License-Identifier: GPL-2.0-or-later
"""Covariates that one line of a study makes of others: sums over another time, and differences."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.testing as npt
import pytest

from soilsharp.core.base.errors import InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.samples.sampling import sample_coarse
from soilsharp.core.study.create import create_study
from soilsharp.core.study.derived import proposed
from soilsharp.core.study.recognise import FoundCovariate, with_rules
from soilsharp.core.study.study import Study


def _with(region, tmp_path, covariates):
    """Return the region's study with further covariates, read from a file beside a copy of its rasters."""
    content = json.loads(region.study.read_text(encoding="utf-8"))
    content["covariates"].update(covariates)
    if not (tmp_path / "region").exists():
        shutil.copytree(region.folder, tmp_path / "region")
    path = tmp_path / "region" / "own.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return Study.read(path)


def _values(study, names, day):
    return np.stack(list(study.features(names, np.array([day]), study.grid.whole)))[0]


def test_a_line_makes_a_sum_over_another_time(region, tmp_path):
    study = _with(region, tmp_path, {"wet": {"sum_of": "rain", "days": 10}, "mean": {"mean_of": "wet"}})
    assert study.covariates["wet"] == study.covariates["rain_10d"]
    assert (study.covariates["mean"].rule, study.covariates["mean"].days) == ("mean_before", 10)
    wet, ten, mean = _values(study, ["wet", "rain_10d", "mean"], study.last)
    npt.assert_array_equal(wet, ten)
    npt.assert_allclose(10 * mean, ten, rtol=1e-5)
    # it is written with all that it is
    study.write(tmp_path / "region" / "again.json")
    assert Study.read(tmp_path / "region" / "again.json").covariates == study.covariates


def test_a_line_makes_a_difference(region, tmp_path):
    lines = {
        "warmer": {"difference_of": ["lst", "temperature"]},
        "relief": {"difference_of": ["elevation", "topographic_position"]},
        "mixed": {"difference_of": ["elevation", "temperature"]},
    }
    study = _with(region, tmp_path, lines)
    pairs = {"warmer": ("lst", "temperature"), "relief": ("elevation", "topographic_position")}
    pairs["mixed"] = ("elevation", "temperature")
    for days in (study.days[-2:], study.days[:1]):
        for name, (one, other) in pairs.items():
            block = [_values(study, [name, "sand", one, other], day) for day in days]
            alone = list(study.features([name], days, study.grid.whole))
            for values, own in zip(block, alone):
                npt.assert_array_equal(values[0], values[2] - values[3])
                npt.assert_array_equal(own[0], values[0])
                assert values[1].max() > 1  # sand stays what it is
    rows, columns = np.array([3, 7]), np.array([5, 2])
    cells = study.at_cells(["sand", "warmer"], study.days, rows, columns)
    apart = study.at_cells(["lst", "temperature"], study.days, rows, columns)
    npt.assert_array_equal(cells[..., 1], apart[..., 0] - apart[..., 1])
    samples = sample_coarse(study, names=["lst", "temperature", "warmer"])
    npt.assert_allclose(samples.X[:, 2], samples.X[:, 0] - samples.X[:, 1], rtol=1e-4, atol=1e-3)
    assert study.slots(["warmer"], study.days) == study.slots(["lst", "temperature"], study.days)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"sum_of": "snow"}, r"covariate 'new': 'sum_of' must name a covariate, of elevation, .*; got 'snow'"),
        ({"sum_of": "new"}, "must name a covariate"),
        ({"sum_of": "sand", "days": 3}, "'sand' does not change with the day, so there is nothing to sum up"),
        ({"sum_of": "rain", "mean_of": "rain"}, "made by sum_of and mean_of; say one"),
        ({"difference_of": ["lst"]}, r"must name two covariates, as \['lst', 'temperature'\]"),
        ({"difference_of": "lst"}, "must name two covariates"),
        ({"sum_of": "rain", "dayz": 3}, "unknown setting 'dayz'"),
    ],
)
def test_lines_that_cannot_be(line, words, region, tmp_path):
    with pytest.raises((InputError, OptionError), match=words):
        _with(region, tmp_path, {"new": line})


def test_lines_that_go_round_in_a_circle_are_refused(region, tmp_path):
    with pytest.raises(InputError, match="'sum_of' must name a covariate"):
        _with(region, tmp_path, {"a": {"sum_of": "b"}, "b": {"sum_of": "a"}})


@pytest.mark.parametrize(
    "line", [{"sum_of": "warm", "days": 3}, {"mean_of": "warm", "days": 3}, {"difference_of": ["warm", "elevation"]}]
)
def test_nothing_further_is_made_of_a_difference(line, region, tmp_path):
    warm = {"difference_of": ["lst", "temperature"]}
    with pytest.raises(InputError, match="covariate 'new': 'warm' is a difference"):
        _with(region, tmp_path, {"warm": warm, "new": line})


@pytest.mark.parametrize("rule", ["new = warm: sum_before 3", "warm: sum_before 3", "new = warm - rain"])
def test_a_rule_for_a_difference_is_refused(rule, region):
    entries = Study.read(region.study).covariates
    found = {name: FoundCovariate(entry, Path(name)) for name, entry in entries.items()}
    with pytest.raises(InputError, match="'warm' is a difference"):
        with_rules(found, f"warm = lst - temperature; {rule}")


def test_differences_that_cannot_be(region):
    study = Study.read(region.study)
    lst = study.covariates["lst"]
    for change, words in (
        ({"minus": "snow"}, "a difference to 'snow', which is none of its covariates"),
        ({"minus": "cover"}, "neither may hold classes"),
        ({"minus": "lst"}, "no difference itself"),
    ):
        cover = replace(study.covariates["sand"], classes=True)
        with pytest.raises(InputError, match=words):
            replace(study, covariates={"lst": replace(lst, **change), "cover": cover})


def test_a_new_study_proposes_longer_sums_and_the_warmth_of_the_surface(region, tmp_path):
    told = []
    words = {"coarse": region.folder / "coarse", "covariates": region.folder / "covariates"}
    rules = "rain_10d = rain: sum_before 10; warm = lst - temperature"
    study = create_study(tmp_path / "s.json", **words, progress=Progress(say=told.append))
    lines = proposed(study.covariates)
    assert lines == [
        "rain_10d = rain: sum_before 10",
        "rain_30d = rain: sum_before 30",
        "lst_minus_temperature = lst - temperature",
    ]
    assert f"Further covariates that often help, as rules: {'; '.join(lines)}" in told
    study = create_study(tmp_path / "t.json", **words, rules=rules)
    assert study.covariates["warm"] == replace(study.covariates["lst"], minus="temperature")
    assert proposed(study.covariates) == ["rain_30d = rain: sum_before 30"]
    assert Study.read(tmp_path / "t.json").covariates == study.covariates
    again = create_study(tmp_path / "u.json", **words, rules="; ".join(lines))
    assert proposed(again.covariates) == []
    with pytest.raises(InputError, match="Cannot read the rule 'warm = lst - snow'"):
        create_study(tmp_path / "v.json", **words, rules="warm = lst - snow")
