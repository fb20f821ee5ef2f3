# SPDX-License-Identifier: GPL-2.0-or-later
"""What the papers look at once the maps are there, each into a folder of its task."""

from __future__ import annotations

from pathlib import Path

from ..downscaling.predict import RunFacts
from ..errors import InputError
from ..progress import Progress
from ..series import Series
from .task import Task

LEAST_SIDE = 5  # pixels of a square
# what roles of the weather are called; that of a sum, as rain_72h, begins with the word
_WEATHER = {"precipitation": ("rain", "precipitation"), "temperature": ("temperature",), "radiation": ("radiation",)}


def period_means(task: Task, facts: RunFacts, progress: Progress) -> None:
    """Write monthly and yearly means (Rao et al. 2022)."""
    from ..validation.analysis_settings import PeriodOptions
    from ..validation.period_means import period_means

    for k, period in enumerate(("month", "year")):
        part = progress.part(k / 2, (k + 1) / 2)
        period_means(task.folder / "maps", _folder(task, "period_means"), PeriodOptions(period=period), progress=part)


def partial_correlation(task: Task, facts: RunFacts, progress: Progress) -> None:
    """Map partial correlations of monthly soil moisture with the weather (Rao et al. 2022, Li et al. 2022)."""
    from ..validation.partial_correlation import partial_maps

    drivers = {}
    for driver, words in _WEATHER.items():
        for role, name in task.needs.used.items():
            entry = task.study.covariates[name]
            if role.startswith(words) and entry.dated and driver not in drivers:
                drivers[driver] = task.study.folder / entry.files
    if len(drivers) < 2:
        raise InputError(
            "Partial correlations need dated precipitation and temperature; the study has "
            f"{', '.join(drivers) or 'none of them'}."
        )
    partial_maps(task.folder / "maps", drivers, _folder(task, "partial_correlation"), progress=progress)


def landscape(task: Task, facts: RunFacts, progress: Progress) -> None:
    """Look at the wettest and the driest map in squares of the ground (Bueno et al. 2024)."""
    from ..validation.analysis_report import write_landscape
    from ..validation.analysis_settings import LandscapeOptions

    ordered = sorted(facts.maps, key=lambda fact: fact.mean)
    maps = Series.from_files(task.folder / "maps")
    sources = dict(zip(maps.days, maps.sources))
    chosen = {f"driest, {ordered[0].day}": sources[ordered[0].day]}
    chosen[f"wettest, {ordered[-1].day}"] = sources[ordered[-1].day]
    entries = {name: task.study.covariates[name] for name in task.needs.used.values()}
    static = {name: e.one(task.study.folder) for name, e in entries.items() if not e.dated and not e.classes}
    folder = _folder(task, "landscape")
    paths = tuple(folder / name for name in ("squares.csv", "components.csv", "report.html"))
    # squares of 1 km as published, larger where that is a few pixels only
    side = max(LandscapeOptions().side_m, LEAST_SIDE * task.study.grid.cell_size**0.5)
    write_landscape(paths, chosen, static, LandscapeOptions(side_m=side), progress)


def mqcc(task: Task, facts: RunFacts, progress: Progress) -> None:
    """Compare maps and the best known station over time scales and quantiles (Bueno et al. 2024)."""
    from ..validation.analysis_report import mqcc_report
    from ..validation.mqcc import mqcc_at_station

    place, result, _ = mqcc_at_station(
        Series.from_files(task.folder / "maps"), task.study.stations(), progress=progress
    )
    folder = _folder(task, "quantile_correlation")
    result.table().to_csv(folder / "quantile_correlation.csv", index=False)
    mqcc_report(folder / "report.html", result, place)


def _folder(task: Task, name: str) -> Path:
    folder = task.folder / "analyses" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


ANALYSES = {
    "period_means": period_means,
    "partial_correlation": partial_correlation,
    "landscape": landscape,
    "mqcc": mqcc,
}
