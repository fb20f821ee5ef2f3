# SPDX-License-Identifier: GPL-2.0-or-later
"""Breaks, drifts and bursts of noise beside neighbours: found where they were put, and hardly where none is."""

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from affine import Affine

from soilsharp.benchmarks.station_faults import KINDS, planted, trial
from soilsharp.core.base.errors import ImpossibleValues, InputError
from soilsharp.core.rasters.grid import Grid, parse_crs
from soilsharp.core.rasters.raster import write_map
from soilsharp.core.rasters.series import Series
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.sample_region.settings import RegionOptions
from soilsharp.core.stations.homogeneity import Limits, changes, difference
from soilsharp.core.stations.quality import check_stations
from soilsharp.core.stations.references import LONGEST_GAP, from_maps, from_neighbours
from soilsharp.core.stations.settings import CheckOptions

LIMITS = Limits(0.07, 0.10, 0.045)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Return the table of 40 stations without a fault, 60 days."""
    options = RegionOptions(size_km=60, resolution_m=3000, n_stations=40, faulty_fraction=0)
    return create_sample_region(tmp_path_factory.mktemp("clean"), options, seed=1).folder / "stations.csv"


def network(n=10, days=120, seed=0):
    """Return series of one region (days, n): the same weather, each with noise of 0.015 m3 m-3, and what they share."""
    rng = np.random.default_rng(seed)
    weather = np.zeros(days)
    for day in range(1, days):
        weather[day] = 0.9 * weather[day - 1] + rng.gamma(0.3, 0.05)
    return 0.15 + weather[:, None] * rng.uniform(0.7, 1.3, n) + rng.normal(0, 0.015, (days, n))


def found_in(values, i=0, **words):
    """Return the changes of one of the series beside the others."""
    n = values.shape[1]
    reference = from_neighbours(values, np.full(n, 10.0), np.linspace(50, 50.1, n), np.zeros(n), 150)
    against, shapes = reference.of(i, values[:, i])
    return changes(difference(values[:, i], against), LIMITS, shapes=shapes, **words)


def test_nothing_is_found_where_nothing_is():
    values = network()
    for i in range(values.shape[1]):
        found = found_in(values, i)
        assert found.heights == []
        assert np.isnan(found.slope)
        assert not (found.offset | found.drift | found.noise).any()


@pytest.mark.parametrize(("day", "side"), [(30, slice(0, 30)), (90, slice(90, 120))])
def test_a_break_is_found_on_its_day_and_its_shorter_side_flagged(day, side):
    values = network()
    values[day:, 0] += 0.1
    found = found_in(values)
    assert [at for at, _ in found.heights] == pytest.approx([day], abs=1)
    assert found.heights[0][1] == pytest.approx(0.1, abs=0.02)
    flagged = np.flatnonzero(found.offset)
    assert flagged[[0, -1]] == pytest.approx([side.start, side.stop - 1], abs=1)


def test_an_offset_that_goes_again_has_two_breaks():
    values = network()
    values[40:70, 0] -= 0.12
    found = found_in(values)
    assert [at for at, _ in found.heights] == pytest.approx([40, 70], abs=1)
    assert np.flatnonzero(found.offset)[[0, -1]] == pytest.approx([40, 69], abs=1)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_drift_is_no_break_and_has_its_slope(sign):
    values = network()
    values[:, 0] += sign * np.linspace(0, 0.18, 120)
    found = found_in(values)
    assert found.heights == []
    assert found.slope == pytest.approx(sign * 0.18 / 120 * 365.25, rel=0.25)
    # flagged from where half of the least change is gone
    assert np.flatnonzero(found.drift)[0] == pytest.approx(0.05 / 0.18 * 120, abs=12)
    assert found.drift[-1]


def test_a_burst_of_noise_is_found_and_two_spikes_are_none():
    rng = np.random.default_rng(4)
    values = network()
    values[50:65, 0] += rng.normal(0, 0.1, 15)
    found = found_in(values)
    assert found.noise[50:65].sum() >= 8
    assert not found.noise[:45].any()
    assert not found.noise[70:].any()
    spiked = network()
    spiked[[50, 53], 0] += 0.3
    assert not found_in(spiked).noise.any()


def test_what_all_neighbours_do_is_no_fault():
    values = network()
    values[60:] += 0.15
    values += np.linspace(0, 0.1, 120)[:, None]
    found = found_in(values)
    assert found.heights == []
    assert np.isnan(found.slope)


def test_faulty_neighbours_do_no_harm():
    values = network()
    values[60:, 1:4] += 0.15
    assert found_in(values).heights == []
    assert [at for at, _ in found_in(values, 1).heights] == pytest.approx([60], abs=1)


def test_neighbours_are_near_alike_and_at_the_same_depth():
    values = network()
    n = values.shape[1]
    east, north, layer = np.full(n, 10.0), np.linspace(50, 50.1, n), np.zeros(n)

    def has(values=values, north=north, layer=layer, km=150):
        return np.isfinite(from_neighbours(values, east, north, layer, km).values).any(axis=0)

    assert has().all()
    assert not has(north=np.linspace(0, 60, n)).any()
    assert not has(km=0).any()
    assert not has(layer=np.arange(n) // 2).any()
    assert not has(np.random.default_rng(1).normal(0.2, 0.05, values.shape)).any()


def test_own_history_tells_of_great_breaks_alone_and_of_drifts_from_two_years_on():
    rng = np.random.default_rng(2)
    day = np.arange(3 * 365)
    x = 0.25 + 0.06 * np.cos(2 * np.pi * day / 365.25) + rng.normal(0, 0.015, len(day))
    alone = LIMITS.times(Limits(2, 2, 2))
    assert changes(difference(x, None), alone).heights == []
    assert np.isnan(changes(difference(x, None), alone).slope)
    broken = x + np.where(day >= 700, 0.16, 0)
    assert [at for at, _ in changes(difference(broken, None), alone).heights] == pytest.approx([700], abs=2)
    drifting = changes(difference(x + 0.09 * day / 365.25, None), alone)
    assert drifting.slope == pytest.approx(0.09, rel=0.15)


def test_a_check_flags_them_and_says_so(clean, tmp_path):
    table = pd.read_csv(clean).sort_values(["station", "date"], ignore_index=True)
    own = table["station"] == "S05"
    late = own & (table["date"] >= "2023-06-05")
    table.loc[late, "soil_moisture"] += 0.15
    table.to_csv(tmp_path / "stations.csv", index=False)
    check = check_stations(tmp_path / "stations.csv")
    flagged = check.frame["flag"].str.contains("S11")
    assert (flagged & late).sum() > 0.9 * late.sum()
    assert not (flagged & own & ~late & (table["date"] < "2023-06-02")).any()
    told = check.stations.set_index("station")["changes"]["S05"]
    assert told.startswith("+0.1")
    assert "from 2023-06-0" in told
    rules = check.rules.set_index("code")
    assert rules.loc["S11", "tried_on"] == 40
    left_out = check_stations(tmp_path / "stations.csv", CheckOptions(without="S11,S12"))
    assert not left_out.frame["flag"].str.contains("S11|S12").any()
    alone = check_stations(tmp_path / "stations.csv", CheckOptions(neighbour_km=0)).rules.set_index("code")
    assert "no neighbours alike" in alone.loc["S12", "skipped"]


def test_clean_stations_of_the_region_stay_clean(clean):
    check = check_stations(clean)
    assert (check.stations["n_good"] < check.stations["n"]).sum() <= 2


def test_planted_faults_of_most_kinds_are_found(clean, tmp_path):
    rows = {row.kind: row for row in trial(clean, tmp_path)}
    print(*rows.values(), sep="\n")
    assert set(rows) == set(KINDS)
    found = [row.found + row.otherwise >= 0.7 * row.planted for row in rows.values()]
    assert sum(found) >= 5
    assert all(row.alarms <= 2 for row in rows.values())


@pytest.mark.parametrize("kind", KINDS)
def test_faults_are_planted_where_it_is_said(clean, kind):
    table = pd.read_csv(clean).sort_values(["station", "date"], ignore_index=True)
    faulty, days = planted(table, kind, 10, 3)
    moved = np.abs(faulty["soil_moisture"] - table["soil_moisture"]) > 1e-9
    assert set(table["station"][moved]) <= set(days)
    assert len(days) == 10
    inside = [date in days.get(name, ()) for name, date in zip(table["station"], table["date"])]
    if kind != "offset":  # of an offset the shorter side is told
        assert not (moved & ~np.array(inside)).any()


# --- beside maps ------------------------------------------------------------------------------------------------------

FIRST = np.datetime64("2023-05-01")
DEGREES = Grid(parse_crs("EPSG:4326"), Affine(0.1, 0, 9.5, 0, -0.1, 50.5), (10, 10))
PLACES = np.array([10.02, 10.31, 20.0]), np.array([50.02, 50.02, 50.02])  # the last lies outside


def maps_in(folder, values):
    """Write maps of days, one a row of values (days, rows, columns), but for days that are unknown; return them."""
    for day, own in enumerate(values):
        if np.isfinite(own).any():
            write_map(folder / f"sm_{str(FIRST + day).replace('-', '')}.tif", own.astype(np.float32), DEGREES)
    return Series.from_files(folder)


def weather_of(days=60, seed=3):
    """Return soil moisture of cells (days, 10, 10), m3 m-3: common weather, noise of each."""
    rng = np.random.default_rng(seed)
    common = 0.2 + 0.05 * np.cumsum(rng.normal(0, 0.4, days)) / 3
    return np.clip(common, 0.05, 0.5)[:, None, None] + rng.normal(0, 0.004, (days, 10, 10))


def test_maps_tell_the_cell_of_a_station_and_lines_over_short_gaps_alone(tmp_path):
    true = weather_of()
    row, column = DEGREES.cells_at(*(place[:1] for place in PLACES))
    cell = true[:, row[0], column[0]].copy()
    seen = true.copy()
    seen[10:14] = np.nan  # no map on these days
    seen[30 : 31 + LONGEST_GAP, row[0], column[0]] = np.nan  # one more than a line goes over
    series = np.column_stack([cell, cell, cell])
    reference = from_maps(maps_in(tmp_path, seen), series, *PLACES, FIRST)
    own = reference.values[:, 0]
    npt.assert_allclose(own[10:14], np.interp(range(10, 14), [9, 14], cell[[9, 14]]), atol=1e-6)
    assert np.isnan(own[30 : 31 + LONGEST_GAP]).all()
    rest = np.r_[0:10, 14:30, 31 + LONGEST_GAP : 60]
    npt.assert_allclose(own[rest], cell[rest], atol=1e-6)
    # off the maps there is none
    assert np.isnan(reference.values[:, 2]).all()


def test_maps_that_move_otherwise_are_no_reference(tmp_path):
    series = np.random.default_rng(5).normal(0.2, 0.05, (60, 3))
    reference = from_maps(maps_in(tmp_path, weather_of()), series, *PLACES, FIRST)
    assert np.isnan(reference.values).all()


def test_maps_of_other_days_or_another_unit_are_refused(tmp_path):
    series = np.full((60, 3), 0.2)
    maps = maps_in(tmp_path, 100 * weather_of())
    with pytest.raises(InputError, match=r"run from 2023-05-01 to 2023-06-29, the stations from 2024-01-01 .* common"):
        from_maps(maps, series, *PLACES, np.datetime64("2024-01-01"))
    with pytest.raises(ImpossibleValues):
        from_maps(maps, series, *PLACES, FIRST)


def test_beside_maps_faults_that_most_stations_share_are_found(clean, tmp_path):
    table = pd.read_csv(clean).sort_values(["station", "date"], ignore_index=True)
    drifting = sorted(table["station"].unique())[::2]
    day = (pd.to_datetime(table["date"]) - pd.Timestamp(table["date"].min())).dt.days
    table["soil_moisture"] += np.where(table["station"].isin(drifting), 0.2 * day / day.max(), 0)
    table.to_csv(tmp_path / "stations.csv", index=False)

    def drifts(**words):
        frame = check_stations(tmp_path / "stations.csv", **words).frame
        return set(frame["station"][frame["flag"].str.contains("S12")])

    beside = drifts(maps=Series.from_files(clean.parent / "coarse"))
    assert len(beside & set(drifting)) >= 0.8 * len(drifting)
    assert len(beside - set(drifting)) <= 1
    # neighbours of which half drift cannot tell who does
    assert len(drifts() & set(drifting)) < 0.5 * len(drifting)


def test_planted_breaks_and_drifts_are_found_beside_the_coarse_product(clean, tmp_path):
    rows = {row.kind: row for row in trial(clean, tmp_path, maps=Series.from_files(clean.parent / "coarse"))}
    print(*rows.values(), sep="\n")
    assert all(rows[kind].found >= 0.7 * rows[kind].planted for kind in ("offset", "drift"))
    assert all(row.alarms <= 2 for row in rows.values())
