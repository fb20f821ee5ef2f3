# SPDX-License-Identifier: GPL-2.0-or-later
"""What is told of the covariates' detail by every step that knows it: how much it is worth, and how much counts."""

from qgis.core import QgsProcessingOutputString

from ..i18n import tr
from .base import known, numbers


def outputs(weights=None):
    """Return the results that tell of the covariates' detail; none of them has a value if nothing was learned.

    `weights` is what those of the parts are called, as they were learned unless given.
    """
    return [
        *numbers(SKILL=tr("Fraction of the detail among coarse cells that the covariates explain")),
        QgsProcessingOutputString("WEIGHTS", weights or tr("Weights of the parts of the model, as learned")),
        QgsProcessingOutputString("DETAIL", tr("What the covariates tell, in words")),
    ]


def results(learned, counting=None, cap=1.0):
    """Return the values of `outputs`.

    Parameters
    ----------
    learned : Weights or None
        As they were learned from coarse cells.
    counting : sequence of float, optional
        As they count in maps, where they are others or were not learned.
    cap : float
        By which those that were learned were multiplied.
    """
    from ..core.report.words import weights_sentence

    if counting is None and learned is not None:
        counting = learned.values
    return {
        "SKILL": known(learned.skill) if learned is not None else None,
        "WEIGHTS": ", ".join(f"{weight:.3f}" for weight in counting) if counting is not None else None,
        "DETAIL": weights_sentence(learned, cap) if learned is not None else None,
    }
