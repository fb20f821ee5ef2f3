# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds and test parts: what is held back together, how far apart, and how alike."""

from dataclasses import replace

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from affine import Affine
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rasterio.crs import CRS
from scipy.stats import ks_2samp, wasserstein_distance

from soilsharp.core.base.errors import Cancelled, InputError, OptionError
from soilsharp.core.base.progress import Progress
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.samples.samples import Samples
from soilsharp.core.training.compare.words import folds_label, gap_words
from soilsharp.core.training.folds import FOLDS, HOLDOUTS, KINDS
from soilsharp.core.training.folds.divide import holdout, make_folds
from soilsharp.core.training.settings import FoldOptions, HoldoutOptions

TEXTURES = ("loam", "sand", "clay")


def _samples(stations=20, per_station=20, years=4, seed=0, **columns):
    """Return samples of stations whose days lie in so many years, in no order."""
    rng = np.random.default_rng(seed)
    n = stations * per_station
    station = np.repeat(np.arange(stations), per_station)
    day = np.datetime64("2018-01-01") + (np.arange(n) % per_station) * (365 * years // per_station)
    sand = rng.permutation(np.linspace(10, 90, stations))
    place = {
        "station": [f"s{i:03}" for i in station],
        "longitude": rng.uniform(20, 25, stations)[station],
        "latitude": rng.uniform(60, 64, stations)[station],
        "date": day.astype("datetime64[ns]"),
        "texture": [TEXTURES[i % 3] for i in station],
        "cell_row": station // 5,
        "cell_column": station % 5,
        **columns,
    }
    X = np.column_stack([sand[station], rng.random(n)]).astype(np.float32)
    samples = Samples(X, rng.random(n).astype(np.float32), ("sand", "ndvi"), pd.DataFrame(place))
    return samples.rows(rng.permutation(n))


def _great_circle_km(a, b):
    """Return the distances between all places of two tables by the haversine formula."""
    east_a, north_a, east_b, north_b = (
        np.radians(table[name].to_numpy())[shape]
        for table, shape in ((a, (slice(None), None)), (b, (None, slice(None))))
        for name in ("longitude", "latitude")
    )
    h = np.sin((north_a - north_b) / 2) ** 2
    h = h + np.cos(north_a) * np.cos(north_b) * np.sin((east_a - east_b) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(h))


KEYS = {
    "station": lambda place: place["station"],
    "year": lambda place: place["date"].dt.year,
    "date": lambda place: place["date"],
    "class": lambda place: place["station"],
    "column": lambda place: place["texture"],
    "block": lambda place: place["cell_row"] * 100 + place["cell_column"],
    "knndm": lambda place: place["station"],
    "random": lambda place: pd.Series(np.arange(len(place))),
}


@settings(max_examples=12, deadline=None)
@given(stations=st.integers(8, 30), n_folds=st.integers(2, 6), seed=st.integers(0, 999))
@pytest.mark.parametrize("by", KEYS)
def test_every_row_is_tested_once_by_a_model_that_knows_nothing_of_its_group(by, stations, n_folds, seed):
    samples = _samples(stations, per_station=12, years=6, seed=seed)
    n_folds = min(n_folds, 3) if by == "column" else n_folds
    options = FoldOptions(by=by, n_folds=n_folds, column="texture", block_cells=1)
    pairs = make_folds(samples, options, seed)
    assert len(pairs) == n_folds
    npt.assert_array_equal(np.sort(np.concatenate([test for _, test in pairs])), np.arange(len(samples)))
    keys = KEYS[by](samples.index).to_numpy()
    for learn, test in pairs:
        assert min(len(learn), len(test)) > 0
        assert len(learn) + len(test) == len(samples)
        assert not set(keys[learn]) & set(keys[test])
    again = make_folds(samples, options, seed)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(pairs, again))


@pytest.mark.parametrize(("km", "cells"), [(8, 1), (9, 1), (9.1, 1), (18, 2), (20, 3), (27, 3), (28, 4)])
def test_blocks_in_km_are_those_of_as_many_whole_cells(km, cells):
    grid = Grid(CRS.from_epsg(32635), Affine(9000, 0, 300_000, 0, -9000, 7_000_000), (12, 12))
    row, column = (values.ravel() for values in np.indices(grid.shape))
    samples = _samples(stations=144, per_station=3, cell_row=np.repeat(row, 3), cell_column=np.repeat(column, 3))
    samples = replace(samples, facts={"coarse_grid": grid.as_dict()})
    in_km, in_cells = (
        make_folds(samples, FoldOptions(by="block", n_folds=3, **side), 5)
        for side in ({"block_km": km}, {"block_cells": cells})
    )
    assert [test.tolist() for _, test in in_km] == [test.tolist() for _, test in in_cells]
    # with a buffer, of samples without stations, they are the same blocks
    bare = replace(samples, index=samples.index.drop(columns="station"))
    buffered = make_folds(bare, FoldOptions(by="buffered", n_folds=3, block_km=km, buffer_km=1), 5)
    assert [test.tolist() for _, test in buffered] == [test.tolist() for _, test in in_cells]


