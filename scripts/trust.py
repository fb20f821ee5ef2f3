# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures what bands of 90 % hold on two sample regions, of pixels and at stations, and writes it into docs/trust.md.

    scripts/qgis-env.sh python scripts/trust.py [FOLDER]          # what `make trust` does

Regions and results stay in FOLDER (demo-trust if not given); what is there is not made again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from demo_steps import ROOT

from soilsharp.core.base.files import write_text
from soilsharp.core.downscaling.downscale import downscale_series
from soilsharp.core.downscaling.makers import predict_map
from soilsharp.core.downscaling.settings import ConsistencyOptions
from soilsharp.core.methods.method import Method
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on
from soilsharp.core.rasters.series import Series
from soilsharp.core.sample_region.land_cover import CLASSES
from soilsharp.core.sample_region.region import create_sample_region
from soilsharp.core.samples.samples import Samples
from soilsharp.core.samples.sampling import sample_coarse, sample_stations
from soilsharp.core.scoring.calibration import NORMAL
from soilsharp.core.scoring.reliability import LEFT_OUT, TOLD, reliability
from soilsharp.core.scoring.settings import STATION_ERROR
from soilsharp.core.stations.quality import check_stations
from soilsharp.core.stations.stations import Stations
from soilsharp.core.study.study import Study
from soilsharp.core.training.model import Model
from soilsharp.core.training.recipe import Recipe
from soilsharp.core.training.settings import FoldOptions
from soilsharp.core.training.train import train, train_blend
from soilsharp.core.validation.bands import spread_beside
from soilsharp.core.validation.stations import validate_stations

SEEDS = (1, 2)
EVERY = 6  # days, of maps that are made day by day
FEW_DAYS = 10  # whose bands of permuted covariates are kriged
LAND = "land_cover"
LEARNERS = {
    "linear": "linear", "random_forest": "random forest", "lightgbm": "LightGBM", "prob": "network, Normal output",
}  # fmt: skip
METHODS = ("smooth_interpolation", "coarse_linear", "coarse_lightgbm", "soilsharp")
HALF = NORMAL[0.9]  # standard deviations to each side of a band of 90 %
PIXELS, GROUPS, STATIONS = (0.85, 0.97), (0.75, 0.99), (0.85, 0.95)  # what is to be reached
PAGE = ROOT / "docs" / "trust.md"
BEGIN, END = "<!-- bands: written by `make trust` -->", "<!-- end of bands -->"


@dataclass(frozen=True)
class Region:
    """A sample region: its study with the covariates of `study.json`, its land cover and its truth."""

    folder: Path

    @property
    def study(self) -> Study:
        return Study.read(self.folder / "study.json")

    @property
    def truth(self) -> dict:
        series = Series.from_files(self.folder / "truth")
        return dict(zip(series.days, series.sources))

    def land(self) -> np.ndarray:
        """Return the class of every pixel."""
        return read_on(Source(str(self.folder / "further" / "land_cover.tif")), self.study.grid)

    def stations(self, checked: bool) -> Stations:
        """Return the stations, with what quality control flags left out or not."""
        if not checked:
            return self.study.stations()
        path = self.folder / "checked.csv"
        check_stations(self.folder / "stations.csv").write_table(path)
        return Stations.read(path).between(self.study.first, self.study.last)


class Tally:
    """Pixels of days that were held, and the widths of their bands, by month and land cover."""

    def __init__(self, region: Region):
        self._truth, self._grid, self._land = region.truth, region.study.grid, region.land().ravel()
        self._rows: list[pd.DataFrame] = []

    def add(self, day: np.datetime64, values: np.ndarray, sd: np.ndarray) -> None:
        error = np.abs(values - read_on(self._truth[day], self._grid)).ravel()
        sd = sd.ravel()
        rows = pd.DataFrame({"held": error <= HALF * sd, "width": 2 * HALF * sd, "land": self._land})
        rows = rows[np.isfinite(error) & np.isfinite(sd)].assign(month=str(day)[:7], n=1)
        summed = rows.groupby(["month", "land"])[["held", "width", "n"]].sum()
        self._rows.append(summed.reset_index().assign(day=str(day)))

    def told(self) -> dict:
        """Return the shares held: of all, by group the least and the greatest, and the mean width, m3 m-3."""
        rows = pd.concat(self._rows)
        shares = {by: self._shares(rows, by) for by in ("month", "land", "day")}
        found = {"pixels": rows["held"].sum() / rows["n"].sum(), "width": rows["width"].sum() / rows["n"].sum()}
        for by, own in shares.items():
            found |= {f"{by}_low": own.min(), f"{by}_high": own.max()}
        return found | {f"land_{code:g}": share for code, share in shares["land"].items()}

    @staticmethod
    def _shares(rows: pd.DataFrame, by: str) -> pd.Series:
        summed = rows.groupby(by)[["held", "n"]].sum()
        return summed["held"] / summed["n"]


