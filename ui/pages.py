# SPDX-License-Identifier: GPL-2.0-or-later
"""The steps of the workflow as data: which algorithms do a step, and what flows from step to step."""

from dataclasses import dataclass, field

from ..core.training.learners import LEARNERS
from ..i18n import tr
from .facts import WEATHER


@dataclass(frozen=True)
class Way:
    """One way to do a step.

    `takes` says which parameter is filled with which fact (what earlier steps found out), `writes` what a destination
    is called in the folder of the study, and `gives` which fact is which result. `folded` parameters are put away
    with the advanced ones. `preview` is the parameter whose folder of covariates or method is shown under the
    form. A step that goes on where it was stopped names the file that its folder `lacks` until it is finished.
    """

    algorithm: str
    label: str
    takes: dict = field(default_factory=dict)
    writes: dict = field(default_factory=dict)
    gives: dict = field(default_factory=dict)
    gives_folder_of: dict = field(default_factory=dict)
    folded: tuple = ()
    preview: str = ""
    lacks: str = ""


@dataclass(frozen=True)
class Page:
    """One step: its name, a few words under it, the question which way to go, and the ways.

    A step that `settles` nothing leaves what the later ones made as it is.
    """

    key: str
    title: str
    hint: str
    question: str
    ways: tuple
    icon: str
    settles: bool = True


def pages():
    """Return the steps in their order, in the language of QGIS."""
    return (
        Page("data", tr("Data"), tr("Downloads made ready"), tr("Make ready"), _data_ways(), "preprocessing", False),
        Page("study", tr("Study"), tr("What, where, when"), tr("Start from"), _study_ways(), "preprocessing"),
        Page("check", tr("Check"), tr("What it lacks"), "", (_check_way(),), "preprocessing", False),
        Page("method", tr("Method"), tr("All in one go"), "", (_method_way(),), "downscaling", False),
        Page("samples", tr("Samples"), tr("What to learn from"), tr("Learn from"), _sample_ways(), "training"),
        Page("train", tr("Train"), tr("How to learn"), tr("Learner"), _train_ways(), "training"),
        Page("compare", tr("Compare"), tr("Which learner to trust"), tr("Do"), _compare_ways(), "training", False),
        Page("downscale", tr("Downscale"), tr("The fine maps"), tr("By"), _downscale_ways(), "downscaling"),
        Page("validate", tr("Validate"), tr("How good they are"), tr("Compare with"), _validate_ways(), "validation"),
        Page("analyse", tr("Analyse"), tr("What else they tell"), tr("Do"), _analyse_ways(), "validation", False),
    )


def _data_ways():
    stations = {"writes": {"OUTPUT": "stations.csv", "OUTPUT_LAYER": "stations.gpkg", "OUTPUT_ACCOUNT": "left_out.csv"},
                "gives": {"stations": "OUTPUT"}, "folded": ("EXTENT", "START", "END")}  # fmt: skip
    return (
        Way(
            "soilsharp:import_smap",
            tr("SMAP soil moisture"),
            writes={"OUTPUT": "coarse"},
            gives={"coarse_maps": "OUTPUT"},
            folded=("MAX_WATER", "CELLS", "DEPTH", "HOUR"),
        ),
        _covariate_way("import_modis", tr("MODIS or VIIRS"), "modis"),
        _covariate_way("import_era5land", tr("ERA5-Land"), "era5land"),
        _covariate_way("import_grids", tr("Rain or other dated grids (CHIRPS, ESA CCI …)"), "grids"),
        _covariate_way("import_soilgrids", tr("SoilGrids and other static rasters"), "soil"),
        _covariate_way("terrain_attributes", tr("Terrain from an elevation model"), "terrain"),
        _covariate_way("koppen_climate", tr("Climate classes from temperature and rain"), "climate"),
        Way("soilsharp:import_ismn", tr("Stations of the ISMN"), **stations),
        Way("soilsharp:import_uscrn", tr("Stations of the USCRN"), **stations),
        Way("soilsharp:import_ameriflux", tr("Stations of AmeriFlux or FLUXNET"), **stations),
        Way("soilsharp:import_station_table", tr("A table of stations of my own"), **stations),
        Way(
            "soilsharp:check_stations",
            tr("The stations' quality"),
            takes={"INPUT": "stations", "COARSE_FOLDER": "coarse_maps"},
            writes={
                "OUTPUT": "stations_checked.csv",
                "OUTPUT_LAYER": "stations_checked.gpkg",
                "OUTPUT_REPORT": "stations_checked.html",
            },
            gives={"stations": "OUTPUT"},
        ),
    )