def test_a_block_has_one_side_and_that_of_cells_must_be_known():
    with pytest.raises(OptionError, match="block_cells is 3 and block_km 27, but a block has one side"):
        FoldOptions(by="block", block_cells=3, block_km=27)
    with pytest.raises(InputError, match="block_km is 27, but how large a coarse cell is cannot be told"):
        make_folds(_samples(stations=12), FoldOptions(by="block", n_folds=2, block_km=27))


@pytest.mark.parametrize("kind", FOLDS, ids=lambda kind: kind.key)
def test_every_kind_of_folds_divides_samples_and_has_its_words(kind):
    samples = _samples()
    options = FoldOptions(by=kind.key, n_folds=3, column="texture", buffer_km=1)
    pairs = make_folds(samples, options, 1)
    assert len(pairs) == 3
    for learn, test in pairs:
        assert min(len(learn), len(test)) > 0
        assert not set(learn) & set(test)
    again = make_folds(samples, options, 1)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(pairs, again))
    words = [kind.label, kind.about, folds_label(options), kind.judged.format(**options.as_dict())]
    assert all(words)
    told = gap_words("Forest", [FoldOptions(by="random"), options], {"random": 0.9, folds_label(options): 0.1})
    assert kind.key == "random" or f"0.10 {words[-1]}" in told


@pytest.mark.parametrize(
    ("kind", "divide", "record"),
    [(kind, make_folds, FoldOptions) for kind in FOLDS] + [(kind, holdout, HoldoutOptions) for kind in HOLDOUTS],
    ids=lambda it: getattr(it, "key", None) or it.__name__,
)
def test_every_kind_says_what_it_lacks(kind, divide, record):
    options = record(by=kind.key, column="texture")
    for name in kind.needs:
        column = name.format(**options.as_dict())
        with pytest.raises(InputError, match=f"Folds by {kind.key} need the column {column}, which the samples lack"):
            divide(_without(column), options)
    if "ks_p" not in kind.takes:
        with pytest.raises(InputError, match=f"are drawn again, not by {kind.key}"):
            divide(_samples(), replace(options, ks_p=0.1))


def test_keys_of_kinds_are_told_apart():
    assert len({kind.key for kind in KINDS}) == len(KINDS)


def test_another_seed_divides_otherwise():
    samples = _samples()
    for by in ("random", "station", "date", "class", "knndm", "station_year", "buffered"):
        options = FoldOptions(by=by, column="texture", buffer_km=1)
        one, other = (make_folds(samples, options, seed) for seed in (1, 2))
        assert any(not np.array_equal(a[1], b[1]) for a, b in zip(one, other)), by


@settings(max_examples=20, deadline=None)
@given(stations=st.integers(8, 30), years=st.integers(2, 6), n_folds=st.integers(2, 5), seed=st.integers(0, 999))
def test_station_year_tests_stations_and_years_of_which_nothing_was_learned(stations, years, n_folds, seed):
    samples = _samples(stations, per_station=30, years=years, seed=seed)
    station, year = samples.index["station"].to_numpy(), samples.index["date"].dt.year.to_numpy()
    pairs = make_folds(samples, FoldOptions(by="station_year", n_folds=n_folds), seed)
    tested = np.concatenate([test for _, test in pairs])
    assert len(tested) == len(set(tested)) > 0
    assert set(station[tested]) == set(station)
    for learn, test in pairs:
        assert not set(station[learn]) & set(station[test])
        assert not set(year[learn]) & set(year[test])
        # every row of other stations in other years is learned from
        others = ~np.isin(station, station[test]) & ~np.isin(year, year[test])
        npt.assert_array_equal(learn, np.flatnonzero(others))


