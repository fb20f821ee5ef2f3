# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports: one HTML file each, with everything in it, that opens with what came out in plain words."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..extras import require
from ..files import write_text
from ..grid import Grid
from ..raster import Source
from ..series import Series
from .metrics import WORDS, number
from .products import ProductComparison, Rasters
from .stations import StationValidation
from .verdict import HIGHER, LOWER, verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 200  # of a table of stations
SPREAD_WORDS = {
    "station_median_": "median {}",
    "station_mean_": "mean {}",
    "date_median_": "median {}",
    "date_mean_": "mean {}",
}
COUNTS = {"n_stations": "stations", "n_dates": "days"}
Table = tuple[str, str, pd.DataFrame]


def write_report(
    path: str | os.PathLike,
    *,
    title: str,
    intro: str = "",
    table: pd.DataFrame | None = None,
    figures: Iterable[tuple[str, str, Figure]] = (),
    tables: Iterable[Table] = (),
    annex: Iterable[Table] = (),
    warnings: Sequence[str] = (),
    facts: dict | None = None,
    summary: str | None = None,
) -> None:
    """Write a report as one HTML file that needs nothing else: no script, no other file, no network.

    Parameters
    ----------
    path : path
    title : str
    intro : str
        Paragraphs, with an empty line between them.
    table : DataFrame, optional
        Scores: one row a product, columns product and `METRICS`. The best of each column is set in bold.
    figures : (title, caption, Figure)
    tables, annex : (title, note, DataFrame)
        Further tables, before and after the figures. Columns named after metrics get their label and unit.
    warnings : sequence of str
        Shown at the top.
    facts : dict, optional
        Names and values, shown at the end.
    summary : str, optional
        The first sentence; by default the `verdict` on the table.

    Raises
    ------
    MissingPackage
        If jinja2 or matplotlib is not there.
    InputError
        If the file cannot be written.
    """
    require("jinja2", "matplotlib")
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from .figures import png

    if summary is None:
        summary = verdict(table) if table is not None else ""
    first = [("Scores", "Best values in bold.", table)] if table is not None else []
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pictures = [
        {"title": name, "caption": caption, "png": base64.b64encode(png(figure)).decode()}
        for name, caption, figure in figures
    ]
    html = environment.get_template("report.html").render(
        title=title,
        verdict=summary,
        warnings=list(warnings),
        intro=[part.strip() for part in intro.split("\n\n") if part.strip()],
        tables=[_table(*entry) for entry in [*first, *tables]],
        annex=[_table(*entry) for entry in annex],
        figures=pictures,
        facts=facts or {},
    )
    write_text(path, html)


def heading(column: str) -> tuple[str, str]:
    """Return the label and the unit of a column."""
    if column in COUNTS:
        return COUNTS[column], ""
    for prefix, words in SPREAD_WORDS.items():
        if column.startswith(prefix):
            label, unit = WORDS.get(column[len(prefix) :], (column, ""))
            return words.format(label), unit
    if column in WORDS:
        return WORDS[column]
    label, _, rest = column.partition("|")  # "rmse|Coarse as is"
    if rest and label in WORDS:
        return f"{WORDS[label][0]}, {rest}", WORDS[label][1]
    return column[:1].upper() + column[1:].replace("_", " "), ""


def _table(title: str, note: str, frame: pd.DataFrame) -> dict:
    """Return a table as the template wants it."""
    by_product = "product" in frame and frame["product"].is_unique
    columns = [_column(name, frame[name], by_product) for name in frame.columns]
    rows = [list(cells) for cells in zip(*(cells for _, cells in columns))]
    return {"title": title, "note": note, "heads": [head for head, _ in columns], "rows": rows}


def _column(name: str, values: pd.Series, by_product: bool) -> tuple[dict, list[dict]]:
    label, unit = heading(str(name))
    is_text = not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)
    if pd.api.types.is_datetime64_any_dtype(values):
        texts = [f"{value:%Y-%m-%d}" if pd.notna(value) else "–" for value in values]
    elif is_text:
        texts = [str(value) for value in values]
    elif pd.api.types.is_integer_dtype(values):
        texts = [f"{value:,}".replace(",", "\u202f") for value in values]
    else:
        texts = [number(value) for value in values]
    best = _best(str(name), texts, values) if by_product and not is_text else set()
    cells = [{"value": text, "best": text in best, "text": is_text} for text in texts]
    return {"label": label, "unit": unit, "text": is_text}, cells


