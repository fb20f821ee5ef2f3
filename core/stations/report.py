# SPDX-License-Identifier: GPL-2.0-or-later
"""The report of a check of stations: what each rule found, and the series of the stations that it found most in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..base.extras import require
from ..base.progress import SILENT, Progress
from ..report.html_page import GRID_LINES, MAX_ROWS, write_page
from ..units import SM_SHOWN
from .quality import StationCheck
from .rules import RULES
from .table_values import GOOD_FLAGS

SHOWN = 30  # stations whose series are drawn, those with most faults first
A_FIGURE = 6
COLOURS = {"good": "#8b979f", "fault": "#c23b5a", "frost": "#4a97b0"}
ORDER = {"faulty": 0, "empty": 1, "suspect": 2, "good": 3}


def write_check_report(path: str | os.PathLike, check: StationCheck, progress: Progress = SILENT) -> None:
    """Write the report of a check as one HTML file.

    Raises
    ------
    MissingPackage
        If jinja2 or matplotlib is not there.
    """
    require("jinja2", "matplotlib")
    stations = check.stations
    verdicts = stations["verdict"].value_counts()
    counts = ", ".join(f"{verdicts[word]} {word}" for word in reversed(ORDER) if word in verdicts)
    share = check.n_flagged / max(check.n_rows, 1)
    shown = _worst_first(stations[stations["n_good"] < stations["n"]])
    columns = ["station", "depth_m", "verdict", "n", "n_good", "share_good", "worst_rule", "changes"]
    listed = _worst_first(stations)[columns].rename(columns={"n": "values", "n_good": "good"})
    rules = check.rules.rename(columns={"rows": "values"})
    write_page(
        path,
        title="Check of stations",
        summary=f"{check.n_flagged} of {check.n_rows} values are flagged ({100 * share:.1f} %). "
        f"Verdict on {len(stations)} series: {counts}.",
        intro="C and D are the rules of Dorigo et al. (2013), as the package flagit has them; S are those of the "
        "published methods, and counterparts for daily values of rules that are defined on hours; S11 to S13 are "
        "changes of the difference to the coarse product or the neighbours. Frost (D01, D02, S04) is no fault of a "
        "sensor and does not count for the verdict.",
        tables=[("Rules", "Series on which a rule was tried, and what it found.", rules)],
        figures=_figures(check, shown.head(SHOWN), progress),
        annex=[("Stations", "The worst first.", listed.head(MAX_ROWS))],
        warnings=[f"Without a good value: {', '.join(check.without_good)}."] if check.without_good else [],
        facts={"Stations": stations["station"].nunique(), "Period": f"{stations['first'].min()} to "
               f"{stations['last'].max()}", "Days that were filled": check.filled},
    )  # fmt: skip


def _worst_first(stations: pd.DataFrame) -> pd.DataFrame:
    order = stations.assign(rank=stations["verdict"].map(ORDER), faults=-stations["share_faulty"])
    return order.sort_values(["rank", "faults", "share_good", "station"]).drop(columns=["rank", "faults"])


def _figures(check: StationCheck, shown: pd.DataFrame, progress: Progress) -> Iterator[tuple]:
    members = dict(enumerate(check.table.members()))
    for start in progress.over(range(0, len(shown), A_FIGURE)):
        part = shown.iloc[start : start + A_FIGURE]
        title = "Flagged series" if len(shown) <= A_FIGURE else f"Flagged series, {start + 1} to {start + len(part)}"
        yield title, "Grey: good. Red: faults. Blue: frost.", series_figure(check, part, members)


def series_figure(check: StationCheck, stations: pd.DataFrame, members: dict):
    """Draw the series of a few stations below each other, with what was flagged in colour.

    Parameters
    ----------
    check : StationCheck
    stations : DataFrame
        Rows of its `stations`, with their own index.
    members : dict of ndarray
        The rows of the table that belong to each.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 0.5 + 1.45 * len(stations)), layout="constrained")
    panels = figure.subplots(len(stations), 1, squeeze=False)[:, 0]
    rows = check.table.rows
    for panel, (i, facts) in zip(panels, stations.iterrows()):
        own = rows.iloc[members[i]]
        time = own["time"].to_numpy()
        x = own["soil_moisture"].to_numpy()
        flag = own["flag"].astype(object)
        good = flag.isin(GOOD_FLAGS).to_numpy()
        frost = ~good & flag.map(_is_frost).to_numpy(bool)
        panel.plot(time, np.where(good, x, np.nan), ".-", color=COLOURS["good"], linewidth=0.8, markersize=2.5)
        for which, name in ((frost, "frost"), (~good & ~frost, "fault")):
            panel.plot(time[which], x[which], ".", color=COLOURS[name], markersize=4.5, markeredgewidth=0)
        codes = ", ".join(f"{c} {facts[f'n_{c}']}" for c in RULES if facts[f"n_{c}"])
        depth = "" if np.isnan(facts["depth_m"]) else f", {facts['depth_m']:g} m"
        panel.set_title(f"{facts['station']}{depth}: {facts['verdict']}   {codes}", loc="left", fontsize=8.5)
        panel.set_ylabel(SM_SHOWN, fontsize=8)
        panel.grid(**GRID_LINES)
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(labelsize=7.5)
        panel.xaxis.get_offset_text().set_fontsize(7.5)
        panel.xaxis.set_major_formatter(_dates(panel))
    return figure


def _dates(panel):
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=9)
    panel.xaxis.set_major_locator(locator)
    return ConciseDateFormatter(locator, offset_formats=["", "%Y", "%Y", "%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d"])


def _is_frost(flag: str) -> bool:
    codes = flag.split(",")
    return all(code in RULES and RULES[code].frost for code in codes)
