# SPDX-License-Identifier: GPL-2.0-or-later
"""What steps that score something tell of it: who did better, in words, and the figures behind that."""

import json

from qgis.core import QgsProcessingOutputString

from ..i18n import tr


def outputs():
    """Return the results of a step that scores something."""
    return [
        QgsProcessingOutputString("VERDICT", tr("Who did better, in words")),
        QgsProcessingOutputString(
            "STANDING", tr("RMSE of what was made and of what there is without it, m³ m⁻³, and a grade, as JSON")
        ),
    ]


def results(found):
    """Return the values of `outputs` for a `Standing`; empty texts without one."""
    if found is None:
        return {"VERDICT": "", "STANDING": ""}
    from ..core.report.colours import product_colour

    products = list(found.errors)
    bars = [
        {"product": name, "rmse": found.errors[name], "colour": product_colour(name, products)} for name in products
    ]
    return {"VERDICT": found.sentence, "STANDING": json.dumps({"grade": found.grade, "bars": bars}, ensure_ascii=False)}


def warn_of(passport, progress):
    """Warn of a model that does no better on its held-out samples than what needs no learning."""
    from ..core.scoring.standing import BETTER, standing_of

    found = standing_of(passport)
    if found is not None and found.grade != BETTER:
        words = tr("On its held-out samples this model does not clearly beat what there is without it. {}")
        progress.warn(words.format(found.sentence))
