# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages on parts of the uncertainty, on time scales and on squares: what they say first, and what is on them."""

import html
import re

import numpy as np
import pandas as pd
import pytest

from soilsharp.core.analysis.landscape import landscape_components
from soilsharp.core.analysis.mqcc import Mqcc
from soilsharp.core.analysis.report import budget_report, landscape_report, mqcc_report
from soilsharp.core.analysis.uncertainty_budget import TEST, TOTAL
from soilsharp.core.base.errors import Cancelled
from soilsharp.core.base.progress import Progress

pytest.importorskip("jinja2")


def words(path):
    """Return the words of a page, and how many pictures it has."""
    page = path.read_text(encoding="utf-8")
    plain = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.S))
    return re.sub(r"\s+", " ", plain), page.count("data:image/png")


def test_the_budget_names_the_max_part(tmp_path):
    budget = pd.DataFrame({"name": ["silt", "ndvi", TEST, TOTAL], "error": [5, 0.025, np.nan, np.nan]})
    budget["sd"] = [0.06, 0.0, 0.08, 0.1]
    budget["fraction"] = (budget["sd"] / 0.1) ** 2
    budget_report(tmp_path / "b.html", budget)
    text, pictures = words(tmp_path / "b.html")
    assert "The uncertainty is 0.100 m³ m⁻³; of the inputs, silt has the greatest part, 0.060." in text
    assert "SD m³ m⁻³" in text
    assert "ndvi 0.025 0.000 0.000" in text
    assert pictures == 1
    budget_report(tmp_path / "b.html", budget[2:].reset_index(drop=True))
    assert "The uncertainty is 0.100 m³ m⁻³." in words(tmp_path / "b.html")[0]


def test_the_scale_with_the_best_mean_is_named(tmp_path):
    rho = np.array([[0.5, np.nan], [0.7, 0.9], [-0.1, 0.9], [np.nan, np.nan]])
    result = Mqcc(np.arange(1, 5), np.array([0.1, 0.5]), np.array([40, 20, 13, 8]), rho)
    mqcc_report(tmp_path / "m.html", result, "Hill #1")
    text, pictures = words(tmp_path / "m.html")
    assert "Hill #1: quantile correlations lie between −0.10 and 0.90;" in text
    assert "highest, 0.80, for means of 2 d." in text
    assert "1 40 0.500 –" in text
    assert "4 8 – –" in text
    assert pictures == 1
    nothing = Mqcc(result.scales, result.quantiles, result.n, np.full((4, 2), np.nan))
    mqcc_report(tmp_path / "m.html", nothing, "Hill #1")
    assert "no scale has enough means" in words(tmp_path / "m.html")[0]


def test_the_landscape_says_what_moisture_goes_with(tmp_path, stop):
    rng = np.random.default_rng(0)
    clay = rng.uniform(10, 40, 30)
    squares = pd.DataFrame({"mean_sm": 0.5 - 0.01 * clay, "sd_sm": rng.uniform(0.01, 0.02, 30)})
    squares["cv_sm"] = squares["sd_sm"] / squares["mean_sm"]
    squares = squares.assign(mean_clay=clay, sd_clay=rng.random(30), mean_height=3000.0, sd_height=rng.random(30))
    components = {"wet": landscape_components(squares)}
    landscape_report(tmp_path / "l.html", {"wet": squares}, components)
    text, pictures = words(tmp_path / "l.html")
    assert "wet: the mean soil moisture of a square goes most with the mean of clay (R −1.00)." in text
    assert "wet: mean_height does not vary between the squares and was left out." in text
    assert f"wet 30 {squares['mean_sm'].mean():.3f} {squares['mean_sm'].std(ddof=0):.3f}" in text
    assert f"{100 * components['wet'].explained[0]:.0f} %" in text
    assert pictures == 2
    with pytest.raises(Cancelled):
        landscape_report(tmp_path / "cut.html", {"wet": squares}, components, progress=Progress(stop_asked=stop(2)))
    assert not (tmp_path / "cut.html").exists()
