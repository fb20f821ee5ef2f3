# SPDX-License-Identifier: GPL-2.0-or-later
"""What the steps that make maps ask and tell of kriging, and how they have the maps loaded, in one place."""

from pathlib import Path

from ...core.downscaling.settings import ConsistencyOptions
from ...i18n import tr
from .. import detail
from ..base import known, numbers, progress_of
from ..parameters import options
from ..run_layers import Kind, load_run, warn

STYLES = {
    "path": "soil_moisture.qml",
    "sd": "standard_deviation.qml",
    "filled": "filled.qml",
    "sd_model": "standard_deviation.qml",
    "sd_inputs": "standard_deviation.qml",
    "sd_coarse": "standard_deviation.qml",
}


def parameters():
    """Return the settings of a step whose maps may be kriged; they are, unless it is told otherwise."""
    return options(ConsistencyOptions, defaults={"consistency": "auto"})


def outputs():
    """Return the results of a step whose maps may be kriged."""
    return [
        *numbers(
            LARGEST_DEVIATION=tr("Largest deviation of a coarse mean that was made exact, m³ m⁻³"),
            NOISE=tr("Noise of the coarse product (SD), m³ m⁻³"),
            N_FILLED=tr("Filled pixels (their coarse cell had no value that day), in all maps"),
            N_HELD=tr("Pixels that the minimum or maximum water content holds, in all maps"),
        ),
        *detail.outputs(tr("Weights of the parts of the model in these maps")),
    ]


def results(facts):
    """Return the values of `outputs` from what a run tells."""
    from ...core.downscaling.kriged_facts import KrigedFacts

    kriged = facts.kriged or KrigedFacts()
    return {
        "LARGEST_DEVIATION": known(facts.largest_deviation),
        "NOISE": known(kriged.noise),
        "N_FILLED": kriged.n_filled,
        "N_HELD": facts.bounds.n_held if facts.bounds is not None else 0,
        **detail.results(kriged.learned, kriged.weights, kriged.cap),
    }


def parts():
    """Return what the maps of the parts of the standard deviation are called, by the names of `core`'s `PARTS`."""
    return {
        "sd_model": tr("Standard deviation by the model"),
        "sd_inputs": tr("Standard deviation by errors of covariates"),
        "sd_coarse": tr("Standard deviation by the coarse product"),
    }


def load(context, maps, folder, study):
    """Have the maps of a run loaded, and unseen beside them the coarse ones, the band, its parts and what was filled.

    Parameters
    ----------
    context : QgsProcessingContext
    maps : list of MapFact
    folder : str
        Of the run.
    study : Study
        That they were made of.
    """
    kinds = {"path": tr("Fine soil moisture"), "sd": tr("Standard deviation"), "filled": tr("Filled pixels"), **parts()}
    fine, *others = (
        Kind(key, title, STYLES[key], _there((fact.day, getattr(fact, key)) for fact in maps))
        for key, title in kinds.items()
    )
    there = _coarse(context, study, fine.days, folder)
    coarse = Kind("coarse", tr("Coarse soil moisture"), STYLES["path"], _there(there))
    load_run(context, "OUTPUT", folder, tr("Soil moisture: {}"), (fine, coarse, *others))


def _there(maps):
    return tuple((day, path) for day, path in maps if path is not None)


def _coarse(context, study, days, folder):
    """Return day and file of the coarse maps; if there can be none a warning says why, and the rest is loaded."""
    from ...core.base.errors import Cancelled, SoilSharpError
    from ...core.base.progress import SILENT
    from ...core.downscaling.coarse_maps import NAME, coarse_maps

    progress = progress_of(context.feedback()) if context.feedback() is not None else SILENT
    try:
        return coarse_maps(study, days, Path(folder) / NAME, progress)
    except Cancelled:  # the maps of the run stand already
        return []
    except SoilSharpError as error:
        warn(context, tr("The coarse maps are not loaded: {}").format(error))
        return []
