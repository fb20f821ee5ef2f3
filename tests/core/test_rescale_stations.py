# SPDX-License-Identifier: GPL-2.0-or-later
"""Stations on the scale of a reference: exact means and spreads, distributions, and what cannot be rescaled."""

import json

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.progress import Progress
from soilsharp.core.preprocessing.rescale_stations import (
    MEASURED,
    Transform,
    raster_reference,
    rescale_stations,
    study_reference,
    table_reference,
)
from soilsharp.core.preprocessing.settings import RescaleOptions
from soilsharp.core.rasters.series import Series
from soilsharp.core.stations.settings import StationOptions
from soilsharp.core.stations.stations import Stations
from soilsharp.core.study.study import COARSE, Study

DAYS = 60


def table(station="A", mean=0.2, sd=0.02, seed=0, days=DAYS, **columns):
    x = np.random.default_rng(seed).normal(0, 1, days)
    frame = pd.DataFrame({
        "station": station, "longitude": 10.0, "latitude": 50.0,
        "date": pd.date_range("2023-05-01", periods=days).strftime("%Y-%m-%d"),
        "soil_moisture": (mean + sd * x).round(4),
    })  # fmt: skip
    return frame.assign(**columns)


def rescale(tmp_path, frame, reference, columns=StationOptions(), progress=None, **options):
    frame.to_csv(tmp_path / "stations.csv", index=False)
    if isinstance(reference, pd.DataFrame):
        reference.to_csv(tmp_path / "reference.csv", index=False)
        reference = table_reference(tmp_path / "reference.csv")
    more = {"progress": progress} if progress else {}
    more |= {"columns": columns} if columns else {}
    return rescale_stations(tmp_path / "stations.csv", reference, RescaleOptions(**options), **more)


def test_three_days_by_hand(tmp_path):
    # station 0.1, 0.2, 0.3: mean 0.2, SD 0.1; reference 0.30, 0.25, 0.35: mean 0.3, SD 0.05
    frame = table(days=4, soil_moisture=[0.1, 0.2, 0.3, 0.5])
    reference = table(days=3, soil_moisture=[0.30, 0.25, 0.35])
    result = rescale(tmp_path, frame, reference, min_days=3)
    # the ratio upside down, as printed in the paper, would give 0.1, 0.3, 0.5
    npt.assert_allclose(result.frame["soil_moisture"], [0.25, 0.30, 0.35, 0.45], atol=1e-9)
    assert result.frame[MEASURED].tolist() == [0.1, 0.2, 0.3, 0.5]
    row = result.stations.iloc[0]
    assert row["n"] == 3
    npt.assert_allclose(row[["mean_measured", "sd_measured", "mean_reference", "sd_reference"]].astype(float),
                        [0.2, 0.1, 0.3, 0.05])  # fmt: skip


def test_mean_and_sd_are_those_of_the_reference_on_the_common_days(tmp_path):
    frame = pd.concat([table("A", 0.15, 0.03, 1), table("B", 0.3, 0.01, 2)])
    reference = pd.concat([table("A", 0.25, 0.05, 3).iloc[:45], table("B", 0.2, 0.02, 4).iloc[10:]])
    result = rescale(tmp_path, frame, reference)
    for station, days in (("A", slice(0, 45)), ("B", slice(10, 60))):
        made = result.frame[result.frame["station"] == station].iloc[days]["soil_moisture"]
        wanted = reference[reference["station"] == station]["soil_moisture"]
        npt.assert_allclose([made.mean(), made.std()], [wanted.mean(), wanted.std()], atol=2e-7)
    facts = result.stations.set_index("station")
    npt.assert_allclose(facts["mean_rescaled"], facts["mean_reference"])
    npt.assert_allclose(facts["sd_rescaled"], facts["sd_reference"])
    # what is not common is on the same line
    own = result.frame[result.frame["station"] == "A"]
    npt.assert_allclose(np.corrcoef(own["soil_moisture"], own[MEASURED])[0, 1], 1, atol=1e-8)


