# SPDX-License-Identifier: GPL-2.0-or-later
"""What is told of the covariates' detail by every step that knows it: how much it is worth, and how much counts."""

from qgis.core import QgsProcessingOutputString

from ..i18n import tr
from .base import known, numbers


def outputs():
    """Return the results that tell of the covariates' detail; none of them has a value if nothing was learned."""
    return [
        *numbers(SKILL=tr("Explained fraction of the detail one scale up")),
        QgsProcessingOutputString("WEIGHTS", tr("Weights of the parts of the model")),
        QgsProcessingOutputString("DETAIL", tr("What the covariates tell, in words")),
    ]


def results(learned, counting=None):
    """Return the values of `outputs`.

    Parameters
    ----------
    learned : Weights or None
        As they were learned one scale up.
    counting : sequence of float, optional
        As they count in maps, where they are others or were not learned.
    """
    from ..core.report.words import weights_sentence

    if counting is None and learned is not None:
        counting = learned.values
    return {
        "SKILL": known(learned.skill) if learned is not None else None,
        "WEIGHTS": ", ".join(f"{weight:.3f}" for weight in counting) if counting is not None else None,
        "DETAIL": weights_sentence(learned) if learned is not None else None,
    }
