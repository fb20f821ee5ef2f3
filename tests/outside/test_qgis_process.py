# SPDX-License-Identifier: GPL-2.0-or-later
"""Algorithms from the command line, each in a process of its own, without a window."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

AT_ONCE = 2
METADATA = Path(__file__).resolve().parents[2] / "metadata.txt"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(qgis_process):
    """Return a function that runs an algorithm and gives its results; `**values` are its parameters."""

    def run(name, **values):
        lists = {key.replace("__", ":"): v if isinstance(v, list) else [v] for key, v in values.items()}
        words = [f"{key}={value}" for key, several in lists.items() for value in several]
        done = qgis_process("--json", "run", f"soilsharp:{name}", "--", *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["results"]

    return run


@pytest.fixture(scope="module")
def made(run, tmp_path_factory):
    """Return the results of the way from downloads to validated maps, step after step as a person would go it."""
    folder = tmp_path_factory.mktemp("process")
    results = {
        "create_sample_region": run(
            "create_sample_region", SIZE_KM=36, DAYS=8, N_STATIONS=8, PRODUCTS=True, OUTPUT=folder / "region"
        )
    }
    study, place = results["create_sample_region"]["STUDY"], folder / "region"
    downloads = place / "downloads"
    (folder / "plots.csv").write_text("sm,clay\n" + "".join(f"{20 + i % 9},{i % 7}\n" for i in range(30)))
    few = "elevation,sand,ndvi,lst"

    def steps(*calls):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            tasks = {name: pool.submit(run, name, **values) for name, values in calls}
            results.update({name: task.result() for name, task in tasks.items()})

    steps(
        ("import_smap", {"INPUT": downloads / "smap", "OUTPUT": folder / "smap"}),
        ("import_modis", {"INPUT": downloads / "modis" / "MOD13*.tif", "VARIABLE": "ndvi", "OUTPUT": folder / "ndvi"}),
        ("import_ismn", {"INPUT": next((downloads / "ismn").glob("*.zip")), "OUTPUT": folder / "ismn.csv"}),
        ("check_study", {"STUDY": study, "OUTPUT": folder / "check.html"}),
        ("accumulate_series", {"INPUT": place / "covariates" / "rain", "DAYS": 2, "OUTPUT": folder / "sums"}),
        (
            "create_study",
            {"COARSE": place / "coarse", "COVARIATES": place / "covariates", "OUTPUT": folder / "study.json"},
        ),
        ("sample_coarse", {"STUDY": study, "MIN_VALID_FRACTION": 0.4, "OUTPUT": folder / "coarse.csv"}),
        ("sample_stations", {"STUDY": study, "OUTPUT": folder / "stations.csv"}),
        (
            "sample_table",
            {"INPUT": folder / "plots.csv", "COVARIATES": "clay", "TARGET": "sm", "UNIT": "percent",
             "OUTPUT": folder / "table.csv"},
        ),
    )  # fmt: skip
    samples = {"SAMPLES": folder / "coarse.csv", "COVARIATES": few, "FOLDS_BY": "date", "N_FOLDS": 3}
    steps(
        *(
            (f"train_{key}", {**samples, "OUTPUT": folder / f"{key}.soilsharp"})
            for key in ("linear", "random_forest", "lightgbm", "blend")
        )
    )
    model = folder / "lightgbm.soilsharp"
    layers = [place / "covariates" / f"{name}.tif" for name in ("elevation", "sand")]
    layers += [sorted((place / "covariates" / name).glob("*.tif"))[-1] for name in ("ndvi", "lst")]
    coarse = sorted((place / "coarse").glob("*.tif"))[0]
    steps(
        ("downscale_series", {"STUDY": study, "MODEL": model, "CONSISTENCY": "additive", "OUTPUT": folder / "maps"}),
        ("downscale", {"COVARIATES": layers, "MODEL": model, "OUTPUT": folder / "fine.tif"}),
    )
    results["kriged"] = run("downscale_series", STUDY=study, MODEL=folder / "blend.soilsharp", BAND=True,
                            OUTPUT=folder / "kriged")  # fmt: skip
    maps = folder / "maps"
    steps(
        ("conserve_coarse", {"FINE": folder / "fine.tif", "COARSE": coarse, "OUTPUT": folder / "kept.tif"}),
        (
            "validate_stations",
            {"MAPS": maps, "STUDY": study, "OUTPUT_TABLE": folder / "t.csv", "OUTPUT_LAYER": folder / "l.gpkg",
             "OUTPUT_REPORT": folder / "r.html"},
        ),
        (
            "compare_products",
            {"PRODUCTS_FOLDER": maps, "REFERENCE_FOLDER": place / "truth", "OUTPUT": folder / "p.csv",
             "OUTPUT_DATES": folder / "d.csv", "OUTPUT_REPORT": folder / "p.html"},
        ),
        (
            "downscale_and_validate",
            {"STUDY": study, "FOLDS_BY": "date", "N_FOLDS": 3, "CONSISTENCY": "off",
             "train__MODEL": folder / "m.soilsharp", "downscale__MAPS": folder / "maps2",
             "validate__SCORES": folder / "t2.csv", "validate__STATIONS": folder / "l2.gpkg",
             "validate__REPORT": folder / "r2.html"},
        ),
    )  # fmt: skip
    return results


def test_every_algorithm_is_listed(qgis, qgis_process, made):
    done = qgis_process("--json", "list")
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)["providers"]["soilsharp"]["algorithms"]
    assert set(listed) == {a.id() for a in qgis.processingRegistry().providerById("soilsharp").algorithms()}
    assert set(listed) > {f"soilsharp:{name}" for name in made if name != "kriged"}


def test_results_are_where_they_were_asked_for(made):
    for name, results in made.items():
        targets = {key: value for key, value in results.items() if isinstance(value, str) and value.startswith("/")}
        assert targets, name
        assert all(Path(path).exists() for path in targets.values()), name


def test_numbers_come_with_them(made):
    assert made["import_smap"]["MAPS"] == made["create_sample_region"]["COARSE_DAYS"] == 8
    assert made["create_study"]["COVARIATE_COUNT"] == 7
    assert made["sample_coarse"]["N"] > 40
    assert 0 < made["train_lightgbm"]["RMSE"] < 0.1
    assert made["downscale_series"]["DAYS"] == 8
    assert made["downscale_series"]["LARGEST_DEVIATION"] < 1e-4
    assert made["kriged"]["DAYS"] == 8
    assert made["kriged"]["NOISE"] >= 0
    assert len(made["kriged"]["WEIGHTS"].split(", ")) == 2
    assert made["kriged"]["DETAIL"] == made["train_blend"]["DETAIL"]
    assert made["validate_stations"]["N"] > 0
    assert made["compare_products"]["BEST"] == "maps"


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("sample_coarse", {"STUDY": "/no/study.json", "OUTPUT": "out.csv"}, "Cannot read study file /no/study.json"),
        ("train_linear", {"SAMPLES": METADATA, "OUTPUT": "out.soilsharp"}, "is no table of samples"),
        ("train_linear", {"SAMPLES": __file__, "ALPHA": -1, "OUTPUT": "out.soilsharp"}, "ALPHA"),
        (
            "import_ameriflux",
            {"INPUT": METADATA, "LONGITUDE": "abc", "OUTPUT": "out.csv"},
            "(LONGITUDE) must be a number, with a point before its decimals, but is 'abc'",
        ),
        ("downscale_series", {"STUDY": __file__, "MODEL": __file__, "OUTPUT": "out"}, "is not a readable JSON file"),
    ],
)
def test_a_mistake_ends_with_1_and_words_and_leaves_nothing(qgis_process, tmp_path, name, values, words):
    values = {key: tmp_path / value if key == "OUTPUT" else value for key, value in values.items()}
    done = qgis_process("run", f"soilsharp:{name}", "--", *(f"{key}={value}" for key, value in values.items()))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