def test_cdf_gives_the_distribution(tmp_path):
    frame = table(sd=0.02, days=2000)
    skewed = 0.1 + np.random.default_rng(9).gamma(2, 0.05, 2000)
    result = rescale(
        tmp_path, frame, table(days=2000, soil_moisture=skewed.clip(0, 0.9)), rescale="cdf", percentiles=101
    )
    made = result.frame["soil_moisture"]
    share = [0, 5, 25, 50, 75, 95, 100]
    npt.assert_allclose(np.percentile(made, share), np.percentile(skewed, share), atol=2e-3)
    # the mean and SD alone would not give the skewness
    assert pd.Series(made).skew() == pytest.approx(pd.Series(skewed).skew(), abs=0.1)
    order = np.argsort(frame["soil_moisture"].to_numpy(), kind="stable")
    assert (np.diff(made.to_numpy()[order]) >= 0).all()


def test_tails_go_on_with_the_slope_of_the_spreads():
    line = Transform(np.array([0.1, 0.2, 0.3]), np.array([0.2, 0.25, 0.5]), 2.0)
    npt.assert_allclose(line.apply(np.array([0.05, 0.1, 0.15, 0.25, 0.3, 0.4])), [0.1, 0.2, 0.225, 0.375, 0.5, 0.7])


def test_results_can_be_brought_back(tmp_path):
    frame = pd.concat([table("A", depth_m=0.05), table("A", 0.3, seed=1, depth_m=0.2)])
    reference = table(mean=0.3, sd=0.04, seed=5)
    for method in ("mean_sd", "cdf"):
        result = rescale(tmp_path, frame, reference, rescale=method)
        result.write_transforms(tmp_path / "how.json")
        entries = json.loads((tmp_path / "how.json").read_text())["stations"]
        assert [(entry["station"], entry["depth_m"]) for entry in entries] == [("A", 0.05), ("A", 0.2)]
        for entry in entries:
            own = result.frame[result.frame["depth_m"] == entry["depth_m"]]
            back = Transform(np.array(entry["after"]), np.array(entry["before"]), 1 / entry["slope"])
            npt.assert_allclose(back.apply(own["soil_moisture"].to_numpy()), own[MEASURED], atol=2e-6)


def test_flagged_values_do_not_count_and_keep_their_flag(tmp_path):
    clean = table()
    frame = clean.assign(flag="G")
    frame.loc[[3, 30], ["soil_moisture", "flag"]] = [[0.9, "C02,S03"], [0.0, "S06"]]
    result = rescale(tmp_path, frame, table(mean=0.3, sd=0.04, seed=5))
    expected = rescale(tmp_path, clean.drop(index=[3, 30]), table(mean=0.3, sd=0.04, seed=5))
    good = result.frame[result.frame["flag"] == "G"]
    npt.assert_allclose(good["soil_moisture"], expected.frame["soil_moisture"])
    assert result.frame["flag"].tolist() == frame["flag"].tolist()


def test_stations_that_cannot_be_rescaled_are_left_out_with_the_reason(tmp_path):
    said = []
    frame = pd.concat([table("A"), table("few", days=12), table("flat", soil_moisture=0.2), table("strange")])
    reference = pd.concat([table("A", seed=3), table("few", seed=3), table("flat", seed=3)])
    result = rescale(tmp_path, frame, reference, progress=Progress(say=said.append))
    reasons = result.stations.set_index("station")["left_out_because"]
    assert reasons["A"] == ""
    assert "12 days in common" in reasons["few"]
    assert "30 are needed" in reasons["few"]
    assert "the station has one value on all 60 common days" in reasons["flat"]
    assert "0 days in common" in reasons["strange"]
    assert set(result.frame["station"]) == {"A"}
    assert sum("Left out" in line for line in said) == 3
    with pytest.raises(InputError, match=r"No station could be rescaled. A: the reference has one value"):
        rescale(tmp_path, table(), table(soil_moisture=0.25))
    with pytest.raises(InputError, match="none of the stations"):
        rescale(tmp_path, table(), table("B"))


