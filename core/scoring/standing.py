# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a model or a map stands beside what there is without it: a sentence, a few bars, and whether it is worth it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .baselines import MAP
from .verdict import JUDGED, LEVEL, MEDIAN, verdict

BETTER, UNCLEAR, WORSE = "better", "unclear", "worse"
SHOWN = 6  # bars at most: what is judged, and the best of the others


@dataclass(frozen=True)
class Standing:
    """How good what was made is.

    Attributes
    ----------
    sentence : str
        Who did better.
    grade : str
        `BETTER` than all that needs no learning, `WORSE`, or `UNCLEAR`: level, or all pairs and the median station
        differ; '' without anything to compare with.
    errors : dict of str to float
        RMSE of what was made and of the best of the others, m3 m-3.
    """

    sentence: str
    grade: str
    errors: dict[str, float]


def standing(table: pd.DataFrame, own: Collection[str] = (MAP,)) -> Standing:
    """Return where the products that were made stand among all of a table.

    Parameters
    ----------
    table : DataFrame
        As `verdict` takes it.
    own : collection of str
        The products that were made; all others are baselines.
    """
    made = table["product"].isin(list(own))
    first = table[made].sort_values("rmse", kind="stable")
    others = table[~made].sort_values("rmse", kind="stable")
    shown = pd.concat([first.head(SHOWN // 2), others])["product"].head(SHOWN)
    errors = table.dropna(subset=["rmse"]).set_index("product")["rmse"]
    return Standing(
        sentence=verdict(table),
        grade=_grade(table, made),
        errors={name: float(errors[name]) for name in shown if name in errors},
    )


def _grade(table: pd.DataFrame, made: pd.Series) -> str:
    """Return how the best of what was made compares with the best of the others, in all pairs and at stations."""
    found = {_compared(table[column], made) for column in ("rmse", f"{MEDIAN}rmse") if column in table} - {""}
    return found.pop() if len(found) == 1 else UNCLEAR if found else ""


def _compared(errors: pd.Series, made: pd.Series) -> str:
    gain = errors[~made].min() - errors[made].min()
    if not np.isfinite(gain):
        return ""
    return UNCLEAR if abs(gain) < LEVEL else BETTER if gain > 0 else WORSE


def table_of(scores: Mapping[str, Mapping[str, float | None]]) -> pd.DataFrame:
    """Return scores by product as a table, NaN where one is None."""
    rows = [{"product": name, **own} for name, own in scores.items()]
    table = pd.DataFrame(rows, columns=None if rows else ["product"])
    return table.astype(dict.fromkeys(table.columns.drop("product"), float))


def standing_of(passport: dict) -> Standing | None:
    """Return where a model stands by its held-out rows, as its passport tells them; None if it does not."""
    held_out = passport.get("held_out_scores")
    if not held_out or len(held_out) < 2:
        return None
    table = table_of(held_out)
    known = {"product", *JUDGED} <= set(table)
    return standing(table, [next(iter(held_out))]) if known else None