def permuted(samples: Samples) -> Samples:
    """Return samples whose covariates, but for the coarse product, belong to other rows."""
    order = np.random.default_rng(0).permutation(len(samples))
    return replace(samples, X=samples.X[order])


def of_stations(region: Region, key: str, checked: bool) -> dict:
    """Return what the bands of a learner of stations hold."""
    study = region.study
    samples = sample_stations(study, stations=region.stations(checked))
    model = learned(samples, region, key)
    tally = Tally(region)
    for day in study.days[::EVERY]:
        made = predict_map(study, model, day, ConsistencyOptions("off", band=True))
        tally.add(day, made.values, made.sd)
    table = reliability(model.held_out)
    all_rows = table[table["by"] == "all"].iloc[0]
    left_out = table[(table["by"] == LAND) & (table["band"] == LEFT_OUT)]["held_90"]
    without = learned(permuted(samples), region, key)
    return {
        **tally.told(), "stations": all_rows["held_90"], "n_far_out": model.calibration.n_far_out,
        "left_out_low": left_out.min(), "left_out_high": left_out.max(),
        "own": mean_width(study, model), "permuted": mean_width(study, without),
    }  # fmt: skip


def learned(samples: Samples, region: Region, key: str) -> Model:
    """Return the model of a learner, whose held-out rows know their land cover."""
    rows, columns = region.study.grid.cells_at(samples.index["longitude"], samples.index["latitude"])
    land = region.land()[rows, columns]
    index = samples.index.assign(**{LAND: [CLASSES[int(code)] for code in land]})
    return train(replace(samples, index=index), Recipe.of(key), FoldOptions(by="station"), seed=1)