def test_stations_that_never_meet_in_time_are_still_paired_with_their_years():
    # stations of even number measure in 2018 only, the others in 2021 only
    samples = _samples(8, per_station=30, years=1)
    odd = samples.index["station"].str[-1].astype(int) % 2 == 1
    samples.index.loc[odd, "date"] += pd.DateOffset(years=3)
    for seed in range(20):
        pairs = make_folds(samples, FoldOptions(by="station_year", n_folds=2), seed)
        assert all(len(test) for _, test in pairs)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), buffer_km=st.floats(0, 120), stations=st.integers(12, 30))
def test_buffered_folds_learn_from_all_and_only_what_is_far_enough(seed, buffer_km, stations):
    samples = _samples(stations, per_station=10, seed=seed)
    place, station = samples.index, samples.index["station"].to_numpy()
    try:
        pairs = make_folds(samples, FoldOptions(by="buffered", n_folds=4, buffer_km=buffer_km), seed)
    except InputError:
        assume(False)  # too few are left to learn from
    npt.assert_array_equal(np.sort(np.concatenate([test for _, test in pairs])), np.arange(len(samples)))
    for learn, test in pairs:
        assert not set(station[learn]) & set(station[test])
        others = np.setdiff1d(np.arange(len(samples)), test)
        far = _great_circle_km(place.iloc[others], place.iloc[test]).min(1) > buffer_km
        npt.assert_array_equal(learn, others[far])


def test_a_buffer_reaches_across_the_date_line_and_the_pole():
    stations = {"longitude": [179.9, -179.9, 0, 180, 60.0], "latitude": [10, 10, 89.9, 89.9, -40.0]}
    table = pd.DataFrame({"station": list("abcde"), **stations}).loc[np.repeat(np.arange(5), 30)].reset_index(drop=True)
    samples = Samples(np.ones((150, 1), np.float32), np.ones(150, np.float32), ("x",), table)
    known = [set(table["station"].iloc[t]) | set(table["station"].iloc[learn])
             for learn, t in make_folds(samples, FoldOptions(by="buffered", n_folds=5, buffer_km=25))]  # fmt: skip
    # a and b are 21.9 km apart, c and d 22.2 km
    assert sorted(map(sorted, known)) == sorted(map(sorted, ["acde", "bcde", "abce", "abde", "abcde"]))


# --- distances to the map ---------------------------------------------------------------------------------------------


