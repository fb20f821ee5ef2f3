# SPDX-License-Identifier: GPL-2.0-or-later
"""Other products and other predictions beside predictions, on the same rows."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.rasters.grid import WGS84, Grid, project
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.scoring.metrics import scores
from soilsharp.core.scoring.predictions import Predictions
from soilsharp.core.scoring.score_table import score_table
from soilsharp.core.validation.beside import with_predictions, with_products

GRID = Grid.from_bounds("EPSG:3035", 1000, (4_400_000, 2_900_000, 4_406_000, 2_906_000))
DAYS = np.arange("2023-05-01", "2023-05-21", dtype="datetime64[D]")
CELLS = [(1, 2), (4, 4), (5, 0)]


@pytest.fixture(scope="module")
def truth():
    return np.random.default_rng(0).uniform(0.1, 0.4, (len(DAYS), *GRID.shape)).astype(np.float32)


def _predictions(truth, name="Model", error=0.02, keep=slice(None), **more):
    rows, columns = np.array(CELLS).T
    x, y = GRID.centres()
    longitude, latitude = project(x[columns], y[rows], GRID.crs, WGS84)
    station, day = (index.ravel() for index in np.indices((len(CELLS), len(DAYS))))
    place = pd.DataFrame(
        {
            "station": [f"S{i}" for i in station],
            "longitude": longitude[station],
            "latitude": latitude[station],
            "date": DAYS[day].astype("datetime64[ns]"),
        }
    )
    observed = truth[day, rows[station], columns[station]]
    noise = np.random.default_rng(len(name)).normal(0, error, len(observed))
    table = Predictions.of(
        place, observed, {name: observed + noise}, {"Coarse as is": observed + 0.03}, folds="by station"
    )
    return Predictions(table.table.iloc[keep].assign(**more), table.models, table.baselines)


def test_a_product_is_read_at_the_place_and_day_of_each_row(truth, tmp_path):
    for day, values in zip(DAYS[:15], truth):
        write_map(tmp_path / f"other_{day}.tif", values + 0.01, GRID)
    found = with_products(_predictions(truth), {"Other": Series.from_files(tmp_path)})
    known = found.table["Other"].notna()
    assert known.sum() == 15 * len(CELLS)
    npt.assert_allclose(found.table["Other"][known], found.table["observed"][known] + 0.01, atol=1e-6)
    table = score_table(found).set_index("product")
    # all are scored where all are known
    assert table["n"].tolist() == 3 * [15 * len(CELLS)]
    npt.assert_allclose(table.loc["Other", "bias"], 0.01, atol=1e-6)


def test_two_models_on_the_rows_that_both_hold_out(truth):
    first, second = _predictions(truth), _predictions(truth, "Held LST", 0.04, slice(10, None))
    found = with_predictions(first, second)
    assert found.models == ("Model", "Held LST")
    assert len(found) == len(first) - 10
    row = score_table(found).set_index("product").loc["Held LST"]
    expected = scores(second.table["Held LST"], second.table["observed"])
    npt.assert_allclose([row["rmse"], row["r"]], [expected["rmse"], expected["r"]], rtol=1e-6)
    again = with_predictions(first, _predictions(truth))
    assert again.models == ("Model", "Model (other)")


def test_what_cannot_be_put_beside_is_said(truth, tmp_path):
    first = _predictions(truth)
    write_map(tmp_path / "sm_2020-01-01.tif", truth[0], GRID)
    with pytest.raises(InputError, match="Old has no value at the place and day of any row"):
        with_products(first, {"Old": Series.from_files(tmp_path)})
    rescaled = first.table.assign(observed=first.table["observed"] + 0.05)
    with pytest.raises(InputError, match=r"differs in 60 of 60 rows, by up to 0\.0500"):
        with_predictions(first, Predictions(rescaled, first.models, first.baselines))
    with pytest.raises(InputError, match="no row of the same place, day and part"):
        with_predictions(first, _predictions(truth, part="test"))
    twice = Predictions(pd.concat([first.table, first.table]), first.models, first.baselines)
    with pytest.raises(InputError, match="more than once"):
        with_predictions(first, twice)
    nowhere = Predictions(first.table.drop(columns="longitude"), first.models, first.baselines)
    with pytest.raises(InputError, match="have no longitude"):
        with_products(nowhere, {})
