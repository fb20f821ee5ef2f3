# SPDX-License-Identifier: GPL-2.0-or-later
"""The Taylor diagram: points where correlation and spread say, and the law of cosines that ties in the error."""

import numpy as np
import numpy.testing as npt
import pandas as pd

from soilsharp.core.report.taylor import RIM, taylor_figure
from soilsharp.core.scoring.metrics import scores


def _points(figure):
    """Return angle and radius of each point by its label."""
    (panel,) = figure.axes
    return {line.get_label(): (line.get_xdata()[0], line.get_ydata()[0]) for line in panel.lines}


def _distance(first, second):
    a, b = (r * np.exp(1j * angle) for angle, r in (first, second))
    return abs(a - b)


def test_the_distance_from_the_star_is_the_centred_error():
    rng = np.random.default_rng(0)
    observed = rng.uniform(0.1, 0.4, 300)
    products = {"Fine": observed + 0.03 * rng.standard_normal(300), "Coarse as is": 0.2 + 0.4 * (observed - 0.25)}
    products["Coarse as is"] += 0.05 * rng.standard_normal(300)
    table = pd.DataFrame([{"product": name, **scores(values, observed)} for name, values in products.items()])
    points = _points(taylor_figure(table))
    assert points["observed"] == (0, 1)
    for name, row in table.set_index("product").iterrows():
        npt.assert_allclose(np.cos(points[name][0]), row["r"])
        npt.assert_allclose(points[name][1], row["sd_ratio"])
        npt.assert_allclose(_distance(points[name], points["observed"]), row["ubrmse"] / observed.std(), rtol=1e-9)


def test_negative_correlations_have_a_half_circle_and_wild_spreads_stay_inside():
    table = pd.DataFrame({"product": ["A", "B"], "r": [-0.5, 0.9], "sd_ratio": [0.8, 40.0]})
    figure = taylor_figure(table)
    assert figure.axes[0].get_thetamax() == 180
    assert _points(figure)["B"][1] <= 2.5
    mild = taylor_figure(pd.DataFrame({"product": ["A"], "r": [0.7], "sd_ratio": [0.8]}))
    assert (mild.axes[0].get_thetamax(), mild.axes[0].get_rmax()) == (90, RIM)


def test_without_any_correlation_there_is_no_diagram():
    assert taylor_figure(pd.DataFrame({"product": ["A"], "r": [np.nan], "sd_ratio": [0.0]})) is None