def mean_width(study: Study, model: Model) -> float:
    """Return the mean width of the bands of a day in the middle, m3 m-3."""
    made = predict_map(study, model, study.days[len(study.days) // 2], ConsistencyOptions("off", band=True))
    return float(2 * HALF * np.nanmean(made.sd))


def of_coarse(region: Region, name: str, folder: Path) -> dict:
    """Return what the bands of a method hold that learns the coarse product or nothing, kriged."""
    study, method = region.study, Method.read(name)
    maps = kriged(study, method, folder / name)
    tally = Tally(region)
    for day, source, spread in zip(maps.days, maps.sources, spread_beside(maps).sources):
        tally.add(day, read_on(source, study.grid), read_on(spread, study.grid))
    table = reliability(validate_stations(maps, study.stations()).predictions(), STATION_ERROR)
    at_stations = table[(table["by"] == "all") & (table["band"] == TOLD)].iloc[0]
    found = {**tally.told(), "stations": at_stations["held_90"]}
    if method.recipe is None:
        return found
    # the same days of both: a few tell how wide bands are
    without = kriged(study, method, folder / f"{name}_permuted", study.days[FEW_DAYS - 1], shuffled=True)
    own, other = (mean_sd(study, spread_beside(made)) for made in (maps, without))
    return {**found, "own": 2 * HALF * own, "permuted": 2 * HALF * other}


def kriged(study: Study, method: Method, folder: Path, last: np.datetime64 | None = None, shuffled=False) -> Series:
    """Return the maps of a method, made unless they are there."""
    if not folder.is_dir():
        model = of_method(study, method, shuffled)
        downscale_series(study, model, folder, last=last, options=ConsistencyOptions("auto", band=True))
    return Series.from_files(folder)


def mean_sd(study: Study, spreads: Series) -> float:
    """Return the mean standard deviation of the first days, m3 m-3."""
    return float(np.mean([np.nanmean(read_on(source, study.grid)) for source in spreads.sources[:FEW_DAYS]]))


def of_method(study: Study, method: Method, shuffled: bool) -> Model | None:
    if method.recipe is None:
        return None
    samples = sample_coarse(study, method.sampling)
    samples = permuted(samples) if shuffled else samples
    return train_blend(samples, method.recipes, method.folds, method.seed, combine=method.combine)


def measured(folder: Path) -> Iterator[dict]:
    """Yield a row a method, seed and choice of stations, from its file where it has been measured."""
    for seed in SEEDS:
        region = Region(folder / str(seed))
        if not (region.folder / "study.json").exists():
            create_sample_region(region.folder, seed=seed)
        for key in LEARNERS:
            for checked in (False, True):
                about = {"method": LEARNERS[key], "target": "stations", "checked": checked, "seed": seed}
                yield kept(folder / f"{seed}_{key}_{checked}.csv", about, partial(of_stations, region, key, checked))
        for name in METHODS:
            about = {"method": f"`{name}`", "target": "coarse", "checked": False, "seed": seed}
            maps = folder / f"maps_{seed}"
            yield kept(folder / f"{seed}_{name}.csv", about, partial(of_coarse, region, name, maps))


def kept(path: Path, about: dict, measure) -> dict:
    if not path.exists():
        write_text(path, pd.DataFrame([{**about, **measure()}]).to_csv(index=False))
    row = pd.read_csv(path).iloc[0].to_dict()
    print({name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}, flush=True)
    return row


# --- page -------------------------------------------------------------------------------------------------------------

HEADS = (
    "learner or method", "seed", "pixels", "months", "land cover", "worst day", "at held-out stations",
    "a class left out", "width", "permuted ÷ own",
)  # fmt: skip


def page(rows: pd.DataFrame) -> str:
    """Return the tables and what was missed."""
    parts = []
    for title, own in (
        ("Models of stations, stations as they are", rows[(rows["target"] == "stations") & ~rows["checked"]]),
        ("Models of stations, after quality control", rows[(rows["target"] == "stations") & rows["checked"]]),
        ("Kriged maps (`auto`)", rows[rows["target"] == "coarse"]),
    ):
        lines = [f"**{title}**\n", "| " + " | ".join(HEADS) + " |", "|---|" + "--:|" * (len(HEADS) - 1)]
        lines += [line(row) for row in own.to_dict("records")]
        parts.append("\n".join([*lines, "", missed(own)]))
    return "\n\n".join(parts)


def line(row: dict) -> str:
    def span(name: str, goal: tuple[float, float]) -> str:
        low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
        return "–" if low is None or low != low else f"{share(low, goal)}–{share(high, goal)}"

    cells = [
        row["method"], str(row["seed"]), share(row["pixels"], PIXELS), span("month", GROUPS), span("land", GROUPS),
        f"{row['day_low']:.2f}", share(row["stations"], STATIONS), span("left_out", (0, 1)), f"{row['width']:.3f}",
        "–" if wider(row) is None else share(wider(row), (1.005, np.inf)),
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def wider(row: dict) -> float | None:
    """Return how many times as wide bands of permuted covariates are; None where there are no covariates."""
    ratio = row["permuted"] / row["own"]
    return ratio if np.isfinite(ratio) else None


def share(value: float, goal: tuple[float, float]) -> str:
    """Return a share, in bold where it misses its goal."""
    text = f"{value:.2f}"
    return text if goal[0] <= round(value, 2) <= goal[1] else f"**{text}**"


def missed(rows: pd.DataFrame) -> str:
    """Return in words which goals were missed."""
    goals = {
        "pixels": (["pixels"], PIXELS), "months": (["month_low", "month_high"], GROUPS),
        "land cover": (["land_low", "land_high"], GROUPS), "stations": (["stations"], STATIONS),
    }  # fmt: skip
    found = []
    for row in rows.to_dict("records"):
        out = [
            words for words, (names, goal) in goals.items()
            if any(not goal[0] <= round(row[name], 2) <= goal[1] for name in names)
        ]  # fmt: skip
        if wider(row) is not None and wider(row) <= 1:
            out.append("permuted no wider")
        if out:
            found.append(f"{row['method']}, seed {row['seed']} ({', '.join(out)})")
    return f"Missed: {'; '.join(found)}." if found else "All goals are reached."


def main(words: list[str]) -> None:
    """Measure what is not measured yet, and write the tables into the page."""
    folder = Path(words[0]) if words else ROOT / "demo-trust"
    table = page(pd.DataFrame(list(measured(folder))))
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    write_text(PAGE, f"{before}{BEGIN}\n\n{table}\n\n{END}{after}")


if __name__ == "__main__":
    main(sys.argv[1:])
