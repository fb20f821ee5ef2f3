# SPDX-License-Identifier: GPL-2.0-or-later
"""Means over periods on the page of a run, the region with the weather of its places, and scatters by class."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
import rasterio
from matplotlib.legend import Legend

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import SILENT
from soilsharp.core.methods.analyses import period_means, region, weekly_means
from soilsharp.core.methods.method import Method
from soilsharp.core.methods.run_state import RunState
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.report.figures import class_scatter_figure
from soilsharp.core.report.html_page import png
from soilsharp.core.study.class_names import names_in
from soilsharp.core.study.entries import RasterEntry
from soilsharp.core.study.rain import Rain
from soilsharp.core.study.study import Study
from soilsharp.core.units import SM_SHOWN

WEATHER = {"rain": "rain", "temperature": "temperature"}


@pytest.fixture
def state(request, tmp_path):
    """Return a run on the sample region whose maps are the truth, with a map of two classes of land."""
    files = request.getfixturevalue("region")  # whose name is that of the step
    study = Study.read(files.study)
    codes = np.full(study.grid.shape, 10, np.float32)
    codes[:, 18:] = 30
    write_map(tmp_path / "cover.tif", codes, study.grid)
    cover = RasterEntry(file=str(tmp_path / "cover.tif"), classes=True, resampling="nearest")
    study = replace(study, covariates={**study.covariates, "land_cover": cover})
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "maps").symlink_to(files.truth)
    return RunState(study, Method.read("rao2022"), SimpleNamespace(used=WEATHER, left_out={}), folder, 1)


def _months(state):
    """Write the means over months; 16 days are too few for a year."""
    with pytest.raises(InputError, match="of any year"):
        period_means(state, None, SILENT)


def test_weeks_are_shown_side_by_side(state):
    weekly_means(state, None, SILENT)
    ((title, _, figure),) = state.figures
    assert title == "Weekly means"
    titles = [axis.get_title() for axis in figure.axes if axis.get_title()]
    assert titles[:2] == ["from 2023-05-01", "from 2023-05-08"]
    assert len(png(figure)) > 10_000


def test_the_region_is_shown_with_the_weather_of_stations_in_different_land(state):
    _months(state)
    assert not state.figures  # of one month alone
    region(state, None, SILENT)
    ((title, caption, figure),) = state.figures
    assert title == "The region"
    assert "Classes of land_cover" in caption
    titles = [axis.get_title() for axis in figure.findobj(match=lambda one: hasattr(one, "get_xlim"))]
    assert titles[:2] == ["Land cover", "2023-05"]
    assert len(png(figure)) > 10_000
    table = pd.read_csv(state.folder / "analyses" / "region" / "weather.csv")
    assert len(table) == 3
    places = state.study.stations().places.loc[table["place"]]
    _, columns = state.study.grid.cells_at(places["longitude"].to_numpy(), places["latitude"].to_numpy())
    assert set(columns >= 18) == {False, True}
    # 16 of 31 days are known: the sum is that of the whole month at the same rate
    days = np.arange("2023-05-01", "2023-05-17", dtype="datetime64[D]")
    rain = Rain.of(state.study).at(places["longitude"].to_numpy(), places["latitude"].to_numpy(), days)
    npt.assert_allclose(table["rain"], rain.mean(axis=0) * 31, rtol=1e-5)
    assert table["days"].tolist() == [16] * 3
    assert table["temperature"].between(270, 320).all()


def test_without_stations_the_places_are_pixels(state):
    _months(state)
    alone = replace(state, study=replace(state.study, stations_file=""))
    region(alone, None, SILENT)
    table = pd.read_csv(state.folder / "analyses" / "region" / "weather.csv")
    assert table["place"].tolist() == ["dry", "middling", "wet"]


def test_what_the_region_lacks_is_told(state):
    with pytest.raises(InputError, match="analysis period_means makes them"):
        region(state, None, SILENT)
    dry = replace(state, roles=SimpleNamespace(used={}, left_out={}))
    with pytest.raises(InputError, match="needs dated precipitation"):
        region(dry, None, SILENT)


def test_a_scatter_has_a_row_for_every_class():
    pairs = pd.DataFrame(
        {"observed": [0.1, 0.2, 0.3, 0.4], "A": [0.1, 0.2, 0.3, np.nan], "B": 0.2, "cover": list("xxyy")}
    )
    figure = class_scatter_figure(pairs, ["A", "B"], "cover")
    assert [axis.get_ylabel() for axis in figure.axes[::2]] == ["cover x\nn = 2", "cover y\nn = 1"]
    assert figure._supxlabel.get_text() == f"Observed ({SM_SHOWN})"
    assert figure._supylabel.get_text() == f"Predicted ({SM_SHOWN})"
    npt.assert_array_equal(figure.axes[2].lines[0].get_xydata(), [[0.3, 0.3]])


def _legend(figure):
    (legend,) = figure.findobj(Legend)
    return [text.get_text() for text in legend.get_texts()]


def test_land_cover_is_called_by_the_names_of_its_classes(state, tmp_path):
    """The study is asked first, then a table beside the raster, then its tag; else there are numbers."""
    _months(state)

    def shown(**entry):
        land = replace(state.study.covariates["land_cover"], **entry)
        study = replace(state.study, covariates={**state.study.covariates, "land_cover": land})
        here = replace(state, study=study, figures=[])
        region(here, None, SILENT)
        return _legend(here.figures[0][2])

    assert shown() == ["10", "30"]
    with rasterio.open(tmp_path / "cover.tif", "r+") as raster:
        raster.update_tags(classes="10 tree cover, 30 grassland")
    assert shown() == ["tree cover", "grassland"]
    (tmp_path / "cover.csv").write_text('Value,Name\n10,"Trees, dense"\n,nothing\nx,unknown\n')
    assert shown() == ["Trees, dense", "30"]
    assert shown(class_names="10: spruce; 30 bog") == ["spruce", "bog"]
    with pytest.raises(InputError, match="must be as '10 trees, 40 crops'"):
        shown(class_names="spruce and bog")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("10 tree cover, 30 grassland", {10: "tree cover", 30: "grassland"}),
        ("1=Af;2=Am;", {1: "Af", 2: "Am"}),
        ("-1 sea", {-1: "sea"}),
        ("igbp: forest", {}),
        ("10", {}),
        ("", {}),
    ],
)
def test_names_of_classes_are_read_from_a_text(text, names):
    assert names_in(text) == names
