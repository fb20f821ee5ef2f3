# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of maps: what they show, and that nothing lies on top of something else."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.text import Text

from soilsharp.core.rasters.grid import Grid
from soilsharp.core.report.map_figures import FILLED, KrigedDay, kriged_figure, maps_figure


def test_maps_of_a_day_are_drawn_without_a_warning_and_below_its_words(recwarn):
    grid = Grid.from_bounds("EPSG:3035", 1000, (0, 0, 4000, 4000))
    figure = maps_figure([(name, np.full(grid.shape, 0.2), grid) for name in "ab"], np.datetime64("2023-05-01"))
    FigureCanvasAgg(figure).draw()
    assert not [str(one.message) for one in recwarn]
    words = figure._suptitle.get_window_extent()
    assert words.y0 > max(axis.title.get_window_extent().y1 for axis in figure.axes[:2])


@pytest.mark.parametrize("with_truth", [False, True])
def test_a_kriged_day_is_drawn_with_its_band_and_what_it_rests_on(with_truth, recwarn):
    fine = Grid.from_bounds("EPSG:3035", 1000, (0, 0, 6000, 4000))
    coarse = Grid.from_bounds("EPSG:3035", 2000, (0, 0, 6000, 4000))
    filled = np.repeat([0, 1, 2, np.nan], 6).reshape(fine.shape)
    maps = KrigedDay(
        np.datetime64("2023-05-01"), np.full(coarse.shape, 0.2), coarse, np.full(fine.shape, 0.25),
        np.full(fine.shape, 0.03), filled, fine, np.full(fine.shape, 0.29) if with_truth else None,
    )  # fmt: skip
    figure = kriged_figure(maps)
    FigureCanvasAgg(figure).draw()
    assert not [str(one.message) for one in recwarn]
    shown = {axis.get_title(): axis.collections[0] for axis in figure.findobj(Axes) if axis.get_title()}
    assert ("Truth" in shown) == ("Distance from the truth" in shown) == with_truth
    assert len(shown) == (6 if with_truth else 4)
    if with_truth:
        assert shown["Distance from the truth"].get_array().tolist() == pytest.approx(24 * [0.04])
    colours = shown["What it rests on"].get_facecolors().reshape(*fine.shape, 4)
    assert [tuple(row) for row in colours[:3, 0]] == [to_rgba(colour) for _, colour, _ in FILLED]
    words = [label.get_text() for label in figure.findobj(Text)]
    assert {words for _, _, words in FILLED} <= set(words)
