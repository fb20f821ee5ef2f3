# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures of pairs date by date and station by station: what is drawn is what the numbers are."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from soilsharp.core.report.figures import colour_bar, dates_figure, scatter_figure
from soilsharp.core.report.group_figures import groups_figure
from soilsharp.core.report.html_page import png
from soilsharp.core.report.pair_figures import (
    MAX_DATES,
    dates_scatter_figure,
    errors_by_date_figure,
    station_errors_figure,
    station_means_figure,
)
from soilsharp.core.scoring.metrics import scores
from soilsharp.core.units import SM_SHOWN

PRODUCTS = ["Forest", "Coarse as is"]


@pytest.fixture(scope="module")
def pairs():
    rng = np.random.default_rng(1)
    day, station = (index.ravel() for index in np.indices((30, 24)))
    observed = 0.2 + 0.004 * station + 0.03 * rng.standard_normal(len(day))
    return pd.DataFrame(
        {
            "date": np.datetime64("2023-05-01", "ns") + day * np.timedelta64(1, "D"),
            "station": [f"S{number:02}" for number in station],
            "observed": observed,
            "Forest": observed + 0.001 * (day + 1) * rng.standard_normal(len(day)),
            "Coarse as is": 0.25,
        }
    )


def test_a_panel_for_each_of_a_choice_of_dates_from_the_best_to_the_worst(pairs):
    figure = dates_scatter_figure(pairs, "Forest")
    panels = [panel for panel in figure.axes if panel.get_visible()]
    assert len(panels) == MAX_DATES
    rmse = {f"{date:%Y-%m-%d}": scores(own["Forest"], own["observed"])["rmse"] for date, own in pairs.groupby("date")}
    titles = [panel.get_title(loc="left").split("\n") for panel in panels]
    drawn = [rmse[date] for date, _ in titles]
    assert drawn == sorted(drawn)
    assert (drawn[0], drawn[-1]) == (min(rmse.values()), max(rmse.values()))
    assert titles[0][1].startswith(f"RMSE {drawn[0]:.3f}, R² ")
    own = pairs[pairs["date"] == titles[0][0]]
    npt.assert_array_equal(panels[0].lines[0].get_ydata(), own["Forest"])
    # dates of a few pairs have none
    assert dates_scatter_figure(pairs[pairs["station"] < "S09"], "Forest") is None
    two = dates_scatter_figure(pairs[pairs["date"] < "2023-05-03"], "Forest")
    assert len(two.axes) == 2


def test_absolute_errors_are_those_of_each_date_and_of_each_station(pairs):
    panel = errors_by_date_figure(pairs, PRODUCTS).axes[0]
    error = (pairs["Forest"] - pairs["observed"]).abs().groupby(pairs["date"])
    npt.assert_allclose(panel.lines[0].get_ydata(), error.median())
    assert [line.get_label() for line in panel.lines] == PRODUCTS
    shown = [(name, pairs[pairs["station"] == name]) for name in ("S03", "S20")]
    panels = station_errors_figure(shown, PRODUCTS).axes
    own = shown[1][1]
    npt.assert_allclose(panels[1].lines[1].get_ydata(), (own["Coarse as is"] - own["observed"]).abs())
    greatest = max(line.get_ydata().max() for panel in panels for line in panel.lines)
    assert all(panel.get_ylim()[0] == 0 and panel.get_ylim()[1] >= greatest for panel in panels)


def test_the_histogram_counts_every_station_once_in_every_product(pairs):
    panel = station_means_figure(pairs, PRODUCTS).axes[0]
    bars = [patch.get_height() for patch in panel.patches if patch.__class__.__name__ == "Rectangle"]
    assert sum(bars) == 24
    means = pairs.groupby("station")[["observed", *PRODUCTS]].mean()
    npt.assert_allclose([line.get_xdata()[0] for line in panel.lines], means.mean())
    # days that a product does not know count for nobody
    holed = pairs.assign(Forest=pairs["Forest"].where(pairs["date"] < "2023-05-11"))
    first = pairs[pairs["date"] < "2023-05-11"].groupby("station")[["observed", *PRODUCTS]].mean()
    lines = station_means_figure(holed, PRODUCTS).axes[0].lines
    npt.assert_allclose([line.get_xdata()[0] for line in lines], first.mean())
    assert station_means_figure(pairs[pairs["station"] < "S04"], PRODUCTS) is None
    assert panel.get_ylabel() == "Stations"
    # folds that part the days of the stations have a mean each
    parted = pairs.assign(fold=np.where(pairs["date"] < "2023-05-11", 1, 2))
    panel = station_means_figure(parted, PRODUCTS).axes[0]
    assert sum(patch.get_height() for patch in panel.patches if patch.__class__.__name__ == "Rectangle") == 48
    assert panel.get_ylabel() == "Stations, fold by fold"


def test_months_and_quarters_are_named_on_their_axes():
    months = pd.to_datetime(["2023-05-01", "2023-06-01"])
    table = pd.DataFrame({"product": "A", "date": months, "rmse": [0.02, 0.03], "r": [0.5, 0.6]})
    figure = dates_figure(table)
    png(figure)
    labels = [text.get_text() for text in figure.axes[-1].get_xticklabels()]
    assert labels == ["May", "Jun"]  # and no day between them
    halves = table.assign(date=pd.to_datetime(["2023-05-09", "2023-05-25"]))
    figure = dates_figure(halves)
    png(figure)
    assert len(figure.axes[-1].get_xticklabels()) > 2  # days of a month say little alone
    groups = table.drop(columns="date").assign(quantile=[1, 2], n=[20, 20])
    # of a few pairs there is no R, and no panel without a dot
    few = groups.assign(r=np.nan)
    assert [panel.get_ylabel() for panel in groups_figure(few, "quantile").axes] == [f"RMSE ({SM_SHOWN})"]
    assert len(dates_figure(table.assign(r=np.nan)).axes) == 1
    assert groups_figure(groups, "quantile").axes[-1].get_xlabel() == (
        "Quarter of observed values, from the driest to the wettest"
    )


@pytest.mark.parametrize(("most", "expected"), [(8, ["1", "2", "5"]), (20000, ["1", "10", "100", "1\u202f000"])])
def test_counts_are_plain_numbers(most, expected):
    figure = Figure()
    shown = figure.subplots().pcolormesh(np.full((2, 2), 3.0), norm=LogNorm(1, most))
    colour_bar(figure, shown, figure.axes, "pairs")
    png(figure)
    labels = [text.get_text() for text in figure.axes[1].get_yticklabels(which="both") if text.get_text()]
    assert [label for label in labels if label in expected] == expected
    assert not [label for label in labels if "10^" in label or "times" in label]


@pytest.mark.parametrize("products", [["A"], ["A", "B", "C"], list("ABCD"), list("ABCDE")])
def test_few_dots_leave_their_titles_and_labels_room(products):
    rng = np.random.default_rng(0)
    pairs = pd.DataFrame(rng.uniform(0, 0.45, (60, 1 + len(products))), columns=["observed", *products])
    figure = scatter_figure(pairs, products)
    png(figure)
    for panel in figure.axes[: len(products)]:
        box = panel.get_tightbbox(figure.canvas.get_renderer())
        room = [box.x0, box.y0, figure.bbox.width - box.x1, figure.bbox.height - box.y1]
        assert min(room) >= -1, (panel.get_title(), room)
