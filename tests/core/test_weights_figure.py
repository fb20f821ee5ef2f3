# SPDX-License-Identifier: GPL-2.0-or-later
"""The picture of the weights: what stands where in it, by the parts and the numbers that were learned."""

import numpy as np
import pytest

from soilsharp.core.kriging.one_up import Weights
from soilsharp.core.report.weights_figure import IN_MAPS, weights_figure

LEARNED = Weights(np.array([0.62, 0.31]), np.array([0.08, 0.05]), skill=0.41, skill_error=0.06, ratio=0.5)
PARTS = ["Linear", "LightGBM"]


def _whiskers(panel):
    return np.concatenate([np.sort(line, axis=0)[:, 0] for line in panel.collections[0].get_segments()])


def test_weights_and_errors_stand_beside_the_names_of_their_parts():
    of_parts, together = weights_figure(LEARNED, PARTS, [0.5, 0.25]).axes
    marks = of_parts.lines[0]
    assert np.allclose(marks.get_xdata(), LEARNED.values)
    assert np.allclose(_whiskers(of_parts), [0.54, 0.70, 0.26, 0.36])
    names = dict(zip(of_parts.get_yticks(), [label.get_text() for label in of_parts.get_yticklabels()]))
    assert [names[place] for place in marks.get_ydata()] == PARTS
    in_maps = next(line for line in of_parts.lines if line.get_label() == IN_MAPS)
    assert in_maps.get_xdata() == pytest.approx([0.5, 0.25])
    assert together.patches[0].get_width() == pytest.approx(41)
    assert [text.get_text() for text in together.texts] == ["41 ± 6 %"]


def test_without_maps_only_what_was_learned_is_drawn():
    labels = weights_figure(LEARNED, PARTS).axes[0].get_legend_handles_labels()[1]
    assert IN_MAPS not in labels


@pytest.mark.parametrize(
    "weights", [Weights.none(2, measured=True), Weights(np.array([900.0, 0]), np.ones(2), -0.4, 0.3, 1.0)]
)
def test_all_marks_lie_inside_of_the_axes(weights):
    figure = weights_figure(weights, PARTS, list(weights.values))
    figure.canvas.draw()
    of_parts, together = figure.axes
    low, high = of_parts.get_xlim()
    assert low < weights.values.min()
    assert weights.values.max() < high
    assert together.get_xlim()[0] <= 100 * weights.skill
