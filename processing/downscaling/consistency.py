# SPDX-License-Identifier: GPL-2.0-or-later
"""What the steps that make maps tell of kriging, in one place."""

from qgis.core import QgsProcessingOutputString

from ..base import known, numbers, tr


def outputs():
    """Return the results of a step whose maps may be kriged."""
    return [
        *numbers(
            LARGEST_DEVIATION=tr(
                "Largest deviation of a coarse mean that is left, m³ m⁻³; none if means were not made exact"
            ),
            NOISE=tr("Noise of the coarse product, a standard deviation in m³ m⁻³; none if maps were not kriged"),
            SKILL=tr("Fraction of the detail one scale up that the covariates explain; none if it was not learned"),
            N_FILLED=tr("Pixels that rest on other cells or days, in all maps"),
        ),
        QgsProcessingOutputString("WEIGHTS", tr("Weights of the parts of the model, with commas; empty if not kriged")),
    ]


def results(facts):
    """Return the values of `outputs` from what a run tells."""
    kriged = facts.kriged
    nan = float("nan")
    return {
        "LARGEST_DEVIATION": known(facts.largest_deviation),
        "NOISE": known(kriged.noise if kriged else nan),
        "SKILL": known(kriged.skill if kriged else nan),
        "N_FILLED": kriged.n_filled if kriged else 0,
        "WEIGHTS": ", ".join(f"{weight:.3f}" for weight in (kriged.weights or ())) if kriged else "",
    }