def _covariate_way(algorithm, label, folder):
    return Way(
        f"soilsharp:{algorithm}",
        label,
        writes={"OUTPUT": f"covariates/{folder}"},
        gives_folder_of={"covariates": "OUTPUT"},
    )


def _check_way():
    return Way(
        "soilsharp:check_study",
        "",
        takes={"STUDY": "study"},
        writes={"OUTPUT": "check.html", "OUTPUT_TABLE": "check.csv"},
    )


def _study_ways():
    return (
        Way(
            "soilsharp:create_study",
            tr("My own rasters and stations"),
            takes={"COARSE": "coarse_maps", "COVARIATES": "covariates", "STATIONS": "stations"},
            writes={"OUTPUT": "study.json"},
            gives={"study": "OUTPUT"},
            folded=("COARSE_UNIT", "LAYERS", "MASK", "GRID", "EXTENT", "RESOLUTION", "CRS", "RULES"),
            preview="COVARIATES",
        ),
        Way(
            "soilsharp:create_sample_region",
            tr("A synthetic region, to try everything on"),
            writes={"OUTPUT": "sample_region"},
            gives={"study": "STUDY"},
            folded=("COARSE_NOISE", "CLOUD_FRACTION", "SEED"),
        ),
    )


def _method_way():
    return Way(
        "soilsharp:run_method",
        "",
        takes={"STUDY": "study"},
        writes={"OUTPUT": "method"},
        gives={"maps": "MAPS", "model": "MODEL", "report": "REPORT"},
        preview="METHOD",
    )


def _sample_ways():
    gives = {"samples": "OUTPUT"}
    return (
        Way(
            "soilsharp:sample_coarse",
            tr("The coarse product itself"),
            takes={"STUDY": "study"},
            writes={"OUTPUT": "samples_coarse.csv"},
            gives=gives,
        ),
        Way(
            "soilsharp:sample_stations",
            tr("Stations"),
            takes={"STUDY": "study"},
            writes={"OUTPUT": "samples_stations.csv"},
            gives=gives,
        ),
        Way("soilsharp:sample_table", tr("A table of my own"), writes={"OUTPUT": "samples_table.csv"}, gives=gives),
    )


def _train_ways():
    names = {"blend": tr("Several learners together"), **{learner.key: tr(learner.label) for learner in LEARNERS}}
    return tuple(
        Way(
            f"soilsharp:train_{key}",
            label,
            takes={"SAMPLES": "samples"},
            writes={"OUTPUT": f"model_{key}.soilsharp", "OUTPUT_PREDICTIONS": f"predictions_{key}.csv"},
            gives={"model": "OUTPUT", "predictions": "OUTPUT_PREDICTIONS"},
            folded=("SEED",),
        )
        for key, label in names.items()
    )