def test_values_stay_within_what_soil_can_hold(tmp_path):
    said = []
    frame = table(soil_moisture=np.r_[np.linspace(0.2, 0.21, DAYS - 1), 0.6])
    reference = table(mean=0.05, sd=0.02).iloc[:-1]
    result = rescale(tmp_path, frame.iloc[::-1], reference, progress=Progress(say=said.append))
    assert result.frame["soil_moisture"].between(0, 1).all()
    assert any("beyond 0 to 1" in line for line in said)
    result.write_table(tmp_path / "rescaled.csv")
    assert len(Stations.read(tmp_path / "rescaled.csv").values) == DAYS


def test_percent_stays_percent_and_hours_are_hours(tmp_path):
    frame = table(sd=0.03)
    plain = rescale(tmp_path, frame, table(mean=0.3, sd=0.04, seed=5)).frame["soil_moisture"]
    percent = frame.assign(soil_moisture=frame["soil_moisture"] * 100)
    result = rescale(tmp_path, percent, table(mean=0.3, sd=0.04, seed=5), StationOptions(unit="percent"))
    npt.assert_allclose(result.frame["soil_moisture"], plain * 100, atol=2e-4)
    npt.assert_allclose(result.frame[MEASURED], percent["soil_moisture"])
    # twice a day, with the same daily mean
    twice = pd.concat([frame.assign(time="06:00"), frame.assign(time="18:00")])
    twice["soil_moisture"] += np.repeat([0.01, -0.01], DAYS)
    result = rescale(tmp_path, twice, table(mean=0.3, sd=0.04, seed=5))
    npt.assert_allclose(result.frame.groupby("date")["soil_moisture"].mean(), plain, atol=2e-6)


def test_a_table_is_not_rescaled_twice(tmp_path):
    once = rescale(tmp_path, table(), table(mean=0.3, sd=0.04, seed=5)).frame
    with pytest.raises(InputError, match="has been rescaled before"):
        rescale(tmp_path, once, table(mean=0.3, sd=0.04, seed=5))


def test_the_coarse_series_of_a_study_and_its_rasters_are_one_reference(region, tmp_path):
    study = Study.read(region.study)
    options = RescaleOptions(min_days=5)
    by_study = rescale_stations(region.folder / "stations.csv", study_reference(study, COARSE), options)
    rasters = raster_reference(Series.from_files(region.folder / "coarse"))
    by_rasters = rescale_stations(region.folder / "stations.csv", rasters, options)
    pd.testing.assert_frame_equal(by_study.frame, by_rasters.frame)
    # by hand for one station
    station = by_study.frame["station"].iloc[0]
    place = study.stations().places.loc[[station]]
    row, column = study.grid.cells_at(place["longitude"].to_numpy(), place["latitude"].to_numpy())
    coarse = study.at_cells([COARSE], study.days, row, column)[:, 0, 0]
    own = by_study.frame[by_study.frame["station"] == station]
    e = coarse[np.searchsorted(study.days, own["date"].to_numpy("datetime64[D]"))]
    x, common = own[MEASURED].to_numpy(), np.isfinite(e)
    slope = e[common].std(ddof=1) / x[common].std(ddof=1)
    wanted = ((x - x[common].mean()) * slope + e[common].mean()).clip(0, 1)
    npt.assert_allclose(own["soil_moisture"], wanted, atol=1e-6)
    ndvi = rescale_stations(region.folder / "stations.csv", study_reference(study, "ndvi"), options)
    assert (ndvi.stations["n"] > 10).all()


def test_references_elsewhere_or_of_other_days_are_refused(region, tmp_path):
    study = Study.read(region.study)
    with pytest.raises(InputError, match="no covariate 'gold'"):
        study_reference(study, "gold")
    place = pd.read_csv(region.folder / "stations.csv").iloc[0]
    other = table(longitude=place["longitude"], latitude=place["latitude"])
    other["date"] = pd.date_range("1999-01-01", periods=DAYS).strftime("%Y-%m-%d")
    for reference in (study_reference(study, COARSE), raster_reference(Series.from_files(region.folder / "coarse"))):
        with pytest.raises(InputError, match="No station stands on"):
            rescale(tmp_path, table(longitude=-100.0), reference)
        with pytest.raises(InputError, match="No common days"):
            rescale(tmp_path, other, reference)
