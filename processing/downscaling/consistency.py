# SPDX-License-Identifier: GPL-2.0-or-later
"""What the steps that make maps ask and tell of kriging, and how they have the maps loaded, in one place."""

from ...core.downscaling.settings import ConsistencyOptions
from ...i18n import tr
from .. import detail
from ..base import known, numbers
from ..parameters import options
from ..styling import load_maps

STYLES = {"path": "soil_moisture.qml", "sd": "standard_deviation.qml", "filled": "filled.qml"}


def parameters():
    """Return the settings of a step whose maps may be kriged; they are, unless it is told otherwise."""
    return options(ConsistencyOptions, defaults={"consistency": "auto"})


def outputs():
    """Return the results of a step whose maps may be kriged."""
    return [
        *numbers(
            LARGEST_DEVIATION=tr("Largest deviation of a coarse mean that was made exact, m³ m⁻³"),
            NOISE=tr("Noise of the coarse product (SD), m³ m⁻³"),
            N_FILLED=tr("Pixels that rest on other cells or days, in all maps"),
        ),
        *detail.outputs(),
    ]


def results(facts):
    """Return the values of `outputs` from what a run tells."""
    from ...core.downscaling.kriged_facts import KrigedFacts

    kriged = facts.kriged or KrigedFacts()
    return {
        "LARGEST_DEVIATION": known(facts.largest_deviation),
        "NOISE": known(kriged.noise),
        "N_FILLED": kriged.n_filled,
        **detail.results(kriged.learned, kriged.weights),
    }


def load(context, maps, name):
    """Have the maps of a run loaded, and unseen below them those of their standard deviation and of what was filled.

    Parameters
    ----------
    context : QgsProcessingContext
    maps : list of MapFact
    name : str
        Of the folder that they lie in, for the names of their groups.
    """
    # the group that is loaded last comes to lie on top
    groups = {
        "filled": tr("Filled pixels: {}"),
        "sd": tr("Standard deviation: {}"),
        "path": tr("Fine soil moisture: {}"),
    }
    for kind, group in groups.items():
        of_kind = [(fact.day, getattr(fact, kind)) for fact in maps if getattr(fact, kind) is not None]
        load_maps(context, "OUTPUT", of_kind, STYLES[kind], group.format(name), hidden=kind != "path")