def _best(name: str, texts: list[str], values: pd.Series) -> set[str]:
    """Return the text of the best values of a column; nothing if they all read the same."""
    metric = name.rsplit("_", 1)[-1]
    known = values.dropna()
    if len(set(texts)) < 2 or known.empty or metric not in (*LOWER, *HIGHER, "bias"):
        return set()
    order = known.abs() if metric == "bias" else -known if metric in HIGHER else known
    return {texts[values.index.get_loc(order.idxmin())]}


def station_report(
    path: str | os.PathLike,
    validation: StationValidation,
    *,
    maps: Series | None = None,
    coarse: Series | None = None,
    passport: dict | None = None,
    title: str = "Validation against stations",
) -> None:
    """Write the report of a comparison with stations.

    Parameters
    ----------
    path : path
    validation : StationValidation
    maps, coarse : Series, optional
        Drawn as maps of one day, and the mean of the maps below the stations; m3 m-3.
    passport : dict, optional
        Of the model that made the maps: for the facts, and to say whether it has seen these stations.
    title : str

    Raises
    ------
    MissingPackage, InputError
        See `write_report`.
    """
    require("jinja2", "matplotlib")
    from .report_figures import station_figures

    products = validation.products
    counted = validation.pairs.dropna(subset=products)
    scored = validation.per_station.dropna(subset=["rmse"])
    table = validation.table
    tables = []
    if len(scored):
        for how in ("median", "mean"):
            note = f"The {how} of the scores that the stations have, each on its own."
            tables.append((f"Station by station: {how}", note, _spread(table, "n_stations", f"station_{how}_")))
    pooled = table[["product", *(metric for metric in WORDS if metric in table)]]
    facts = {
        "Period": f"{counted['date'].min():%Y-%m-%d} to {counted['date'].max():%Y-%m-%d}",
        "Days": counted["date"].nunique(),
        "Stations": counted["station"].nunique(),
        "Pairs": f"{len(counted)} of {len(validation.pairs)} observations",
    }
    if maps is not None:
        facts["Grid of the maps"] = _grid_words(maps.sources[0].grid())
    write_report(
        path,
        title=title,
        intro="Every product is judged by the same stations and days. The scores of all pairs pooled mix differences "
        "between stations with changes in time; those station by station show changes in time alone.",
        summary=" ".join([verdict(pooled), *_share_won(scored, "station", "ubrmse", "at {} of {} stations")]),
        table=pooled,
        tables=tables,
        figures=station_figures(validation, maps, coarse),
        annex=[_stations_table(scored, products)] if len(scored) else [],
        warnings=[*validation.warnings, *_seen_stations(validation, passport)],
        facts={**facts, **passport_facts(passport)},
    )


def product_report(
    path: str | os.PathLike,
    comparison: ProductComparison,
    *,
    products: dict[str, Rasters] | None = None,
    reference: Rasters | None = None,
    coarse: Rasters | None = None,
    passport: dict | None = None,
    title: str = "Comparison of products",
) -> None:
    """Write the report of a comparison of products; one with stations is written by `station_report`.

    Parameters
    ----------
    path : path
    comparison : ProductComparison
    products, reference, coarse : as given to `compare_products`, optional
        Drawn as maps of one day.
    passport : dict, optional
        Of the model that made the first product.
    title : str
    """
    require("jinja2", "matplotlib")
    from .report_figures import product_figures

    products = products or {}
    if comparison.stations is not None:
        maps = products.get(comparison.products[0])
        station_report(path, comparison.stations, maps=maps, coarse=coarse, passport=passport, title=title)
        return
    table, per_date = comparison.table, comparison.per_date
    dated = per_date["date"].nunique() > 1
    tables = []
    if dated:
        note = "The median of the scores that the days have, each on its own: how well the pattern in space is met."
        tables.append(("Day by day: median", note, _spread(table, "n_dates", "date_median_")))
    pooled = table[["product", *(metric for metric in WORDS if metric in table)]]
    n, left_out = int(table["n"].iloc[0]), comparison.left_out
    facts = {"Pairs": f"{n} of {n + left_out} values of the reference"}
    if per_date["date"].notna().any():
        facts["Period"] = f"{per_date['date'].min():%Y-%m-%d} to {per_date['date'].max():%Y-%m-%d}"
        facts["Days"] = per_date["date"].nunique()
    if reference is not None:
        facts["Grid of the reference"] = _grid_words(
            (reference if isinstance(reference, Source) else reference.sources[0]).grid()
        )
    write_report(
        path,
        title=title,
        intro="Every product is judged by the same pixels and days, on the grid of the reference.",
        summary=" ".join(
            [verdict(pooled), *(_share_won(per_date, "date", "rmse", "on {} of {} days") if dated else ())]
        ),
        table=pooled,
        tables=tables,
        figures=product_figures(comparison, products, reference, coarse),
        warnings=comparison.warnings,
        facts={**facts, **passport_facts(passport)},
    )