def _compare_ways():
    return (
        Way(
            "soilsharp:compare_learners",
            tr("Compare learners by spatial or grouped cross-validation"),
            takes={"SAMPLES": "samples", "FOLDS": "folds"},
            writes={"OUTPUT": "comparison"},
            gives={"report": "REPORT", "predictions": "PREDICTIONS"},
            folded=("SEED",),
            lacks="report.html",
        ),
        Way(
            "soilsharp:select_covariates",
            tr("Find the covariates that are worth learning from"),
            takes={"SAMPLES": "samples"},
            writes={"OUTPUT": "covariates_chosen.csv"},
            folded=("SEED",),
        ),
        Way(
            "soilsharp:explain_model",
            tr("Explain the model"),
            takes={"MODEL": "model", "SAMPLES": "samples", "STUDY": "study"},
            writes={
                "OUTPUT_TABLE": "importance.csv",
                "OUTPUT_REPORT": "explanation.html",
                "OUTPUT_SHAP": "shap_values.csv",
                "OUTPUT_CURVES": "partial_dependence.csv",
                "OUTPUT_EFFECTS": "effects.csv",
                "OUTPUT_CLASSES": "directions_by_class.csv",
            },
            gives={"report": "OUTPUT_REPORT"},
            folded=("SEED",),
        ),
        Way(
            "soilsharp:check_scale_transfer",
            tr("Whether the model holds at another scale"),
            takes={"STUDY": "study", "MODEL": "model", "SAMPLES": "samples"},
            writes={
                "OUTPUT": "scale_transfer.csv",
                "OUTPUT_PIXELS": "outside_of_means.csv",
                "OUTPUT_MODEL": "model_weighed.soilsharp",
                "OUTPUT_REPORT": "scale_transfer.html",
            },
            gives={"report": "OUTPUT_REPORT", "model": "OUTPUT_MODEL"},
            folded=("SEED",),
        ),
    )


def _downscale_ways():
    return (
        Way(
            "soilsharp:downscale_series",
            tr("The model that was trained"),
            takes={"STUDY": "study", "MODEL": "model"},
            writes={"OUTPUT": "maps"},
            gives={"maps": "OUTPUT"},
            preview="MODEL",
        ),
        Way(
            "soilsharp:physical_downscaling",
            tr("Physics alone, without a model"),
            takes={"STUDY": "study"},
            writes={"OUTPUT": "maps_physics"},
            gives={"maps": "OUTPUT"},
            folded=("TEMPERATURE", "NIGHT", "VEGETATION", "HEIGHT"),
        ),
    )


def _validate_ways():
    return (
        Way(
            "soilsharp:validate_stations",
            tr("Stations"),
            takes={"MAPS": "maps", "STUDY": "study", "MODEL": "model"},
            writes={
                "OUTPUT_TABLE": "scores.csv",
                "OUTPUT_LAYER": "stations_scores.gpkg",
                "OUTPUT_REPORT": "report.html",
                "OUTPUT_PREDICTIONS": "stations_pairs.csv",
                "OUTPUT_COVERAGE": "stations_coverage.csv",
            },
            gives={"report": "OUTPUT_REPORT"},
            folded=("STATIONS", "COARSE", "MAPS_SD"),
        ),
        Way(
            "soilsharp:compare_products",
            tr("Another product"),
            takes={
                "PRODUCTS_FOLDER": "maps",
                "REFERENCE_FOLDER": "truth",
                "STATIONS": "reference_stations",
                "COARSE_FOLDER": "coarse",
            },
            writes={
                "OUTPUT": "comparison.csv",
                "OUTPUT_DATES": "comparison_dates.csv",
                "OUTPUT_REPORT": "comparison.html",
            },
            gives={"report": "OUTPUT_REPORT"},
            folded=("PRODUCTS", "REFERENCE", "COARSE"),
        ),
        Way(
            "soilsharp:score_predictions",
            tr("Held-out predictions, by season, class and place"),
            takes={"INPUT": "predictions", "STUDY": "study"},
            writes={
                "OUTPUT": "scores_by_group.csv",
                "OUTPUT_SPREAD": "scores_spread.csv",
                "OUTPUT_LAYER": "places_scores.gpkg",
                "OUTPUT_REPORT": "scores.html",
                "OUTPUT_COVERAGE": "scores_coverage.csv",
            },
            gives={"report": "OUTPUT_REPORT"},
            folded=("BESIDE", "PRODUCTS", "CLASSES", "PARTS", "VALUES"),
        ),
    )


