# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages of results: one HTML file each, with tables and figures in it, that opens with what came out in plain words."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..base.extras import require
from ..base.files import write_text
from ..base.progress import SILENT, Progress

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_ROWS = 200  # of a long table
DPI = 130
MOST_WORDS = 3  # columns of text that a narrow screen has room for
GRID_LINES = {"color": "#d8d8d8", "linewidth": 0.6}
Table = tuple[str, str, pd.DataFrame]


def plain_heading(column: str) -> tuple[str, str]:
    """Return the label and the unit of a column: its name, begun with a capital."""
    return column[:1].upper() + column[1:].replace("_", " "), ""


def no_best(name: str, texts: list[str], values: pd.Series) -> set[str]:
    """Return the texts of a column that are set in bold: none."""
    return set()


def number(value: float, digits: int = 3) -> str:
    """Return a number as text, with a true minus; a dash where there is none."""
    if not np.isfinite(value):
        return "–"
    text = f"{value:.{digits}f}"
    # no minus before a value that was rounded to zero
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def write_page(
    path: str | os.PathLike,
    *,
    title: str,
    summary: str,
    intro: str = "",
    tables: Iterable[Table] = (),
    figures: Iterable[tuple[str, str, Figure]] = (),
    annex: Iterable[Table] = (),
    warnings: Sequence[str] = (),
    facts: dict | None = None,
    heading: Callable[[str], tuple[str, str]] = plain_heading,
    best: Callable[[str, list[str], pd.Series], set[str]] = no_best,
    progress: Progress = SILENT,
) -> None:
    """Write a page as one HTML file that needs nothing else: no script, no other file, no network.

    Parameters
    ----------
    path : path
    title : str
    summary : str
        The first sentence.
    intro : str
        Paragraphs, with an empty line between them.
    tables, annex : (title, note, DataFrame)
        Tables before and after the figures.
    figures : (title, caption, Figure)
    warnings : sequence of str
        Shown at the top.
    facts : dict, optional
        Names and values, shown at the end.
    heading : callable
        Gives the label and the unit of a column by its name.
    best : callable
        Gives the texts to set in bold, of a column's name, texts and values, in a table with one row a `product`, all
        of as many pairs `n`.
    progress : Progress
        Asked before every figure whether to go on.

    Raises
    ------
    MissingPackage
        If jinja2 or matplotlib is not there.
    InputError
        If the file cannot be written.
    """
    require("jinja2", "matplotlib")
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pictures = []
    for name, caption, figure in figures:
        progress.check()
        pictures.append({"title": name, "caption": caption, "png": base64.b64encode(png(figure)).decode()})
    html = environment.get_template("page.html").render(
        title=title,
        verdict=summary,
        warnings=list(warnings),
        intro=[part.strip() for part in intro.split("\n\n") if part.strip()],
        tables=[_table(*entry, heading, best) for entry in tables],
        annex=[_table(*entry, heading, best) for entry in annex],
        figures=pictures,
        facts=facts or {},
    )
    write_text(path, html)


def png(figure: Figure, dpi: int = DPI) -> bytes:
    """Return a figure as a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", dpi=dpi, facecolor="white")
    return buffer.getvalue()


def _table(title: str, note: str, frame: pd.DataFrame, heading: Callable, best: Callable) -> dict:
    """Return a table as the template wants it."""
    by_product = "product" in frame and frame["product"].is_unique
    # of other rows the best is no better
    by_product = by_product and ("n" not in frame or frame["n"].nunique() < 2)
    columns = [_column(name, frame[name], heading, best if by_product else no_best) for name in frame.columns]
    rows = [list(cells) for cells in zip(*(cells for _, cells in columns))]
    heads = [head for head, _ in columns]
    words = sum(head["text"] for head in heads) > MOST_WORDS
    return {"title": title, "note": note, "heads": heads, "rows": rows, "words": words}


def _column(name: str, values: pd.Series, heading: Callable, best: Callable) -> tuple[dict, list[dict]]:
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
    bold = set() if is_text else best(str(name), texts, values)
    cells = [{"value": text, "best": text in bold, "text": is_text} for text in texts]
    return {"label": label, "unit": unit, "text": is_text}, cells
