# SPDX-License-Identifier: GPL-2.0-or-later
"""Methods, whole runs, and the command line."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
import rasterio
import rasterio.warp

from soilsharp.core import cli
from soilsharp.core.base.errors import Cancelled, InputError, OptionError, OverwriteError
from soilsharp.core.base.progress import Progress
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.rescaling import same_rows
from soilsharp.core.methods.roles import match_roles, parse_roles
from soilsharp.core.methods.run import run_method
from soilsharp.core.methods.run_folder import FILES, FOLDERS
from soilsharp.core.methods.settings import shipped
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_stations
from soilsharp.core.samples.settings import StationSampling
from soilsharp.core.scoring.baselines import AS_IS, BASELINES, MAP, SMOOTH
from soilsharp.core.scoring.climatology import CLIMATOLOGY
from soilsharp.core.scoring.metrics import METRICS, scores
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.study import Study
from soilsharp.core.training.check_samples import learnable
from soilsharp.core.training.model import Model
from soilsharp.core.training.settings import HoldoutOptions

MADE = [
    "held_out",
    "maps",
    "method.json",
    "model.soilsharp",
    "predictions.csv",
    "report.html",
    "run.html",
    "run.json",
    "samples.csv",
    "scores.csv",
    "stations.gpkg",
]


@pytest.mark.parametrize("name", [name for name in shipped() if name.startswith(("coarse_", "stations_"))])
def test_every_plain_method_runs_from_study_to_report(region, tmp_path, name):
    method, study = Method.read(name), Study.read(region.study)
    said, fractions = [], []
    result = run_method(study, method, tmp_path / "out", progress=Progress(fractions.append, say=said.append))
    assert sorted(os.listdir(tmp_path / "out")) == MADE
    assert len(os.listdir(tmp_path / "out" / "maps")) == len(result.maps.maps) > 0
    assert result.maps.maps[0].path.exists()
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    # what ran can be run again from what it left
    assert Method.read(tmp_path / "out" / "method.json") == method
    assert Model.read(tmp_path / "out" / "model.soilsharp").passport["learner"] == method.recipe.label
    scores = pd.read_csv(tmp_path / "out" / "scores.csv")
    assert set(METRICS) <= set(scores.columns)
    assert list(scores["product"]) == [MAP, *BASELINES]
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "ubRMSE" in report
    assert "<script" not in report
    assert 'src="http' not in report


def test_the_same_run_is_made_anew_and_another_is_refused_before_any_work(region, tmp_path):
    method, study, out = Method.read("coarse_linear"), Study.read(region.study), tmp_path / "out"
    run_method(study, method, out)
    (out / "scores.csv").write_text("spoiled")
    run_method(study, method, out)
    assert (out / "scores.csv").read_text().startswith("product")
    before = _contents(out)
    others = ((replace(study, last=study.last - 1), method), (study, replace(method, seed=7)))
    for other_study, other_method in others:
        _refused_at_once(other_study, other_method, out, "out, holds the results of another run. A run goes into")
    assert _contents(out) == before


def test_a_run_does_not_go_among_other_files(region, tmp_path):
    method, place = Method.read("coarse_linear"), tmp_path / "region"
    shutil.copytree(region.folder, place)
    study = Study.read(place / "study.json")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "scores.csv").write_text("mine")
    before = _contents(tmp_path)
    _refused_at_once(study, method, place, r"coarse holds the coarse soil moisture\. Choose another folder")
    _refused_at_once(study, method, tmp_path / "notes", "notes, holds scores.csv. A run goes into")
    assert _contents(tmp_path) == before


def test_no_result_of_a_run_replaces_what_it_reads(region, tmp_path):
    """Each name that a run writes, of a table of stations that the study reads from there."""
    method = Method.read("coarse_linear")
    for name in (*FILES, *(f"{folder}/a.csv" for folder in FOLDERS)):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(region.folder / "stations.csv", place)
        study = replace(Study.read(region.study), stations_file=str(place))
        words = "is the stations" if name in FILES else "lie among|holds"
        _refused_at_once(study, method, tmp_path, words)
        assert place.read_bytes() == (region.folder / "stations.csv").read_bytes()
        place.unlink()


def test_an_empty_folder_and_one_with_hidden_files_alone_take_a_run(region, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / ".DS_Store").write_text("of the system")
    run_method(Study.read(region.study), Method.read("coarse_linear"), out)
    assert sorted(os.listdir(out)) == [".DS_Store", *MADE]


def _refused_at_once(study, method, folder, words):
    said = []
    with pytest.raises(OverwriteError, match=words) as caught:
        run_method(study, method, folder, progress=Progress(said.append, say=said.append))
    assert "nothing was written" in str(caught.value)
    assert said == []


def _contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_stopped_run_leaves_nothing(region, tmp_path):
    done = []
    progress = Progress(done.append, lambda: bool(done) and done[-1] > 0.6)
    with pytest.raises(Cancelled):
        run_method(Study.read(region.study), Method.read("coarse_linear"), tmp_path / "out", progress=progress)
    assert os.listdir(tmp_path) == []


def _learners(**learners):
    return {"recipe": {"learners": learners}}


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"lerner": {}}, InputError, "m.json: unknown entry lerner"),
        ({"target": "fields"}, OptionError, '"target" must be one of coarse, stations'),
        (_learners(lightgbm={"trees": 5}), OptionError, "m.json, recipe, learner lightgbm: unknown setting 'trees'"),
        (_learners(lightgbm={"n_trees": 0}), OptionError, "learner lightgbm: 'n_trees' must lie between 1"),
        (_learners(), OptionError, '"learners" must hold a learner with its options'),
        (_learners(magic={}), OptionError, "no learner 'magic'"),
        ({"consistency": {"consistency": "hard"}}, OptionError, "m.json, consistency: 'consistency' must be one of"),
        ({"seed": -1}, OptionError, '"seed" must be a whole number'),
        ({"roles": "ndvi"}, OptionError, '"roles" must be an object'),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_method_is_said_with_its_place(tmp_path, change, kind, message):
    content = {**Method.read("coarse_linear").as_json(), **change}
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(kind, match=message):
        Method.read(tmp_path / "m.json")
    with pytest.raises(InputError, match=r"no method 'best'; shipped are [a-z0-9, ]*coarse_lightgbm"):
        Method.read("best")


def test_the_command_runs_a_method_and_tells_the_scores(region, tmp_path, capsys):
    assert cli.main(["run", str(region.study), "coarse_linear", "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert "16 maps in" in told.out
    assert "ubrmse" in told.out
    assert "5 folds by block" in told.err
    assert cli.main(["methods"]) == 0
    assert "stations_lightgbm: Gradient boosted trees" in capsys.readouterr().out


@pytest.mark.parametrize("network", [False, True])
def test_a_study_is_written_from_a_shell(region, tmp_path, capsys, network):
    own = tmp_path / "study.json"
    words = [str(region.folder / "coarse"), str(region.folder / "covariates"), "--rules", "rain: sum_before 5"]
    words += ["--stations", str(region.folder / "stations.csv"), "--out", str(own)]
    assert cli.main(["study", *words, *["--network"] * network]) == 0
    assert str(own) in capsys.readouterr().out
    study = Study.read(own)
    assert (study.network, study.covariates["rain"].days) == (network, 5)
    assert len(study.coarse_series) == len(Study.read(region.study).coarse_series)


def test_the_command_makes_a_region_and_refuses_what_is_wrong(tmp_path, capsys):
    words = ["--size-km", "27", "--days", "2", "--n-stations", "3"]
    assert cli.main(["region", str(tmp_path / "r"), *words]) == 0
    assert Study.read(tmp_path / "r" / "study.json").grid.shape == (27, 27)
    assert cli.main(["region", str(tmp_path / "x"), "--days", "0"]) == 1
    assert "soilsharp: 'days' must lie between 1 and" in capsys.readouterr().err
    assert cli.main(["run", str(tmp_path / "none.json"), "coarse_linear", "--out", str(tmp_path / "x")]) == 1
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(os.name != "posix", reason="sends Ctrl-C")
def test_ctrl_c_stops_the_training_and_leaves_nothing(region, tmp_path, tmp_path_factory):
    script = (
        "import sys; from importlib.util import spec_from_file_location as s, module_from_spec as m\n"
        "root = sys.argv.pop(1); spec = s('soilsharp', root + '/__init__.py', submodule_search_locations=[root])\n"
        "sys.modules['soilsharp'] = m(spec)\n"
        "from soilsharp.core.cli import main\nsys.exit(main())\n"
    )
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    method = Method.read("coarse_random_forest").as_json()
    method["recipe"]["learners"] = {"random_forest": {"n_trees": 5000}}  # a minute's work: the signal comes in time
    file = tmp_path_factory.mktemp("method") / "long.json"
    file.write_text(json.dumps(method))
    words = ["run", str(region.study), str(file), "--out", str(tmp_path / "out")]
    command = [sys.executable, "-c", script, root, *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as child:
        for line in child.stderr:
            if "Training" in line:
                break
        child.send_signal(signal.SIGINT)
        told = child.stderr.read()
        assert child.wait(600) == 130
    assert "stopped; nothing was written" in told
    assert os.listdir(tmp_path) == []


# --- what a method needs ----------------------------------------------------------------------------------------------

ROLES = {
    "heat": {"also": "lst, land_surface_temperature", "about": "Surface temperature."},
    "soil": {"about": "Share of sand."},
    "silt": {"required": False, "about": "Share of silt."},
}


def _with_roles(tmp_path, **change):
    content = {**Method.read("coarse_linear").as_json(), "roles": ROLES, **change}
    (tmp_path / "own.json").write_text(json.dumps(content))
    return Method.read(tmp_path / "own.json")


def test_roles_are_found_by_their_names_told_or_left_out(region, tmp_path):
    study, method = Study.read(region.study), _with_roles(tmp_path)
    with pytest.raises(InputError, match=r"needs what the study .* does not name: soil \(Share of sand\.\)"):
        match_roles(method, study)
    needs = match_roles(method, study, {"soil": "sand"})
    assert needs.used == {"heat": "lst", "soil": "sand"}
    assert needs.left_out == {"silt": "optional, and the study has none"}
    assert "ndvi" in needs.unused
    needs = match_roles(method, study, leave_out=["soil"])
    assert needs.left_out["soil"] == "left out as asked"
    with pytest.raises(InputError, match=r"no role sil; its roles are heat, soil, silt"):
        match_roles(method, study, leave_out=["sil"])
    with pytest.raises(InputError, match="has no covariate chalk"):
        match_roles(method, study, {"soil": "chalk"})
    with pytest.raises(InputError, match="all of its roles are left out"):
        match_roles(method, study, leave_out=["soil", "heat", "silt"])
    assert parse_roles("soil=sand; heat = lst") == {"soil": "sand", "heat": "lst"}
    with pytest.raises(InputError, match="does not say who takes a role"):
        parse_roles("soil sand")


@pytest.mark.parametrize(
    ("role", "also", "covariate", "taken"),
    [
        ("rain_10d", "", "rain_3d", False),
        ("rain_72h", "rain, tp", "tp_10d", False),
        ("rain_72h", "rain, tp", "rain_mam", False),
        ("rain_72h", "rain, tp", "TP_72h", True),
        ("rain_72h", "rain, tp", "tp_3d", True),
        ("rain", "tp", "tp_72h", False),
        ("rain", "", "rainbow", False),
        ("rain", "", "terrain", False),
        ("rain", "", "Precipitation", True),
        ("rain", "", "CHIRPS", True),
        ("rain", "", "rain_age", False),
        ("evi", "", "deviation", False),
        ("evi", "", "modis EVI 250m", True),
        ("clay", "", "clay_0-5cm_mean", True),
        ("clay", "", "clay_loam", False),
        ("clay", "", "sand", False),
        ("lst", "", "LST_Day_1km", True),
        ("elevation", "", "srtm_dem", True),
        ("temperature", "", "t2m", True),
        ("temperature", "", "t2m_anomaly", False),
        ("slope", "", "slopes", False),
    ],
)
def test_roles_are_found_by_what_a_covariate_is(role, also, covariate, taken, region, tmp_path):
    method = _with_roles(tmp_path, roles={role: {"also": also, "about": "It."}})
    study = replace(Study.read(region.study), covariates={covariate: RasterEntry(file="x.tif")})
    if taken:
        assert match_roles(method, study).used == {role: covariate}
        return
    with pytest.raises(InputError, match="does not name"):
        match_roles(method, study)


def test_a_sum_over_another_time_takes_no_role(region, tmp_path):
    method = _with_roles(tmp_path, roles={"rain_72h": {"also": "rain", "about": "It."}})
    study = Study.read(region.study)
    for change, taken in (({"days": 3}, True), ({"hours": 72}, True), ({"days": 10}, False), ({"hours": 24}, False)):
        own = replace(study, covariates={"rain": replace(study.covariates["rain"], **change)})
        if taken:
            assert match_roles(method, own).used == {"rain_72h": "rain"}
        else:
            with pytest.raises(InputError, match="does not name: rain_72h"):
                match_roles(method, own)
            assert match_roles(method, own, {"rain_72h": "rain"}).used == {"rain_72h": "rain"}


def test_a_kind_that_two_roles_share_tells_nothing(region, tmp_path):
    roles = {"rain": {"about": "It."}, "rain_10d": {"about": "It."}, "lst": {"about": "It."}}
    entries = dict.fromkeys(("chirps", "skt", "lst_night"), RasterEntry(file="x.tif"))
    study = replace(Study.read(region.study), covariates=entries)
    with pytest.raises(InputError, match=r"does not name: rain \(It.\); rain_10d \(It.\); lst \(It.\)"):
        match_roles(_with_roles(tmp_path, roles=roles), study)


def test_what_is_left_out_is_told_by_the_page(region, tmp_path, capsys):
    _with_roles(tmp_path)
    words = ["--out", str(tmp_path / "out"), "--roles", "heat=lst", "--leave-out", "soil"]
    assert cli.main(["run", str(region.study), str(tmp_path / "own.json"), *words]) == 0
    assert "soil: left out as asked" in capsys.readouterr().err
    page = (tmp_path / "out" / "run.html").read_text(encoding="utf-8")
    assert "left out as asked" in page
    assert "optional, and the study has none" in page
    assert Model.read(tmp_path / "out" / "model.soilsharp").names == ("lst",)


def test_a_study_without_stations_is_told_before_the_start(region, tmp_path):
    study = replace(Study.read(region.study), stations_file="")
    with pytest.raises(InputError, match="learns from stations, and the study 'Sample region' has none"):
        run_method(study, Method.read("stations_linear"), tmp_path / "out")
    assert os.listdir(tmp_path) == []


def test_each_depth_is_a_run_of_its_own_and_silent_ones_are_told(region, tmp_path):
    study, told = Study.read(region.study), []
    table = pd.read_csv(region.folder / "stations.csv")
    deep = table.assign(depth_m=0.3, soil_moisture=table["soil_moisture"] * 0.5 + 0.1)
    pd.concat([table, deep]).to_csv(tmp_path / "stations.csv", index=False)
    study = replace(study, stations_file=str(tmp_path / "stations.csv"))
    content = {**Method.read("stations_linear").as_json(), "depths": [[0.0, 0.1], [0.2, 0.4], [0.8, 1.0]]}
    content["explain"] = {"max_samples": 50, "n_shuffles": 2, "n_points": 5}
    (tmp_path / "own.json").write_text(json.dumps(content))
    method = Method.read(tmp_path / "own.json")
    result = run_method(study, method, tmp_path / "out", progress=Progress(warn=told.append))
    assert result.depths == ("depth_5cm", "depth_30cm")
    assert result.maps.maps[0].path.exists()
    assert any(line.startswith("depth_90cm: ") for line in told)
    samples = [Samples.read(tmp_path / "out" / depth / "samples.csv") for depth in result.depths]
    assert samples[1].y.mean() == pytest.approx(samples[0].y.mean() * 0.5 + 0.1, abs=1e-6)
    # all depths side by side
    importance = pd.read_csv(tmp_path / "out" / "importance_by_depth.csv")
    deep = pd.read_csv(tmp_path / "out" / "depth_30cm" / "explanation" / "importance.csv").set_index("covariate")
    own = importance[importance["depth"] == "depth_30cm"].set_index("covariate")
    grown = deep["permutation"].clip(lower=0)
    npt.assert_allclose(own["fraction"], (grown / grown.sum()).loc[own.index], rtol=1e-4)
    scores = pd.read_csv(tmp_path / "out" / "scores_by_depth.csv")
    assert set(scores["depth"]) == set(result.depths)
    held = pd.read_csv(tmp_path / "out" / "depth_5cm" / "predictions.csv", comment="#")
    assert scores["n"].max() <= len(held)
    page = (tmp_path / "out" / "depths.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == 1 + scores["rows"].nunique()


def test_each_depth_has_its_coarse_product(region, tmp_path):
    study, told, said = Study.read(region.study_all), [], []
    table = pd.read_csv(region.folder / "stations.csv")
    depths = [table, *(table.assign(depth_m=depth) for depth in (0.2, 0.6))]
    pd.concat(depths).to_csv(tmp_path / "stations.csv", index=False)
    study = replace(study, stations_file=str(tmp_path / "stations.csv"))
    content = {
        **Method.read("stations_linear").as_json(),
        "roles": {"elevation": {}, "swvl2": {"also": "sm_layer2"}, "swvl3": {"required": False}},
        "depths": [[0.0, 0.1], [0.15, 0.25, "swvl2"], [0.55, 0.65, "swvl3"]],
        "rescale": {"rescale": "mean_sd", "min_days": 5},
    }
    (tmp_path / "own.json").write_text(json.dumps(content))
    method = Method.read(tmp_path / "own.json")
    assert method.as_json()["depths"] == content["depths"]
    run_method(study, method, tmp_path / "out", progress=Progress(warn=told.append, say=said.append))
    names = [Samples.read(tmp_path / "out" / depth / "samples.csv") for depth in ("depth_5cm", "depth_20cm")]
    assert set(names[0].names) == {"elevation", "sm_layer2", "coarse_sm"}
    # the layer took the place of the coarse product of the study, which stays beside it
    assert set(names[1].names) == {"elevation", "study_coarse_sm", "coarse_sm"}
    layer = study.at_cells(["sm_layer2"], study.days[:1], np.array([3]), np.array([4]))
    own = replace(study, coarse=study.covariates["sm_layer2"])
    assert own.at_cells(["coarse_sm"], study.days[:1], np.array([3]), np.array([4])) == layer
    scaled = pd.read_csv(tmp_path / "out" / "depth_20cm" / "rescaling.csv")
    # layers have no gaps, so that each station has all its days in common with them
    assert scaled["n"].min() > 10
    assert any("their coarse product is sm_layer2" in line for line in said)
    note = "takes swvl3 as the coarse product of 0.55 to 0.65 m; the study has none"
    assert [note in line for line in told].count(True) == 1
    assert note in (tmp_path / "out" / "depth_60cm" / "run.html").read_text(encoding="utf-8")


def test_few_days_in_common_are_enough_where_the_method_says_so(region, tmp_path):
    study = Study.read(region.study)  # 16 days
    content = {**Method.read("stations_linear").as_json(), "rescale": {"rescale": "mean_sd"}}
    for least, good in ((30, False), (5, True)):
        content["rescale"]["min_days"] = least
        (tmp_path / "own.json").write_text(json.dumps(content))
        method = Method.read(tmp_path / "own.json")
        if good:
            run_method(study, method, tmp_path / "out")
            assert (tmp_path / "out" / "stations_rescaled.csv").exists()
            assert not (tmp_path / "out" / "rescaling_scores.csv").exists()
        else:
            with pytest.raises(InputError, match="in common with the reference, 30 are needed"):
                run_method(study, method, tmp_path / "out")


def test_scores_with_and_without_rescaling_are_of_the_same_rows_and_folds(region, tmp_path):
    study = Study.read(region.study)
    content = {**Method.read("stations_linear").as_json(), "folds": {"by": "station", "n_folds": 3}}
    content["rescale"] = {"rescale": "mean_sd", "min_days": 5, "beside": True}
    (tmp_path / "own.json").write_text(json.dumps(content))
    run_method(study, Method.read(tmp_path / "own.json"), tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "rescaling_scores.csv").set_index(["stations", "product"])
    own, measured = Samples.read(tmp_path / "out" / "samples.csv"), sample_stations(study, StationSampling())
    own, measured = learnable(own, False), learnable(measured, False)  # a ridge takes no gaps
    both = same_rows({"rescaled": own, "as measured": measured})
    assert set(table["n"]) == {len(both["rescaled"])}
    for column in ("station", "date"):
        assert both["rescaled"].index[column].tolist() == both["as measured"].index[column].tolist()
    for name, samples in both.items():
        error = samples.select(["coarse_sm"]).X[:, 0] - samples.y.astype(float)
        assert table.loc[(name, AS_IS), "rmse"] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-4)
    # rescaled stations have the means of the coarse product: what its level errs from place to place is gone
    assert table.loc[("rescaled", AS_IS), "rmse"] < table.loc[("as measured", AS_IS), "rmse"]
    assert abs(table.loc[("rescaled", AS_IS), "bias"]) < 0.002
    assert "with and without rescaling" in (tmp_path / "out" / "run.html").read_text(encoding="utf-8")


def test_a_method_does_beside_its_maps_what_it_asks_for(region, tmp_path):
    content = {
        **Method.read("stations_linear").as_json(),
        "test": {"by": "station", "training_fraction": 0.7},
        "errors": {"coarse_sm": 0.05},
        "explain": {"max_samples": 50, "n_shuffles": 2, "n_points": 5},
        "compare": {"Forest": {"learners": {"random_forest": {"n_trees": 10}}}},
        "compare_folds": [{"by": "random", "n_folds": 3}, {"by": "station", "n_folds": 3}],
        "compare_maps": True,
        "output": {},
        "analyses": ["period_means", "landscape", "mqcc", "partial_correlation", "shap_maps"],
    }
    (tmp_path / "own.json").write_text(json.dumps(content))
    method = Method.read(tmp_path / "own.json")
    run_method(Study.read(region.study), method, tmp_path / "out")
    made = tmp_path / "out"
    test = pd.read_csv(made / "test.csv").set_index("product")
    assert list(test.index) == ["SoilSharp map", "Coarse as is"]
    budget = pd.read_csv(made / "uncertainty.csv").set_index("name")
    parts = budget["sd"].drop("total")
    assert budget.loc["total", "sd"] == pytest.approx((parts**2).sum() ** 0.5)
    assert budget.loc["coarse_sm", "error"] > 0
    assert (made / "explanation" / "report.html").exists()
    scores = pd.read_csv(made / "comparison" / "scores.csv")
    assert {"Forest", method.name, "Coarse as is"} <= set(scores["model"])
    # every model is scored in the published test part, the method's own as in its test
    of_test = scores[scores["part"] == "test"].set_index("model")
    assert {"Forest", method.name, "Coarse as is"} <= set(of_test.index)
    for name, own in ((method.name, "SoilSharp map"), ("Coarse as is", "Coarse as is")):
        for metric in ("rmse", "r", "bias"):
            assert of_test.loc[name, metric] == pytest.approx(test.loc[own, metric], rel=1e-4)
    assert not (made / "comparison" / "parts").exists()
    assert (made / "maps_encoded" / "sm_2023121.tif").exists()
    # the maps of the other recipe are those of the model beside them
    other = made / "maps_by_model" / "forest"
    assert sorted(p.name for p in (other / "maps").glob("*.tif")) == sorted(p.name for p in made.glob("maps/*.tif"))
    model, samples = Model.read(other / "model.soilsharp"), Samples.read(made / "samples.csv")
    first = samples.rows(np.flatnonzero(samples.days == samples.days[0]))
    with rasterio.open(other / "maps" / f"sm_{str(samples.days[0]).replace('-', '')}.tif") as raster:
        values = raster.read(1)
        ground = rasterio.warp.transform("EPSG:4326", raster.crs, first.index["longitude"], first.index["latitude"])
        here = values[rasterio.transform.rowcol(raster.transform, *ground)]
    npt.assert_allclose(here, model.predict_samples(first), atol=1e-4)
    assert (made / "analyses" / "landscape" / "report.html").exists()
    assert (made / "analyses" / "shap_maps" / "report.html").exists()
    assert len(list((made / "analyses" / "shap_maps").rglob("shap_*.tif"))) == 3
    assert set(os.listdir(made)) <= {*FILES, *FOLDERS}
    page = (made / "run.html").read_text(encoding="utf-8")
    # 16 days hold no twelve months
    assert "Left out: " in page
    assert "By spatial or grouped cross-validation" in page
    assert "The published test, every model" in page
    assert "Maps of every model" in page


@pytest.fixture(scope="module")
def one_day(tmp_path_factory):
    """Return a region of 12 x 12 cells on one day, without rain: the study of `soilsharp run` at its smallest."""
    options = RegionOptions(size_km=72, resolution_m=1000, coarse_km=6, days=1, n_stations=5)
    folder = tmp_path_factory.mktemp("day")
    made = create_sample_region(folder, options, seed=7)
    for path in (folder / "covariates" / "rain").glob("*.tif"):
        with rasterio.open(path, "r+") as dataset:
            dataset.write(np.zeros(dataset.shape, np.float32), 1)
    return Study.read(made.study)


def test_stations_that_measured_on_no_day_of_the_maps_cost_the_scores_and_not_the_maps(one_day, tmp_path):
    table = pd.read_csv(one_day.folder / "stations.csv")
    late = tmp_path / "late.csv"
    table.assign(date="2001-01-01").to_csv(late, index=False)
    study = replace(one_day, stations_file=str(late))
    warned = []
    result = run_method(study, Method.read("coarse_linear"), tmp_path / "out", progress=Progress(warn=warned.append))
    assert result.scores is None
    assert result.maps.maps[0].path.exists()
    assert any(line.startswith("The maps have no scores: ") for line in warned)
    assert "The maps have no scores" in (tmp_path / "out" / "run.html").read_text(encoding="utf-8")


def test_a_single_dry_day_is_mapped_and_what_never_varies_is_left_out_and_told(one_day, tmp_path):
    warned = []
    method = Method.read("soilsharp")
    result = run_method(one_day, method, tmp_path / "out", progress=Progress(warn=warned.append))
    assert "Left out, since they are the same in all samples: rain, rain_10d." in warned
    assert "rain, rain_10d" in (tmp_path / "out" / "run.html").read_text(encoding="utf-8")
    assert result.maps.maps[0].valid == one_day.grid.size
    model = Model.read(tmp_path / "out" / "model.soilsharp")
    assert not {"rain", "rain_10d"} & set(model.names)
    assert {"elevation", "ndvi"} < set(model.names)


def test_a_run_keeps_what_its_folds_and_its_test_held_out(region, tmp_path):
    method = replace(Method.read("stations_linear"), test=HoldoutOptions(by="station", training_fraction=0.7))
    out = run_method(Study.read(region.study), method, tmp_path / "out").folder
    kept = Predictions.read(out / "predictions.csv")
    parts = kept.table["part"].value_counts()
    assert {"held_out", "train", "test"} == set(parts.index)
    assert (
        parts["train"] + parts["test"] == parts["held_out"] == Model.read(out / "model.soilsharp").passport["n_samples"]
    )
    assert {AS_IS, SMOOTH, CLIMATOLOGY} <= set(kept.baselines)
    folds = kept.of_part(*kept.divisions[0]).table
    model = Model.read(out / "model.soilsharp")
    assert scores(folds[kept.models[0]], folds["observed"])["rmse"] == pytest.approx(model.scores["rmse"], rel=1e-5)
    test = kept.of_part("by station", "test").table
    published = pd.read_csv(out / "test.csv").set_index("product")
    assert scores(test[kept.models[0]], test["observed"])["rmse"] == pytest.approx(published.loc[MAP, "rmse"], rel=1e-5)
    assert scores(test[AS_IS], test["observed"])["rmse"] == pytest.approx(published.loc[AS_IS, "rmse"], rel=1e-5)
