# SPDX-License-Identifier: GPL-2.0-or-later
"""How covariates are selected, as a record that loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from ..options import Options, option

SELECTIONS = ("vote", "drop_one", "forward")


@dataclass(frozen=True)
class SelectionOptions(Options):
    """How covariates are selected."""

    method: str = option(
        "vote", "Method", choices=SELECTIONS, help="vote: marks for weak correlation with soil moisture and for low "
        "importance in a forest; quick. drop_one: the folds' error without each covariate. forward: start with the "
        "best few and add the one that helps most, until none helps; slow.",
    )  # fmt: skip
    pearson: float = option(
        0.1, "Least Pearson", low=0, high=1, help="Only for vote: less than this, of either sign, is a mark.",
        advanced=True,
    )  # fmt: skip
    kendall: float = option(
        0.07, "Least Kendall", low=0, high=1, help="Only for vote: less than this, of either sign, is a mark.",
        advanced=True,
    )  # fmt: skip
    spearman: float = option(
        0.1, "Least Spearman", low=0, high=1, help="Only for vote: less than this, of either sign, is a mark.",
        advanced=True,
    )  # fmt: skip
    importance: float = option(
        0.25, "Least importance", low=0, high=1, help="Only for vote: less than this share of the best covariate's "
        "importance in a forest is a mark.", advanced=True,
    )  # fmt: skip
    marks: int = option(2, "Marks", low=1, high=4, help="Only for vote: so many and it goes.", advanced=True)
    start: int = option(
        2, "Start with", low=1, high=3, help="Only for forward: covariates in the first step, of which all "
        "combinations are tried. With 1 two that only help together may be missed.", advanced=True,
    )  # fmt: skip
