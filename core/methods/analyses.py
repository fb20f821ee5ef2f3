# SPDX-License-Identifier: GPL-2.0-or-later
"""What the papers look at once the maps are there, each into a folder of its run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import InputError
from ..base.progress import Progress
from ..base.tables import write_csv
from ..downscaling.downscale import RunFacts
from ..rasters.series import Series
from ..samples.samples import Samples
from ..scoring.baselines import AS_IS, MAP
from ..training.model import Model
from ..training.texture import seeing
from .climate import weather
from .region import means_shown, region_shown
from .run_state import RunState

if TYPE_CHECKING:
    from ..analysis.settings import PartialOptions

MIN_YEARS = 10  # of annual means; Li et al. 2022 have 11


def period_means(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Write monthly and yearly means (Rao et al. 2022)."""
    from ..analysis.period_means import period_means
    from ..analysis.settings import PeriodOptions

    for period, part in progress.parts(("month", "year")):
        made = period_means(
            state.folder / "maps", _folder(state, "period_means"), PeriodOptions(period=period), progress=part
        )
        state.figures += means_shown(made, period)


def weekly_means(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Write weekly means (Bueno et al. 2024 look at scales from days to weeks)."""
    from ..analysis.period_means import period_means
    from ..analysis.settings import PeriodOptions

    made = period_means(
        state.folder / "maps", _folder(state, "period_means"), PeriodOptions(period="week"), progress=progress
    )
    state.figures += means_shown(made, "week")


def region(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Show land cover, means, and the weather of a few places (Rao et al. 2022, Fig. 12), with these as a table."""
    state.figures.append(region_shown(state, _folder(state, "region") / "weather.csv", progress))


def partial_correlation(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Map partial correlations of monthly soil moisture with the weather (Rao et al. 2022, Fig. 14)."""
    from ..analysis.settings import PartialOptions

    _correlate(state, PartialOptions(step="month"), progress)


def partial_correlation_of_years(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Map partial correlations of annual means (Li et al. 2022, Fig. 9); of monthly ones, told, of too few years."""
    from ..analysis.settings import PartialOptions

    try:
        _correlate(state, PartialOptions(step="year", min_steps=MIN_YEARS), progress.part(0, 0.5))
    except InputError as error:
        state.note(progress, f"Partial correlations are of monthly means instead of annual ones: {error}")
        _correlate(state, PartialOptions(step="month"), progress.part(0.5, 1))


def _correlate(state: RunState, options: PartialOptions, progress: Progress) -> None:
    """Map partial correlations of the maps, and of the coarse product beside them, with the weather."""
    from ..analysis.driver_report import drivers_report
    from ..analysis.partial_correlation import partial_maps

    drivers = _drivers(state)
    folder = _folder(state, "partial_correlation")
    partial_maps(state.folder / "maps", drivers, folder, options, progress.part(0, 0.8))
    folders = {MAP: folder}
    coarse = state.study.coarse
    if coarse is not None and coarse.dated:
        try:
            partial_maps(
                state.study.folder / coarse.files, drivers, folder / "coarse", options, progress.part(0.8, 0.95)
            )
            folders[AS_IS] = folder / "coarse"
        except InputError as error:
            state.note(progress, f"The coarse product has no partial correlations: {error}")
    drivers_report(folder / "report.html", folders, list(drivers), options)


def _drivers(state: RunState) -> dict[str, Path]:
    """Return the weather of the study, of which partial correlations need two kinds."""
    drivers = weather(state)
    if len(drivers) < 2:
        raise InputError(
            "Partial correlations need dated precipitation and temperature; the study has "
            f"{', '.join(drivers) or 'none of them'}."
        )
    return drivers


def landscape(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Look at the wettest and the driest map in squares of the ground (Bueno et al. 2024)."""
    from ..analysis.landscape import static_covariates, wet_and_dry
    from ..analysis.report import write_landscape

    static = static_covariates(state.study, state.roles.used.values())
    folder = _folder(state, "landscape")
    paths = tuple(folder / name for name in ("squares.csv", "components.csv", "report.html"))
    chosen = wet_and_dry(Series.from_files(state.folder / "maps"), progress.part(0, 0.3))
    write_landscape(paths, chosen, static, progress=progress.part(0.3, 1))


def mqcc(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Compare maps and the best known station over time scales and quantiles (Bueno et al. 2024)."""
    from ..analysis.mqcc import mqcc_at_station
    from ..analysis.report import mqcc_report

    place, result, _ = mqcc_at_station(
        Series.from_files(state.folder / "maps"), state.study.stations(), progress=progress
    )
    folder = _folder(state, "quantile_correlation")
    write_csv(folder / "quantile_correlation.csv", result.table())
    mqcc_report(folder / "report.html", result, place)


def thermal_inertia(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Divide the coarse product by thermal inertia beside the method's maps (Jääskeläinen et al. 2025, section 2.3)."""
    from .thermal_inertia import write_thermal_inertia

    write_thermal_inertia(state, _folder(state, "thermal_inertia"), progress)


def shap_maps(state: RunState, facts: RunFacts, progress: Progress) -> None:
    """Map what the main covariates add to the prediction, on the day that knows most pixels (Poehls et al. 2025)."""
    from ..analysis.settings import ShapMapOptions
    from ..analysis.shap_maps import shap_maps as made_maps
    from ..analysis.shap_report import REPORT, shap_maps_figure, shap_maps_report

    path = state.folder / "model.soilsharp"
    if not path.exists():
        raise InputError("SHAP values need a model, and the method has none.")
    model, samples = Model.read(path), Samples.read(state.folder / "samples.csv")
    samples = seeing(samples, [name for name in model.names if not samples.columns_of(name)])
    day = max(facts.maps, key=lambda fact: fact.valid).day
    folder = _folder(state, "shap_maps")
    result = made_maps(
        state.study, model, samples, folder, ShapMapOptions(), first=day, last=day, seed=state.method.seed,
        progress=progress,
    )  # fmt: skip
    shap_maps_report(folder / REPORT, result)
    words = "What is predicted, and what each covariate adds to it: wetter in blue, drier in brown; see analyses/."
    state.figures.append((f"SHAP values of {day}", words, shap_maps_figure(result, day)))


def _folder(state: RunState, name: str) -> Path:
    folder = state.folder / "analyses" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


ANALYSES = {
    "period_means": period_means,
    "weekly_means": weekly_means,
    "region": region,
    "partial_correlation": partial_correlation,
    "partial_correlation_of_years": partial_correlation_of_years,
    "landscape": landscape,
    "mqcc": mqcc,
    "shap_maps": shap_maps,
    "thermal_inertia": thermal_inertia,
}