def _analyse_ways():
    return (
        Way(
            "soilsharp:period_means",
            tr("Means of weeks, months, seasons and years"),
            takes={"INPUT": "maps"},
            writes={"OUTPUT": "means"},
            folded=("START", "END"),
        ),
        Way(
            "soilsharp:partial_correlation",
            tr("Correlation with rain and temperature"),
            takes={"INPUT": "maps", **{name.upper(): name for name in WEATHER.values()}},
            writes={"OUTPUT": "correlation", "OUTPUT_REPORT": "correlation.html"},
            gives={"report": "OUTPUT_REPORT"},
            folded=("LEVEL", "MIN_STEPS", "EFFECTIVE"),
        ),
        Way(
            "soilsharp:weather_correlation",
            tr("Correlation with what weather stations measured"),
            takes={"MAPS": "maps"},
            writes={"OUTPUT": "weather_correlation.csv", "OUTPUT_LAYER": "weather_correlation.gpkg"},
            folded=("LEVEL", "MIN_STEPS", "EFFECTIVE"),
        ),
        Way(
            "soilsharp:quantile_correlation",
            tr("One station over time scales and quantiles"),
            takes={"MAPS": "maps", "STATIONS": "measured"},
            writes={"OUTPUT": "time_scales.csv", "OUTPUT_REPORT": "time_scales.html"},
            gives={"report": "OUTPUT_REPORT"},
            folded=("MIN_VALID_FRACTION", "MIN_MEANS"),
        ),
        Way(
            "soilsharp:landscape_analysis",
            tr("Squares of the ground on a wet and a dry day"),
            takes={"MAPS_FOLDER": "maps", "STUDY": "study"},
            writes={"OUTPUT": "squares.csv", "OUTPUT_COMPONENTS": "components.csv", "OUTPUT_REPORT": "landscape.html"},
            gives={"report": "OUTPUT_REPORT"},
            folded=("MAPS", "COVARIATES", "SPACING_M", "MIN_VALID_FRACTION"),
        ),
        Way(
            "soilsharp:shap_maps",
            tr("What covariates add to the maps (SHAP)"),
            takes={"STUDY": "study", "MODEL": "model", "SAMPLES": "samples"},
            writes={"OUTPUT": "shap_maps", "OUTPUT_REPORT": "shap_maps.html"},
            gives={"report": "OUTPUT_REPORT"},
            folded=("SEED",),
        ),
        Way(
            "soilsharp:map_applicability",
            tr("Where the model may be believed"),
            takes={"STUDY": "study", "MODEL": "model", "SAMPLES": "samples", "PREDICTIONS": "predictions"},
            writes={"OUTPUT": "applicability", "OUTPUT_REPORT": "applicability.html"},
            gives={"report": "OUTPUT_REPORT"},
            folded=("SEED",),
        ),
        Way(
            "soilsharp:triple_collocation",
            tr("Errors of three products or more, none taken for the truth"),
            takes={"STATIONS": "measured"},
            writes={"OUTPUT": "errors.csv", "OUTPUT_MAPS": "errors_maps", "OUTPUT_REPORT": "errors.html"},
            gives={"report": "OUTPUT_REPORT"},
            folded=("SEED",),
        ),
        Way(
            "soilsharp:merge_products",
            tr("One product out of several"),
            writes={"OUTPUT": "merged"},
        ),
        Way(
            "soilsharp:uncertainty_budget",
            tr("Whose errors the maps have"),
            takes={"STUDY": "study", "MODEL": "model"},
            writes={"OUTPUT": "uncertainty_budget.csv", "OUTPUT_REPORT": "uncertainty_budget.html"},
            gives={"report": "OUTPUT_REPORT"},
        ),
        Way(
            "soilsharp:encode_maps",
            tr("Maps packed as integers, to share them"),
            takes={"INPUT": "maps"},
            writes={"OUTPUT": "maps_encoded"},
        ),
    )