def passport_facts(passport: dict | None) -> dict[str, str]:
    """Return what a reader wants to know of the model behind a map, as names and words."""
    if not passport:
        return {}
    facts = {
        "Model": passport.get("learner", ""),
        "Trained on": {"stations": "stations", "coarse": "the coarse product"}.get(passport.get("target"), "a table"),
        "Samples": passport.get("n_samples", ""),
        "Covariates": ", ".join(entry["name"] for entry in passport.get("covariates", ())),
        "Training period": " to ".join(passport.get("period", ())),
        "Training study": passport.get("study", ""),
        "Seed": passport.get("seed", ""),
    }
    pooled = (passport.get("fold_scores") or {}).get("pooled") or {}
    known = [f"{WORDS[m][0]} {number(pooled[m])}" for m in ("rmse", "ubrmse", "r") if pooled.get(m) is not None]
    if known:
        folds = (passport.get("folds") or {}).get("by", "")
        facts["Fold scores of the model"] = ", ".join(known) + (f" (folds by {folds})" if folds else "")
    return {name: str(value) for name, value in facts.items() if value != ""}


def _spread(table: pd.DataFrame, count: str, prefix: str) -> pd.DataFrame:
    """Return the columns of a table that sum up the scores of stations or days, named after their metrics."""
    columns = [column for column in table if column.startswith(prefix)]
    return table[["product", count, *columns]].rename(columns={c: c[len(prefix) :] for c in columns})


def _share_won(scored: pd.DataFrame, by: str, metric: str, words: str) -> list[str]:
    """Return a sentence on how often the first product is ahead of all others; nothing if there is no other."""
    wide = scored.pivot(index=by, columns="product", values=metric)[list(dict.fromkeys(scored["product"]))]
    if wide.shape[1] < 2 or wide.empty:
        return []
    won = int((wide.iloc[:, 0] < wide.iloc[:, 1:].min(axis=1)).sum())
    return [f"{wide.columns[0]} has the lowest {WORDS[metric][0]} {words.format(won, len(wide))}."]


def _seen_stations(validation: StationValidation, passport: dict | None) -> list[str]:
    """Return a warning if the model was trained on stations of the comparison."""
    seen = set((passport or {}).get("stations", ()))
    stations = validation.per_station["station"].astype(str).unique()
    both = sum(station in seen for station in stations)
    return [f"The model was trained on {both} of these {len(stations)} stations."] if both else []


def _stations_table(scored: pd.DataFrame, products: list[str]) -> Table:
    """Return the scores of the stations, the worst first."""
    wide = scored[scored["product"] == products[0]].set_index("station")[["n", "bias", "rmse", "ubrmse", "r"]]
    for other in products[1:2]:
        rows = scored[scored["product"] == other].set_index("station")
        wide = wide.join(rows[["ubrmse", "r"]].add_suffix(f"|{other}"))
    wide = wide.sort_values("ubrmse", ascending=False)
    note = f"{products[0]}; the station with the highest ubRMSE first."
    if len(wide) > MOST_ROWS:
        note += f" The {MOST_ROWS} of {len(wide)} stations with the highest; all are in the layer of stations."
    return "Stations", note, wide.head(MOST_ROWS).reset_index()


def _grid_words(grid: Grid) -> str:
    width, height = grid.resolution
    unit = "°" if grid.crs.is_geographic else " m" if grid.crs.linear_units_factor[1] == 1 else ""
    size = f"{width:g}{unit}" if np.isclose(width, height) else f"{width:g} × {height:g}{unit}"
    code = grid.crs.to_epsg()
    return f"{size}, {grid.shape[1]} × {grid.shape[0]} pixels" + (f", EPSG:{code}" if code else "")