def _clustered(seed):
    """Return samples of 100 places in ten tight clusters in a region of some 500 km."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform([20, 58], [28, 63], (10, 2)).repeat(10, axis=0)
    where = centre + 0.02 * rng.standard_normal((100, 2))
    table = pd.DataFrame({"station": [str(i) for i in range(100)], "longitude": where[:, 0], "latitude": where[:, 1]})
    return Samples(np.ones((100, 1), np.float32), np.ones(100, np.float32), ("x",), table)


def _apart(samples, pairs, map_table):
    """Return how far the distances test to learn are from those map to sample, by brute force, km."""
    place = samples.index
    wanted = _great_circle_km(map_table, place).min(1)
    found = [_great_circle_km(place.iloc[test], place.iloc[learn]).min(1) for learn, test in pairs]
    return wasserstein_distance(np.concatenate(found), wanted)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_knndm_tests_as_far_off_as_the_map_is_where_random_folds_do_not(seed):
    samples, rng = _clustered(seed), np.random.default_rng(9)
    box = samples.index[["longitude", "latitude"]]
    north = np.degrees(
        np.arcsin(rng.uniform(*np.sin(np.radians([box["latitude"].min(), box["latitude"].max()])), 3000))
    )
    east = rng.uniform(box["longitude"].min(), box["longitude"].max(), 3000)
    box = pd.DataFrame({"longitude": east, "latitude": north})
    matched = _apart(samples, make_folds(samples, FoldOptions(by="knndm"), seed), box)
    single = _apart(samples, make_folds(samples, FoldOptions(by="random"), seed), box)
    assert matched < 0.5 * single


def test_knndm_is_no_stricter_than_need_be_where_samples_are_spread_like_the_map():
    samples = _samples(200, per_station=1)
    place = samples.index
    pairs = make_folds(samples, FoldOptions(by="knndm"), 1)
    found = np.concatenate([_great_circle_km(place.iloc[t], place.iloc[learn]).min(1) for learn, t in pairs])
    every = _great_circle_km(place, place)
    np.fill_diagonal(every, np.inf)
    # the nearest other sample is seldom held back too
    assert np.median(found) < 1.5 * np.median(every.min(1))


def test_knndm_goes_by_the_target_grid_where_it_is_known():
    samples = _clustered(1)
    near = samples.index[["longitude", "latitude"]].iloc[:10]
    # a map of the first cluster alone: hardly any distance
    bounds = near["longitude"].min(), near["latitude"].min(), near["longitude"].max(), near["latitude"].max()
    grid = Grid.from_bounds("EPSG:4326", 0.001, bounds)
    own = Samples(samples.X, samples.y, samples.names, samples.index, {"grid": grid.as_dict()})
    found = {}
    for name, which in (("box", samples), ("grid", own)):
        pairs = make_folds(which, FoldOptions(by="knndm"), 1)
        place = samples.index
        km = [_great_circle_km(place.iloc[test], place.iloc[learn]).min(1) for learn, test in pairs]
        found[name] = np.concatenate(km).mean()
    assert found["grid"] < 10 < found["box"]


def test_knndm_of_many_places_is_quick_and_keeps_them_together():
    rng = np.random.default_rng(3)
    n = 4000
    where = rng.uniform([20, 58], [28, 63], (n, 2))
    table = pd.DataFrame({"longitude": where[:, 0], "latitude": where[:, 1]})
    table = pd.concat([table, table], ignore_index=True)  # each place twice
    samples = Samples(np.ones((2 * n, 1), np.float32), np.ones(2 * n, np.float32), ("x",), table)
    for learn, test in make_folds(samples, FoldOptions(by="knndm"), 1):
        assert not set(learn % n) & set(test % n)
        assert 0.1 * n < len(test) < 1.1 * n


# --- classes ----------------------------------------------------------------------------------------------------------


def test_every_fold_has_stations_of_every_class_and_small_classes_are_told():
    samples, told = _samples(40), []
    rare = samples.index["station"].isin(["s000", "s001"])
    samples.index.loc[rare, "texture"] = "peat"
    options = FoldOptions(by="class", column="texture", n_folds=5)
    pairs = make_folds(samples, options, 3, Progress(warn=told.append))
    stations = []
    for _, test in pairs:
        part = samples.index.iloc[test]
        assert {"loam", "sand", "clay"} <= set(part["texture"])
        stations.append(part.groupby("texture")["station"].nunique())
    counts = pd.DataFrame(stations)
    assert (counts[["loam", "sand", "clay"]].max() - counts[["loam", "sand", "clay"]].min() <= 1).all()
    assert counts["peat"].fillna(0).max() == 1
    assert told == ["Classes of 'texture' with fewer stations than the 5 folds are not in every fold: peat (2)."]


def test_classes_may_be_cut_from_a_covariate():
    samples = _samples(60)
    pairs = make_folds(samples, FoldOptions(by="class", column="sand", n_folds=6), 1)
    for _, test in pairs:
        rank = np.round((np.unique(samples.X[test, 0]) - 10) / (80 / 59))
        # ten classes of six stations each: one of each class in every fold
        npt.assert_array_equal(np.sort(rank // 6), np.arange(10))


def test_a_station_counts_for_the_class_that_it_has_max_often():
    samples = _samples(10)
    first = np.unique(samples.index["station"], return_index=True)[1]
    samples.index.iloc[first, samples.index.columns.get_loc("texture")] = "flooded"
    told = []
    make_folds(samples, FoldOptions(by="class", column="texture", n_folds=3), 1, Progress(warn=told.append))
    assert told == []


# --- alike by a Kolmogorov-Smirnov test -------------------------------------------------------------------------------


def _min_p(samples, pairs):
    return min(ks_2samp(samples.y[learn], samples.y[test], method="asymp").pvalue for learn, test in pairs)


def test_folds_are_drawn_again_until_both_parts_are_alike():
    samples, redrawn = _samples(10, 40), 0
    for seed in range(20):
        options = FoldOptions(by="random", n_folds=2)
        first = make_folds(samples, options, seed)
        pairs = make_folds(samples, replace(options, ks_p=0.6), seed)
        assert _min_p(samples, pairs) > 0.6
        same = all(np.array_equal(a[1], b[1]) for a, b in zip(first, pairs))
        assert same == (_min_p(samples, first) > 0.6)
        redrawn += not same
    assert 0 < redrawn < 20


def test_folds_that_no_draw_makes_alike_are_refused_with_the_best_that_was_reached():
    samples = _samples(10, 40)
    dry = samples.index["date"] < "2019-06-01"
    days = samples.index["date"].where(~dry, pd.Timestamp("2019-01-01")).where(dry, pd.Timestamp("2020-01-01"))
    samples.index["date"] = days
    samples.y[dry.to_numpy()] -= 2
    with pytest.raises(
        InputError, match=r"None of 100 draws by date .* best has p = \S+ in its worst pair.* than 0.05"
    ):
        make_folds(samples, FoldOptions(by="date", n_folds=2, ks_p=0.05))
    with pytest.raises(InputError, match="only parts by random or date are drawn again, not by station"):
        make_folds(samples, FoldOptions(by="station", ks_p=0.05))


def test_drawing_again_stops_when_asked():
    with pytest.raises(Cancelled):
        make_folds(_samples(), FoldOptions(by="random", ks_p=0.9), progress=Progress(stop_asked=lambda: True))


# --- one test part ----------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), share=st.floats(0.1, 0.9))
@pytest.mark.parametrize("by", [kind.key for kind in HOLDOUTS])
def test_a_holdout_divides_the_rows_in_two(by, seed, share):
    samples = _samples(15, 12, seed=seed)
    options = HoldoutOptions(by=by, training_fraction=share, column="texture")
    learn, test = holdout(samples, options, seed)
    assert min(len(learn), len(test)) > 0
    npt.assert_array_equal(np.sort(np.concatenate([learn, test])), np.arange(len(samples)))
    again = holdout(samples, options, seed)
    npt.assert_array_equal(test, again[1])
    if "station" in by or by == "class":
        station = samples.index["station"].to_numpy()
        assert not set(station[learn]) & set(station[test])


@settings(max_examples=30, deadline=None)
@given(counts=st.lists(st.integers(1, 9), min_size=2, max_size=12), share=st.floats(0.1, 0.9), seed=st.integers(0, 99))
def test_each_date_is_shared_out_by_the_share_to_within_one_sample(counts, share, seed):
    days = np.repeat(np.datetime64("2020-01-01", "ns") + np.arange(len(counts)) * np.timedelta64(1, "D"), counts)
    n = len(days)
    samples = Samples(np.zeros((n, 1), np.float32), np.zeros(n, np.float32), ("x",), pd.DataFrame({"date": days}))
    learn, _ = holdout(samples, HoldoutOptions(by="date_stratified", training_fraction=share), seed)
    learned = pd.Series(np.isin(np.arange(n), learn)).groupby(days).sum().to_numpy()
    assert (np.abs(learned - share * np.array(counts)) <= 1 + 1e-9).all()
    assert abs(len(learn) - share * n) <= 1 + 1e-9


def test_half_and_half_of_each_date_is_drawn_again_until_alike():
    samples, redrawn = _samples(10, 20), 0
    for seed in range(20):
        options = HoldoutOptions(by="date_stratified", training_fraction=0.5)
        first, pair = holdout(samples, options, seed), holdout(samples, replace(options, ks_p=0.5), seed)
        assert _min_p(samples, [pair]) > 0.5
        redrawn += not np.array_equal(first[1], pair[1])
    assert 0 < redrawn < 20


def test_the_widest_stations_are_those_a_search_of_all_divisions_finds():
    # 5 stations, 3 to learn from; both properties reach their ends at stations 0, 1 and 4 only
    bulk, silt = [0.55, 0.66, 0.6, 0.58, 0.61], [30, 31, 29, 30, 27]
    station = np.repeat(np.arange(5), 6)
    X = np.column_stack([np.array(bulk)[station], np.array(silt)[station], np.arange(30)]).astype(np.float32)
    table = pd.DataFrame({"station": station.astype(str)})
    samples = Samples(X, np.zeros(30, np.float32), ("bulk", "silt", "lst"), table)
    learn, test = holdout(samples, HoldoutOptions(by="station_widest", training_fraction=0.6))
    assert set(station[learn]) == {0, 1, 4}
    assert set(station[test]) == {2, 3}


def test_the_widest_of_many_stations_spans_more_than_a_random_one():
    samples = _samples(40)
    learn, _ = holdout(samples, HoldoutOptions(by="station_widest", training_fraction=0.2))
    assert np.ptp(samples.X[learn, 0]) == np.ptp(samples.X[:, 0])
    with pytest.raises(InputError, match="No covariate stays the same within a station"):
        holdout(samples.select(["ndvi"]), HoldoutOptions(by="station_widest"))


def test_the_last_years_are_tested():
    samples = _samples(years=11, per_station=110)
    years = samples.index["date"].dt.year.to_numpy()
    learn, test = holdout(samples, HoldoutOptions(by="year", training_fraction=8 / 11))
    assert set(years[learn]) == set(range(2018, 2026))
    assert set(years[test]) == {2026, 2027, 2028}


def test_four_fifths_of_the_stations_of_each_class_are_learned_from():
    samples, told = _samples(45), []
    samples.index.loc[samples.index["station"] == "s002", "texture"] = "peat"
    options = HoldoutOptions(by="class", column="texture", training_fraction=0.8)
    _, test = holdout(samples, options, 2, Progress(warn=told.append))
    tested = samples.index.iloc[test].groupby("texture")["station"].nunique()
    assert tested[["loam", "sand"]].tolist() == [3, 3]
    assert tested["clay"] in (2, 3)
    assert told == ["Classes of 'texture' with one station are in one of the parts only: peat."]


# --- what cannot be done ----------------------------------------------------------------------------------------------


def _without(*columns):
    samples = _samples()
    return Samples(samples.X, samples.y, samples.names, samples.index.drop(columns=list(columns)))


@pytest.mark.parametrize(
    ("samples", "options", "words"),
    [
        (_samples(3), {"by": "station"}, "folds by station need as many groups, but the samples have 3. Take 3"),
        (_samples(1), {"by": "station"}, r"the samples have 1 \(s000\). Divide by something else"),
        (_samples(years=1), {"by": "year", "n_folds": 2}, r"the samples have 1 \(2018\). Divide by something else"),
        (_samples(years=1), {"by": "station_year"}, r"need as many years, but the samples have 1 \(2018\)"),
        (_samples(3), {"by": "class", "column": "texture"}, "need as many stations, but the samples have 3"),
        (_samples(3), {"by": "knndm"}, "need as many places, but the samples have 3"),
        (_samples(), {"by": "class"}, "No column is named to tell classes by; there are station, longitude"),
        (_samples(), {"by": "class", "column": "soil"}, "The samples have no column 'soil'; there are station"),
        (_samples(), {"by": "buffered", "buffer_km": 2000}, "buffer of 2000 km leaves 0 samples to learn from in"),
        (_samples(), {"n_folds": 1}, "n_folds is 1, but at least 2 folds are needed"),
        (_samples(), {"by": "column"}, "Folds by column need the name of a column; the samples have station"),
        (_without("date"), {"by": "date"}, "need the column date, which the samples lack"),
        (_without("date"), {"by": "year"}, "need the column date, which the samples lack"),
        (_without("latitude"), {"by": "knndm"}, "need the column latitude, which the samples lack"),
        (_without("latitude"), {"by": "buffered"}, "need the column latitude, which the samples lack"),
        (_without("station", "cell_row"), {"by": "class", "column": "texture"}, "need the column station"),
        (_samples(4, 6), {"by": "station_year", "n_folds": 2}, r"leaves \d+ samples .* fold 1; at least 20"),
    ],
)  # fmt: skip
def test_folds_that_cannot_be_made_say_why(samples, options, words):
    with pytest.raises(InputError, match=words):
        make_folds(samples, FoldOptions(**options))


def test_rows_without_a_place_or_a_day_are_counted():
    samples = _samples()
    samples.index.iloc[:7, samples.index.columns.get_loc("latitude")] = np.nan
    samples.index.iloc[:3, samples.index.columns.get_loc("date")] = pd.NaT
    with pytest.raises(InputError, match="7 of 400 samples have no longitude and latitude"):
        make_folds(samples, FoldOptions(by="buffered"))
    with pytest.raises(InputError, match="3 of 400 samples have no date"):
        make_folds(samples, FoldOptions(by="year"))


@pytest.mark.parametrize(
    ("samples", "options", "words"),
    [
        (_samples(1), {"by": "station"}, "2 parts by station need as many groups, but the samples have 1"),
        (_samples(1), {"by": "class", "column": "texture"}, "2 parts by class need as many stations"),
        (_samples(years=1), {"by": "year"}, r"2 parts by year need as many groups, but the samples have 1 \(2018\)"),
        (_without("date"), {"by": "date_stratified"}, "need the column date"),
        (_samples(), {"by": "year", "ks_p": 0.1}, "by random or date_stratified are drawn again, not by year"),
        (_samples(2), {"by": "class", "column": "texture", "training_fraction": 0.05}, "leaves one part empty"),
    ],
)  # fmt: skip
def test_test_parts_that_cannot_be_made_say_why(samples, options, words):
    with pytest.raises(InputError, match=words):
        holdout(samples, HoldoutOptions(**options), seed=1)
